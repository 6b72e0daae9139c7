#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff import will-it-scale: the CSV of runtest.py, the form that people publish,
# and numbers in the output of a test case that are none. TAP.
# shellcheck disable=SC2016 # in scripts of sed "$" is the last line
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"

# published FACTOR: four tasks, as runtest.py prints them
published() {
	awk -v factor="$1" 'BEGIN {
		print "tasks,processes,processes_idle,threads,threads_idle,linear"
		print "0,0,100,0,100,0"
		one = int(800000 * factor)
		for (n = 1; n <= 4; n++)
			printf "%d,%d,%0.2f,%d,%0.2f,%d\n", n, one * n * (1 - n / 100) + n / 100 * one,
				100 - 25 * n, one / n, 100 - 24.5 * n, one * n
	}'
}

published 1 >mmap1.csv
run 0 'CSV' import -o mmap1.jsonl will-it-scale mmap1.csv
is '  a row a number of processes' "$(batches mmap1.jsonl mmap1_processes_4 throughput)" 3104000
is '  and of threads' "$(batches mmap1.jsonl mmap1_threads_2 throughput)" 400000
is '  and no others' "$(grep -c '"type":"row"' mmap1.jsonl)" 8
ok '  a sweep' grep -q '"scenario":"mmap1_processes_4".*"params":{"processes":4}' mmap1.jsonl
ok '  more is better' grep -q '"metric":"throughput","unit":"ops/s".*"better":"higher"' mmap1.jsonl
run 0 '  is a record' check mmap1.jsonl
run 0 '  is shown' show mmap1.jsonl
run 0 'with another name' import -S brk -o brk.jsonl will-it-scale mmap1.csv
is '  which is in all names' "$(grep -c '"scenario":"brk_' brk.jsonl)" 8
published 1 | sed 's/$/\r/' >crlf.csv
run 0 'CRLF' import will-it-scale crlf.csv

for boot in 1 2 3 4 5 6; do
	published 1.00$boot >base-$boot.csv
	published 1.10$boot >new-$boot.csv
done
run 2 'several files do not say what ran' import -o base will-it-scale base-?.csv
says 'give it a name with --scenario'
run 0 '  so it is said' import -S mmap1 -o base will-it-scale base-?.csv
run 0 '  of the other side as well' import -S mmap1 -o new will-it-scale new-?.csv
run 0 '  and compared' compare base new
says 'mmap1_processes_4'
says 'IMPROVED'

published 1 | sed 's/^3,[0-9]*/3,-1/' >failed.csv
run 0 'one that printed no average' import -S m -o failed.jsonl will-it-scale failed.csv
ok '  is a failure' grep -q '"failure","scenario":"m_processes_3".*no average' failed.jsonl
is '  not a number' "$(batches failed.jsonl m_processes_3 throughput)" ''
is '  of that many processes alone' "$(batches failed.jsonl m_threads_3 throughput)" 266666
published 1 | sed 's/^4,\([0-9]*\),[^,]*/4,\1,-0.01/' >back.csv
run 0 'idle time that went back' import will-it-scale back.csv

# --- what runtest.py does not print
change() {
	published 1 | sed "$1" >bad
}
change 1d
bad will-it-scale 'no header' 'bad:1: "0,0,100,0,100,0" is no line of will-it-scale'
change 2d
bad will-it-scale 'no origin' 'bad:2: no line "0,0,100,0,100,0"'
change 's/threads_idle,//'
bad will-it-scale 'another header' 'bad:1: '
change '1s/^/\xef\xbb\xbf/'
bad will-it-scale 'a byte order mark' 'bad:1: '
change 3d
bad will-it-scale 'not from one task on' 'bad:3: the first line is not of one task'
change '3,$d'
bad will-it-scale 'no tasks' 'no measurement of will-it-scale in it'
change '1,2{p;d};p'
bad will-it-scale 'a number of tasks twice' 'bad:4: 1 tasks after 1'
published 1 >bad
published 1 >>bad
bad will-it-scale 'two runs' 'bad:7: '
change '$s/.$//'
bad will-it-scale 'cut short in a number' 'bad:6: linear is 320000, that of one task 800000'
change '$s/,[0-9]*$//'
bad will-it-scale 'cut short before a number' 'bad:6: '
change '$s/$/,/'
bad will-it-scale 'a field more' 'bad:6: '
for value in +5 05 ' 5' 5.0 0x5 nan '' 1e3 -2 99999999999999999999; do
	change "4s/^2,[^,]*/2,$value/"
	bad will-it-scale "\"$value\" operations" 'bad'
done
for value in 50 50.0 50,00 nan .50 50.000; do
	change "4s/^\(2,[^,]*\),[^,]*/\1,$value/"
	bad will-it-scale "idle for \"$value\"" 'bad:4: '
done

# --- the output of a test case
# output SCRIPT: of sed, over a sample
output() {
	sed "$1" "$samples"/will-it-scale-mmap1_processes.txt >bad
}
for counts in 'min:-1 max:-1 total:-1' 'min:+1 max:2 total:2' 'min: 1 max:2 total:2' \
	'min:1  max:2 total:2' 'min:1 max:2 total:2 ' 'min:1 max:2' 'min:0x1 max:2 total:2' \
	'min:99999999999999999999999 max:99999999999999999999999 total:99999999999999999999999'; do
	output "10s/.*/$counts/"
	bad will-it-scale "\"$counts\"" 'bad:10: ".*" is not min:N max:N total:N'
done
for average in nan inf -1 ' 768040' 768040.2 0xbb828 '' 7.68040e5; do
	output "s/^average:.*/average:$average/"
	bad will-it-scale "an average of \"$average\"" 'bad:15: ".*" is not a number'
done
output '/^warmup/d'
bad will-it-scale 'no warm-up' 'bad:8: "measurement" is not in its place'
output 's/^warmup/measurement/'
bad will-it-scale 'measurement twice' 'bad:2: "measurement" is not in its place'
output '12s/.*/warmup/'
bad will-it-scale 'a warm-up in between' 'bad:12: "warmup" is not in its place'
output 's/^measurement/measurements/'
bad will-it-scale 'another word' 'bad:9: "measurements" is no line of will-it-scale'
output '12s/^/   0 -> 711011\n/'
bad will-it-scale 'counts of each task' 'bad:12: .* is no line of will-it-scale'

finish
