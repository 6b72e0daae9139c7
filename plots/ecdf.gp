# SPDX-License-Identifier: GPL-2.0-or-later
#
# How many calls take longer than a time, before and after: both axes are
# logarithmic, so that the tail is as wide as the rest. Before is dashed.
# usage: gnuplot -e "data='ecdf.dat'; out='ecdf'" ecdf.gp
# Rows: share of calls, time that they exceed, first and last column.

load ARG0[1:strlen(ARG0) - strlen("ecdf.gp")]."style.gp"

top = 88
bottom = 50 + 12 * (count("kernel") + captioned)
height = head + top + 280 + bottom

set lmargin at screen across(60)
set rmargin at screen across(568)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set logscale xy
set yrange [*:1.2]
set xtics scale 0.4 font ",9"
set ytics auto scale 0.4 font ",9" ("all" 1, "10 %%" 0.1, "1 %%" 0.01, "0.1 %%" 0.001, "0.01 %%" 0.0001)
set grid xtics mxtics ytics
set xlabel meta("unit").", logarithmic" font ",9" textcolor rgb ink offset 0,0.4
set label 1 "calls that take longer" at screen across(8), screen above(top - 12) left font ",9" textcolor rgb ink
set key at screen across(8), screen above(46) left top horizontal Left reverse samplen 3 font ",9"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot data using 2:1 with lines dt 2 lw 2 lc rgb "#808080" title word(columns, 1), \
		data using 3:1 with lines lw 1.6 lc rgb ink title word(columns, nr_columns)
}
