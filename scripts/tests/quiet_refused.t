#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/quiet.sh on a made-up machine: what cannot be set, saved or restored, a part of the
# settings, make bench with it, and wrong usage.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

new_tree
contents >"$tmp/before"

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
