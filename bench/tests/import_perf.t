#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff import perf-stat: each line that perf stat -x, prints is read as what it
# is, and one that is anything else refuses the file. TAP.
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"

# good NAME <LINES: into good.csv, and imported as good.jsonl
good() {
	cat >good.csv
	rm -f good.jsonl
	run 0 "$1" import -o good.jsonl perf-stat good.csv
}

# better METRIC: direction of a row of good.jsonl
better() {
	sed -n 's/.*"metric":"'"$1"'".*"better":"\([a-z]*\)".*/\1/p' good.jsonl
}

# --- what perf prints
good 'one run' <<'EOT'
# started on Sun Nov 22 22:00:00 2026

1.32,msec,task-clock,1317151,100.00,0.023,CPUs utilized
4,,cs,1317151,100.00,3.037,K/sec
120,,faults,1317151,100.00,91.106,K/sec
88211,ns,duration_time,88211,100.00,,
<not supported>,,cycles,0,100.00,,
EOT
is '  a time' "$(batches good.jsonl good task_clock)" 1.3200000000000001
is '  a count' "$(batches good.jsonl good faults)" 120
is '  fewer are better, by the short names as well' \
	"$(better task_clock) $(better cs) $(better faults) $(better duration_time)" \
	'lower lower lower lower'
ok '  not supported is a skip' grep -q '"skip".*cycles: <not supported>' good.jsonl
ok '  batches are runs' grep -q '"batches_are":"runs"' good.jsonl
ok '  and there is nothing to say' silent
run 0 '  is a record' check good.jsonl

good 'three runs, appended' <<'EOT'
# started on Sun Nov 22 22:00:00 2026

5,,cycles,1000,100.00,,
7,,faults,1000,100.00,,
# started on Sun Nov 22 22:00:01 2026

6,,cycles,1000,100.00,,
<not counted>,,faults,0,100.00,,
# started on Sun Nov 22 22:00:02 2026

4,,cycles,1000,100.00,,
9,,faults,1000,100.00,,
EOT
is '  are three batches' "$(batches good.jsonl good cycles)" 5,6,4
is '  two where one did not count' "$(batches good.jsonl good faults)" 7,9

good '-I' <<'EOT'
# started on Sun Nov 22 22:00:00 2026

     1.000123456,5,,page-faults,1000000,100.00,,
     1.000123456,999.95,msec,cpu-clock,999950000,100.00,1.000,CPUs utilized
     2.000223456,7,,page-faults,1000000,100.00,,
     2.000223456,1000.01,msec,cpu-clock,999950000,100.00,1.000,CPUs utilized
         summary,12,,page-faults,2000000,100.00,,
         summary,1999.96,msec,cpu-clock,1999900000,100.00,1.000,CPUs utilized
EOT
is '  intervals are batches' "$(batches good.jsonl good page_faults)" 5,7
ok '  in their unit' grep -q '"metric":"cpu_clock","unit":"msec","pass":"time"' good.jsonl
is '  fewer are not better of an interval' "$(better page_faults)" neither
says 'left_out: 2 lines of --summary'
ok '  which the record says' grep -q '"left_out":"2 lines of --summary"' good.jsonl

good '-r' <<'EOT'
1234,,cycles:u,0.50%,1000000,75.00,,
<not counted>,,instructions:u,0.00%,0,0.00,,
<not supported>,,LLC-load-misses,0.00%,0,100.00,,
EOT
is '  the mean' "$(batches good.jsonl good cycles_u)" 1234
ok '  is called that' grep -q '"batches_are":"means of runs"' good.jsonl
says 'cycles:u counted during 75.00 % of the time, scaled by perf'
ok '  which the record says' grep -q '"scaled_by_perf":"cycles:u counted during 75.00 %' good.jsonl
ok '  not counted' grep -q '"skip".*instructions:u: <not counted>' good.jsonl
run 0 '  is a record' check good.jsonl
says '1 rows, 2 skipped'

