#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# museum.sh on cases that are made up: which rows are flagged, what leads the bill, what is
# said of it, and what is kept.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/museum_cases.sh
. "$here/museum_cases.sh"

# What is flagged

museum slower faster same unseen saved
is 'all as expected: exit 0' "$status" 0
is 'what is worse is flagged, with the function that is guilty' "$(of slower 4 5 6 9 10)" \
	"$(printf '5\t0\tprimary\t__mmap_region* vma_merge_existing_range mas_store_prealloc\tflagged')"
is 'with the row, and by how much' "$(of slower 7 8)" \
	"$(printf 'secretmem_append mmap insns\t100.7')"
is 'what is better is flagged, where that is expected' "$(of faster 4 5 9 10)" \
	"$(printf '0\t11\t__mmap_region*\tflagged')"
is 'what changes nothing is not' "$(of same 4 5 10)" "$(printf '0\t0\tnot flagged')"
is 'and what cannot be seen is missed' "$(of unseen 4 5 10)" "$(printf '0\t0\tmissed as expected')"
is '  even where something else got better' "$(of saved 4 5 10)" \
	"$(printf '0\t11\tmissed as expected')"
ok 'the answer counts them' grep -qx \
	'2 of 2 regressions and gains flagged, with a guilty function among the first three of the bill' \
	"$tmp/out"
ok '  and what changes nothing' grep -qx '0 of 1 changes that change nothing called a regression' \
	"$tmp/out"
is 'it is measured without what is left out' \
	"$(grep -c 'secretmem_append nop' "$tmp/calls"),$(grep -cE '(^| )[a-z_]*_fill( |$)' "$tmp/calls" || :)" 6,0
is 'the base twice, the cases once' \
	"$(sed -n 's/.*--stage \([a-z]*\) .*--once.*/\1/p' "$tmp/calls" | sort | paste -s -d ' ')" \
	'faster same saved slower unseen'

museum elsewhere quiet opposite seen moved harmful
is 'nothing as expected: exit 1' "$status" 1
is 'a bill that something else leads' "$(of elsewhere 10)" 'FLAGGED, BILL ELSEWHERE'
is 'a regression that is not seen' "$(of quiet 4 5 10)" "$(printf '0\t0\tNOT FLAGGED')"
is 'a gain that got worse' "$(of opposite 4 5 10)" "$(printf '5\t0\tFLAGGED ELSEWHERE')"
is 'what is seen, though nobody expected it' "$(of seen 10)" 'flagged, better than expected'
is 'what changes nothing, and got better' "$(of moved 4 5 9 10)" \
	"$(printf '0\t11\t__mmap_region\tnot flagged')"
is '  and what got worse' "$(of harmful 4 5 9 10)" \
	"$(printf '5\t0\t__mmap_region vma_merge_existing_range mas_store_prealloc\tFLAGGED')"
ok '  is counted' grep -qx '1 of 2 changes that change nothing called a regression' "$tmp/out"
is 'the table has what was judged before, in the order of the list' \
	"$(cut -f 1 "$table" | paste -s -d ' ')" \
	'slower elsewhere quiet opposite faster unseen seen saved same moved harmful'
ok '  the answer has not' grep -q '^0 of 3 regressions' "$tmp/out"
ok '  and the page has' grep -q '^2 of 5 regressions' "$RESULTS/museum/table.md"
ok '  which has what was not flagged in one line' grep -q '^| .same. | | neutral' \
	"$RESULTS/museum/table.md"
try "$root/scripts/museum.sh" --page "$table"
ok '  and is made of the table again' cmp "$tmp/out" "$RESULTS/museum/table.md"
ok 'a guilty function stands out on the page' grep -q '^| .slower. .*\*\*.__mmap_region.\*\*' \
	"$RESULTS/museum/table.md"

