# SPDX-License-Identifier: GPL-2.0-or-later
#
# The same as insns.gp and counts.gp, which load it, of more stages than have a bar of
# their own each: a line per operation goes through all stages, between its least and its
# largest value, with the first and the last of them beside it.

panels = count("panel") > 0 ? count("panel") : 1

row = 22					# px
top = 84 + (count("panel") > 0 ? 28 : 0)
bottom = 46 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * row + bottom
left = for_names
step = (width - left - 6) / panels
figures = panels > 1 ? 66 : 110			# px, for the figures of a row

least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
low(i) = i > nr_columns ? 1e300 : least(valid(i + 1) ? column(i + 1) : 1e300, low(i + 1))
high(i) = i > nr_columns ? -1e300 : most(valid(i + 1) ? column(i + 1) : -1e300, high(i + 1))
# Where stage i of a row stands, in rows down from the top; in the middle if all are equal.
part(v, from, to) = to > from ? (v - from) / (to - from) : 0.5
y(r, i) = valid(i + 1) ? -r - 0.8 + 0.6 * part(column(i + 1), low(1), high(1)) : NaN
figure(i) = valid(i + 1) ? sprintf("%.6g", column(i + 1)) : "missing"
text_of_row(ignored) = !valid(2) || !valid(nr_columns + 1) || column(2) != column(nr_columns + 1) ? \
	figure(1)." > ".figure(nr_columns) : figure(1)

kinds = "better worse"
per_px = 1. * nr_columns / (step - figures - 8)
right = nr_columns + 0.5
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xrange [0.5:right + figures * per_px]
set yrange [-nr_rows:0]
set xtics scale 0.4 ("1" 1, sprintf("%d", nr_columns) nr_columns) font ",8"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	set multiplot
	do for [p = 1:panels] {
		set lmargin at screen across(left + (p - 1) * step)
		set rmargin at screen across(left + p * step - 8)
		set xlabel "stage" font ",8" textcolor rgb faint offset 0,0.6
		if (p == 1) {
			set ytics scale 0 () font ",8" textcolor rgb ink
			eval titles(0)
			eval mark_legend(1, nr_columns + 2, 8, 50)
			eval text(104, sprintf("'1 is %s, %d is %s; a line is lowest at the least value of its row'", \
				cut(word(columns, 1), 24), nr_columns, cut(word(columns, nr_columns), 24)), 8, 68, 8, faint)
			do for [r = 0:nr_rows - 1] { set ytics add (name(r) -r - 0.5) }
		} else {
			unset label
			unset object
			unset ytics
		}
		if (count("panel") > 0) {
			set label 1 panel_heading(p) at screen across(left + (p - 1) * step), screen above(top - 20) \
				left font ",8" textcolor rgb ink
		}
		plot for [i = 1:nr_columns] data index p - 1 using (i - 0.5):(y($0, i)):(1):(0) \
				with vectors nohead lw 1.4 lc rgb ink notitle, \
			for [i = 2:nr_columns] data index p - 1 using (i - 0.5):(y($0, i - 1)):(0):(y($0, i) - y($0, i - 1)) \
				with vectors nohead lw 1.4 lc rgb ink notitle, \
			for [kind in kinds] data index p - 1 \
				using (right + 6 * per_px):(-$0 - 0.5):(strcol(nr_columns + 2) eq kind ? kind_glyph(kind) : "") \
				with labels left font ",8" textcolor rgb kind_tint(kind) notitle, \
			data index p - 1 using (right + 18 * per_px):(-$0 - 0.5):(text_of_row(0)) \
				with labels left font ",7" textcolor rgb ink notitle
	}
	unset multiplot
}
