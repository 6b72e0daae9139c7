#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A series of many commits: those that moved something are shown, the others are
# counted; the same code must have the same counts; what did not boot is said.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"

# commit NAME CODE [EDIT] <RECORD: a record of a stage of a tree
commit() {
	sed "s/\"stage\":\"[a-z]*\"/\"stage\":\"$1\"/
		s/\"info\":{}/\"info\":{\"commit\":\"c0ffee${2}1 (\\\\\"mm: ${1#s??_}\\\\\")\"}/
		s/\"config_sha256\":null/&,\"code\":\"$2\"/
		${3:-}" >"$1.jsonl"
	range="$range $1=$1.jsonl"
}

sh "$fixture" hook >hook.record
sh "$fixture" noretry >noretry.record
store='/"anon_append".*"op":"mmap","metric":"maple_stores"/s/\[64\]/[128]/'
range=
commit s00_base 0a <hook.record
commit s01_document_it 0a <hook.record
commit s02_store_twice 0b "$store" <hook.record
for n in 03 04 05; do
	commit "s${n}_move_nothing" "$n" "$store" <hook.record
done
commit s07_lose_a_merge 0c "$store
	/\"memfd_append\".*\"op\":\"mmap\",\"metric\":\"vmas\"/s/\[1\]/[64]/" <hook.record
commit s08_drop_the_retry 0d <noretry.record
commit s09_document_more 0d <noretry.record
trace='panic < mount_root_generic < prepare_namespace < kernel_init_freeable < kernel_init < ret_from_fork'
panic="BOOT-FAILED abcdef123456 (\"mm: break it\"): the kernel did not boot: Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0): call trace: $trace"

# series STATUS NAME [OPTION...]: of the range, with one that does not boot in it.
series() {
	status_wanted=$1 what=$2
	shift 2
	# shellcheck disable=SC2086 # one word a stage
	set -- "$@" $range
	for word; do
		shift
		case $word in
		s07_*) set -- "$@" "s06_break_it=$panic" "$word" ;;
		*) set -- "$@" "$word" ;;
		esac
	done
	run "$status_wanted" "$what" series --tables "$@"
}

# unfold: a paragraph becomes one line.
unfold() {
	awk '/^  +[^ ]/ { sub(/^ +/, " "); printf "%s", $0; next }
	     { printf "%s%s", (NR > 1 ? "\n" : ""), $0 } END { print "" }'
}

# --- what moved, and nothing else
series 3 'a range' -o session
unfold <out >text
for line in '^s02_store_twice  *c0ffee0b1 ("mm: store_twice"): 1 row, maple_stores anon_append mmap 1 > 2$' \
	'^s07_lose_a_merge .*: 1 row, vmas memfd_append mmap 1 > 64; not measured before it: s06_break_it$' \
	'^s08_drop_the_retry .*: [0-9]* rows, most vmas memfd_append mmap 64 > 1 (-98.4%)$' \
	'^s09_document_more .*: changed nothing, code identical to s08_drop_the_retry$' \
	'^5 commits changed nothing, 2 of them with the code of the one before$'; do
	ok "says: $line" grep -q -- "$line" text
done
ok 'the reason and the call trace, in full' \
	grep -qF "s06_break_it       $panic" text
says_not 's01_document_it'
says_not 's03_move_nothing'
says_not 'CONTRADICTION'
is 'no line is wider than a terminal' "$(awk 'length > 80' out | wc -l)" 0
ok 'a table has the base and what moved' grep -q \
	'^operation  *s00_base  *s02_store_twice  *s07_lose_a_merge$' out
ok 'and one below it the others, with the change in %' grep -q \
	'^operation  *s08_drop_the_retry  *s09_document_more  *diff  *change$' out
run 0 'the two that are next to each other agree' compare s02_store_twice.jsonl s03_move_nothing.jsonl

