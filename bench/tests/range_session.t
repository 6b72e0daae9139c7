#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff range: which commit of a session moved which row, on records that a test can
# work out by hand; holes, rows that come and go, records that are not what they should
# be; the files, the letter, the JSON, the pictures; thousands of commits. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# row SCENARIO OP METRIC VALUE [KEY=VALUE...]: a line of a record
row() {
	set_=primary version=v1 better=lower unit=insns/op pass=insns exact=true
	row_scenario=$1 row_op=$2 row_metric=$3 row_value=$4
	shift 4
	for setting; do
		case $setting in
		version=*) version=${setting#*=} ;;
		better=*) better=${setting#*=} ;;
		pass=*) pass=${setting#*=} ;;
		exact=*) exact=${setting#*=} ;;
		esac
	done
	echo "{\"type\":\"row\",\"scenario\":\"$row_scenario\",\"version\":\"$version\",\"op\":\"$row_op\"," \
		"\"set\":\"$set_\",\"metric\":\"$row_metric\",\"unit\":\"$unit\",\"pass\":\"$pass\"," \
		"\"better\":\"$better\",\"exact\":$exact,\"ops\":1,\"batches\":[$row_value]}"
}

# record NAME COMMIT <LINES: writes $dir/NAME.jsonl
#   env=E code=C seed=N suite=S stage=NAME   of its header
record() {
	{
		echo "{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,\"minor\":6}," \
			"\"tier\":\"${tier:-exact}\",\"stage\":\"${stage:-$1}\",\"env\":{\"cpu\":\"${env:-max}\"}," \
			"\"kernel\":{\"release\":\"6.12\",\"version\":\"1\",\"cmdline\":\"\"${code:+,\"code\":\"$code\"}}," \
			"\"info\":{${2:+\"commit\":\"$2\"}},\"suite\":{\"revision\":\"${suite:-r1}\"}," \
			"\"boot\":{\"index\":0,\"block\":0,\"order\":0,\"seed\":${seed:-1},\"boot_id\":null}}"
		cat
	} | awk '{ print } END { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR }' >"$dir/$1.jsonl"
}

# at NAME SUBJECT ROW...: a commit with these insns of "a mmap", VMAs of it, insns of "b mmap"
n=0
at() {
	n=$((n + 1))
	id=$(printf 'c0ffee%02d' "$n")
	{
		row a mmap insns "$3"
		row a mmap vmas "$4" better=neither pass=shape
		row b mmap insns "$5"
	} | record "$1" "$id (\\\"$(echo "$2" | sed 's/"/\\\\"/g')\\\")"
	echo "$1 $1.jsonl $id (\"$2\")" >>"$dir/stages"
}

# hole NAME WORD WHY
hole() {
	n=$((n + 1))
	echo "$1 $2 $(printf 'c0ffee%02d' "$n") (\"mm: $1\"): $3" >>"$dir/stages"
}

session() {
	dir=$1 n=0
	rm -rf "$dir"
	mkdir "$dir"
	: >"$dir/stages"
}

# --- usage
run 2 'nothing' range
run 2 'no such folder' range nowhere
says 'nowhere: is no session'
mkdir empty
run 2 'a folder without stages' range empty
: >empty/stages
run 2 'nothing in it' range empty
says '0 of 0 commits have counts, two are needed'

# --- steps
session s
at s00_base 'base' 1000 1 500
at s01_nothing 'mm: document it' 1000 1 500
at s02_worse 'mm: "quote": it (again)' 1100 1 500
at s03_other 'mm: lose a merge' 1000 64 490
at s04_back 'mm: find it again' 1000 1 490
run 0 'a range' range s
says '^s: 5 commits from s00_base, c0ffee01 ("base") to s04_back, c0ffee05 ("mm: find$'
says '^s02_worse c0ffee03 ("mm: "quote": it (again)")$'
says '^  1 row: worse$'
says '^  a mmap insns  1000 -> 1100  +100 (+10.0%)$'
says '^  3 rows: 2 other VMAs or another result, 1 better$'
says '^  a mmap vmas      1 ->   64  +63 (+6300%)$'
says '^  b mmap insns   500 ->  490  -10 (-2.0%)$'
says_not 's01_nothing'
is '  a block for each that moved something' "$(grep -c '^s0[0-9]_[a-z]* c0ffee' out)" 3
is '  VMAs before what they cost' "$(sed -n '/^s03/,/^$/s/^  \([ab]\) mmap \([a-z]*\) .*/\1 \2/p' out |
	paste -s -d ,)" 'a vmas,a insns,b insns'
