# SPDX-License-Identifier: GPL-2.0-or-later
#
# How often methods to compare two kernels are right: a panel per measure with a
# line where it should be, a group of bars per kind of session, a bar per method.
# usage: gnuplot -e "data='simulate.dat'; out='simulate'" simulate.gp

load ARG0[1:strlen(ARG0) - strlen("simulate.gp")]."style.gp"

panels = count("panel")
panel(p) = nth("panel", p)
target(p) = number(nth("target", p))

bar = 10			# px
group = nr_columns * bar + 9
top = 92 + legend_more
bottom = 48
height = head + top + nr_rows * group + bottom
left = 108
step = (width - left - 6) / panels

# The method that is used stands out; those that are not are paler.
array tints[5] = ["#1a1a1a", "#b8b8b8", "#e69f00", "#009e73", "#8a4f7d"]
colour(i) = tints[(i - 1) % |tints| + 1]

y(r, i) = -(r * group + (i - 0.5) * bar + 4.5)
middle(r) = -(r * group + group / 2.)

set tmargin at screen above(top)
set bmargin at screen below(bottom)
# Room at the right for a figure.
set xrange [0:122]
set yrange [-nr_rows * group:0]
set xtics 0, 50, 100 font ",8"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	set multiplot
	do for [p = 1:panels] {
		set lmargin at screen across(left + (p - 1) * step)
		set rmargin at screen across(left + p * step - 12)
		set xlabel meta("unit") font ",8" textcolor rgb faint offset 0,0.6
		if (p == 1) {
			set ytics scale 0 () font ",8" textcolor rgb ink
			eval titles(1)
			do for [r = 0:nr_rows - 1] { set ytics add (name(r) middle(r)) }
		} else {
			unset label
			unset object
			unset ytics
		}
		set label 1 panel(p) at screen across(left + (p - 1) * step), screen above(top - 10) \
			left font ",8" textcolor rgb ink
		set arrow 1 from target(p), graph 0 to target(p), graph 1 nohead back \
			dt 2 lc rgb ink lw 0.8
		plot for [i = 1:nr_columns] data index p - 1 \
				using (0):(y($0, i)):(0):(column(i + 1)):(y($0, i) - bar * 0.42):(y($0, i) + bar * 0.42) \
				with boxxyerror fs pattern fill(i) border lc rgb colour(i) lc rgb colour(i) notitle, \
			for [i = 1:nr_columns] data index p - 1 \
				using (column(i + 1)):(y($0, i)):(sprintf("%.1f", column(i + 1))) \
				with labels left offset 0.3,0 font ",7" textcolor rgb ink notitle
	}
	unset multiplot
}
