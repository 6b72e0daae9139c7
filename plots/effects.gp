# SPDX-License-Identifier: GPL-2.0-or-later
#
# Forest plot: a row per operation, its change in percent as a mark, its interval
# as a line through it. Shape and side tell better from worse without colour.
# usage: gnuplot -e "data='effects.dat'; out='effects'" effects.gp
# Rows: name, change, lower, upper, label, kind (better, worse, shape, equal, other).

load ARG0[1:strlen(ARG0) - strlen("effects.gp")]."style.gp"

row = 18					# px
top = 76
bottom = 50 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * row + bottom

y(r) = -(r + 0.5)
do for [r = 0:nr_rows - 1] { set ytics add (name(r) y(r)) }

least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
# An exact change has no interval: "-".
has(n) = strcol(n) ne "-"
low = least(0, smallest_in(2, 3))
high = most(0, most(largest_in(2, 2), largest_in(4, 4)))
span = high - low > 0 ? high - low : 1

left = for_names
labels = 12 + 4.9 * longest_in(5)
set lmargin at screen across(left)
set rmargin at screen across(width - labels - 8)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xrange [low - 0.06 * span:high + 0.06 * span]
set yrange [-nr_rows:0]
# Never an exponent: as many digits as a tick wants.
digits = tick(span) < 1 ? int(ceil(-log10(tick(span)) - 1e-9)) : 0
set xtics tick(span) format sprintf("%%+.%df", digits) font ",8"
set xlabel meta("unit") font ",8" textcolor rgb ink offset 0,0.4
set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead lc rgb ink lw 0.8
only(kind) = strcol(6) eq kind ? $2 : NaN
right = high + 0.06 * span

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	eval mark_legend(1, 6, 8, 50)
	plot data using (has(3) ? column(3) : $2):(y($0)):(has(3) ? column(4) - column(3) : 0):(0) \
			with vectors nohead lc rgb faint lw 1.8 notitle, \
		for [kind in kinds] data using (only(kind)):(y($0)) \
			with points pt kind_mark(kind) ps 1.6 lc rgb kind_tint(kind) notitle, \
		data using (right):(y($0)):5 with labels left offset 0.6,0 font ",7" \
			textcolor rgb ink notitle
}
