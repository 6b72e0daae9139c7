#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-metal.sh [short|full]
#
# metal.sh on a machine of its own: a QEMU guest with Debian's root, systemd,
# GRUB, kexec-tools and two of Debian's kernels, on a disk that outlives it.  All
# that metal.sh does there it does as on metal.
#
#   full    8 boots; one panics, one hangs, and QEMU is killed during a third
#   short   4 boots by GRUB, one of which panics; a part of make test
#
# Before that, systemd kills all of a unit in which quiet.sh runs.
#
# Then every boot of the plan must be accounted for, none measured twice, each by
# the kernel that it was planned for, the comparison there, and what was added
# gone.  The guest's disk is made with mmdebstrap, once, and kept in the cache.
#
# Environment:
#   METAL_TEST_DIR   where the guest's disks and its console go, and stay
#                    (a temporary folder, kept if something failed)
#   METAL_TEST_S     limit on the time of a CPU that the guest takes (1800); the
#                    clock may show four times as much, on a machine that does
#                    other things
#   VMABENCH_CACHE   the cache
#
# Exit status: 0 all well, 1 not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
build=${B:-$root/build}
cache=$("$root/scripts/kernel.sh" cache)/metal
limit_s=${METAL_TEST_S:-1800}
form=${1:-full}
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=scripts/apt-sources.sh
. "$root/scripts/apt-sources.sh"

# shellcheck source=scripts/test-metal/machine.sh
. "$root/scripts/test-metal/machine.sh"
# shellcheck source=scripts/test-metal/guest.sh
. "$root/scripts/test-metal/guest.sh"

case $form in
short | full) ;;
*)	misuse "'$form' is not short or full" ;;
esac

# stop TEXT...: says why the test does not go on.
stop() {
	tell "$@"
	exit 1
}

number METAL_TEST_S "$limit_s"

qemu=
scratch=
dir=
cleanup() {
	[ -z "$qemu" ] || kill -9 "$qemu" 2>/dev/null || :
	[ -z "$scratch" ] || rm -rf "$scratch"
}
# Kept is what failed, not what was called off.
called_off() {
	cleanup
	[ -n "${METAL_TEST_DIR:-}" ] || [ -z "$dir" ] || rm -rf "$dir"
	exit "$1"
}
trap cleanup EXIT
trap 'called_off 129' HUP
trap 'called_off 130' INT
trap 'called_off 143' TERM

failed=
check() {
	what=$1
	shift
	if "$@"; then
		tell "ok: $what"
	else
		tell "NOT OK: $what"
		failed=1
	fi
}

events() {
	awk -v event="$1" '$2 == event && / \.$/' "$dir/out/metal/test/state"
}

count() {
	events "$1" | wc -l
}

machine
if [ -n "${METAL_TEST_DIR:-}" ]; then
	dir=$METAL_TEST_DIR
	mkdir -p "$dir"
else
	dir=$(mktemp -d "$cache/test.XXXXXX")
fi
boots=8
plan="--blocks 2 --boots 2"
run=
if [ "$form" = short ]; then
	boots=4
	plan="--blocks 2 --boots 1"
	run="--boot grub"
fi
rm -rf "$dir/tree" "$dir/out"
mkdir "$dir/tree" "$dir/out"
make_srv "$dir/tree"
if [ "$form" = short ]; then
	echo panic >"$dir/tree/faults/measure-1"
	wanted_failures=1
else
	echo panic >"$dir/tree/faults/boot-2"
	echo hang >"$dir/tree/faults/measure-3"
	echo cut >"$dir/tree/faults/measure-5"
	wanted_failures=3
fi
cp --sparse=always "$disk" "$dir/disk"
rm -f "$dir/srv" "$dir"/console.*
mkfs.ext4 -q -d "$dir/tree" "$dir/srv" 256m

