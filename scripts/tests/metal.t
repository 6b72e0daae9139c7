#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The metal tier on the kernel that is running: records, counts that agree with
# perf's, and a timed region with nothing in it but what is timed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

vmabench=$PWD/${B:-build}/vmabench
vmadiff=$PWD/${B:-build}/vmadiff
dir=$PWD/${B:-build}	# on a disk, unlike /tmp perhaps

bench() {
	"$vmabench" bench --dir "$dir" "$@"
}

# numbers RECORD SCENARIO OP METRIC: the different batches of a row
numbers() {
	batches "$@" | tr ',' '\n' | sort -nu | tr '\n' ' '
}

try bench -s 2 --results "$tmp/results" --seed 1 nop anon_append
is 'the running kernel is measured' "$status" 0
record=$(cat "$tmp/out")
ok 'the path of the record is printed' [ -f "$record" ]
ok 'the record is whole' "$vmadiff" check "$record"
ok 'it names the running kernel' grep -qF "\"release\":\"$(uname -r)\"" "$record"
ok 'it is read-only' sh -c "[ \"\$(stat -c %a '$record')\" = 444 ]"
ok 'it has no memory in flight, and says why' sh -c \
	"head -n 1 '$record' | grep -q '\"held\":\"not measured: ' && ! grep -q '\"metric\":\"held_' '$record'"
ok 'an empty operation maps nothing' \
	grep -q '"scenario":"nop".*"vmas_after":0' "$record"
is 'nothing faults while it is timed: mmap' \
	"$(numbers "$record" anon_append mmap faults)" '0 '
is 'nothing faults while it is timed: munmap' \
	"$(numbers "$record" anon_append munmap faults)" '0 '
if grep -q '"metric":"maple_stores"' "$record"; then
	is 'one store a mmap' \
		"$(numbers "$record" anon_append mmap maple_stores)" '199 '
