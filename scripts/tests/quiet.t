#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/quiet.sh on a made-up machine: 4 CPUs on 2 cores, of which CPU 3
# shares one with CPU 1.  Nothing of this machine is changed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

quiet=$PWD/scripts/quiet.sh
tree=$tmp/tree
QUIET_ROOT=$tree
QUIET_STATE=$tmp/run/state
export QUIET_ROOT QUIET_STATE
export TMPDIR="$tmp"	# what is killed for good leaves something there

put() {
	mkdir -p "$(dirname "$tree/$1")"
	echo "$2" >"$tree/$1"
}

new_tree() {
	rm -rf "$tree" "$tmp/run" "$tmp/reproduce.sh"
	for n in 0 1 2 3; do
		put sys/devices/system/cpu/cpu$n/online 1
		put sys/devices/system/cpu/cpufreq/policy$n/scaling_governor schedutil
		put sys/devices/system/cpu/cpu$n/topology/thread_siblings_list \
			"$((n % 2)),$((n % 2 + 2))"
	done
	put sys/devices/system/cpu/online 0-3
	put sys/devices/system/cpu/isolated ''
	put sys/devices/system/cpu/intel_pstate/no_turbo 0
	put sys/kernel/mm/transparent_hugepage/enabled 'always [madvise] never'
	put proc/sys/kernel/randomize_va_space 2
	put proc/sys/kernel/numa_balancing 0
	put proc/sys/kernel/nmi_watchdog 1
	put proc/sys/kernel/soft_watchdog 1
	put proc/sys/kernel/timer_migration 1
	put proc/sys/kernel/random/boot_id boot-1
	put proc/self/status 'Cpus_allowed_list:	0-3'
	put proc/irq/8/smp_affinity_list 0-3
	put proc/irq/9/smp_affinity_list 3
	put proc/irq/10/smp_affinity_list 0
	put sys/fs/cgroup/cgroup.controllers 'cpuset cpu memory'
	put sys/fs/cgroup/cgroup.subtree_control 'cpu memory'
}

# What the kernel does, and files do not: a new cgroup has files, which go with
# it, and what is written to THP's file is put into brackets when read.
mkdir "$tmp/bin"
cat >"$tmp/bin/mkdir" <<-'EOF'
	#!/bin/sh
	/bin/mkdir "$@" || exit
	case $1 in
	*/cgroup/vmabench/)
		echo member >"$1/cpuset.cpus.partition"
		: >"$1/cpuset.cpus"
		: >"$1/cgroup.procs" ;;
	esac
EOF
cat >"$tmp/bin/rmdir" <<-'EOF'
	#!/bin/sh
	rm -r "$1"
EOF
# The write number $STOP_AT stops, and says so.
cat >"$tmp/bin/tee" <<-'EOF'
	#!/bin/sh
	if [ -n "${STOP_AT:-}" ]; then
		echo >>"$STOP_COUNT"
		if [ "$(wc -l <"$STOP_COUNT")" -eq "$STOP_AT" ]; then
			echo stopped >"$STOPPED"
			read -r _ <"$GO_ON"
		fi
	fi
	exec /usr/bin/tee "$@"
EOF
chmod +x "$tmp/bin/"*
PATH=$tmp/bin:$PATH
STOP_COUNT=$tmp/count STOPPED=$tmp/stopped GO_ON=$tmp/go_on
export PATH STOP_COUNT STOPPED GO_ON
mkfifo "$STOPPED" "$GO_ON"

# All files, but for the cgroup that is or is not there.
contents() {
	(cd "$tree" && find . -type f ! -name cgroup.procs | sort | while read -r file; do
		echo "$file: $(cat "$file")"
	done)
}

# "[madvise]" is written back as "madvise", "-cpuset" to what takes it away.
restored() {
	contents | sed 's/: madvise$/: always [madvise] never/; s/control: -cpuset$/control: cpu memory/'
}

value() {
	cat "$tree/$1"
}

