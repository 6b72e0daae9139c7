#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: blocks.sh SEED BLOCKS RUNS SIDE...
#
# Prints a plan, a line "BLOCK SIDE" for each run: every block has RUNS of each
# side, in an order of its own that is drawn from SEED.  A plan in which one side
# comes first in 7 of 8 pairs with another one could not tell them from what
# drifts (order.c): it is drawn again, up to 1000 times, for of many sides with
# few runs most plans are such.
#
# Exit status: 0, or 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

[ $# -ge 5 ] || usage
seed=$1
blocks=$2
runs=$3
shift 3
awk -v seed="$seed" -v blocks="$blocks" -v runs="$runs" -v sides="$*" '
# Does a come first in nearly all pairs of a and b within blocks?
function precedes(a, b,		block, i, late, first) {
	for (block = 0; block < blocks; block++) {
		late = 0
		for (i = 0; i < n; i++) {
			if (plan[block, i] == a)
				first += runs - late
			late += plan[block, i] == b
		}
	}
	return 8 * first >= 7 * blocks * runs * runs
}
function confounded(	i, j) {
	for (i = 1; i <= nr; i++)
		for (j = 1; j <= nr; j++)
			if (name[i] != name[j] && precedes(name[i], name[j]))
				return 1
	return 0
}
function draw(	block, i, j, t) {
	for (block = 0; block < blocks; block++) {
		for (i = 0; i < n; i++)
			plan[block, i] = name[1 + int(i / runs)]
		for (i = n - 1; i > 0; i--) {
			j = int(rand() * (i + 1))
			t = plan[block, i]
			plan[block, i] = plan[block, j]
			plan[block, j] = t
		}
	}
}
BEGIN {
	srand(seed)
	nr = split(sides, name, " ")
	n = nr * runs
	do
		draw()
	while (++tries < 1000 && confounded())
	for (block = 0; block < blocks; block++)
		for (i = 0; i < n; i++)
			print block, plan[block, i]
}'
