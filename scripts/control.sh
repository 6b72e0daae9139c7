#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: control.sh [PATCH]
#
# Is a change of the layout taken for one of the code?  A kernel that gives every
# process one VMA more (kernel-patches/selftest/one_vma.patch) is held against the
# one without, over layouts of the maple tree, as make series has it.  Rows move,
# and all that do must be LAYOUT: none is worse, and none better.
#
# With another PATCH of kernel-patches/selftest, the same is asked of that one: of
# one that changes the code (one_insn), the answer is no.
#
# Environment: RESULTS, JOBS, QUIET and what series.sh knows.
#
# Exit status: 0 so it was, 1 it was not, or the tool failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
build=${B:-$root/build}

no_options "$@"
[ $# -le 1 ] || usage
patched=${1:-one_vma}
[ -f "$root/kernel-patches/selftest/$patched.patch" ] ||
	fail 2 "there is no kernel-patches/selftest/$patched.patch"
base=$("$root/scripts/kernel.sh" series | tail -n 1)

take_scratch 10
tmp=$scratch
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals

# The series, with one patch more.
mkdir "$tmp/patches"
cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}"/* "$tmp/patches"
cp "$root/kernel-patches/selftest/$patched.patch" "$tmp/patches"
chmod u+w "$tmp/patches"/*
awk -v base="$base" '{ print } $1 == base ".patch" { exit }' "$tmp/patches/series" \
	>"$tmp/series"
echo "$patched.patch" >>"$tmp/series"
mv "$tmp/series" "$tmp/patches/series"
echo "retry $patched $("$root/scripts/kernel.sh" retry "$base")" >>"$tmp/patches/about"
KERNEL_PATCHES=$tmp/patches
RESULTS=${RESULTS:-$root/results}
TIER=exact
export KERNEL_PATCHES RESULTS TIER

status=0
in_child "$root/scripts/series.sh" "$base" "$patched" || status=$?
[ "$status" -eq 0 ] || die "the kernels were not compared ($status)"

# Of each operation that was measured over layouts, the verdicts of its rows.
session=$RESULTS/series/latest
sed -n 's/.*"type":"layout","scenario":"\([^"]*\)".*/\1/p' "$session/$base.jsonl" | sort -u \
	>"$tmp/scenarios"
[ -s "$tmp/scenarios" ] || die "nothing was measured over layouts: was LAYOUTS=0 set?"
"$build/vmadiff" export --format csv "$session/$base.jsonl" "$session/$patched.jsonl" |
	awk -F , '
	NR == FNR { over[$1]; next }
	FNR == 1 {
		for (i = 1; i <= NF; i++)
			at[$i] = i
		next
	}
	$1 in over { print $1, $2, $(at["metric"]), $(at["base"]), $(at["new"]), $(at["verdict"]) }
	' "$tmp/scenarios" - >"$tmp/rows"

moved=$(awk '$4 != $5' "$tmp/rows" | wc -l)
layout=$(awk '$4 != $5 && $6 == "LAYOUT"' "$tmp/rows" | wc -l)
awk '$4 != $5 && $6 != "LAYOUT"' "$tmp/rows" >"$tmp/wrong"
echo
echo "$patched: $moved of $(wc -l <"$tmp/rows") rows moved," \
	"$layout of them by layout"
[ ! -s "$tmp/wrong" ] || {
	echo "not taken for layout:"
	sed 's/^/  /' "$tmp/wrong"
}
[ "$moved" -gt 0 ] || echo "nothing moved: the control shows nothing"
[ "$moved" -gt 0 ] && [ ! -s "$tmp/wrong" ]
