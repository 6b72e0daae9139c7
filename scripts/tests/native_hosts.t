#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The native tier where machines forbid something: a kernel that is a program is really
# booted, and either does, or a line says why not, and what to do.  And one that panics.
# TAP.
#
#   STAGE   the kernel to boot (deferred); built if it is not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

stage=${STAGE:-deferred}
build=$PWD/${B:-build}
refuse=$build/tests/refuse
layout=$(scripts/kernel.sh native 1 1 "$stage" 2>"$tmp/build" | cut -d ' ' -f 4) || layout=
[ -x "$layout/vmlinux" ] || {
	sed 's/^/# /' "$tmp/build"
	echo "1..1"
	echo "not ok 1 - the kernel to boot is there"
	exit 1
}
# Others may read it here.
chmod 755 "$tmp"
cp -R "$layout" "$tmp/image"
cp "$build/vmabench" "$tmp/vmabench"
mkdir -m 1777 "$tmp/out.d"
record=$tmp/out.d/record.jsonl
set=0123456789abcdef

# native [COMMAND...]: boots it under COMMAND, with one scenario.
native() {
	rm -f "$record"
	try "$@" "$tmp/vmabench" native --stage "$stage" --image "$tmp/image" \
		--layout 1 --layout-set "$set" -o "$record" --timeout 300 memfd_append
}

# works NAME [MEMORY]
works() {
	is "$1" "$status" 0
	ok '  without a word' silent
	ok '  and a row' grep -q '"op":"mmap",.*"metric":"latency"' "$record"
	is '  no host faults in both operations' \
		"$(grep -c '"host_faults":\[\]' "$record")" 2
	ok '  memory' grep -q "\"memory\":\"${2:-64 MiB}\"" "$record"
}

# refused NAME REASON
refused() {
	is "$1: exit 3" "$status" 3
	says '  says why' "$2"
	is '  in a line' "$(wc -l <"$tmp/err")" 1
	ok '  no record' [ ! -e "$record" ]
}

native
works 'here'
rm -f "$record"
try "$tmp/vmabench" native --stage "$stage" --image "$tmp/image" --layout 1 --layout-set "$set" \
	-o "$record" --events task-clock,no-such-event,page-faults memfd_append
is 'events of the host: exit 0' "$status" 0
is '  each is a row of both operations' "$(grep -o '"metric":"[a-z_]*",.*"pass":"pmu"' "$record" |
	cut -d '"' -f 4 | sort | uniq -c | paste -s -d , | tr -s ' ')" ' 2 page_faults, 2 task_clock'
ok '  some ten thousands of ns for 199 calls' grep -q \
	'"metric":"task_clock",.*"ops":199,.*"batches":\[[0-9]\{5,6\},' "$record"
says '  what is not counted is said' "no event 'no-such-event'"
ok '  in the record, too' grep -q '"events_unavailable":"no-such-event: ' "$record"
ok '  which is one' "$build/vmadiff" check "$record"
native "$refuse" EPERM ptrace --
refused 'no ptrace' 'ptrace: Operation not permitted: a seccomp filter forbids it: give the container a profile that allows it'
native "$refuse" ENOSYS ptrace --
refused 'no ptrace, by ENOSYS' 'ptrace: Function not implemented: a seccomp filter forbids it'
native "$refuse" EPERM PR_SET_SECCOMP --
refused 'no filter behind a filter' 'give it a profile that allows prctl and seccomp'
native "$refuse" EINVAL PR_SET_SECCOMP --
works 'no filters at all, for calls can be recorded without'
native "$refuse" EPERM ADDR_NO_RANDOMIZE memfd_create process_vm_readv process_vm_writev --
works 'addresses that are drawn, as in a container'

# limited LIMITS COMMAND...: ulimit's
limited() {
	limits=$1
	shift
	sh -c "ulimit $limits && exec \"\$@\"" sh "$@"
}
native limited '-f 40000'
refused 'small files' 'MiB: raise the limit (ulimit -f)'
native limited '-v 40000'
refused 'little address space' 'raise the limit (ulimit -v)'
native limited '-n 24'
works 'few descriptors'
native limited '-c unlimited'
works 'cores are allowed'

# Both are of mounts that only this process sees.
# mounted COMMANDS COMMAND...
mounted() {
	mounts=$1
	shift
	unshare --mount --propagation private sh -c "$mounts; exec \"\$@\"" sh "$@"
}
if mounted true true 2>"$tmp/why"; then
	mkdir "$tmp/noexec"
	native mounted 'mount -o remount,noexec /dev/shm'
	works 'a /dev/shm that is mounted noexec'
	native mounted 'mount -t tmpfs -o ro none /dev/shm'
	works 'a /dev/shm that cannot be written'
	native mounted 'mount -t tmpfs -o size=64m none /dev/shm'
	works "a container's /dev/shm"
	# small_tmp MIB: /tmp has no more room.
	small_tmp() {
		echo "mount --rbind '$tmp' /mnt; mount -t tmpfs -o size=${1}m none /tmp
			mkdir -p '$tmp'; mount --rbind /mnt '$tmp'"
	}
	native mounted "mount -t tmpfs -o size=60m none /dev/shm
		export XDG_RUNTIME_DIR=/proc; $(small_tmp 20)"
	works 'room for less memory' '48 MiB'
	native mounted "mount -o remount,noexec /dev/shm
		mount -t tmpfs -o noexec none '$tmp/noexec'; export TMPDIR='$tmp/noexec'
		export XDG_RUNTIME_DIR=/proc; $(small_tmp 10)"
	refused 'nowhere' "can be nowhere ($tmp/noexec: mounted noexec, /dev/shm: mounted noexec, /proc: "
	says '  room' '/tmp: 10 MiB free): set TMPDIR'
	echo 'hpet acpi_pm ' >"$tmp/clocks"
	native mounted "mount --bind '$tmp/clocks' \
		/sys/devices/system/clocksource/clocksource0/available_clocksource"
	refused 'a TSC that the kernel does not trust' 'the kernel has found the TSC unstable'
	native mounted "mount --bind '$tmp/image' '$tmp/image'
		mount -o remount,bind,noexec '$tmp/image'"
	refused 'a cache that is mounted noexec' 'Keep kernels elsewhere (VMABENCH_CACHE)'
	native mounted 'umount -l /proc'
	works 'no /proc'
