# SPDX-License-Identifier: GPL-2.0-or-later
#
# One row over all sessions of a host: a mark per session, with the range of its
# boots; lines join sessions that can be compared. Change points are dashed, with
# the level before and after; what ends a line is dotted, with the reason.
# usage: gnuplot -e "data='history.dat'; out='history'" history.gp
# Blocks: sessions that can be compared. Rows: session, value, lowest, highest.

load ARG0[1:strlen(ARG0) - strlen("history.gp")]."style.gp"

nr_points = int(meta("points"))
nr_blocks = int(meta("blocks"))
nr_changes = count("change")
nr_levels = count("level")
nr_breaks = count("break")

top = 88
bottom = 44
height = head + top + 260 + bottom

lowest = smallest_in(3, 3)
highest = largest_in(4, 4)
span = highest > lowest ? highest - lowest : (highest != 0 ? abs(highest) : 1)

set lmargin at screen across(64)
set rmargin at screen across(586)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set border 3
set xrange [0.5:nr_points + 0.5]
set yrange [lowest - 0.08 * span:highest + 0.28 * span]
set ytics auto scale 0.4 font ",9"
set format y "%g"
unset grid
set grid ytics lc rgb "#dddddd" lt 1 lw 0.5
set xtics () font ",8" scale 0.4
do for [i = 1:count("tick")] {
	set xtics add (word(nth("tick", i), 2) number(word(nth("tick", i), 1)))
}
set label 1 meta("unit") at screen across(8), screen above(top - 15) left font ",9" textcolor rgb ink
if (lowest - 0.08 * span > 0) {
	set label 2 "axis does not start at 0" at screen across(586), screen above(top - 12) \
		right font ",8" textcolor rgb faint
}

# Releases stand at the top of the plot, where they begin and there is room.
px_of_session = 522. / nr_points
free_from = 0
do for [i = 1:count("release")] {
	at = number(word(nth("release", i), 1))
	name = word(nth("release", i), 2)
	if (at * px_of_session >= free_from) {
		set label 200 + i name at at, graph 0.97 left font ",7" textcolor rgb faint offset -0.3,0
		free_from = at * px_of_session + 5 * strlen(name) + 8
	}
}
mark_at(i, what) = number(word(nth(what, i), 1))
rest(i, what) = nth(what, i)[strlen(word(nth(what, i), 1)) + 2:*]
# A change says its kind before its text.
has_kind(k, n) = int(system(sprintf("grep -c '^# change: [0-9.]* %s ' '%s' || :", k, data)))
change_kind(i) = word(rest(i, "change"), 1)
change_text(i) = rest(i, "change")[strlen(change_kind(i)) + 2:*]
do for [i = 1:nr_changes] {
	set arrow 100 + i from mark_at(i, "change"), graph 0 to mark_at(i, "change"), graph 0.92 \
		nohead dt 2 lw 1.2 lc rgb kind_tint(change_kind(i))
	set label 300 + i "" at mark_at(i, "change"), graph 0.92 - 0.045 * (i % 3) \
		point pt kind_mark(change_kind(i)) ps 1.4 lc rgb kind_tint(change_kind(i))
	set label 600 + i change_text(i) at mark_at(i, "change"), graph 0.92 - 0.045 * (i % 3) left \
		offset 1,0 font ",9" textcolor rgb ink
}
do for [i = 1:nr_breaks] {
	set arrow 400 + i from mark_at(i, "break"), graph 0 to mark_at(i, "break"), graph 0.92 \
		nohead dt 3 lw 1.2 lc rgb faint
	set label 400 + i rest(i, "break") at mark_at(i, "break"), graph 0.03 \
		rotate by 90 left offset 0.9,0 font ",8" textcolor rgb faint
}
do for [i = 1:nr_levels] {
	set arrow 500 + i from number(word(nth("level", i), 1)), number(word(nth("level", i), 3)) \
		to number(word(nth("level", i), 2)), number(word(nth("level", i), 3)) \
		nohead lw 1.6 lc rgb "#e69f00"
}

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	eval mark_legend(1, 0, 8, 50)
	plot for [b = 1:nr_blocks] data index b - 1 using 1:3:(0):($4 - $3) \
			with vectors nohead lw 2.5 lc rgb "#c8c8c8" notitle, \
		for [b = 1:nr_blocks] data index b - 1 using 1:2 \
			with linespoints lw 1.4 pt 7 ps 0.6 lc rgb ink notitle
}
