#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: blocks.sh SEED BLOCKS RUNS SIDE...
#
# Prints a plan, a line "BLOCK SIDE" for each run: every block has RUNS of each
# side, in an order of its own that is drawn from SEED.
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
awk -v seed="$seed" -v blocks="$blocks" -v runs="$runs" -v sides="$*" 'BEGIN {
	srand(seed)
	nr = split(sides, name, " ")
	for (b = 0; b < blocks; b++) {
		n = 0
		for (i = 0; i < nr * runs; i++)
			side[n++] = name[1 + int(i / runs)]
		for (i = n - 1; i > 0; i--) {
			j = int(rand() * (i + 1))
			t = side[i]; side[i] = side[j]; side[j] = t
		}
		for (i = 0; i < n; i++)
			print b, side[i]
	}
}'
