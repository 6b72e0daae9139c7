#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff import: what other tools really print becomes records that are read and
# compared, and what they never print is refused. TAP.
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"

# --- usage
run 2 'nothing' import
run 2 'no file' import hyperfine
run 2 'unknown format' import lmbench x
says "there is no format 'lmbench'; choose one of hyperfine will-it-scale perf-stat google-benchmark$"
run 4 'no such file' import hyperfine nowhere.json
says 'nowhere.json: No such file'
run 2 'several files to nowhere' import hyperfine "$samples"/hyperfine-bin-true.json \
	"$samples"/hyperfine-bin-true.json
says 'give its folder with -o'
run 2 'block' import -b x hyperfine "$samples"/hyperfine-bin-true.json
run 2 'a host with an escape' import -H "$(printf 'a\033b')" hyperfine \
	"$samples"/hyperfine-bin-true.json
run 4 'a folder that is not there' import -o no/where.jsonl hyperfine \
	"$samples"/hyperfine-bin-true.json
says 'cannot write no/where.jsonl'

# --- the samples
run 0 'hyperfine' import -o hyperfine.jsonl hyperfine "$samples"/hyperfine-bin-true.json
ok '  nothing is printed' silent
run 0 '  is a record' check hyperfine.jsonl
says 'metal tier, imported, 1 rows'
is '  all runs in ns, the first one as well' \
	"$(batches hyperfine.jsonl bin_true latency)" \
	1176108,438280,517527,482523,407012,455947,384441,369972,391770,418873,347599,362843
run 0 '  to standard output' import hyperfine "$samples"/hyperfine-bin-true.json
ok '  the same' cmp out hyperfine.jsonl
# shellcheck disable=SC2012 # a mode
is '  records are read-only' "$(ls -l hyperfine.jsonl | cut -c 1-10)" -r--r--r--

run 0 'will-it-scale' import -o wis.jsonl will-it-scale "$samples"/will-it-scale-mmap1_processes.txt
says '6 intervals of warm-up are left out, 5 taken'
is '  the intervals' "$(batches wis.jsonl '[a-z0-9_]*' throughput)" \
	796146,798681,734376,711011,799987
ok '  said in the record' grep -q '"left_out":"6 intervals of warm-up"' wis.jsonl
run 0 '  is a record' check wis.jsonl
run 0 'will-it-scale, two tasks' import -o wis2.jsonl will-it-scale \
	"$samples"/will-it-scale-mmap2_processes-2.txt
is '  slowest task' "$(batches wis2.jsonl '[a-z0-9_]*' throughput_slowest_task)" \
	541812,592043,508798,630965
is '  fastest task' "$(batches wis2.jsonl '[a-z0-9_]*' throughput_fastest_task)" \
	739908,725339,627197,690810

run 0 'perf stat' import -o perf.jsonl perf-stat "$samples"/perf-stat-ls.csv
run 0 '  is a record' check perf.jsonl
is '  an event' "$(batches perf.jsonl perf_stat_ls maple_tree_ma_write)" 124
ok '  of which fewer are better' grep -q '"metric":"page_faults".*"better":"lower"' perf.jsonl
ok '  and of which nobody knows' grep -q '"metric":"maple_tree_ma_write".*"better":"neither"' perf.jsonl

run 0 'Google Benchmark' import -o google.jsonl google-benchmark "$samples"/google-benchmark.json
run 0 '  is a record' check google.jsonl
says '8 rows, 0 skipped, 1 failed'
is '  repetitions' "$(batches google.jsonl bm_mmap_munmap_4096 latency | tr , '\n' | wc -l)" 5
ok '  not the aggregates' sh -c "! grep -q '_mean\\|_stddev' google.jsonl"
ok '  a counter' grep -q '"metric":"items_per_second","unit":"items/s".*"better":"higher"' google.jsonl
ok '  an error' grep -q '"failure","scenario":"bm_refused".*Invalid argument' google.jsonl
ok '  no name of a host' sh -c '! grep -q host.example google.jsonl'
sed 's/"time_unit": "ns"/"time_unit": "us"/' "$samples"/google-benchmark.json >us.json
run 0 'Google Benchmark in us' import -o us.jsonl google-benchmark us.json
ok '  is a thousand times as long' awk -v a="$(batches google.jsonl bm_mmap_munmap_4096 latency)" \
	-v b="$(batches us.jsonl bm_mmap_munmap_4096 latency)" \
	'BEGIN { r = (b + 0) / (a + 0); exit !(r > 999.9 && r < 1000.1) }'
