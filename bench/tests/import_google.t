#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff import google-benchmark: what is skipped, not finite, an aggregate or a
# second benchmark of one name is never a number of a row. TAP.
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"

# benchmarks ELEMENT...: a file of them
benchmarks() {
	json_list '"context":{"num_cpus":2},"benchmarks":' "$@"
}

# iteration NAME TIME [MEMBERS]: as versions since 1.5 write it
iteration() {
	printf '"name":"%s","run_name":"%s","run_type":"iteration","repetitions":1,' "$1" "$1"
	printf '"repetition_index":0,"threads":1,"iterations":9,"real_time":%s,' "$2"
	printf '"cpu_time":%s,"time_unit":"ns"%s' "$2" "${3:+,$3}"
}

# old NAME TIME: as versions before 1.5 do, which have no "run_type"
old() {
	printf '"name":"%s","iterations":9,"real_time":%s,"cpu_time":%s,"time_unit":"ns"' \
		"$1" "$2" "$2"
}

# rows: what good.jsonl has, a line each
rows() {
	sed -n 's/.*"scenario":"\([a-z0-9_]*\)".*"metric":"\([a-z0-9_]*\)".*"batches":\[\([^]]*\)\].*/\1 \2 \3/p' good.jsonl
}

# good NAME: of good.json
good() {
	rm -f good.jsonl
	run 0 "$1" import -o good.jsonl google-benchmark good.json
}

# --- skipped, and failed
benchmarks "$(iteration ok 5.0)" \
	'"name":"sk","run_name":"sk","run_type":"iteration","repetitions":1,"repetition_index":0,"threads":1,"skipped":true,"skip_message":"no pmem","iterations":0,"real_time":0.0,"cpu_time":0.0,"time_unit":"ns"' \
	'"name":"er","run_name":"er","run_type":"iteration","repetitions":1,"repetition_index":0,"threads":1,"error_occurred":true,"error_message":"EPERM","iterations":0,"real_time":0.0,"cpu_time":0.0,"time_unit":"ns"' >good.json
good 'one that is skipped'
is '  has no rows' "$(rows)" "$(printf 'ok latency 5\nok cpu_time 5')"
ok '  is a skip, with its message' grep -q '"skip","scenario":"sk".*"reason":"no pmem"' good.jsonl
ok '  not a failure, as this one is' grep -q '"failure","scenario":"er".*"reason":"EPERM"' good.jsonl
run 0 '  is a record' check good.jsonl
says '2 rows, 1 skipped, 1 failed'

benchmarks "$(iteration a 5.0)" "$(iteration b 0.0)" >good.json
good 'a time of 0 that nobody marked'
is '  is no latency' "$(rows | grep -c '^b ')" 0
ok '  but a skip' grep -q '"skip","scenario":"b".*its time is 0' good.jsonl

# --- numbers that are none
for number in NaN -NaN Infinity -Infinity nan -nan inf -inf; do
	benchmarks "$(iteration a 5.0)" "$(iteration 'b NaN \" inf' 7.0 "\"ratio\":$number,\"hits\":3")" >good.json
	good "a counter that is $number"
	is '  loses nothing else' "$(rows)" \
		"$(printf 'a latency 5\na cpu_time 5\nb_nan_inf latency 7\nb_nan_inf cpu_time 7\nb_nan_inf hits 3')"
	says 'left_out: counter ratio of b NaN " inf, which is not a finite number'
	ok '  which the record says' grep -q '"left_out":"counter ratio of b NaN' good.jsonl
done
benchmarks "$(iteration a 5.0 '"drift":-1')" >good.json
good 'a negative counter'
is '  is no row' "$(rows | grep -c drift)" 0
ok '  which the record says' grep -q '"left_out":"counter drift of a, which is negative"' good.jsonl
benchmarks "$(iteration a 5.0)" \
	'"name":"a_cv","run_name":"a","run_type":"aggregate","aggregate_name":"cv","aggregate_unit":"percentage","iterations":3,"real_time":NaN,"cpu_time":NaN,"time_unit":"ns","ratio":NaN' >good.json
