#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: boot.sh [--all | SCENARIO...]
#        boot.sh --hashes
#
# Boots the two kernels of this bundle in your QEMU, counts every instruction that
# mmap() and munmap() execute there, and says whether the digits are those that
# were published.  It takes less than two minutes on two CPUs.  It builds nothing,
# installs nothing, and leaves nothing behind.
#
#   --all      boot all scenarios of the records, and not only those that the
#              series is about; eleven of them take about two minutes of CPU time
#   SCENARIO   boot only these
#   --hashes   boot nothing; show the hashes of the files, and whether SHA256SUMS
#              has the same
#
# It does not measure over layouts of the maple tree, which takes several times as
# long: of those the records have more than is counted here.
#
# boot.sh needs Linux on x86-64, QEMU 7.2 or later, 300 MB in /tmp, and no
# privileges.  It runs up to JOBS guests at a time, of 400 MB each, which see no
# network and no disk of yours.
#
# Environment:
#   QEMU     the QEMU to take (qemu-system-x86_64)
#   JOBS     guests at a time (all CPUs, but no more than 8)
#   TMPDIR   where guests have their files meanwhile (/tmp)
#   QUIET=1  no progress
#
# Exit status: 0 every digit is the same, 1 some differ, 2 usage, or there is no
# QEMU that can do it, or a file of the bundle was changed, 3 a guest failed.

set -eu

root=$(cd "$(dirname "$0")" && pwd)
# In the suite it is a script among others, without a bundle.
[ -d "$root/scripts" ] || root=$root/../..
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/publish/digits.sh
. "$root/scripts/publish/digits.sh"
# shellcheck disable=SC2034 # of lib.sh
die_status=2
qemu=${QEMU:-qemu-system-x86_64}

# about NAME: what the bundle says of itself under that name.
about() {
	sed -n "s/^$1[[:space:]]*//p" "$root/bundle.txt"
}

# show_hashes: of all files, with what SHA256SUMS says of each; returns 1 where one is
# another than that, or missing.
show_hashes() {
	echo "sha256 of the files, and whether SHA256SUMS has the same:"
	wrong=
	while read -r wanted file; do
		found=$(sha256sum "$root/$file" 2>/dev/null) || found=missing
		found=${found%% *}
		verdict=same
		[ "$found" = "$wanted" ] || verdict=WRONG wrong="$wrong $file"
		printf '%-64s  %-5s  %s\n' "$found" "$verdict" "$file"
	done <"$root/SHA256SUMS"
	found=$(sha256sum "$root/SHA256SUMS")
	echo "${found%% *}  SHA256SUMS itself: its sender can tell whether it is theirs"
	[ -z "$wrong" ] || {
		warn "not as they were when the bundle was made:$wrong"
		return 1
	}
}

hashes=
chosen=
case ${1-} in
--hashes) hashes=1; shift ;;
--all)	chosen=scenarios; shift ;;
-*)	misuse "there is no option '$1'" ;;
'')	chosen=quick ;;
esac
[ $# -eq 0 ] || [ -z "$hashes$chosen" ] || misuse "'$1' is too much"
for file in bundle.txt SHA256SUMS; do
	[ -f "$root/$file" ] ||
		die "$root is no bundle, it has no $file; make publish BUNDLE=1 makes one"
done
# shellcheck disable=SC2046 # one word a scenario
[ -z "$chosen" ] || set -- $(about "$chosen")
for scenario; do
	case " $(about scenarios) " in
	*" $scenario "*) ;;
	*)	warn "the records have no scenario '$scenario'; they have"
		about scenarios | tr ' ' '\n' | sed 's/^/  /' >&2
		exit 2 ;;
	esac
done

show_hashes || fail 2 "nothing was booted: have the bundle sent again"
[ -z "$hashes" ] || exit 0

[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] ||
	die "the guest's program runs on Linux on x86-64 CPUs, and this is $(uname -s) on" \
		"$(uname -m)"
