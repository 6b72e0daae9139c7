# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cost of one operation against how full the leaf of the maple tree is: a row of panels
# per operation, a column per depth of the tree, and one more where the window is behind
# another VMA. A stripe is a fill; from left to right in it is the slot of the window.
# usage: gnuplot -e "data='fill.dat'; out='fill'" fill.gp
# First block: operation, its cost at the first and last stage, change, kind of change.
# Then a block per panel: place, cost at the first and last stage, 1 where a node splits
# in the first, in the last; an empty line between two fills.

load ARG0[1:strlen(ARG0) - strlen("fill.gp")]."style.gp"

panel = 76				# px
gap = 46
# Room for the largest number of the axes.
largest_of(key) = number(system(sprintf("sed -n 's/^# %s: //p' '%s' | sort -g | tail -n 1", key, data)))
digits = strlen(sprintf("%.0f", largest_of("high")))
left = 20 + 6 * (digits > 5 ? digits : 5)
nr_groups = count("group")
step = (width - 4. - left) / nr_groups
# The name of a group goes on in further lines.
group_name(g) = system(sprintf("sed -n 's/^# group: //p' '%s' | sed -n %dp | fold -s -w %d | sed 's/ $//'", data, g, step / 6.4))
group_lines = 1
do for [g = 1:nr_groups] { group_lines = breaks(group_name(g)) >= group_lines ? breaks(group_name(g)) + 1 : group_lines }
# Stages are named, and the star: in one line where there is room.
stage_px = 26 + 6.4 * longest_column
star_text = meta("split")
star_below = strlen(star_text) > 0 && 8 + nr_columns * stage_px + 30 + 6.4 * strlen(star_text) > width
top = 100 + 12 * group_lines + 15 * star_below
bottom = 56 + 12 * (count("kernel") + captioned)
height = head + top + nr_rows * panel + (nr_rows - 1) * gap + bottom

low = int(word(meta("fills"), 1))
high = int(word(meta("fills"), 2))
above_panel(r) = top + (r - 1) * (panel + gap)
at_left(g) = left + (g - 1) * step
# Field n of an operation after its costs.
said(r, n) = system(sprintf("sed '/^#/d' '%s' | sed -n '%dp' | cut -f %d", data, r, nr_columns + 1 + n))
# Numbers of fills that have room beside each other.
each = ceil(17. * (high - low + 1) / (step - 8))

# Marks are smaller where there are many. The last stage is drawn over the first, and does
# not hide it.
dense = (step - 8) / (high - low + 1) * 0.8 / int(meta("slots"))
small = dense > 4 ? 1 : dense < 2 ? 0.5 : dense / 4
array tone[2] = [nr_columns == 1 ? "#1a1a1a" : "#9a9a9a", "#1a1a1a"]
# Filled, as a small mark that is open looks lighter than the line through it.
array shape[2] = [mark[1], mark[2] + 1]
array wide[2] = [nr_columns == 1 ? 1 : 2.5, 1]
array size[2] = [(nr_columns == 1 ? 0.5 : 0.75) * small, 0.45 * small]
array star[2] = [nr_columns == 1 ? "#000000" : "#606060", "#000000"]
cost(i) = valid(i + 1) ? column(i + 1) : NaN
splits(i) = column(nr_columns + i + 1) > 0

# point_text(): a mark and what it is, at a height of the head.
point_text(tag, pt, ps, tint, what, px, y) = \
	sprintf("set label %d '' at screen %g, screen %g point pt %d ps %g lc rgb '%s';", \
		tag, across(px + 5), above(y), pt, ps, tint).\
	text(tag + 1, what, px + 15, y, 9, ink)

# What an operation is, and how its cost changes: better and worse have their triangle.
op_name(r) = cut(word(names, 2 * r - 1)." ".word(names, 2 * r), 50)
is_marked(r) = said(r, 2) eq "better" || said(r, 2) eq "worse"
row_heading(r, y) = text(1000 + 3 * r, is_marked(r) ? sprintf("kind_glyph('%s')", said(r, 2)) : "''", 8, y, 8, kind_tint(said(r, 2))).\
	text(1001 + 3 * r, sprintf("op_name(%d)", r), 8 + 13 * is_marked(r), y, 9, ink).\
	sprintf("set label %d said(%d, 1) at screen %g, screen %g right font ',8' textcolor rgb ink;", \
		1002 + 3 * r, r, across(width - 4), above(y))

set border 3
unset grid
set grid ytics lc rgb "#dddddd" lt 1 lw 0.5
set xrange [low - 0.5:high + 0.5]
set xtics () scale 0.3 font ",8"
do for [f = high:low:-each] { set xtics add (sprintf("%d", f) f) }
do for [f = low:high:2] {
	set object 2000 + f rectangle from first f - 0.5, graph 0 to first f + 0.5, graph 1 \
		behind fc rgb "#f0f0f0" fs solid noborder
}

do for [suffix in "svg png"] {
	# A mark of an SVG is larger than the same of a PNG.
	scale = suffix eq "svg" ? 0.6 : 1.
	# Joints of lines that nearly turn back have no spikes, then.
	eval terminal(suffix)." rounded"
	set output out.".".suffix
	set multiplot
	do for [p = 1:count("panel")] {
		r = int(word(nth("panel", p), 1))
		g = int(word(nth("panel", p), 2))
		if (p == 1) {
			eval titles(0)
			do for [i = 1:nr_columns] {
				eval point_text(200 + 2 * i, shape[i], scale * (i == 1 ? 1 : 0.8), tone[i], \
					sprintf("word(columns, %d)", i), 8 + (i - 1) * stage_px, 54)
			}
			if (strlen(star_text)) {
				eval point_text(210, 3, 1.2 * scale, ink, "star_text", \
					star_below ? 8 : 8 + nr_columns * stage_px, 54 + 15 * star_below)
			}
			do for [i = 1:nr_groups] {
				eval text(220 + i, sprintf("group_name(%d)", i), at_left(i) + 3, top - 18 - 12 * group_lines, 8, faint)
			}
			do for [i = 1:nr_rows] {
				eval row_heading(i, above_panel(i) - 14)
			}
			set label 300 "used slots of the leaf that the window is in" at screen 0.5, screen below(bottom - 30) \
				center font ",9" textcolor rgb ink
		} else { unset label }
		set lmargin at screen across(at_left(g))
		set rmargin at screen across(at_left(g) + step - 8)
		set tmargin at screen above(above_panel(r))
		set bmargin at screen above(above_panel(r) + panel)
		span = number(nth("high", r)) > 0 ? number(nth("high", r)) * 1.06 : 1
		set yrange [0:span]
		set ytics tick(span) scale 0.4 font ",8" textcolor rgb ink
		set format y g == 1 ? "%g" : ""
		plot for [i = 1:nr_columns] data index p using 1:(cost(i)) \
				with lines lw wide[i] lc rgb tone[i] notitle, \
			for [i = 1:nr_columns] data index p using 1:(splits(i) ? NaN : cost(i)) \
				with points pt shape[i] ps scale * size[i] lc rgb tone[i] notitle, \
			for [i = 1:nr_columns] data index p using 1:(splits(i) ? cost(i) : NaN) \
				with points pt 3 ps scale * small lc rgb star[i] notitle
	}
	unset multiplot
}
