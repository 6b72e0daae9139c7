#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-patch.sh: a patch as b4 passes it, and the stages of a session.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
script=$PWD/scripts/check-patch.sh

session=$tmp/results/series/latest
mkdir -p "$session"
about='"series":{"stages":[{"stage":"hook","patch":"mm: add a hook"},{"stage":"secretmem","patch":"mm: use it"},{"stage":"noretry","patch":"mm: do not retry"}]},'
for stage in hook secretmem noretry; do
	bench/tests/make_fixture.sh $stage wide | sed "1s|\"kernel\":{|$about&|" \
		>"$session/$stage.jsonl"
	echo "$stage $stage.jsonl" >>"$session/stages"
done
echo 'last BUILD-FAILED 1234567 ("mm: broken"): mm/mmap.c:1: error' >>"$session/stages"
export RESULTS="$tmp/results"

# check SUBJECT ARGUMENT...: from somewhere else, as b4 does
check() {
	printf 'Subject: [PATCH 1/3] %s\n\n---\n' "$1" >"$tmp/mail"
	shift
	(cd "$tmp" && "$script" "$@") <"$tmp/mail" >"$tmp/out" 2>"$tmp/err"
	status=$?
}
check 'mm: do not retry'
is 'a patch that loses merges' "$status $(grep -c '^ERROR: noretry against secretmem, counted: ' "$tmp/out")" '0 1'
check 'mm: use it'
is 'a patch that is a gain: silence' "$status $(cat "$tmp/out" "$tmp/err")" '0 '
check 'mm: broken'
ok 'what does not build is an error' grep -q '^ERROR: last: BUILD-FAILED' "$tmp/out"
check 'mm: of somebody else'
ok 'what was not measured is a warning' grep -q '^no stage that was measured is' "$tmp/out"
check 'mm: use it' --json
ok 'as JSON' grep -q '^\[{"tool":"vmabench","status":"pass",' "$tmp/out"
check 'mm: use it' "$session"
is 'a session by name' "$status" 0
check 'mm: use it' "$tmp/none"
is 'no session' "$status" 2
says '  that says what is wanted' 'a session of make series is wanted'
check 'mm: use it' --xml
is 'no such option' "$status" 2

finish
