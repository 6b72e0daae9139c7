#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What "vmadiff series" answers: sentences that are right, each left out or replaced where
# it does not hold, and that fit a terminal with what series.sh says below them.  TAP.
#
# shellcheck disable=SC2086 # pairs of records are several words
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# answer STATUS NAME ARGUMENT...: the sentences are unfolded in text, a line each
answer() {
	status_wanted=$1 what=$2
	shift 2
	run "$status_wanted" "$what" series "$@"
	is '  fits a screen' "$(($(wc -l <out) > 15)) $(grep -c '.\{81\}' out)" '0 0'
	awk '/^[A-Z][a-z]*: / || NR == 1 { printf "%s", (NR > 1 ? "\n" : "") }
	     { sub(/^ +/, NR > 1 ? " " : ""); printf "%s", $0 } END { print "" }' out |
		tr -s ' ' >text
}

# sentence REGEX...: an answer has each, as a whole line
sentence() {
	for regex; do
		ok "  $regex" grep -qxE -- "$regex" text
	done
}
lacks() {
	ok "  has no sentence $1" sh -c "! grep -q '^$1:' text"
}

for stage in stock deferred hook secretmem noretry; do
	ABOUT=1 "$fixture" $stage >$stage.jsonl
done
pair='deferred=deferred.jsonl noretry=noretry.jsonl'
insns() {
	"$vmadiff" export -f csv $1.jsonl |
		awk -F , -v key="$2,$3" '$1 "," $2 == key && $3 == "insns" { printf "%.1f", $11 }'
}

# --- two stages
answer 0 'two stages' $pair
sentence 'noretry against deferred: counted in QEMU[.]' \
	"Gain: secretmem_append mmap takes $(insns noretry secretmem_append mmap) instead of $(
		insns deferred secretmem_append mmap) instructions \(-50[.]2%\) and 1 instead of 2 maple-tree stores; [0-9]+ more operations take fewer instructions, up to -[0-9.]+% \([a-z_]+ mmap\)[.]" \
	'Cost: [0-9]+ of [0-9]+ operations take more instructions \(.*' \
	'Equal: [0-9]+ of [0-9]+ counts are equal to the digit, [0-9]+ better, [0-9]+ worse.*[.]' \
	'Merging: every operation leaves as many VMAs as before[.]' \
	'Unknown: nothing, every row has a verdict; no time was measured[.]'
lacks Failed
lacks Patches
# The numbers are those of the export.
"$vmadiff" export -f csv deferred.jsonl noretry.jsonl >rows.csv
same_rows=$(grep -c ,EXACT-SAME, rows.csv)
all_rows=$(($(wc -l <rows.csv) - 1))
ok "  $same_rows of $all_rows are equal, as exported" grep -q \
	"^Equal: $same_rows of $all_rows counts" text
run 0 'the tables come before it' series --tables $pair
ok '  tables' grep -q '^insns: instructions' out
is '  and the answer last' "$(grep -c . out) $(tail -n 1 out | cut -c 1-8)" \
	"$(grep -c . out) Unknown:"
cp out tables
run 0 'all of them' series --all $pair
ok '  are more' [ "$(wc -l <out)" -gt "$(wc -l <tables)" ]
sed '1s/"info":{}/"info":{"retry":"late"}/' deferred.jsonl >late.jsonl
sed '1s/"info":{}/"info":{"retry":"none"}/' noretry.jsonl >none.jsonl
run 0 'the report' series -o report deferred=late.jsonl noretry=none.jsonl
ok '  has the answer' sh -c 'sed -n "/^## Answer/,/^## Summary/p" report/report.md | grep -q "^Gain: "'
ok '  and what is recorded only' grep -q '^Recorded, need not match, and differs:' report/report.md
run 0 'one metric is no answer' series -m vmas $pair
says_not '^Gain'

