#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Events of the PMU on the kernel that is running: software events everywhere,
# those of the PMU where there is one, and what is said where there is none.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

vmabench=$PWD/${B:-build}/vmabench
vmadiff=$PWD/${B:-build}/vmadiff
dir=$PWD/${B:-build}

bench() {
	"$vmabench" bench --dir "$dir" "$@"
}

# row RECORD OP METRIC
row() {
	grep "\"type\":\"row\".*\"op\":\"$2\".*\"metric\":\"$3\".*\"pass\":\"pmu\"" "$1"
}

# median RECORD OP METRIC: of its batches
median() {
	row "$@" | sed 's/.*"batches":\[\([^]]*\)\].*/\1/' | tr ',' '\n' |
		sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

try "$vmabench" events task-clock
ok 'software events are listed everywhere, or who may count them' \
	grep -qE '^perf::TASK-CLOCK |perf_event_paranoid' "$tmp/out"
try "$vmabench" events nosuchevent
is 'a pattern without events is refused' "$status" 2
says 'and said' "no event like 'nosuchevent'"
try "$vmabench" events one two
is 'two patterns are refused' "$status" 2

for list in nosuchevent cycles:nosuch '' "cycles," cycles,CYCLES cycles:period=5; do
	try bench -s 1 -o "$tmp/bad" --events "$list" nop
	is "--events '$list' is refused" "$status" 2
	ok 'and there is no record' [ ! -e "$tmp/bad" ]
done
try bench -s 1 -o "$tmp/bad" --events nosuchevent nop
says 'an unknown event is named' "no event 'nosuchevent'"
# libpfm4 knows the machines of one architecture.
if ! grep -q "^vendor_id" /proc/cpuinfo; then
	skip_test "an event of another machine" "neither Intel nor AMD"
else
	foreign=skl::INST_RETIRED
	grep -q "^vendor_id.*AuthenticAMD" /proc/cpuinfo ||
		foreign=amd64_fam19h_zen3::RETIRED_INSTRUCTIONS
	try bench -s 1 -o "$tmp/bad" --events "$foreign" nop
	says "one of another machine, too" "is an event of another machine ("
fi

# Does the kernel let us count at all?
if ! "$vmabench" events task-clock | grep -q '^perf::TASK-CLOCK '; then
	skip_test 'events are counted' 'software events cannot be counted here'
	finish
	exit
fi

software=page-faults,context-switches,cpu-migrations,task-clock
try bench -s 2 -o "$tmp/r" --events "$software" nop anon_append
is 'software events are counted' "$status" 0
ok 'the record is whole' "$vmadiff" check "$tmp/r"
for metric in page_faults context_switches cpu_migrations task_clock; do
	ok "$metric has a row, which is not exact" sh -c \
		"grep '\"op\":\"mmap\".*\"metric\":\"$metric\".*\"pass\":\"pmu\"' '$tmp/r' | grep -q '\"exact\":false'"
done
is 'nothing faults between the readings' "$(median "$tmp/r" mmap page_faults)" 0
is 'the task stays on its CPU' "$(median "$tmp/r" mmap cpu_migrations)" 0
# shellcheck disable=SC2046 # two numbers
ok 'calls take more time than none' \
	[ "$(median "$tmp/r" mmap task_clock)" -gt "$(median "$tmp/r" nop task_clock)" ]
ok 'what the readings add is said' \
	grep -q '"metric":"task_clock".*"overhead":[1-9]' "$tmp/r"
ok 'the groups are in the header' \
	grep -qF "\"events\":\"{$software}\"" "$tmp/r"
ok 'no row comes from two passes' \
	sh -c "! grep '\"metric\":\"latency\"' '$tmp/r' | grep -q '\"pass\":\"pmu\"'"
try "$vmadiff" compare "$tmp/r" "$tmp/r"
ok 'vmadiff compares them' [ "$status" -ne 4 ]

# What does not fit into a group of the instrument makes another repetition.
many=page-faults,minor-faults,major-faults,context-switches,cpu-migrations
many=$many,task-clock,cpu-clock,faults,cs,migrations,page-faults:u,page-faults:k
many=$many,task-clock:u
try bench -s 1 -o "$tmp/many" \
	--events "$many" nop
is '13 events are counted' "$(grep -c '"pass":"pmu"' "$tmp/many")" 13
ok 'in two groups' grep -q '"events":"{[^}]*} {task-clock:u}"' "$tmp/many"

try bench -s 1 -o "$tmp/all" nop
if grep -q '"metric":"cycles".*"pass":"pmu"' "$tmp/all"; then
	ok 'cycles are counted' [ "$(median "$tmp/all" nop cycles)" -gt 0 ]
	ok 'none of the default set is multiplexed' \
		sh -c "! grep -q '\"multiplexed\"' '$tmp/all'"
	try bench -s 2 -o "$tmp/i" --events instructions anon_append
	ok 'a mmap takes some hundred instructions at least' \
		[ "$(median "$tmp/i" mmap instructions)" -gt 19900 ]
else
	is 'without a PMU the rest is measured' "$status" 0
	is 'why there is none is said once' \
		"$(grep -c 'not counted: cycles' "$tmp/err")" 1
	ok 'and is in the record' grep -q '"events":"not counted: cycles' "$tmp/all"
	ok 'there are no zeros' sh -c "! grep -q '\"pass\":\"pmu\"' '$tmp/all'"
	why=$(sed -n 's/^vmabench: not counted: cycles[^:]*: //p' "$tmp/err")
	skip_test 'events of a real PMU' "$why"
fi

# Nobody else's permission: a user who may read the binary.
paranoid=$(cat /proc/sys/kernel/perf_event_paranoid)
cp "$vmabench" "$tmp/vmabench" && chmod 755 "$tmp" "$tmp/vmabench"
if [ "$(id -u)" -eq 0 ] && [ "$paranoid" -gt 1 ] && command -v setpriv >/dev/null; then
	mkdir -m 777 "$tmp/user"
	try setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		"$tmp/vmabench" bench -s 1 --dir "$tmp/user" \
		-o "$tmp/user/r" --events task-clock nop
	is 'without permission the rest is measured' "$status" 0
	says 'and the setting is named' "kernel.perf_event_paranoid is $paranoid"
else
	skip_test 'no permission' "not root, or perf_event_paranoid is $paranoid"
fi

finish
