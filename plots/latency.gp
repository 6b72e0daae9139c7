# SPDX-License-Identifier: GPL-2.0-or-later
#
# Latency of one operation on the running kernel: a line per operation, from
# its minimum to p99.9, with a mark per quantile. A quantile that too few
# samples back is not in the data and not in the picture.
# usage: gnuplot -e "data='latency.dat'; out='latency'" latency.gp

load ARG0[1:strlen(ARG0) - strlen("latency.gp")]."style.gp"

row = 20					# px
top = 78
bottom = 48 + 12 * (count("kernel") + captioned)
height = top + nr_rows * row + bottom
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
# Room at the right for a figure.
set xrange [smallest * 0.8:largest * (largest / smallest) ** 0.12]

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
array mark[5] = [1, 7, 5, 9, 11]
array tint[5] = [faint, "#0072b2", "#e69f00", "#009e73", "#1a1a1a"]

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot data using 2:(y($0)):(largest_of(nr_columns) - $2):(0) \
			with vectors nohead lc rgb "#c0c0c0" lw 2 notitle, \
		for [q in drawn] data using (column(q + 1)):(y($0)) \
			with points pt mark[int(q)] ps 0.7 lc rgb tint[int(q)] title word(columns, int(q)), \
		data using (largest_of(nr_columns)):(y($0)):(valid(3) ? sprintf("%.0f", $3) : "") \
			with labels left offset 0.8,0 font ",7" textcolor rgb ink notitle
}
