#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: faults.sh STAGE...|all
#
# What does mmap() leave behind when an allocation of it fails?  Each stage is
# built with slab fault injection and the kernel's own checks of its maple trees
# (bench/tests/faults/debug.config), and boots a program that lets every
# allocation of an mmap() fail, next to, between and over VMAs that it merges
# with (bench/tests/faults/faults.c).  The kernel must complain of nothing, save
# one that retries a merge early (kernel.sh retry): of that it is known that it
# does, see kernel-patches/README.md, and a run in which it does not has tested
# nothing.
#
# Environment: what kernel.sh knows; FAULTS_SECONDS (1800), after which a guest is
# given up.
#
# Exit status: 0 as it should be, 1 not, or it could not be found out, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
no_options "$@"
[ $# -gt 0 ] || usage
faults=$root/bench/tests/faults
seconds=${FAULTS_SECONDS:-1800}
number FAULTS_SECONDS "$seconds"
# shellcheck disable=SC2046 # names of stages are words
[ "$*" != all ] || set -- $("$root/scripts/kernel.sh" list)

take_scratch 1
tmp=$scratch
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals

mkdir "$tmp/patches" "$tmp/root"
cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}"/* "$tmp/patches"
chmod u+w "$tmp/patches/guest.config"
cat "$faults/debug.config" >>"$tmp/patches/guest.config"
KERNEL_PATCHES=$tmp/patches
export KERNEL_PATCHES
"$root/scripts/kernel.sh" build "$@"

gcc -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -static -o "$tmp/root/init" \
	"$faults/faults.c"
truncate -s 8M "$tmp/root/dax.img"
mke2fs -q -F -t ext4 -b 4096 -O ^has_journal "$tmp/root/dax.img"
(cd "$tmp/root" && printf '%s\n' init dax.img | cpio --quiet -o -H newc) >"$tmp/initrd"

# boot STAGE: what the program says, in $tmp/STAGE.  The kernel has no console: it would
# spell out each tree.
boot() {
	image=$("$root/scripts/kernel.sh" path "$1")
	in_child timeout "$seconds" qemu-system-x86_64 -M q35 -accel tcg -cpu max \
		-m 512 -nodefaults -display none -no-reboot -serial "file:$tmp/$1" \
		-kernel "$image/vmlinux" -initrd "$tmp/initrd" -append \
		"console=ttyS3 log_buf_len=4M memmap=16M!384M panic=-1" ||
		die "$1: the guest does not come to an end"
	grep -q '^faults: done' "$tmp/$1" || {
		tail -n 5 "$tmp/$1" >&2
		die "$1: the guest did not get to its end"
	}
}

rc=0
for stage; do
	boot "$stage"
	grep -E '^HIT|complaints' "$tmp/$stage" || die "$stage: nothing was tried"
	hits=$(grep -c '^HIT' "$tmp/$stage" || :)
	retry=$("$root/scripts/kernel.sh" retry "$stage")
	case $retry/$hits in
	early/0)
		tell "$stage: the kernel complains of nothing, and is known to"
		rc=1 ;;
	early/*)
		tell "$stage: the kernel complains $hits times, as is known of it" ;;
	*/0)
		tell "$stage: the kernel complains of nothing" ;;
	*)
		tell "$stage: the kernel complains $hits times"
		rc=1 ;;
	esac
done
exit $rc
