# SPDX-License-Identifier: GPL-2.0-or-later
#
# Call chains as an icicle: callers above, a frame as wide as what it and its
# callees executed. What scripts/flame.sh draws without flamegraph.pl.
# usage: gnuplot -e "data='flame.dat'; out='flame'" flame.gp
# Rows: frame, level from 0, left, right, own change (0 to 1 less, 1 to 2 more).

load ARG0[1:strlen(ARG0) - strlen("flame.gp")]."style.gp"

levels = largest_in(2, 2) + 1
right = largest_in(4, 4)
right = right > 0 ? right : 1

row = 16					# px
top = 56
bottom = 40
height = head + top + levels * row + bottom

fits(px, s) = px < 18 ? "" : 5.2 * strlen(s) < px ? s : s[1:int(px / 5.2) - 2].".."
px(a, b) = (b - a) / right * 580

# From grey to the colour of what is better; what is worse is a paler one, and hatched.
mix(a, b, t) = int(a + (b - a) * t)
value_of_tint(tint) = int(system(sprintf("echo $((0x%s))", tint[2:7])))
less = value_of_tint(better)
more = value_of_tint(worse)
# A byte of a colour, on the way there from grey.
byte(tint, place, t) = mix(222, (tint / place) % 256, t) * place
towards(tint, t) = byte(tint, 65536, t) + byte(tint, 256, t) + byte(tint, 1, t)
shade(v) = v <= 1 ? towards(less, 1 - v) : towards(more, 0.3 * (v - 1))

set lmargin at screen across(10)
set rmargin at screen across(590)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xrange [0:right]
set yrange [-levels:0]
unset ytics
unset grid
set border 1
set xtics format "%.0f" font ",8"
set xlabel meta("unit") font ",8" textcolor rgb ink offset 0,0.4

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	set style fill solid 1.0 border rgb "#ffffff"
	plot data using (0):(-$2 - 0.5):3:4:(-$2 - 0.97):(-$2 - 0.03):(shade($5)) \
			with boxxyerror lc rgb variable notitle, \
		data using ($5 > 1 ? 0 : NaN):(-$2 - 0.5):3:4:(-$2 - 0.97):(-$2 - 0.03) \
			with boxxyerror fs transparent pattern worse_fill noborder lc rgb worse notitle, \
		data using 3:(-$2 - 0.5):(fits(px($3, $4), strcol(1))) \
			with labels left offset 0.3,0 font ",7" textcolor rgb ink notitle
}