# --- in parts, where that is not wide enough
series 3 'a narrow range' -w 60
is 'no table is wider' "$(awk '/^(operation|[a-z_]* (mmap|munmap) )/ && length > 60' out | wc -l)" 0
ok 'a part has the operations, too' grep -q '^operation  *s08_drop_the_retry' out
is 'every column is somewhere' \
	"$(sed -n '/^maple_stores:/,/^vma_allocs:/s/^operation//p' out | tr -s ' ' '\n' |
		grep -c '^s0[02789]_\|^diff$')" 6

# --- all of it, on request
series 3 'all of the range' --all
says '^s01_document_it .*changed nothing'
says 's03_move_nothing'
is 'no line is wider than a terminal' "$(awk 'length > 80' out | wc -l)" 0
# shellcheck disable=SC2016 # a script
ok 'stages.md has every commit' sh -c \
	'for s in 1 2 3 4 5 7 8 9; do grep -q "^| operation .*| *s0${s}_" session/stages.md || exit 1; done'
ok 'report.md has those that moved, and says where the others are' sh -c \
	'grep -q "stages.md" session/report.md && ! grep -q "^| operation .*s03_" session/report.md'
ok 'so has the summary' sh -c \
	'grep -q "\"s02_store_twice\": 1" session/summary.json && grep -q "\"s03_move_nothing\": 0" session/summary.json'
ok 'and the reason' grep -qF "$trace" session/summary.json
ok 'pictures are of what moved' sh -c \
	'grep -q "^# columns: s00_base s02_store_twice s07_lose_a_merge s08_drop_the_retry s09_document_more$" session/plots/insns.dat'

# --- page and letter
# shellcheck disable=SC2086 # one word a stage
run 3 'a report' report -o report $range "s06_break_it=$panic"
ok 'the page names what did not boot' grep -q \
	's06_break_it</b>: BOOT-FAILED abcdef123456 .*ret_from_fork' report/report.html
ok 'the page says what is identical' grep -q \
	'Code identical to s08_drop_the_retry' report/report.html
ok 'the report has all commits, too' [ -s report/stages.md ]
unfold <report/cover-letter.txt >text
for line in '^- s02_store_twice: c0ffee0b1 ("mm: store_twice"): 1 row, maple_stores anon_append mmap 1 to 2$' \
	'^- s06_break_it: BOOT-FAILED abcdef123456 .*call trace: panic from mount_root_generic .*ret_from_fork$' \
	'^- 5 commits changed nothing' 'RANGE=c0ffee0a1..c0ffee0d1$'; do
	ok "the letter: $line" grep -q -- "$line" text
done
run 0 'git am takes it' lint report/cover-letter.txt

# --- the same code, and yet not the same count
sed 's/"code":"03"/"code":"0b"/
	/"anon_append".*"op":"munmap","metric":"node_allocs"/s/\[0\]/[64]/' \
	s03_move_nothing.jsonl >other.jsonl
mv other.jsonl s03_move_nothing.jsonl
series 3 'a contradiction'
unfold <out >text
ok 'is said, with the row' grep -q \
	's02_store_twice and s03_move_nothing have the same code at the same addresses, and 1 row differs .*: node_allocs anon_append munmap 0 > 1$' text
says '^CONTRADICTION:'
says '^s03_move_nothing '
# shellcheck disable=SC2086 # one word a stage
run 3 'in the letter' letter $range
says '^- CONTRADICTION: s02_store_twice and s03_move_nothing'
run 3 'of two stages' series --tables s02_store_twice=s02_store_twice.jsonl \
	s03_move_nothing=s03_move_nothing.jsonl
says '^ *code identical to s02_store_twice$'
says '^CONTRADICTION:'

# --- six columns or fewer: all of them
# shellcheck disable=SC2086 # one word a stage
set -- $range
run 3 'six stages' series --tables "$1" "$2" "$3" "$4" "$5" "$6"
says '^operation  *s00_base  *s01_document_it'
says_not 'changed nothing'

finish
