#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the native tier timed beside what the exact tier counted: one table in all
# outputs, sentences that awk computes again from the tables below them, and no ns where
# nothing was timed. TAP.
#
# shellcheck disable=SC2086 # pairs of records are several words
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# Rows of the one tier alone: nop is not counted, and secretmem_fill is not timed.
for stage in deferred noretry hook secretmem; do
	ABOUT=1 "$fixture" $stage | grep -v '"nop"' | renumber >$stage.jsonl
done
without_fill() {
	for boot in "$1"/boot-*.jsonl; do
		awk '/"secretmem_fill"/ && /"type":"row"/ {
			if (!said++)
				print "{\"type\":\"skip\",\"scenario\":\"secretmem_fill\",\"version\":\"f1\",\"op\":null,\"reason\":\"nobody can\"}"
			next
		}
		{ print }' "$boot" | renumber >edited
		mv edited "$boot"
	done
}
# session STAGE KERNEL ARGUMENT...: native/STAGE
session() {
	session_stage=$1
	session_kernel=$2
	shift 2
	rm -rf made "native/$session_stage"
	"$fixture" session made "$session_kernel" boots=24 blocks=12 "$@"
	as_native made "$session_stage" "native/$session_stage"
	without_fill "native/$session_stage"
}
session deferred aaaa111122223333 side=0
session noretry bbbb111122223333 side=1 change=0.5
stages='deferred=deferred.jsonl noretry=noretry.jsonl'

# cells FILE ROW: the cells of the table's row, however they are drawn.
cells() {
	perl -CS -Mutf8 -ne '
		s/<br>.*?<\/span>//g; s/<[^>]*>/ | /g; s/&gt;/>/g; s/\\//g;
		s/[|]/ /g; s/  +/ /g; s/^ | $//g;
		print "$_\n" if /^\Q'"$2"'\E .* > .*\[.*\]/' "$1" | head -n 1
}

run 0 'counts and times' series --tables -w 130 -o out.d --times native $stages
says '^Counted in QEMU, and timed in the kernel (native tier)$'
cp out text
row=$(cells text 'secretmem_append mmap')
insns() {
	"$vmadiff" export -f csv $1.jsonl |
		awk -F , '/^secretmem_append,mmap,insns,/ { printf "%.1f", $11 }'
}
ok 'instructions, stores and VMAs of both' expr "$row" : \
	"secretmem_append mmap $(insns deferred) > $(insns noretry) -[0-9.]*% 2 > 1 1 "
ok 'ns of both, how many less, and that they are less' expr "$row" : \
	'.* [0-9.]* > [0-9.]* -[0-9.]* \[-[0-9.]*, -[0-9.]*\] IMPROVED'
ok '  which is in the interval, and half' sh -c "echo '$row' | awk '{
	match(\$0, /[0-9.]+ > [0-9.]+ -[0-9.]+ .*/)
	\$0 = substr(\$0, RSTART)
	gsub(/[^-.0-9 ]/, \" \")
	half = \$3 / \$1
	exit !(\$4 <= \$3 && \$3 <= \$5 && \$5 < 0 && half < -0.48 && half > -0.52)
}'"
ok 'what was timed and not counted' grep -q '^nop nop  *-  *-  *-  *-  *[0-9.]* > [0-9.]* ' text
ok 'what was counted and not timed' grep -q \
	'^secretmem_fill mmap  *[0-9].* skipped  *-  *-  *-$' text
ok '  and why' grep -q '^skipped, deferred noretry: secretmem_fill: nobody can$' text
ok 'what is equivalent has the interval of the verdict' grep -q '=\[.*\]  *EQUIVALENT$' text
ok '  which is explained' sh -c "tr '\n' ' ' <text | grep -q '=: the 90 % interval'"
ok 'what its change is' sh -c "tr '\n' ' ' <text | grep -q \
	'change against deferred, in ns of it, is the median over pairs of layouts, not'"
ok 'layouts and boots of a side' sh -c \
	"tr '\n' ' ' <text | grep -q 'deferred: 24 boots of 12 layouts, noretry: 24 boots of 12 layouts'"
