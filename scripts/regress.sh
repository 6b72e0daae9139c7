#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: regress.sh            gate the stages against the reference
#        regress.sh --renew    measure a new reference
#        regress.sh --key STAGE RECORD    print what RECORD was made of here
#        regress-tree.sh --help    gates the commits of TREE, RANGE or SERIES,
#                                  which this calls where one of them is set
#
# Measures the primary set in the exact tier and compares it with the records
# kept in results/reference/, by the policy that lies there.
#
# A reference is kept with the key of what it was made of, and the patches of its
# kernel.  Patches may differ from today's: that is what the gate is about.
# Where anything else does (kernel source, config, compiler, QEMU, the suite's
# own scenarios), the kept figures cannot be compared: the reference's kernel is
# built from its patches, measured, and compared with instead.
#
# Environment:
#   STAGES      stages to gate (noretry)
#   REFERENCE   where the reference is (results/reference)
#   RECORD      record of the one stage, if it has been measured already
#   POLICY      policy (REFERENCE/policy.ini)
#   LUCK        file that make luck has written, or 0 for none (what is kept of
#               the stage, if it was varied): a failure that may be luck says so
#   JOBS        guests and compilations at a time (all CPUs)
#   and what kernel.sh knows
#
# Exit status: that of vmadiff gate: 0 pass, 1 regressed, 2 usage, 3 inconclusive,
# 4 data; 1 also where a kernel cannot be built or measured.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"

# What is judged are rows; layouts of the maple tree would take as long again.
export LAYOUTS="${LAYOUTS:-0}"
# shellcheck source=scripts/luck/kept.sh
. "$root/scripts/luck/kept.sh"
[ -z "${TREE:-}${RANGE:-}${SERIES:-}" ] ||
	exec "$root/scripts/regress-tree.sh" "$@"
build=${B:-$root/build}
reference=${REFERENCE:-$root/results/reference}
policy=${POLICY:-$reference/policy.ini}
jobs=${JOBS:-$(nproc)}
stages=${STAGES:-noretry}
patches=${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}
renew=

case ${1-} in
'') ;;
--renew) renew=1 ;;
--key)	[ $# -eq 3 ] || usage ;;
*)	misuse "there is no '$1'" ;;
esac

check_luck
take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

# suite: what the scenarios of the primary set do, from a record.
suite() {
	sed -n 's/.*"type":"row","scenario":"\([^"]*\)","version":"\([^"]*\)".*/\1 \2/p' \
		"$1" | sort -u | sha256sum | cut -c 1-16
}

# program: what of vmabench the guest has in memory, with its libraries where it is
# not static.  In which order it is linked is no matter to counts; what the compiler
# makes of a scenario is, and so are some hundred KiB more.
program() {
	objcopy -O binary --remove-section=.revision \
		--remove-section=.note.gnu.build-id "$build/vmabench" \
		"$tmp/program"
	ldd "$build/vmabench" 2>/dev/null |
		sed -n 's,.*[[:space:]]\(/.*\) (0x.*,\1,p' |
		xargs -r -d '\n' cat >>"$tmp/program"
	sha256sum <"$tmp/program" | cut -c 1-16
}

# key_of STAGE RECORD: all that must be the same for two records to be compared.
key_of() {
	"$root/scripts/kernel.sh" key "$1" | grep -v '^patch '
	echo "qemu $(qemu-system-x86_64 --version | head -n 1)"
	sed -n '1s/.*"firmware":"\([^"]*\)".*/firmware \1/p' "$2"
	echo "suite $(suite "$2")"
	echo "program $(program)"
}

[ "${1-}" != --key ] || {
	key_of "$2" "$3"
	exit
}

# measure STAGE RECORD
measure() {
	"$root/scripts/kernel.sh" build "$1"
	"$root/scripts/exact.sh" "$1" "$2" -j "$jobs" ||
		[ $? -eq 3 ] || die "$1 could not be measured"
}

