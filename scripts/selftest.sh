#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: selftest.sh [TIMES]
#
# Is the gate right?  A kernel that executes one instruction more in every mmap()
# must be caught by instructions each time, and one that loads from one cache line
# more, which nothing else is in, by lines read (kernel-patches/selftest).  The
# same kernel measured again must never be caught, and neither must the one
# instruction by lines read, for it loads nothing.  TIMES of each (20), every time
# with another seed, which is another set of mappings that the process has
# besides.
#
# Environment: JOBS, QUIET and what kernel.sh knows.
#
# Exit status: 0 the gate was right every time, 1 it was not, or the tool failed,
# 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"

build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
times=${1:-20}
patched="one_insn one_line"
scenario=anon_append
number TIMES "$times"

base=$("$root/scripts/kernel.sh" list | tail -n 1)

take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

# What is held against the base: "NAME METRIC EXPECTED WHAT".
cat >"$tmp/cases" <<EOT
one_insn insns caught one instruction more a mmap, by insns
one_line lines_read caught one cache line more a mmap, by lines_read
again insns flagged the same kernel again, by insns
again lines_read flagged the same kernel again, by lines_read
one_insn lines_read flagged one instruction more, by lines_read
EOT

# with NAME: the series is the one that there is, with this patch more.
with() {
	KERNEL_PATCHES=$tmp/$1
	export KERNEL_PATCHES
}

for name in $patched; do
	mkdir "$tmp/$name"
	cp "$root/kernel-patches/${KERNEL_BASE:-6.12}"/* "$tmp/$name"
	cp "$root/kernel-patches/selftest/$name.patch" "$tmp/$name"
	chmod u+w "$tmp/$name"/*
	echo "$name.patch" >>"$tmp/$name/series"
	echo "retry $name none" >>"$tmp/$name/about"
done

for metric in insns lines_read; do
	cat >"$tmp/$metric.policy" <<EOT
[one more]
rows = $scenario/mmap/$metric
max_increase = 0.5
EOT
done

"$root/scripts/exact.sh" --probe
"$root/scripts/kernel.sh" build "$base"
for name in $patched; do
	with "$name"
	"$root/scripts/kernel.sh" build "$name"
done

# What was kept would be the same for sure, and layouts are not what is judged.
REMEASURE=1
LAYOUTS=0
export REMEASURE LAYOUTS

# measure STAGE RECORD SEED
measure() {
	"$root/scripts/exact.sh" "$1" "$2" --seed "$3" -j "$jobs" "$scenario" \
		2>"$tmp/err" || {
		cat "$tmp/err" >&2
		exit 1
	}
}

# verdict METRIC NEW: what the gate says of it.
verdict() {
	status=0
	"$build/vmadiff" gate "$tmp/$1.policy" "$tmp/base" "$2" >"$tmp/out" 2>&1 ||
		status=$?
	case $status in
	0) echo passed ;;
	1) echo caught ;;
	*) cat "$tmp/out" >&2
	   exit 1 ;;
	esac
}

# judge: the measured kernels, each as often as it is among the cases.
judge() {
	while read -r name metric expected what; do
		said=$(verdict "$metric" "$tmp/$name.new")
		[ "$said" != caught ] || echo "$name $metric" >>"$tmp/caught"
	done <"$tmp/cases"
}

: >"$tmp/caught"
n=0
while [ $n -lt "$times" ]; do
	n=$((n + 1))
	measure "$base" "$tmp/base" $n
	measure "$base" "$tmp/again.new" $n
	for name in $patched; do
		with "$name"
		measure "$name" "$tmp/$name.new" $n
	done
	judge
	rm -f "$tmp/base" "$tmp"/*.new
	say "$n/$times: $(sort "$tmp/caught" | uniq -c |
		awk '{ printf "%s%s by %s %d times", sep, $2, $3, $1; sep = ", " }')"
done

wrong=0
while read -r name metric expected what; do
	nr=$(grep -cx "$name $metric" "$tmp/caught") || :
	printf '%-45s %s %s of %s\n' "$what:" "$expected" "$nr" "$times"
	case $expected:$nr in
	"caught:$times" | flagged:0) ;;
	*) wrong=1 ;;
	esac
done <"$tmp/cases"
exit $wrong
