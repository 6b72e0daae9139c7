# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boots by layout, in the order they were run: a panel per stage, a stripe per layout,
# a mark per boot, and a bar at the median of each layout.
# usage: gnuplot -e "data='layouts.dat'; out='layouts'" layouts.gp
# A block per stage. Rows: place of a boot, value, 1 where that is beyond the axis, middle
# of its layout, median of that.

load ARG0[1:strlen(ARG0) - strlen("layouts.gp")]."style.gp"

panel = nr_columns > 3 ? 110 : 150		# px
gap = 34
top = 78
bottom = 52 + 12 * (count("kernel") + captioned)
height = head + top + nr_columns * panel + (nr_columns - 1) * gap + bottom

nr_layouts = int(meta("layouts"))
range(i, end) = number(word(nth("range", i), end))
above_panel(i) = top + (i - 1) * (panel + gap)

set lmargin at screen across(52)
set rmargin at screen across(586)
set border 3
# Marks are smaller than the bars of other pictures.
colours[1] = "#808080"
set xrange [0:nr_layouts]
unset xtics
unset grid
set grid ytics lc rgb "#dddddd" lt 1 lw 0.5
set ytics auto scale 0.4 font ",8" textcolor rgb ink
set format y "%g"
do for [k = 0:nr_layouts - 1:2] {
	set object 2000 + k rectangle from first k, graph 0 to first k + 1, graph 1 \
		behind fc rgb "#f0f0f0" fs solid noborder
}

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	set multiplot
	do for [i = 1:nr_columns] {
		if (i == 1) { eval titles(0) } else { unset label }
		set tmargin at screen above(above_panel(i))
		set bmargin at screen above(above_panel(i) + panel)
		set yrange [range(i, 1):range(i, 2)]
		set label 1 word(columns, i).": ".meta("unit")."; axis does not start at 0" \
			at screen across(8), screen above(above_panel(i) - 12) left font ",9" textcolor rgb ink
		if (i == nr_columns) {
			set xlabel "a stripe is a layout of the code, the same in each kernel;\nthe panels have one scale in percent".(count("beyond") ? "; x: beyond" : "") font ",9" textcolor rgb ink
		} else {
			unset xlabel
		}
		plot data index i - 1 using ($4 - 0.45):5:(0.9):(0) \
				with vectors nohead lw 1 lc rgb faint notitle, \
			data index i - 1 using 1:($3 == 1 ? NaN : $2) \
				with points pt mark[of(i)] ps 0.9 lc rgb colour(i) notitle, \
			data index i - 1 using 1:($3 == 1 ? $2 : NaN) \
				with points pt 2 ps 1.1 lc rgb colour(i) notitle
	}
	unset multiplot
}