else
	skip_test 'mounts of a machine' "$(head -n 1 "$tmp/why")"
fi

for namespace in --user --user\ --pid\ --fork; do
	# shellcheck disable=SC2086 # words
	if unshare $namespace --map-root-user true 2>"$tmp/why"; then
		# shellcheck disable=SC2086 # words
		native unshare $namespace --map-root-user
		works "unshare $namespace"
	else
		skip_test "unshare $namespace" "$(head -n 1 "$tmp/why")"
	fi
done
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	native setpriv --reuid 65533 --regid 65533 --clear-groups --inh-caps=-all
	works 'an ordinary user'
	# Root may have more.
	native setpriv --reuid 65533 --regid 65533 --clear-groups --inh-caps=-all \
		prlimit --nproc=2
	refused 'few processes' 'no more processes are allowed: raise that (ulimit -u'
else
	skip_test 'an ordinary user' 'not root, or no setpriv'
fi

group=/sys/fs/cgroup/memory/vmabench-test-$$
limit=memory.limit_in_bytes
[ -d /sys/fs/cgroup/memory ] || {
	group=/sys/fs/cgroup/vmabench-test-$$
	limit=memory.max
}
# in_group COMMAND...
in_group() {
	sh -c "echo \$\$ >'$group/cgroup.procs' && exec \"\$@\"" sh "$@"
}
if mkdir "$group" 2>/dev/null && echo 20M 2>/dev/null >"$group/$limit"; then
	native in_group
	refused 'a cgroup of 20 MiB' 'the OOM killer has ended it: less than '
	echo 44M >"$group/$limit"
	native in_group
	works 'a cgroup in which less memory does' '48 MiB'
	echo 128M >"$group/$limit"
	native in_group
	works 'a cgroup of 128 MiB'
else
	skip_test 'a cgroup without memory' 'no cgroup of our own can be made'
fi
[ ! -d "$group" ] || rmdir "$group"

# A kernel that looks for a root, which there is not.
mkdir "$tmp/rootless"
cat >"$tmp/rootless/vmlinux" <<EOT
#!/bin/sh
for argument; do
	shift
	[ "\$argument" = vmabench ] || set -- "\$@" "\$argument"
done
exec "$tmp/image/vmlinux" "\$@"
EOT
chmod +x "$tmp/rootless/vmlinux"
mkdir "$tmp/core"
cd "$tmp/core" || exit 1
rm -f "$record"
try sh -c "ulimit -c unlimited; TMPDIR='$tmp/core' exec '$tmp/vmabench' native \
	--stage '$stage' --image '$tmp/rootless' --layout 3 --layout-set $set \
	-o '$record' memfd_append"
is 'a panic: exit 3' "$status" 3
says '  of what' "$stage, layout 3: the kernel died of signal 6"
says '  why' 'Kernel panic - not syncing: VFS: Unable to mount root fs'
says '  with the end of its console' 'end of its console:'
is '  no core, and no folder' "$(ls "$tmp/core")" ''

# has_kernel PID: does it run one, and that another?
has_kernel() {
	kernel=$(ps -o pid= --ppid "$1" | tr -d ' ') && [ -n "$kernel" ] &&
		tracee=$(ps -o pid= --ppid "$kernel" | tr -d ' ') && [ -n "$tracee" ]
}

gone() {
	for gone_pid; do
		case $(ps -o stat= -p "$gone_pid") in
		'' | Z*) ;;
		*) return 1 ;;
		esac
	done
}

for signal in KILL:137:1 TERM:143:0 INT:130:0; do
	rm -f "$record"
	env --default-signal TMPDIR="$tmp/core" "$tmp/vmabench" native --stage "$stage" \
		--image "$tmp/image" --batches 20000 -o "$record" memfd_append \
		>"$tmp/out" 2>"$tmp/err" &
	pid=$!
	kernel=none
	tracee=none
	ok 'a kernel runs' within 60 has_kernel $pid
	kill -s "${signal%%:*}" $pid
	wait $pid
	is "  vmabench: SIG${signal%%:*}" $? "$(echo $signal | cut -d : -f 2)"
	ok '  it is gone, and what it traces' within 60 gone "$kernel" "$tracee"
	is '  folders' "$(find . -mindepth 1 -maxdepth 1 | wc -l)" "${signal##*:}"
	rm -rf ./vmabench-*
done
cd /

finish
