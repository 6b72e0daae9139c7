#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# range.sh on this machine, with the history of a source that only pretends to be a kernel,
# and a vmabench that boots nothing.
#
# shellcheck disable=SC2016,SC2154 # what eval expands; variables of range_world.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/range_world.sh
. "$here/range_world.sh"
range_sh=$root/scripts/range.sh
break_and_mend
export RANGE=main..topic QUIET=1
cd "$tmp"
state >"$tmp/before"

# session: the latest one.
session() {
	find results/series -mindepth 1 -maxdepth 1 -name '2*' | LC_ALL=C sort | tail -n 1
}

# measured: how many kernels were since it was asked for last.
measured() {
	[ -f measured ] || : >measured
	wc -l <measured
	: >measured
}

# ends: what became of the cells.
ends() {
	names=$(cut -d ' ' -f 1 "$(session)/range/cells")
	for name in $names; do
		cut -d ' ' -f 1 "$(session)/range/$name.end" 2>/dev/null || echo none
	done | paste -s -d ' '
}

# forget: what was measured before.
forget() {
	rm -rf cache/cells cache/records
}

all='done done done done BUILD-FAILED done'

# A range, from end to end

try "$range_sh" submit
is 'a range with a commit that does not build: exit 3' "$status" 3
is 'a range: a cell for each commit' "$(ends)" "$all"
is 'a range: five kernels are measured' "$(measured)" 5
first=$(session)
is 'a range: a record for each of them' "$(find "$first" -name '*.jsonl' | wc -l)" 5
ok 'a range: the others are holes, with the reason' \
	grep -q '^s04_break_it BUILD-FAILED .*("mm: break it"): mm/b.c:1: error: #error$' \
	"$first/stages"
is 'a range: stages in their order' "$(cut -c 1-3 "$first/stages" | paste -s -d ' ')" \
	's00 s01 s02 s03 s04 s05'
ok 'a range: latest is that session' [ "results/series/latest" -ef "$first" ]
ok 'a range: the tree is untouched' untouched
is 'a range: nothing half-written is left' "$(find results cache -name '.new-*' | wc -l)" 0
is 'a range: nor what says that it is shared' "$(find cache -name '.plan-*' | wc -l)" 0
ok 'a range: where the time went' grep -q '^measure [0-9]' "$first/range/s02_a.times"

