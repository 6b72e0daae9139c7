#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench bench on other machines than this one: CPUs that it may not have, or no
# longer has; cores of two kinds; no PROCMAP_QUERY; no secretmem, and little memory
# that may be locked; a neighbour that takes memory.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
vmabench=$build/vmabench
vmadiff=$build/vmadiff
refuse=$build/tests/refuse
record=$tmp/record
QUIET=1
export QUIET

bench() {
	rm -f "$record"
	"$vmabench" bench --dir "$build" -o "$record" "$@"
}

# reasons TYPE: of the record's lines, without those about single metrics
reasons() {
	sed -n "/\"type\":\"$1\"/s/.*\"reason\":\"\(.*\)\"}\$/\1/p" "$record" |
		grep -v ' unavailable: '
}

# --- a CPU that cannot be had

try "$refuse" EPERM sched_setaffinity -- "$vmabench" bench -s 1 -o "$record" nop
is 'who cannot be pinned does not measure' "$status" 1
says 'and says why' 'alone: Operation not permitted: a seccomp filter forbids sched_setaffinity'
try "$refuse" EINVAL sched_setaffinity -- "$vmabench" bench -s 1 -o "$record" nop
is 'nor where another error hides that it is forbidden' "$status" 1
says 'which is said, too' 'alone: Invalid argument: a seccomp filter forbids sched_setaffinity'
try "$refuse" EINVAL sched_getaffinity -- "$vmabench" bench -s 1 -o "$record" nop
is 'nor where it is not known which CPUs there are' "$status" 1
says 'and --cpu is named' 'sched_getaffinity: Invalid argument: name the CPU'
try bench -s 1 --cpu 100000 nop
is 'a CPU that there is not is wrong usage' "$status" 2
says 'by its number' 'cannot run on CPU 100000 alone: Invalid argument: it is not among those online'
try "$refuse" EPERM sched_setaffinity -- "$vmabench" repeat -s 1 nop
is 'repeat does not run either' "$status" 1
ok 'of none there is a record' [ ! -e "$record" ]

# --- a CPU that is lost in the middle

# is_measuring PID...: has one of them been pinned, and measures? It is $measurer.
is_measuring() {
	for measurer; do
		tr '\0' ' ' <"/proc/$measurer/cmdline" | grep -q metal-run &&
			grep -q "^Cpus_allowed_list:[[:blank:]]*$last\$" \
				"/proc/$measurer/status" && return
	done
	return 1
}

child_measures() {
	# shellcheck disable=SC2046 # numbers
	is_measuring $(cat "/proc/$bench/task/$bench/children")
}

member_measures() {
	# shellcheck disable=SC2046 # numbers
	is_measuring $(cat "$set/cgroup.procs")
}

cpus=$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' /proc/self/status)
case $cpus in
*[-,]*)
	last=${cpus##*[-,]}
	first=${cpus%%[-,]*}
	rm -f "$record"
	"$vmabench" bench --dir "$build" -o "$record" -s 6 --cpu "$last" anon_append \
		>"$tmp/out" 2>"$tmp/err" &
	bench=$!
	within 20 child_measures
	taskset -p -c "$first" "${measurer:-none}" >"$tmp/taskset" 2>&1
	status=0
	wait $bench || status=$?
	is 'a task that is moved fails' "$status" 3
	is 'where to and where from is said' "$(reasons failure | sort -u)" \
		"a batch ended on CPU $first instead of CPU $last: another process has moved it (taskset?)"
	ok 'a batch of two CPUs is no number' \
		sh -c "! grep -q '\"metric\":\"latency\"' '$record'" ;;
*)
	skip_test 'a task that is moved fails' 'one CPU' ;;
esac

# A cpuset of our own, of either version.
for root in /sys/fs/cgroup/cpuset /sys/fs/cgroup; do
	set=$root/vmabench-test-$$
	[ -e "$root/cpuset.cpus" ] || grep -qw cpuset "$root/cgroup.subtree_control" 2>/dev/null ||
		continue
	mkdir "$set" 2>/dev/null && break
