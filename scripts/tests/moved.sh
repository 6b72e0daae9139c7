#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: moved.sh OLD NEW [ROW=DIFFERENCE...]
#
# Do two records differ as expected?  Says which rows of insns, maple_stores and
# vmas moved, by how much an operation, and which of them should not have, or not
# so.  ROW is a pattern as of the shell; branch.expected has more.
#
# Exit status: 0 as expected, 1 not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

[ $# -ge 2 ] || usage
old=$1
new=$2
shift 2

awk -v expected="$*" '
# field NAME: of the row that is being read, a string or a number.
function field(name,    text) {
	if (!match($0, "\"" name "\":\\[?\"?[^\",\\]]*"))
		return ""
	text = substr($0, RSTART, RLENGTH)
	sub(/^"[^"]*":\[?"?/, "", text)
	return text
}
function fits(row, pattern) {
	gsub(/\*/, "[^/]*", pattern)
	return row ~ "^" pattern "$"
}
function wrong(text) {
	print text | sort
	bad = 1
}
BEGIN {
	sort = "LC_ALL=C sort"
	nr = split(expected, want, " ")
	for (i = 1; i <= nr; i++) {
		pattern[i] = want[i]
		sub(/=.*/, "", pattern[i])
		sub(/.*=/, "", want[i])
	}
}
FNR == 1 { file++ }
/^\{"type":"row",/ && field("metric") ~ /^(insns|maple_stores|vmas)$/ {
	row = field("scenario") "/" field("op") "/" field("metric")
	value[file, row] = field("batches")
	ops[row] = field("ops")
	rows[row] = 1
}
END {
	for (row in rows) {
		if (!((1, row) in value) || !((2, row) in value)) {
			wrong(row ": only in one of the records")
			continue
		}
		moved = (value[2, row] - value[1, row]) / ops[row]
		wanted = 0
		for (i = 1; i <= nr; i++)
			if (fits(row, pattern[i])) {
				wanted = want[i]
				hit[i]++
				break
			}
		if (wanted == "any" || moved == wanted + 0) {
			if (moved)
				print row ": " moved | sort
		} else {
			wrong(row ": " moved ", expected was " wanted)
		}
	}
	if (!file || !length(rows))
		wrong("no rows")
	for (i = 1; i <= nr; i++)
		if (want[i] != "any" && want[i] != 0 && !hit[i])
			wrong(pattern[i] ": there is no such row")
	close(sort)
	exit bad
}' "$old" "$new"
