#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench in containers, made of namespaces here: as process 1, without privileges
# and with all of them, behind a seccomp filter, and with less CPU time than it
# wants.  What is refused must be told from what would enable it, and whatever is
# measured must leave the machine as it was.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
box=$tmp/box
group=
trap '[ -z "$group" ] || rmdir "$group"; rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
mkdir -m 777 "$box"

skip_test() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# What a runtime makes of the namespaces, then the command, as process 1.  Nothing
# can be written but the box, /dev/shm and, where privileged, /proc and /sys.
cat >"$tmp/enter" <<'EOF'
set -eu
kind=$1
box=$2
shift 2
mount --make-rprivate /
mount -t proc proc /proc
for dir in / /tmp /var/tmp /run; do
	if [ -h "$dir" ] || [ ! -d "$dir" ]; then
		continue
	fi
	[ "$dir" = / ] || mount --rbind "$dir" "$dir"
	mount -o remount,bind,ro "$dir"
done
mount -t tmpfs -o size=64m tmpfs /dev/shm
mount --bind "$box" "$box"
mount -o remount,bind,rw "$box"
if [ "$kind" != privileged ]; then
	mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	mount --rbind /sys /sys
	mount -o remount,bind,ro /sys
	for file in /proc/kcore /proc/keys /proc/timer_list; do
		[ ! -e "$file" ] || mount --bind /dev/null "$file"
	done
	[ ! -d /sys/firmware ] || mount -t tmpfs -o ro tmpfs /sys/firmware
fi
exec "$@"
EOF

# Docker's capabilities, of those that setpriv knows by name.
caps=-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write

# in_box KIND COMMAND...: rootless, root without capabilities, root with all.
in_box() {
	kind=$1
	shift
	case $kind in
	rootless)
		unshare --user --map-root-user --pid --fork --mount --net --cgroup \
			sh "$tmp/enter" plain "$box" "$@" ;;
	plain)
		unshare --pid --fork --mount --net --cgroup sh "$tmp/enter" plain \
			"$box" setpriv --bounding-set="$caps" --inh-caps=-all "$@" ;;
	privileged)
		unshare --pid --fork --mount --net --cgroup sh "$tmp/enter" \
			privileged "$box" "$@" ;;
	esac
}

kinds=
for kind in rootless plain privileged; do
	if in_box $kind true 2>"$tmp/why"; then
		kinds="$kinds $kind"
	else
		skip_test "a $kind container" "it cannot be made here: $(head -n 1 "$tmp/why")"
	fi
done
[ -n "$kinds" ] || {
	finish
	exit
}

# Process 1 behaves as any other.

outside() {
	status=0
	"$@" >"$tmp/out-outside" 2>"$tmp/err-outside" </dev/null || status=$?
	status_outside=$status
}

for command in --version list where --help nosuch '' 'guest-run x' \
	'bench --seconds=0'; do
	# shellcheck disable=SC2086 # words
	outside "$build/vmabench" $command
	for kind in $kinds; do
		[ "$kind" != plain ] || continue
		# shellcheck disable=SC2086
		try in_box "$kind" "$build/vmabench" $command
		is "$kind, process 1: '$command' ends as elsewhere" \
			"$status" "$status_outside"
		ok "$kind, process 1: '$command' says the same" \
			cmp "$tmp/out" "$tmp/out-outside"
		ok "$kind, process 1: '$command' complains as elsewhere" \
			cmp "$tmp/err" "$tmp/err-outside"
	done
done

# children_of PID
children_of() {
	grep -ls "^PPid:[[:blank:]]*$1\$" /proc/[0-9]*/status |
		sed 's|/proc/\([0-9]*\)/status|\1|'
}

# has_begun PID: of a shell that has called in_box: process 1, which is then $init,
# has started the program, which has started another process.
has_begun() {
	unshare=$(children_of "$1") && init=$(children_of "$unshare") || return 1
	for child in $(children_of "$init"); do
		[ -z "$(children_of "$child")" ] || return 0
	done
	return 1
}