done
if [ -d "$set" ] && [ "${last:-}" ] && echo "$first,$last" >"$set/cpuset.cpus" &&
   { [ ! -e "$root/cpuset.mems" ] || cat "$root/cpuset.mems" >"$set/cpuset.mems"; }; then
	rm -f "$record"
	(
		# shellcheck disable=SC3028 # it is that of the shell's child
		sh -c "echo \$\$ >'$set/cgroup.procs' && exec \"\$@\"" - \
			"$vmabench" bench --dir "$build" -o "$record" -s 8 --cpu "$last" \
			nop anon_append memfd_append
	) >"$tmp/out" 2>"$tmp/err" &
	bench=$!
	within 20 member_measures
	echo "$first" >"$set/cpuset.cpus"
	status=0
	wait $bench || status=$?
	is 'a CPU that leaves the cpuset fails what is not measured' "$status" 3
	says 'once' "the rest is not measured: cannot run on CPU $last alone"
	is 'of all three something is said' "$(
		sed -n 's/.*"scenario":"\([a-z_]*\)".*/\1/p' "$record" |
			sort -u | wc -l)" 3
	ok 'of the last one, why it was not measured' \
		sh -c "[ $(reasons failure | grep -c '^cannot run on CPU') -ge 1 ]"
	ok 'the record is whole' "$vmadiff" check "$record"
	rmdir "$set"
else
	[ ! -d "$set" ] || rmdir "$set"
	skip_test 'a CPU that leaves the cpuset' 'no cpuset of our own can be made'
fi

# --- cores of two kinds

# pmu NAME TYPE CPUS
pmu() {
	mkdir -p "$tmp/pmus/sys/bus/event_source/devices/$1"
	echo "$2" >"$tmp/pmus/sys/bus/event_source/devices/$1/type"
	echo "$3" >"$tmp/pmus/sys/bus/event_source/devices/$1/cpus"
}
cpu=${cpus##*[-,]}
other=$((cpu + 1))
pmu cpu_core 4 "$other-99"
pmu cpu_atom 10 "0-$cpu"
try env VMABENCH_PMU_ROOT="$tmp/pmus" "$vmabench" events page-faults
ok 'events lists both kinds' grep -q "^cores cpu_atom  *CPUs 0-$cpu\$" "$tmp/out"
ok 'and the other' grep -q "^cores cpu_core  *CPUs $other-99\$" "$tmp/out"
# Where an ordinary user may not count it, that is said in its place.
rm -f "$record"
ok 'the kernel is of neither' grep -qE \
	'^perf::PAGE-FAULTS |not to be counted here: kernel.perf_event_paranoid' "$tmp/out"
try env VMABENCH_PMU_ROOT="$tmp/pmus" "$vmabench" bench --dir "$build" \
	-o "$record" -s 1 --cpu "$cpu" --events cpu_core/cycles/ nop
is 'an event of the other kind is wrong usage' "$status" 2
says 'and both are named' \
	"'cpu_core/cycles/' is of cpu_core, CPUs $other-99, and CPU $cpu is of cpu_atom"
try env VMABENCH_PMU_ROOT="$tmp/pmus" "$vmabench" bench --dir "$build" \
	-o "$record" -s 2 --cpu "$cpu" nop storm_threads_8
is 'one kind is measured' "$status" 0
cp "$record" "$tmp/atom"
ok 'the record says which' grep -q '"env":{[^}]*"core":"cpu_atom"' "$tmp/atom"
is 'without PMUs of cores there is no kind' "$(
	bench -s 1 nop >/dev/null 2>&1
	grep -c '"core":' "$record")" 0
sed '1s/"core":"cpu_atom"/"core":"cpu_core"/' "$tmp/atom" >"$tmp/core"
try "$vmadiff" compare "$tmp/atom" "$tmp/core"
ok 'different kinds are not compared' grep -q 'core: .*"cpu_atom".*"cpu_core"' \
	"$tmp/out" "$tmp/err"