try "$range_sh" submit
is 'again: exit 3' "$status" 3
is 'again: nothing is measured' "$(measured)" 0
for record in "$first"/*.jsonl; do
	ok "again: the same ${record##*/}" cmp "$record" "$(session)/${record##*/}"
done

echo '# another one' >>"$B/vmabench"
rm -rf cache/trees
try "$range_sh" submit
is 'another program: all are measured' "$(measured)" 5
is 'another program: images are taken as they are' \
	"$(cat "$(session)"/range/*.times | grep -c '^image ')" 5
is 'another program: none is built' \
	"$(cat "$(session)"/range/*.times | grep -c '^compile ')" 0

# A commit that another range has under another name

RANGE='topic~3..topic~2' try "$range_sh" submit
is 'a part of the range: exit 0' "$status" 0
is 'a part of the range: nothing is measured' "$(measured)" 0
ok 'a part of the range: the records have its names' \
	grep -q '"stage":"s01_use_mmap_prepare"' "$(session)/s01_use_mmap_prepare.jsonl"

# Kernels that do not boot, and failures that are no kernel's

echo two >dies
forget
try "$range_sh" submit
is 'two that do not boot: exit 3' "$status" 3
is 'two that do not boot: are that' "$(ends)" \
	'done done BOOT-FAILED BOOT-FAILED BUILD-FAILED done'
ok 'two that do not boot: with the reason' grep -q '^s02_a BOOT-FAILED .*: Kernel panic' \
	"$(session)/stages"
is 'two that do not boot: each was begun once' \
	"$(wc -l <"$(session)/range/s02_a.tries")" 1
is 'two that do not boot: a record of neither' "$(find "$(session)" -name 's0[23]*.jsonl' | wc -l)" 0
rm -f dies

forget
: >broken
measured >/dev/null
try "$range_sh" submit
is 'no answer: exit 4' "$status" 4
is 'no answer: FAILED' "$(ends)" 'FAILED FAILED FAILED FAILED BUILD-FAILED FAILED'
is 'no answer: begun once more' "$(wc -l <"$(session)/range/s01_defer_the_retry.tries")" 2
ok 'no answer: says why' grep -q '^s02_a FAILED .*: .*the disk is full' "$(session)/stages"
says 'no answer: says what to do' "range.sh resume $tmp/$(session)"
try "$range_sh" status
ok 'no answer: status says so' grep -q '^failed  *5  s00_base' out
ok 'no answer: status says why' grep -q '^  s02_a .*the disk is full' out
rm -f broken
broken=$(session)
try "$range_sh" resume
is 'resumed: exit 3' "$status" 3
is 'resumed: in the same session' "$(session)" "$broken"
is 'resumed: every cell has an answer' "$(ends)" "$all"
is 'resumed: five were measured' "$(measured)" 5
try "$range_sh" resume
is 'nothing to resume: exit 3, as before' "$status" 3
is 'nothing to resume: nothing is measured' "$(measured)" 0

# Cancelled, and killed

forget
: >hold
before=$(session)
"$range_sh" submit >out 2>err &
job=$!
begun() {
	[ "$(session)" != "$before" ] && [ -f "$(session)/range/s00_base.tries" ]
}
ok 'a cell begins' within 20 begun
try "$range_sh" status
ok 'status: one runs, on this machine' grep -q "^  s00_base .* on $(uname -n), since" out
ok 'status: the others are to go' grep -q '^to go  *5$' out
try "$range_sh" resume
is 'resumed while it runs: exit 2' "$status" 2
says 'resumed while it runs: says what to do' 'range.sh cancel'
try "$range_sh" cancel
is 'cancelled: exit 0' "$status" 0
ok 'cancelled: says how many are left' grep -q '6 cells, 6 of them without an answer' out
status=0
wait "$job" || status=$?
is 'cancelled: the one that ran it ends, with 4' "$status" 4
is 'cancelled: no cell has an answer' "$(ends)" 'none none none none none none'
rm -f hold
try "$range_sh" resume
is 'resumed after that: every cell has an answer' "$(ends)" "$all"

forget
: >hold
before=$(session)
setsid "$range_sh" submit >out 2>err &
job=$!
ok 'a cell begins, once more' within 20 begun
env kill -9 -- "-$job"
wait "$job" 2>/dev/null || :
rm -f hold
try "$range_sh" status
ok 'killed: status shows a cell that was begun' grep -q '^running  *1' out
measured >/dev/null
# Two at once: one of them has it, were it while machines are asked.
"$range_sh" resume >other 2>&1 &
job=$!
ok 'killed: somebody else resumes' within 20 eval \
	'grep -qx "$(uname -n) $job" "$(session)/range/owner"'
try "$range_sh" resume
is 'killed, and resumed twice: one is refused: exit 2' "$status" 2
wait "$job" || :
try "$range_sh" resume
is 'killed, and resumed: every cell has an answer' "$(ends)" "$all"
is 'killed, and resumed: nothing half-written is left' \
	"$(find results cache -name '.new-*' | wc -l)" 0
ok 'killed, and resumed: the same records' cmp "$first/s02_a.jsonl" "$(session)/s02_a.jsonl"

# A store that is somewhere else, and what is damaged in it

echo "scratch $tmp/here/%N" >cluster
export CLUSTER="$tmp/cluster" VMABENCH_STORE="$tmp/store"
try "$range_sh" submit
is 'a store: exit 3' "$status" 3
ok 'a store: the same records' cmp "$first/s02_a.jsonl" "$(session)/s02_a.jsonl"
for record in store/cells/*.jsonl; do
	echo '{' >"$tmp/bad"
	cat "$tmp/bad" >"$record.new"
	mv -f "$record.new" "$record"
done
for failed in store/cells/*.failed; do
	rm -f "$failed"
	: >"$failed"
done
for image in store/images/*/vmlinux; do
	chmod u+w "$image"
	echo worse >>"$image"
done
rm -rf here
measured >/dev/null
try "$range_sh" submit
is 'a store that is damaged: every cell has an answer' "$(ends)" "$all"
is 'a store that is damaged: all are measured anew' "$(measured)" 5
ok 'a store that is damaged: the same records' cmp "$first/s02_a.jsonl" "$(session)/s02_a.jsonl"
try "$range_sh" submit
is 'a store that is mended: nothing is measured' "$(measured)" 0
unset CLUSTER VMABENCH_STORE

# A branch that is rebased meanwhile

last=$(git_in rev-parse topic)
git_in update-ref refs/heads/topic topic~2
try "$range_sh" status
says 'rebased: says which commits are gone, and that they are kept' \
	'2 of these commits are no longer in it, and their cells are kept: s04_break_it'
git_in update-ref refs/heads/topic "$last"

# Slots

forget
measured >/dev/null
SCENARIOS='nop
anon_append' RESULTS="$tmp/a {}'b" SLOTS=2 try "$range_sh" submit
is 'two slots, and braces in a path: exit 3' "$status" 3
ok 'scenarios in two lines: all of them' \
	grep -qx 'scenarios nop anon_append' "$tmp/a {}'b"/series/latest/range/plan
forget
measured >/dev/null
SLOTS=2 try "$range_sh" submit
is 'two slots: every cell has an answer' "$(ends)" "$all"
is 'two slots: five were measured' "$(measured)" 5
ok 'two slots: in folders of their own' [ -d cache/slots/2 ]
ok 'two slots: the same records' cmp "$first/s02_a.jsonl" "$(session)/s02_a.jsonl"

echo "1..$tap_count"
