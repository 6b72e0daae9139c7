#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff from the outside: verdicts, exit status, files. TAP, for prove.
#
#   VMADIFF   the program (default: build/vmadiff)
set -u

here=$(cd "$(dirname "$0")/../.." && pwd)
vmadiff=${VMADIFF:-$here/build/vmadiff}
fixture=$here/bench/tests/make_fixture.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

n=0
pass()
{
	n=$((n + 1))
	echo "ok $n - $1"
}

fail()
{
	n=$((n + 1))
	echo "not ok $n - $1"
	sed 's/^/# /' out err
}

# run STATUS NAME ARGUMENT...: run vmadiff, keep what it says
run()
{
	want=$1 name=$2
	shift 2
	"$vmadiff" "$@" >out 2>err
	got=$?
	if [ "$got" -eq "$want" ]; then
		pass "$name: exit $want"
	else
		fail "$name: exit $got instead of $want"
	fi
}

# Does the output or the message hold this basic regular expression?
says()
{
	if grep -q -- "$1" out err; then
		pass "  says: $1"
	else
		fail "  does not say: $1"
	fi
}

says_not()
{
	if grep -q -- "$1" out err; then
		fail "  says: $1"
	else
		pass "  does not say: $1"
	fi
}

# same FILE FILE NAME
same()
{
	if cmp -s "$1" "$2"; then
		pass "$3"
	else
		diff "$1" "$2" >out 2>err
		fail "$3"
	fi
}

