#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What vmadiff counts as a boot, and what it says of those that it does not: copies,
# files that were imported again, one boot on both sides or of two kernels, rows that
# some boots miss. And numbers with hundreds of digits. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# few_digits: no number of the output has 20 digits
few_digits() {
	! grep -q '[0-9]\{20\}' out
}

# hyperfine NAME SECONDS: a file of it, whose runs take that long
hyperfine() {
	awk -v seconds="$2" 'BEGIN {
		printf "{\"results\":[{\"command\":\"ls\",\"times\":["
		for (i = 0; i < 30; i++)
			printf "%s%.9f", i ? "," : "", seconds * (1 + i % 7 / 1000)
		printf "],\"exit_codes\":["
		for (i = 0; i < 30; i++)
			printf "%s0", i ? "," : ""
		print "]}]}" }' >"$1"
}
hyperfine one.json 0.001
hyperfine two.json 0.0012
run 0 'a file five times' import -o one hyperfine one.json one.json one.json one.json one.json
run 0 'another one' import -o two hyperfine two.json two.json two.json two.json two.json
run 0 'are one boot each' compare one two
says 'noise between boots is unknown'
says_not 'REGRESSED\|IMPROVED'
mkdir again
for i in 0 1 2 3 4; do
	"$vmadiff" import -o again/boot-$i.jsonl hyperfine two.json
done
run 0 'also one by one' compare one again
says_not 'REGRESSED\|IMPROVED'
is '  and say so' "$("$vmadiff" export -f csv one again |
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		 /latency/ { print $at["base_boots"], $at["new_boots"] }' | head -n 1)" '1 1'

# Without what says which file it was.
"$fixture" session base/s aaaa01 boots=8 blocks=1
"$fixture" session new/s bbbb02 side=1 boots=8 blocks=1 change=1.1
mkdir -p copies/s
for i in 0 1 2 3 4 5 6 7; do
	sed '1s/"boot_id":"[^"]*"/"boot_id":null/' new/s/boot-00.jsonl >copies/s/boot-$i.jsonl
done
run 0 'copies' compare base copies
says 'new: 8 records are of 1 boot; what was measured in one boot counts once$'
says_not 'REGRESSED\|IMPROVED'
run 0 'boots' compare base new
says 'REGRESSED'

# --- the same boots on both sides
run 0 'with itself' compare base base
says '^  8 boots are on both sides, base and new$'
run 0 'and runs of them' compare --allow boot_id base base
says '^  8 boots are on both sides, base and new$'
mkdir -p runs/s
for i in 0 1 2 3; do
	cp base/s/boot-00.jsonl runs/s/boot-$i.jsonl
done
run 0 'one boot, several times' compare --allow boot_id base runs
says '^  1 boot is on both sides, base and new$'

# --- one boot of two kernels
mkdir -p forged/s
for i in 0 1 2 3; do
	sed '1s/"boot_id":"bbbb02-1-'$i'"/"boot_id":"aaaa01-1-'$i'"/' \
		new/s/boot-0$i.jsonl >forged/s/boot-$i.jsonl
done
run 4 'a boot of two kernels' compare base forged
says 'boot_id: "aaaa01-1-0" is of two kernels, "aaaa01" and "bbbb02"'
says 'NOT-COMPARABLE'
run 0 '  that is allowed by name' compare --allow boot_id base forged

# --- a boot that was copied under other names
mkdir -p copied/s
for i in 0 1 2 3 4; do
	sed '1s/"boot_id":"[^"]*"/"boot_id":"c'$i'"/; 1s/"index":[0-9]*/"index":'$i'/' \
		new/s/boot-00.jsonl >copied/s/boot-0$i.jsonl
done
run 4 'copies that claim other boots' compare base copied
says 'NOT-COMPARABLE'
says 'boot_id: copied/s/boot-04.jsonl is a copy of copied/s/boot-00.jsonl that claims'
run 4 '  on either side' compare new copied
says 'boot_id: copied/s/boot-00.jsonl is a copy of new/s/boot-00.jsonl that claims'
run 0 '  are one boot where that is allowed' compare --allow boot_id base copied
says 'new: 5 records are of 1 boot; what was measured in one boot counts once'
run 0 '  the same boot on both sides is no copy' compare new new
for i in 0 1; do
	grep -v '"exact":false' new/s/boot-00.jsonl | renumber |
		sed '1s/"boot_id":"[^"]*"/"boot_id":"c'$i'"/' >counts-$i.jsonl
done
run 0 'counts may be the same in two boots' compare counts-0.jsonl counts-1.jsonl

# --- rows that some boots miss
cp -r new missing
for i in 0 1 2; do
	sed '/"memfd_append".*"op":"mmap".*"latency"/d' new/s/boot-0$i.jsonl |
		renumber >missing/s/boot-0$i.jsonl
done
run 0 'a row that some boots miss' compare base missing
says '^  memfd_append mmap latency: in 8 of 8 boots of base, in 5 of 8 of new$'
is '  no other row is named' "$(grep -c ' of 8 of new$' out)" 1
run 0 'where none is missing' compare base new
says_not ' boots of base, in '
for i in 0 1 2; do
	sed '/"op":"mmap".*"latency"/d' new/s/boot-0$i.jsonl |
		renumber >missing/s/boot-0$i.jsonl
done
run 0 'many of them' compare base missing
is '  five are named' "$(grep -c ' of 8 of new$' out)" 5
says '^  [0-9]* rows more are not in all boots$'

# --- what no table has room for
for kernel in base new; do
	mkdir -p huge/$kernel/s
	for i in 0 1 2 3; do
		sed '/"memfd_append".*"op":"mmap".*"latency"/s/"batches":\[[^]]*\]/"batches":[1e30'$i']/' \
			$kernel/s/boot-0$i.jsonl >huge/$kernel/s/boot-$i.jsonl
	done
done
run 0 'huge values' compare --all huge/base huge/new
ok '  in few digits' few_digits
says '8\.59[0-9]*e+299'
run 0 'and a huge change' compare --all base/s/boot-00.jsonl huge/new/s/boot-0.jsonl
ok '  in few digits' few_digits
run 0 'and a record' show huge/new/s/boot-0.jsonl
ok '  in few digits' few_digits

finish
