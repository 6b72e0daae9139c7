#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Records of the native tier: the layout is what is counted, and boots are repeats of it.
# Pairs where both kernels have the same layouts, all with all where they have others. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# both NAME LAYOUTS BOOTS [NAME=VALUE...]: NAME/base and NAME/new, by turns
both() {
	name=$1 layouts=$2 boots=$3
	shift 3
	"$fixture" session "$name/base" aaaa01 layouts="$layouts" boots="$boots" "$@" &&
		"$fixture" session "$name/new" bbbb02 layouts="$layouts" boots="$boots" \
			side=1 seed=2 "$@" change=1.1 || exit 1
}
both pairs 16 40
both few 6 12
both one 1 20
"$fixture" session others/new bbbb02 layouts=16 first=101 boots=40 side=1 seed=2 change=1.1
"$fixture" session later/new bbbb02 layouts=16 boots=40 side=1 seed=2 change=1.1 day=2026-02-02
"$fixture" session same/new aaaa01 layouts=16 first=101 boots=40 side=1 seed=3

# width: of the interval of what is worse, in percent
width() {
	sed -n 's/^  mmap .* \([-+0-9.]*\)\.\.\([-+0-9.]*\) .*REGRESSED.*/\1 \2/p' out |
		awk '{ print $2 - $1; exit }'
}

# unwrapped FILE PATTERN
unwrapped() {
	tr '\n' ' ' <"$1" | sed 's/  */ /g' | grep -q "$2"
}

# --- pairs
run 0 'layouts of both' compare pairs/base pairs/new
says '^base .*, 40 boots of 16 layouts$'
says '^native tier, new against base'
says '^  new: 40 boots of 16 layouts; those of one layout count once$'
says 'layouts of base and new are pairs'
says '^change    new against base: the median over pairs of layouts, not the ratio of$'
says '^p         of a sign test of pairs; adjusted for [0-9]* primary rows'
says 'that so many layouts find 4 times in 5'
says '^  mmap .*REGRESSED'
says_not 'are few\|of a block\|boots disagree\|Hodges\|rank\|left out'
says '^  mmap  *1265\.[0-9]  *139[0-9]\.[0-9]  *+9\.9  *+12[0-9]\.'
says '^by ns  *what the change makes of the median of BASE$'
ok '  80 columns' awk 'length > 80 { exit 1 }' out
paired=$(width)
run 0 'its pictures' compare -o drawn pairs/base pairs/new
cat drawn/plots/effects.dat drawn/plots/ecdf.dat drawn/plots/shift.dat >out
says '^# sample: 16 layouts of base, 16 of new$'
says '^# unit: change of time, percent, over pairs of layouts, 95 % interval$'
says 'quantiles are medians over layouts$'
says_not 'boots'
ok '  boots by layout, not in a row' [ -s drawn/plots/layouts.dat ]
ok '  as those are no unit' [ ! -e drawn/plots/boots.dat ]
run 0 'of another session, later' compare pairs/base later/new
says 'layouts of base and new are pairs'
says 'all boots of base were before those of new: a drift of the machine'
says_not 'REGRESSED\|IMPROVED\|EQUIVALENT'
run 0 '  with the order allowed' compare --allow order pairs/base later/new
says '^  mmap .*REGRESSED'

# --- other layouts
run 0 'other layouts on the other side' compare pairs/base others/new
says 'base and new have other layouts: all of one are compared with all of the$'
says '^  mmap .*REGRESSED'
says_not 'are pairs\|left out'
ok '  the interval is wider: addresses are in the spread' \
	awk -v all="$(width)" -v paired="$paired" 'BEGIN { exit !(all > 1.5 * paired) }'
run 0 'A/A with other layouts' compare pairs/base same/new
says 'are the same kernel: A/A'
says_not 'REGRESSED\|IMPROVED'
mkdir -p mixed/new
cp pairs/new/boot-0[0-9].jsonl pairs/new/boot-1[01].jsonl mixed/new
for i in 0 1 2 3; do
	cp "others/new/boot-0$i.jsonl" "mixed/new/boot-9$i.jsonl"