run 0 'as wide as it comes' series --tables --times native $stages
is '  nothing of it is wider than a terminal' \
	"$(sed -n '/^Counted in/,/^secretmem_append mmap,/p' out | awk 'length > 80' | wc -l)" 0
ok '  the change of instructions in %, ns of both, and verdicts' grep -qE \
	'^  mmap +2969[.]0 +-50[.]2% +[0-9.]+ > [0-9.]+ +-[0-9]+ .*IMPROVED' out
ok '  whose instructions these are' sh -c "tr '\n' ' ' <out | grep -q 'insns are those of noretry[.]'"

# --- one table, whatever it is drawn in
run 0 'report' report -o rep --times native $stages
for file in out.d/report.md rep/report.md rep/report.html; do
	is "$file: the same row" "$(cells $file 'secretmem_append mmap')" "$row"
done
ok 'the page says how' grep -q 'tier: each kernel was also built as a program' rep/report.html
ok '  and why something is not timed' grep -q 'noretry, native tier.*nobody can' rep/report.html
ok 'report.md has all of the times' grep -q '^### latency: time of one operation' rep/report.md
ok 'the comparison of times is there' grep -q '"tier": "native"' rep/times.json
ok '  in the session, too' cmp out.d/times.json rep/times.json

# --- the letter, computed again from its own tables
cat >recompute.awk <<'EOT'
function number(s) { gsub(/[+%=]/, "", s); return s + 0 }
function near(a, b, by) { return a - b <= by && b - a <= by }
/^  operation / { table++; next }
/^  / && $NF ~ /^[A-Z]+(-[A-Z]+)*$/ && $2 ~ /^(mmap|munmap|nop)$/ && $3 ~ /^[0-9.]+$/ {
	key = $1 " " $2
	if (table == 1) {
		insns[key] = $(NF - 1)
	} else if (table == 2) {
		split($(NF - 1), end, "[.][.]")
		base[key] = $3
		change[key] = number($(NF - 2))
		low[key] = number(end[1])
		high[key] = number(end[2])
		verdict[key] = $NF
	}
}
# Items of a list, unfolded.
function item_ends(	w, part, n, i) {
	if (item == "")
		return
	sub(/^- /, "", item)
	if (item ~ /in the kernel, native/)
		said[++nr] = item
	else if (item ~ /^(EQUIVALENT|INCONCLUSIVE|TRIVIAL|UNSTABLE): /) {
		word = item
		sub(/:.*/, "", word)
		sub(/^[A-Z]*: /, "", item)
		n = split(item, part, "; ")
		for (i = 1; i <= n; i++)
			said[++nr] = part[i] " " word
	}
	item = ""
}
/^- / { item_ends(); item = $0; next }
item != "" && /^  [^ ]/ { sub(/^ +/, ""); item = item " " $0; next }
{ item_ends() }
END {
	item_ends()
	for (i = 1; i <= nr; i++) {
		s = said[i]
		split(s, w, /[: ]+/)
		key = w[1] " " w[2]
		if (!(key in base)) {
			print "no row of: " s
			bad++
			continue
		}
		known[key] = 1
		# A half of the last digit of a percentage, and of a value.
		slack = base[key] * 0.0006 + (base[key] < 1000 ? 0.06 : 0.6)
		sign = s ~ /\] less of/ ? -1 : 1
		if (s ~ /less of|slower, by/) {
			match(s, /[0-9.]+ ns \[[0-9.]+, [0-9.]+\]/)
			is = substr(s, RSTART, RLENGTH)
			gsub(/[^0-9.]+/, " ", is)
			split(is, v, " ")
			ok = verdict[key] == (sign < 0 ? "IMPROVED" : "REGRESSED")
			a = sign * v[sign < 0 ? 3 : 2]
			b = sign * v[sign < 0 ? 2 : 3]
			by = sign * v[1]
		} else {
			match(s, /[-+][0-9.]+ ns,?( 90 % interval)? \[[-+0-9.]+, [-+0-9.]+\]/)
			is = substr(s, RSTART, RLENGTH)
			small = is ~ /90 % interval/
			sub(/ns,?( 90 % interval)?/, "", is)
			gsub(/[^-+0-9.]+/, " ", is)
			split(is, v, " ")
			by = v[1] + 0
			a = v[2] + 0
			b = v[3] + 0
			ok = index(s, verdict[key]) &&
				small == (verdict[key] ~ /^(EQUIVALENT|TRIVIAL)$/)
		}
		ok = ok && near(by, base[key] * change[key] / 100, slack) &&
			near(a, base[key] * low[key] / 100, slack) &&
			near(b, base[key] * high[key] / 100, slack) &&
			index(s, " " base[key] " ns")
		if (s ~ /instructions;/) {
			split(s, w, ": ")
			want = insns[key] == "=" ? "as many instructions" : \
				substr(insns[key], 2, length(insns[key]) - 2) " % " \
				(insns[key] ~ /^-/ ? "fewer" : "more") " instructions"
			ok = ok && index(w[2], want ";") == 1
		}
		if (!ok) {
			print "not what the tables say: " s
			bad++
		}
	}
	for (key in base)
		if (!(key in known)) {
			print "nothing is said of " key
			bad++
		}
	print nr " said"
	exit bad || nr < 5
}
EOT
for style in own lkp mmtests fastpath; do
	run 0 "letter, $style" letter --style $style --times native $stages
	cp out letter-$style
	ok '  the sentence, with what was booted' sh -c "tr '\n' ' ' <out | tr -s ' ' |
		grep -q 'secretmem_append mmap: [0-9.]* % fewer instructions; [0-9.]* ns \[[0-9.]*, [0-9.]*\] less of [0-9.]* ns in the kernel, native, 24 boots of 12 layouts a side[.]'"
	ok '  a table of times' sh -c "sed -n '/^Times are/,\$p' out | grep -q 'memfd_append.mmap'"
	ok '  percent of what' sh -c "tr '\n' ' ' <out | grep -q 'percent of them are not percent of a system call'"
	ok '  what was not timed' sh -c "tr '\n' ' ' <out | tr -s ' ' | grep -q 'native tier: secretmem_fill skipped in deferred, noretry: nobody can'"
	run 0 '  fit for a mail' lint letter-$style
	is '  72 columns, but for tables' "$(grep -v '^  ' letter-$style | awk 'length > 72' | wc -l)" 0
