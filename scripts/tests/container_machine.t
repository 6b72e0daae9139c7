#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench in containers, made of namespaces here: whatever is measured must leave the
# machine as it was; with less CPU time than it wants; the exact tier.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/container_box.sh

group=
trap '[ -z "$group" ] || rmdir "$group"; rm -rf "$tmp"' EXIT

# make bench leaves everything as it was.

# Of the machine, as far as the suite could have changed it.  Left out is what the
# kernel itself changes.
cat >"$tmp/state" <<'EOF'
find /proc/sys/kernel /proc/sys/vm /proc/sys/fs -type f ! -name uuid \
	! -name entropy_avail ! -name ns_last_pid ! -path '*/pty/nr' \
	! -name dentry-state ! -name 'file-nr' ! -name 'inode-*' ! -name aio-nr \
	! -name perf_event_max_sample_rate ! -name '*_detect_count' \
	! -name stat_refresh -exec grep -sH '' {} +
for file in /sys/devices/system/cpu/cpufreq/*/scaling_governor \
	/sys/devices/system/cpu/cpufreq/*/scaling_m??_freq \
	/sys/devices/system/cpu/cpufreq/boost /sys/devices/system/cpu/*/no_turbo \
	/sys/devices/system/cpu/smt/control /sys/devices/system/cpu/online \
	/sys/kernel/mm/transparent_hugepage/enabled; do
	grep -sH '' "$file"
done
cat /proc/self/mountinfo /proc/self/cgroup
# Those of other tests come and go.
for dir in /sys/fs/cgroup /sys/fs/cgroup/*; do
	[ "${dir#*/vmabench-test-}" = "$dir" ] || continue
	find "$dir" -maxdepth 1 -type d -name '*vmabench*' ! -name 'vmabench-test-*'
	for name in cpu.max cpu.cfs_quota_us cpuset.cpus cpuset.cpus.partition \
		cgroup.subtree_control cgroup.type memory.max; do
		grep -sH '' "$dir/$name"
	done
done
# Of the folders for temporary files, it is the one that can be written.
find /dev/shm
EOF

# Others measure at the same time, and have kprobes of their own: only what stays
# is left behind.
cat >"$tmp/tracing" <<'EOF'
mount --make-rprivate / && mount -t tracefs tracefs "$1" || exit
cd "$1" || exit
for file in kprobe_events uprobe_events dynamic_events set_event current_tracer \
	tracing_on; do
	grep -sH '' $file
done
ls instances
EOF
mkdir "$tmp/tracefs"
tracing() {
	unshare --mount sh "$tmp/tracing" "$tmp/tracefs" 2>/dev/null | sort
}
nothing_new_in_tracing() {
	tracing >"$tmp/tracing-after"
	[ -z "$(comm -13 "$tmp/tracing-before" "$tmp/tracing-after")" ]
}

cat >"$tmp/bench" <<'EOF'
sh "$1/state" >"$2/before"
status=0
RESULTS=$2/results BENCH_SECONDS=1 QUIET=1 scripts/bench.sh nop secretmem_append \
	>"$2/log" 2>&1 </dev/null || status=$?
sh "$1/state" >"$2/after"
exit $status
EOF

tracing >"$tmp/tracing-before"
for kind in $kinds; do
	case $kind,$kinds in
	rootless,*plain*) continue ;;
	esac
	rm -rf "$box/results"
	try in_box "$kind" env -u TMPDIR B="$build" sh "$tmp/bench" "$tmp" "$box"
	cp "$box/log" "$tmp/err"
	is "$kind: make bench measures" "$status" 0
	ok "$kind: the state of the machine is known" \
		grep -q '^/proc/sys/vm/max_map_count:' "$box/before"
	ok "$kind: and leaves the machine as it was" \
		diff "$box/before" "$box/after"
	ok "$kind: its own files are the record's" [ "$(cd "$box/results" &&
		find . -mindepth 1 -maxdepth 1 | wc -l)" -eq 1 ]
done
if [ -s "$tmp/tracing-before" ]; then
	ok 'nothing is left in tracefs' within 20 nothing_new_in_tracing
else
	skip_test 'nothing is left in tracefs' 'it cannot be mounted here'
fi

# A tenth of a CPU.

