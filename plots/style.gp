# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all pictures share. The command line sets "data", the data file, and
# "out", the picture without its suffix. A picture is drawn twice: as SVG, and
# as PNG with twice the pixels. The canvas is 600 px wide, so that no page has
# to shrink it, and as high as its rows need.

if (!exists("data") || !exists("out")) {
	print "usage: gnuplot -e \"data='NAME.dat'; out='NAME'\" NAME.gp"
	exit status 2
}

set encoding utf8
set datafile separator "\t"
set datafile missing "?"

# "# key: value" lines at the top of the data file, joined by newlines.
meta(key) = system(sprintf("sed -n 's/^# %s: //p' '%s'", key, data))
# The nth of several.
nth(key, n) = system(sprintf("sed -n 's/^# %s: //p' '%s' | sed -n %dp", key, data, n))
count(key) = int(system(sprintf("grep -c '^# %s: ' '%s' || :", key, data)))

# A number of text: real() takes no exponent without a point before it.
number(s) = strstrt(s, "e") && !strstrt(s, ".") ? \
	real(s[1:strstrt(s, "e") - 1].".0".s[strstrt(s, "e"):*]) : real(s)

# Of the values in columns first to last of all rows: the smallest, the largest; 0
# where there is no value, for which "stats" would leave no variable behind.
extreme(first, last, sign) = number(system(sprintf(\
	"awk -F '\t' '!/^#/ { for (i = %d; i <= %d; i++) if ($i ~ /^-?[0-9]/ && (!n++ || (%d) * $i > (%d) * m)) m = $i } END { printf \"%%.17g\", m }' '%s'", \
	first, last, sign, sign, data)))
smallest_in(first, last) = extreme(first, last, -1)
largest_in(first, last) = extreme(first, last, 1)

# The length of the longest text in a column.
longest_in(n) = int(system(sprintf("awk -F '\t' '!/^#/ && length($%d) > n { n = length($%d) } END { print n + 0 }' '%s'", n, n, data)))

# The name of a panel, in two lines.
panel_heading(p) = nth("panel", p)[1:strstrt(nth("panel", p), " ") - 1]."\n".\
	nth("panel", p)[strstrt(nth("panel", p), " ") + 1:*]

# What is too long ends in two dots.
cut(s, letters) = strlen(s) <= letters ? s : s[1:letters - 2].".."

columns = meta("columns")
nr_columns = words(columns)
# Rows of the first block, and their names: two words each.
names = system(sprintf("awk -F '\t' '/^#/ { next } !NF { exit } { print $1 }' '%s'", data))
nr_rows = words(names) / 2
name(r) = cut(word(names, 2 * r + 1)." ".word(names, 2 * r + 2), 44)

longest_column = 0
do for [i = 1:nr_columns] {
	longest_column = strlen(word(columns, i)) > longest_column ? strlen(word(columns, i)) : longest_column
}

width = 600
# Room at the left for the names of rows, in px.
longest = 0
do for [r = 0:nr_rows - 1] {
	longest = strlen(name(r)) > longest ? strlen(name(r)) : longest
}
for_names = longest * 6.8 + 12 > 176 ? longest * 6.8 + 12 : 176

# What is too long for the canvas goes on in a further line: all that stands below
# moves down by "head" px, which scripts add to the height.
folded(key, letters) = system(sprintf("sed -n 's/^# %s: //p' '%s' | fold -s -w %d", key, data, letters))
breaks(s) = strstrt(s, "\n") ? 1 + breaks(s[strstrt(s, "\n") + 1:*]) : 0
heading = folded("title", 70)
subheading = folded("subtitle", 100)
title_more = 17 * breaks(heading)
head = title_more + 12 * breaks(subheading)

# The canvas is cut in pixels: these are from its top and bottom edge.
above(px) = 1 - 1. * (px + head) / height
below(px) = 1. * px / height
across(px) = 1. * px / width

terminal(suffix) = suffix eq "svg" ? \
	sprintf("set terminal svg size %d,%d font 'DejaVu Sans,10' background 'white' noenhanced", \
		width, height) : \
	sprintf("set terminal pngcairo size %d,%d font 'DejaVu Sans,8' fontscale 2 linewidth 2 noenhanced", \
		2 * width, 2 * height)

# How far apart ticks are that are five or fewer, at 1, 2 or 5 times a power of ten.
power_of(v) = 10. ** floor(log10(v))
rounded(v, p) = p * (v <= p ? 1 : v <= 2 * p ? 2 : v <= 5 * p ? 5 : 10)
tick(span) = rounded(span / 5., power_of(span / 5.))

# Better and worse look the same in every picture (after Okabe and Ito), and differ
# without colour: by the way a triangle points, and by hatching.
better = "#0072b2"
worse = "#d55e00"
better_mark = 11
worse_mark = 9
better_fill = 3				# solid
worse_fill = 4				# hatched
array equal_marks[3] = [12, 7, 6]	# not the same done; equal; cannot be told