done
agrees() {
	awk -f recompute.awk letter.txt >said 2>&1
}
cp letter-own letter.txt
ok 'every number of the sentences is in the tables' agrees
ok '  INCONCLUSIVE and EQUIVALENT as such' sh -c \
	"grep -q '^- EQUIVALENT: ' letter.txt && grep -q ' less of ' letter.txt"

# What became slower.
session noretry bbbb111122223333 side=1 change=1.2 boot_sd=0.02
run 0 'slower' letter --times native $stages
cp out letter.txt
ok '  is said' sh -c "tr '\n' ' ' <out | tr -s ' ' |
	grep -q 'secretmem_append mmap: [0-9.]* % fewer instructions; slower, by [0-9.]* ns \[[0-9.]*, [0-9.]*\] on [0-9.]* ns in the kernel, native'"
ok '  and among what got worse' sh -c "tr '\n' ' ' <out | tr -s ' ' |
	grep -q 'What got worse: .*- time of one operation: .*secretmem_append mmap [0-9.]* to'"
ok '  its numbers are in the tables' agrees
ok '  INCONCLUSIVE as such' grep -q '^- INCONCLUSIVE: ' letter.txt
session noretry bbbb111122223333 side=1 change=0.5

# --- no ns where there are none
run 0 'nothing timed' letter $stages
ok '  not a word of ns' sh -c "! grep -q '[0-9] ns\|[Nn]ative' out"
mkdir -p none
cat >none/missing.txt <<'EOT'
a kernel that is a program does not run here: /tmp is <noexec>

