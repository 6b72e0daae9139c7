#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: aa.sh [exact|metal]
#
# A/A: a kernel against itself, through all that a comparison goes through.
# Whatever differs is the method's or the machine's doing.
#
# exact: one stage, measured twice, from boot on, with each of three seeds.
# Nothing may differ.
#
# metal: the running kernel, BLOCKS blocks of RUNS + RUNS runs in an order drawn
# from SEED.  Says how many rows would have been called different, what effects
# this machine makes up (the noise floor), and which it could find.  The floor is
# kept in RESULTS/<host>/aa.json, for later comparisons on this host.  Runs of
# one boot know nothing of the noise between boots: it is a lower bound.  With 2
# blocks of 3 + 3 no row could be called different: that is "n/a", and not 0.
#
# Both without an argument.
#
# Environment:
#   STAGE     of the exact tier (noretry)
#   BLOCKS    (3)          RUNS   of each side, in a block (3)
#   SECONDS_A_RUN  (8)     SEED   (1)
#   BENCH_DIR folder for regular files (the results folder)
#   RESULTS   results folder (results)
#   JOBS, QUIET and what kernel.sh knows
#
# Exit status: 0 measured, and nothing differs in the exact tier; 1 not; 2 usage.

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
build=${B:-$root/build}
results=${RESULTS:-$root/results}
jobs=${JOBS:-$(nproc)}
stage=${STAGE:-noretry}
blocks=${BLOCKS:-3}
runs=${RUNS:-3}
seconds=${SECONDS_A_RUN:-8}

number BLOCKS "$blocks"
number RUNS "$runs"
number SECONDS_A_RUN "$seconds"
number SEED "${SEED:-1}"
no_options "$@"
[ $# -eq 0 ] || among tier "$1" exact metal

take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

exact() {
	different=0
	"$root/scripts/exact.sh" --probe
	"$root/scripts/kernel.sh" build "$stage"
	# What was kept would be the same for sure.
	REMEASURE=1
	export REMEASURE
	for seed in 1 2 3; do
		for side in a b; do
			"$root/scripts/exact.sh" "$stage" "$tmp/$side.jsonl" \
				--seed $seed -j "$jobs"
		done
		# The same lines, in the same order, to the digit.
		cmp -s "$tmp/a.jsonl" "$tmp/b.jsonl" ||
			different=$((different + 1))
		rm -f "$tmp/a.jsonl" "$tmp/b.jsonl"
	done
	echo "exact tier, $stage: $different of 3 pairs of records differ"
	[ $different -eq 0 ]
}

metal() {
	make_trusted RESULTS "$results"
	mkdir -p "$tmp/a" "$tmp/b"
	host=$("$build/vmabench" where)
	host=${host%%/*}
	mkdir -p "$results/$host"
	adopt_ours "$results/$host" aa.json
	check_ours "$results/$host" aa.json
	order=0
	all=$((2 * blocks * runs))
	"$root/scripts/blocks.sh" "${SEED:-1}" "$blocks" "$runs" a b >"$tmp/plan"
	while read -r block side; do
		say "run $((order + 1)) of $all," \
			"about $(((all - order) * seconds)) s left"
		QUIET=1 "$build/vmabench" bench --seconds "$seconds" \
			--index "$order" --block "$block" --order "$order" \
			--seed "$((${SEED:-1} * 1000 + order))" \
			--dir "${BENCH_DIR:-$results}" \
			-o "$tmp/$side/boot-$(printf %02d "$order").jsonl" \
			>/dev/null </dev/null
		order=$((order + 1))
	done <"$tmp/plan"
	"$build/vmadiff" aa -o "$results/$host" "$tmp/a" "$tmp/b"
}

case ${1:-both} in
exact)	exact ;;
metal)	metal ;;
both)	exact
	metal ;;
esac
