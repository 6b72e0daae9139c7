#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Kernels that are programs, and do not do what they are to: each is named, with what
# it said, and nothing of it is left. The programs are scripts. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# kernel COMMANDS: an image that runs them, here; kernels are run in a folder of their own.
kernel() {
	rm -rf image
	mkdir image
	printf '#!/bin/sh\ncd "%s" || exit\n%s\n' "$PWD" "$1" >image/vmlinux
	chmod +x image/vmlinux
}

# native STATUS NAME ARGUMENT...: boots the image, and what is said is in "said".
native() {
	status=$1
	name=$2
	shift 2
	rm -f record.jsonl
	"$here/build/vmabench" native --image image --stage some --layout 7 \
		--layout-set 0123456789abcdef -o record.jsonl "$@" anon_append >out 2>said
	ok "$name" test $? -eq "$status"
}

# gone PID...: has each of them ended, and was waited for?  Process 1 may take its time.
gone() {
	for gone_pid; do
		gone_tries=0
		while kill -0 "$gone_pid" 2>/dev/null; do
			gone_tries=$((gone_tries + 1))
			[ $gone_tries -le 300 ] || return 1
			sleep 0.2
		done
	done
}

said() {
	ok "  says $1" grep -q "$1" said
}

kernel 'echo Booting; echo "Kernel panic - not syncing: no reason" >&2; exit 1'
native 3 'one that panics'
said 'some, layout 7: the kernel ended early (status 1)$'
said 'the kernel complained: Kernel panic - not syncing: no reason'
said '^Booting$'
ok '  leaves no record' test ! -e record.jsonl

kernel 'kill -SEGV $$'
native 3 'one that crashes'
said 'the kernel died of signal 11'

# Its child has the descriptors, too, and is stopped, as children of such kernels are.
kernel 'sleep 98765 & echo $! >pids; echo $$ >>pids; kill -STOP $!; wait'
native 3 'one that hangs' --timeout 1
said 'some, layout 7: the kernel did not end within 1 s'
# shellcheck disable=SC2046 # numbers
ok '  and is killed, with its child' gone $(cat pids)

kernel 'sleep 98765 & echo $! >pids; echo $$ >>pids; exit 0'
native 3 'one that leaves a child' --timeout 1
# shellcheck disable=SC2046 # numbers
ok '  which is killed' gone $(cat pids)

kernel 'setsid sleep 98765 4>&- & echo $! >pids; exit 0'
native 3 'one whose child leaves its group'
# shellcheck disable=SC2046 # numbers
ok '  which is killed' gone $(cat pids)

kernel 'exec 4>&-; echo $$ >pids; exec sleep 98765'
native 3 'one that hangs when it has answered' --timeout 1
said 'the kernel did not end within 1 s'
# shellcheck disable=SC2046 # numbers
ok '  and is killed' gone $(cat pids)

kernel 'exec cat /dev/zero >&4'
native 3 'one that does not stop to answer'
said 'the kernel answers more than the [0-9]* bytes that were asked for'

kernel 'echo this is no answer at all, but is as long as a greeting would be, and longer than that by so much that it could be one, or two >&4'
native 3 'one that speaks another language'
said 'the kernel ended early (status 0), with [1-9][0-9]* bytes of an answer'

# A greeting, and then nothing of what was asked for.
kernel "printf 'anmv\\003\\000\\000\\000' >&4; head -c 136 /dev/zero >&4"
native 3 'one whose answer is cut short'
said 'the kernel ended early (status 0)'

# A driver that can do nothing: which scenarios was it given, and why are the others not?
kernel "nr=\$(od -An -tu4 -j8 -N4 <&3)
printf 'anmv\\003\\000\\000\\0006.12.0' >&4; head -c 59 /dev/zero >&4
printf '#1 of none' >&4; head -c 61 /dev/zero >&4
for i in \$(seq \$nr); do printf '\\005\\000\\000\\000' >&4; head -c 148 /dev/zero >&4; done
printf 'anmv' >&4; head -c 4 /dev/zero >&4"
rm -f record.jsonl
"$here/build/vmabench" native --image image --stage some --layout 7 \
	--layout-set 0123456789abcdef -o record.jsonl --set extended >out 2>said
ok 'a driver that fails at each scenario' test $? -eq 3
ok '  the record has the layout and its set' grep -q \
	'"boot":{.*"layout":7,"layout_set":"0123456789abcdef"' record.jsonl
given() {
	grep '"failure"' record.jsonl | grep -q "\"scenario\":\"$1\".*the driver: : EIO"
}
skipped() {
	grep '"skip"' record.jsonl | grep -q "\"scenario\":\"$1\".*$2"
}
for scenario in secretmem_append_dodump hook_mmap_fail_free hook_prepare_fail_over \
	hook_none usb_stream_read_append orangefs_append zero_private_append \
	zero_shared_append tmpfs_append file_append overlay_append nop; do
	ok "  $scenario is one that it was given" given $scenario
done
while read -r scenario why; do
	ok "  $scenario is not: $why" skipped "$scenario" "$why"
done <<-'EOT'
	ext4_dax_append	persistent memory
	devdax_append	persistent memory
	hugetlb_append	huge pages
	perf_append	perf events
	io_uring_append	leaves its addresses to the kernel
	udmabuf_append	memory of the caller
	xfs_append	um.config leaves out
	secretmem_fail_commit	never timed
	hook_both	makes the kernel warn
	storm_threads_2	one CPU
	macro_storm	no user space