# Stages take neither of the two colours. Neighbours differ in lightness and filling.
array colours[6] = ["#b8b8b8", "#1a1a1a", "#e69f00", "#009e73", "#8a4f7d", "#606060"]
array fills[6] = [3, 3, 1, 3, 2, 0]
# More stages than that are a range of commits: from light to dark.
of_range = nr_columns > |colours|
ramp(t) = sprintf("#%06x", hsv2rgb(0.55, 0.15 + 0.55 * t, 0.9 - 0.65 * t))
colour(i) = of_range ? ramp((i - 1.) / (nr_columns - 1)) : colours[i]
fill(i) = of_range ? 3 : fills[i]

# Of a stage, or no bar where that has no value: none may be without any point.
value_of(i) = valid(i + 1) ? column(i + 1) : 0

# Lines, a block of the data file each: shape tells them apart without colour, and none
# is that of better or worse.
array mark[6] = [7, 4, 13, 6, 5, 12]
array strong[6] = ["#1a1a1a", "#e69f00", "#009e73", "#8a4f7d", "#606060", "#56b4e9"]
of(i) = (i - 1) % |mark| + 1
line(i) = nth("line", i)
at(list, k) = int(word(list, k))

# What was measured on what, at the bottom.
captioned = count("sample") > 0
caption = captioned ? meta("sample")."\n".meta("kernel") : meta("kernel")

ink = "#202020"
faint = "#606060"

set style fill solid 1.0 noborder
set border 1 lc rgb faint
set tics nomirror out scale 0.4 textcolor rgb ink
set grid xtics lc rgb "#dddddd" lt 1 lw 0.5
set ytics scale 0 () font ",8" textcolor rgb ink
unset key

# Title, subtitle and the legend of stages at the top left, kernels at the
# bottom left. In a multiplot they are set for the first panel alone.
text(tag, what, px, from_top, size, tint) = \
	sprintf("set label %d %s at screen %g, screen %g left font ',%d' textcolor rgb '%s';", \
		tag, what, across(px), above(from_top), size, tint)
swatch(i, px, y) = \
	sprintf("set object %d rectangle from screen %g, screen %g to screen %g, screen %g fc rgb '%s' fs pattern %d border lc rgb '%s';", \
		i, across(px), above(y + 4), across(px + 12), above(y - 5), colour(i), fill(i), colour(i)).\
	text(1000 + i, sprintf("word(columns, %d)", i), px + 16, y, 9, ink)
# As many stages a line as fit; scripts leave "legend_more" px for further lines.
step_of(i) = 34 + 7 * strlen(word(columns, i))
fits_in(i, px) = px == 8 || px + step_of(i) - 18 <= width
legend(i, px, y) = i > nr_columns ? "" : !fits_in(i, px) ? legend(i, 8, y + 14) : \
	swatch(i, px, y).legend(i + 1, px + step_of(i), y)
more_lines(i, px) = i > nr_columns ? 0 : !fits_in(i, px) ? 1 + more_lines(i, 8) : \
	more_lines(i + 1, px + step_of(i))
legend_more = 14 * more_lines(1, 8)
titles(stages) = text(101, "heading", 8, 14 - head, 11, "#000000").\
	text(102, "subheading", 8, 32 + title_more - head, 8, faint).\
	text(103, "caption", 8, height - head - 12 * (count("kernel") + captioned), 7, faint).\
	(stages ? legend(1, 8, 52) : "")
# A mark after the bar of the last stage, and the figure after that: what is better or
# worse there than in the first stage. Its column comes after those of stages; "per_px" is
# what a px of the axis is.
change_of(i) = strcol(nr_columns + 2)
marked(i) = i == nr_columns && (change_of(i) eq "better" || change_of(i) eq "worse")
mark_at(i, kind) = i == nr_columns && change_of(i) eq kind ? value_of(i) + 7 * per_px : NaN
figure_at(i) = value_of(i) + (marked(i) ? 13 : 3) * per_px

# The legend of the marks of kinds of change; of a figure that has none of a kind, it
# leaves that out. A row of the data has its kind in the given column.
is_exact = strstrt(meta("unit"), "exact") > 0
kinds = "better worse shape equal other"
kind_mark(k) = k eq "better" ? better_mark : k eq "worse" ? worse_mark : \
	equal_marks[k eq "shape" ? 1 : k eq "equal" ? 2 : 3]
kind_glyph(k) = k eq "better" ? "▼" : "▲"
kind_tint(k) = k eq "better" ? better : k eq "worse" ? worse : ink
kind_text(k) = k eq "shape" ? "other VMAs or result: no gain" : \
	k eq "equal" ? (is_exact ? "equal" : "equal (by the threshold)") : k eq "other" ? "cannot be told" : k
has_kind(k, n) = int(system(sprintf("awk -F '\t' '!/^#/ && $%d == \"%s\" { n++ } END { print n + 0 }' '%s'", n, k, data)))
mark_of(tag, k, px, y) = \
	sprintf("set label %d '' at screen %g, screen %g point pt %d ps 1.3 lc rgb '%s';", \
		tag, across(px + 5), above(y), kind_mark(k), kind_tint(k)).\
	text(tag + 1, sprintf("'%s'", kind_text(k)), px + 15, y, 8, ink)
mark_legend(i, n, px, y) = i > words(kinds) ? "" : !has_kind(word(kinds, i), n) ? mark_legend(i + 1, n, px, y) : \
	mark_of(900 + 2 * i, word(kinds, i), px, y).\
	mark_legend(i + 1, n, px + 30 + 5.3 * strlen(kind_text(word(kinds, i))), y)
