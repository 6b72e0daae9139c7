# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # variables of the tests
#
# A made-up machine for quiet.sh: 4 CPUs on 2 cores, of which CPU 3 shares one with
# CPU 1.  Nothing of this machine is changed.  To be sourced after tap.sh, for $tmp, in
# the folder of the project.
tmp=${tmp:?}

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

# is_restored: all is as it was when contents wrote $tmp/before, and nobody is left who
# could still write.
is_restored() {
	[ ! -e "$QUIET_STATE" ] &&
		{ [ ! -e "$QUIET_STATE.lock" ] || flock -n "$QUIET_STATE.lock" true; } &&
		restored >"$tmp/after" && cmp -s "$tmp/before" "$tmp/after"
}

value() {
	cat "$tree/$1"
}
