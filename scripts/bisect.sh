#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: bisect.sh [-r ROW] TREE GOOD BAD   find the commit
#        bisect.sh step ROW DIR             judge the tree that is checked out
#
# Finds the commit of a kernel's git history that changed a figure of the exact
# tier: builds, boots and measures GOOD and BAD, then has git bisect do the same
# half-way, and so on.  ROW is SCENARIO/OP/METRIC
# (secretmem_append/mmap/insns).
#
# TREE is not touched: all of it happens in a worktree of its own, in the cache,
# which is removed at the end, and so is what git bisect notes down.
#
# The second form is for a "git bisect run" of one's own, in the tree: DIR has
# good.jsonl and bad.jsonl.
#
# Environment: JOBS, QUIET and what kernel.sh knows.
#
# Exit status: 0 found (or the tree is good), 1 the tree is bad, 2 usage, 125 the
# tree does not build or boot, or is neither good nor bad, 128 the machine or the
# tool failed: the bisection stops.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
row=secretmem_append/mmap/insns

say() {
	echo "bisect.sh: $*" >&2
}

abort() {
	say "$*"
	exit 128
}

usage() {
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

# measure TREE RECORD: 125 where that is the kernel's fault.
measure() {
	status=0
	image=$("$root/scripts/kernel.sh" tree "$1" bisect) || status=$?
	case $status in
	0) ;;
	3) return 125 ;;
	*) return 128 ;;
	esac
	"$build/vmabench" exact --stage bisect --image "$image" -j "$jobs" \
		-o "$2" "${row%%/*}" || status=$?
	case $status in
	0) ;;
	3) return 125 ;;
	*) return 128 ;;
	esac
}

what() {
	git -C "$1" log -1 --format='%h ("%s")'
}

step() {
	row=$1
	dir=$2
	say "$(what .)"
	rm -f "$dir/new.jsonl"
	measure "$PWD" "$dir/new.jsonl" || exit $?
	exec "$build/vmadiff" between "$dir/good.jsonl" "$dir/bad.jsonl" \
		"$dir/new.jsonl" "$row"
}

if [ "${1-}" = step ]; then
	[ $# -eq 3 ] || usage
	step "$2" "$3"
fi
while getopts r:h option; do
	case $option in
	r) row=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] || usage
case $row in
*/*/*) ;;
*)	usage ;;
esac

tree=$1
for commit in "$2" "$3"; do
	git -C "$tree" rev-parse -q --verify "$commit^{commit}" >/dev/null ||
		abort "no commit $commit in $tree"
done
good=$(git -C "$tree" rev-parse "$2^{commit}")
bad=$(git -C "$tree" rev-parse "$3^{commit}")
git -C "$tree" merge-base --is-ancestor "$good" "$bad" ||
	abort "$2 is not an ancestor of $3"

cache=$("$root/scripts/kernel.sh" cache)
mkdir -p "$cache"
exec 8>>"$cache/bisect.lock"
flock -n 8 || abort "another bisection is at work"
# Always the same place: ccache then knows what was compiled there before.
dir=$cache/bisect
cleanup() {
	git -C "$tree" worktree remove --force "$dir/tree" 2>/dev/null || :
	rm -rf "$dir"
	git -C "$tree" worktree prune 2>/dev/null || :
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
rm -rf "$dir"
git -C "$tree" worktree prune
mkdir "$dir"
git -C "$tree" worktree add -q --detach "$dir/tree" "$good"

for side in good bad; do
	eval "commit=\$$side"
	git -C "$dir/tree" checkout -q --detach "$commit"
	say "$side: $(what "$dir/tree")"
	status=0
	measure "$dir/tree" "$dir/$side.jsonl" || status=$?
	[ $status -eq 0 ] || abort "the $side kernel cannot be measured"
done
status=0
"$build/vmadiff" between "$dir/good.jsonl" "$dir/bad.jsonl" \
	"$dir/bad.jsonl" "$row" || status=$?
[ $status -eq 1 ] || exit 128

cd "$dir/tree"
git bisect start "$bad" "$good" 8>&-
git bisect run "$root/scripts/bisect.sh" step "$row" "$dir"