museum slower quiet
is 'one of two: exit 1' "$status" 1
cp "$table" "$tmp/before"
sed -i 's/^max_increase = 2/max_increase = 20/' "$POLICY"
museum faster
is 'by another policy: exit 1' "$status" 1
is '  what was judged by the other one is gone' "$(cut -f 1,10 "$table")" \
	"$(printf 'faster\tNOT FLAGGED')"

museum same
rm "$tmp/bin/vmadiff"
printf '#!/bin/sh\nexec %s/vmadiff "$@"\n' "$programs" >"$tmp/bin/vmadiff"
chmod +x "$tmp/bin/vmadiff"
museum faster
is '  so is what another vmadiff has judged' "$(cut -f 1 "$table")" faster

# What is there, and who is at it

for file in table.md table.tsv key; do
	cp "$RESULTS/museum/$file" "$tmp/ours"
	echo 'a note' >>"$RESULTS/museum/$file"
	museum same
	is "a $file that somebody has changed: exit 2" "$status" 2
	says '  which is said' "$RESULTS/museum/$file is there, and nothing says that an earlier run wrote it as it is"
	ok '  nothing is measured' [ ! -s "$tmp/calls" ]
	cp "$tmp/ours" "$RESULTS/museum/$file"
done
exec 4>>"$RESULTS/museum/.lock"
flock 4
museum same
is 'while another one is at work: exit 1' "$status" 1
says '  which is said' "another museum.sh is at work in $RESULTS/museum"
ok '  nothing is measured' [ ! -s "$tmp/calls" ]
exec 4>&-
museum same
is '  and afterwards: exit 0' "$status" 0
is 'nothing else is left there' \
	"$(cd "$RESULTS/museum" && find . ! -name . -printf '%P\n' | sort | paste -s -d ' ')" \
	'.lock .vmabench.sums key table.md table.tsv table.txt'

{
	cat "$table"
	printf 'odd\tneutral\t-\t-\t-\t-\t-\t-\t-\tNOT MEASURED\tpanic: a | b\n'
} >"$tmp/odd.tsv"
try "$root/scripts/museum.sh" --page "$tmp/odd.tsv"
ok 'a reason with a bar is one cell of the page' \
	grep -q '^| .odd. .* NOT MEASURED: panic: a \\| b |$' "$tmp/out"

# What may be luck

is 'the mirror of a policy has the same limits, the other way' \
	"$(printf 'a = 1\nmax_increase = 2\nmax_decrease_percent = 3\n' |
		root=$root sh -c '. "$root/scripts/museum/judge.sh"; mirror' | paste -s -d ,)" \
	'a = 1,max_decrease = 2,max_increase_percent = 3'
root=$root sh -c '
	. "$root/scripts/museum/judge.sh"
	row() {
		printf "  # better: lower\n  # set: mm\n  # base: %s x\n  # new: %s x\n  # verdict: %s\n" $3
		printf "  %s 1 a.b.%s%s\n" "$1" "$2" "$4"
	}
	{
		row "not ok" luck "1 9 LUCK" " # it may be luck"
		row "not ok" less "8 9 EXACT-CHANGED" " # x"
		row "not ok" more "2 3 EXACT-CHANGED" " # x"
		row "not ok" new "0 1 EXACT-CHANGED" " # x"
		row "ok" good "1 1 EXACT-SAME" ""
		row "not ok" late "0 1 MISSING" " # SKIP x"
	} >"$1/worse"
	{
		row "not ok" gone "9 3 EXACT-CHANGED" " # x"
		row "not ok" shape "3 9 SHAPE-CHANGED" " # x"
		row "not ok" twice "1 1 NONDETERMINISTIC" " # ERROR x"
	} >"$1/better"
	flagged_rows "$1/worse" "$1/better"' sh "$tmp" >"$tmp/rows"
is 'what may be luck is not flagged; what moved most comes first, and is told by its way' \
	"$(cut -d ' ' -f 1,5- "$tmp/rows" | tr '\n' ,)" \
	'worse new inf 0 1,worse shape 200 3 9,better gone -66.67 9 3,worse more 50 2 3,worse less 12.5 8 9,unsure twice 0 1 1,'
finish
