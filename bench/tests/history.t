#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff history: one row over the sessions of a host, where it changed, and the
# picture of it. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# sessions FIRST LAST KERNEL [NAME=VALUE...]: one a day, of host f1c7f1c7
sessions() {
	day=$1 last=$2 kernel=$3
	shift 3
	while [ "$day" -le "$last" ]; do
		session=results/f1c7f1c7/$kernel/$(printf '202601%02d-120000' "$day")
		"$fixture" session "$session" "$kernel" boots=3 blocks=1 \
			drift=0 boot_sd=0.002 seed="$day" "$@" || exit 1
		sed -i "1s/\"time\":\"[^\"]*\"/\"time\":\"$(printf \
			'2026-01-%02dT12:00:00Z' "$day")\"/" "$session"/*
		day=$((day + 1))
	done
}
sessions 1 10 aaa
sessions 11 20 bbb change=1.06

# --- usage
run 2 'nothing' history
run 2 'no metric' history secretmem_append
run 4 'no such folder' history secretmem_append latency nowhere
says 'nowhere: no KERNEL/SESSION/boot-NN.jsonl in it'
run 2 'no such row' history secretmem_append latenzy results
says 'results: none of 60 records has a row latenzy of secretmem_append'
run 2 'no such scenario' history secretmem latency results
run 4 'a folder that cannot be made' history -o no/where secretmem_append latency results

# --- the table
run 0 'history' history secretmem_append latency results
says '^host f1c7f1c7, 60 records$'
says '^secretmem_append mmap latency \[ns/op\], better: lower, 20 sessions$'
says '^2026-01-01 12:00  .*  3  .*\.\.'
is '  a line a session and operation' "$(grep -c '^2026-' out)" 40
is '  in order of time' "$(grep '^2026-' out | head -n 20 | cut -c 1-16)" \
	"$(grep '^2026-' out | head -n 20 | cut -c 1-16 | sort)"
ok '  the change is found, where it is' grep -q '^2026-01-11 12:00 .*+[56]\.[0-9]%$' out
says '^change point 2026-01-11 12:00: 12[0-9][0-9]\.*[0-9]* to 13[0-9][0-9]\.*[0-9]* ns/op, +[56]'
is '  and no other' "$(grep -c '^change point' out)" 1
says '^no change point$'
says 'no gate looks at it'
says_not "$(printf '\033')"
ok '  80 columns' awk 'length > 80 { exit 1 }' out
cp out all.txt
run 0 'the folder of a host' history secretmem_append latency results/f1c7f1c7
ok '  says the same' cmp out all.txt
RESULTS=results
export RESULTS
run 0 'without a folder' history secretmem_append latency
ok '  RESULTS says where' cmp out all.txt
unset RESULTS
run 0 'results is where it is by default' history secretmem_append latency
ok '  says the same' cmp out all.txt
run 0 'wide' history -w 120 secretmem_append latency
says '^date  *kernel  *build  *boots  *value  *of boots  *change'
run 0 'counts' history secretmem_append maple_stores
says 'no change point'

# what the median and the range are of
read_boots() {
	for boot in results/f1c7f1c7/aaa/20260101-120000/boot-*.jsonl; do
		"$vmadiff" export -f csv "$boot" |
			awk -F, '$1 == "secretmem_append" && $2 == "mmap" && $3 == "latency" { print $11 }'
	done | sort -n
}
is 'the range of boots' \
	"$(sed -n 's/^2026-01-01 .* \([0-9.]*\.\.[0-9.]*\) *$/\1/p' all.txt | head -n 1)" \
	"$(read_boots | awk '{ v[NR] = $1 } END { printf "%.1f..%.1f", v[1], v[3] }')"

# --- the picture
run 0 'data' history -o drawn secretmem_append latency
data=drawn/plots/history-secretmem_append-mmap-latency.dat
is '  a row a session' "$(grep -vc '^#' $data)" 20
ok '  the change' grep -q '^# change: 10\.5 worse +[56]' $data
if command -v gnuplot >/dev/null; then
	VMADIFF=$vmadiff try "$here/scripts/plot.sh" drawn
	is 'drawn' "$status" 0
	ok '  gnuplot has no complaint' silent
	picture=drawn/plots/history-secretmem_append-mmap-latency
	ok '  SVG is whole' grep -q '</svg>' $picture.svg
	# shellcheck disable=SC2016 # a script
	ok '  PNG is whole' sh -c 'tail -c 8 "$0" | grep -q IEND' $picture.png
	ok '  the change is labelled' grep -q '>+[56]\.[0-9]%<' $picture.svg
	ok '  dates are labelled' grep -q '>2026-01-01<' $picture.svg
	mkdir -p one/f1c7f1c7/aaa
	cp -r results/f1c7f1c7/aaa/20260101-120000 one/f1c7f1c7/aaa
	run 0 'one session' history -o single nop latency one
	VMADIFF=$vmadiff try "$here/scripts/plot.sh" single
	is '  drawn' "$status" 0
	ok '  gnuplot has no complaint' silent
	run 0 'zeros' history -o zeros nop maple_stores one
	VMADIFF=$vmadiff try "$here/scripts/plot.sh" zeros
	is '  drawn' "$status" 0
	ok '  gnuplot has no complaint' silent
fi

# --- few sessions
# move DIR: what sessions() has made
move() {
	rm -rf "$1"
	mkdir -p "$1"
	mv results/f1c7f1c7 "$1"
}
move long
sessions 1 4 aaa
sessions 5 8 bbb change=1.08
run 0 'a step of 8 % over 4 + 4 sessions' history secretmem_append latency
says '^change point 2026-01-05 12:00: .* ns/op, +[78]\.[0-9]%$'
is '  and of mmap alone' "$(grep -c '^change point' out)" 1
says '^no change point$'
says 'of fewer than 10 all$'
rm -r results/f1c7f1c7/aaa/20260104-120000
run 0 'over 3 + 4' history secretmem_append latency
says '^too few sessions to tell: 7 that can be compared, and 8 are the least$'
says_not '^change point\|^no change point'

# --- one boot in several sessions is one point
rm -r results/f1c7f1c7
for boot in 1 2 3 4 5 6 7 8 9 10; do
	sessions $((3 * boot - 2)) $((3 * boot)) aaa boots=1 seed=20$boot boot_sd=0.03
done
run 0 'ten boots in thirty sessions' history secretmem_append latency
says '^secretmem_append mmap latency .*, 10 sessions$'
says '^no change point$'
says_not '^change point'
says '^40 rows are of boots that an earlier session has: a boot is in one point$'
for day in 02 03 05 06 08 09 11 12 14 15 17 18 20 21 23 24 26 27 29 30; do
	sed -i "1s/\"boot_id\":\"[^\"]*\"/\"boot_id\":\"b$day\"/" \
		results/f1c7f1c7/aaa/202601$day-120000/boot-00.jsonl
done
run 0 'were they thirty boots' history secretmem_append latency
says '^secretmem_append mmap latency .*, 30 sessions$'
says '^change point'
rm -r results/f1c7f1c7
mv long/f1c7f1c7 results

# --- what cannot be compared ends a line
for day in 15 16 17 18 19 20; do
	for record in results/f1c7f1c7/bbb/202601"$day"-120000/boot-*.jsonl; do
		sed '/"secretmem_append"/s/"version":"f1"/"version":"f2"/' "$record" >new
		mv -f new "$record"
	done
done
run 0 'another version of the scenario' history -o broken secretmem_append latency
says '^2026-01-15 12:00 .* scenario changed$'
ok '  ends the line of the picture' grep -q '^# break: 14\.5 scenario changed$' \
	broken/plots/history-secretmem_append-mmap-latency.dat
says '^change point 2026-01-11'
sed '1s/"cpu":"[^"]*"/"cpu":"other"/' results/f1c7f1c7/aaa/20260105-120000/boot-00.jsonl >new
mv -f new results/f1c7f1c7/aaa/20260105-120000/boot-00.jsonl
run 0 'another machine' history secretmem_append latency
says '^2026-01-05 12:00 .* machine changed$'

# --- records that are refused, and hosts
head -n 3 results/f1c7f1c7/aaa/20260106-120000/boot-00.jsonl >new
mv -f new results/f1c7f1c7/aaa/20260106-120000/boot-00.jsonl
run 4 'a record that was cut short' history secretmem_append latency
says '20260106-120000/boot-00.jsonl:3: no trailer'
says '^2026-01-07 12:00'
rm results/f1c7f1c7/aaa/20260106-120000/boot-00.jsonl
"$fixture" session results/f1c7f1c7/aaa/20260122-120000 aaa boots=1 blocks=1 host=0123abcd
run 4 'a record of another host' history secretmem_append latency
says 'is of host "0123abcd", those before are of "f1c7f1c7": a history is of one host'
says '^host f1c7f1c7'
rm -r results/f1c7f1c7/aaa/20260122-120000
"$fixture" session results/0123abcd/aaa/20260122-120000 aaa boots=1 blocks=1 host=0123abcd
run 2 'two hosts' history secretmem_append latency
says 'results has results of several hosts: give one, such as results/'
run 0 'one of them' history secretmem_append latency results/0123abcd
says '1 session$'
rm -r results/0123abcd
mkdir -p results/series/20260101-000000
"$fixture" noretry >results/series/20260101-000000/noretry.jsonl
run 0 'a series is no host' history secretmem_append latency

finish
