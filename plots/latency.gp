# SPDX-License-Identifier: GPL-2.0-or-later
#
# Latency of one operation on the running kernel: a line per operation, from
# its minimum to p99.9, with a mark per quantile. A quantile that too few
# samples back is not in the data and not in the picture.
# usage: gnuplot -e "data='latency.dat'; out='latency'" latency.gp

load ARG0[1:strlen(ARG0) - strlen("latency.gp")]."style.gp"

row = 26					# px
top = 78
bottom = 48 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * row + bottom
nr_quantiles = nr_columns - 1			# the last column is samples

y(r) = -(r + 0.5) * row
largest_of(n) = n < 2 ? column(2) : valid(n) ? column(n) : largest_of(n - 1)

smallest = smallest_in(2, nr_quantiles + 1)
largest = largest_in(2, nr_quantiles + 1)
smallest = smallest > 0 ? smallest : 1
largest = largest > smallest ? largest : smallest
drawn = ""					# quantiles that any row has
do for [q = 1:nr_quantiles] {
	if (int(system(sprintf("awk -F '\t' '!/^#/ && $%d != \"?\"' '%s' | wc -l", q + 1, data)))) {
		drawn = drawn." ".q
	}
}
set xrange [smallest * 0.8:largest * 1.25]

do for [r = 0:nr_rows - 1] { set ytics add (name(r) y(r)) }

set lmargin at screen across(for_names)
set rmargin at screen across(586)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set logscale x
set grid mxtics
set yrange [-nr_rows * row:0]
set xlabel meta("unit").", logarithmic" font ",9" textcolor rgb ink offset 0,0.4
set key at screen across(8), screen above(52) left center horizontal Left reverse \
	maxcols 6 samplen 1 font ",9"

# Shape tells the quantiles apart without colour.
array shapes[5] = [1, 7, 4, 2, 12]
array tint[5] = [faint, ink, ink, ink, ink]
# The figure of p50 stands above the mark of p50.
p50 = 0
do for [q = 1:nr_quantiles] { p50 = word(columns, q) eq "p50" ? q : p50 }

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot data using 2:(y($0)):(largest_of(nr_columns) - $2):(0) \
			with vectors nohead lc rgb "#c0c0c0" lw 2 notitle, \
		for [q in drawn] data using (column(q + 1)):(y($0)) \
			with points pt shapes[int(q)] ps 0.9 lc rgb tint[int(q)] title word(columns, int(q)), \
		data using (column(p50 + 1)):(y($0)):(valid(p50 + 1) ? sprintf("%.0f", column(p50 + 1)) : "") \
			with labels center offset 0,0.75 font ",7" textcolor rgb ink notitle
}