# --- nothing changed
sed 's/"stage":"[a-z]*"/"stage":"noretry"/' deferred.jsonl >same.jsonl
answer 0 'nothing changed' deferred=deferred.jsonl noretry=same.jsonl
sentence 'Gain: no operation that the series is about got better[.]' \
	'Cost: nothing that was measured and can be told got worse[.]' \
	'Equal: all [0-9]+ counts are equal to the digit[.]'

# --- the other way round
answer 0 'the other way round' noretry=noretry.jsonl deferred=deferred.jsonl
sentence 'Gain: memfd_append mmap takes 3148[.]0 instead of 3155[.]0 instructions .*' \
	'Cost: [0-9]+ of [0-9]+ operations take more instructions \(secretmem_[a-z]+ mmap [+]1?[0-9]{2}[.][0-9]%.*'

# --- merges that are lost
sed '/"\(anon\|memfd\)_append".*"op":"mmap","metric":"vmas"/s/\[1\]/[64]/' noretry.jsonl >lost.jsonl
answer 0 'lost merges' deferred=deferred.jsonl noretry=lost.jsonl
sentence 'Merging: 2 mappings \(anon_append, memfd_append\) no longer merge: 64 VMAs instead of 1[.]'
answer 0 'regained' noretry=lost.jsonl deferred=deferred.jsonl
sentence 'Merging: 2 mappings leave fewer VMAs than before \(anon_append, memfd_append\)[.]'

# --- several stages
six='stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl secretmem=secretmem.jsonl noretry=noretry.jsonl'
answer 0 'five stages' $six
sentence 'noretry against stock, of 5 stages: counted in QEMU[.]' \
	'Patches: instructions of secretmem_append mmap, by the first stage that has them \(stock .*deferred .*noretry .*[.]'

# --- stages that failed
panic='BOOT-FAILED 123456789abc ("mm: break it"): the kernel did not boot: Kernel panic - not syncing: no init'
answer 3 'one that does not boot' deferred=deferred.jsonl "hook=$panic" noretry=noretry.jsonl
is '  comes first' "$(sed -n '2s/:.*//p' text)" Failed
sentence 'noretry against deferred, of 3 stages: .*' \
	'Failed: hook: BOOT-FAILED 123456789abc .*'
many=
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19; do
	of=deferred
	[ $n -lt 12 ] || of=noretry
	sed "s/\"stage\":\"[a-z]*\"/\"stage\":\"s${n}_change_the_merging_of_mappings_again\"/
		s/\"info\":{}/\"info\":{\"commit\":\"c0ffee${n} (\\\\\"mm: change it\\\\\")\"}/" \
		$of.jsonl >s$n.jsonl
	many="$many s${n}_change_the_merging_of_mappings_again=s$n.jsonl"
done
set -- $many
for n in 21 22 23 24 25; do
	set -- "$@" "s${n}_break_the_build_of_something=BUILD-FAILED c0ffee$n (\"mm: break it\"): mm/mmap.c:1: error: #error a reason that goes on and on, and on, and on, and on, and on"
done
answer 3 'forty commits, five of which failed' "$@"
sentence '.* of 24 stages: counted in QEMU[.]' \
	'Failed: 5 of 24 stages \(s21_break_the_build_of_something, s22_break_the_build_of_something .*of which s21_break_the_build_of_something: BUILD-FAILED .*' \
	'Patches: 1 of 18 commits changed a row.*'

# --- what cannot be compared, and what failed
sed '1s/"stage":"noretry"/"stage":"noretry","x":1/; 1s/"machine":"[^"]*"/"machine":"another"/
	1s/"cpu":"[^"]*"/"cpu":"another"/' noretry.jsonl >other.jsonl
answer 4 'two machines' deferred=deferred.jsonl noretry=other.jsonl
sentence 'Failed: deferred and noretry are NOT-COMPARABLE, .*' 'Unknown: what got better or worse[.]'
lacks Gain
lacks Cost
lacks Equal
awk '/"scenario":"file_apart"/ {
	if (!said++)
		print "{\"type\":\"failure\",\"scenario\":\"file_apart\",\"version\":\"f1\",\"op\":null,\"reason\":\"saw 3 VMAs\"}"
	next
}
{ print }' noretry.jsonl | renumber >fails.jsonl
answer 3 'a scenario that fails' deferred=deferred.jsonl noretry=fails.jsonl
sentence 'Failed: in noretry 1 scenario failed \(file_apart\): saw 3 VMAs[.]'

