# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cost of one mmap() against the number of other VMAs: a line per family of
# scenarios; where there are two stages, the first is dashed.
# usage: gnuplot -e "data='population.dat'; out='population'" population.gp
# Blocks: a family each. Rows: other VMAs, cost at the first and last stage.

load ARG0[1:strlen(ARG0) - strlen("population.gp")]."style.gp"

ticks = meta("ticks")
nr_lines = count("line")

top = 78 + 16 * ((nr_lines + 2) / 3)
bottom = 52 + 12 * (count("kernel") + captioned)
height = head + top + 300 + bottom

# 0 has no logarithm: it is drawn one decade left of the smallest other value.
smallest = 0
largest = 1
do for [t in ticks] {
	smallest = smallest == 0 ? int(t) : smallest
	largest = int(t) > largest ? int(t) : largest
}
zero = log10(smallest > 0 ? smallest : 1) - 1
x(n) = n > 0 ? log10(n) : zero
set xtics ()
do for [t in ticks] { set xtics add (t x(int(t))) }

highest(stage) = number(word(meta("highest"), stage))
top_cost = highest(1) > highest(2) ? highest(1) : highest(2)
top_cost = top_cost > 0 ? top_cost : 1

set lmargin at screen across(56)
set rmargin at screen across(584)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set xrange [zero - 0.15:log10(largest) + 0.15]
set yrange [0:top_cost * 1.08]
set ytics auto scale 0.4 font ",9"
set xtics font ",9"
set grid xtics ytics
set format y "%.0f"
set xlabel "other VMAs in the address space (logarithmic, but for 0)" font ",9" textcolor rgb ink offset 0,0.4
set label 1 meta("unit") at screen across(8), screen above(top - 12) left font ",9" textcolor rgb ink
set key at screen across(8), screen above(46) left top horizontal Left reverse \
	maxcols 3 samplen 3 font ",9"

# A loop has to draw something: of a stage without a line, below the axis.
none(n) = nth("drawn", n) eq "-" || (n == 1 && nr_columns == 1)
lines(n) = none(n) ? "1" : nth("drawn", n)
dashed = lines(1)
solid = lines(2)
no_dashed = none(1)
no_solid = none(2)

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot for [i = 1:nr_lines] keyentry \
			with linespoints lw 1.8 pt mark[of(i)] ps 0.7 \
			lc rgb strong[of(i)] title line(i), \
		for [k = 1:words(dashed)] data index at(dashed, k) - 1 using (x($1)):(no_dashed ? -1 : column(2)) \
			with linespoints dt 2 lw 1.2 pt mark[of(at(dashed, k))] ps 0.4 \
			lc rgb strong[of(at(dashed, k))] notitle, \
		for [k = 1:words(solid)] data index at(solid, k) - 1 using (x($1)):(no_solid ? -1 : column(3)) \
			with linespoints lw 1.8 pt mark[of(at(solid, k))] ps 0.7 \
			lc rgb strong[of(at(solid, k))] notitle
}