done
run 0 'most of them are the same' compare pairs/base mixed/new
says 'are pairs'
says '^  4 layouts are left out: the other kernel was not booted in them$'
ok '  columns are of them, too, and changes are not: the legend says so' unwrapped out \
	'columns, which are also of what is left out: the two may differ in sign'

# --- the same numbers, of other kernels: other addresses
"$fixture" session apart/new bbbb02 layouts=16 boots=40 side=1 seed=2 change=1.1 \
	set_of_layouts=fedcba9876543210
run 0 'layouts of another set' compare pairs/base apart/new
ok '  are no pairs' unwrapped out \
	'layouts of base and new were drawn for other sets of kernels: all of one are'
ok '  all are compared with all' unwrapped out 'over all layouts of one with all of the other (Hodges-Lehmann)'
ok '  the test is another' unwrapped out 'of a rank-sum test of layouts; adjusted'
says '^  mmap .*REGRESSED'
says_not 'are pairs\|left out\|sign test'
"$fixture" session both/base aaaa01 layouts=16 boots=40 seed=9 \
	set_of_layouts=fedcba9876543210
for boot in both/base/*; do
	mv "$boot" "both/base/boot-2${boot##*boot-}"
done
cp pairs/base/* both/base
run 0 'layouts of two sets' compare pairs/base both/base
says '^new .*, 80 boots of 32 layouts$'
says '^  16 layouts are left out: the other kernel was not booted in them$'
for side in base new; do
	mkdir -p "old/$side"
	for boot in "pairs/$side"/*; do
		sed '1{s/"minor":8/"minor":7/;s/"layout_set":"[^"]*",//}' "$boot" \
			>"old/$side/${boot##*/}"
	done
done
run 0 'records that do not say which kernels' compare old/base old/new
says '^base .*, 40 boots of 16 layouts$'
ok '  are no pairs' unwrapped out \
	'of layouts of base it is not known which kernels they were drawn for: all of one are'
says_not 'are pairs'
run 0 'of one side' compare pairs/base old/new
ok '  are no pairs, either' unwrapped out 'of layouts of new it is not known which kernels'

# --- layouts that are not steady
"$fixture" session shifts/new bbbb02 layouts=16 boots=40 side=1 seed=2 shift=12
run 0 'stages with boots that are not steady' compare \
	--stages base=pairs/base shifts=shifts/new new=pairs/new
ok '  of layouts it is a tenth' unwrapped out "' not steady in more than a tenth of the layouts"

# --- layouts, and boots that have none
sed '1s/"layout":[0-9]*/"layout":-7/' pairs/base/boot-00.jsonl >minus.jsonl
sed '1s/"layout":[0-9]*/"layout":"x"/' pairs/base/boot-00.jsonl >text.jsonl
run 4 'check: a layout below 0' check minus.jsonl
says 'minus.jsonl:1: "layout" is -7, less than 0$'
run 4 'check: a layout that is no number' check text.jsonl
says 'text.jsonl:1: "layout" is missing or not an integer$'
mkdir -p none/base some
for boot in pairs/base/*; do
	sed '1s/"layout":[0-9]*,"layout_set":"[^"]*",//' "$boot" >"none/base/${boot##*/}"