# --- both tiers
session() {
	session_stage=$1
	session_kernel=$2
	shift 2
	rm -rf made "native/$session_stage"
	"$fixture" session made "$session_kernel" boots=24 blocks=12 "$@"
	as_native made "$session_stage" "native/$session_stage"
}
session deferred aaaa111122223333 side=0
session noretry bbbb111122223333 side=1 change=0.5
answer 0 'both tiers' --times native $pair
sentence 'noretry against deferred: counted in QEMU, timed natively \(12 layouts a side\)[.]' \
	'Gain: secretmem_append mmap takes .* instructions \(-50[.]2%\), 1 instead of 2 maple-tree stores, and [0-9]+ ns \[[0-9]+, [0-9]+\] less of [0-9.]+ ns; .*[0-9]+ of [0-9]+ times (is|are) shorter[.]' \
	'Equal: .*; [0-9]+ of [0-9]+ times are EQUIVALENT[.]'
ok '  is not said to have no times' sh -c '! grep -q "no time was measured" text'
answer 0 'times alone' deferred=native/deferred noretry=native/noretry
sentence 'noretry against deferred: timed, native tier, in 12 layouts a side[.]' \
	'Gain: secretmem_append mmap takes [0-9]+ ns \[[0-9]+, [0-9]+\] less of .*' \
	'Cost: nothing that was measured and can be told got worse[.]'
mkdir none
echo 'vmabench: a kernel that is a program does not run here: /tmp is noexec' >none/missing.txt
answer 0 'no times here' --times none $pair
sentence 'Unknown: time was not measured: vmabench: a kernel that is a program does not run here: /tmp is noexec[.]'
cp -r native cut
find cut/noretry -name '*[02468].jsonl' -delete
echo 'the session was cut short while kernels were booted' >cut/missing.txt
answer 0 'boots that are missing' --times cut $pair
sentence 'Unknown: .*times are incomplete: the session was cut short.*'

# --- other seeds
mkdir seed-2 seed-3
for seed in 2 3; do
	for stage in deferred noretry; do
		sed "1s/\"seed\":1/\"seed\":$seed/" $stage.jsonl >seed-$seed/$stage.jsonl
	done
done
answer 0 'three seeds' --seed seed-2 --seed seed-3 $pair
sentence '.*: counted in QEMU with seeds 1 2 3[.]'
run 0 'their tables' series --tables -o seeds --seed seed-2 --seed seed-3 $pair
for file in out seeds/report.md; do
	is "  in $file" "$(grep -c 'Seed [23], deferred to noretry' $file)" 2
done

# --- a session's folder stands for all of it
mkdir session
cp -r deferred.jsonl noretry.jsonl native seed-2 seed-3 session
printf '%s\n' 'deferred deferred.jsonl ' "hook $panic" 'noretry noretry.jsonl ' >session/stages
answer 3 'a session' session
cp out from_folder
run 3 'its parts' series --times native --seed seed-2 --seed seed-3 deferred=deferred.jsonl \
	"hook=$panic" noretry=noretry.jsonl
ok '  say the same' cmp out from_folder
run 0 'the bill of what it is about' functions session
says '^secretmem_append mmap, deferred to noretry'
run 0 'and of another operation' functions session anon_append munmap
says '^anon_append munmap, deferred to noretry'
run 2 'no such folder' series nowhere
says 'a session of make series is wanted'
run 2 'one record is no session' functions deferred.jsonl
mkdir empty
run 4 'a folder that is no session' series empty
says 'empty/stages'
printf '%s\n' 'deferred /image' 'noretry /image' 'hook /image' >session/stages
run 3 'a session that was cut short' series session
says 'hook: BOOT-FAILED no record, as of a session that was cut short'

finish
