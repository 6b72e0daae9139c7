#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/torture.sh: what it makes of parts that hold, lose, cannot be tried, or fail; and
# the short form of those that there are.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

QUIET=1
export QUIET

# --- parts that are made up

suite=$tmp/suite
mkdir -p "$suite/scripts/torture"
cp scripts/torture.sh scripts/lib.sh scripts/trust.sh scripts/scratch.sh "$suite/scripts"
cp scripts/torture/lib.sh "$suite/scripts/torture"
torture=$suite/scripts/torture.sh

# part NAME: makes one that does what standard input says, in each of four attempts.
part() {
	{
		cat <<-'EOS'
		#!/bin/sh
		# Usage: part

		set -eu
		root=$(cd "$(dirname "$0")/../.." && pwd)
		. "$root/scripts/lib.sh"
		. "$root/scripts/torture/lib.sh"
		no_options "$@"
		need_torture
		n=0
		while [ $n -lt "$(count 4 2)" ]; do
			n=$((n + 1))
			begin_attempt $n || continue
		EOS
		cat
		printf 'done\nreport_attempts\n'
	} >"$suite/scripts/torture/$1.sh"
	chmod +x "$suite/scripts/torture/$1.sh"
}

# row NAME: attempts, held and lost of the table.
row() {
	sed -n "s/^$1  *\([0-9]*\)  *\([0-9]*\)  *\([0-9]*\)\$/\1 \2 \3/p" "$tmp/out"
}

try "$torture"
is 'nothing was tried: no success' "$status" 1
part good <<'EOS'
	draw number 1000
	echo "$number" >>"$NUMBERS"
	held 'good: one'
	[ $n -ne 1 ] || held 'good: two'
	mkdir -m 500 "$TORTURE_DIR/$n"
EOS
NUMBERS=$tmp/numbers
export NUMBERS
try "$torture" good
is 'all of it held: exit 0' "$status" 0
is '  with a row for each attack' "$(row 'good: one') $(row 'good: two')" '4 4 0 1 1 0'
is '  and their sum' "$(row total)" '5 5 0'
is 'all numbers are others' "$(sort -u "$NUMBERS" | wc -l)" 4
cp "$NUMBERS" "$tmp/first"
: >"$NUMBERS"
try "$torture"
ok 'the same seed: the same ones' cmp "$NUMBERS" "$tmp/first"
: >"$NUMBERS"
try "$torture" --seed=2
ok 'another one: others' sh -c "! cmp '$NUMBERS' '$tmp/first'"
: >"$NUMBERS"
try env TORTURE_ONLY=3 "$torture"
is 'an attempt can be made alone' "$(row total)" '1 1 0'
is '  and is the same' "$(cat "$NUMBERS")" "$(sed -n 3p "$tmp/first")"
try "$torture" --short good
is 'the short form has fewer' "$(row total)" '3 3 0'

part bad <<'EOS'
	if [ $n -eq 2 ]; then
		lost 'bad: one' 'it broke'
	else
		held 'bad: one'
	fi
EOS
try "$torture" --short --seed=7 good bad
is 'one was lost: exit 1' "$status" 1
is '  which is in the table' "$(row 'bad: one')" '2 1 1'
says '  and said, with what to type' 'bad.sh: attempt 2, bad: one: it broke; to see it again: TORTURE_ONLY=2 scripts/torture.sh --short --seed=7 bad'

part unable <<'EOS'
	cannot 'there is no root here'
EOS
try "$torture" good unable
is 'what cannot be tried: exit 0' "$status" 0
ok '  is said, with the reason' \
	grep -qx 'not tried: unable: unable.sh: there is no root here' "$tmp/out"
try "$torture" unable
is '  and alone no success' "$status" 1

part fails <<'EOS'
	held 'fails: one'
	[ $n -lt 2 ] || exit 5
EOS
try "$torture" good fails
is 'a part that fails: exit 1' "$status" 1
ok '  is said' grep -qx 'FAILED: fails: exit status 5' "$tmp/out"
for line in 'one two' 'x	1' 'x	1	2' 'x	one	1' '	1	1'; do
	part talks <<-EOS
	echo '$line'
	EOS
	try "$torture" talks good
	is "no row is '$line': exit 1" "$status" 1
	ok '  which is said' grep -q '^FAILED: talks: it does not print' "$tmp/out"
done

try "$torture" god
is 'no part has this name: exit 2' "$status" 2
says '  and what was meant' "there is no part 'god'; did you mean 'good'?"
try "$torture" --seed=x
is 'no seed is this: exit 2' "$status" 2
try "$suite/scripts/torture/good.sh"
is 'a part by itself: exit 2' "$status" 2
says '  and what to type' 'a part is run by scripts/torture.sh good'

# What is killed leaves no folder when the next one has begun, nor a part at work.
part waits <<'EOS'
	echo $$ >"$PIDS"
	exec sleep 100
EOS
PIDS=$tmp/pids
export PIDS
mkfifo "$PIDS"
mkdir "$tmp/place"
TMPDIR=$tmp/place "$torture" waits >"$tmp/out" 2>"$tmp/err" &
pid=$!
read -r waiting <"$PIDS"
kill -9 $pid
wait $pid 2>/dev/null
ok 'a part ends with what has begun it' within 60 sh -c "! kill -0 $waiting"
try env TMPDIR="$tmp/place" "$torture" good
is 'and nothing of it is left by the next one' "$(ls -A "$tmp/place")" ''

# --- the parts that there are

try scripts/torture.sh --short
if grep -q '^total  *0 ' "$tmp/out" && ! grep -q '^FAILED: ' "$tmp/out"; then
	skip_test 'the short form: all of it holds' "$(grep '^not tried: ' "$tmp/out" | head -n 1)"
else
	is 'the short form: all of it holds' "$status" 0
fi
sed 's/^/# /' "$tmp/out"

finish