and more
EOT
run 0 'why not' series --tables -o none.d --times none $stages
ok '  says so' sh -c "tr '\n' ' ' <out | grep -q 'time was not measured: a kernel that is a program does not run here: /tmp is <noexec>; and more'"
says_not '\[95 %\]'
ok '  in report.md' sh -c \
	"tr '\n' ' ' <none.d/report.md | grep -q 'time was not measured: a kernel that is .*&lt;noexec'"
run 0 '  report' report -o none.r --times none $stages
ok '  on the page' grep -q 'Time was not measured: .*&lt;noexec' none.r/report.html
ok '  in the letter, and no ns' sh -c \
	"grep -q '^- time: a kernel that is a program' none.r/cover-letter.txt &&
	! grep -q '[0-9] ns' none.r/cover-letter.txt"
ok '  no times.json' [ ! -e none.r/times.json ]
mkdir one
cp -r native/noretry one
run 0 'one stage alone' series --tables --times one $stages
says '^time was not measured: one has boots of 1 stage (noretry), two are needed'

# --- what is no such folder
run 2 'no folder' series --tables --times nowhere $stages
says '^vmadiff: --times nowhere: No such file or directory$'
run 2 'a file' series --tables --times deferred.jsonl $stages
says 'deferred.jsonl: is no folder; a folder with one for each stage is wanted, as DIR/STAGE/boot-NNNN.jsonl'
run 2 'the boots of one stage' series --tables --times native/noretry $stages
says '--times native/noretry: is the boots of one kernel; a folder with one for each stage'
run 2 'the folder above it' series --tables --times . $stages
says '--times .: there is nothing of deferred, noretry in it; a folder with one for'
run 2 'no stage that was counted' letter --times native hook=hook.jsonl secretmem=secretmem.jsonl
says '--times native: there is nothing of hook, secretmem in it'
for command in letter 'report -o pair.r'; do
	run 2 "$command of a pair" $command --times native deferred.jsonl noretry.jsonl
	says '--times native: is for STAGE=PATH STAGE=PATH...'
done
run 2 'letter of a pair, with seeds' letter --seed native deferred.jsonl noretry.jsonl
says '--seed native: is for STAGE=PATH STAGE=PATH...'
run 2 'a picture of one record' data insns --times native deferred.jsonl

# --- a stage of which nothing can be read
mkdir refused
cp -r native/deferred native/noretry refused
for boot in refused/noretry/*; do
	echo '{' >"$boot"
done
# everywhere PATTERN: in the tables, the letter, the page and report.md
everywhere() {
	for file in out refused.r/report.html refused.r/report.md refused.r/cover-letter.txt; do
		ok "  in ${file##*/}: $1" sh -c "tr '\n' ' ' <$file | tr -s ' ' | grep -q '$1'"
	done
}
run 4 'boots that are refused' series --tables --times refused $stages
mv out table
run 4 '  report' report -o refused.r --times refused $stages
mv table out
everywhere 'noretry: 24 records refused: boot-00.jsonl:1: .*, and 23 more; refused has boots of 1 stage (deferred), two are needed'
is '  nothing is timed' "$(grep -c '\[95 %\]' out)" 0
rm refused/noretry/boot-0*
cp native/noretry/boot-0* refused/noretry
run 4 'some of them' series --tables -w 130 --times refused $stages
mv out table
run 4 '  report' report -o refused.r --times refused $stages
mv table out
everywhere 'noretry: 14 records refused: boot-10.jsonl:1: .*, and 13 more'
ok '  the others are compared' grep -q '^secretmem_append mmap .* > [0-9.]*  *-[0-9.]* ' out

# --- among other mappings, too
mkdir seed
for stage in deferred noretry; do
	sed '1s/"seed":1,/"seed":2,/' $stage.jsonl >seed/$stage.jsonl
done
run 0 'seeds and times' letter --seed seed --times native $stages
ok '  both are said' sh -c "tr '\n' ' ' <out | tr -s ' ' |
	grep -q 'with 2 seeds.* less of [0-9.]* ns in the kernel, native'"

