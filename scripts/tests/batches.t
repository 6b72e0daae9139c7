#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench bench to see whether a kernel does all of it: so many batches, however fast,
# and a line of each scenario in the kernel's log.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
record=$tmp/record
export QUIET=1

bench() {
	rm -f "$record"
	try "$build/vmabench" bench --dir "$build" -o "$record" -s 5 "$@"
}

# nr_batches OP METRIC: how many the record has
nr_batches() {
	batches "$record" nop "$1" "$2" | awk -F , '{ print NF }' | sort -u
}

bench --batches 3 nop
is 'three batches: exit 0' "$status" 0
is '  of the times' "$(nr_batches nop latency)" 3
for n in 0 -1 many 1001; do
	bench --batches $n nop
	is "--batches $n: exit 2" "$status" 2
done

# since MARK: how often the scenario is in the log behind that line.  The log may be full, and
# lose its first lines.
since()
{
	dmesg | sed "1,/$1\$/d" | grep -c 'vmabench: scenario nop$'
}

if [ -w /dev/kmsg ] && dmesg >/dev/null 2>&1; then
	# The log outlives this run, and numbers of processes come again.
	run=$$.$(date +%s%N)
	echo "vmabench: test $run begins" >/dev/kmsg
	bench --batches 1 --kmsg nop
	is 'with --kmsg: exit 0' "$status" 0
	is '  the scenario is in the log' "$(since "test $run begins")" 1
	echo "vmabench: test $run goes on" >/dev/kmsg
	bench --batches 1 nop
	is '  and without it, nothing' "$(since "test $run goes on")" 0
else
	skip_test 'with --kmsg' 'the kernel log cannot be written, or read'
fi
if setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null &&
   setpriv --reuid=65534 --regid=65534 --clear-groups \
	test -x "$build/vmabench" 2>/dev/null; then
	rm -f "$record"
	try setpriv --reuid=65534 --regid=65534 --clear-groups "$build/vmabench" bench \
		--dir "$build" -o "$record" -s 1 --kmsg nop
	is 'an ordinary user with --kmsg: exit 1' "$status" 1
	says '  and why' '--kmsg: writing to /dev/kmsg: Permission denied'
else
	skip_test 'an ordinary user with --kmsg' 'nobody cannot be had'
fi

finish