try "$vmadiff" compare --allow core "$tmp/atom" "$tmp/core"
ok 'unless that is allowed' [ "$status" -ne 4 ]

# --- no PROCMAP_QUERY

# vmas: every shape and number of VMAs of the record
vmas() {
	sed -n 's/"merge_inferred[^}]*//; /"type":"shape"/p; /"metric":"vmas"/p' "$record" | sort
}
try bench -s 2 anon_append memfd_append io_uring_append
is 'VMAs are counted' "$status" 0
vmas >"$tmp/vmas"
for error in ENOTTY EPERM; do
	rm -f "$record"
	try "$refuse" $error PROCMAP_QUERY -- "$vmabench" bench --dir "$build" \
		-o "$record" -s 2 anon_append memfd_append io_uring_append
	is "also where the query ends with $error" "$status" 0
	vmas >"$tmp/again"
	ok 'as many' cmp "$tmp/vmas" "$tmp/again"
done
ok 'and there were some' grep -q '"vmas_after":' "$tmp/vmas"

# --- no secretmem, and memory that may not be locked

rm -f "$record"
try "$refuse" ENOSYS memfd_secret -- "$vmabench" bench --dir "$build" \
	-o "$record" -s 1 secretmem_append
is 'without memfd_secret the scenario is skipped' "$status" 0
ok 'with what would enable it' sh -c "sed -n '/\"type\":\"skip\"/p' '$record' |
	grep -qE 'secretmem.enable=1|CONFIG_SECRETMEM|came with 5.14|a seccomp filter'"
ok 'there is no number' sh -c "! grep -q '\"type\":\"row\"' '$record'"

# as_user SOFT HARD COMMAND...: limits in bytes
as_user() {
	as_soft=$1 as_hard=$2
	shift 2
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all \
		prlimit --memlock="$as_soft:$as_hard" "$@"
}
rm -f "$record"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null &&
   "$vmabench" bench -s 1 -o "$record" secretmem_append >/dev/null 2>&1 &&
   grep -q '"metric":"latency"' "$record"; then
	cp "$vmabench" "$tmp/vmabench" && chmod 755 "$tmp" "$tmp/vmabench"
	mkdir -m 777 "$tmp/user"
	for limits in '65536 65536' '65536 8388608'; do
		# shellcheck disable=SC2086 # two words
		try as_user $limits "$tmp/vmabench" bench --dir "$tmp/user" -s 2 \
			-o "$tmp/user/record" secretmem_append secretmem_fail_free \
			secretmem_apart
		is "limits of $limits break nothing" "$status" 0
		record=$tmp/user/record
		if grep -q '"scenario":"secretmem_append".*"metric":"latency"' "$record"; then
			ok 'secretmem is measured within them' \
				[ -z "$(reasons skip)$(reasons failure)" ]
		else
			is 'it is said how much is missing' "$limits,$(
				reasons skip | grep -c ' KiB more: raise it (ulimit -l KIB, LimitMEMLOCK=')" \
				'65536 65536,2'
		fi
		rm -f "$record"
	done
	record=$tmp/record
else
	skip_test 'limits of locked memory' 'not root, no setpriv, or no secretmem here'
fi

# --- what others do

# Committed_AS is of the whole machine. A neighbour that maps and maps is no leak.
${CC:-gcc} -x c -o "$tmp/grow" - <<EOT
#include <sys/mman.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 20000; i++) {
		mmap(NULL, 4 << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		usleep(1000);
	}
	return 0;
}
EOT
"$tmp/grow" &
grows=$!
bench -s 4 anon_append memfd_append
kill "$grows" 2>/dev/null
wait "$grows" 2>/dev/null
is 'beside a process that grows, there are records' "$status" 0
is 'and its memory is no leak of ours' "$(grep -c '"type":"finding"' "$record")" 0

finish
