#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: selftest.sh [TIMES]
#
# Is the gate right?  A kernel that executes one instruction more in every
# mmap() (kernel-patches/selftest) must be caught each time, and the same kernel
# measured again must never be: TIMES of each (20), every time with another seed,
# which is another set of mappings that the process has besides.
#
# Environment: JOBS, QUIET and what kernel.sh knows.
#
# Exit status: 0 the gate was right every time, 1 it was not, or the tool failed,
# 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
times=${1:-20}
patched=one_insn
scenario=anon_append
number TIMES "$times"

base=$("$root/scripts/kernel.sh" list | tail -n 1)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

# The series, with one patch more.
mkdir "$tmp/patches"
cp "$root/kernel-patches/${KERNEL_BASE:-6.12}"/* "$tmp/patches"
cp "$root/kernel-patches/selftest/$patched.patch" "$tmp/patches"
chmod u+w "$tmp/patches"/*
echo "$patched.patch" >>"$tmp/patches/series"
echo "retry $patched none" >>"$tmp/patches/about"
KERNEL_PATCHES=$tmp/patches
export KERNEL_PATCHES

cat >"$tmp/policy" <<EOT
[one more]
rows = $scenario/mmap/insns
max_increase = 0.5
EOT

"$root/scripts/exact.sh" --probe
"$root/scripts/kernel.sh" build "$base" "$patched"

# What was kept would be the same for sure.
REMEASURE=1
export REMEASURE

# measure STAGE RECORD SEED
measure() {
	"$root/scripts/exact.sh" "$1" "$2" --seed "$3" -j "$jobs" "$scenario" \
		2>"$tmp/err" || {
		cat "$tmp/err" >&2
		exit 1
	}
}

# verdict NEW: what the gate says of it.
verdict() {
	status=0
	"$build/vmadiff" gate "$tmp/policy" "$tmp/base" "$1" >"$tmp/out" 2>&1 ||
		status=$?
	case $status in
	0) echo passed ;;
	1) echo caught ;;
	*) cat "$tmp/out" >&2
	   exit 1 ;;
	esac
}

caught=0
flagged=0
n=0
while [ $n -lt "$times" ]; do
	n=$((n + 1))
	measure "$base" "$tmp/base" $n
	measure "$base" "$tmp/again" $n
	measure $patched "$tmp/new" $n
	[ "$(verdict "$tmp/new")" != caught ] || caught=$((caught + 1))
	[ "$(verdict "$tmp/again")" != caught ] || flagged=$((flagged + 1))
	rm -f "$tmp/base" "$tmp/again" "$tmp/new"
	say "$n/$times: caught $caught, flagged $flagged"
done
echo "one instruction more a mmap: caught $caught of $times"
echo "the same kernel again:       flagged $flagged of $times"
[ "$caught" -eq "$times" ] && [ "$flagged" -eq 0 ]
