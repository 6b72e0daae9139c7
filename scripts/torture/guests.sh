#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: guests.sh, which torture.sh runs
#
# Has guests go wrong, at the boot and in the runs of one scenario of three:
# they panic, hang, reboot, say they are another kernel, send garbage, half
# lines, lines twice, lines of other scenarios, numbers that are none, control
# characters, gigabytes.  A guest is booted once; then something that is no QEMU
# sends the same again, but for the fault.  In the full form two more are
# booted, of which one panics and one hangs.
#
# It held if "vmabench exact" ended in time with the status that its manual has
# for that, within 2 GiB of memory and 1 GiB of disk, said why, without a
# control character for the terminal, and of the scenario either has nothing but
# that, or, where a line more is no harm, what it has of a good guest; and if
# the rows of the others are the same.
#
# Exit status: 0 tried, held or not; 77 where no kernel has been built, or there
# is no memory to work in.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/torture/lib.sh
. "$root/scripts/torture/lib.sh"

no_options "$@"
[ $# -eq 0 ] || usage
need_torture
build=$(cd "${B:-$root/build}" && pwd)
image=$("$root/scripts/kernel.sh" path noretry 2>/dev/null) ||
	cannot "no kernel to boot: scripts/kernel.sh build noretry"

# What is written without an end fills nobody's disk.
if [ -z "${TORTURE_CONFINED:-}" ]; then
	unshare --mount true 2>/dev/null || cannot "needs root, and a mount namespace"
	TORTURE_CONFINED=1 exec unshare --mount --propagation private "$0"
fi
good=$torture_dir/good
room=$torture_dir/room
mkdir "$good" "$room"
mount -t tmpfs -o size=1g,mode=700 tmpfs "$room" || cannot "no file system in memory"
trap 'umount "$room"' EXIT

export GOOD="$good" VICTIM=anon_append FAULT=none
scenarios="nop anon_append memfd_append"

# exact OPTION...: with what it says in $torture_dir/said.
exact() (
	# shellcheck disable=SC2086 # words
	TMPDIR=$room exec prlimit --as=2147483648 timeout -k 5 "$limit_s" "$build/vmabench" exact --stage noretry --image "$image" \
		--layouts 0 --once --ops 4 --reason "$torture_dir/reason" \
		-o "$torture_dir/record" "$@" $scenarios
) >"$torture_dir/said" 2>&1 </dev/null

# rows SCENARIO RECORD
rows() {
	grep "\"type\":\"row\",\"scenario\":\"$1\"" "$2" || :
}

# wrong STATUS WANTED: prints what did not hold.
wrong() {
	[ "$1" -eq "$2" ] || echo "exit status $1, and not $2"
	! LC_ALL=C tr -d '\n\t\r' <"$torture_dir/said" | LC_ALL=C grep -q '[[:cntrl:]]' ||
		echo "a control character in its messages"
	[ "$(cat "$torture_dir/full")" = 0 ] || echo "the disk was filled"
	[ -z "$(ls -A "$room")" ] || echo "left in TMPDIR: $(ls -A "$room")"
	[ -s "$torture_dir/said" ] || echo "it said nothing"
	case $FAULT in
	boot-*)
		[ ! -e "$torture_dir/record" ] || echo "there is a record"
		return ;;
	esac
	"$build/vmadiff" check "$torture_dir/record" >"$torture_dir/checked" 2>&1 || case $? in
	3) ;;
	*)	echo "the record is refused: $(tail -n 1 "$torture_dir/checked" | cat -v)"
		return ;;
	esac
	for scenario in nop memfd_append; do
		[ "$(rows $scenario "$torture_dir/record")" = "$(rows $scenario "$good/record")" ] ||
			echo "$scenario has other rows"
	done
	own=$(rows $VICTIM "$torture_dir/record")
	grep -q "\"type\":\"failure\",\"scenario\":\"$VICTIM\".*\"reason\":\"..*\"" \
		"$torture_dir/record" || [ "$own" = "$(rows $VICTIM "$good/record")" ] ||
		echo "$VICTIM has other rows, and no failure"
}

# attack STATUS FAULT [OPTION...]
attack() {
	wanted=$1
	export FAULT="$2"
	shift 2
	rm -f "$torture_dir/record" "$torture_dir/reason"
	status=0
	exact --disks "$good" --timeout 5 "$@" &
	pid=$!
	full=0
	while kill -0 $pid 2>/dev/null; do
		[ "$(free_mib "$room")" -gt 0 ] || full=1
		sleep 0.1
	done
	echo $full >"$torture_dir/full"
	wait $pid || status=$?
	found=$(wrong $status "$wanted" | paste -s -d ';')
	kind="guests: ${kind_of:-a stand-in}"
	if [ -z "$found" ]; then
		held "$kind"
	else
		lost "$kind" "$FAULT: $found"
	fi
}

# A real guest, and what it leaves.  It has the time that it needs where others work, too.
limit_s=1200
exact --keep "$good" || {
	cat "$torture_dir/said" >&2
	die "a guest that does nothing wrong is not measured"
}
mv "$torture_dir/record" "$good/record"
rm -f "$good/memory"
qemu-system-x86_64 --version >"$good/version"
limit_s=120

number=0
while read -r wanted fault; do
	number=$((number + 1))
	[ -z "$torture_short" ] || [ $(((number + ${TORTURE_SEED:-1}) % 5)) -eq 0 ] || continue
	begin_attempt "$number" || continue
	attack "$wanted" "$fault" --qemu "$root/scripts/torture/guests/qemu-system-x86_64"
done <<-EOF
	0 none
	3 boot-panics
	3 boot-hangs
	3 boot-reboots
	3 boot-says-nothing
	1 boot-is-another-kernel
	3 boot-controls-terminal
	3 boot-console-is-huge
	3 boot-never-stops-writing
	3 boot-protocol-is-garbage
	3 boot-protocol-has-no-end
	3 panics
	3 hangs
	3 reboots
	3 console-is-huge
	3 never-stops-writing
	3 garbage
	3 half-a-line
	3 ends-in-the-middle
	3 no-such-scenario
	3 another-scenario
	3 twice
	3 not-a-number
	3 out-of-range
	3 controls-terminal
	3 records-are-huge
	3 nested
	3 failed
	3 killed
	3 counts-are-garbage
	3 counts-are-cut
EOF

# Real ones.
kind_of="booted"
if [ -z "$torture_short" ]; then
	for append in 'rdinit=/nowhere' 'rdinit=/nowhere panic=0'; do
		number=$((number + 1))
		begin_attempt "$number" || continue
		limit_s=600
		attack 3 "boot-really, $append" --append "$append" --timeout 60
	done
fi
report_attempts