case $root in
*,* | *\'*) die "QEMU takes no path with a comma or a quote, as $root is: move the bundle" ;;
esac
command -v "$qemu" >/dev/null ||
	die "there is no $qemu: install it (Debian, Ubuntu: qemu-system-x86; Fedora:" \
		"qemu-system-x86-core; openSUSE: qemu-x86; Arch: qemu-system-x86; Alpine:" \
		"qemu-system-x86_64), or say where it is with QEMU=PROGRAM"
vmabench=$root/bin/vmabench
"$vmabench" --version >/dev/null ||
	die "$vmabench cannot be run: on a folder that is mounted noexec nothing can"

scratch=
verdict=
# shellcheck disable=SC2317 # the trap reaches it
cleanup() {
	status=$?
	end_child
	[ -z "$scratch" ] || rm -rf "$scratch"
	# 1 is a verdict, and not what a shell ends with where something went wrong.
	[ "$status" -ne 1 ] || [ -n "$verdict" ] || status=2
	exit "$status"
}
trap cleanup EXIT
exit_on_signals
take_scratch 300
export TMPDIR="$scratch"

in_child "$vmabench" exact --probe --qemu "$qemu" >/dev/null ||
	die "it has to be QEMU 7.2 or a later one, built with TCG plugins, as that of" \
		"distributions is"
jobs=${JOBS:-$(nproc)}
number JOBS "$jobs"
[ -n "${JOBS:-}" ] || [ "$jobs" -le 8 ] || jobs=8

# qemu_of RECORD: version and firmware.
qemu_of() {
	echo "$(header_of "$1" qemu), $(header_of "$1" firmware)" |
		sed 's/^QEMU emulator version //; s, [0-9/]*$,,'
}

# measure STAGE SCENARIO...
measure() {
	stage=$1
	shift
	kernel=$root/kernels/$stage
	published=$root/records/$stage.jsonl
	module=$kernel/vmabench_hook.ko
	[ -f "$module" ] || module=
	status=0
	in_child "$vmabench" exact --stage "$stage" --image "$kernel" --qemu "$qemu" \
		${module:+--module "$module"} --disks "$root/guest" \
		--retry "$(header_of "$published" retry)" -j "$jobs" --layouts 0 \
		-o "$scratch/$stage.jsonl" "$@" || status=$?
	case $status in
	0 | 3)	[ -f "$scratch/$stage.jsonl" ] || exit 3 ;;
	*)	fail 3 "$stage could not be measured ($status)" ;;
	esac
}

# shellcheck disable=SC2046 # two words
read -r base new <<EOT
$(about stages)
EOT
echo
echo "Session $(about session): $base and $new$(about title | sed 's/^/, of "/; s/$/"/')"
there=$(qemu_of "$root/records/$base.jsonl")
say "booting both kernels, $# scenarios, $jobs guests at a time"
for stage in "$base" "$new"; do
	measure "$stage" "$@"
done
here=$(qemu_of "$scratch/$base.jsonl")
echo "QEMU here:      $here"
echo "QEMU published: $there"
echo
worst=0
for stage in "$base" "$new"; do
	status=0
	compare_digits "$stage" "$root/records/$stage.jsonl" "$scratch/$stage.jsonl" "$@" ||
		status=$?
	[ "$status" -ne 2 ] || die "awk could not compare the records"
	[ "$status" -le "$worst" ] || worst=$status
done
echo
printf '%-34s %10s %10s\n' "instructions a call, counted here" "$base" "$new"
print_effect "$scratch/$base.jsonl" "$scratch/$new.jsonl" "$@"
echo

verdict=$worst
case $worst,$here in
0,*)	echo "The digits are the same." ;;
1,"$there")
	echo "Digits differ, although it is the same QEMU: please tell the sender." ;;
1,*)	cat <<EOT ;;
Digits differ, and so does QEMU.  Its firmware decides what is in memory before a kernel
starts, and with it what the kernel's allocators have at hand: functions of SLUB and of
the page allocator may differ, by up to 0.4 % of a row.  If others do, tell the sender.
EOT
*)	echo "A scenario failed that had not failed where the records were made." ;;
esac
left=$(($(about scenarios | wc -w) - $#))
[ "$left" -le 0 ] ||
	echo "$left more scenarios are in the records: ./boot.sh --all boots those as well."
exit "$worst"