else
	skip_test 'one store a mmap' "$(sed -n \
		's/.*"reason":"\(maple_stores unavailable[^"]*\)".*/\1/p' \
		"$record" | head -n 1)"
fi

# What may have disturbed it is said aloud, and in the record.
sed -n 's/^vmabench: warning: //p' "$tmp/err" | sort >"$tmp/said"
sed -n 's/.*"type":"warning",.*"text":"\(.*\)"}/\1/p' "$record" |
	sort >"$tmp/recorded"
ok 'warnings are recorded' diff "$tmp/said" "$tmp/recorded"
if grep -qw hypervisor /proc/cpuinfo; then
	ok 'one of the hypervisor' grep -q '"name":"hypervisor"' "$record"
else
	ok 'none of a hypervisor' sh -c "! grep -q '\"name\":\"hypervisor\"' '$record'"
fi
is 'each timed operation has its disturbances' \
	"$(grep -c '"type":"disturbances"' "$record")" \
	"$(grep -c '"metric":"latency"' "$record")"
ok 'what is not known has a reason' sh -c \
	"! grep '\"frequency\":null' '$record' | grep -v '\"unavailable\":{.*\"frequency\":\".*/cpufreq/'"
cpu=$(sed -n '1s/.*"pinned_cpu":"\([0-9]*\)".*/\1/p' "$record")
taskset -c "$cpu" sh -c 'while :; do :; done' &
pid=$!
bench -s 2 -o "$tmp/shared" --cpu "$cpu" nop anon_append >/dev/null 2>"$tmp/err"
kill "$pid"
wait "$pid" 2>/dev/null
says 'a task on the same CPU is noticed' "other tasks ran on CPU $cpu during"
ok 'batch by batch' grep -q '"type":"disturbances".*"switches":\[\[[0-9]*,[0-9]*\]' \
	"$tmp/shared"
ok 'show warns' sh -c \
	"'$vmadiff' show '$tmp/shared' | grep -q 'batches were disturbed (other tasks [1-9]'"
ok 'compare warns' sh -c \
	"'$vmadiff' compare '$record' '$tmp/shared' | grep -q 'new: [0-9]* of [0-9]* batches were'"

# An instrument that counts raw ma_write events, two a store, must not get through:
# the kprobe counts instead, or where there can be none nothing does.
if grep -q '"metric":"maple_stores"' "$record"; then
	bench -s 1 -o "$tmp/right" anon_append >/dev/null 2>&1
	try env VMABENCH_RAW_MA_WRITE=1 "$vmabench" bench -s 1 \
		-o "$tmp/raw" --dir "$dir" anon_append
	if grep -q 'maple_null_stores unavailable' "$record"; then
		skip_test 'raw ma_write events: the kprobe counts' 'no kprobes'
	else
		is 'raw ma_write events: the kprobe counts' \
			"$(numbers "$tmp/raw" anon_append mmap maple_stores)" \
			"$(numbers "$tmp/right" anon_append mmap maple_stores)"
	fi
	rm -f "$tmp/raw"
	try env VMABENCH_RAW_MA_WRITE=1 VMABENCH_NO_KPROBES=1 "$vmabench" bench -s 1 \
		-o "$tmp/raw" --dir "$dir" anon_append
	ok 'raw ma_write events without kprobes are found out by calibration' \
		grep -q 'maple_stores unavailable: calibration: one mmap() counts as 2 .*CONFIG_KPROBE_EVENTS_ON_NOTRACE' \
		"$tmp/raw"
	ok 'and yield no number' \
		sh -c "! grep -q '\"metric\":\"maple_stores\"' '$tmp/raw'"
else
	for name in 'raw ma_write events: the kprobe counts' \
			'raw ma_write events without kprobes are found out' \
			'and yield no number'; do
		skip_test "$name" 'no tracepoints'
	done
fi

# What a batch more costs: 199 mmap and 199 munmap with a store each, and the
# mapping that the batch starts from.  The private mount is for perf.
time_pass="anon_append time 0"
perf_stores() {
	# shellcheck disable=SC2016 # the inner shell expands
	unshare -m sh -c '
		[ -d /sys/kernel/tracing/events ] ||
			mount -t tracefs tracefs /sys/kernel/tracing || exit 1
		exec perf stat -x, -o "$1" -e maple_tree:ma_write \
			--filter "fn == \"mas_store_prealloc\"" \
			"$2" metal-run "$3" >/dev/null' \
		sh "$tmp/perf" "$vmabench" "$time_pass $1 0 0 $dir" || return 1
	sed -n 's/^\([0-9]*\),.*ma_write.*/\1/p' "$tmp/perf"
}
if command -v perf >/dev/null && [ "$(id -u)" -eq 0 ] &&
		few=$(perf_stores 120 2>/dev/null) && [ -n "$few" ]; then
	many=$(perf_stores 220)
	# A store more in each batch would be 100.  How many times the heap grows
	# depends on where it starts, which is random: a few stores in all.
	more=$((many - few - 100 * 399))
	[ "${more#-}" -ge 10 ] || more=''
	is 'perf stat counts the same stores' "$more" ''
else
	skip_test 'perf stat counts the same stores' \
		'perf, root and tracefs are needed'
fi

# System calls of 40 batches more, by name: only what is measured, the unmapping
# and the counting of VMAs.
calls() {
	strace -f -c -U name,calls -o "$tmp/strace" \
		"$vmabench" metal-run "$time_pass $1 0 0 $dir" >/dev/null &&
		awk 'NR > 2 && NF == 2 && $1 != "total" { print $1, $2 }' \
			"$tmp/strace" | sort
}
if command -v strace >/dev/null && calls 10 >"$tmp/few" 2>/dev/null; then
	calls 50 >"$tmp/many"
	join -a 2 -e 0 -o 0,1.2,2.2 "$tmp/few" "$tmp/many" |
		awk '$2 != $3 { printf "%s %d\n", $1, $3 - $2 }' >"$tmp/delta"
	is '40 batches more are 40 * 200 mmap calls more' \
		"$(sed -n 's/^mmap //p' "$tmp/delta")" 8000
	is '40 * 200 munmap calls more' \
		"$(sed -n 's/^munmap //p' "$tmp/delta")" 8000
	is 'and nothing else but looking at the address space and for disturbances' \
		"$(grep -vE '^(mmap|munmap|ioctl|getrusage|pread64|clock_gettime|write|brk) ' \
			"$tmp/delta")" ''
else
	skip_test 'mmap calls' 'no strace'
	skip_test 'munmap calls' 'no strace'
	skip_test 'no other calls' 'no strace'
fi

try bench nosuch
is 'an unknown scenario is refused' "$status" 2
says 'by name' "no scenario 'nosuch'"
try bench --seconds none
is 'a bad number is refused' "$status" 2
try bench --nosuch
is 'an unknown option is refused' "$status" 2
try "$vmabench" nosuch
is 'an unknown command is refused' "$status" 2

"$vmabench" bench --dir "$dir" -s 20 --results "$tmp/killed" anon_append \
	>/dev/null 2>"$tmp/progress" &
pid=$!
ok 'it is measuring' within 20 grep -q anon_append "$tmp/progress"
kill -INT "$pid"
wait "$pid"
is 'interrupted: the status says so' $? 130
ok 'no record' sh -c "[ -z \"\$(find '$tmp/killed' -type f 2>/dev/null)\" ]"

try bench -s 1 -o /dev/full/record nop
is 'a record that cannot be written: an error' "$status" 1
says 'that names it' '/dev/full/record'

finish
