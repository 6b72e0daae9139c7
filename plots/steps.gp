# SPDX-License-Identifier: GPL-2.0-or-later
#
# One row over the commits of a range: stairs, a step where a commit moved it. Steps have
# numbers, which the lines below the plot explain. Grey: commits without a record; dotted:
# what joins the records on both sides.
# usage: gnuplot -e "data='steps-NAME.dat'; out='steps-NAME'" steps.gp
# Blocks: steps (commit, x, y, number, from, to, kind); corners (x, y); if there are any,
# bridges (x, y, how far), holes (x, from, to), records (x, y).

load ARG0[1:strlen(ARG0) - strlen("steps.gp")]."style.gp"

nr_commits = int(meta("commits"))
nr_steps = count("step")
low = number(meta("low"))
high = number(meta("high"))
has_bridges = int(meta("bridges")) > 0
has_holes = int(meta("holes")) > 0
has_marks = int(meta("marks"))

line_px = 13
top = 86
bottom = 48 + line_px * nr_steps + (nr_steps > 0 ? 8 : 0)
height = head + top + 230 + bottom

set lmargin at screen across(64)
set rmargin at screen across(586)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set xrange [-0.5:nr_commits - 0.5]
set yrange [low:high]
set ytics auto scale 0.4 font ",9"
set format y "%g"
unset grid
set grid ytics lc rgb "#dddddd" lt 1 lw 0.5
set xtics () font ",8" scale 0.4
do for [i = 1:count("tick")] {
	set xtics add (word(nth("tick", i), 2) number(word(nth("tick", i), 1)))
}
set xlabel sprintf("%d commits, the oldest first", nr_commits) font ",8" textcolor rgb faint offset 0,0.5
set label 1 meta("unit") at screen across(8), screen above(top - 15) left font ",9" textcolor rgb ink
if (int(meta("zero"))) {
	set label 2 "axis does not start at 0" at screen across(586), screen above(top - 12) \
		right font ",8" textcolor rgb faint
}
do for [i = 1:nr_steps] {
	set label 200 + i cut(nth("step", i), 94) at screen across(8), \
		screen below(line_px * (nr_steps - i) + 10) left font ",8" textcolor rgb ink
}

kind_in(k) = strcol(7) eq k ? $2 : NaN

# What there is a block of: a loop of no round would be drawn once.
holes = !has_holes ? "" : sprintf( \
	"data index %d using 1:(low):2:3:(low):(high) with boxxyerror fc rgb '#e4e4e4' fs solid 1.0 noborder notitle, ", \
	2 + has_bridges)
bridges = !has_bridges ? "" : \
	"data index 2 using 1:2:3:4 with vectors nohead dt 3 lw 1.4 lc rgb faint notitle, "
marks = !has_marks ? "" : sprintf( \
	"data index %d using 1:2 with points pt 7 ps 0.5 lc rgb ink notitle, ", \
	2 + has_bridges + has_holes)
numbers = nr_steps == 0 ? "" : \
	"data index 0 using 2:(low):(0):($3 - low) with vectors nohead dt 2 lw 0.8 lc rgb '#a0a0a0' notitle, ".\
	"for [kind in kinds] data index 0 using (kind_in(kind)):3 ".\
	"with points pt kind_mark(kind) ps 1.2 lc rgb kind_tint(kind) notitle, ".\
	"data index 0 using 2:3:4 with labels left offset 0.9,0 font ',9' textcolor rgb ink notitle, "

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	eval mark_legend(1, 7, 8, 50)
	eval "plot ".holes.bridges.numbers.marks."data index 1 using 1:2 with lines lw 1.8 lc rgb ink notitle"
}
