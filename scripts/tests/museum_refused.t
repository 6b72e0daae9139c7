#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# museum.sh on what cannot be measured, judged or asked for, and where it is killed.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/museum_cases.sh
. "$here/museum_cases.sh"

museum same wrong refused dead
is 'cases that cannot be measured: exit 3' "$status" 3
is 'one that does not build says so' "$(of wrong 10 11 | cut -c 1-31)" \
	"$(printf 'NOT MEASURED\tit does not build:')"
is 'so does one whose patch does not apply' "$(of refused 10 11 | cut -c 1-31)" \
	"$(printf 'NOT MEASURED\tit does not build:')"
is 'and one that does not run' "$(of dead 10 11)" "$(printf 'NOT MEASURED\tnop: it hung')"
is 'the others are judged' "$(of same 10)" 'not flagged'
ok 'they are counted' grep -qx '3 of 4 not measured' "$tmp/out"
museum slow
is 'no such case: exit 2' "$status" 2
says '  which one was meant' "did you mean 'slower'?"
try "$root/scripts/museum.sh" slower
is 'an argument: exit 2' "$status" 2
SCENARIOS=nosuch museum same
is 'no such scenario: exit 2' "$status" 2
ok '  and nothing is measured' [ ! -s "$tmp/calls" ]
SET=nosuch museum same
is 'no such set: exit 2' "$status" 2
says '  which there are' 'choose one of primary extended mm'
SET=mm museum same
is 'a set: exit 0' "$status" 0
is '  no other one is measured' "$(grep -c secretmem_append "$tmp/calls" || :)" 0
for page in "$tmp" /dev/null "$RESULTS/museum/table.md"; do
	try "$root/scripts/museum.sh" --page "$page"
	is "a page of what is no table, ${page##*/}: exit 2" "$status" 2
done
cd /
museum '*'
is 'a case is no pattern of files: exit 2' "$status" 2
says '  which is said' "there is no case '*'"
cd "$root"
LUCK=$tmp/nothing museum same
is 'LUCK that is no file: exit 2' "$status" 2

# list TEXT...: another museum with such a list, whose answer is exit 2 and TEXT
listed() {
	said=$1
	shift
	printf '%s\n' "$@" >"$tmp/other/list"
	MUSEUM=$tmp/other museum
	is "a list with '$*': exit 2" "$status" 2
	says '  and why' "$said"
}
mkdir "$tmp/other"
cp "$MUSEUM/same.patch" "$tmp/other"
listed 'has no case' '# nothing'
listed "same is no regression, gain or neutral, but 'neutrall'" 'same neutrall'
listed 'same stands in it twice' 'same neutral' 'same neutral'
listed 'same expects no scenario, nor is it missed' 'same regression'
listed "there is no $tmp/other/other.patch" 'same neutral' 'other neutral'
echo 'same neutral' >"$tmp/other/list"
MUSEUM=$tmp/other museum
is 'a museum that leaves no scenario out: exit 0' "$status" 0
ok '  all are measured' grep -q 'secretmem_append secretmem_fill nop' "$tmp/calls"

museum spoiled
is 'a case that is judged: exit 0' "$status" 0
: >"$tmp/spoil"
cp "$POLICY" "$tmp/policy.kept"
REMEASURE=1 museum spoiled
is 'one of which the judge fails: exit 1' "$status" 1
says '  which is said' 'spoiled could not be judged'
cp "$tmp/policy.kept" "$POLICY"

# What ends with it

: >"$tmp/hold"
signals=TERM
! setpriv --pdeathsig TERM true 2>/dev/null || signals='TERM KILL'
for signal in $signals; do
	rm -f "$tmp/held"
	env LUCK=0 CASES=same REMEASURE=1 "$root/scripts/museum.sh" >"$tmp/out" 2>"$tmp/err" &
	within 30 [ -s "$tmp/held" ] || :
	kill -s "$signal" $!
	wait $! 2>/dev/null || :
	# shellcheck disable=SC2016 # the argument
	ok "$signal: what was measured ends, too" within 60 \
		sh -c '! kill -0 "$(cat "$1")"' sh "$tmp/held"
done
rm "$tmp/hold" "$tmp/policy"
museum same
is 'no policy: exit 2' "$status" 2
finish