new_tree
contents >"$tmp/before"
try "$quiet" check
is 'a machine as it comes is not quiet' "$status" 3
ok 'nothing is changed by looking' sh -c "[ ! -e '$QUIET_STATE' ]"
ok 'the last CPU is it' grep -q '^setting  *CPU 3 ' "$tmp/out"
ok 'a setting with several values' \
	grep -q '^governor  *schedutil  *performance  *not quiet$' "$tmp/out"
ok 'one that is right' grep -q '^numa  *0  *0  *quiet$' "$tmp/out"
ok 'a choice' grep -q '^thp  *madvise  *never  *not quiet$' "$tmp/out"
ok 'interrupts that may come' \
	grep -q '^irqs  *2 of 3 here  *elsewhere  *not quiet$' "$tmp/out"
ok 'the CPU is not shielded' \
	grep -q '^cpuset  *member  *isolated  *not quiet$' "$tmp/out"
ok 'its sibling is online' grep -q '^smt  *1  *0  *not quiet$' "$tmp/out"

try "$quiet" on --reproduce "$tmp/reproduce.sh"
is 'on: all is set' "$status" 0
ok 'without a word' silent
is 'governors' "$(cat "$tree"/sys/devices/system/cpu/cpufreq/policy*/* | sort -u)" \
	performance
is 'turbo' "$(value sys/devices/system/cpu/intel_pstate/no_turbo)" 1
is 'ASLR' "$(value proc/sys/kernel/randomize_va_space)" 0
is 'THP' "$(value sys/kernel/mm/transparent_hugepage/enabled)" never
is 'watchdogs' "$(value proc/sys/kernel/nmi_watchdog)$(value proc/sys/kernel/soft_watchdog)" 00
is 'timers' "$(value proc/sys/kernel/timer_migration)" 0
is 'an interrupt keeps its other CPUs' "$(value proc/irq/8/smp_affinity_list)" '0,2'
is 'one that came to this CPU alone goes to all others' \
	"$(value proc/irq/9/smp_affinity_list)" '0,2'
is 'one of another CPU stays' "$(value proc/irq/10/smp_affinity_list)" 0
is 'the CPU is a partition' \
	"$(value sys/fs/cgroup/vmabench/cpuset.cpus.partition)" isolated
is 'of one' "$(value sys/fs/cgroup/vmabench/cpuset.cpus)" 3
is 'what shares its core is offline' \
	"$(value sys/devices/system/cpu/cpu1/online)" 0
is 'others are not' "$(value sys/devices/system/cpu/cpu0/online)" 1
put sys/devices/system/cpu/cpu3/topology/thread_siblings_list 3 # as the kernel does
try "$quiet" check
is 'check agrees' "$status" 0
ok 'in every line' sh -c "! grep -q 'not quiet' '$tmp/out'"
ok 'each change is in the script' \
	grep -qxF "echo 0,2 > $tree/proc/irq/9/smp_affinity_list" "$tmp/reproduce.sh"
contents >"$tmp/on"

cp "$QUIET_STATE" "$tmp/state"
try "$quiet" on
is 'on again' "$status" 0
ok 'keeps what was before' cmp "$QUIET_STATE" "$tmp/state"
try "$quiet" on --cpu 2
is 'on for another CPU is refused' "$status" 1
says 'and says what to do' 'first: quiet.sh off'

cp "$tmp/reproduce.sh" "$tmp/again.sh"
try "$quiet" off --reproduce "$tmp/reproduce.sh"
is 'off' "$status" 0
ok 'without a word' silent
put sys/devices/system/cpu/cpu3/topology/thread_siblings_list 1,3
restored >"$tmp/after"
ok 'everything is as it was' diff "$tmp/before" "$tmp/after"
ok 'nothing is left to restore' [ ! -e "$QUIET_STATE" ]
try "$quiet" off
is 'off again has nothing to do' "$status" 0