for record in hyperfine wis perf; do
	run 0 "$record is shown" show $record.jsonl
	run 0 "$record is exported" export -f json $record.jsonl
done
run 3 'google is shown, with its failure' show google.jsonl
says 'bm_refused run: mmap: Invalid argument, "length" is 0'

# --- what the files do not say
run 0 'with names' import -o named.jsonl -K 6.18.1 -H f00d -S 'True, on metal' -b 3 \
	hyperfine "$samples"/hyperfine-bin-true.json
ok '  kernel' grep -q '"release":"6.18.1"' named.jsonl
ok '  host' grep -q '"host":"f00d"' named.jsonl
ok '  block' grep -q '"block":3' named.jsonl
ok '  scenario' grep -q '"scenario":"true_on_metal"' named.jsonl
run 4 'a name for several' import -S one google-benchmark "$samples"/google-benchmark.json
says 'the file has several'

# --- sessions
# hyperfine FACTOR BOOT: 30 runs around a time, with noise that is the same each time
hyperfine() {
	COMMAND=${3:-./a.out --size 4096} awk -v factor="$1" -v boot="$2" 'BEGIN {
		srand(boot)
		printf "{\"results\":[{\"command\":\"%s\",\"times\":[", ENVIRON["COMMAND"]
		boot_time = factor * 0.0012 * (1 + 0.002 * sin(boot * 2.3))
		for (i = 0; i < 30; i++)
			printf "%s%.9f", i ? "," : "", boot_time * (1 + 0.01 * (rand() - .5))
		printf "],\"exit_codes\":["
		for (i = 0; i < 30; i++)
			printf "%s0", i ? "," : ""
		printf "]}]}\n"
	}'
}
for boot in 1 2 3 4 5 6; do
	hyperfine 1 $boot >base-$boot.json
	hyperfine 1.05 1$boot >new-$boot.json
done
run 0 'a session' import -o base -K 6.12 hyperfine base-?.json
run 0 'another' import -o new -K 6.13 hyperfine new-?.json
is '  a file a boot' "$(echo base/*)" "$(printf 'base/boot-0%d.jsonl ' 0 1 2 3 4 5 | sed 's/ $//')"
run 0 'compared' compare base new
says 'a_out_size_4096 *$\|a_out_size_4096 run'
says 'REGRESSED'
says '6 boots'
run 0 'with itself' compare base base
says_not 'REGRESSED\|IMPROVED'
printf '[a]\nrows = */run/latency\nmax_increase_percent = 2\n' >p.ini
run 1 'gated' gate p.ini base new
run 0 'gated, with itself' gate --strict p.ini base base
cp "$samples"/will-it-scale-mmap1_processes.txt slow.txt
sed 's/796146/696146/g; s/798681/698681/g; s/average:.*/average:728040/' slow.txt >other.txt
# wis_run N: each run is another one, by N in each interval
wis_run() {
	awk -F '[: ]' -v n="$1" '
		/^min/ { print "min:" $2 + n " max:" $4 + n " total:" $6 + n; next }
		/^average/ { print "average:" $2 + n; next }
		{ print }'
}
for run in 1 2 3 4; do
	wis_run $run <slow.txt >wis-a-$run.txt
	wis_run $run <other.txt >wis-b-$run.txt
done
run 0 'a session of will-it-scale' import -o wis-a will-it-scale wis-a-?.txt
run 0 'another' import -o wis-b will-it-scale wis-b-?.txt
run 0 'compared, higher is better' compare wis-a wis-b
says 'REGRESSED'
printf '100,,cycles,1,100.00,,\n' >c1.csv
cp c1.csv c2.csv
run 2 'perf stat does not say what ran' import -o perf perf-stat c1.csv c2.csv
says 'give it a name with --scenario'
run 0 '  so it is said' import -o perf -S ls perf-stat c1.csv c2.csv
run 0 '  and compared' compare perf perf

# Not what can be compared.
run 4 'two tools' compare hyperfine.jsonl wis.jsonl
says 'tool: "hyperfine" in base, "will-it-scale" in new'
run 4 'two hosts' compare hyperfine.jsonl named.jsonl
says 'host: "imported" in base, "f00d" in new'
hyperfine 1 1 'A b' | "$vmadiff" import -o ab.jsonl hyperfine /dev/stdin
hyperfine 1 2 'a_B' | "$vmadiff" import -o a_b.jsonl hyperfine /dev/stdin
run 4 'two commands of one name' compare ab.jsonl a_b.jsonl
says 'NOT-COMPARABLE'
hyperfine 1 1 'A b' | "$vmadiff" import -S it -o ab2.jsonl hyperfine /dev/stdin
hyperfine 1 2 'a_B' | "$vmadiff" import -S it -o a_b2.jsonl hyperfine /dev/stdin
run 0 '  unless somebody says that they are one' compare ab2.jsonl a_b2.jsonl

