#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# museum.sh on cases that are made up, of a source that only pretends to be a kernel,
# measured by a program that makes records up: which rows are flagged, what leads the bill,
# what is said of it, what is kept, and what the answer is.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
: "${B:=$root/build}"
case $B in
/*) ;;
*) B=$root/$B ;;
esac

export TMPDIR="$tmp" VMABENCH_CACHE="$tmp/cache" QUIET=1 RESULTS="$tmp/results"
export KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod" MUSEUM="$tmp/museum"
export KERNEL_TARBALL="$tmp/linux.tar" POLICY="$tmp/policy"
unset CASES SCENARIOS LUCK REMEASURE ONCE 2>/dev/null || :
mkdir "$tmp/patches" "$tmp/kmod" "$tmp/bin" "$tmp/linux" "$tmp/museum" "$tmp/fixtures"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
: >"$tmp/patches/series"
echo 'retry stock early' >"$tmp/patches/about"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"
fake_kernel "$tmp/linux"
touch "$tmp/linux/Kbuild"
mkdir -p "$tmp/linux/include/linux" "$tmp/linux/init"
touch "$tmp/linux/include/linux/mm.h" "$tmp/linux/init/main.c"
tar -C "$tmp" -cf "$tmp/linux.tar" linux

cat >"$tmp/policy" <<'EOT'
[policy]
tier = exact
shape_changed = pass

[instructions]
rows = */*/insns
set = primary mm
max_increase = 2
EOT

# measured NAME STAGE: what the stage NAME is measured like.
measured() {
	"$root/bench/tests/make_fixture.sh" "$2" wide | sed "1s/\"stage\":\"$2\"/\"stage\":\"$1\"/" \
		>"$tmp/fixtures/$1"
}
measured stock secretmem

# new_case NAME KIND LIKE GUILTY EXPECTED...: a case of the museum, whose kernel is measured
# like that of a stage, or not at all.
new_case() {
	name=$1 kind=$2 like=$3 guilty=$4
	shift 4
	echo "$name $kind $*" >>"$MUSEUM/list"
	[ -z "$like" ] || measured "$name" "$like"
	cat >"$MUSEUM/$name.patch" <<EOT
$name

Cause: mas_store_prealloc() is not what is guilty.

Guilty: $guilty.

SPDX-License-Identifier: GPL-2.0-only
---
--- a/mm/a.c
+++ b/mm/a.c
@@ -1,3 +1,4 @@
 1
+$name
 2
 3
EOT
}
: >"$MUSEUM/list"
printf '# none of these\n*_fail_* *_fill\n' >"$MUSEUM/left_out"
new_case slower regression hook '__mmap_region(), which is new' secretmem_append nop
new_case elsewhere regression hook 'mmap_region()' secretmem_append
new_case quiet regression secretmem '__mmap_region()' secretmem_append
new_case opposite gain hook '__mmap_region()' secretmem_append
new_case faster gain noretry '__mmap_region()' secretmem_append
new_case unseen regression secretmem '' missed
new_case seen regression hook '' missed
new_case saved regression noretry '' missed
new_case same neutral secretmem ''
new_case moved neutral noretry ''
new_case harmful neutral hook ''
new_case wrong regression '' '__mmap_region()' secretmem_append
sed -i 's/^+wrong/+#error/' "$MUSEUM/wrong.patch"
new_case refused regression '' '__mmap_region()' secretmem_append
sed -i 's/^ 2$/ 22/' "$MUSEUM/refused.patch"
new_case dead regression '' '__mmap_region()' secretmem_append
new_case spoiled neutral secretmem ''

cat >"$tmp/bin/vmabench" <<EOF
#!/bin/sh
case " \$* " in
*" --probe "*) exit 0 ;;
*" nosuch "*) exit 2 ;;
*" --needs-module "* | *" --needs-tree "*) exit 1 ;;
" list --set primary ") printf 'Set primary:\nsecretmem_append mmap\n  what\nsecretmem_fill mmap\n' ; exit ;;
" list --set mm ") echo 'nop nop'; exit ;;
esac
kept=
echo "\$*" >>$tmp/calls
while [ \$# -gt 0 ]; do
	case \$1 in
	--stage) stage=\$2 ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ "\$stage" != dead ] || {
	echo '{"type":"failure","scenario":"nop","version":"1","op":null,"reason":"it hung"}' >"\$out"
	exit 3
}
[ "\$stage" != spoiled ] || [ ! -e $tmp/spoil ] || rm "$POLICY"
if [ "\$stage" != stock ] && [ -e $tmp/hold ]; then
	echo \$\$ >>$tmp/held
	sleep 20