new_tree
try "$tmp/again.sh"
is 'reproduce.sh runs' "$status" 0
put sys/devices/system/cpu/cpu3/topology/thread_siblings_list 3
contents >"$tmp/again"
ok 'and does the same' diff "$tmp/on" "$tmp/again"

# Killed in the middle.  The write that is under way is not made.

# stop_at N COMMAND...: in the background, until write N; its pid is in $pid.
stop_at() {
	: >"$STOP_COUNT"
	STOP_AT=$1
	shift
	STOP_AT=$STOP_AT "$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	read -r _ <"$STOPPED"
}

# As after kill -9 no one waits for the write, it goes on when all is over.
go_on() {
	echo >"$GO_ON"
}

for at in 1 4 9 14; do
	new_tree
	stop_at $at "$quiet" on
	kill -9 $pid
	wait $pid 2>/dev/null
	go_on
	try "$quiet" off
	is "kill -9 at write $at: off" "$status" 0
	# The last write may come after that of off, as it may on a machine.
	try "$quiet" off
	restored >"$tmp/after"
	ok "kill -9 at write $at: everything is as it was" \
		diff "$tmp/before" "$tmp/after"

	new_tree
	stop_at $at "$quiet" on
	kill -TERM $pid
	go_on
	wait $pid 2>/dev/null
	is "SIGTERM at write $at: the status says so" $? 143
	restored >"$tmp/after"
	ok "SIGTERM at write $at: everything is as it was" \
		diff "$tmp/before" "$tmp/after"
	ok "SIGTERM at write $at: nothing is left" [ ! -e "$QUIET_STATE" ]
done

new_tree
stop_at 4 "$quiet" on
kill -9 $pid
wait $pid 2>/dev/null
go_on
try "$quiet" on
is 'on after a kill -9' "$status" 0
try "$quiet" off
restored >"$tmp/after"
ok 'keeps what was before the first' diff "$tmp/before" "$tmp/after"

# run

new_tree
# shellcheck disable=SC2016 # the command's
try "$quiet" run --reproduce "$tmp/reproduce.sh" -- \
	sh -c 'cat "$1"; exit 7' "it's" "$tree/proc/sys/kernel/randomize_va_space"
is 'run: the status of the command' "$status" 7
is 'run: it saw a quiet machine' "$(cat "$tmp/out")" 0
restored >"$tmp/after"
ok 'run: everything is as it was' diff "$tmp/before" "$tmp/after"
ok 'run: the command is in the script' grep -qF "exit 7' 'it'\\''s'" \
	"$tmp/reproduce.sh"
ok 'run: in the partition' \
	grep -qxF "  echo 0 > $tree/sys/fs/cgroup/vmabench/cgroup.procs" \
	"$tmp/reproduce.sh"
ok 'run: what was restored, too' \
	grep -qxF "echo 2 > $tree/proc/sys/kernel/randomize_va_space" \
	"$tmp/reproduce.sh"
cp "$tmp/reproduce.sh" "$tmp/again.sh"
new_tree
try "$tmp/again.sh"
is 'run: and the script does it all' "$status" 0
is 'run: with the command' "$(cat "$tmp/out")" 0

new_tree
# shellcheck disable=SC2016 # of the other shell
try sh -c 'echo word | "$1" run cat' sh "$quiet"
is 'run: the command has the input' "$(cat "$tmp/out")" word

for signal in HUP:129 TERM:143; do
	new_tree
	# By nohup, all of this would ignore SIGHUP.
	# shellcheck disable=SC2016 # the command's
	env --default-signal "$quiet" run sh -c 'echo started >"$STOPPED"; exec sleep 100' \
		>"$tmp/out" 2>"$tmp/err" &
	pid=$!
	read -r _ <"$STOPPED"
	kill "-${signal%:*}" $pid
	wait $pid 2>/dev/null
	is "run: killed by SIG${signal%:*}" $? "${signal#*:}"
	restored >"$tmp/after"
	ok "run: SIG${signal%:*}: everything is as it was" \
		diff "$tmp/before" "$tmp/after"
