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
# Nothing is written into TREE: all of it happens in the checkout in the cache
# that "make series TREE=" has, too, so that only what changed is compiled, and
# what has been built or measured before is not built or measured again.
#
# The second form is for a "git bisect run" of one's own, in the tree: DIR has
# good.jsonl and bad.jsonl.
#
# Environment: JOBS, QUIET and what kernel.sh knows.
#
# Exit status: 0 found (or the tree is good), 1 the tree is bad, 2 usage, 3 it is
# one of several commits, of which all but the last could not be measured, 125
# the tree does not build or boot, or is neither good nor bad, 128 the machine or
# the tool failed: the bisection stops.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

# What is judged are rows; layouts of the maple tree would take as long again.
export LAYOUTS="${LAYOUTS:-0}"
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
row=secretmem_append/mmap/insns
die_status=128

# shellcheck source=scripts/own-tree.sh
. "$root/scripts/own-tree.sh"

# measure TREE ROW RECORD: 125 where that is the kernel's fault.
measure() {
	measure_row=$2
	measure_module=0
	! "$build/vmabench" exact --needs-module "${2%%/*}" || measure_module=1
	status=0
	in_child env MODULE=$measure_module "$root/scripts/kernel.sh" tree "$1" \
		bisect >"$3.image" || status=$?
	case $status in
	0) ;;
	3) return 125 ;;
	*) return 128 ;;
	esac
	in_child "$root/scripts/exact.sh" "bisect=$(cat "$3.image")" "$3" -j "$jobs" \
		--commit "$(git -C "$1" log -1 --no-show-signature --format=%h)" \
		"${measure_row%%/*}" || status=$?
	case $status in
	0) ;;
	# A scenario that failed may have left the row in question.
	3) [ -f "$3" ] || return 125 ;;
	*) return 128 ;;
	esac
}

# judge DIR: new.jsonl by good.jsonl and bad.jsonl.
judge() {
	"$build/vmadiff" between "$1/good.jsonl" "$1/bad.jsonl" \
		"$1/new.jsonl" "$row"
}

trap own_tree_stop EXIT
exit_on_signals

step() {
	row=$1
	say "$(git log -1 --no-show-signature --format='%h ("%s")')"
	rm -f "$2/new.jsonl"
	measure "$PWD" "$row" "$2/new.jsonl" || exit $?
	judged=0
	judge "$2" || judged=$?
	exit $judged
}

if [ "${1-}" = step ]; then
	[ $# -eq 3 ] || usage
	step "$2" "$3"
fi
while getopts r: option; do
	case $option in
	r) row=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 3 ] || usage
case $row in
*/*/*) ;;
*)	fail 2 "-r: '$row' is not SCENARIO/OP/METRIC" ;;
esac

own_tree_find "$1"
for commit in "$2" "$3"; do
	git -C "$own_tree" rev-parse -q --verify "$commit^{commit}" >/dev/null ||
		die "no commit $commit in $1"
done
good=$(git -C "$own_tree" rev-parse "$2^{commit}")
bad=$(git -C "$own_tree" rev-parse "$3^{commit}")
git -C "$own_tree" merge-base --is-ancestor "$good" "$bad" ||
	die "$2 is not an ancestor of $3"

"$root/scripts/exact.sh" --probe || exit 128
own_tree_open
take_scratch 1
dir=$scratch
cleanup() {
	own_tree_stop
	[ ! -d "$own_src" ] || own_git bisect reset -q >/dev/null 2>&1 || :
	rm -rf "$dir"
}
trap cleanup EXIT

for side in good bad; do
	eval "commit=\$$side"
	own_tree_checkout "$commit"
	say "$side: $(own_git log -1 --format='%h ("%s")')"
	status=0
	measure "$own_src" "$row" "$dir/$side.jsonl" || status=$?
	[ $status -eq 0 ] || die "the $side kernel cannot be measured"
done
status=0
"$build/vmadiff" between "$dir/good.jsonl" "$dir/bad.jsonl" \
	"$dir/bad.jsonl" "$row" || status=$?
[ $status -eq 1 ] || exit 128

# next WORD: tells git bisect, and says what it says; 0 while there is a commit to
# try, in $commit.
next() {
	status=0
	own_git bisect "$@" >"$dir/said" 2>"$dir/said.err" || status=$?
	if grep -q "^There are only 'skip'ped commits" "$dir/said"; then
		echo "it is one of these, of which all but the last could not" \
			"be measured:"
		grep -E '^[0-9a-f]{40,}$' "$dir/said" | while read -r commit; do
			own_git log -1 --format='  %h ("%s")' "$commit"
		done
		exit 3
	fi
	cat "$dir/said"
	[ $status -eq 0 ] || {
		cat "$dir/said.err" >&2
		die "git bisect failed"
	}
	! grep -q 'is the first bad commit' "$dir/said" || exit 0
	commit=$(own_git rev-parse BISECT_HEAD)
}

own_git bisect reset -q >/dev/null 2>&1 || :
next start --no-checkout "$bad" "$good"
while :; do
	say "$(own_git log -1 --format='%h ("%s")' "$commit")"
	own_tree_checkout "$commit"
	rm -f "$dir/new.jsonl"
	status=0
	measure "$own_src" "$row" "$dir/new.jsonl" || status=$?
	[ $status -ne 0 ] || judge "$dir" || status=$?
	case $status in
	0) next good ;;
	1) next bad ;;
	125) next skip ;;
	*) exit 128 ;;
	esac
done