says '^from end to end  *first  *last  *diff  *change  *steps$'
says '^a mmap insns  *1000  *1000  *=  *=  *2$'
says '^b mmap insns  *500  *490  *-10  *-2.0%  *1$'
says '^3 of 4 commits moved something; 3 of 3 rows moved, none is equal to the digit'
is '  no line is wider than a terminal' "$(awk 'length > 80' out)" ''
run 0 'one metric' range -m vmas s
says_not 'a mmap insns'
says '^2 of 4 commits moved something; 1 of 1 rows moved'
run 2 'no such metric' range -m vmass s
says "did you mean 'vmas'?"
run 2 'two outputs' range --json --letter s
run 2 'a key that no record has' range --allow nothing s

# --- nothing moved
session equal
at s00_base base 1000 1 500
at s01_same 'mm: rename' 1000 1 500
run 0 'nothing moved' range equal
says '^No commit moved anything: 3 rows of 2 records, one after the other, are equal to$'
says_not 'from end to end'

# --- too few
session one
at s00_base base 1000 1 500
run 2 'one record' range one
says 'one: 1 of 1 commits has counts, two are needed'
hole s01_x BUILD-FAILED 'x.c:1: error: no'
run 4 'one record and a hole' range one
says '1 of 2 commits has counts'
session none
hole s00_base FAILED 'the node went away'
hole s01_x BOOT-FAILED 'it hung'
run 4 'no record' range none

# --- holes
session holes
at s00_base base 1000 1 500
hole s01_a BUILD-FAILED 'mm/vma.c:3: error: no: such'
hole s02_b BOOT-FAILED 'it hung'
at s03_c 'mm: c' 1000 1 400
hole s04_d FAILED 'the node went away'
at s05_e 'mm: e' 1000 1 400
echo 's06_f s06_f.jsonl c0ffee07 ("mm: f")' >>holes/stages
run 3 'holes' range holes
says '^- s01_a BUILD-FAILED c0ffee02 ("mm: s01_a"): mm/vma.c:3: error: no: such$'
says '^- s02_b BOOT-FAILED c0ffee03 ("mm: s02_b"): it hung$'
says '^- s04_d FAILED c0ffee05 ("mm: s04_d"): the node went away$'
says '^- s06_f NO-RECORD c0ffee07 ("mm: f"): no record$'
says '^  one of s01_a..s03_c: s01_a, s02_b have no record$'
says '^1 of 2 commits moved something; 1 of 3 rows moved, the others are equal to the$'
says 'of 4 commits nothing is known'
run 3 'series knows what FAILED' series s00_base=holes/s00_base.jsonl \
	s03_c=holes/s03_c.jsonl 's04_d=FAILED c0ffee05: the node went away'
says 's04_d'
run 3 'so it does in a session' series --all holes
says 'FAILED c0ffee05 ("mm: s04_d"): the node went away'

# --- rows that come and go, and fail
session rows
{ row a mmap insns 10; row b mmap insns 5; } | record s00_base ''
{ row a mmap insns 10; row b mmap insns 5; row c mmap insns 7; row c mmap pages 1; } |
	record s01_new ''
{
	row a mmap insns 10
	row c mmap insns 7
	row c mmap pages 1
	echo '{"type":"failure","scenario":"b","op":"mmap","reason":"it was killed"}'
} | record s02_kills ''
{ row a mmap insns 10; row b mmap insns 4; } | record s03_mends ''
{
	row a mmap insns 10
	row b mmap insns 4
	echo '{"type":"skip","scenario":"c","op":null,"reason":"no DAX device"}'
} | record s04_skips ''
printf '%s\n' 's00_base s00_base.jsonl' 's01_new s01_new.jsonl' 's02_kills s02_kills.jsonl' \
	's03_mends s03_mends.jsonl' 's04_skips s04_skips.jsonl' >rows/stages
run 3 'rows come and go' range rows
says '^  c mmap: insns, pages not in any record before$'
says '^  b mmap: insns failed: it was killed$'
says '^  b mmap insns  5 -> 4  -1 (-20.0%)$'
says '^ *against s01_new: not counted in s02_kills$'
says '^  c mmap: insns, pages not in the record any more$'
says '^- failed in s02_kills: b mmap: it was killed$'
says '^c mmap insns  *-  *-  *-  *-  *0$'
says '^3 of 4 commits moved something; 1 of 4 rows moved, 1 are equal to the digit in$'
says '2 are not in all of them'

