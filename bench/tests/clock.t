#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The step of this machine's clock is in a record that it makes, what operations took
# is in such steps, and the reader knows of it. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

try "$here/build/vmabench" bench -s 1 --dir "$tmp" -o record.jsonl nop
ok 'a record' test -s record.jsonl
step=$(sed -n '1s/.*"clock_step_ns":\([0-9.]*\).*/\1/p' record.jsonl)
ok 'has the step of the clock' awk -v step="$step" 'BEGIN { exit !(step > 0) }'
# Whole ns, of which half a one is lost; means of a bucket are above 511 ns.
sed -n '/"latency"/s/.*"hist":\[\[\(.*\)\]\].*/\1/p' record.jsonl |
	sed 's/\],\[/\n/g' | awk -F, '$1 < 512 { print $1 }' >took.txt
ok 'with times' test -s took.txt
# shellcheck disable=SC2016 # a script
ok 'which are whole steps' awk -v step="$step" '
	{ off = $1 / step - int($1 / step + 0.5) }
	step > 2 && (off > 0.6 / step + 0.02 || off < -0.6 / step - 0.02) { exit 1 }' took.txt
run 0 'show' show record.jsonl
says '^the clock advances by [0-9.]* ns, a bucket is up to 1/256 wide: interpolated$'
sed '1s/"clock_step_ns":[0-9.]*,*//; 1s/,}/}/' record.jsonl >older.jsonl
run 0 'a record that does not say' show older.jsonl
says_not 'interpolated'
# shellcheck disable=SC2016 # a script
ok '  has p50 in whole steps' awk -v step="$step" '
	$1 == "nop" { off = $4 / step - int($4 / step + 0.5)
		      exit step > 2 && (off > 0.6 / step || off < -0.6 / step) }' out

finish