done
cp pairs/base/* some
cp none/base/boot-00.jsonl some
run 4 'the first boot has no layout, the others have' compare some pairs/new
says 'some/boot-01.jsonl:1: has a boot.layout, unlike boot-00.jsonl of base: they are not compared$'
cp pairs/base/boot-00.jsonl some
cp none/base/boot-01.jsonl some
run 4 'one of them has none' compare some pairs/new
says 'some/boot-01.jsonl:1: has no boot.layout, unlike boot-00.jsonl of base: they are not compared$'
says '^base .*, 39 boots of 16 layouts$'
run 4 'one side has none' compare pairs/base none/base
says 'none/base/boot-00.jsonl:1: has no boot.layout, unlike boot-00.jsonl of base'
run 0 'neither has' compare --allow order none/base none/base
says '^base .*, 40 boots in '

# --- too few
run 0 'one layout a side, twenty boots' compare one/base one/new
says '^One layout each: where functions happen to be moves times'
says '^  mmap .* +9\.9 .* -  *1  *-  *INCONCLUSIVE'
says_not 'REGRESSED\|IMPROVED\|EQUIVALENT'
both many 48 48
run 0 'one layout against 48' compare --allow order many/base one/new
says '^  new has one layout: what differs may be where its functions happen to be'
says '^  mmap .* -  *1  *-  *INCONCLUSIVE'
says_not 'REGRESSED\|IMPROVED\|EQUIVALENT'
run 0 'its reason' export -f json --allow order many/base one/new
says '"one layout of a kernel: what differs may be where its functions happen to be"'
run 0 'six layouts a side' compare few/base few/new
says '^  6 and 6 layouts are few, 12 a side are what'
run 0 'reports say the same' report -o report few/base few/new
for file in report.md report.html; do
	ok "  measured again, in turn" grep -q '^NATIVE_LAYOUTS=6 make series .* TIER=native$' \
		report/reproduce.sh
	ok "  of few layouts, in $file" grep -q '6 and 6 layouts are few' "report/$file"
	ok '  and of pairs' sh -c "tr '\n' ' ' <report/$file | grep -q 'pairs of layouts'"
	ok '  by the sign test' sh -c "tr '\n' ' ' <report/$file | grep -q 'of a sign test of pairs'"
	ok '  and no other' sh -c "! grep -q 'Hodges\|rank' report/$file"
	ok '  not of boots' sh -c "! tr '\n' ' ' <report/$file | grep -q 'boots of a block'"
done

run 0 'aa counts layouts, too' aa pairs/base same/new
says '^native tier, .*, a kernel against itself, 40 and 40 runs of 16 and 16 layouts$'

# --- gates
printf '%s\n' '[policy]' 'tier = native' '[times]' 'rows = */*/latency' \
	'max_increase_percent = 5' >p.ini
run 1 'a gate fails by a real regression' gate p.ini pairs/base pairs/new
says '^fail \[times\] secretmem_append/mmap/latency$'
says '^gate: REGRESSED: 20 passed, 1 failed, 0 unsure$'
says '^change in percent: the median over pairs of layouts'
says_not 'boots of a block'
run 0 'and passes the kernel itself' gate --allow order -w 200 p.ini pairs/base pairs/base
says '^16 layouts on both sides, base and new: what is compared with itself passes'
run 3 'one layout a side' gate -w 300 p.ini one/base one/new
says '^unsure \[times\] secretmem_append/mmap/latency$'
says 'INCONCLUSIVE: .*one layout of a kernel: what differs may be where its functions'
says '^gate: NOTHING PASSED: 0 passed, 0 failed, 21 unsure$'
cp -r pairs/base shorter && rm shorter/boot-00.jsonl shorter/boot-16.jsonl shorter/boot-32.jsonl
run 3 'a layout that NEW has none of' gate --allow order -w 300 p.ini pairs/base shorter
says '; 1 of 16 layouts of base left out: new was not booted in them'
says '^gate: NOTHING PASSED'
mkdir lacking
for boot in pairs/base/*; do
	case $boot in
	*00.jsonl | *16.jsonl | *32.jsonl)
		grep -v '"anon_append".*"latency"' "$boot" | renumber ;;
	*)	cat "$boot" ;;
	esac >"lacking/${boot##*/}"
