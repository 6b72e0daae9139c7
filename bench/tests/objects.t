#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Cache lines by object: the table, what it says of what is not known, and where it is
# in reports. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# with STAGE READ WRITTEN WHAT: its record, whose mmap of secretmem_append reads and
# writes so many lines in 64 operations, which are of WHAT
with() {
	ABOUT=1 "$fixture" "$1" | awk -v read="$2" -v written="$3" -v what="$4" '
	function row(metric, sum) {
		print "{\"type\":\"row\",\"scenario\":\"secretmem_append\"," \
			"\"version\":\"f1\",\"op\":\"mmap\",\"metric\":\"" metric \
			"\",\"unit\":\"lines/op\",\"pass\":\"insns\",\"better\":\"lower\"," \
			"\"exact\":true,\"ops\":64,\"batches\":[" sum "]}"
	}
	NR == 1 { sub(/"minor":[0-9]+/, "\"minor\":10") }
	/"type":"trailer"/ {
		row("lines_read", read)
		row("lines_written", written)
		print "{\"type\":\"objects\",\"scenario\":\"secretmem_append\"," \
			"\"version\":\"f1\",\"op\":\"mmap\",\"region\":\"op\"," \
			"\"class\":\"task\",\"ops\":64," what "}"
	}
	{ print }' | renumber
}
with deferred 1024 320 '"objects":[["maple_node",512,192],["vm_area_struct",256,128],["filp",128,0],["[stack]",128,0]]' >deferred.jsonl
with noretry 800 256 '"objects":[["maple_node",256,128],["vm_area_struct",256,128],["filp",160,0],["[unknown]",128,0]]' >noretry.jsonl
with secretmem 800 256 '"reason":"the moon is full"' >secretmem.jsonl
ABOUT=1 "$fixture" stock >stock.jsonl

# row NAME: the cells of its row
row() {
	sed -n "s/^$1  *//p" out | tr -s ' '
}

run 0 'objects' functions --objects deferred.jsonl noretry.jsonl secretmem_append mmap
says '^secretmem_append mmap, deferred to noretry: cache lines by object \[lines/op\]$'
is '  fewer lines' "$(row maple_node)" '8 > 4 -4 3 > 2 -1'
is '  more lines' "$(row filp)" '2 > 2.50 +0.50 0 ='
is '  no lines any more' "$(row '\[stack\]')" '2 > 0 -2 0 ='
is '  lines that are new' "$(row '\[unknown\]')" '0 > 2 +2 0 ='
is '  what is equal' "$(row '1 equal object')" '4 = 2 ='
is '  the total' "$(row total)" '16 > 12.50 -3.50 5 > 4 -1'
is '  the largest change first' "$(sed -n 3s/.node.*//p out)" maple
flat() { tr '\n' ' ' <out >flat && mv flat out; }
flat
says 'not known of 0.0 % of the lines in deferred, and of 12.1 % in noretry'
run 0 'all of them' functions --objects -a deferred.jsonl noretry.jsonl secretmem_append
is '  equal ones as well' "$(row vm_area_struct)" '4 = 2 ='
run 0 'of one record' functions --objects deferred.jsonl deferred.jsonl secretmem_append
says '^4 equal objects  *16  *=  *5  *=$'
flat
says 'That is known of all lines'

run 4 'a record that does not know' functions --objects deferred.jsonl secretmem.jsonl secretmem_append
says 'secretmem.jsonl: does not know which objects secretmem_append mmap touches: the moon is full$'
run 4 'an older record' functions --objects stock.jsonl deferred.jsonl secretmem_append
says 'stock.jsonl: does not know .*: an older vmabench wrote it, measure anew$'
run 2 'of another class' functions --objects -c irq deferred.jsonl noretry.jsonl secretmem_append
says "objects are known of class 'task' only, not of 'irq'"
run 0 'a bill does without' functions deferred.jsonl secretmem.jsonl secretmem_append

run 0 'a series' series -o dir deferred=deferred.jsonl noretry=noretry.jsonl
ok '  report.md has the objects' grep -q '^maple_node  *8 > 4  *-4' dir/report.md
run 0 'a page' report -o page deferred=deferred.jsonl noretry=noretry.jsonl
ok '  has them behind a fold' grep -q '<summary>Cache lines by object' page/report.html
ok '  by name' grep -q '>maple_<wbr>node<' page/report.html
run 0 'a series that does not know' series -o dir deferred=deferred.jsonl secretmem=secretmem.jsonl
ok '  has none' sh -c '! grep -q "by object" dir/report.md'

finish
