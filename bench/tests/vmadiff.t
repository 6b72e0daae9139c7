#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff from the outside: verdicts, exit status, files. TAP, for prove.
#
#   VMADIFF   the program (default: build/vmadiff)
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

pass()
{
	ok "$1" true
}

fail()
{
	ok "$1" false
}

# same FILE FILE NAME
same()
{
	ok "$3" cmp "$1" "$2"
}

for stage in stock deferred hook secretmem noretry metal; do
	"$fixture" $stage >$stage.jsonl || exit 1
done
other_env()
{
	sed '1s/"cpu":"max"/"cpu":"other"/' noretry.jsonl
}

# --- usage
run 2 'nothing'
says 'compare .*series\|compare'
run 2 'unknown command' frobnicate
says "there is no command 'frobnicate'; choose one of compare series range functions "
run 2 'unknown option' compare --frobnicate deferred.jsonl noretry.jsonl
says "there is no option '--frobnicate'; --help names them"
says '^Usage: vmadiff compare '
ok '  the error last' sh -c "tail -n 1 err | grep -q 'there is no option'"
run 2 'unknown metric' compare -m insn deferred.jsonl noretry.jsonl
says "there is no metric 'insn'; did you mean 'insns'?$"
run 2 'unknown picture' data pie deferred.jsonl
says 'choose one of effects ecdf shift boots times layouts waterfall-patches insns counts fill vmas population threads latency waterfall$'
run 2 'one record to compare' compare deferred.jsonl
run 2 'three records to compare' compare deferred.jsonl noretry.jsonl hook.jsonl
run 2 'series without stages' series deferred.jsonl noretry.jsonl
says 'is not STAGE=FILE'
run 2 'stage with a slash' series a/b=deferred.jsonl noretry=noretry.jsonl
run 2 'one stage' series --tables deferred=deferred.jsonl deferred=deferred.jsonl
run 2 'width' compare -w 3 deferred.jsonl noretry.jsonl
run 0 'help' --help
run 0 'help of a command' compare --help
says '--all'
run 0 'version' --version
says 'record schema 1\.12'

# --- compare
run 0 'compare' compare deferred.jsonl noretry.jsonl
says '^secretmem_append mmap  *2  *1  *-1  *-50.0%  *EXACT-CHANGED'
says '^better  *16 rows'
says '^worse  *6 rows'
says '^exactly equal  *122 rows'
says '^memfd_append munmap .*EXACT-SAME'
says_not '^insns_user: '
says '^Not shown, of all tables: 21 rows exactly equal; --all prints them$'
if awk '/^[a-z_]*: .* is better$/ { same = 0 }
	/EXACT-SAME$/ { same = 1 }
	/EXACT-CHANGED$/ && same { exit 1 }' out
then
	pass '  what changed comes first'
else
	fail '  what changed does not come first'
fi
says_not '	'
says_not "$(printf '\033')"
if awk 'length > 80 { exit 1 }' out; then
	pass '  80 columns'
else
	fail '  wider than 80 columns'
fi
run 0 'compare --all' compare --all deferred.jsonl noretry.jsonl
says '^insns_user: '
says_not 'Not shown'
run 0 'one metric' compare -m maple_stores deferred.jsonl noretry.jsonl
says '^maple_stores: '
says_not '^insns: '
run 0 'with itself' compare deferred.jsonl deferred.jsonl
says '^better  *0 rows'
says '^exactly equal  *147 rows'

# swapping the records mirrors the verdicts
run 0 'swapped' compare noretry.jsonl deferred.jsonl
says '^worse  *16 rows'
says '^better  *6 rows'

# the order of rows in a record says nothing
{ sed 1q noretry.jsonl; sed '1d;$d' noretry.jsonl | sort -r; sed '$!d' noretry.jsonl; } >shuffled.jsonl
"$vmadiff" compare -a deferred.jsonl noretry.jsonl >ordered.txt
"$vmadiff" compare -a deferred.jsonl shuffled.jsonl >shuffled.txt
same ordered.txt shuffled.txt 'shuffling a record changes nothing'

run 0 'metal, one boot each' compare metal.jsonl metal.jsonl
says 'INCONCLUSIVE'
says 'noise between boots is unknown'
says_not 'REGRESSED\|IMPROVED'
says_not 'disturbed'

# --- what has disturbed a measurement is said, and what nobody knows is not zero
sed '/"type":"trailer"/i\
{"type":"warning","name":"hypervisor","text":"under a hypervisor"}\
{"type":"disturbances","scenario":"nop","op":"nop","of":10,"switches":[[1,2],[4,1]],"steal":[[4,20]],"throttles":[],"frequency":null,"unavailable":{"frequency":"no file"}}' \
	metal.jsonl | renumber >disturbed.jsonl