done
run 3 'a layout that misses a row' gate --allow order -w 300 p.ini pairs/base lacking
says '^unsure \[times\] anon_append/mmap/latency$'
says 'in 16 of 16 layouts of base, in 15 of 16 of new'
for boot in lacking/*; do
	grep -v '"anon_append".*"latency"' "$boot" >less
	renumber <less >"$boot"
done
run 1 'a row that no layout has' gate --allow order -w 300 p.ini pairs/base lacking
says '^fail \[times\] anon_append/mmap/latency$'
run 4 'another tier' gate p.ini "$here/results/example/summary.json" pairs/new
"$fixture" metal >metal.jsonl
run 4 'another tier' gate p.ini metal.jsonl metal.jsonl
says 'is for the native tier, the records are of the metal tier'

# --- exports
run 0 'CSV' export -f csv pairs/base pairs/new
# shellcheck disable=SC2016 # of awk
ok '  has layouts, boots and ns' awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	$at["scenario"] == "secretmem_append" && $at["op"] == "mmap" &&
	$at["metric"] == "latency" && $at["quantile"] == "" {
		found = $at["base_layouts"] == 16 && $at["new_layouts"] == 16 &&
			$at["base_boots"] == 40 && $at["new_boots"] == 40 &&
			$at["unit"] == "ns/op" &&
			$at["change"] > 120 && $at["change"] < 130 &&
			$at["change_lower"] > 115 && $at["change_upper"] < 140
	}
	END { exit !found }' out
run 0 'JSON' export -f json pairs/base pairs/new
says '"base_boots": 40, "new_boots": 40, "base_layouts": 16, "new_layouts": 16'
run 0 'OpenMetrics' export -f openmetrics pairs/base pairs/new
says '^vmabench_base_layouts{.*} 16$'
says '^vmabench_latency_ns_per_op{\|^vmabench_.*latency.*{'
run 0 'of one side' export -f json pairs/base
says '"boots": 40, "layouts": 16'
run 0 'gobench' export -f gobench pairs/base pairs/new
is '  a line a layout: boots are repeats' \
	"$(grep -c '^BenchmarkSecretmem_append/op=mmap/metric=latency-1' out)" 32
says 'ns/op$'
mkdir metal
"$fixture" session metal/base aaaa01
run 0 'metal has none' export -f json metal/base
says_not 'layouts": [0-9]'

# --- two images elsewhere are one layout each
"$fixture" session metal/new bbbb02 side=1 seed=2 change=1.1
image='each kernel is one image, which is one layout of its code'
spread='over 16 layouts of a kernel in the native tier, .*: anon_append mmap [12]\.[0-9] %, '
run 0 'metal says that an image is one layout' compare metal/base metal/new
ok '  where it is not known how far they are apart' unwrapped out "$image.*; --layouts says"
run 0 'not of one image' compare --allow boot_id metal/base metal/base
ok '  which has nothing else in it' sh -c '! grep -q "one image" out'
run 0 'where the native tier says how far' compare --layouts pairs/base metal/base metal/new
ok '  it is beside' unwrapped out "$image.*$spread"
ok '  rows more than a few are counted' unwrapped out ' %, and 13 more'
run 0 'letters' letter --layouts pairs/base metal/base metal/new
ok '  say it, too' unwrapped out "Note that $image.*$spread"
cp out letter.txt
run 0 '  in lines that mails have' lint letter.txt
run 0 'reports' report --layouts pairs/base -o beside metal/base metal/new
for file in report.md report.html cover-letter.txt; do
	ok "  say it in $file" unwrapped "beside/$file" "$image.*$spread"
done
run 4 'no layouts' compare --layouts metal/base metal/base metal/new
says '--layouts metal/base: its records have no layouts'
run 4 'one' compare --layouts one/base metal/base metal/new
says '--layouts one/base: it is of one layout$'
run 4 'nothing there' compare --layouts nowhere metal/base metal/new
says '--layouts nowhere: nowhere: No such file'
run 0 'the native tier needs it not' compare pairs/base pairs/new
says_not 'one image'

# --- a history counts them
mkdir -p results/f1c7f1c7/aaa
cp -r pairs/base results/f1c7f1c7/aaa/20260101-000000
run 0 'a history' history secretmem_append latency results
says '  *layouts  *value  *of layouts'
says '^2026-01-01 00:00 .*  16  '
for boot in both/base/boot-2*; do
	cp "$boot" results/f1c7f1c7/aaa/20260101-000000
done
run 0 '  of two sets' history secretmem_append latency results
says '^2026-01-01 00:00 .*  32  '
cp none/base/boot-00.jsonl results/f1c7f1c7/aaa/20260101-000000/boot-99.jsonl
run 4 '  and none of boots beside them' history secretmem_append latency results
says 'boot-99.jsonl: has no boot.layout, those before have one: a history is of boots'

finish
