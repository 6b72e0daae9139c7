#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Four cases of the museum, built, booted and judged: two regressions and a gain are
# flagged, each by its guilty function, and a change that changes nothing is not.  On three
# scenarios; "make museum" has all.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
export QUIET=1 RESULTS="$tmp/results" LUCK=0
export SCENARIOS="anon_append anon_populated_move_16 brk_grow_1"
export CASES="prealloc_worst mremap_folio brk_direct vma_rename"

need_kernels stock
try scripts/museum.sh
is 'four cases: exit 0' "$status" 0
table=$RESULTS/museum/table.tsv
is 'two regressions and a gain are flagged, and what only renames is not' \
	"$(awk -F '\t' '{ printf "%s %s: %s\n", $2, $1, $10 }' "$table")" \
	'gain brk_direct: flagged
regression prealloc_worst: flagged
regression mremap_folio: flagged
neutral vma_rename: not flagged'
is 'a user sees what mmap() does by default, and the others in mm' \
	"$(cut -f 1,6 "$table" | paste -s -d ' ')" \
	"$(printf 'brk_direct\tmm only prealloc_worst\tprimary mremap_folio\tmm only vma_rename\t-')"
is 'a row of the right scenario moved most' \
	"$(awk -F '\t' '$7 != "-" { sub(/ .*/, "", $7); print $7 }' "$table" | sort -u |
		paste -s -d ' ')" 'anon_append anon_populated_move_16 brk_grow_1'
finish