kind=${kinds##* }
init=
for signal in INT:130 TERM:143; do
	in_box "$kind" "$build/vmabench" bench -s 60 --dir "$box" \
		-o "$box/interrupted" nop >/dev/null 2>&1 &
	pid=$!
	ok "process 1: bench is running" within 20 has_begun $pid
	kill -s "${signal%:*}" "${init:-$pid}"
	status=0
	wait $pid || status=$?
	is "process 1: SIG${signal%:*} ends it" "$status" "${signal#*:}"
	ok 'and there is no record' [ ! -e "$box/interrupted" ]
done
in_box "$kind" "$build/vmabench" repeat -s 60 --dir "$box" nop >/dev/null 2>&1 &
pid=$!
ok "process 1: repeat is running" within 10 has_begun $pid
kill -s TERM "${init:-$pid}"
status=0
wait $pid || status=$?
is 'process 1: SIGTERM ends what has no handler for it' "$status" 143

# An orphan, of a shell that has become vmabench.
in_box "$kind" sh -c '(sleep 0.2 &); exec "$@"' sh "$build/vmabench" repeat \
	-s 5 --dir "$box" nop >/dev/null 2>&1 &
pid=$!
ok 'process 1: it runs what a shell has started before' within 10 has_begun $pid
sleep 1
zombies=$(for child in $(children_of "$init"); do
	grep -ls '^State:[[:blank:]]*Z' "/proc/$child/status"
done)
is 'process 1: orphans are reaped' "$zombies" ''
wait $pid

# What is refused, and what would enable it.

# record_of KIND COMMAND...: $box/record is of three scenarios
record_of() {
	kind=$1
	shift
	rm -f "$box/record"
	try in_box "$kind" "$@" "$build/vmabench" bench -s 1 --dir "$box" \
		--events task-clock -o "$box/record" nop secretmem_append perf_append
	is "$kind${1:+, $1 $2}: what is possible is measured" "$status" 0
	grep -o '"reason":"[^"]*"' "$box/record" >>"$tmp/err"
}

never_says() {
	# shellcheck disable=SC2016 # the other shell's
	ok "$1" sh -c '! grep -F -- "$1" "$2"' sh "$2" "$tmp/err"
}

paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null) || paranoid=none
for kind in $kinds; do
	record_of "$kind"
	never_says "$kind: root is not told to be root" 'run as root'
	[ "$kind" != privileged ] || continue
	case $paranoid in
	none | -1 | 0 | 1)
		skip_test "$kind: events take more than it has" \
			"kernel.perf_event_paranoid is $paranoid" ;;
	*)	case $kind in
		rootless) cure='do not count: run outside of it' ;;
		plain) cure='give it to the container (--cap-add=PERFMON)' ;;
		esac
		says "$kind: events: what would enable them" \
			"not counted: task-clock: kernel.perf_event_paranoid is $paranoid: "
		says "$kind: events: and the cure is its own" "$cure" ;;
	esac
	case $kind in
	rootless) cure='(rootless container): run outside of it' ;;
	plain) cure='without CAP_SYS_ADMIN: give the container the host' ;;
	esac
	# Of root's user namespace, what is root's is its own.
	if [ -e /sys/kernel/tracing/events ]; then
		skip_test "$kind: tracefs" 'it is mounted here already'
	else
		says "$kind: tracefs: what would enable it" \
			"maple_stores unavailable: no tracefs that can be read"
		says "$kind: tracefs: and the cure is its own" "$cure"
	fi
done

kind=${kinds#* }
kind=${kind%% *}
"$build/vmabench" bench -s 1 --dir "$box" -o "$box/free" secretmem_append \
	>/dev/null 2>&1
record_of "$kind" "$build/tests/refuse" EPERM perf_event_open memfd_secret --
says 'seccomp: events' \
	'not counted: task-clock: a seccomp filter forbids perf_event_open'
says 'seccomp: the scenario that needs one' \
	'"reason":"a seccomp filter forbids perf_event_open'
says 'seccomp: secretmem' '"reason":"a seccomp filter forbids memfd_secret'
says 'seccomp: what would enable it' '(--security-opt seccomp=FILE)'
never_says 'seccomp: root is no cure' 'run as root'
record_of "$kind" "$build/tests/refuse" ENOSYS perf_event_open memfd_secret --
says 'seccomp with ENOSYS: events' \
	'not counted: task-clock: a seccomp filter forbids perf_event_open'
says 'seccomp with ENOSYS: secretmem may be forbidden' 'the container a profile'
never_says 'seccomp with ENOSYS: the kernel has perf events' CONFIG_PERF_EVENTS

try unshare --user --map-root-user --mount sh -c \
	'umount -l /proc && exec "$@"' sh "$build/vmabench" bench -s 1 nop
if [ "$status" -eq 1 ] && grep -q '/proc is not there' "$tmp/err"; then
	says 'no /proc: said at once' 'mount -t proc proc /proc'
else
	try unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh \
		"$build/vmabench" bench -s 1 nop
	if grep -q '^mount\|^unshare' "$tmp/err"; then
		skip_test 'no /proc' "$(head -n 1 "$tmp/err")"
	else
		says 'no /proc: said at once' 'mount -t proc proc /proc'
	fi
fi

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
for dir in /sys/fs/cgroup /sys/fs/cgroup/*; do
	find "$dir" -maxdepth 1 -type d -name '*vmabench*'
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
	ok 'quota: and so are the batches' \
		grep -q '"type":"disturbances".*"quota":\[\[' "$box/quota"
	try "$build/vmadiff" show "$box/quota"
	ok 'quota: vmadiff says how many' grep -qF "cgroup's quota" "$tmp/out"
else
	skip_test 'a quota' 'no cgroup with a quota can be made here'
fi
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
		--stage deferred --image "$box/image" -o "$box/exact" nop
	is 'exact: nowhere to write to is an error' "$status" 1
	says 'exact: that says what to do' \
		'Read-only file system; set TMPDIR to a folder that can be written'
	# shellcheck disable=SC2016 # the other shell's
	try in_box "${kinds##* }" sh -c 'mkdir "$1/small" &&
		mount -t tmpfs -o size=8m tmpfs "$1/small" &&
		TMPDIR=$1/small && export TMPDIR && shift && exec "$@"' sh "$box" \
		"$box/programs/vmabench" exact --stage deferred \
		--image "$box/image" -o "$box/exact" nop
	ok 'exact: too little room is an error' [ "$status" -ne 0 ]
	says 'exact: that says how much it takes' 'there is no room left in'
fi

finish
