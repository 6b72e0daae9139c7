#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-tree.sh
#
# Is a kernel the same, whether its patches come from kernel-patches or are the
# commits of a tree?  Makes a git tree of the packaged source with the patches of
# the series as commits, measures it with "series.sh --tree" and the stages with
# "series.sh all", and compares the records: every line but the header, which
# names the kernel, must be the same, to the instruction and the function.  Of
# the first and the last, as programs for the native tier, the objects must be
# the same bytes: what is timed is then the same, too.  Long: ten kernels and
# four programs, unless they are in the cache, and 2.5 GB while it runs.
#
# Environment: SET, SCENARIOS, SEEDS and what series.sh knows.
#
# Exit status: 0 the same, 1 not, or something failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
build=${B:-$root/build}
patches=${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}
[ $# -eq 0 ] || misuse "there is no '$1'"

cache=$("$root/scripts/kernel.sh" cache)
mkdir -p "$cache"
dir=$(mktemp -d "$cache/history-XXXXXX")
trap 'end_child; rm -rf "$dir"' EXIT
exit_on_signals

# What was kept would be the same for sure.
REMEASURE=1
export REMEASURE

# series NAME ARGUMENT...: measures, and leaves the session in $dir/NAME.
series() {
	RESULTS=$dir/$1
	export RESULTS
	shift
	in_child env TIER=exact "$root/scripts/series.sh" "$@" >"$RESULTS.out" || {
		cat "$RESULTS.out"
		die "series.sh $* failed"
	}
}

"$root/scripts/git-tree.sh" "$dir/src"
git -C "$dir/src" checkout -q -b topic
for stage in $("$root/scripts/kernel.sh" list); do
	[ "$stage" = stock ] ||
		git -C "$dir/src" am -q "$patches/$stage.patch" ||
			die "git does not take $stage.patch for a commit"
done
TREE=$dir/src RANGE=main..topic series tree --tree
# shellcheck disable=SC2046 # one word a stage
series stages $("$root/scripts/kernel.sh" list)

status=0
n=0
for stage in $("$root/scripts/kernel.sh" list); do
	set -- "$dir/tree/series/latest/s0$n"_*.jsonl
	n=$((n + 1))
	record=$dir/stages/series/latest/$stage.jsonl
	sed 1d "$record" >"$dir/a"
	sed 1d "$1" >"$dir/b"
	rows=$(grep -c '"type":"row"' "$dir/a")
	if cmp -s "$dir/a" "$dir/b"; then
		echo "$stage, $(basename "$1" .jsonl): $rows rows," \
			"$(wc -l <"$dir/a") lines, all the same"
		continue
	fi
	echo "$stage, $(basename "$1" .jsonl): not the same"
	"$build/vmadiff" compare "$record" "$1" || :
	status=1
done

# objects STAGE IMAGE IMAGE: of a stage, and of the commit that it is.
objects() {
	if cmp "$2/objects.o" "$3/objects.o"; then
		echo "$1, as a program: the same objects"
	else
		echo "$1, as a program: not the same"
		status=1
	fi
}

last=$("$root/scripts/kernel.sh" list | tail -n 1)
in_child "$root/scripts/kernel.sh" um build stock "$last"
export TREE="$dir/src" RANGE=main..topic
in_child "$root/scripts/tree-series.sh" --um --first-and-last >"$dir/programs"
# shellcheck disable=SC2046 # paths of the cache
set -- $(cut -d ' ' -f 2 "$dir/programs")
objects stock "$("$root/scripts/kernel.sh" um path stock)" "$1"
objects "$last" "$("$root/scripts/kernel.sh" um path "$last")" "$2"
[ $status -eq 0 ]