run 0 'batches that were disturbed' compare metal.jsonl disturbed.jsonl
says 'new: 2 of 10 batches were disturbed (other tasks 2, steal time 1, throttling'
says '0); not known: another frequency'
says_not 'base: .* disturbed'
run 0 'a record with a warning' show disturbed.jsonl
says 'hypervisor: under a hypervisor'
says '2 of 10 batches were disturbed'

# --- what cannot be compared
run 4 'tiers' compare deferred.jsonl metal.jsonl
says 'NOT-COMPARABLE'
says 'tier: "exact" in base, "metal" in new'
other_env >other.jsonl
run 4 'environments' compare deferred.jsonl other.jsonl
says 'cpu: "max" in base, "other" in new'
says '^better  *0 rows'
sed '1s/"cpu":"max"/"cpu":"max","microcode":"7"/' noretry.jsonl >other.jsonl
run 4 'a key that one lacks' compare deferred.jsonl other.jsonl
says 'microcode: "(none)" in base, "7" in new'
sed '1s/"cpu":"max"/"cpu":"max","linking":"shared"/' noretry.jsonl >shared.jsonl
run 4 'a program linked in another way' compare deferred.jsonl shared.jsonl
says 'linking: "static" in base, "shared" in new'
run 4 'and the other way round' compare shared.jsonl deferred.jsonl
says 'linking: "shared" in base, "static" in new'
run 0 'if that is allowed' compare --allow linking deferred.jsonl shared.jsonl
says 'allowed to differ: linking: "static" in base, "shared" in new'
run 0 'both shared' compare shared.jsonl shared.jsonl
says_not 'linking'
sed '/"memfd_append"/s/"version":"f1"/"version":"f2"/' noretry.jsonl >other.jsonl
run 4 'scenario versions' compare deferred.jsonl other.jsonl
says '^memfd_append mmap .*NOT-COMPARABLE'
says '^better  *16 rows'

# --- rows that are not there
grep -v '"secretmem_append".*"op":"mmap"' noretry.jsonl | renumber >less.jsonl
run 0 'a missing operation' compare deferred.jsonl less.jsonl
says '^secretmem_append mmap .*MISSING'
says '^missing  *7 rows'
says '^cannot be told  *0 rows'
says '^  secretmem_append mmap: insns 5962.0>-'
says '7 values missing'
sed '$i {"type":"failure","scenario":"secretmem_append","op":"mmap","reason":"saw 3 VMAs, wanted 1"}' \
	less.jsonl | renumber >failed.jsonl
run 3 'a failure' compare deferred.jsonl failed.jsonl
says 'failed, new: secretmem_append mmap: saw 3 VMAs, wanted 1'
says '^secretmem_append mmap .* failed  *-  *-  *NOW-FAILS'
says '^worse  *13 rows'
says '^  secretmem_append mmap: NOW-FAILS: saw 3 VMAs, wanted 1$'
says '^cannot be told  *0 rows'
run 3 'a failure of a stage' compare --stages deferred=deferred.jsonl noretry=failed.jsonl
says '^secretmem_append mmap  *5962.0  *failed'
run 3 'a letter says that it got worse, and why' letter --all deferred.jsonl failed.jsonl
says '^What got worse: 1 scenario fails now (secretmem_append)'
says '^- failed in new: secretmem_append mmap: saw 3 VMAs, wanted 1$'
run 3 'and what got better has no value to be compared' compare failed.jsonl deferred.jsonl
says '^secretmem_append mmap .* failed .* MISSING'
sed '$i {"type":"skip","scenario":"secretmem_append","op":null,"reason":"secretmem is disabled"}' \
	less.jsonl | renumber >skipped.jsonl
run 0 'a skip' compare deferred.jsonl skipped.jsonl
says 'skipped, new: secretmem_append: secretmem is disabled'
run 0 'a letter names what was skipped' letter --all deferred.jsonl skipped.jsonl
says '^What was not measured:$'
says '^- secretmem_append skipped in new: secretmem is disabled$'

# --- a metric that is not there, of any number of scenarios, in both or in one
without_stores()
{
	grep -v '"metric":"maple_stores"' "$1" |
		sed '$i {"type":"skip","scenario":"nop","op":null,"reason":"maple_stores unavailable: calibration: 2 stores"}\
{"type":"skip","scenario":"memfd_append","op":null,"reason":"maple_stores unavailable: calibration: 2 stores"}' |
		renumber
}
without_stores deferred.jsonl >d.jsonl
without_stores noretry.jsonl >n.jsonl
run 0 'a letter names a metric that no column has' letter --all d.jsonl n.jsonl
says '^- maple_stores unavailable in base, new: calibration: 2 stores$'
run 0 'and one that a column has not' letter --all deferred.jsonl n.jsonl
says '^- maple_stores unavailable in new: calibration: 2 stores$'
says_not 'skipped in'
run 0 'such a skip is not of the operation' compare -m maple_stores deferred.jsonl n.jsonl
says '^memfd_append mmap  *1  *skipped .*MISSING'
says '^anon_append mmap  *1  *-  *-  *-  *MISSING'
run 0 'a letter of all there is' letter --all deferred.jsonl noretry.jsonl
says_not 'was not measured'