# --- what became of an operation
session ends
for name in s00_base s01_refuses; do
	outcome=succeeded
	[ $name = s00_base ] || outcome=failed:EINVAL
	{
		row a mmap insns "$([ $name = s00_base ] && echo 100 || echo 50)"
		echo '{"type":"shape","scenario":"a","op":"mmap","vmas_before":1,"vmas_after":1,"outcome":"'$outcome'","ops":1}'
	} | record $name ''
	echo "$name $name.jsonl" >>ends/stages
done
run 0 'another result' range ends
says '^  a mmap outcome  succeeded -> failed:EINVAL$'
says '^  2 rows: other VMAs or another result$'
says_not 'better'

# --- records that are not what the line says
session wrong
at s00_base base 1000 1 500
at s01_a 'mm: a' 1000 1 500
at s02_b 'mm: b' 900 1 500
at s03_c 'mm: c' 800 1 500
sed 's/c0ffee03/badc0de3/' wrong/s02_b.jsonl >x
mv x wrong/s02_b.jsonl
run 4 'a record of another commit' range wrong
says 's02_b: record of another commit: it is of "badc0de3 ("mm: b")"'
says '^- s02_b OTHER-COMMIT c0ffee03'
says '^  a mmap insns  1000 -> 800  -200 (-20.0%)$'
says '^  one of s02_b..s03_c: s02_b has no record$'
sed 's/"commit":"[^"]*[^}]*}/}/' wrong/s01_a.jsonl >x
mv x wrong/s01_a.jsonl
run 4 'one that does not say its commit' range wrong
says 's01_a: record of another commit: it is of ""'
cp wrong/s00_base.jsonl wrong/s01_a.jsonl
run 4 'one of another stage' range wrong
says 's01_a: record of another commit: its stage is "s00_base"'
head -n 2 wrong/s00_base.jsonl >wrong/s01_a.jsonl
run 4 'one that was cut short' range wrong
says 's01_a: s01_a.jsonl:2: no trailer after this line'
echo 's03_c s03_c.jsonl c0ffee04 ("again")' >>wrong/stages
run 4 'a stage that is there twice' range wrong
says 'wrong/stages:5: "s03_c s03_c.jsonl .*" names a stage that is there already'
echo '../s s.jsonl' >wrong/stages
run 4 'a name with a path' range wrong
says 'wrong/stages:1: .* does not begin with the name of a stage'

# --- the id may be shorter than in the record
session short
at s00_base base 1000 1 500
at s01_a 'mm: a' 900 1 500
sed -i 's/c0ffee0\([12]\)/c0ffee0\1abcdef/' short/stages
run 0 'a longer id' range short
says '^s01_a c0ffee02abcdef'

# --- measured on something else
session unlike
at s00_base base 1000 1 500
env=other at s01_a 'mm: a' 900 1 500
at s02_b 'mm: b' 1000 1 500
run 4 'another machine' range unlike
says 's01_a: cpu: "max" in s00_base, "other" in s01_a'
says '^No commit moved anything'
run 0 'which is allowed' range --allow cpu unlike
says '^- allowed to differ: cpu: "max" in s00_base, "other" in s01_a$'
says '^  a mmap insns  1000 -> 900'
seed=2 at s03_c 'mm: c' 900 1 500
run 4 'another seed is never' range --allow cpu unlike
says 's03_c: boot.seed: 2, 1 in the first record: other mappings'
session suites
at s00_base base 1000 1 500
suite=r2 at s01_a 'mm: a' 1000 1 500
run 0 'another version of the program' range suites
says '^- suite.revision differs: r1 in 1 record from s00_base on, r2 in 1 record from$'
session versions
for name in s00_base s01_a s02_b; do
	case $name in
	s00_base) row a mmap insns 10 ;;
	s01_a) row a mmap insns 20 version=v2 ;;
	s02_b) row a mmap insns 21 version=v2 ;;
	esac | record $name ''
	echo "$name $name.jsonl" >>versions/stages
