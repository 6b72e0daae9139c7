#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kprobes of vmabench bench where it is killed, in a guest of this test: they are the
# kernel's, and a guard removes them; where that is killed as well, the next one that counts
# does.
#
#   STAGE   the kernel to boot (deferred); built if it is not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

stage=${STAGE:-deferred}
vmabench=${B:-build}/vmabench
for program in cpio qemu-system-x86_64; do
	command -v $program >/dev/null || {
		skip_test 'kprobes in a guest' "no $program"
		finish
		exit
	}
done
need_kernels "$stage"
image=$(scripts/kernel.sh path "$stage")

# take PROGRAM: into the guest, with its libraries.
root=$tmp/root
take() {
	mkdir -p "$root/bin"
	cp "$(command -v "$1")" "$root/bin/"
	ldd "$root/bin/${1##*/}" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root${library%/*}"
		cp -L "$library" "$root$library"
	done
}
for program in sh cat mkdir mount sleep; do
	take $program
done
take "$PWD/$vmabench"
mkdir "$root/proc" "$root/sys" "$root/dev" "$root/results"

# What the guest does; a line "TAP VERDICT NAME" is a test of ours.
cat >"$root/test" <<'EOF'
PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tracefs tracing /sys/kernel/tracing
events=/sys/kernel/tracing/kprobe_events

there_are() {
	[ -n "$(cat $events)" ]
}

there_are_none() {
	! there_are
}

# within COMMAND...: in a minute.
within() {
	tries=1200
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

# check NAME COMMAND...
check() {
	name=$1
	shift
	if "$@"; then
		echo "TAP 0 $name"
	else
		echo "TAP 1 $name"
	fi
}

# processes guards|others: those of vmabench, by whether they have a session to themselves.
processes() {
	for stat in /proc/[0-9]*/stat; do
		read -r pid name state parent group session rest 2>/dev/null <"$stat" || continue
		case $name,$state in
		*,Z | *,X) continue ;;
		"(vmabench)",*) ;;
		*)	continue ;;
		esac
		if [ "$session" = "$pid" ]; then
			[ "$1" = others ] || echo "$pid"
		else
			[ "$1" = guards ] || echo "$pid"
		fi
	done
}

no_processes() {
	[ -z "$(processes guards)$(processes others)" ]
}

# begin: a bench, up to where it counts by kprobes.
begin() {
	QUIET=1 vmabench bench --seconds 2 --results /results anon_append >/said 2>&1 &
	bench=$!
	within there_are || cat /said
}

begin
check 'it counts by kprobes' there_are
wait $bench
check 'it ends: none are left' there_are_none

begin
check 'again' there_are
kill -s KILL $bench
wait $bench 2>/dev/null
check '  it is killed: none are left' within there_are_none
check '  nor is a process' within no_processes

begin
check 'again' there_are
kill -s KILL $(processes others)
wait $bench 2>/dev/null
check '  all of its session is killed: none are left' within there_are_none
check '  nor is a process' within no_processes

begin
check 'again' there_are
kill -s TERM $bench
wait $bench 2>/dev/null
check '  SIGTERM: none are left' there_are_none
check '  nor is a process' no_processes

begin
check 'again' there_are
kill -s KILL $(processes guards) $(processes others)
wait $bench 2>/dev/null
within no_processes
check '  so is its guard: they are left' there_are
QUIET=1 vmabench bench --seconds 1 --batches 1 --results /results anon_append >/said 2>&1
echo "TAP $? "'  the next bench measures'
check '  and removes them' there_are_none
echo TAP end
EOF
(cd "$root" && find . | cpio -o -H newc --quiet) >"$tmp/initrd"

# The kernel ends with its init, and QEMU with the kernel.
try timeout 3600 qemu-system-x86_64 -M pc -cpu max -accel tcg -smp 1 -m 512 -nographic \
	-no-reboot -nodefaults -serial stdio -kernel "$image/vmlinux" -initrd "$tmp/initrd" \
	-append 'console=ttyS0 quiet panic=-1 rdinit=/bin/sh -- /test'
ok 'the guest came to its end' grep -q 'TAP end' "$tmp/out"
# The firmware's last line has no end.
tr -d '\r' <"$tmp/out" | sed -n 's/.*TAP \([0-9]\)/\1/p' >"$tmp/tests"
while read -r verdict name; do
	is "$name" "$verdict" 0
done <"$tmp/tests"
is 'all was looked at' "$(wc -l <"$tmp/tests")" 15

finish
