# SPDX-License-Identifier: GPL-2.0-or-later
#
# Instructions per operation: a group of bars per operation, a bar per stage.
# usage: gnuplot -e "data='insns.dat'; out='insns'" insns.gp

load ARG0[1:strlen(ARG0) - strlen("insns.gp")]."style.gp"
if (of_range) {
	load ARG0[1:strlen(ARG0) - strlen("insns.gp")]."range.gp"
	exit
}

bar = nr_columns > 2 ? 11 : 12			# px
group = nr_columns * bar + 7
top = 84 + legend_more
bottom = 46 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * group + bottom

# Bar of row r (from 0) and stage i (from 1), downwards from the top, in px.
y(r, i) = -(r * group + (i - 0.5) * bar + 3)
middle(r) = -(r * group + group / 2.)

largest = largest_in(2, nr_columns + 1)
largest = largest > 0 ? largest : 1

do for [r = 0:nr_rows - 1] { set ytics add (name(r) middle(r)) }

set lmargin at screen across(for_names)
set rmargin at screen across(590)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set yrange [-nr_rows * group:0]
set xtics format "%.0f"
set xlabel meta("unit") font ",9" textcolor rgb ink offset 0,0.4

kinds = "better worse"
per_px = largest * 1.16 / (590 - for_names)
set xrange [0:largest * 1.16]

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(1)
	eval mark_legend(1, nr_columns + 2, 8, 66 + legend_more)
	plot for [i = 1:nr_columns] data \
			using (0):(y($0, i)):(0):(value_of(i)):(y($0, i) - bar * 0.44):(y($0, i) + bar * 0.44) \
			with boxxyerror fs pattern fill(i) border lc rgb colour(i) lc rgb colour(i) notitle, \
		for [i = 1:nr_columns] data \
			using (figure_at(i)):(y($0, i)):(valid(i + 1) ? sprintf("%.0f", column(i + 1)) : "missing") \
			with labels left font ",7" textcolor rgb ink notitle, \
		for [kind in "better worse"] data \
			using (mark_at(nr_columns, kind)):(y($0, nr_columns)) \
			with points pt kind_mark(kind) ps 0.8 lc rgb kind_tint(kind) notitle
}