# make_group DIR FILE VALUE: a group with a quota, as $group
make_group() {
	# In a folder of its own there are no files of the kernel.
	[ -e "$1/cgroup.procs" ] && mkdir "$1/vmabench-test-$$" 2>/dev/null ||
		return 1
	group=$1/vmabench-test-$$
	[ -e "$group/$2" ] && echo "$3" 2>/dev/null >"$group/$2" && return
	rmdir "$group"
	group=
	return 1
}

if make_group /sys/fs/cgroup cpu.max '10000 100000' ||
   make_group /sys/fs/cgroup/cpu cpu.cfs_quota_us 10000 ||
   make_group /sys/fs/cgroup/cpu,cpuacct cpu.cfs_quota_us 10000; then
	# shellcheck disable=SC2016 # the other shell's
	try sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' sh "$group" \
		"$build/vmabench" bench -s 2 --dir "$box" -o "$box/quota" nop
	says 'quota: it is said that it stopped us' \
		"warning: the cgroup's quota, 10 % of a CPU (cpu.max), stopped its tasks for"
	ok 'quota: it is in the record' \
		grep -q '"type":"warning","name":"quota"' "$box/quota"
	ok 'quota: and how much it is' grep -q '"cpu_quota":"10 % of a CPU"' "$box/quota"
	ok 'quota: and so are the batches' \
		grep -q '"type":"disturbances".*"quota":\[\[' "$box/quota"
	try "$build/vmadiff" show "$box/quota"
	ok 'quota: vmadiff says how many' grep -qF "cgroup's quota" "$tmp/out"
else
	skip_test 'a quota' 'no cgroup with a quota can be made here'
fi
"$build/vmabench" bench -s 1 --dir "$box" -o "$box/free" nop \
	>/dev/null 2>&1
ok 'without a quota, it is known that none stopped us' \
	grep -q '"type":"disturbances".*"quota":\[\]' "$box/free"

# The exact tier needs nothing but a folder.

if ! command -v qemu-system-x86_64 >/dev/null; then
	skip_test 'the exact tier' 'no qemu-system-x86_64 here'
elif ! image=$(scripts/kernel.sh path deferred 2>/dev/null) ||
     [ ! -e "$image/vmlinux" ]; then
	skip_test 'the exact tier' 'no kernel is built: make series does'
else
	# For a user who may not look into the home of another one.
	mkdir "$box/image" "$box/programs"
	cp "$image"/* "$box/image"
	cp "$build/vmabench" "$build/vmabench-symbols" \
		"$build"/vmabench-insns-*.so "$box/programs"
	chmod -R a+rX "$box/image" "$box/programs"
	set -- "$box/programs/vmabench" exact --stage deferred \
		--image "$box/image" -o "$box/exact" nop
	case $kinds in
	*plain*) set -- plain setpriv --reuid 65534 --regid 65534 --clear-groups \
		env TMPDIR="$box" "$@" ;;
	*)	set -- "${kinds##* }" env TMPDIR="$box" "$@" ;;
	esac
	try in_box "$@"
	is 'exact: it measures in a container, as an ordinary user' "$status" 0
	# shellcheck disable=SC2016 # the other shell's
	ok 'exact: and leaves nothing but its record' \
		sh -c '! ls -d "$1"/vmabench-* 2>/dev/null' sh "$box"
	try in_box "${kinds##* }" env TMPDIR=/tmp "$box/programs/vmabench" exact \
		--stage deferred --image "$box/image" -o "$box/nowhere" nop
	is 'exact: nowhere to write to is an error' "$status" 1
	says 'exact: that says what to do' \
		'Read-only file system; set TMPDIR to a folder that can be written'
	# shellcheck disable=SC2016 # the other shell's
	try in_box "${kinds##* }" sh -c 'mkdir "$1/small" &&
		mount -t tmpfs -o size=8m tmpfs "$1/small" &&
		TMPDIR=$1/small && export TMPDIR && shift && exec "$@"' sh "$box" \
		"$box/programs/vmabench" exact --stage deferred \
		--image "$box/image" -o "$box/none" nop
	is 'exact: too little room is an error, of no kernel' "$status" 1
	says 'exact: that says how much it takes' 'there is no room left in'
fi

finish
