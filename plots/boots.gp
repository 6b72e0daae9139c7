# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boots in the order they were run: a mark per boot, a line between blocks.
# usage: gnuplot -e "data='boots.dat'; out='boots'" boots.gp
# Rows: place, value in the column of the kernel that was booted.

load ARG0[1:strlen(ARG0) - strlen("boots.gp")]."style.gp"

top = 92
bottom = 50 + 12 * (count("kernel") + captioned)
height = head + top + 240 + bottom

nr_boots = largest_in(1, 1)
set lmargin at screen across(64)
set rmargin at screen across(586)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set xrange [0.5:nr_boots + 0.5]
set ytics auto scale 0.4 font ",9"
set offsets 0, 0, graph 0.08, graph 0.08
set format y "%g"
set grid ytics
set xtics font ",9" scale 0.4
set xlabel "boot, in the order they were run" font ",9" textcolor rgb ink offset 0,0.4
set label 1 meta("unit")."; axis does not start at 0" at screen across(8), screen above(top - 15) left font ",9" textcolor rgb ink
set key at screen across(8), screen above(46) left top horizontal Left reverse samplen 1 font ",9"
do for [i = 1:count("block")] {
	set arrow 100 + i from number(nth("block", i)), graph 0 to number(nth("block", i)), graph 1 \
		nohead dt 3 lc rgb faint
}

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot for [i = 1:nr_columns] data using 1:i + 1 with points pt mark[of(i)] ps 1.1 \
		lc rgb strong[of(i)] title word(columns, i)
}