done
run 4 'another scenario of that name' range versions
says '^  a mmap: insns not comparable with those before: another version$'
says '^  a mmap insns  20 -> 21  +1 (+5.0%)$'
run 0 'unless it is allowed' range --allow version versions
says '^  a mmap insns  10 -> 20  +10 (+100.0%)$'
session timed
at s00_base base 1000 1 500
tier=metal at s01_a 'mm: a' 1000 1 500
run 4 'a record of times' range timed
says 'not exact: times are compared as BASE and NEW'
session inexact
for name in s00_base s01_a; do
	{ row a mmap insns 1; row a mmap latency $((${#name} * 10)) exact=false; } | record $name ''
	echo "$name $name.jsonl" >>inexact/stages
done
run 0 'what is no exact count' range inexact
says '^- 2 values that are no exact counts are left out$'
says '^No commit moved anything'

# --- the same code, and another count
session code
code=aa at s00_base base 1000 1 500
code=aa at s01_a 'mm: a' 1001 1 500
run 3 'a contradiction' range code
says '^- CONTRADICTION: s00_base and s01_a have the same code'

session twins
code=aa at s00_base base 1000 1 500
code=aa at s01_a 'mm: a' 1000 1 500
code=bb at s02_b 'mm: b' 1001 1 500
run 0 'the code of the one before' range twins
says '; 1 commit has the code of the one before'

# --- records as vmabench writes them: what no count is in is left out
session whole
for name in hook noretry; do
	ABOUT=1 sh "$fixture" $name | sed \
		's/"series":{/&"stages":[{"stage":"noretry","patch":"mm: do it once"}],/' \
		>whole/$name.jsonl
	echo "$name $name.jsonl " >>whole/stages
done
run 0 'stages of a series' range whole
says '^noretry ("mm: do it once")$'
"$vmadiff" range --json whole >range.json
"$vmadiff" export --format=json whole/hook.jsonl whole/noretry.jsonl >export.json
if command -v python3 >/dev/null; then
	is 'what moved is what is not equal in a comparison' "$(python3 -c 'import json
steps = {(s["scenario"], s["op"], s["metric"], s["from"], s["to"])
	 for s in json.load(open("range.json"))["steps"] if s["metric"] != "outcome"}
rows = {(r["scenario"], r["op"], r["metric"], *r["values"].values())
	for r in json.load(open("export.json"))["rows"]
	if None not in r["values"].values() and len(set(r["values"].values())) > 1}
print(len(steps) > 20 and steps == rows)')" True
else
	skip_test 'what moved is what is not equal in a comparison' 'no python3'
fi
ok '  there are lines to leave out' grep -q '"type":"functions"' whole/hook.jsonl
line=$(grep -n '"type":"row"' whole/noretry.jsonl | tail -n 1 | cut -d : -f 1)
sed "$line"'s/"batches":\[/&x/' whole/noretry.jsonl >x
mv x whole/noretry.jsonl
run 4 'what is wrong with one' range whole
says "noretry: noretry.jsonl:$line: not JSON"
sh "$fixture" noretry | sed '/"type":"functions"/{ s/.*/cut short/; q }' >whole/noretry.jsonl
run 4 'cut short where lines are left out' range whole
sh "$fixture" noretry | sed '0,/"type":"functions"/{ /"type":"functions"/d }' >whole/noretry.jsonl
run 4 'one line too few' range whole
says 'noretry.jsonl:[0-9]*: trailer counts'

# --- what is not ASCII
session wide
at s00_base base 1000 1 500
at s01_a "$(printf 'mm: \305\201ukasz \344\275\240\345\245\275 \344\275\240\345\245\275 \344\275\240\345\245\275 \344\275\240\345\245\275 \344\275\240\345\245\275 a subject')" 900 1 500
run 0 'a subject that is not ASCII' range -o drawn_wide wide
says 'ukasz'

# --- files, and whose they are
run 0 'files' range -o drawn s
for file in range.md range.json plots/steps-a-mmap-insns.dat plots/steps-a-mmap-vmas.dat; do
	ok "  $file" [ -s "drawn/$file" ]
done
ok '  range.md shows the pictures' grep -qF '(plots/steps-a-mmap-insns.svg)' drawn/range.md
run 0 'again' range -o drawn equal
data=drawn/plots/steps-a-mmap-insns.dat
run 0 'data' range -o drawn s
is 'stairs have corners, and no more' "$(awk '!NF { n++; next } n == 2 && !/^#/' $data | tr '\t\n' ' ,')" \
	'-0.5 1000,1.5 1000,1.5 1100,2.5 1100,2.5 1000,4.5 1000,'
run 3 'data with holes' range -o drawn holes
ok 'a hole is a gap' grep -q "^# holes: 3$" drawn/plots/steps-b-mmap-insns.dat

# --- for programs
range_json() {
	"$vmadiff" range --json "$1" >json 2>err
	command -v python3 >/dev/null || return 0
	python3 -c 'import json, sys
d = json.load(open("json"))
print(eval(sys.argv[1], {"d": d}))' "$2"
}
if command -v python3 >/dev/null; then
	is 'the JSON: what moved' "$(range_json s '[(s["commit"], s["metric"], s["from"], s["to"], s["direction"]) for s in d["steps"]][0]')" \
		"('s02_worse', 'insns', 1000, 1100, 'worse')"
	is '  how many may have done it' "$(range_json holes 'd["steps"][0]["candidates"], d["steps"][0]["since"]')" \
		"(3, 's00_base')"
	is '  holes' "$(range_json holes '[c["state"] for c in d["commits"]]')" \
		"['MEASURED', 'BUILD-FAILED', 'BOOT-FAILED', 'MEASURED', 'FAILED', 'MEASURED', 'NO-RECORD']"
	is '  subjects' "$(range_json s 'd["commits"][2]["subject"]')" 'mm: "quote": it (again)'
	is '  outcomes are words' "$(range_json ends '[r["last"] for r in d["rows"] if r["metric"] == "outcome"]')" \
		"['failed:EINVAL']"
	is '  what failed' "$(range_json rows 'd["failures"]')" \
		"[{'commit': 's02_kills', 'scenario': 'b', 'op': 'mmap', 'reason': 'it was killed'}]"
	is '  what is in the file is the same' \
		"$(sed 's/"session": "[^"]*"//' drawn/range.json)" \
		"$("$vmadiff" range --json holes | sed 's/"session": "[^"]*"//')"
else
	skip_test 'the JSON' 'no python3'
fi

# --- for a mail
for of in s holes rows ends equal wide; do
	"$vmadiff" range --letter $of >letter 2>err
	ok "the letter of $of is fit for a mail" "$vmadiff" lint letter
done
"$vmadiff" range --letter s >letter
ok '  it names commits' grep -q '^- c0ffee03 ("mm: "quote": it (again)"): 1 row: worse$' letter
ok '  and rows' grep -q '^    a mmap insns  1000 -> 1100  +100 (+10.0%)$' letter
ok '  and how to measure it again' grep -q 'RANGE=c0ffee01..c0ffee05$' letter

# --- a session of anybody's
session hostile
at s00_base base 1000 1 500
at s01_a 'mm: a' 900 1 500
printf 's02_b BUILD-FAILED c0ffee03 ("mm: \033[31mred"): \033]0;title\007 \t x\n' >>hostile/stages
run 3 'escapes in a subject' range hostile
says_not "$(printf '\033')"
ln -s /dev/zero hostile/s03_c.jsonl
echo 's03_c s03_c.jsonl c0ffee04 ("mm: c")' >>hostile/stages
run 4 'a device for a record' range hostile
says 's03_c: s03_c.jsonl: '

# --- many
session many
at s0000_base base 1000 1 500
awk -v name=s0000_base 'BEGIN {
	while ((getline line < ("many/" name ".jsonl")) > 0)
		text[++nr] = line
	for (i = 1; i <= 1500; i++) {
		stage = sprintf("s%04d_x", i)
		id = sprintf("%012x", 3000000 + i)
		printf "%s %s.jsonl %s (\"mm: %d\")\n", stage, stage, id, i >> "many/stages"
		file = "many/" stage ".jsonl"
		for (k = 1; k <= nr; k++) {
			line = text[k]
			sub(name, stage, line)
			sub(/c0ffee01 \(\\"base\\"\)/, id, line)
			if (i >= 700 && k == 2)
				sub(/\[1000\]/, "[1001]", line)
			print line > file
		}
		close(file)
	}
}'
run 0 '1501 commits' range -o many many
says '^s0700_x 0000002dc97c ("mm: 700")$'
says '^  a mmap insns  1000 -> 1001  +1 (+0.1%)$'
says '^1 of 1500 commits moved something'
ok '  on a screen' [ "$(wc -l <out)" -lt 24 ]

# --- the picture
gnuplot=${GNUPLOT:-gnuplot}
if command -v "$gnuplot" >/dev/null; then
	for of in drawn many drawn_wide; do
		# shellcheck disable=SC2016 # a script
		ok "pictures of $of" sh -c '"$1/scripts/plot.sh" "$2" 2>said && [ ! -s said ]' sh \
			"$here" "$of"
	done
	ok '  say what they show' grep -q 's0700_x: 1000 1001' many/plots/steps-a-mmap-insns.txt
	ok '  and which commit it is' grep -q '0000002dc97c' many/plots/steps-a-mmap-insns.svg
else
	skip_test 'pictures' 'no gnuplot'
fi

finish
