#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# relation.sh, on records that are made up: correlations that are known, ties, a row that
# is out of order, rows that only some have. TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# record TIER METRIC UNIT PASS EXACT: of "SCENARIO OP VALUE" lines.
record() {
	bench/tests/make_fixture.sh metal | sed "s/\"tier\":\"metal\"/\"tier\":\"$1\"/;q"
	rows=1
	while read -r scenario op value; do
		echo "{\"type\":\"row\",\"scenario\":\"$scenario\",\"version\":\"1\",\"op\":\"$op\",\"metric\":\"$2\",\"unit\":\"$3\",\"pass\":\"$4\",\"better\":\"lower\",\"exact\":$5,\"ops\":1,\"params\":{\"threads\":1,\"population\":2},\"batches\":[$value]}"
		rows=$((rows + 1))
	done
	echo "{\"type\":\"trailer\",\"lines\":$rows}"
}
metal() {
	record metal latency ns/op time false
}
native() {
	record native latency ns/op time false
}
exact() {
	record exact insns insns/op insns true
}
relation() {
	try scripts/relation.sh "$tmp/metal" "$tmp/native" "$tmp/exact"
}

printf '%s\n' 'memfd_a mmap 100' 'memfd_a munmap 200' 'secretmem_a mmap 300' \
	'secretmem_a munmap 500' 'alone mmap 9' | metal >"$tmp/metal"
printf '%s\n' 'memfd_a mmap 10' 'memfd_a munmap 20' 'secretmem_a mmap 15' \
	'secretmem_a munmap 50' | native >"$tmp/native"
printf '%s\n' 'memfd_a mmap 1000' 'memfd_a munmap 2000' 'secretmem_a mmap 2000' \
	'secretmem_a munmap 4000' 'elsewhere mmap 3' | exact >"$tmp/exact"
relation
is 'exit 0' "$status" 0
ok 'values of an operation' grep -Eq '^memfd_a munmap +2000 +20 +200$' "$tmp/out"
ok 'not of one that only one of them has' sh -c "! grep -Eq '^(alone|elsewhere)' '$tmp/out'"
# Two neighbours of four in the other order: 1 - 6 * 2 / (4 * 15).
ok 'two ranks are exchanged: 0.8' grep -q '^native and metal: 4 rows, rank correlation 0.80$' \
	"$tmp/out"
# Of ranks 1 2.5 2.5 4: 4.5 / sqrt(5 * 4.5).
ok 'ties have the mean of their ranks: 0.95' \
	grep -q '^metal and exact: 4 rows, rank correlation 0.95$' "$tmp/out"
ok 'the rows that are farthest apart' grep -Eq \
	'^  secretmem_a mmap +rank +2.0 in native, +3.0 in metal$' "$tmp/out"
ok 'secretmem against memfd, within each' \
	grep -Eq '^secretmem_a mmap +2.00 +1.50 +3.00$' "$tmp/out"
ok 'nothing of bodies, which none has' sh -c "! grep -q body '$tmp/out'"

{
	sed '$d' "$tmp/metal"
	printf '%s\n' 'memfd_a mmap 40' 'memfd_a munmap 30' 'secretmem_a mmap 20' \
		'secretmem_a munmap 10' | record metal latency_body ns/op body false |
		sed '1d;$d'
	echo '{"type":"trailer","lines":10}'
} >"$tmp/both"
mv "$tmp/both" "$tmp/metal"
relation
ok 'with bodies: their column' grep -Eq '^memfd_a munmap +2000 +20 +200 +30$' "$tmp/out"
ok 'and how they agree' grep -q '^body and exact: 4 rows, rank correlation -0.95$' "$tmp/out"

printf '%s\n' 'memfd_a mmap 1' 'other mmap 2' | exact >"$tmp/exact"
relation
is 'too few rows: exit 2' "$status" 2
says 'which is said' 'native and exact share 1 rows: too few'
rm "$tmp/exact"
relation
is 'a record that is not there: exit 1' "$status" 1
says 'which one' "$tmp/exact"
try scripts/relation.sh "$tmp/metal"
is 'too few arguments: exit 2' "$status" 2

finish