# base STAGE: the record to compare with, in $tmp/base.jsonl.
base() {
	key_of "$1" "$tmp/$1.jsonl" >"$tmp/key"
	[ -f "$reference/$1.jsonl.xz" ] ||
		die "no reference of $1 in $reference; regress.sh --renew makes it"
	if cmp -s "$tmp/key" "$reference/$1.key"; then
		xz -dc "$reference/$1.jsonl.xz" >"$tmp/base.jsonl"
		return
	fi
	say "$1: the reference was made of something else:"
	diff "$reference/$1.key" "$tmp/key" |
		sed -n 's/^< /  reference  /p; s/^> /  here       /p' >&2
	say "$1: building its kernel and measuring that instead"
	KERNEL_PATCHES=$reference/patches
	export KERNEL_PATCHES
	measure "$1" "$tmp/base.jsonl"
	unset KERNEL_PATCHES
}

# keep STAGE: put the record into the reference, with the difference shown.
keep() {
	if [ -f "$reference/$1.jsonl.xz" ]; then
		xz -dc "$reference/$1.jsonl.xz" >"$tmp/old.jsonl"
		echo "$1, the reference so far and the new one:"
		"$build/vmadiff" compare "$tmp/old.jsonl" "$tmp/$1.jsonl" || :
	fi
	key_of "$1" "$tmp/$1.jsonl" >"$tmp/$1.key"
	xz -6c "$tmp/$1.jsonl" >"$tmp/$1.jsonl.xz"
}

# check_reference: exits with 2 where a renewal would take away what it has not written.
# What git has of the project's own is not lost.
check_reference() {
	[ -n "${REFERENCE:-}" ] || return 0
	for stage in $stages; do
		check_ours "$reference" "$stage.jsonl.xz" "$stage.key"
	done
	for file in "$reference"/patches/* "$reference"/patches/.[!.]*; do
		[ "${file##*/}" = "$ours_sums" ] ||
			check_ours "$reference/patches" "${file##*/}"
	done
}

[ -z "$renew" ] || check_reference
[ -n "${RECORD:-}" ] || "$root/scripts/exact.sh" --probe
status=0
for stage in $stages; do
	if [ -n "${RECORD:-}" ]; then
		cp "$RECORD" "$tmp/$stage.jsonl"
	else
		measure "$stage" "$tmp/$stage.jsonl"
	fi
	if [ -n "$renew" ]; then
		keep "$stage"
		continue
	fi
	base "$stage"
	echo "$stage, against the reference:"
	this=0
	luck=$(luck_of "$stage")
	"$build/vmadiff" gate ${luck:+--luck "$luck"} "$policy" "$tmp/base.jsonl" \
		"$tmp/$stage.jsonl" ||
		this=$?
	[ "$this" -le "$status" ] || status=$this
done
[ -n "$renew" ] || exit "$status"

# All of it is there before any of it is replaced.
check_reference
make_trusted REFERENCE "$reference"
new=$(mktemp -d "$reference/.new-XXXXXX")
trap 'rm -rf "$tmp" "$new"' EXIT
for stage in $stages; do
	cp "$tmp/$stage.jsonl.xz" "$tmp/$stage.key" "$new"
done
mkdir "$new/patches"
cp "$patches"/*.patch "$patches/series" "$patches/guest.config" \
	"$patches/about" "$new/patches"
chmod 0644 "$new"/*.* "$new"/patches/*
for stage in $stages; do
	[ -n "${REFERENCE:-}" ] ||
		note_ours "$reference" "$reference" "$stage.jsonl.xz" "$stage.key"
	put_ours "$new" "$reference" "$stage.jsonl.xz" "$stage.key"
done
# shellcheck disable=SC2046 # names of patches are words
note_ours "$new/patches" "$new/patches" $(ls "$new/patches")
rm -rf "$reference/patches"
mv -T "$new/patches" "$reference/patches"
rmdir "$new"
tame "Reference: $reference"