done

new_tree
# shellcheck disable=SC2016 # the command's
"$quiet" run sh -c 'echo $$ >"$STOPPED"; read -r _ <"$GO_ON"' \
	>"$tmp/out" 2>"$tmp/err" &
pid=$!
read -r child <"$STOPPED"
try "$quiet" run true
is 'a second run at the same time is refused' "$status" 1
says 'and says why' 'another one is at work'
try "$quiet" off
is 'so is off' "$status" 1
kill -9 $pid
wait $pid 2>/dev/null
try "$quiet" off
is 'but not after a kill -9' "$status" 0
restored >"$tmp/after"
ok 'which restores everything' diff "$tmp/before" "$tmp/after"
go_on
kill "$child" 2>/dev/null

new_tree
"$quiet" on
try "$quiet" run true
is 'run while on' "$status" 0
is 'leaves it on' "$(value proc/sys/kernel/randomize_va_space)" 0
"$quiet" off

# What cannot be set

new_tree
rm -r "$tree/sys/devices/system/cpu/cpufreq"
try "$quiet" on
is 'absent: on says that it is not all' "$status" 3
says 'absent: which and why' 'governor: cannot be set: no /sys/devices/system/cpu/cpufreq/policy*/scaling_governor'
is 'absent: the rest is set' "$(value proc/sys/kernel/randomize_va_space)" 0
try "$quiet" check
is 'absent: not known to be quiet' "$status" 3
ok 'absent: check says so' grep -q '^governor  *none  *performance  *unknown$' "$tmp/out"
"$quiet" off

new_tree
# Written by no one, root or not; what is read is of no matter.
ln -sf /proc/sys/kernel/osrelease "$tree/proc/sys/kernel/timer_migration"
try "$quiet" on
is 'read-only: on says that it is not all' "$status" 3
ok 'read-only: which and why' grep -qE \
	'timers: cannot be set: (no permission|it is read-only|Permission denied|Operation not permitted|Read-only file system)' \
	"$tmp/err"
try "$quiet" off
is 'read-only: nothing to restore there' "$status" 0

new_tree
ln -sf /proc/self/comm "$tree/proc/sys/kernel/timer_migration"
try "$quiet" on
is 'another value than was written: not all' "$status" 3
says 'it says which' "timers: cannot be set: it reads back as 'head'"

new_tree
put sys/fs/cgroup/cgroup.controllers 'cpu memory'
rm "$tree/sys/devices/system/cpu/cpu1/online"
rm "$tree/sys/kernel/mm/transparent_hugepage/enabled"
try "$quiet" on
is 'no cpuset, a sibling that stays online' "$status" 3
says 'no cpuset' 'cpuset: cannot be set: cgroup v2 does not have the cpuset here'
says 'the sibling' 'smt: cannot be set: CPU 1, on the same core, cannot be taken offline'
ok 'a kernel without THP is quiet in this respect' \
	sh -c "! grep -q thp '$tmp/err'"
"$quiet" off

# What cannot be restored is not forgotten.
new_tree
"$quiet" on
mv "$tree/proc/sys/kernel/timer_migration" "$tmp/gone"
try "$quiet" off
is 'off: a file is gone' "$status" 1
says 'it says which' "timers: cannot be restored: to '1': it is not there"
is 'the rest is restored' "$(value proc/sys/kernel/randomize_va_space)" 2
mv "$tmp/gone" "$tree/proc/sys/kernel/timer_migration"
try "$quiet" off
is 'off again, when it is back' "$status" 0
is 'restores it' "$(value proc/sys/kernel/timer_migration)" 1