fi
cat $tmp/fixtures/"\$stage" >"\$out"
EOF
chmod +x "$tmp/bin/vmabench"
: >"$tmp/bin/vmabench-insns-1.so"
: >"$tmp/bin/vmabench-symbols"
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
programs=$B
export B="$tmp/bin"

museum() {
	: >"$tmp/calls"
	try env LUCK="${LUCK:-0}" CASES="$*" "$root/scripts/museum.sh"
}
table=$RESULTS/museum/table.tsv
# of CASE COLUMN...: what the table has.
of() {
	of_case=$1
	shift
	awk -F '\t' -v name="$of_case" '$1 == name' "$table" | cut -f "$(echo "$*" | tr ' ' ,)"
}

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
	"$(grep -c 'secretmem_append nop' "$tmp/calls"),$(grep -c fill "$tmp/calls" || :)" 6,0
is 'the base twice, the cases once' \
	"$(sed -n 's/.*--stage \([a-z]*\) .*--once.*/\1/p' "$tmp/calls" | paste -s -d ' ')" \
	'slower faster unseen saved same'

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

# What goes wrong

museum same wrong refused dead
is 'cases that cannot be measured: exit 3' "$status" 3
is 'one that does not build says so' "$(of wrong 10 11 | cut -c 1-31)" \
	"$(printf 'NOT MEASURED\tit does not build:')"
is 'so does one whose patch does not apply' "$(of refused 10 11 | cut -c 1-31)" \
	"$(printf 'NOT MEASURED\tit does not build:')"
is 'and one that does not run' "$(of dead 10 11)" "$(printf 'NOT MEASURED\tnop: it hung')"
is 'the others are judged' "$(of same 10)" 'not flagged'
ok 'they are counted' grep -qx '3 of 4 not measured' "$tmp/out"
museum slow
is 'no such case: exit 2' "$status" 2
says '  which one was meant' "did you mean 'slower'?"
try "$root/scripts/museum.sh" slower
is 'an argument: exit 2' "$status" 2
SCENARIOS=nosuch museum same
is 'no such scenario: exit 2' "$status" 2
ok '  and nothing is measured' [ ! -s "$tmp/calls" ]
for page in "$tmp" /dev/null "$RESULTS/museum/table.md"; do
	try "$root/scripts/museum.sh" --page "$page"
	is "a page of what is no table, ${page##*/}: exit 2" "$status" 2
done
cd /
museum '*'
is 'a case is no pattern of files: exit 2' "$status" 2
says '  which is said' "there is no case '*'"
cd "$root"
LUCK=$tmp/nothing museum same
is 'LUCK that is no file: exit 2' "$status" 2

# list TEXT...: another museum with such a list, whose answer is exit 2 and TEXT
listed() {
	said=$1
	shift
	printf '%s\n' "$@" >"$tmp/other/list"
	MUSEUM=$tmp/other museum
	is "a list with '$*': exit 2" "$status" 2
	says '  and why' "$said"
}
mkdir "$tmp/other"
cp "$MUSEUM/same.patch" "$tmp/other"
listed 'has no case' '# nothing'
listed "same is no regression, gain or neutral, but 'neutrall'" 'same neutrall'
listed 'same stands in it twice' 'same neutral' 'same neutral'
listed 'same expects no scenario, nor is it missed' 'same regression'
listed "there is no $tmp/other/other.patch" 'same neutral' 'other neutral'
echo 'same neutral' >"$tmp/other/list"
MUSEUM=$tmp/other museum
is 'a museum that leaves no scenario out: exit 0' "$status" 0
ok '  all are measured' grep -q 'secretmem_append secretmem_fill nop' "$tmp/calls"

museum spoiled
is 'a case that is judged: exit 0' "$status" 0
: >"$tmp/spoil"
cp "$POLICY" "$tmp/policy.kept"
REMEASURE=1 museum spoiled
is 'one of which the judge fails: exit 1' "$status" 1
says '  which is said' 'spoiled could not be judged'
cp "$tmp/policy.kept" "$POLICY"

# What ends with it

: >"$tmp/hold"
signals=TERM
! setpriv --pdeathsig TERM true 2>/dev/null || signals='TERM KILL'
for signal in $signals; do
	rm -f "$tmp/held"
	env LUCK=0 CASES=same REMEASURE=1 "$root/scripts/museum.sh" >"$tmp/out" 2>"$tmp/err" &
	within 30 [ -s "$tmp/held" ] || :
	kill -s "$signal" $!
	wait $! 2>/dev/null || :
	# shellcheck disable=SC2016 # the argument
	ok "$signal: what was measured ends, too" within 5 \
		sh -c '! kill -0 "$(cat "$1")"' sh "$tmp/held"
done
rm "$tmp/hold" "$tmp/policy"
museum same
is 'no policy: exit 2' "$status" 2
finish
