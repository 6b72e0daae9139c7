# SPDX-License-Identifier: GPL-2.0-or-later
#
# Maple-tree stores and slab allocations per operation: a panel per metric, a
# group of bars per operation, a bar per stage. Rows line up across the panels.
# usage: gnuplot -e "data='counts.dat'; out='counts'" counts.gp

load ARG0[1:strlen(ARG0) - strlen("counts.gp")]."style.gp"
if (of_range) {
	load ARG0[1:strlen(ARG0) - strlen("counts.gp")]."range.gp"
	exit
}

panels = count("panel")

bar = 10			# px
group = nr_columns * bar + 7
top = 116 + legend_more
bottom = 46 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * group + bottom
left = for_names
step = (width - left - 6) / panels

y(r, i) = -(r * group + (i - 0.5) * bar + 3)
middle(r) = -(r * group + group / 2.)

largest = largest_in(2, nr_columns + 1)
largest = largest > 1 ? largest : 1

set tmargin at screen above(top)
set bmargin at screen below(bottom)
kinds = "better worse"
per_px = largest * 1.4 / (step - 14)
set xrange [0:largest * 1.4]
set yrange [-nr_rows * group:0]
# Five ticks or fewer, none of a part.
set xtics ceil(largest / 4.) format "%.0f" font ",8"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	set multiplot
	do for [p = 1:panels] {
		set lmargin at screen across(left + (p - 1) * step)
		set rmargin at screen across(left + p * step - 14)
		set xlabel meta("unit") font ",8" textcolor rgb faint offset 0,0.6
		if (p == 1) {
			set ytics scale 0 () font ",8" textcolor rgb ink
			eval titles(1)
			eval mark_legend(1, nr_columns + 2, 8, 66 + legend_more)
			do for [r = 0:nr_rows - 1] { set ytics add (name(r) middle(r)) }
		} else {
			unset label
			unset object
			unset ytics
		}
		set label 1 panel_heading(p) at screen across(left + (p - 1) * step), screen above(top - 20) \
			left font ",8" textcolor rgb ink
		plot for [i = 1:nr_columns] data index p - 1 \
				using (0):(y($0, i)):(0):(value_of(i)):(y($0, i) - bar * 0.44):(y($0, i) + bar * 0.44) \
				with boxxyerror fs pattern fill(i) border lc rgb colour(i) lc rgb colour(i) notitle, \
			for [i = 1:nr_columns] data index p - 1 \
				using (figure_at(i)):(y($0, i)):(valid(i + 1) ? sprintf("%.3g", column(i + 1)) : "missing") \
				with labels left font ",7" textcolor rgb ink notitle, \
			for [kind in "better worse"] data index p - 1 \
				using (mark_at(nr_columns, kind)):(y($0, nr_columns)) \
				with points pt kind_mark(kind) ps 0.8 lc rgb kind_tint(kind) notitle
	}
	unset multiplot
}