good 'an aggregate of no number'
is '  is left out' "$(rows | wc -l)" 2

# --- repetitions, and what else may have one name twice
benchmarks "$(iteration a 5.0)" \
	"$(iteration a 6.0 | sed 's/"repetition_index":0/"repetition_index":1/')" >good.json
good 'two repetitions'
is '  are two batches' "$(batches good.jsonl a latency)" 5,6
benchmarks "$(iteration a 5.0)" "$(iteration a 6.0)" >bad
bad google-benchmark 'two benchmarks of one name' \
	'"benchmarks"\[1\]: a second "a" of one repetition'
benchmarks "$(iteration a 5.0 | sed 's/iteration"/summary"/')" >bad
bad google-benchmark 'a type that is neither' '"run_type" is not iteration or aggregate'
benchmarks "$(iteration a 5.0 | sed 's/"iterations":9/"iterations":0/')" >bad
bad google-benchmark 'nothing measured' '"iterations" is missing or less than 1'
benchmarks "$(iteration a NaN)" >bad
bad google-benchmark 'a time that is NaN' '"real_time" or "cpu_time" is missing or not a number'
benchmarks "$(iteration a 5.0 '"skipped":"yes"')" >bad
bad google-benchmark 'a mark that is none' '"skipped" is not true or false'
benchmarks "$(iteration a 5.0 | sed 's/_index":0/_index":"0"/')" >bad
bad google-benchmark 'an index that is none' '"repetition_index" is not an integer'
benchmarks "$(iteration a 5.0 '"iterations":8')" >bad
bad google-benchmark 'a counter called as a member' 'duplicate'
benchmarks "$(iteration a 1e300 | sed 's/"ns"/"s"/')" >bad
bad google-benchmark 'a time that no number holds' 'latency of "a" is inf'
benchmarks "$(iteration a -5.0)" >bad
bad google-benchmark 'a negative time' 'latency of "a" is -5'
benchmarks '"name":"a"' >bad
bad google-benchmark 'a list of names' '"iterations" is missing'
{ printf '\357\273\277'; benchmarks "$(iteration a 5.0)"; } >bad
bad google-benchmark 'a byte order mark' 'not JSON'

# --- before 1.5, where nothing but the name tells an aggregate
benchmarks "$(old bm 5)" "$(old bm 6)" "$(old bm_mean 5.5)" "$(old bm_median 5.5)" \
	"$(old bm_stddev .5 | sed 's/:\./:0./g')" '"name":"bm_BigO","cpu_coefficient":1,"real_coefficient":1,"big_o":"N","time_unit":"ns"' \
	'"name":"bm_RMS","rms":0.01' >good.json
good 'aggregates by name'
is '  are no rows' "$(rows)" \
	"$(printf 'bm latency 5,6\nbm cpu_time 5,6')"
benchmarks "$(old pages_mean 5)" "$(old pages_max 6)" >good.json
good 'benchmarks of such names'
is '  are rows' "$(rows | grep -c latency)" 2
benchmarks "$(old bm 5)" "$(old bm 6)" "$(old bm_mean 5.5)" "$(old bm_stddev 0.5)" \
	"$(old bm_p99 5.9)" >bad
bad google-benchmark 'a statistic of somebody, or a benchmark' \
	'"bm_p99" may be an aggregate or a benchmark'
benchmarks "$(old bm 5)" "$(old bm 6)" >bad
bad google-benchmark 'two of one name without aggregates' 'a second "bm" of one repetition'
benchmarks "$(old bm_mean 5)" "$(old bm_median 6)" "$(old bm_stddev 1)" >bad
bad google-benchmark 'aggregates alone' 'only aggregates'

finish