EOT
ok '  of each it is known what keeps it from that' sh -c \
	"! grep -q 'does not know' record.jsonl"
PATH=$PWD/bin:$PATH
mkdir bin
printf '#!/bin/sh\nexit 127\n' >bin/mke2fs
chmod +x bin/mke2fs
rm -f record.jsonl
"$here/build/vmabench" native --image image --stage some -o record.jsonl file_append \
	>out 2>said
ok 'without mke2fs a file on a disk is skipped' test $? -eq 0
ok '  of an image of no layout, which the record has not' sh -c '! grep -q \"layout record.jsonl'
ok '  and it is said who has it' skipped file_append 'Debian: e2fsprogs'
rm -f record.jsonl

# What the machine refuses: a line says it, and so does --reason.
refused() {
	kernel "$1"
	native 3 "$2" --reason reason
	said "$3"
	ok '  in a line' test "$(wc -l <said)" -eq 1
	ok '  and in a file' grep -q "$3" reason
}
refused 'echo "...ptrace: Operation not permitted" >&2; exit 1' 'no ptrace' \
	'layout 7: the kernel ended early .*: ptrace: Operation not permitted: '
refused 'echo "Checking syscall emulation for ptrace...missing"; exit 1' \
	'no PTRACE_SYSEMU' 'this machine has no PTRACE_SYSEMU'
refused 'echo "x : fork failed : Resource temporarily unavailable"; exit 1' \
	'no more processes' 'no more processes are allowed: .*ulimit -u, pids.max'
refused 'echo "setup_physmem - x failed - errno = -12"; exit 1' 'no address space' \
	'its address space is limited: raise the limit (ulimit -v)'
refused 'kill -KILL $$' 'killed by another' \
	'the kernel died of signal 9: it was killed, and not by vmabench'

bus_error='echo "Kernel panic - not syncing: Kernel mode signal 7"; kill -ABRT $$'
refused "echo \"\$@\" >>took; $bus_error" 'no room' 'no room left in .* for its 48 MiB'
ok '  which was tried with less memory' sh -c \
	'grep -q mem=64M took && grep -q mem=48M took'
rm took
kernel "echo \"\$@\" >>took; $bus_error"
native 3 'no room for as much as was asked for' --memory 20
said 'no room left in .* for its 20 MiB'
ok '  which was tried once' test "$(grep -c mem=20M took)" -eq 1

# killed SIGNAL STATUS SCRATCH: who boots it is; how many folders stay.
killed() {
	mkdir scratch
	kernel 'trap "" TERM INT; exec sleep 98765'
	env --default-signal TMPDIR="$PWD/scratch" "$here/build/vmabench" native \
		--image image --stage some -o record.jsonl anon_append >out 2>said &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		child=$(ps -o pid= --ppid $pid | head -n 1)
		[ -z "$child" ] || break
		sleep 0.2
	done
	sleep 0.2
	kill -s "$1" $pid
	wait $pid
	ok "who boots it is killed by SIG$1" test $? -eq "$2"
	ok '  and so is it' gone "${child:-none}"
	ok '  its folder' test "$(find scratch -mindepth 1 -maxdepth 1 -type d |
		wc -l)" -eq "$3"
	ok '  no record' test ! -e record.jsonl
	rm -r scratch
}
killed KILL 137 1
killed TERM 143 0
killed INT 130 0

# wrong NAME PATTERN ARGUMENT...: what is asked for is refused.
wrong() {
	name=$1
	pattern=$2
	shift 2
	"$here/build/vmabench" native --image image -o record.jsonl "$@" >out 2>said
	ok "$name" test $? -eq 2
	said "$pattern"
}
wrong 'a layout without its set' 'give both, or none' --layout 7
wrong 'a set without a layout' 'give both, or none' --layout-set 0123456789abcdef
for set in 0123456789abcde 0123456789abcdef0 0123456789ABCDEF ''; do
	wrong "a set that is none: '$set'" "'$set' is not 16 hexadecimal digits" \
		--layout 7 --layout-set "$set"
done
# probe STATUS NAME ARGUMENT...
probe() {
	status=$1
	name=$2
	shift 2
	"$here/build/vmabench" native --probe --reason reason "$@" >out 2>said
	ok "$name" test $? -eq "$status"
}
probe 0 'a probe without an image' anon_append storm_threads_2
ok '  says nothing' sh -c '[ ! -s out ] && [ ! -s said ]'
probe 3 'scenarios that cannot be timed' storm_threads_2 storm_threads_4 hook_both
said 'no scenario can be timed: .*storm_threads_2, storm_threads_4: is a storm'
said 'hook_both: makes the kernel warn'
ok '  in a line' test "$(wc -l <said)" -eq 1
ok '  and in a file' grep -q '^no scenario can be timed: .*is a storm' reason
probe 3 'many of them' --set mm
said ' and [0-9]* more: is about pages that a program has touched'
ok '  in a line that can be read' test "$(wc -c <said)" -lt 1000
kernel 'echo >booted'
probe 3 '  of a kernel' --image image storm_threads_2
ok '  which is not booted for that' test ! -e booted
probe 2 'a list of events that is none' --events , anon_append
said 'not a list of up to 4 events'
probe 2 'more events than are counted at a time, whatever they are' --events no,such,events,are,there anon_append
said 'not a list of up to 4 events'

rm -rf image
mkdir image
native 3 'an image without a program'
said 'vmlinux: No such file or directory'

finish
