#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A record that cannot be written: found out before anything is measured where it
# can be, and else nothing is lost and nothing left behind.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

vmabench=${B:-$PWD/build}/vmabench
vmadiff=${B:-$PWD/build}/vmadiff
case $vmabench in
/*) ;;
*) vmabench=$PWD/$vmabench vmadiff=$PWD/$vmadiff ;;
esac

# bench OPTION...: a second of a scenario.
bench() {
	try env QUIET=1 "$vmabench" bench -s 1 "$@" nop
}

# In a folder of the test, never in /dev: root would replace what all use.
mkfifo "$tmp/pipe"
: >"$tmp/target"
ln -s target "$tmp/link"
for path in pipe link; do
	bench -o "$tmp/$path"
	is "a $path is no record: exit 1" "$status" 1
	says '  and that is said' "the record $tmp/$path cannot be written: Operation not supported"
done
ok 'they are what they were' [ -p "$tmp/pipe" -a -L "$tmp/link" -a ! -s "$tmp/target" ]

mkdir "$tmp/folder" "$tmp/elsewhere"
: >"$tmp/file"
bench -o "$tmp/folder"
is 'a folder is no record: exit 1' "$status" 1
says '  and that is said' "the record $tmp/folder cannot be written: Is a directory"
bench -o "$tmp/file/record"
says 'a file is no folder' "the record $tmp/file/record cannot be written: Not a directory"
try "$vmabench" exact --stage x --image "$tmp" -o "$tmp/none/record" nop
is 'exact: no folder: exit 1' "$status" 1
says '  and that is said before a guest is made' \
	"the record $tmp/none/record cannot be written: No such file or directory"
if [ "$(id -u)" -eq 0 ]; then
	chmod 0755 "$tmp"
	try setpriv --reuid=65534 --clear-groups "$vmabench" bench -s 300 \
		-o "$tmp/none/record" nop
else
	chmod 0555 "$tmp/folder"
	try "$vmabench" bench -s 300 -o "$tmp/folder/record" nop
fi
is 'a folder of others: exit 1' "$status" 1
says '  and that is said at once' 'cannot be written: Permission denied'
ok '  before anything is measured' sh -c "! grep -q nop '$tmp/err'"
ok '  and nothing is made' [ ! -e "$tmp/none" ]

# A limit is met when the record is written: it has more than this many blocks.
bench -o "$tmp/elsewhere/record"
is 'a record' "$status" 0
try env TMPDIR="$tmp/elsewhere" QUIET=1 sh -c "ulimit -f 16; exec $vmabench bench -s 1 -o $tmp/limited nop"
is 'a file that may not grow: exit 1, and no signal' "$status" 1
says '  and that is said' "writing the record $tmp/limited: File too large"
is '  nothing is left of it' "$(echo "$tmp"/limited*)" "$tmp/limited*"
is '  nor elsewhere' "$(ls "$tmp/elsewhere")" record
try sh -c "ulimit -f 1; exec $vmadiff export -f json $tmp/elsewhere/record >$tmp/exported"
ok 'vmadiff says so, too, and is not killed' [ "$status" -lt 128 -a "$status" -gt 0 ]

# What can be opened and not written to.
TMPDIR=$tmp/elsewhere
export TMPDIR
bench -o /proc/vmabench-record
is 'a file that cannot be made: exit 1' "$status" 1
kept=$(sed -n 's/^vmabench: it is in //p' "$tmp/err")
ok '  what was measured is kept elsewhere' "$vmadiff" check "$kept"
unset TMPDIR

# A small stack is no reason to fail.
for command in --version list where 'bench -s 1 -o small nop'; do
	# shellcheck disable=SC2086 # words of a command
	try sh -c "cd $tmp && ulimit -s 64; QUIET=1 exec $vmabench $command"
	is "64 KiB of stack: vmabench ${command%% *}" "$status" 0
done
for command in show check 'export -f json'; do
	# shellcheck disable=SC2086
	try sh -c "ulimit -s 64; exec $vmadiff $command $tmp/small"
	is "64 KiB of stack: vmadiff ${command%% *}" "$status" 0
done
try sh -c "ulimit -s 64; exec $vmadiff compare $tmp/small $tmp/elsewhere/record"
ok '64 KiB of stack: vmadiff compare' [ "$status" -lt 128 ]

# What the record says of the machine is what it is.
ok 'the quota of the cgroup is in the record' \
	grep -q '"cpu_quota":"[^"]' "$tmp/elsewhere/record"

finish
