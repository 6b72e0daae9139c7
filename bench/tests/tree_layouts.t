#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Kernels that were measured over layouts of the maple tree: the table, a line a layout,
# answer, letter, gate, report and exports, where layouts agree, where they do not, and
# where what moved is the layout and not the code.  TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# over_layouts RECORD [SCENARIO INSNS STORES]...: the record with its mmap() measured over
# 64 layouts: 2 depths, 8 fills, 3 places in the leaf and, at the first of them, another
# VMA in front. INSNS and STORES of one operation are expressions of depth, e (entries),
# slot, behind, and full.
over_layouts() {
	over_record=$1
	shift
	sed '$d' "$over_record"
	while [ $# -gt 2 ]; do
		awk -v scenario="$1" "
		function at(depth, e, slot, behind,   full) {
			full = e == 16
			printf \"{\\\"type\\\":\\\"layout\\\",\\\"scenario\\\":\\\"%s\\\",\", scenario
			printf \"\\\"version\\\":\\\"f1\\\",\\\"op\\\":\\\"mmap\\\",\"
			printf \"\\\"layout\\\":{\\\"depth\\\":%d,\\\"slot\\\":%d,\", depth, slot
			printf \"\\\"entries\\\":%d,\\\"behind\\\":%s},\\\"ops\\\":8,\", e, behind ? \"true\" : \"false\"
			printf \"\\\"totals\\\":{\\\"insns\\\":%d,\\\"maple_stores\\\":%d,\", 8 * ($2), 8 * ($3)
			printf \"\\\"node_splits\\\":%d}}\\n\", 8 * full
		}
		BEGIN {
			for (depth = 2; depth < 4; depth++) {
				for (e = 9; e <= 16; e++) {
					at(depth, e, 1, 0)
					at(depth, e, 1, 1)
					at(depth, e, int(e / 2), 0)
					at(depth, e, e - 2, 0)
				}
			}
		}"
		shift 3
	done
	echo '{"type":"trailer","lines":0}'
}

# set_insns SCENARIO N [CODE] <RECORD: the row of its mmap() has these instructions, all of
# them in one function, with that code; of no stage
set_insns() {
	awk -v scenario="\"scenario\":\"$1\"" -v n="$2" -v code="${3:-0a}" '
	NR == 1 { sub(/"stage":"[a-z]*"/, "\"stage\":null") }
	/"type":"functions"/ && index($0, scenario) { next }
	/"type":"trailer"/ {
		printf "{\"type\":\"functions\",%s,\"version\":\"f1\",\"op\":\"mmap\",", scenario
		printf "\"region\":\"op\",\"class\":\"task\",\"ops\":1,"
		printf "\"functions\":[[\"mas_walk\",%d,1,0,0]]}\n", n
		printf "{\"type\":\"code\",\"functions\":[[\"mas_walk\",\"%s\"]]}\n", code
	}
	/"metric":"insns"/ && /"op":"mmap"/ && index($0, scenario) {
		sub(/"batches":\[[^]]*\]/, "\"batches\":[" n "]")
		sub(/"ops":[0-9]+/, "\"ops\":1")
	}
	{ print }'
}

for stage in deferred noretry; do
	ABOUT=1 "$fixture" $stage >$stage.one
done
plain='5000 + 100 * depth + 7 * e + 3 * slot'
over_layouts deferred.one \
	secretmem_append "$plain + (full ? behind ? 6000 : 900 : 0)" 2 \
	memfd_append "$plain" 1 anon_append "$plain" 1 | renumber >deferred.jsonl
over_layouts noretry.one \
	secretmem_append "($plain + (full ? behind ? 6000 : 900 : 0)) * (full ? behind ? 0.3 : 0.83 : 0.57)" 1 \
	memfd_append "$plain + 14" 1 anon_append "$plain" 1 | renumber >noretry.jsonl
pair='deferred=deferred.jsonl noretry=noretry.jsonl'

# unfold: sentences of out in text, a line each
unfold() {
	awk '/^[A-Z][a-z]*: / || NR == 1 { printf "%s", (NR > 1 ? "\n" : "") }
	     { sub(/^ +/, NR > 1 ? " " : ""); printf "%s", $0 } END { print "" }' out |
		tr -s ' ' >text
}
sentence() {
	for regex; do
		ok "  $regex" grep -qE -- "$regex" text
	done
}

# --- all layouts agree
# shellcheck disable=SC2086 # two words
run 0 'the answer' series $pair
is '  fits a screen' "$(($(wc -l <out) > 15)) $(grep -c '.\{81\}' out)" '0 0'
unfold
sentence \
	'^Gain: secretmem_append mmap takes [0-9]+ instructions less \(in 64 of 64 tree layouts: -[0-9]+ to -[0-9]+\), -17[.]0 to -70[.]0%, three groups: leaf full behind another VMA -70[.]0%, leaf with room -43[.]0%, leaf full after a gap -17[.]0%, and 1 instead of 2 maple-tree stores' \
	'^Cost: .*memfd_append mmap [+]0[.]3% in 64 of 64 tree layouts'