# Another boot
new_tree
"$quiet" on
put proc/sys/kernel/random/boot_id boot-2
put proc/sys/kernel/randomize_va_space 1
try "$quiet" off
is 'a state of an earlier boot' "$status" 0
says 'is not restored' 'is of an earlier boot: nothing to restore'
is 'at all' "$(value proc/sys/kernel/randomize_va_space)" 1
ok 'and forgotten' [ ! -e "$QUIET_STATE" ]

# The state cannot be saved: nothing is changed.
new_tree
echo >"$tmp/file"
try env QUIET_STATE="$tmp/file/state" "$quiet" on
is 'a state that cannot be saved: an error' "$status" 1
says 'with what it means' 'nothing was changed'
contents >"$tmp/after"
ok 'which is true' diff "$tmp/before" "$tmp/after"

# Some of them
new_tree
try "$quiet" on --only aslr,numa
is 'only one' "$status" 0
is 'is set' "$(value proc/sys/kernel/randomize_va_space)" 0
is 'and no other' "$(value proc/sys/kernel/timer_migration)" 1
"$quiet" off
try "$quiet" on --only all,-aslr
is 'all but one' "$(value proc/sys/kernel/randomize_va_space)$(value proc/sys/kernel/timer_migration)" 20
"$quiet" off
contents >"$tmp/middle"
try "$quiet" run --only none true
contents >"$tmp/after"
ok 'none at all' diff "$tmp/middle" "$tmp/after"

# make bench with it: vmabench and vmadiff are stand-ins.
mkdir -p "$tmp/build"
cat >"$tmp/build/vmabench" <<-'EOF'
	#!/bin/sh
	cat "$QUIET_ROOT/proc/sys/kernel/randomize_va_space" >&2
	[ "$*" != "${*%fails}" ] && exit 1
	mkdir -p "$RESULTS/host/kernel/session"
	: >"$RESULTS/host/kernel/session/boot-00.jsonl"
	echo "$RESULTS/host/kernel/session/boot-00.jsonl"
EOF
printf '#!/bin/sh\n' >"$tmp/build/vmadiff"
chmod +x "$tmp/build/"*
bench() {
	rm -rf "$tmp/results"
	try env B="$tmp/build" VMADIFF="$tmp/build/vmadiff" \
		RESULTS="$tmp/results" "$@" scripts/bench.sh
	made=$tmp/results/host/kernel/session/reproduce.sh
}
new_tree
bench QUIETEN=1 BENCH_CPU=2
ok 'make bench: the machine is quiet' grep -qx 0 "$tmp/err"
ok 'make bench: the script is beside the record' [ -x "$made" ]
ok 'make bench: it has the settings' \
	grep -qxF "echo 2 > $tree/sys/fs/cgroup/vmabench/cpuset.cpus" "$made"
ok 'make bench: and the exact command' \
	grep -q 'vmabench bench --seconds 60 --cpu 2 --seed [0-9]* --set primary' "$made"
bench
ok 'make bench without: nothing is changed' grep -qx 2 "$tmp/err"
ok 'make bench without: the command is there' \
	grep -q 'vmabench bench --seconds 60 --seed' "$made"
ok 'make bench without: nothing else' sh -c "! grep -q '^echo' '$made'"
bench QUIETEN=1 SET=extended
ok 'make bench: storms are not shielded' sh -c "! grep -q cpuset '$made'"
try env B="$tmp/build" RESULTS="$tmp/results" scripts/bench.sh fails
is 'make bench: no record, the status of vmabench' "$status" 1
is 'make bench: and nothing is left' \
	"$(find "$tmp/results" -name '.reproduce*')" ''

for bad in '' 'nosuch' 'on --cpu x' 'on --only nosuch' 'on --nosuch' 'run' \
		'check more' 'on --cpu'; do
	# shellcheck disable=SC2086 # words
	try "$quiet" $bad
	is "usage: '$bad'" "$status" 2
	ok "usage: '$bad': a message" [ -s "$tmp/err" ]
done
try "$quiet" on --cpu 9
is 'a CPU that is not there' "$status" 1
says 'by number' "there is no CPU '9'"

finish
