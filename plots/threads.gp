# SPDX-License-Identifier: GPL-2.0-or-later
#
# Throughput and p99 latency against the number of callers: a panel each, a line
# per family of scenarios; threads are solid, processes dashed.
# usage: gnuplot -e "data='threads.dat'; out='threads'" threads.gp
# Blocks: a line each. Rows: callers, throughput, p99.

load ARG0[1:strlen(ARG0) - strlen("threads.gp")]."style.gp"

ticks = meta("ticks")
nr_lines = count("line")

top = 72 + 14 * nr_lines
bottom = 52 + 12 * (count("kernel") + captioned)
height = head + top + 240 + bottom

largest = 1
do for [t in ticks] { largest = int(t) > largest ? int(t) : largest }

highest(p) = number(word(meta("highest"), p))

set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set logscale x 2
set xrange [0.85:largest * 1.18]
set xtics () font ",9"
do for [t in ticks] { set xtics add (t int(t)) }
set ytics auto scale 0.4 font ",9"
set grid xtics ytics
set xlabel "callers at the same time" font ",9" textcolor rgb ink offset 0,0.4

# Dashes tell the kinds of callers apart.
dash(i) = nth("kind", i) eq "threads" ? 1 : 2

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	set multiplot
	do for [p = 1:2] {
		set lmargin at screen across(p == 1 ? 44 : 350)
		set rmargin at screen across(p == 1 ? 290 : 590)
		set yrange [0:(highest(p) > 0 ? highest(p) * 1.08 : 1)]
		if (p == 1) {
			eval titles(0)
			set key at screen across(8), screen above(46) left top Left reverse \
				samplen 3 font ",9"
		} else {
			unset label
			unset key
		}
		set label 1 nth("panel", p) at screen across(p == 1 ? 8 : 314), screen above(top - 12) \
			left font ",9" textcolor rgb ink
		# A panel without a line has its frame: -1 is below the axis.
		drawn = nth("drawn", p)
		empty = drawn eq "-"
		drawn = empty ? "1" : drawn
		set label 2 empty ? "no data" : "" at graph 0.5, graph 0.5 \
			center font ",9" textcolor rgb faint
		set format y empty ? "" : "%.0s%c"
		plot for [i = 1:nr_lines] keyentry \
				with linespoints lw 1.6 dt dash(i) pt mark[of(i)] ps 0.7 \
				lc rgb strong[of(i)] title line(i), \
			for [k = 1:words(drawn)] data index at(drawn, k) - 1 using 1:(empty ? -1 : column(p + 1)) \
				with linespoints lw 1.6 dt dash(at(drawn, k)) pt mark[of(at(drawn, k))] ps 0.7 \
				lc rgb strong[of(at(drawn, k))] notitle
	}
	unset multiplot
}
