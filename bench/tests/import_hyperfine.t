#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff import hyperfine: two commands of one name are two rows or refused, and a
# list that has not an element for each run refuses the file. TAP.
set -u

# shellcheck source=bench/tests/import_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/import_tap.sh"

# results ELEMENT...: a file of them
results() {
	json_list '"results":' "$@"
}

# --- parameters
results '"command":"fixed","times":[0.010,0.011],"exit_codes":[0,0],"parameters":{"n":"1"}' \
	'"command":"fixed","times":[0.030,0.031],"exit_codes":[0,0],"parameters":{"n":"2"}' >param.json
run 0 'one name over all parameters' import -o param.jsonl hyperfine param.json
is '  a row of the first' "$(batches param.jsonl fixed_n_1 latency)" 10000000,11000000
is '  a row of the second' "$(batches param.jsonl fixed_n_2 latency)" 30000000,31000000
is '  no other' "$(grep -c '"type":"row"' param.jsonl)" 2
run 0 '  is a record' check param.jsonl
run 4 '  and no one name for both' import -S it hyperfine param.json
says 'the file has several'
results '"command":"x","times":[1],"exit_codes":[1],"parameters":{"n":"1"}' \
	'"command":"x","times":[1],"exit_codes":[0],"parameters":{"n":"2"}' >param.json
rm param.jsonl
run 0 'one of them fails' import -o param.jsonl hyperfine param.json
ok '  by its name' grep -q '"failure","scenario":"x_n_1"' param.jsonl
is '  and the other one is a row' "$(batches param.jsonl x_n_2 latency)" 1000000000

results '"command":"x","times":[0.010]' '"command":"x","times":[0.030]' >bad
bad hyperfine 'two commands of one name' \
	'"results"\[1\]: a second result of "x": give each a --command-name'
results '"command":"x","times":[0.010],"parameters":{"n":"1"}' \
	'"command":"x","times":[0.030],"parameters":{"n":"1"}' >bad
bad hyperfine 'the same parameters twice' 'a second result of "x n=1"'
results '"command":"x","times":[0.010],"exit_codes":[1]' \
	'"command":"x","times":[0.030],"exit_codes":[0]' >bad
bad hyperfine 'two of one name, of which one fails' 'a second result of "x"'
for params in '["n","1"]' '"n=1"' 7 null; do
	results "\"command\":\"x\",\"times\":[1],\"parameters\":$params" >bad
	bad hyperfine "parameters that are $params" '"parameters" is not an object'
done
results '"command":"x","times":[1],"parameters":{"n":1}' >bad
bad hyperfine 'a parameter that is no text' 'a parameter is not a string'

# --- lists that have to be as long as each other
results '"command":"x","times":[1,2,3],"exit_codes":[0,0]' >bad
bad hyperfine 'an exit code too few' '"exit_codes" is not an array of as many elements as "times"'
results '"command":"x","times":[1],"exit_codes":0' >bad
bad hyperfine 'one exit code for all' '"exit_codes" is not an array'
results '"command":"x","times":[1,2],"exit_codes":[0,"0"]' >bad
bad hyperfine 'an exit code that is none' 'something that is no exit code'
results '"command":"x","times":[1,2],"exit_codes":[0,0],"memory_usage_byte":[4096]' >bad
bad hyperfine 'memory of one run of two' '"memory_usage_byte" is not an array of as many'
results '"command":"x","times":[1,2],"memory_usage_byte":[4096,"1"]' >bad
bad hyperfine 'memory that is no number' '"memory_usage_byte" holds something'
results '"command":"x","times":[1,2],"exit_codes":[0,0],"memory_usage_byte":[0,0]' >zero.json
run 0 'memory that was not measured' import -o zero.jsonl hyperfine zero.json
is '  is not 0' "$(grep -c peak_memory zero.jsonl)" 0
results '"command":"x","times":[0.001,0.0],"exit_codes":[0,0]' \
	'"command":"y","times":[0.001,0.002],"exit_codes":[0,0]' >short.json
run 0 'runs as short as the shell' import -o short.jsonl hyperfine short.json
is '  do not take 0 ns' "$(batches short.jsonl x latency)" ''
ok '  but are a skip' grep -q '"skip","scenario":"x".*1 of 2 runs took no longer than the shell' short.jsonl
is '  as others are not' "$(batches short.jsonl y latency)" 1000000,2000000
results '"command":"x","times":[1],"mean":1' | tr -d '\n' | sed 's/}\]}$//' >bad
bad hyperfine 'cut short' 'not JSON'
results '"command":"x","times":[1]' | sed 's/$/\r/' >crlf.json
run 0 'CRLF' import hyperfine crlf.json
{ printf '\357\273\277'; results '"command":"x","times":[1]'; } >bad
bad hyperfine 'a byte order mark' 'not JSON'
results '"command":"x","times":[1]' | sed 's/./&\x00/g' >bad
bad hyperfine 'UTF-16' 'no text: a NUL'

# What hyperfine itself prints here.
if hyperfine -N --runs 3 --export-json here.json -P n 1 2 --command-name fixed \
	'sleep 0.00{n}' >hyperfine.log 2>&1; then
	run 0 'hyperfine here' import -o here.jsonl hyperfine here.json
	is '  two rows of latency' "$(grep -c '"scenario":"fixed_n_[12]".*"latency"' here.jsonl)" 2
else
	skip_test 'hyperfine here' 'hyperfine does not run, or has no -N'
fi

finish
