#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: bisect.sh [--jobs K] [-r ROW] TREE GOOD BAD   find the commit
#        bisect.sh step ROW DIR     judge the tree that is checked out
#
# Finds the commit of a kernel's git history that changed a figure of the exact
# tier: builds, boots and measures GOOD and BAD, then the one half-way, and so on.
# ROW is SCENARIO/OP/METRIC (secretmem_append/mmap/insns).
#
# With --jobs K it measures K commits at the same time, which divide what is left
# into K + 1 parts: of 1000 commits one machine measures 10, and 7 machines 7 each
# in 4 rounds.  Who measures is said as for scripts/range.sh: ON=local (the
# default), ON=ssh HOSTS=FILE or ON=slurm.
#
# Nothing is written into TREE: all of it happens in the checkout in the cache
# that "make series TREE=" has, too, so that only what changed is compiled, and
# what has been built or measured before is not built or measured again.  With
# ON= or several at a time, it happens where range.sh has it.
#
# The second form is for a "git bisect run" of one's own, in the tree: DIR has
# good.jsonl and bad.jsonl.
#
# Environment: JOBS, QUIET and what kernel.sh knows, and
#   ON, HOSTS, CLUSTER, VMABENCH_STORE   as range.sh has them
#   RESULTS  results folder (results), where ON=ssh and ON=slurm leave records
#            meanwhile: all of the machines see it
#
# Exit status: 0 found (or the tree is good), 1 the tree is bad, 2 usage, 3 it is
# one of several commits, of which all but the last could not be measured, 125
# the tree does not build or boot, or is neither good nor bad, 128 the machine or
# the tool failed, or the verdicts contradict each other: the bisection stops.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"

# What is judged are rows; layouts of the maple tree would take as long again.
export LAYOUTS="${LAYOUTS:-0}"
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
row=secretmem_append/mmap/insns
die_status=128

# shellcheck source=scripts/own-tree.sh
. "$root/scripts/own-tree.sh"

# needs_module ROW: prints 1 where the kernel's modules are to be built, or 0.
needs_module() {
	if "$build/vmabench" exact --needs-module "${1%%/*}"; then
		echo 1
	else
		echo 0
	fi
}

# measure TREE ROW RECORD: 125 where that is the kernel's fault, which $unmeasured names.
measure() {
	measure_row=$2
	unmeasured=BUILD-FAILED
	status=0
	in_child env MODULE="$(needs_module "$2")" "$root/scripts/kernel.sh" tree "$1" \
		bisect >"$3.image" || status=$?
	case $status in
	0) ;;
	3) return 125 ;;
	*) return 128 ;;
	esac
	unmeasured=BOOT-FAILED
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

# judge DIR RECORD: by good.jsonl and bad.jsonl.
judge() {
	"$build/vmadiff" between "$1/good.jsonl" "$1/bad.jsonl" "$2" "$row"
}

trap own_tree_stop EXIT
exit_on_signals

step() {
	row=$1
	say "$(git log -1 --no-show-signature --format='%h ("%s")')"
	rm -f "$2/new.jsonl"
	measure "$PWD" "$row" "$2/new.jsonl" || exit $?
	judged=0
	judge "$2" "$2/new.jsonl" || judged=$?
	exit $judged
}

if [ "${1-}" = step ]; then
	[ $# -eq 3 ] || usage
	step "$2" "$3"
fi
k=1
while [ $# -gt 0 ]; do
	case $1 in
	-r | --jobs)
		[ $# -ge 2 ] || misuse "$1: what?"
		[ "$1" = -r ] && row=$2 || k=$2
		shift ;;
	-r*)	row=${1#-r} ;;
	--jobs=*) k=${1#*=} ;;
	--)	shift; break ;;
	-*)	misuse "there is no option '$1'" ;;
	*)	break ;;
	esac
	shift