# renumber <RECORD: set the trailer right after lines were taken or added
renumber()
{
	awk '/"type":"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1; next }
	     { print }'
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
says 'the commands are compare series show check data'
run 2 'unknown option' compare --frobnicate deferred.jsonl noretry.jsonl
says "unrecognized option '--frobnicate'"
says '--metric=METRIC'
run 2 'unknown metric' compare -m insn deferred.jsonl noretry.jsonl
says 'unknown metric "insn"; the metrics are insns '
run 2 'unknown picture' data pie deferred.jsonl
says 'the pictures are insns counts latency'
run 2 'one record to compare' compare deferred.jsonl
run 2 'three records to compare' compare deferred.jsonl noretry.jsonl hook.jsonl
run 2 'series without stages' series deferred.jsonl noretry.jsonl
says 'is not STAGE=FILE'
run 2 'stage with a slash' series a/b=deferred.jsonl noretry=noretry.jsonl
run 2 'one stage' series deferred=deferred.jsonl deferred=deferred.jsonl
run 2 'width' compare -w 3 deferred.jsonl noretry.jsonl
run 0 'help' --help
run 0 'help of a command' compare --help
says '--all'
run 0 'version' --version
says 'record schema 1\.0'

# --- compare
run 0 'compare' compare deferred.jsonl noretry.jsonl
says '^secretmem_append mmap  *2  *1  *-1  *-50.0%  *EXACT-CHANGED'
says '^better  *16 rows'
says '^worse  *6 rows'
says '^exactly equal  *122 rows'
says_not 'EXACT-SAME'
says_not '	'
says_not "$(printf '\033')"
if awk 'length > 80 { exit 1 }' out; then
	pass '  80 columns'
else
	fail '  wider than 80 columns'
fi
run 0 'compare --all' compare --all deferred.jsonl noretry.jsonl
says '^memfd_append mmap .*EXACT-SAME'
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
sed '/"memfd_append"/s/"version":"f1"/"version":"f2"/' noretry.jsonl >other.jsonl
run 4 'scenario versions' compare deferred.jsonl other.jsonl
says '^memfd_append mmap .*NOT-COMPARABLE'
says '^better  *16 rows'

# --- rows that are not there
grep -v '"secretmem_append".*"op":"mmap"' noretry.jsonl | renumber >less.jsonl
run 0 'a missing operation' compare deferred.jsonl less.jsonl
says '^secretmem_append mmap .*MISSING'
says '^cannot be told  *7 rows'
says '7 values missing'
sed '$i {"type":"failure","scenario":"secretmem_append","op":"mmap","reason":"saw 3 VMAs, wanted 1"}' \
	less.jsonl | renumber >failed.jsonl
run 3 'a failure' compare deferred.jsonl failed.jsonl
says 'failed, new: secretmem_append mmap: saw 3 VMAs, wanted 1'
says '^secretmem_append mmap .* failed  *-  *-  *MISSING'
sed '$i {"type":"skip","scenario":"secretmem_append","op":null,"reason":"secretmem is disabled"}' \
	less.jsonl | renumber >skipped.jsonl
run 0 'a skip' compare deferred.jsonl skipped.jsonl
says 'skipped, new: secretmem_append: secretmem is disabled'

# --- shapes
sed '/"type":"shape","scenario":"memfd_append","op":"mmap"/s/"merged"/"not-merged"/' \
	noretry.jsonl >shape.jsonl
run 0 'an outcome' compare deferred.jsonl shape.jsonl
says '^memfd_append mmap .*SHAPE-CHANGED'
sed '/"memfd_append","version":"f1","op":"mmap","metric":"vmas"/s/\[1\]/[64]/' \
	noretry.jsonl >shape.jsonl
run 0 'a VMA count' compare deferred.jsonl shape.jsonl
says '^memfd_append mmap  *1  *64  *+63  *+6300.0%  *SHAPE-CHANGED'
says '^shape changed  *1 row'

# --- series
run 0 'series' series -o session deferred=deferred.jsonl noretry=noretry.jsonl
says '^operation  *deferred  *noretry  *diff'
for file in summary.json report.md plots/insns.dat plots/counts.dat; do
	if [ -s session/$file ]; then
		pass "  wrote $file"
	else
		fail "  did not write $file"
	fi
done
cat >want.json <<'END'
   "scenario": "secretmem_append",
   "op": "mmap",
   "metric": "maple_stores",
   "unit": "stores/op",
   "pass": "counts",
   "better": "lower",
   "exact": true,
   "values": {
    "deferred": 2,
    "noretry": 1
   },
   "diff": -1,
   "ratio": 0.5,
   "verdict": "EXACT-CHANGED"
END
sed -n '/"secretmem_append"/{N;N;/maple_stores/{/"mmap"/{N;N;N;N;N;N;N;N;N;N;N;p}}}' \
	session/summary.json >got.json
same want.json got.json 'the row that the README documents'
grep -q "$dir" session/summary.json session/report.md session/plots/*.dat
if [ $? -eq 1 ]; then pass 'no paths of this machine'; else fail 'paths of this machine'; fi

cp -r session again
"$vmadiff" series -o again deferred=deferred.jsonl noretry=noretry.jsonl >/dev/null
for file in summary.json report.md plots/insns.dat; do
	same session/$file again/$file "$file comes out the same again"
done

run 0 'five stages' series stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
says '^secretmem_append mmap  *1  *2  *2  *1  *1'
run 4 'a stage that is not what it says' series deferred=noretry.jsonl noretry=noretry.jsonl
says 'is of stage "noretry", not "deferred"'
other_env >other.jsonl
run 4 'series of two environments' series -o differ deferred=deferred.jsonl noretry=other.jsonl
if grep -q '"verdict": "NOT-COMPARABLE"' differ/summary.json; then
	pass '  in the summary too'
else
	fail '  not in the summary'
fi

# repeats: two records of one stage must agree to the digit
run 0 'equal repeats' series deferred=deferred.jsonl noretry=noretry.jsonl noretry=noretry.jsonl
sed '/"anon_append","version":"f1","op":"mmap","metric":"insns"/s/\[\([0-9]*\)\]/[\11]/' \
	noretry.jsonl >repeat.jsonl
run 3 'repeats that differ' series deferred=deferred.jsonl noretry=noretry.jsonl noretry=repeat.jsonl
says '^anon_append mmap .*NONDETERMINISTIC'

# a refused record takes none of the others with it
sed '$d' hook.jsonl >cut.jsonl
run 4 'a record cut short among good ones' series -o partial deferred=deferred.jsonl \
	hook="$dir/cut.jsonl" noretry=noretry.jsonl
says 'cut.jsonl:[0-9]*: no trailer after this line: the record was cut short'
says '^secretmem_append mmap  *2  *1  *-1'
if grep -q '"reason": "cut.jsonl:[0-9]*: no trailer' partial/summary.json; then
	pass '  and the summary says so'
else
	fail '  and the summary does not say so'
fi
run 4 'only refused records' series deferred=cut.jsonl noretry=cut.jsonl
run 4 'no such file' compare deferred.jsonl nowhere.jsonl
says 'nowhere.jsonl: No such file'

# --- show, check, data
run 0 'show' show metal.jsonl
says '^operation  *min  *p50  *p90  *p99  *p99.9  *samples'
says '^secretmem_append mmap .* -  *20000'
says 'fewer than 100 samples above it'
says 'skipped: dax_append: no DAX device'
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
says 'no distribution of latencies'

# --- a full disk
if [ -c /dev/full ]; then
	"$vmadiff" show deferred.jsonl >/dev/full 2>err
	got=$?
	: >out
	if [ $got -eq 4 ]; then pass 'full standard output: exit 4'; else fail 'full standard output'; fi
	says 'cannot write to standard output: No space left'
fi
run 4 'a directory that cannot be' series -o nowhere/deep deferred=deferred.jsonl noretry=noretry.jsonl
says 'cannot make the directory nowhere/deep: No such file'

echo "1..$n"
