# SPDX-License-Identifier: GPL-2.0-or-later
#
# From the instructions of one kernel to those of another, function by
# function: a bar per step, between the levels before and after it.
# usage: gnuplot -e "data='waterfall-NAME.dat'; out='NAME'" waterfall.gp

load ARG0[1:strlen(ARG0) - strlen("waterfall.gp")]."style.gp"

nr_rows = int(system(sprintf("grep -vc '^#' '%s'", data)))
from = real(meta("from"))

row = 18					# px
bar = 0.36					# half of one, in rows
top = 56
bottom = 46 + 12 * (count("kernel") + captioned)
height = top + nr_rows * row + bottom

y(r) = -(r + 0.5)
most(a, b) = a > b ? a : b
# Totals begin at the axis, wherever that is.
is(kind) = strcol(5) eq kind
only(kind) = is(kind) ? 0 : NaN
start(n) = most(column(n), from)

largest = largest_in(2, 3)
largest = largest > from ? largest : from + 1
# Room at the right for the figures.
set xrange [from:largest + (largest - from) * 0.3]
set yrange [-nr_rows:0]

set lmargin at screen across(196)
set rmargin at screen across(590)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xtics format "%.0f"
set xlabel meta("unit").(from > 0 ? ", axis from ".meta("from") : "") \
	font ",8" textcolor rgb ink offset 0,0.4

# After Okabe and Ito; the figures carry the sign as well.
down = "#009e73"
up = "#d55e00"
total = "#b8b8b8"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot data using (column(3)):(y($0)):(0):(-1) every ::0::nr_rows - 2 \
			with vectors nohead lc rgb "#a0a0a0" lw 0.7 notitle, \
		for [kind in "total down up"] data \
			using (only(kind)):(y($0)):(start(2)):(start(3)):(y($0) - bar):(y($0) + bar) \
			with boxxyerror lc rgb value(kind) notitle, \
		data using (most(most(column(2), column(3)), from)):(y($0)):4 \
			with labels left offset 0.5,0 font ",8" textcolor rgb ink notitle, \
		data using (from):(y($0)):ytic(1) with dots lc rgb "#ffffff" notitle
}
