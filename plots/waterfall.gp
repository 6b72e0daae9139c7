# SPDX-License-Identifier: GPL-2.0-or-later
#
# From the instructions of one kernel to those of another, function by
# function: a bar per step, between the levels before and after it. The axis begins at
# 0, so that a bar is as long as its part of all; a triangle marks those too small to see.
# usage: gnuplot -e "data='waterfall-NAME.dat'; out='NAME'" waterfall.gp
# Rows: name, level before, level after, label, kind (total, better, worse, equal).

load ARG0[1:strlen(ARG0) - strlen("waterfall.gp")]."style.gp"

nr_rows = int(system(sprintf("grep -vc '^#' '%s'", data)))

row = 18					# px
bar = 0.36					# half of one, in rows
top = 76
bottom = 46 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * row + bottom
# Names and labels are cut where they would leave no room for the bars.
letters = 34
left = 20 + 6.2 * longest_in(1)
left = left < 196 ? 196 : left > 20 + 6.2 * letters ? 20 + 6.2 * letters : left
mark = 12					# px, between a bar and its label

y(r) = -(r + 0.5)
most(a, b) = a > b ? a : b
only(kind) = strcol(5) eq kind ? 0 : NaN

# As far as the label goes that reaches farthest.
reach = number(system(sprintf("awk -F '\t' '!/^#/ { v = ($2 > $3 ? $2 : $3) / (1 - (%d + 5.8 * (length($4) > %d ? %d : length($4))) / %d); if (v > m) m = v } END { print m + 0 }' '%s'", \
	mark + 6, letters, letters, 578 - left, data)))
reach = reach > 0 ? reach : 1
# Where a bar ends, and so many px further.
end(px) = most($2, $3) + px * reach / (578 - left)
set xrange [0:reach]
set yrange [-nr_rows:0]

set lmargin at screen across(left)
set rmargin at screen across(578)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xtics tick(reach) format "%.0f"
set xlabel meta("unit") font ",8" textcolor rgb ink offset 0,0.4

total = "#b8b8b8"
kinds = "better worse"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	eval mark_legend(1, 5, 8, 50)
	plot data using 3:(y($0)):(0):(-1) every ::0::nr_rows - 2 \
			with vectors nohead lc rgb "#a0a0a0" lw 0.7 notitle, \
		data using (only("total")):(y($0)):2:3:(y($0) - bar):(y($0) + bar) \
			with boxxyerror fs pattern 3 lc rgb total notitle, \
		data using (only("better")):(y($0)):2:3:(y($0) - bar):(y($0) + bar) \
			with boxxyerror fs pattern better_fill border lc rgb better lc rgb better notitle, \
		data using (only("worse")):(y($0)):2:3:(y($0) - bar):(y($0) + bar) \
			with boxxyerror fs pattern worse_fill border lc rgb worse lc rgb worse notitle, \
		for [kind in kinds] data using (only(kind) + end(mark / 2)):(y($0)) \
			with points pt kind_mark(kind) ps 0.9 lc rgb kind_tint(kind) notitle, \
		data using (end(strcol(5) eq "total" ? 4 : mark)):(y($0)):(cut(strcol(4), letters)) \
			with labels left font ",8" textcolor rgb ink notitle, \
		data using (0):(y($0)):ytic(cut(strcol(1), letters)) with dots lc rgb "#ffffff" notitle
}
