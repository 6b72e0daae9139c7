# SPDX-License-Identifier: GPL-2.0-or-later
#
# What each layout of a kernel says of the time of an operation: a lane per stage, a
# mark per layout, and a bar at their median.
# usage: gnuplot -e "data='times.dat'; out='times'" times.gp
# Block 0: name, median of each stage, text of the change, its kind. Block 1: row, stage, place in
# the lane from 0 to 1, value, 1 where that is beyond the axis.

load ARG0[1:strlen(ARG0) - strlen("times.gp")]."style.gp"

lane = 18					# px
group = nr_columns * lane + 24
top = 92 + legend_more
bottom = 50 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * group + bottom

# Down from the top of a row, below the text of its change.
y(r, i, at) = -(r * group + 18 + (i - 1 + at) * lane)
range(end) = number(word(meta("range"), end))
# Marks are smaller than the bars of other pictures, and a mark has no filling.
colours[1] = "#808080"
kinds = "better worse shape other"
per_px = (range(2) - range(1)) / (586 - for_names)
is_marked(kind) = kind ne "equal"
set lmargin at screen across(for_names)
set rmargin at screen across(586)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set yrange [-nr_rows * group:0]
set xrange [range(1):range(2)]
do for [r = 1:nr_rows - 1] {
	set arrow 100 + r from graph 0, first -r * group to graph 1, first -r * group \
		nohead lw 0.5 lc rgb "#dddddd"
}
set xtics format "%g" font ",8"
set xlabel meta("unit").(count("beyond") ? "; x: beyond" : "") font ",8" textcolor rgb ink offset 0,0.4
set for [r = 0:nr_rows - 1] ytics add (name(r) y(r, 1, nr_columns / 2.))

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(1)
	eval mark_legend(1, nr_columns + 3, 8, 66 + legend_more)
	plot for [i = 1:nr_columns] data index 1 \
			using ($2 == i && $5 == 0 ? $4 : NaN):(y($1, i, 0.1 + 0.8 * $3)) \
			with points pt mark[of(i)] ps 0.5 lc rgb colour(i) notitle, \
		for [i = 1:nr_columns] data index 1 \
			using ($2 == i && $5 == 1 ? $4 : NaN):(y($1, i, 0.1 + 0.8 * $3)) \
			with points pt 2 ps 1.1 lc rgb colour(i) notitle, \
		for [i = 1:nr_columns] data index 0 \
			using (column(i + 1)):(y($0, i, 0.02)):(0):(-0.96 * lane) \
			with vectors nohead lw 1.6 lc rgb ink notitle, \
		for [kind in kinds] data index 0 \
			using (strcol(nr_columns + 3) eq kind ? range(1) + 7 * per_px : NaN):(-($0 * group + 10)) \
			with points pt kind_mark(kind) ps 0.9 lc rgb kind_tint(kind) notitle, \
		data index 0 using (range(1) + (is_marked(strcol(nr_columns + 3)) ? 13 : 3) * per_px):(-($0 * group + 10)):(strcol(nr_columns + 2)) \
			with labels left font ",7" textcolor rgb ink notitle
}