# shellcheck disable=SC2086
run 0 'the table' compare $pair
says '^Tree layouts, deferred to noretry$'
says '^  insns  *64  .* -70[.]0[.][.]-17[.]0  *64/0/0$'
says '^  stores  *64  .* -1  *-50[.]0  *64/0/0$'
says '^  insns  *64 .* [+]14  *[+]0[.]3  *0/64/0$'
says '^  insns  *64 .*=  *=  *0/0/64$'
says 'secretmem_append mmap insns, three groups: leaf full behind another VMA'
# shellcheck disable=SC2086
run 0 'one metric' compare -m maple_stores $pair
ok '  has no other' sh -c '! grep -q "^  insns" out'

run 0 'a line a layout' layouts -w 100 deferred.jsonl noretry.jsonl
is '  all 64 of the headline' "$(grep -c '^depth [23], slot' out)" 64
says '^depth 2, slot 1 of 9, behind another VMA  '
says '^depth 3, slot 14 of 16  *[0-9.]*  *[0-9.]*  *-[0-9.]*  *-17[.]0%  *1$'
run 0 'of another operation' layouts deferred.jsonl noretry.jsonl memfd_append mmap
says '^memfd_append mmap, deferred to noretry: instructions'
is '  all 64 of it' "$(grep -c '^depth [23], slot' out)" 64
run 0 'of all operations' layouts -a deferred.jsonl noretry.jsonl
is '  all of all' "$(grep -c '^depth [23], slot' out)" 192
run 4 'of one without layouts' layouts deferred.jsonl noretry.jsonl file_append
says 'there are layouts of anon_append mmap, memfd_append mmap, secretmem_append mmap'
run 4 'of a metric without' layouts -m latency deferred.jsonl noretry.jsonl
run 2 'of no metric' layouts -m insn deferred.jsonl noretry.jsonl
run 4 'of records without' layouts deferred.one noretry.one
says 'no layout of the maple tree in common'
sed '/"type":"layout"/{ s/"depth":2,/"depth":4,/; s/"depth":3,/"depth":5,/; }' noretry.jsonl \
	>deeper.jsonl
run 4 'of others, all of them' layouts deferred.jsonl deeper.jsonl
says 'none is the same'
mkdir session
cp deferred.jsonl noretry.jsonl session
printf 'deferred deferred.jsonl\nnoretry noretry.jsonl\n' >session/stages
run 0 'of a session' layouts session
says '^secretmem_append mmap, deferred to noretry: instructions'

# shellcheck disable=SC2086
run 0 'a letter' letter $pair
is '  is short' "$(($(wc -l <out) > 25)) $(grep -c '.\{76\}' out)" '0 0'
tr '\n' ' ' <out | tr -s ' ' >text
sentence 'takes [0-9]+ instructions less \(in 64 of 64 tree layouts: .* three groups: leaf full behind another VMA, leaf with room, leaf full after a gap, and 1 instead of 2' \
	'at most by [+]0[.]3% in 64 of 64 tree layouts \(memfd_append mmap\)' \
	'change equal layouts' ' -70[.]0[.][.]-17[.]0 '
for style in lkp mmtests fastpath; do
	# shellcheck disable=SC2086
	run 0 "a letter of $style" letter --style=$style $pair
	tr '\n' ' ' <out | tr -s ' ' >text
	sentence 'at equal layouts of the maple tree: .*secretmem_append mmap -17[.]0 to -70[.]0% in 64 of 64 tree layouts'
done
# shellcheck disable=SC2086
run 0 'a long letter' letter --all $pair
tr '\n' ' ' <out | tr -s ' ' >text
sentence 'leaf full after a gap -17[.]0%, with seed 1 [0-9.]+ instead of [0-9.]+, -[0-9.]+%'
run 0 'a report' report -o report deferred=deferred.jsonl noretry=noretry.jsonl
ok '  report.md has the table' grep -q '^## Tree layouts, deferred to noretry' report/report.md
ok '  summary.json has the groups' grep -q '"name": "leaf full behind another VMA", "layouts": 2' \
	report/summary.json
"$vmadiff" export -f csv deferred.jsonl noretry.jsonl >rows.csv
column() {
	awk -F , -v name="$1" -v key="$2" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
	$1 "/" $2 "/" $3 == key { print $at }' rows.csv
}
is 'exported: layouts' "$(column tree_layouts secretmem_append/mmap/insns)" 64
is '  better' "$(column tree_better secretmem_append/mmap/insns)" 64
is '  worse' "$(column tree_worse memfd_append/mmap/insns)" 64
is '  the median' "$(column tree_diff memfd_append/mmap/insns)" 14
is '  none where there are none' "$(column tree_layouts file_append/mmap/insns)" ''