# --- what is no comparison
cp -r native other
for boot in other/noretry/*; do
	sed '1s/"host":"f1c7f1c7"/"host":"deadbeef"/' "$boot" >edited && mv edited "$boot"
done
run 4 'times of two machines' series --tables -o other.d --times other $stages
says '^NOT-COMPARABLE: these had to match and do not'
says_not '\[95 %\]'
says '^secretmem_append mmap .*EXACT-CHANGED'
run 4 '  letter' letter --times other $stages
ok '  has no ns' sh -c "! grep -q '[0-9] ns' out"
mkdir metal
for stage in deferred noretry; do
	mkdir metal/$stage
	for boot in native/"$stage"/*; do
		sed '1s/"tier":"native"/"tier":"kvm"/' "$boot" >metal/$stage/${boot##*/}
	done
done
run 4 'times of another tier' series --tables --times metal $stages
says 'its records are of the tier kvm, not native'
run 2 'times beside times' letter --times native deferred=native/deferred noretry=native/noretry
says 'is for what was counted'
echo '{' >native/noretry/boot-99.jsonl
run 4 'a boot that cannot be read' series --tables -w 130 --times native $stages
says 'native/noretry/boot-99.jsonl'
ok '  the others are compared' grep -q '^secretmem_append mmap .*\[-[0-9.]*, .*IMPROVED' out
rm native/noretry/boot-99.jsonl

