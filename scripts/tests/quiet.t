#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/quiet.sh on a made-up machine: on, off, run, and what is left when it is killed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

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

# kill_it: until the write is made, it has the lock.
kill_it() {
	kill -9 $pid
	wait $pid 2>/dev/null
	go_on
	within 10 flock -n "$QUIET_STATE.lock" true
}

for at in 1 4 9 14; do
	new_tree
	stop_at $at "$quiet" on
	kill_it
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
kill_it
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
# shellcheck disable=SC2016 # of the other shell
ok 'and the command has ended' within 60 sh -c '! kill -0 "$1" 2>/dev/null' sh "$child"

new_tree
"$quiet" on
try "$quiet" run true
is 'run while on' "$status" 0
is 'leaves it on' "$(value proc/sys/kernel/randomize_va_space)" 0
"$quiet" off

finish