# --- names
long=$(head -c 200 /dev/zero | tr '\0' x)
hyperfine 1 1 "$long" >long.json
run 0 'a long name' import -o long.jsonl hyperfine long.json
run 0 '  is a record' check long.jsonl
# shellcheck disable=SC2016 # as it is
hyperfine 1 1 'echo \u001b[31m\n\u202e x; rm -rf \"$HOME\"' >evil.json
run 0 'a command with what terminals act on' import -o evil.jsonl hyperfine evil.json
run 0 '  is a record' check evil.jsonl
ok '  with a plain name' grep -q '"scenario":"echo_31m_x_rm_rf_home"' evil.jsonl
hyperfine 1 1 '' >nameless.json
run 0 'no name' import -o nameless.jsonl hyperfine nameless.json
run 0 '  is a record' check nameless.jsonl
cat >clash.json <<'EOT'
{"results":[{"command":"a b","times":[1]},{"command":"a_b","times":[2]}]}
EOT
run 4 'two commands that become one name' import hyperfine clash.json
says '"a b" latency and "a_b" latency are both a_b latency; rename one'

# --- hyperfine
hyperfine 1 1 | sed 's/"exit_codes":\[0,0,0/"exit_codes":[0,1,null/' >failed.json
run 0 'a command that fails' import -o failed.jsonl hyperfine failed.json
ok '  has no numbers' sh -c '! grep -q "\"row\"" failed.jsonl'
ok '  and says so' grep -q '"failure".*2 of 30 runs did not exit with 0' failed.jsonl
echo '{"results":[{"command":"x","times":[0.5],"memory_usage_byte":[1048576]}]}' >memory.json
run 0 'memory' import -o memory.jsonl hyperfine memory.json
is '  in bytes' "$(batches memory.jsonl x peak_memory)" 1048576

# --- garbage
: >empty
head -c 4096 /dev/urandom >random
head -c 300 "$samples"/hyperfine-bin-true.json >cut.json
head -c 200 "$samples"/will-it-scale-mmap1_processes.txt >cut.txt
head -n 40 "$samples"/google-benchmark.json >cut-google.json
truncate -s 100M huge
printf '{"results":' >deep.json
head -c 100000 /dev/zero | tr '\0' '[' >>deep.json
for format in hyperfine will-it-scale perf-stat google-benchmark; do
	refused $format empty 'an empty file' 'vm.*empty\|: no'
	refused $format random 'random bytes' 'random'
	refused $format huge 'a huge file' 'huge: is longer than 16384 KiB'
	refused $format . 'a folder' 'it is a folder'
done
for format in hyperfine google-benchmark; do
	refused $format wis.jsonl 'a record' 'wis.jsonl'
	refused $format deep.json 'deep nesting' 'not JSON'
	refused $format "$samples"/perf-stat-ls.csv 'CSV' 'perf-stat-ls.csv:.*not JSON'
done
for format in will-it-scale perf-stat; do
	refused $format "$samples"/hyperfine-bin-true.json 'JSON' 'hyperfine-bin-true.json:1: "{'
done
refused hyperfine "$samples"/google-benchmark.json 'that of another' 'no output of hyperfine: "results"'
refused google-benchmark "$samples"/hyperfine-bin-true.json 'that of another' 'no output of google-benchmark: "benchmarks"'
refused hyperfine cut.json 'cut short' 'cut.json:1[0-9]: not JSON'
refused google-benchmark cut-google.json 'cut short' 'cut-google.json:[0-9]*: not JSON'
refused will-it-scale cut.txt 'cut short' 'cut.txt\(:[0-9]*\)\{0,1\}: '

# cut_anywhere FORMAT FILE: whatever is left of it, no row that all of it does not have
cut_anywhere() {
	file=cut/$(basename "$2")
	mkdir -p cut
	"$vmadiff" import -o cut/all.jsonl "$1" "$2" 2>/dev/null || return 1
	grep '"type":"row"' cut/all.jsonl >cut/rows
	at=$(wc -c <"$2")
	while at=$((at - 1 - at / 60)) && [ "$at" -gt 0 ]; do
		head -c "$at" "$2" >"$file"
		rm -f cut/some.jsonl
		"$vmadiff" import -o cut/some.jsonl "$1" "$file" 2>/dev/null || continue
		grep '"type":"row"' cut/some.jsonl | grep -vxFf cut/rows && return 1
	done
	rm -rf cut
}
printf '%s\n' 'tasks,processes,processes_idle,threads,threads_idle,linear' 0,0,100,0,100,0 \
	1,812345,74.98,798765,75.01,812345 2,1512345,49.90,301234,51.10,1624690 >sweep.csv
