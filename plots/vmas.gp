# SPDX-License-Identifier: GPL-2.0-or-later
#
# VMAs that adjacent mappings take: a row per scenario, a tile per stage, the
# darker the more of the mappings have a VMA of their own.
# usage: gnuplot -e "data='vmas.dat'; out='vmas'" vmas.gp
# Rows: scenario and operation, mappings, VMAs by stage or why there are none.

load ARG0[1:strlen(ARG0) - strlen("vmas.gp")]."style.gp"

row = 20					# px
bottom = 22 + 12 * (count("kernel") + captioned)
differing = int(meta("differing"))
gap = differing > 0 && differing < nr_rows ? 0.5 : 0	# rows
# Where that differs, a column says how many mappings a row is of.
of_many = meta("mappings") eq "N"
longest_label = 0
# mmap is what most of them do; an operation of another name is said.
label(r) = word(names, 2 * r + 2) eq "mmap" ? word(names, 2 * r + 1) : name(r)
do for [r = 0:nr_rows - 1] { longest_label = strlen(label(r)) > longest_label ? strlen(label(r)) : longest_label }
left = (longest_label > 26 ? 6.8 * longest_label + 4 : 180) + 36 * of_many			# px
tile = nr_columns > 1 ? (592 - left) / nr_columns : 160
tile = tile > 110 ? 110 : tile
right = left + nr_columns * tile
# Names that are wider than their tiles stand upright.
upright = tile < 6.6 * longest_column
top = 74 + (upright ? (tile < 14 ? 5.6 : 6.6) * longest_column - 4 : 0)
height = head + top + (nr_rows + gap) * row + bottom

middle(r) = -(r + 0.5) - (r < differing ? 0 : gap)
do for [r = 0:nr_rows - 1] { set ytics add (label(r) middle(r)) }

# 0 where they are one VMA, 1 where each has its own.
share(vmas, mappings) = vmas <= 1 ? 0 : mappings <= 1 ? 1 : \
	log(vmas) / log(mappings) > 1 ? 1 : log(vmas) / log(mappings)
mix(a, b, t) = int(a + (b - a) * t)
# From light to dark grey: the colours of the palette say better or worse elsewhere.
shade(t) = (65536 + 256 + 1) * mix(232, 64, t)
tint(t) = t > 0.5 ? 0xffffff : 0x202020
# A reason is no number: its tile stays white.
vmas(i) = share(column(i + 2), column(2))
known(i) = valid(i + 2)
# In narrow tiles a value goes on until the next one, and is written where it begins.
narrow = tile < 26
said(i) = narrow && i > 1 && strcol(i + 2) eq strcol(i + 1) ? "" : strcol(i + 2)

set lmargin at screen across(left)
set rmargin at screen across(right)
set tmargin at screen above(top)
set bmargin at screen below(bottom)
set xrange [0:nr_columns]
set yrange [-nr_rows - gap:0]
unset grid
unset xtics
set border 0

if (gap) {
	set arrow 1 from screen across(8), first -differing - gap / 2 \
		to screen across(right), first -differing - gap / 2 \
		nohead lc rgb faint lw 0.7
}
if (of_many) {
	set label 200 "N" at first 0, screen above(top - 9) \
		right offset -1,0 font ",9" textcolor rgb ink
	set ytics offset -5.5
}
do for [i = 1:nr_columns] {
	if (upright) {
		set label 200 + i word(columns, i) at first i - 0.5, screen above(top - 4) \
			left rotate by 90 font tile < 14 ? ",6" : ",9" textcolor rgb ink
	} else {
		set label 200 + i word(columns, i) at first i - 0.5, screen above(top - 9) \
			center font ",9" textcolor rgb ink
	}
}

place = narrow ? "left" : "center"

do for [suffix in "svg png"] {
	eval terminal(suffix)
	set output out.".".suffix
	eval titles(0)
	plot for [i = 1:nr_columns] data \
			using (i - 0.5):(middle($0)):(i - 0.98):(i - 0.02):(middle($0) - 0.45):(middle($0) + 0.45):(known(i) ? shade(vmas(i)) : 0xffffff) \
			with boxxyerror lc rgb variable notitle, \
		for [i = 1:nr_columns] data \
			using (narrow ? i - 0.95 : i - 0.5):(middle($0)):(said(i)):(known(i) ? tint(vmas(i)) : 0x606060) \
			with labels @place font ",9" textcolor rgb variable notitle, \
		data using (0):(middle($0)):(of_many ? strcol(2) : "") \
			with labels right offset -1,0 font ",9" textcolor rgb ink notitle
}