# --- shapes
sed '/"type":"shape","scenario":"memfd_append","op":"mmap"/s/"merged"/"not-merged"/' \
	noretry.jsonl >shape.jsonl
run 0 'an outcome' compare deferred.jsonl shape.jsonl
says '^memfd_append mmap .*SHAPE-CHANGED'
sed '/"memfd_append","version":"f1","op":"mmap","metric":"vmas"/s/\[1\]/[64]/' \
	noretry.jsonl >shape.jsonl
run 0 'a VMA count' compare deferred.jsonl shape.jsonl
says '^memfd_append mmap  *1  *64  *+63  *+6300%  *SHAPE-CHANGED'
says '^shape changed  *1 row'

# A merge that is lost: in the commit of a tree it is compared with the base, and
# in a stage it is not what the scenario declares.
expected='"expected":{"outcome":"merged","vmas_before":1,"vmas_after":1,"result":"success"},"results":{"success":64}'
lose_merge()
{
	sed '1s/"minor":[0-9]*/"minor":4/
		/"memfd_append".*"op":"mmap".*"metric":"vmas"/s/\[1\]/[200]/
		/"type":"shape","scenario":"memfd_append","op":"mmap"/s/"vmas_after":1,"outcome":"merged"/"vmas_after":200,"outcome":"unexpected",'"$expected"'/
		/"type":"shape","scenario":"memfd_append","op":"munmap"/s/"vmas_before":1/"vmas_before":200/' \
		"$1"
}
of_commit()
{
	sed '1s/"info":{}/"info":{"commit":"1234abc"}/' "$1"
}
lose_merge noretry.jsonl >stage.jsonl
of_commit deferred.jsonl >base.jsonl
of_commit stage.jsonl >commit.jsonl
lose_merge deferred.jsonl | of_commit /dev/stdin >same.jsonl
run 0 'a lost merge of a commit' compare base.jsonl commit.jsonl
says '^memfd_append mmap  *1  *200  *+199  *+19900%  *SHAPE-CHANGED'
says '^memfd_append munmap .*SHAPE-CHANGED'
says '^  memfd_append mmap: 1 VMA (merged) in base, 200 VMAs (unexpected) in new$'
says_not '^  memfd_append munmap: 1'
run 0 'and what munmap finds' export -f csv base.jsonl commit.jsonl
says '^memfd_append,munmap,insns,.*"1 to 1 VMA (shrunk) in base, 200 to 1 VMA (shrunk) in new"'
run 0 'and nobody declares it' compare base.jsonl commit.jsonl
says_not '^undeclared'
run 0 'where it is the same as in the base' compare same.jsonl commit.jsonl
says '^shape changed  *0 rows'
says_not 'Shapes that changed'
run 3 'a lost merge of a stage' compare deferred.jsonl stage.jsonl
says '^undeclared, new: memfd_append mmap: unexpected, 1 to 200 VMAs; declared: merged, 1 to 1$'
says '^1 operation of a shape that is not declared$'
run 3 'even where both have it' compare stage.jsonl stage.jsonl
sed '1s/"stage":"noretry"/"stage":"later"/' commit.jsonl >later.jsonl
run 0 'stages of a tree' compare -w 120 --stages deferred=base.jsonl noretry=commit.jsonl later=later.jsonl
says '^  memfd_append mmap: 1 VMA (merged) in deferred, 200 VMAs (unexpected) in noretry$'
says_not '^  memfd_append mmap: .* in later$'
run 0 'a letter of a lost merge' letter --all base.jsonl commit.jsonl
says '^What got worse: 1 kind of mapping no longer merges and leaves 200 VMAs'
says "^- more VMAs afterwards: memfd_append mmap 1 to 200$"
run 3 'a letter of a stage' letter --all deferred.jsonl stage.jsonl
says '^- not declared in new: memfd_append mmap: unexpected, 1 to 200 VMAs;'
run 1 'bisect: bad' between base.jsonl commit.jsonl commit.jsonl memfd_append/mmap/vmas
run 0 'bisect: good' between base.jsonl commit.jsonl base.jsonl memfd_append/mmap/vmas
run 0 'check' check stage.jsonl
says ', 1 undeclared, '
run 3 'show' show stage.jsonl
says '^undeclared: memfd_append mmap: unexpected'