good 'the lowest part of the time of several runs' <<'EOT'
# started on Sun Nov 22 22:00:00 2026
5,,cycles,1000,42.00,,
# started on Sun Nov 22 22:00:01 2026
5,,cycles,1000,77.00,,
EOT
says 'cycles counted during 42.00 % of the time'

good 'metrics derived from the event above' <<'EOT'
538077,,instructions,311478,100.00,0.68,insn per cycle
,,,,,1.08,stalled cycles per insn
7,,stalled-cycles-frontend,311478,100.00,1.2,frontend cycles idle
9,,branches,311478,100.00,,
,,,,28.4,of all branches
EOT
is '  are left out' "$(batches good.jsonl good instructions)" 538077
is '  and nothing else' "$(grep -c '"type":"row"' good.jsonl)" 3
good 'groups of metrics, beside an event and without one' <<'EOT'
100,,slots,311478,100.00,,,,TopdownL1
,,,,41.3,%  tma_backend_bound
,311478,100.00,,,,TopdownL1 (cpu_atom)
,,,,,12.0,%  tma_retiring
9,,branches,311478,100.00,,
EOT
is '  are left out' "$(grep -c '"type":"row"' good.jsonl)" 2
good 'the same with -I' <<'EOT'
     0.100123456,538077,,instructions,311478,100.00,0.68,insn per cycle
     0.100123456,,,,,1.08,stalled cycles per insn
EOT
is '  is left out' "$(grep -c '"type":"row"' good.jsonl)" 1

good 'perf before 5.0' <<'EOT'
0.317151,,task-clock,317151,100.00
EOT
ok '  its clock is in msec' grep -q '"metric":"task_clock","unit":"msec"' good.jsonl

good 'events with modifiers, of PMUs, with commas in them' <<'EOT'
1,,cycles,1000,100.00,,
2,,cycles:u,1000,100.00,,
3,,cycles:k,1000,100.00,,
4,,cpu_core/cycles/,1000,100.00,,
5,,cpu_atom/cycles/u,1000,100.00,,
6,,instructions [cpu_core],1000,100.00,,
7,,cpu/event=0x3c,umask=0x1/k,1000,100.00,,
8,,cpu/cycles,inv/,1000,100.00,,
9,,arm_dsu_0/cycles/,1000,100.00,,
10,,maple_tree:ma_write,1000,100.00,,
11,,armv8_pmuv3_0/instructions/,1000,100.00,,
12,,cycles:retired,1000,100.00,,
13,MiB,uncore_imc/data_reads/,1000,100.00,,
EOT
is '  are a row each' "$(grep -c '"type":"row"' good.jsonl)" 13
for event in cycles cycles_u cycles_k cpu_core_cycles cpu_atom_cycles_u \
	instructions_cpu_core armv8_pmuv3_0_instructions; do
	is "  fewer $event are better" "$(better $event)" lower
done
for event in cpu_event_0x3c_umask_0x1_k cpu_cycles_inv arm_dsu_0_cycles \
	maple_tree_ma_write cycles_retired uncore_imc_data_reads; do
	is "  of $event nobody knows" "$(better $event)" neither
done
run 0 '  is a record' check good.jsonl

good 'one cgroup' <<'EOT'
1000,,cycles,grp/a,2011741096,100.00,3,GHz
,,,,,1.08,stalled cycles per insn
77,,faults,grp/a,2011741096,100.00,,
EOT
says 'cgroup: grp/a'
ok '  which the record says' grep -q '"cgroup":"grp/a"' good.jsonl
printf '5,,cycles,1,100.00\r\n' >crlf.csv
good 'CRLF' <crlf.csv
is '  a count' "$(batches good.jsonl good cycles)" 5

