#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cache lines and pages in all that vmadiff prints: wherever instructions are. Of
# records that have them, of records that do not, and of one of each. TAP, for prove.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# at_most LINES NAME: of the output
at_most() {
	ok "  $2" [ "$(wc -l <out)" -le "$1" ]
}

for stage in stock deferred hook secretmem noretry; do
	ABOUT=1 WITH_LINES=1 "$fixture" $stage >$stage.jsonl || exit 1
	ABOUT=1 "$fixture" $stage >old-$stage.jsonl || exit 1
done
sed '1s/"stage":"noretry"/"stage":"later"/; 1s/5123456789abcdef/6123456789abcdef/' \
	noretry.jsonl >later.jsonl
two='deferred=deferred.jsonl noretry=noretry.jsonl'
six='stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl secretmem=secretmem.jsonl
	noretry=noretry.jsonl later=later.jsonl'
mixed='deferred=old-deferred.jsonl noretry=noretry.jsonl'
old='deferred=old-deferred.jsonl noretry=old-noretry.jsonl'

# narrow NAME: no line of the output is wider than a terminal
narrow() {
	ok "$1: within 80 columns" awk 'length > 80 { exit 1 }' out
}

# --- the bill: who touches a line first
run 0 'a bill of lines' functions -m lines_read deferred.jsonl noretry.jsonl memfd_append
says '^memfd_append mmap, deferred to noretry: different cache lines of data read, task'
says '^in the kernel \[lines/op\]'
says '^__mmap_region  *2  *5  *+3 '
says '^total  *48  *53  *+5  *+10\.4%'
says '^A line is charged to the first function of the operation that reads it\.$'
says '^sum of differences 320 == total difference 320 cache lines / 64 ops$'
narrow 'a bill of lines'
# shellcheck disable=SC2016 # awk's
ok '  the largest change is first' awk '
	/^(function|[(]|total|[0-9]+ )/ || NF < 4 { next }
	$4 ~ /^[-+=]/ { d = $4 == "=" ? 0 : $4 + 0; d = d < 0 ? -d : d
		if (n++ && d > last) exit 1; last = d } END { exit !n }' out
for count in insns loads stores lines_written lines_code pages; do
	run 0 "a bill of $count" functions -m $count deferred.jsonl noretry.jsonl secretmem_append
	says '^sum of differences -*[0-9]* == total difference'
done
run 0 'by the name of its metric' functions -m mem_loads deferred.jsonl noretry.jsonl memfd_append
says ' loads from memory, task'
run 0 'of another class' functions -m lines_read -c deferred deferred.jsonl noretry.jsonl \
	secretmem_append
says 'left to RCU \[lines/op\]'
run 2 'a bill of what is no count' functions -m lines_raed deferred.jsonl noretry.jsonl \
	memfd_append
says "there is no count of functions 'lines_raed'; did you mean 'lines_read'?"
run 2 'nor is a time' functions -m latency deferred.jsonl noretry.jsonl memfd_append
run 0 'what there is' names COUNT
is '  of functions' "$(tr '\n' ' ' <out)" \
	'insns loads stores lines_read lines_written lines_code pages '
run 0 'help' functions --help
says '--metric=COUNT'

# Off by one in a function: no row hides it.
sed '/"functions".*"op":"mmap".*"class":"task"/s/\(\["__mmap_region",[0-9]*,[0-9]*,[0-9]*,[0-9]*\),320,/\1,321,/' \
	noretry.jsonl >off.jsonl
ok 'a record with a line too many' sh -c '! cmp -s noretry.jsonl off.jsonl'
run 4 'a bill that does not add up' functions -m lines_read deferred.jsonl off.jsonl memfd_append

run 0 'patch by patch' stages memfd_append -m lines_read stock=stock.jsonl \
	deferred=deferred.jsonl hook=hook.jsonl
says '^patch  *lines_read  *diff'
says '^hook  *53  *+5'
says '^  __mmap_region  *+3'
says '^sum of the patches 320 == stock to hook 320 cache lines / 64 ops'
run 0 'call chains' folded -m lines_read noretry.jsonl memfd_append
says '^__mmap_region 320$'
says 'call chains are of instructions alone: lines_read is printed in one level'
run 0 'of two kernels' folded --diff -m lines_read deferred.jsonl noretry.jsonl secretmem_append
says '^__mmap_region 128 320$'

# --- notes of a bill do not make it wider than the terminal
long=vma_merge_existing_range_and_what_not
for stage in deferred noretry; do
	sed "s/vma_merge_existing_range/$long/g" $stage.jsonl >long-$stage.jsonl
done
sed -i "s/ $long//" long-noretry.jsonl
run 0 'a note that there is no room for' functions long-deferred.jsonl long-noretry.jsonl \
	secretmem_append
says "^$long .* not in image$"
says '^not in image: the image of the kernel that does not call it has no such$'
narrow 'that bill'
run 0 'and that there is' functions -w 120 long-deferred.jsonl long-noretry.jsonl \
	secretmem_append
says "^$long .* not in noretry's image$"

# --- tables, a metric each, below the instructions
# shellcheck disable=SC2086 # names and files
{
	run 0 'two stages' series -l $two
	narrow 'two stages'
	run 0 'six stages' series -l $six
	narrow 'six stages'
	run 0 'six stages, compared' compare --stages $six
	narrow 'six stages, compared'
	run 0 'two' compare $two
}
says '^lines_read: different cache lines of data read \[lines/op\], lower is better$'
says '^memfd_append mmap  *48  *53  *+5  *+10\.4%  EXACT-CHANGED'
says '^memfd_append munmap  *4  *4  *=  *=  EXACT-SAME'
for metric in lines_written lines_code pages; do
	says "^$metric: different "
done
is '  below the instructions' "$(grep -oE '^(insns|insns_deferred|lines_read|lines_written|lines_code|maple_stores): ' \
	out | tr -d '\n')" \
	'insns: insns_deferred: lines_read: lines_written: lines_code: maple_stores: '
run 0 'one record' show noretry.jsonl
narrow 'one record'
says '^operation  *lines-r  *lines-w  *lines-x  *pages'
says '^lines-r  *lines_read: different cache lines of data read \[lines/op\]'
run 0 'one metric' compare -m lines_written deferred.jsonl noretry.jsonl
says '^memfd_append mmap  *24  *27 '

# --- sentences
# shellcheck disable=SC2086
run 0 'the answer' series $two
says 'and reads 53 instead of'
says '58 cache lines'
ok '  what everybody pays' sh -c "tr -s ' \n' ' ' <out |
	grep -q '8 of 21 operations read 1 to 5 more cache lines of data (anon_append mmap +5, '"
ok '  and writes' sh -c "tr -s ' \n' ' ' <out | grep -q ', 8 write 1 to 3 more; '"
at_most 15 'on one screen'
# What does not do the same is told apart.
for stage in deferred noretry; do
	ABOUT=1 WITH_LINES=1 "$fixture" $stage wide >wide-$stage.jsonl
done
run 0 'some lose a merge' letter deferred=wide-deferred.jsonl noretry=wide-noretry.jsonl
ok '  they are told apart' sh -c "tr -s ' \n' ' ' <out | grep -q \
	'read 1 to 5 more cache lines of data ([^)]*), 5 with another outcome 7 more, 30 write'"
run 0 'where there is no room' series deferred=wide-deferred.jsonl noretry=wide-noretry.jsonl
ok '  they are counted' sh -c "tr -s ' \n' ' ' <out |
	grep -q '; 30 operations read more cache lines of data, 30 write more; '"
at_most 15 'on one screen'
# Where it is the same of all, there is one number.
for stage in deferred hook; do
	sed '2,${/secretmem/d}' $stage.jsonl | renumber >alike-$stage.jsonl
done
run 0 'the same of all' series deferred=alike-deferred.jsonl hook=alike-hook.jsonl
ok '  five more' sh -c "tr -s ' \n' ' ' <out |
	grep -q 'operations read 5 more cache lines of data (anon_append mmap, '"
run 0 'the other way round' series hook=alike-hook.jsonl deferred=alike-deferred.jsonl
says 'fewer cache lines of data, up to -9\.4%'

# shellcheck disable=SC2086
{
	run 0 'a letter' letter $two
	ok '  what got better' sh -c "tr -s ' \n' ' ' <out |
		grep -q '1 instead of 2 maple-tree stores, and reads 53 instead of 58 cache lines\.'"
	ok '  and what worse' sh -c "tr -s ' \n' ' ' <out |
		grep -q '8 of 21 operations read 1 to 5 more cache lines of data'"
	at_most 25 'in 25 lines'
	run 0 'all of it' letter -a $two
	says 'memfd_append mmap lines-r  *48  *53  *+10\.4%  *EXACT-CHANGED'
	says 'lines-r, lines-w: different cache lines of data'
	says '^- different cache lines of data read: '
	run 0 'lkp' letter -y lkp $two
	says '48  *+10\.4%  *53  *vmabench\.memfd_append\.mmap\.lines-r'
	run 0 'mmtests' letter -y mmtests $two
	says 'memfd_append-mmap-lines-r  *48\.00 (  0\.00%)  *53\.00 \*-10\.42%\*'
	run 0 'fastpath' letter -y fastpath $two
	says 'vmabench/lines-r'
	run 0 'perf' letter -y perf $two
	ok '  says it' sh -c "tr -s ' \n' ' ' <out | grep -q 'read 1 to 5 more cache lines of data'"
}

# --- files: pictures, report, summary, page
# shellcheck disable=SC2086
run 0 'a session' series -o session $two
data=session/plots/waterfall-secretmem_append-mmap-lines_read.dat
ok 'the waterfall of the headline'"'s lines" test -s $data
is '  its title' "$(sed -n 's/^# title: //p' $data)" \
	'noretry reads 5 fewer cache lines (8.6 %) than deferred in secretmem_append mmap; mas_store_prealloc reads 2 fewer'
ok '  its unit' grep -qx \
	'# unit: different cache lines of data read per operation (task in the kernel)' $data
ok '  its subtitle' grep -q '^# subtitle: .*: [0-9]* read less, [0-9]* more, ' $data
# shellcheck disable=SC2016 # awk's
ok '  bars follow each other' awk -F '\t' '/^#/ { next }
	$5 == "total" { if (n++ && $3 != at) exit 1; at = $3; next }
	$2 != at { exit 1 } { at = $3 } END { exit n != 2 }' $data
is '  of the headline alone' "$(find session/plots -name '*-lines_read.dat' | wc -l)" 1
# shellcheck disable=SC2086
run 0 'its data' data waterfall -m lines_read $two secretmem_append mmap
ok '  are those' cmp -s out $data
# shellcheck disable=SC2086
run 2 'no other picture is of a metric' data effects -m lines_read $two
says '--metric is of the picture waterfall, not of effects'
for want in '^## Where the instructions went' '^## Where the cache lines went' \
	'(plots/waterfall-secretmem_append-mmap-lines_read.svg)' '^### lines_read: '; do
	ok "report.md: $want" grep -q "$want" session/report.md
done
for metric in lines_read lines_written lines_code pages; do
	ok "summary.json: $metric" grep -q "\"metric\": \"$metric\".*\"unit\": \"[a-z]*/op\"" \
		session/summary.json
done
mkdir drawn
for name in waterfall-secretmem_append-mmap waterfall-secretmem_append-mmap-lines_read \
	waterfall-secretmem_fill-mmap; do
	echo '<svg xmlns="http://www.w3.org/2000/svg"/>' >drawn/$name.svg
	echo "picture $name" >drawn/$name.txt
done
# shellcheck disable=SC2086
run 0 'a page' report -o page --pictures=drawn $two
ok '  has a bill of lines' grep -q \
	'Function bill of memfd_append mmap, deferred to noretry: different cache lines of data read' \
	page/report.html
ok '  and both pictures of the headline are seen' awk '
	/<details><summary><h3>1 more picture/ { folded = NR }
	/figcaption>picture waterfall-secretmem_append-mmap</ { insns = NR }
	/figcaption>picture waterfall-secretmem_append-mmap-lines_read/ { lines = NR }
	END { exit !(insns && insns < lines && lines < folded) }' page/report.html

# --- exports
for format in json csv markdown openmetrics gobench; do
	run 0 "export: $format" export -f $format deferred.jsonl noretry.jsonl
	says 'lines/op'
done
run 0 'junit' export -f junit deferred.jsonl noretry.jsonl
says 'classname="memfd_append.mmap" name="lines_read"'
run 0 'ktap' export -f ktap deferred.jsonl noretry.jsonl
says 'not ok [0-9]* memfd_append.mmap.lines_read # EXACT-CHANGED: 48 to 53 lines/op, +5'

# --- the gate, and a bisection
reference=$here/results/reference/policy.ini
for stage in deferred hook stock secretmem; do
	WITH_LINES=1 WITH_HELD=1 "$fixture" $stage >$stage.jsonl || exit 1
done
run 1 'the reference policy finds lines' gate "$reference" deferred.jsonl hook.jsonl
says '^fail \[lines\] memfd_append/mmap/lines_read'
says 'EXACT-CHANGED: 48 to 53 lines/op, +5; max_increase is 0\.5'
# One line in every second call is worth it, and one in every fourth is not.
touched() {
	sed -e "/\"scenario\":\"memfd_append\".*\"op\":\"mmap\".*\"functions\"/s/\\(\\[\"__mmap_region\",[0-9]*,[0-9]*,[0-9]*,[0-9]*\\),128,/\\1,$((128 + $1)),/" \
		-e "/\"scenario\":\"memfd_append\".*\"op\":\"mmap\",\"metric\":\"lines_read\"/s/\\[3072\\]/[$((3072 + $1))]/" \
		deferred.jsonl >touched.jsonl
}
touched 16
run 0 'a quarter of a line' gate "$reference" deferred.jsonl touched.jsonl
touched 64
run 1 'one line' gate "$reference" deferred.jsonl touched.jsonl
is '  and nothing else' "$(grep -c '^fail' out)" 1
says '^fail \[lines\] memfd_append/mmap/lines_read'
run 0 'a bisection: like the good one' between deferred.jsonl hook.jsonl stock.jsonl \
	memfd_append/mmap/lines_read
run 1 'like the bad one' between deferred.jsonl hook.jsonl secretmem.jsonl \
	memfd_append/mmap/lines_read
trees=$here/results/reference/tree-policy.ini
WITH_LINES=1 WITH_HELD=1 "$fixture" deferred wide >deferred.jsonl
touched 64
run 0 'the policy for trees lets one pass' gate "$trees" deferred.jsonl touched.jsonl
touched 128
run 1 '  and not two' gate "$trees" deferred.jsonl touched.jsonl
says '^fail \[lines\] memfd_append/mmap/lines_read'

# --- records from before lines were counted: not 0, and said once
# shellcheck disable=SC2086
run 0 'old records' series -l $old
says_not 'lines'
# shellcheck disable=SC2086
run 0 'an old one and a new one' series -l $mixed
says '^  not counted in deferred: lines_read, lines_written, lines_code and pages$'
says_not '  MISSING$'
ok '  the answer, too' sh -c "tr -s ' \n' ' ' <out |
	grep -q 'Unknown: not counted in deferred: lines_read, lines_written, lines_code and pages;'"
run 0 'asked for by name' compare -m lines_read old-deferred.jsonl noretry.jsonl
says '^memfd_append mmap  *-  *53  *-  *-  MISSING$'
run 4 'a bill of them' functions -m lines_read old-deferred.jsonl noretry.jsonl memfd_append
says 'old-deferred.jsonl: its functions have no lines_read, which vmabench did not count then'
run 0 'of instructions' functions old-deferred.jsonl noretry.jsonl memfd_append
# shellcheck disable=SC2086
{
	run 0 'a letter of both' letter $mixed
	ok '  says so' sh -c "tr -s ' \n' ' ' <out |
		grep -q 'not measured: lines_read, lines_written, lines_code and pages'"
	says_not 'no number on a side'
	run 0 'all of it' letter -a $mixed
	ok '  says why' sh -c "tr -s ' \n' ' ' <out |
		grep -q 'lines_code and pages unavailable in deferred: not counted when it was measured'"
	says_not 'no number on a side'
	run 0 'a page of both' report -o both $mixed
}
is '  says it once' "$(grep -c 'Not counted in deferred: lines_read, lines_written, ' both/report.html)" 1
is '  and has no row of it' "$(grep -c MISSING both/report.html)" 1
cat >lines.ini <<'EOF'
[policy]
tier = exact
[lines]
rows = */mmap/lines_read */munmap/lines_read
max_increase = 0.5
[instructions]
rows = */*/insns
max_increase = 20
EOF
run 0 'a gate of both' gate lines.ini old-deferred.jsonl hook.jsonl
says '^unsure \[lines\] \*/\*/lines_read$'
says '^    MISSING: no row in base, it was not counted when that was measured$'
is '  says it once' "$(grep -c '^unsure' out)" 1
run 3 'and cannot tell where it is strict' gate -x lines.ini old-deferred.jsonl hook.jsonl
run 2 'a gate of old ones would never fire' gate lines.ini old-deferred.jsonl old-hook.jsonl
says 'matches no row'

finish