# A result that changed is no lost merge, however many VMAs are left.
sed '/"type":"shape","scenario":"memfd_append","op":"munmap"/s/"shrunk"/"failed:EINVAL"/
	/"memfd_append".*"op":"munmap".*"metric":"vmas"/s/\[1\]/[65]/' \
	base.jsonl >result.jsonl
run 0 'a result that changed' letter --all base.jsonl result.jsonl
says '^What got worse: 1 operation ends with another result (memfd_append)'
says '^- memfd_append munmap ends otherwise: 1 VMA (shrunk) in base, 1 VMA$'
says_not 'merging is lost'

# --- series
run 0 'series' series --tables -o session deferred=deferred.jsonl noretry=noretry.jsonl
says '^operation  *deferred  *noretry  *diff'
for file in summary.json report.md plots/insns.dat plots/counts.dat; do
	if [ -s session/$file ]; then
		pass "  wrote $file"
	else
		fail "  did not write $file"
	fi
done
cat >want.json <<'END'
"scenario": "secretmem_append", "op": "mmap", "metric": "maple_stores",
"pass": "counts", "quantile": null, "unit": "stores/op",
"better": "lower", "exact": true, "set": "primary",
"base": 2, "new": 1,
"diff": -1, "ratio": 0.5,
"verdict": "EXACT-CHANGED",
"values": {"deferred": 2, "noretry": 1}
END
# The members that it names; it leaves out what is in between.
while read -r members; do
	grep '"secretmem_append", "op": "mmap", "metric": "maple_stores"' session/summary.json |
		grep -oF -e "$members" || echo "no $members"
