#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench list: which kernels of mainline merge what is said of every scenario that
# merges on a retry alone, and of no other name; and the page shows it. TAP, for
# prove.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"
vmabench=${VMABENCH:-$here/build/vmabench}
"$vmabench" list >listed || exit 1

# merges SCENARIO: what the list says of it
merges() {
	sed -n "/^$1 /,/^[a-z]/s/^      mainline merges it //p" listed
}
# Where a kernel without the retry ends with other VMAs, mainline has changed.
grep -lE 'MERGED_ON_(EARLY_)?RETRY|\[RETRY_(NONE|EARLY)\]' "$here"/bench/scenarios/*.c |
	sed 's,.*/,,; s/\.c$//' >retried
ok 'there are scenarios that merge on a retry' [ "$(wc -l <retried)" -ge 10 ]
while read -r scenario; do
	ok "$scenario: until when" sh -c "[ -n '$(merges "$scenario")' ]"
done <retried
is 'what never needed a retry has no such line' "$(merges memfd_append)" ''
is 'secretmem was converted first' "$(merges secretmem_append)" \
	'on retry up to 6.15, at the first attempt from 6.16 on'
sed -n 's/^	{ "\([a-z0-9_]*\)",.*/\1/p' "$here/bench/vmabench/run/merges.c" >named
ok 'the table is read' [ "$(wc -l <named)" -ge "$(wc -l <retried)" ]
while read -r scenario; do
	ok "$scenario is a scenario" grep -q "^$scenario " listed
done <named

# sets [OPTION...]: the headings, without the numbers of rows
sets() {
	"$vmabench" list "$@" | sed -n 's/^\([A-Z].*\): [0-9]* rows$/\1/p' | paste -s -d ,
}
is 'all sets' "$(sets)" 'Primary set,Extended set,Set mm'
is 'the primary one' "$(sets --set primary)" 'Primary set'
is 'the extended one has it, too' "$(sets --set extended)" 'Primary set,Extended set'
is 'mm' "$(sets --set mm)" 'Set mm'
try "$vmabench" list --set prim
is 'no such set' "$status" 2
says "'prim' is not primary, extended or mm"

"$fixture" deferred wide >deferred.jsonl
"$fixture" noretry wide >noretry.jsonl
try "$vmadiff" report -o report -C listed deferred=deferred.jsonl noretry=noretry.jsonl
is 'a report of it' "$status" 0
page=report/report.html
ok 'the page has it' grep -q \
	'Adjacent mappings: mainline merges it on retry up to 6.15, at the first attempt from 6.16 on\.' "$page"
is '  once a scenario' "$(grep -c 'Adjacent mappings: mainline' "$page")" \
	"$(grep -o '<details[^>]*id="[^"]*"\|"scenario":"[a-z_0-9]*"' noretry.jsonl |
		sed 's/.*:"//; s/"$//' | sort -u | grep -cxFf named -)"
ok '  and the claim as before' grep -q \
	'<span class=soft>the series saves a store, an allocation and the retry' "$page"

finish