done
[ $# -eq 3 ] || usage
number --jobs "$k"
case $row in
*/*/*/* | /* | */ | *//*) fail 2 "-r: '$row' is not SCENARIO/OP/METRIC" ;;
*/*/*)	;;
*)	fail 2 "-r: '$row' is not SCENARIO/OP/METRIC" ;;
esac
known_scenarios "$build/vmabench" "${row%%/*}"

# Empty: in the checkout that bisect.sh has, one after the other.
on=${ON:-}
[ -n "$on" ] || [ "$k" -eq 1 ] || on=local
if [ -n "$on" ]; then
	ON=$on SLOTS=$k "$root/scripts/range.sh" check || {
		[ $? -eq 2 ] || exit 128
		exit 2
	}
else
	[ -z "${HOSTS:-}" ] || fail 2 "HOSTS is for ON=ssh"
	[ -z "${CLUSTER:-}" ] || fail 2 "CLUSTER: ON= says what it is for"
fi

own_tree_find "$1"
for commit in "$2" "$3"; do
	git -C "$own_tree" rev-parse -q --verify "$commit^{commit}" >/dev/null ||
		fail 2 "no commit $commit in $1"
done
good=$(git -C "$own_tree" rev-parse "$2^{commit}")
bad=$(git -C "$own_tree" rev-parse "$3^{commit}")
[ "$good" != "$bad" ] || fail 2 "GOOD and BAD, $2 and $3, are the same commit"
git -C "$own_tree" merge-base --is-ancestor "$good" "$bad" || {
	! git -C "$own_tree" merge-base --is-ancestor "$bad" "$good" ||
		fail 2 "$2 descends from $3: GOOD is to be the older one"
	fail 2 "$2 is not an ancestor of $3"
}

if [ -z "$on" ] || [ "$on" = local ]; then
	"$root/scripts/exact.sh" --probe || exit 128
	[ -n "$on" ] || own_tree_open
	take_scratch 1
else
	results=${RESULTS:-$root/results}
	make_trusted RESULTS "$results/series"
	take_scratch 1 "$results/series" bisect
fi
dir=$scratch
cleanup() {
	own_tree_stop
	rm -rf "$dir"
}
trap cleanup EXIT
# shellcheck disable=SC2034 # of round.sh
module=$(needs_module "$row")

# shellcheck source=scripts/bisect/section.sh
. "$root/scripts/bisect/section.sh"
# shellcheck source=scripts/bisect/round.sh
. "$root/scripts/bisect/round.sh"

section_graph "$own_tree" "$good" "$bad" >"$dir/graph" ||
	die "git does not say which commits are between $2 and $3"
: >"$dir/verdicts"

say "good: $(what "$good")"
say "bad: $(what "$bad")"
new_round "$good" "$bad"
measure_round
outcomes
while read -r name commit kind why; do
	side=good
	[ "$commit" = "$good" ] || side=bad
	[ "$kind" = "done" ] || die "the $side kernel cannot be measured: $(what "$commit")" \
		"does not $kind${why:+: $why}"
	mv "$round/$name.jsonl" "$dir/$side.jsonl"
done <"$round/outcomes"
status=0
judge "$dir" "$dir/bad.jsonl" || status=$?
[ $status -eq 1 ] || exit 128
rm -rf "$round"

# The first bad commit, as git bisect shows it.
found() {
	echo "$1 is the first bad commit"
	# A partial clone has not all that it would count lines of.
	git -C "$own_tree" diff-tree --pretty --stat --summary --cc "$1" -- || :
	exit 0
}

# ends WORD...: what section printed, if nothing is left to try.
ends() {
	case $1 in
	found)	found "$2" ;;
	skipped)
		last=$(sed -n '$s/^one //p' "$dir/plan")
		which="all but the last"
		[ "$last" = "$bad" ] || grep -qx "bad $last" "$dir/verdicts" || which=all
		echo "it is one of these, of which $which could not be measured:"
		sed -n 's/^one //p' "$dir/plan" | while read -r commit; do
			tame "  $(what "$commit")"
		done
		exit 3 ;;
	contradiction)
		die "$(what "$2") is good, and descends from $(what "$3"), which is bad:" \
			"more than one commit changed $row.  To find one of them, choose" \
			"a GOOD and a BAD that are closer to each other" ;;
	apart)
		die "$(what "$2") and $(what "$3") are bad, and all that both descend from is" \
			"good: more than one commit changed $row.  To find one of them, take" \
			"one of the two for BAD" ;;
	esac
}

number_of=0
while :; do
	section "$dir/graph" "$dir/verdicts" "$k" >"$dir/plan"
	read -r state first second <"$dir/plan"
	[ "$state" = left ] || ends "$state" "$first" "${second%% *}"
	number_of=$((number_of + 1))
	# shellcheck disable=SC2046 # names of commits are words
	new_round $(sed -n 's/^try //p' "$dir/plan")
	say "round $number_of: $(wc -l <"$round/range/cells") of $second commits, $first" \
		"suspects left"
	measure_round
	outcomes
	judge_round
	rm -rf "$round"
done