# What perf itself prints here, whatever that is.
if perf stat -x, -o true.csv -e task-clock,cs:u,cycles,faults true 2>/dev/null; then
	perf stat -x, -o true.csv --append -e task-clock,cs:u,cycles,faults true
	perf stat -x, -o sleep.csv -I 20 --summary -e cs,faults sleep 0.1
	run 0 "perf here" import -o perf.jsonl perf-stat true.csv
	is '  two runs' "$(batches perf.jsonl true "task_clock_*u*" | tr , '\n' | wc -l)" 2
	run 0 "perf -I here" import perf-stat sleep.csv
	perf stat -x, -o all.csv -a -A -e cs,faults true 2>/dev/null
	run 4 'perf -A here' import perf-stat all.csv
	LC_ALL=C perf stat -j -o true.json -e cs true 2>/dev/null
	run 4 'perf -j here' import perf-stat true.json
else
	skip_test 'perf here' 'perf stat does not run'
fi

# --- what it does not print, and what is not one count of one run
bad_lines() {
	printf '%b' "$3" >bad
	bad perf-stat "$1" "$2"
}
bad_lines 'decimal commas' 'bad:1: .*has decimal commas: run perf with LC_ALL=C' \
	'0,31,msec,task-clock,306721,100,00,0,CPUs utilized\n'
bad_lines 'decimal commas of a count' 'bad:1: .*has decimal commas' \
	'1234,,cycles,306721,100,00,,\n'
bad_lines 'decimal commas of -r' 'bad:1: .*has decimal commas' \
	'1234,,cycles,0,50%,306721,100,00,,\n'
bad_lines 'decimal commas, and semicolons between' 'bad:1: .*run it without' \
	'0,31;msec;task-clock;306721;100,00;0;CPUs utilized\n'
bad_lines 'decimal commas of -I' 'bad:1: ' \
	'     1,000123456,5,,page-faults,1000000,100,00,,\n'
bad_lines 'dots between thousands' 'bad:1: ' '1.000,,cycles,306721,100.00,,\n'
bad_lines 'two cgroups' 'bad:2: counts of cgroup "grp_a" and of "grp_b"' \
	'1000,,cycles,grp_a,2011741096,100.00,3,GHz\n9000,,cycles,grp_b,2011741096,42.00,3,GHz\n'
bad_lines 'a cgroup and none' 'bad:2: counts of cgroup "grp_a" and of ""' \
	'1000,,cycles,grp_a,2011741096,100.00,3,GHz\n9000,,faults,,2011741096,42.00,3,GHz\n'
bad_lines 'runs without a boundary' \
	'bad:2: cycles a second time in one run: .*"# started on "' \
	'1,,cycles,1,100.00,,\n2,,cycles,1,100.00,,\n'
bad_lines 'an event twice in an interval' 'bad:2: cs a second time in one interval' \
	'     1.000123456,5,,cs,1,100.00,,\n     1.000123456,6,,cs,1,100.00,,\n'
bad_lines 'an event without a count twice' 'bad:2: cs a second time' \
	'5,,cs,1,100.00,,\n<not counted>,,cs,0,100.00,,\n'
bad_lines 'time that goes back' 'bad:2: a timestamp before that of the line above' \
	'     2.000123456,5,,cs,1,100.00,,\n     1.000123456,6,,cs,1,100.00,,\n'
bad_lines '-r among single runs' 'bad:2: lines of -r among lines of single runs' \
	'5,,cs,1,100.00,,\n6,,faults,0.50%,1,100.00,,\n'
bad_lines 'another unit' 'bad:4: task-clock of "bad" is in nsec here, in msec above' \
	'# started on A\n5,msec,task-clock,1,100.00,,\n# started on B\n5,nsec,task-clock,1,100.00,,\n'
for line in 'CPU0,5,,cs,1,100.00,,' 'S0,2,5,,cs,1,100.00,,' 'S0-D0-C1,1,5,,cs,1,100.00,,' \
	'sh-42,5,,cs,1,100.00,,' '1.08,0.52,' 'time,insn per cycle,' 'insn per cycle,' \
	'     1.000123456,S0,2,5,,cs,1,100.00,,' '     1.000123456,1.08,'; do
	bad_lines "$line" 'bad:2: .*run it without -j, -A, --per-core, --metric-only' \
		"1,,cycles,1,100.00,,\n$line\n"
