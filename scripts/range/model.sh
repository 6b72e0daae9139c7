# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: how long the same cells would take on more machines than there were.

# Each machine builds its whole tree once, for the first cell that it has; every other cell
# takes what the measured ones took that compiled little, and those that compiled much as long
# as they took.  Cells are handed out in order, to the machine that is free first.
cmd_model() {
	names | while read -r one; do
		[ ! -f "$range/$one.times" ] || awk -v name="$one" '
			{ took[$1] = $2 }
			END {
				if ("measure" in took || "build" in took)
					print name, took["total"], took["objects"] + 0
			}' "$range/$one.times"
	done >"$tmp/measured"
	[ "$(wc -l <"$tmp/measured")" -ge 3 ] || fail 1 "fewer than three cells of $session were" \
		"measured, the others were kept: there is nothing to make a model of"
	sort -k 2,2n "$tmp/measured" | awk -v all="$(names | wc -l)" '
		{ total[NR] = $2; objects[NR] = $3; if ($3 > most) most = $3 }
		END {
			# A whole build is one of nearly all objects.
			for (i = 1; i <= NR; i++) {
				if (objects[i] > most * 0.8) {
					whole_s += total[i]
					whole++
				} else {
					part[++parts] = total[i]
				}
			}
			if (!parts) {
				print "every cell was a whole build"
				exit 1
			}
			median = part[int((parts + 1) / 2)]
			first = whole_s / whole - median
			for (i = 1; i <= all; i++)
				cell[i] = part[(i - 1) % parts + 1]
			printf "A model, not measured: %d cells as those of which %d were measured,\n", \
				all, NR
			printf "%d s the median cell, and %d s more for the first one of a machine\n\n", \
				median, first
			print "machines   makespan   speed-up   efficiency"
			for (m = 1; m <= 64; m *= 2) {
				for (i = 1; i <= m; i++)
					free[i] = first
				makespan = 0
				for (i = 1; i <= all; i++) {
					at = 1
					for (j = 2; j <= m; j++)
						if (free[j] < free[at])
							at = j
					free[at] += cell[i]
					if (free[at] > makespan)
						makespan = free[at]
				}
				if (m == 1)
					one = makespan
				printf "%8d %8d s %10.1f %10.0f %%\n", m, makespan, one / makespan, \
					100 * one / makespan / m
			}
		}'
}