printf '%s\n' '# started on Sun Nov 22 22:00:00 2026' '' \
	'1.32,msec,task-clock,1317151,100.00,0.023,CPUs utilized' \
	'538077,,instructions:u,311478,42.00,0.68,insn per cycle' \
	',,,,1.08,stalled cycles per insn' '124,,maple_tree:ma_write,1006925,100.00,,' >work.csv
ok 'hyperfine, cut anywhere' cut_anywhere hyperfine "$samples"/hyperfine-bin-true.json
ok 'google-benchmark, cut anywhere' cut_anywhere google-benchmark "$samples"/google-benchmark.json
ok 'will-it-scale, cut anywhere' cut_anywhere will-it-scale "$samples"/will-it-scale-mmap1_processes.txt
ok 'its CSV, cut anywhere' cut_anywhere will-it-scale sweep.csv
ok 'perf-stat, cut anywhere' cut_anywhere perf-stat work.csv

echo '{"results":[]}' >bad
bad hyperfine 'no results' 'missing, empty'
echo '{"results":[7]}' >bad
bad hyperfine 'a result that is none' '"results"\[0\]: "command" is missing'
echo '{"results":[{"command":"x"}]}' >bad
bad hyperfine 'no times' '"results"\[0\]: "times" is missing'
echo '{"results":[{"command":"x","times":["1"]}]}' >bad
bad hyperfine 'a time that is none' 'not a number'
echo '{"results":[{"command":"x","times":[-1]}]}' >bad
bad hyperfine 'a negative time' 'latency of "x" is -1e+09'
echo '{"results":[{"command":"x","times":[1e999]}]}' >bad
bad hyperfine 'infinity' 'not JSON'
echo '{"results":[{"command":"x","times":[1e300,1e308]}]}' >bad
bad hyperfine 'overflow' 'latency of "x" is inf'
echo '{"results":[{"command":"x","times":[NaN]}]}' >bad
bad hyperfine 'NaN' 'not JSON'
echo '{"results":[{"command":"x","command":"y","times":[1]}]}' >bad
bad hyperfine 'a key twice' 'duplicate'
echo '{"benchmarks":[{"name":"x","iterations":9,"real_time":1,"cpu_time":1,"time_unit":"h"}]}' >bad
bad google-benchmark 'hours' '"time_unit" is not'
echo '{"benchmarks":[{"name":"x","iterations":9,"real_time":1,"time_unit":"ns"}]}' >bad
bad google-benchmark 'no time' '"real_time" or "cpu_time" is missing'
echo '{"benchmarks":[{"name":"x","run_type":"aggregate","real_time":1,"cpu_time":1,"time_unit":"ns"}]}' >bad
bad google-benchmark 'only aggregates' 'only aggregates'
wis=$samples/will-it-scale-mmap1_processes.txt
sed 's/^average:.*/average:768140/' "$wis" >bad
bad will-it-scale 'another average' \
	'bad:15: the average is 768140, that of the 5 intervals above 768040.2'
sed '/^average/d' "$wis" >bad
bad will-it-scale 'no average' 'no "average:" at the end'
sed '/^measurement/d' "$wis" >bad
bad will-it-scale 'no measurement' 'without an interval after "measurement"'
sed 's/^min:796146 /min:9796146 /' "$wis" >bad
bad will-it-scale 'min above max' 'bad:10: min, max and total are not in this order'
sed 's/^min:796146 /min:-796146 /' "$wis" >bad
bad will-it-scale 'a negative rate' 'bad:10: '
sed 's/^min:796146 /min:99999999999999999999999 /' "$wis" >bad
bad will-it-scale 'a rate that no integer holds' 'bad:10: '
sed 1,2d "$wis" >bad
bad will-it-scale 'no testcase' 'an interval before "testcase:"'
cat "$wis" "$wis" >bad
bad will-it-scale 'two outputs' 'bad:16: a second testcase'
{ cat "$wis"; echo 'min:1 max:1 total:1'; } >bad
bad will-it-scale 'more after the end' 'bad:16: an interval after "average:"'

finish