done
bad_lines '-j' 'bad:1: .*run it without -j' '{"counter-value" : "5.000000", "event" : "cs"}\n'
bad_lines 'lines with and without a timestamp' 'bad:2: lines with and without a timestamp' \
	'     1.000123456,5,,cycles,1,100.00\n1,,cycles,1,100.00\n'
bad_lines 'a timestamp with other decimals' 'bad:1: ' '1.0,5,,cycles,1,100.00\n'
for line in 'nan,,cycles,1,100.00' '-5,,cycles,1,100.00' 'inf,,cycles,1,100.00' \
	'0x10,,cycles,1,100.00' '1e3,,cycles,1,100.00' '+5,,cycles,1,100.00' \
	'5,,' '5' '5,,cycles' '5,,cycles,1' '5,,cycles,1,100' '5,,cycles,1,100.0' \
	'5,,cycles,1,101.00' '5,,cycles,1,100.00,0.68' '5,,cycles,1,100.00,0.68,' \
	'5,,cycles,1,100.00,,,0.68' '5,7,cycles,1,100.00' '5,,7,1,100.00' ',,cycles,1,100.00' \
	'5.,,cycles,1,100.00' '.5,,cycles,1,100.00' '<unknown>,,cycles,1,100.00' '5 ,,cycles,1,100.00' 'summary,5,,cycles,1' \
	'# 5,,cycles,1,100.00' ',,1.08,insn per cycle' ',,,,,1.08,' 'sh: 1: not found' \
	'5,,cycles,a,b,1,100.00' '5,,cycles,0.5%,0.5%,1,100.00'; do
	bad_lines "\"$line\"" 'bad:1: ' "$line\n"
done
bad_lines 'a byte order mark' 'bad:1: ' '\0357\0273\02775,,cycles,1,100.00\n'
bad_lines 'UTF-16' 'bad: no text: a NUL' '5\0000,\0000,\0000c\0000'
bad_lines 'a count that no number holds' 'cycles of "bad" is inf' \
	"$(head -c 400 /dev/zero | tr '\0' 9),,cycles,1,100.00\n"
bad_lines 'a long line' 'bad:1: no line of perf stat -x, is as long' \
	"5,,$(head -c 100000 /dev/zero | tr '\0' /),1,100.00\n"
bad_lines 'two events that become one name' 'a-b and "bad" a_b are both bad a_b' \
	'5,,a-b,1,100.00\n5,,a_b,1,100.00\n'
bad_lines 'two modifiers that become one name' 'cycles:p and "bad" cycles:P are both' \
	'5,,cycles:p,1,100.00\n5,,cycles:P,1,100.00\n'

# --- the gate, of an event that is known by another name and of one that is not
session() {
	for boot in 1 2 3 4 5 6; do
		printf '%d,,%s,1000,100.00,,\n' $(($3 + boot)) "$2" >"boot-$boot.csv"
	done
	run 0 "session $1" import -S work -o "$1" perf-stat boot-?.csv
}
printf '[all]\nrows = */run/*\n' >p.ini
session known-a cpu_core/cycles/ 100000
session known-b cpu_core/cycles/ 120000
run 1 'more cycles of cpu_core' gate p.ini known-a known-b
session unknown-a cpu/event=0x3c,umask=0x1/ 100000
session unknown-b cpu/event=0x3c,umask=0x1/ 120000
run 3 'more of what has no direction' gate --strict p.ini unknown-a unknown-b
says 'unsure.*cpu_event'
says 'nobody has said whether more or less of it is better'
printf '[all]\nrows = */run/*\nmax_increase_percent = 5\n' >p.ini
run 1 '  fails where there is a limit' gate p.ini unknown-a unknown-b

finish