# --- three stages, a layout that one of them lacks
session hook cccc111122223333 side=1 seed=5
rm -f native/hook/boot-00.jsonl native/hook/boot-01.jsonl
three='deferred=deferred.jsonl hook=hook.jsonl noretry=noretry.jsonl'
run 0 'three stages' series --tables -o three.d --times native $three
ok '  a line each below the operation' sh -c "grep -A 3 '^secretmem_append mmap\$' out | awk '
	NR == 3 { hook = \$1 == \"hook\" && !/IMPROVED/ }
	NR == 4 { noretry = \$1 == \"noretry\" && /IMPROVED/ }
	END { exit !(hook && noretry) }'"
ok '  with the layouts of each' sh -c "tr '\n' ' ' <out |
	grep -q 'hook: 22 boots of 11 layouts, noretry: 24 boots of 12 layouts'"
is '  no line is wider than 100' "$(sed -n '/^Counted in/,/^About/p' out | awk 'length > 100' | wc -l)" 0
run 0 '  letter' letter --times native deferred=deferred.jsonl hook=hook.jsonl
ok '  layouts that are not alike are said' sh -c "tr '\n' ' ' <out | tr -s ' ' |
	grep -q '24 and 22 boots of 12 and 11 layouts'"
run 0 '  report' report -o three.r --times native $three
ok '  each stage in the table' grep -q '<tr><th scope=row>  *hook</th>' three.r/report.html

# --- a row that a layout lacks
cp -r native gap
for boot in gap/noretry/boot-0[23].jsonl; do
	grep -v '"row".*"anon_append"' "$boot" | renumber >edited
	mv edited "$boot"
done
run 0 'a row that a layout lacks' series --tables -w 140 --times gap $stages
ok '  is of fewer' grep -q '^anon_append mmap .* 12+11 ' out
ok '  others are of all' grep -q '^memfd_append mmap .* 12+12 ' out
run 0 '  letter' letter --times gap $stages
ok '  so it says' sh -c "tr '\n' ' ' <out | tr -s ' ' |
	grep -q -- '- anon_append mmap: .* in the kernel, native, 24 and 22 boots of 12 and 11 layouts'"

# --- an operation that one side has no time of
# without STAGE OPERATION LINE: in "lacks"; LINE is what its records say instead
without() {
	rm -rf lacks
	cp -r native lacks
	for boot in lacks/"$1"/*; do
		grep -v "\"row\".*\"$2\"" "$boot" | sed "\$i $3" | renumber >edited
		mv edited "$boot"
	done
}
skip='{"type":"skip","scenario":"secretmem_append","version":"f1","op":null,"reason":"no <free> memory"}'
failure='{"type":"failure","scenario":"secretmem_append","version":"f1","op":"mmap","reason":"saw 3 VMAs"}'
ns=$(sed -n 's/^secretmem_append mmap .* \([0-9.]*\) > [0-9.]*  *-.*/\1/p' text)
# letter_says PATTERN
letter_says() {
	ok "  says: $1" sh -c "tr '\n' ' ' <out | tr -s ' ' | grep -q -e '$1'"
}
without noretry secretmem_append "$skip"
run 0 'a headline that was not timed' series --tables -w 140 --times lacks $stages
says "^secretmem_append mmap .* $ns > skipped  *-  *-  *MISSING"
says '^skipped, noretry: secretmem_append, secretmem_fill: \|^skipped, noretry: secretmem_append: no <free> memory'
run 0 '  letter' letter --times lacks $stages
letter_says " secretmem_append mmap: [0-9.]* % fewer instructions; native tier: $ns ns in deferred, not timed in noretry[.]"
letter_says "- secretmem_append mmap: [0-9.]* % fewer instructions; native tier: $ns ns in deferred, not timed in noretry (no fromfreeto memory)"
letter_says '- [0-9]* of [0-9]* rows of the native tier have no number on a side'
ok '  nothing cannot be told for that' sh -c '! grep -q "native tier cannot be told" out'
cp out letter.txt
run 0 '  fit for a mail' lint letter.txt
run 0 '  report' report -o lacks.r --times lacks $stages
ok '  on the page' grep -q "$ns ns in deferred, not timed in noretry" lacks.r/report.html
ok '  in its table' sh -c "tr '\n' ' ' <lacks.r/report.html | grep -q '$ns &gt; skipped'"
without deferred secretmem_append "$failure"
run 3 'one that failed in the first' series --tables -w 140 --times lacks $stages
says '^secretmem_append mmap .* failed > [0-9.]*  *-  *-  *MISSING'
run 3 '  letter' letter --times lacks $stages
letter_says '- secretmem_append mmap: .*; native tier: not timed in deferred (saw 3 VMAs), [0-9.]* ns in noretry'
without noretry secretmem_append "$failure"
run 3 'one that fails now' series --tables -w 140 --times lacks $stages
says "^secretmem_append mmap .* $ns > failed  *-  *-  *NOW-FAILS"
run 3 '  letter' letter --times lacks $stages
letter_says "- secretmem_append mmap: .*; native tier: $ns ns in deferred, not timed in noretry (saw 3 VMAs)"

boot=lacks/noretry/boot-17.jsonl
rm -r lacks
cp -r native lacks
sed "\$i $failure" "$boot" | renumber >edited
mv edited "$boot"
run 3 'one boot that failed' letter --times lacks $stages
letter_says '- failed in noretry: secretmem_append mmap: saw 3 VMAs'

# --- a stage that was not booted
run 0 'the last of three stages was not booted' letter --times native deferred=deferred.jsonl \
	noretry=noretry.jsonl secretmem=secretmem.jsonl
letter_says 'secretmem_append mmap: [0-9.]* % fewer instructions; noretry against deferred, '
letter_says '- time: secretmem: no boots'

# --- pictures
for picture in times layouts; do
	run 0 "picture $picture" data $picture --times native $stages
	says "^# picture: $picture\$"
	says '^# kernel: deferred: .*, 24 boots of 12 layouts$'
	run 0 "  of boots alone" data $picture deferred=native/deferred noretry=native/noretry
	run 4 '  and of none' data $picture $stages
	says 'it is of boots of the native tier'
done
"$vmadiff" data layouts --times native $stages >layouts.dat
is 'a mark for each boot' "$(grep -c '^[0-9]' layouts.dat)" 48
is '  a bar for each layout' "$(awk -F '\t' '/^[0-9]/ && $5 != "?"' layouts.dat | wc -l)" 24
"$vmadiff" data times --times native $stages >times.dat
is 'a mark for each layout of the first row' "$(grep -c '^0	' times.dat)" 24
finish