done <want.json >got.json
same want.json got.json 'the row that the README documents'
grep -q "$tmp" session/summary.json session/report.md session/plots/*.dat
if [ $? -eq 1 ]; then pass 'no paths of this machine'; else fail 'paths of this machine'; fi

cp -r session again
"$vmadiff" series -o again deferred=deferred.jsonl noretry=noretry.jsonl >/dev/null
for file in summary.json report.md plots/insns.dat; do
	same session/$file again/$file "$file comes out the same again"
done

run 0 'five stages' series --tables stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
says '^secretmem_append mmap  *1  *2  *2  *1  *1'
run 4 'a stage that is not what it says' series --tables deferred=noretry.jsonl noretry=noretry.jsonl
says 'is of stage "noretry", not "deferred"'
other_env >other.jsonl
run 4 'series of two environments' series --tables -o differ deferred=deferred.jsonl noretry=other.jsonl
if grep -q '"verdict": "NOT-COMPARABLE"' differ/summary.json; then
	pass '  in the summary too'
else
	fail '  not in the summary'
fi

# repeats: two records of one stage must agree to the digit
run 0 'equal repeats' series --tables deferred=deferred.jsonl noretry=noretry.jsonl noretry=noretry.jsonl
sed '/"anon_append","version":"f1","op":"mmap","metric":"insns"/s/\[\([0-9]*\)\]/[\11]/' \
	noretry.jsonl | grep -v '"functions".*"anon_append"' | renumber >repeat.jsonl
run 3 'repeats that differ' series --tables deferred=deferred.jsonl noretry=noretry.jsonl noretry=repeat.jsonl
says '^anon_append mmap .*NONDETERMINISTIC'

# a refused record takes none of the others with it
sed '$d' hook.jsonl >cut.jsonl
run 4 'a record cut short among good ones' series --tables -o partial deferred=deferred.jsonl \
	hook="$tmp/cut.jsonl" noretry=noretry.jsonl
says 'cut.jsonl:[0-9]*: no trailer after this line: the record was cut short'
says '^secretmem_append mmap  *2  *1  *-1'
if grep -q '"reason": "cut.jsonl:[0-9]*: no trailer' partial/summary.json; then
	pass '  and the summary says so'
else
	fail '  and the summary does not say so'
fi
run 4 'only refused records' series --tables deferred=cut.jsonl noretry=cut.jsonl
run 4 'no such file' compare deferred.jsonl nowhere.jsonl
says 'nowhere.jsonl: No such file'

# --- show, check, data
run 0 'show' show metal.jsonl
says '^operation  *min  *p50  *p90  *p99  *p99.9  *distribution  *samples'
says '^secretmem_append mmap .* -  .*20000'
says 'fewer than 100 samples above it'
says 'skipped: dax_append: no DAX device'
says_not 'the exact tier'
sed '1s/"tier":"[a-z]*"/"tier":"native"/
1s/"info":{}/"info":{"config_differences":"-SMP +TINY_RCU HZ 100->250"}/' metal.jsonl >native.jsonl
run 0 'show a record of a kernel that is a program' show native.jsonl
says '^config  *not as in the exact tier:$'
says '^  *-SMP +TINY_RCU HZ 100->250$'
run 3 'show a failure' show failed.jsonl
says 'failed: secretmem_append mmap: saw 3 VMAs'
run 0 'check' check deferred.jsonl noretry.jsonl
run 4 'check goes on after a bad one' check cut.jsonl noretry.jsonl
says 'noretry.jsonl: exact tier, noretry, 147 rows'
run 0 'data' data insns deferred=deferred.jsonl noretry=noretry.jsonl
same out session/plots/insns.dat 'data prints what series writes'
run 0 'data of a stage without some rows' data counts deferred=deferred.jsonl noretry=less.jsonl
says '^secretmem_append mmap	2	?'
run 4 'data that is not there' data latency deferred.jsonl
says 'no record has rows for the picture latency'
run 2 'data of one record for stages' data latency deferred=deferred.jsonl noretry=noretry.jsonl
says 'the picture latency is of one record'
run 2 'data of stages for one record' data insns deferred.jsonl
says 'the picture insns is of stages'
run 4 'data of scenarios that are not there' data vmas deferred.jsonl
run 4 'data of stages without such scenarios' data population deferred=deferred.jsonl noretry=noretry.jsonl
run 4 'data of callers, in no time' data threads deferred.jsonl

# --- the bill
run 0 'functions' functions deferred.jsonl noretry.jsonl secretmem_append
says '^secretmem_append mmap, deferred to noretry: '
says '^mas_store_prealloc  *620  *310  *-310  *2>1$'
says '^vm_area_alloc  *250  *0  *-250  *1>0  *gone$'
says '^call_mmap_prepare  *0  *18  *+18  *0>1  *new$'
says "^secretmem_mmap .* not in noretry's image$"
says "^not in X's image: "
says '^vma_merge_new_range\.isra\.0 .* as plain in noretry$'
says '^vma_merge_new_range .* as \.isra\.0 in deferred$'
says '^4 equal functions'
says_not '^entry_SYSCALL_64'
says '^total  *5962.0  *2969.0  *-2993'
says '^(left to RCU)  *700  *0  *-700'
says '^(user space)  *9  *9  *='
says 'the headline excludes it'
says '^sum of differences -191552 == total difference -191552 instructions / 64 ops$'
if awk 'length > 80 { exit 1 }' out && ! grep -q ' $' out; then
	pass '  fits, no trailing blanks'
else
	fail '  too wide, or trailing blanks'
fi
# The lines themselves add up, not only what is said about them.
if awk '/^function /{ on = 1; next } /^total/ { exit sum != $4 }
	on { for (i = 1; i <= NF; i++) if ($i ~ /^([-+][0-9]+|=)$/) { sum += $i; break } }' out
then
	pass '  the lines add up'
else
	fail '  the lines do not add up'
fi
run 0 'functions --all' functions -a deferred.jsonl noretry.jsonl secretmem_append mmap
says '^entry_SYSCALL_64  *20  *20  *=  *1$'
says_not 'equal function'
run 0 'functions of another class' functions -c deferred deferred.jsonl noretry.jsonl secretmem_append
says '^rcu_do_batch  *700  *0  *-700'
says '^sum of differences -44800 == '
run 0 'functions of equal kernels' functions deferred.jsonl deferred.jsonl memfd_append munmap
says '^memfd_append munmap, base to new'
says '^sum of differences 0 == total difference 0'
run 0 'functions of the only operation' functions deferred.jsonl noretry.jsonl nop
run 2 'functions of no class' functions -c nmi deferred.jsonl noretry.jsonl nop
says 'choose one of task irq rcu refill user deferred$'
run 2 'functions of no scenario' functions deferred.jsonl noretry.jsonl secretmem
says "no scenario with functions 'secretmem'; did you mean 'secretmem_a"
run 2 'functions of another scenario' functions deferred.jsonl noretry.jsonl xyzzy
says "'vmadiff show RECORD' names those that were measured"
run 2 'functions of no operation' functions deferred.jsonl noretry.jsonl secretmem_append mremap
says "did you mean 'mmap'?"
sed 's/"mas_store_prealloc",19840/"mas_store_prealloc",19841/' noretry.jsonl >off.jsonl
run 4 'functions off by one' functions deferred.jsonl off.jsonl secretmem_append
says 'add up to [0-9]* instructions, its row insns to'
grep -v '"functions"' noretry.jsonl | renumber >plain.jsonl
run 4 'functions of a record without' functions deferred.jsonl plain.jsonl secretmem_append
says 'plain.jsonl: holds no functions'
other_env >other.jsonl
run 4 'functions of two environments' functions deferred.jsonl other.jsonl secretmem_append
says 'NOT-COMPARABLE: cpu: "max" in deferred, "other" in noretry'
sed '/"memfd_append"/s/"version":"f1"/"version":"f2"/' noretry.jsonl >other.jsonl
run 4 'functions of two versions' functions deferred.jsonl other.jsonl memfd_append
says 'NOT-COMPARABLE: memfd_append has version f1'
grep -v '"symbols"' noretry.jsonl | renumber >nosym.jsonl
run 0 'functions without symbols' functions deferred.jsonl nosym.jsonl secretmem_append
says '^secretmem_mmap .* not in noretry$'
says_not "'s image"
# Twice the operations, twice the instructions: every function is equal.
awk '/"functions"/ && /"nop"/ { gsub(/"ops":64/, "\"ops\":128")
	while (match($0, /,[0-9]+,[0-9]+,[0-9]+,[0-9]+\]/)) {
		split(substr($0, RSTART + 1, RLENGTH - 2), v, ",")
		$0 = substr($0, 1, RSTART - 1) "," v[1] * 2 ";" v[2] * 2 ";" v[3] * 2 ";" v[4] * 2 \
			"]" substr($0, RSTART + RLENGTH) }
	gsub(/;/, ",") }
	/"row"/ && /"nop"/ && /"insns"/ && match($0, /"batches":\[[0-9]+/) {
		v[0] = substr($0, RSTART + 11, RLENGTH - 11)
		$0 = substr($0, 1, RSTART + RLENGTH - 1) "," v[0] substr($0, RSTART + RLENGTH) }
	{ print }' deferred.jsonl >twice.jsonl
run 0 'functions of twice the operations' functions deferred.jsonl twice.jsonl nop
says '^2 equal functions'
says '^sum of differences 0 == total difference 0 instructions / (64 x 128) ops$'

run 0 'stages' stages secretmem_append stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
says '^deferred  *5962.0  *+900'
says '^  vma_merge_existing_range  *+480 .*new$'
says '^stock to noretry  *2969.0  *-2093'
says '^sum of the patches -133952 == stock to noretry -133952'
run 0 'stages of an operation' stages secretmem_append munmap deferred=deferred.jsonl noretry=noretry.jsonl
says '^sum of the patches 0 == '
run 2 'stages without records' stages secretmem_append mmap deferred=deferred.jsonl

run 0 'folded' folded deferred.jsonl secretmem_append
says '^entry_SYSCALL_64;__mmap_region;vma_merge_existing_range 30720$'
run 0 'folded --diff' folded --diff deferred.jsonl noretry.jsonl secretmem_append mmap
says '^entry_SYSCALL_64;__mmap_region;vma_merge_existing_range 30720 0$'
run 0 'folded without call chains' folded deferred.jsonl memfd_append
says 'holds no call chains of memfd_append mmap; one level'
says '^mas_store_prealloc 19840$'
run 2 'folded of two records without --diff' folded deferred.jsonl noretry.jsonl secretmem_append mmap
run 2 'folded of nothing' folded deferred.jsonl nothing

run 0 'series prints the bill' series --tables deferred=deferred.jsonl noretry=noretry.jsonl
says '^mas_store_prealloc  *620  *310  *-310'
says '^sum of differences -191552 == '
run 0 'series without functions' series --tables deferred=deferred.jsonl noretry=plain.jsonl
says_not 'sum of differences'
for want in 'sum of differences' 'plots/waterfall-secretmem_append-mmap.svg'; do
	if grep -q "$want" session/report.md; then
		pass "the report has $want"
	else
		fail "the report lacks $want"
	fi
done
run 0 'data waterfall' data waterfall deferred=deferred.jsonl noretry=noretry.jsonl secretmem_append mmap
same out session/plots/waterfall-secretmem_append-mmap.dat 'data prints what series writes'
says '^# title: noretry takes 2993 fewer instructions (50.2 %) than deferred in secretmem_append mmap; '
# Every bar begins where the last one ended, and the last reaches the total.
if awk -F '\t' '/^#/ { next } $5 == "total" { if (n++ && $3 != at) exit 1; at = $3; next }
	$2 != at { exit 1 } { at = $3 }' out
then
	pass '  bars follow each other'
else
	fail '  bars do not follow each other'
fi
run 2 'data waterfall of no operation' data waterfall deferred=deferred.jsonl noretry=noretry.jsonl

# --- repeated skips are one line, and all of them are in the summary
skip_counts()
{
	awk '/"row"/ && match($0, /"scenario":"[a-z_]*"/) && !seen[s = substr($0, RSTART, RLENGTH)]++ {
		notes = notes "{\"type\":\"skip\"," s ",\"op\":null,\"reason\":\"no counts\"}\n" }
	     /"trailer"/ { printf "%s", notes }
	     { print }' "$1" | renumber
}
skip_counts deferred.jsonl >d.jsonl
skip_counts noretry.jsonl >n.jsonl
run 0 'skips of all scenarios' series --tables -o skips deferred=d.jsonl noretry=n.jsonl
says '^skipped, deferred noretry: all 12 scenarios: no counts$'
if [ "$(grep -c '"no counts"' skips/summary.json)" -eq 24 ]; then
	pass '  the summary has all of them'
else
	fail '  the summary lacks some'
fi
run 0 'show' show d.jsonl
says '^skipped: all 12 scenarios: no counts$'
grep -v '"skip".*"nop"' n.jsonl | renumber >n2.jsonl
run 0 'skips of some' series --tables deferred=d.jsonl noretry=n2.jsonl
says '^skipped, deferred: nop: no counts$'
says '^skipped, deferred noretry: anon_append, file_apart, '

# --- the extended set
mkdir wide
for stage in stock deferred hook secretmem noretry metal; do
	"$fixture" $stage wide >wide/$stage.jsonl || exit 1
done
wide="stock=wide/stock.jsonl deferred=wide/deferred.jsonl hook=wide/hook.jsonl
	secretmem=wide/secretmem.jsonl noretry=wide/noretry.jsonl"
# shellcheck disable=SC2086 # words of wide
run 0 'series of both sets' series --tables -o wide $wide
says '^ext4_dax_append mmap  *3300.0 .* 4900.0  *+48[.]5%$'
says '^and 12 rows exactly equal$'
says '^Not shown, of all tables: [0-9]* rows exactly equal; --all prints them$'
# Of the primary set every row, of the extended set what changed at any stage.
says '^nop nop  *42.05'
says_not '^tmpfs_append mmap  *3300'
says '^usb_read_append mmap  *1  *200  *200  *200  *200'
says '^secretmem_fail_commit mmap  *0  *0  *1024  *1024  *1024 '
says_not '^left_vmas: '
says '^VMAs that 200 adjacent mappings take, by stage$'
says '^\* ext4_dax_append  *1 (3300)  *1 (3300)  *1 (3300)  *1 (3300) 200 (4900)$'
says '^\* orangefs_append  *skip  *1 (3300)'
says '^  tmpfs_append  *1 (3300)'
if awk '/^\* / { if (same) exit 1 } /^  tmpfs_append/ { same = 1 }' out; then
	pass '  what differs between stages comes first'
else
	fail '  what differs between stages does not come first'
fi
says '^Findings about the kernel$'
says '^commit-accounting-leak, hook secretmem noretry: secretmem_fail_commit mmap:$'
says '^    the file fails, mmap() does not undo the charge'
if awk 'length > 80 { exit 1 }' out; then
	pass '  80 columns'
else
	fail '  wider than 80 columns'
fi
for want in '^## Findings about the kernel$' '^- commit-accounting-leak, hook secretmem noretry: ' \
	'^## VMAs that 200 adjacent mappings take, by stage$' \
	'^| \* ext4_dax_append *|' 'plots/vmas.svg' 'plots/population.svg' \
	'^Not shown, of all tables: [0-9]* rows exactly equal; summary.json has them$'; do
	if grep -q -- "$want" wide/report.md; then
		pass "  the report has $want"
	else
		fail "  the report lacks $want"
	fi
done
for want in '"name": "commit-accounting-leak"' '"set": "extended"' '"population": 1000' '"major": 2'; do
	if grep -q -- "$want" wide/summary.json; then
		pass "  the summary has $want"
	else
		fail "  the summary lacks $want"
	fi
done
if [ "$(grep -c '"commit-accounting-leak"' wide/summary.json)" -eq 3 ]; then
	pass '  and each finding of each stage'
else
	fail '  but not each finding of each stage'
fi
# shellcheck disable=SC2086 # words of wide
run 0 'series --all of both sets' series --tables --all $wide
says '^tmpfs_append mmap  *3300'
says_not 'Not shown'
# shellcheck disable=SC2086 # words of wide
run 0 'one metric of both sets' series --tables -m vmas $wide
says '^tmpfs_append mmap  *1 '
says_not 'adjacent mappings take'
# shellcheck disable=SC2086 # words of wide
run 0 'data vmas' data vmas $wide
same out wide/plots/vmas.dat 'data prints what series writes'
says '^# title: 5 of [0-9]* kinds of mapping take 200 VMAs in noretry instead of 1$'
says '^orangefs_append mmap	200	skip	1	1	1	200$'
# shellcheck disable=SC2086 # words of wide
run 0 'data population' data population $wide
same out wide/plots/population.dat 'data prints what series writes'
says '^# title: Among 100 VMAs, secretmem_append mmap comes to cost 44 % less$'
says '^# line: secretmem_append$'
says '^0	5062.*	2969'
says '^50000	6973.*	4153'
if grep -q 'of the primary set' wide/plots/insns.dat && ! grep -q tmpfs wide/plots/insns.dat; then
	pass 'pictures of all operations are of the primary set'
else
	fail 'pictures of all operations are of both sets'
fi
run 0 'compare both sets' compare wide/secretmem.jsonl wide/noretry.jsonl
says '^\* ext4_dax_append  *1 (3300)  *200 (4900)$'
says '^commit-accounting-leak, base new: secretmem_fail_commit mmap$'
run 0 'compare what repeats' compare wide/noretry.jsonl wide/noretry.jsonl
says '^Not shown, of all tables: 178 rows exactly equal; --all prints them$'
says_not '^tmpfs_append mmap'
run 0 'compare two metal records of both sets' compare wide/metal.jsonl wide/metal.jsonl
says '^and [0-9]* rows INCONCLUSIVE$'
says_not '^storm_threads_8 mmap'

for stage in stock deferred hook secretmem noretry; do
	sed 's/usb_read_append/hook_prepare_fields_append/' wide/$stage.jsonl >$stage.long
done
run 0 'long names' series --tables stock=stock.long deferred=deferred.long hook=hook.long \
	secretmem=secretmem.long noretry=noretry.long
says '^after the slash what one mmap() costs'
says '^\* hook_prepare_fields_append .*1/3300  *200/4900'
if awk 'length > 80 && !/ mmap / { exit 1 }' out; then
	pass '  80 columns'
else
	fail '  wider than 80 columns'
fi

# The mappings that rows are of may differ, and so may what they were run with.
sed '/"tmpfs_append"/s/"adjacent":200/"adjacent":65/' wide/noretry.jsonl >n.jsonl
sed '$i {"type":"failure","scenario":"usb_write_append","op":"mmap","reason":"saw 3 VMAs"}' \
	wide/deferred.jsonl | sed '/"tmpfs_append"/s/"adjacent":200/"adjacent":65/' |
	grep -v '"\(row\|shape\|functions\)".*"usb_write_append"' | renumber >d.jsonl
run 3 'adjacent mappings, another number and a failure' series --tables deferred=d.jsonl noretry=n.jsonl
says '^VMAs that N adjacent mappings take, by stage$'
says '^  scenario  *N  *deferred'
says '^  usb_write_append  *200  *fail  *200 (4900)$'
sed '/"anon_append_p100"/s/"population":100/"population":101/' wide/noretry.jsonl >n.jsonl
run 4 'other parameters' compare wide/noretry.jsonl n.jsonl
says '^anon_append_p100 mmap .*NOT-COMPARABLE'

run 0 'show both sets' show -o wide/m wide/metal.jsonl
says '^VMAs that 200 adjacent mappings take$'
says '^ext4_dax_append  *200 (1225)$'
says '^commit-accounting-leak, 6.12.0-fixture: secretmem_fail_commit mmap$'
says '^storm_threads_8 pair .* 530442'
says '^secretmem_fail_commit mmap  *0  *1024  *-0.50  *failed:EINVAL$'
for picture in latency population threads vmas; do
	run 0 "data $picture" data $picture wide/metal.jsonl
	same out wide/m/plots/$picture.dat 'data prints what show writes'
done
run 0 'data population of one record' data population wide/metal.jsonl
says '^# title: Among 50000 VMAs, secretmem_append mmap costs 38 % more$'
sed '/"anon_append_p50000".*"latency"/s/"batches":\[[^]]*\]/"batches":[4000000,4000000,4000000]/' \
	wide/metal.jsonl >unlike.jsonl
run 0 'costs are medians of batch means, whatever single calls took' data population unlike.jsonl
says '^# unit: cost of one mmap \[ns, median of batch means\]$'
says '^50000	4000'
run 0 'data threads' data threads wide/metal.jsonl
says '^# title: 8 threads do 0.66 times, 8 processes 6.5 times what one does$'
says '^8	530442	21600$'
says '^# line: storm threads$'
run 0 'check findings' check wide/noretry.jsonl
says ', 0 failed, 1 finding$'

# --- a full disk
if [ -c /dev/full ]; then
	"$vmadiff" show deferred.jsonl >/dev/full 2>err
	got=$?
	: >out
	if [ $got -eq 4 ]; then pass 'full standard output: exit 4'; else fail 'full standard output'; fi
	says 'cannot write to standard output: No space left'
fi
run 4 'a directory that cannot be' series --tables -o nowhere/deep deferred=deferred.jsonl noretry=noretry.jsonl
says 'cannot make the directory nowhere/deep: No such file'

finish
