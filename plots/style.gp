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

# Of the values in columns first to last of all rows: the smallest, the largest; 0
# where there is no value, for which "stats" would leave no variable behind.
extreme(first, last, sign) = real(system(sprintf(\
	"awk -F '\t' '!/^#/ { for (i = %d; i <= %d; i++) if ($i ~ /^-?[0-9]/ && (!n++ || (%d) * $i > (%d) * m)) m = $i } END { printf \"%%.17g\", m }' '%s'", \
	first, last, sign, sign, data)))
smallest_in(first, last) = extreme(first, last, -1)
largest_in(first, last) = extreme(first, last, 1)

columns = meta("columns")
nr_columns = words(columns)
# Rows of the first block, and their names: two words each.
names = system(sprintf("awk -F '\t' '/^#/ { next } !NF { exit } { print $1 }' '%s'", data))
nr_rows = words(names) / 2
name(r) = word(names, 2 * r + 1)." ".word(names, 2 * r + 2)

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

# The canvas is cut in pixels: these are from its top and bottom edge.
above(px) = 1 - 1. * px / height
below(px) = 1. * px / height
across(px) = 1. * px / width

terminal(suffix) = suffix eq "svg" ? \
	sprintf("set terminal svg size %d,%d font 'DejaVu Sans,10' background 'white' noenhanced", \
		width, height) : \
	sprintf("set terminal pngcairo size %d,%d font 'DejaVu Sans,8' fontscale 2 linewidth 2 noenhanced", \
		2 * width, 2 * height)

# After Okabe and Ito, in an order in which neighbours differ in lightness.
array colours[6] = ["#b8b8b8", "#0072b2", "#e69f00", "#009e73", "#1a1a1a", "#cc79a7"]
# More stages than that are a range of commits: along the rainbow.
colour(i) = nr_columns <= |colours| ? colours[(i - 1) % |colours| + 1] : \
	sprintf("#%06x", hsv2rgb(0.75 * (i - 1.) / nr_columns, 0.65, 0.85))

# Of a stage, or no bar where that has no value: none may be without any point.
value_of(i) = valid(i + 1) ? column(i + 1) : 0

# Lines, a block of the data file each: shape tells them apart without colour.
array mark[6] = [7, 5, 9, 11, 13, 3]
array strong[6] = ["#0072b2", "#d55e00", "#009e73", "#1a1a1a", "#cc79a7", "#e69f00"]
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
	sprintf("set object %d rectangle from screen %g, screen %g to screen %g, screen %g fc rgb '%s' fs solid noborder;", \
		i, across(px), above(y + 4), across(px + 12), above(y - 5), colour(i)).\
	text(1000 + i, sprintf("word(columns, %d)", i), px + 16, y, 9, ink)
# As many stages a line as fit; scripts leave "legend_more" px for further lines.
step_of(i) = 34 + 7 * strlen(word(columns, i))
fits_in(i, px) = px == 8 || px + step_of(i) - 18 <= width
legend(i, px, y) = i > nr_columns ? "" : !fits_in(i, px) ? legend(i, 8, y + 14) : \
	swatch(i, px, y).legend(i + 1, px + step_of(i), y)
more_lines(i, px) = i > nr_columns ? 0 : !fits_in(i, px) ? 1 + more_lines(i, 8) : \
	more_lines(i + 1, px + step_of(i))
legend_more = 14 * more_lines(1, 8)
# A title that is too long for the canvas is set smaller.
fits_title(key, length, large, small) = strlen(meta(key)) <= length ? large : small
titles(stages) = text(101, "meta('title')", 8, 14, fits_title("title", 76, 11, 8), "#000000").\
	text(102, "meta('subtitle')", 8, 32, fits_title("subtitle", 100, 9, 7), faint).\
	text(103, "caption", 8, height - 12 * (count("kernel") + captioned), 7, faint).\
	(stages ? legend(1, 8, 52) : "")