start=$(date +%s)
power=1
before_cut_s=0
start_qemu $power
shown=0
while sleep 1; do
	lines=$(cat "$dir"/console.* 2>/dev/null |
		sed -n 's/^\[[^]]*] [a-z.]*sh\[[0-9]*\]: metal.sh: //p' | tr -d '\r')
	total=$(echo "$lines" | wc -l)
	if [ "$total" -gt "$shown" ]; then
		echo "$lines" | tail -n +$((shown + 1)) |
			sed "s/^/$(($(date +%s) - start)) s: /"
		shown=$total
	fi
	if [ $power = 1 ] && grep -qs 'CUT HERE' "$dir/console.1"; then
		tell "$(($(date +%s) - start)) s: power cut"
		before_cut_s=$(cpu_s)
		kill -9 "$qemu"
		wait "$qemu" 2>/dev/null || :
		power=2
		start_qemu $power
	fi
	kill -0 "$qemu" 2>/dev/null || break
	if [ $((before_cut_s + $(cpu_s))) -gt "$limit_s" ] ||
		[ $(($(date +%s) - start)) -gt $((4 * limit_s)) ]; then
		stop "not done within $limit_s s of a CPU, or $((4 * limit_s)) s;" \
			"$dir has the disks and the console"
	fi
done
wait "$qemu" 2>/dev/null || :
qemu=
tell "the machine was up for $(($(date +%s) - start)) s"

debugfs -R "rdump /results/metal $dir/out" "$dir/srv" 2>/dev/null
for file in before after quiet; do
	debugfs -R "dump /$file $dir/$file" "$dir/srv" 2>/dev/null
done
session=$dir/out/metal/test
if [ ! -f "$session/state" ]; then
	stop "no session; the console is in $dir"
fi

check "all $boots boots are done" [ "$(count "done")" -eq $boots ]
check "each of them once" \
	[ "$(events "done" | awk '{ print $3 }' | sort -u | wc -l)" -eq $boots ]
check "each by a machine that had been booted for it" \
	[ "$(events "done" | awk '{ print $5 }' | sort -u | wc -l)" -eq $boots ]
check "$wanted_failures attempts failed" [ "$(count failed)" -eq $wanted_failures ]
check "each boot and attempt is accounted for" \
	[ "$(count booting)" -eq "$((boots + $(count failed) + $(count excused)))" ]
records=$(find "$session" -name 'boot-*.jsonl')
check "there are $boots records" [ "$(echo "$records" | wc -l)" -eq $boots ]
# shellcheck disable=SC2086 # one word a record
whole=$("$build/vmadiff" check $records >/dev/null && echo yes) || :
check "the records are whole" [ "$whole" = yes ]
check "each boot id is that of one record" \
	[ "$(for r in $records; do head -n 1 "$r" | jq -r .boot.boot_id; done |
		sort -u | wc -l)" -eq $boots ]
check "each record is of the kernel of its folder" \
	[ "$(for r in $records; do
		[ "$(head -n 1 "$r" | jq -r .kernel.release)" = \
			"$(basename "$(dirname "$r")")" ] || echo "$r"
	done)" = "" ]
check "block and order are those of the plan" \
	[ "$(for r in $records; do head -n 1 "$r" |
			jq -r '"\(.boot.order) \(.boot.block) \(.kernel.release)"'
		done | sort -n)" = \
	"$(jq -r '.boots[] | "\(.order) \(.block) \(.kernel)"' "$session/session.json")" ]
check "the comparison came out" grep -q 'maple_stores\|insns\|latency\|vmas' \
	"$session/compare.txt"
check "what was added is gone" cmp "$dir/before" "$dir/after"
check "the settings of a quiet.sh that was killed with its unit are restored" \
	[ "$(paste -s -d ' ' "$dir/quiet")" = "changed guarded restored" ]
cat "$session/state"
head -n 40 "$session/compare.txt"
[ -z "$failed" ] || stop "failed; $dir has the disks and the console"
[ -n "${METAL_TEST_DIR:-}" ] || rm -rf "$dir"