# --- the layout and not the code: a VMA more in the process
over_layouts deferred.one memfd_append "$plain" 1 |
	set_insns memfd_append 3000 | renumber >old.jsonl
over_layouts deferred.one memfd_append "$plain" 1 |
	set_insns memfd_append 3100 | renumber >more.jsonl
over_layouts deferred.one memfd_append "$plain + 1" 1 |
	set_insns memfd_append 3100 | renumber >code.jsonl
over_layouts deferred.one memfd_append "$plain" 1 |
	set_insns memfd_append 3100 0b | renumber >late.jsonl
cat >p.ini <<'EOF'
[all]
rows = */*/insns
max_increase = 0
EOF
run 0 'a gate passes what is the layout' gate p.ini old.jsonl more.jsonl
says '^pass \[all\] memfd_append/mmap/insns$'
says 'LAYOUT: 3000 to 3100 insns/op, +100; the cost at equal layouts is the'
says '(64 layouts)'
run 1 'and fails what is the code' gate p.ini old.jsonl code.jsonl
run 1 'also where no layout shows it' gate p.ini old.jsonl late.jsonl
run 0 'the answer of a layout' series old=old.jsonl more=more.jsonl
unfold
sentence '^Gain: no operation that the series is about got better' \
	'^Cost: nothing that was measured' \
	'1 row moved with the tree layout and not with the code \(memfd_append mmap\), LAYOUT: the cost at equal layouts is the same \(64 layouts\)'
run 0 'its table' compare old=old.jsonl more=more.jsonl
says '^worse  *0 rows$'
says '^other change  *1 row$'
says 'LAYOUT: the cost at equal layouts is the same (64'
says '^memfd_append mmap  *3000  *3100 .*  LAYOUT$'
run 0 'its letter' letter old=old.jsonl more=more.jsonl
says '^  memfd_append mmap .*=  *L'
says 'L: the'
"$vmadiff" export -f csv old.jsonl more.jsonl >rows.csv
is 'its export' "$(column verdict memfd_append/mmap/insns)" LAYOUT

# --- the row is better, and most layouts are worse
over_layouts deferred.one memfd_append "$plain + (e < 12 ? -40 : 25)" 1 |
	set_insns memfd_append 2900 | renumber >mixed.jsonl
run 0 'the answer of what is worse at most layouts' series old=old.jsonl mixed=mixed.jsonl
unfold
sentence '^Gain: no operation that the series is about got better' \
	'^Cost: 1 of [0-9]+ operations takes more instructions \(memfd_append mmap [+]0[.]5 to -0[.]8%, more in 40 of 64 tree layouts, less in 24\)'
run 0 'its table' compare old=old.jsonl mixed=mixed.jsonl
says '  24/40/0$'
says ' LAYOUT-DEPENDENT$'
run 1 'its gate' gate p.ini old.jsonl mixed.jsonl
says 'LAYOUT-DEPENDENT: 3000 to 2900 .*better in 24 of 64'
# The other way round: worse, and better at most layouts.
run 0 'the answer of what is better at most layouts' series old=mixed.jsonl new=old.jsonl
unfold
sentence '^Gain: it cannot be told' '^Cost: nothing' \
	'1 row is LAYOUT-DEPENDENT \(memfd_append mmap insns better in 40 of 64 tree layouts, worse in 24, equal in 0\)'
run 3 'its gate says that it cannot tell' gate --strict p.ini mixed.jsonl old.jsonl
says '^unsure \[all\] memfd_append/mmap/insns$'

# --- layouts of one side alone
grep -v '"depth":3,"slot":1,"entries":9,"behind":true' noretry.jsonl | renumber >fewer.jsonl
run 0 'fewer layouts' compare deferred=deferred.jsonl noretry=fewer.jsonl
says 'secretmem_append mmap: 1 layout of deferred is not in the other'
says '^  insns  *63  '
# A repeat that is not the same at a layout is not deterministic.
sed 's/"insns":4[0-9]*,"maple_stores":8,/"insns":41000,"maple_stores":8,/' noretry.jsonl >again.jsonl
mkdir -p repeated
cp noretry.jsonl repeated/boot-00.jsonl
cp again.jsonl repeated/boot-01.jsonl
run 3 'repeats that differ' compare deferred=deferred.jsonl noretry=repeated
says 'NONDETERMINISTIC'
# Records without layouts have no word of them.
run 0 'none' series --tables deferred=deferred.one noretry=noretry.one
says_not '[Ll]ayouts'

finish
