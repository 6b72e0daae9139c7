#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: series.sh STAGE...|all
#
# The exact tier from end to end: builds the images of the stages, measures
# each in QEMU, compares them, draws.  Leaves a session in results/series/ and
# points results/series/latest at it; an interrupted run leaves nothing.
#
# Environment:
#   SET         set of scenarios: primary or extended, which has all (primary)
#   SCENARIOS   only these
#   SEEDS       more seeds than the first: each is another set of mappings that
#               the process has besides, and another table (none)
#   FLAME       scenario to draw flame graphs of (secretmem_append)
#   RESULTS     results folder (results)
#   JOBS        guests and compilations at a time (all CPUs)
#   QUIET=1     no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, 2 usage, 3 a kernel or a scenario failed (the
# rest was measured and is reported).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
results=${RESULTS:-$root/results}
jobs=${JOBS:-$(nproc)}
set=${SET:-primary}
scenarios=${SCENARIOS:-}
flame=${FLAME:-secretmem_append}
case " $scenarios " in
"  " | *" $flame "*) ;;
*) flame= ;;
esac
known=$("$root/scripts/kernel.sh" list)

usage() {
	echo "series.sh: $*" >&2
	echo "series.sh: stages are: $(echo "$known" | tr '\n' ' ')or all" >&2
	exit 2
}

[ $# -gt 0 ] || usage "which stages?"
if [ "$*" = all ]; then
	# shellcheck disable=SC2086 # one word a stage
	set -- $known
fi
seen=' '
for stage; do
	echo "$known" | grep -qxF -e "$stage" || usage "no stage '$stage'"
	case $seen in
	*" $stage "*) usage "stage '$stage' is named twice" ;;
	esac
	seen="$seen$stage "
done
[ $# -gt 1 ] || usage "one stage has nothing to be compared with"
case $set in
primary | extended) ;;
*) usage "SET is primary or extended, not '$set'" ;;
esac
for seed in ${SEEDS:-}; do
	case $seed in
	1 | *[!0-9]*) usage "SEEDS: '$seed' is not a number above 1" ;;
	esac
done
for scenario in $scenarios; do
	"$build/vmabench" list | grep -q "^$scenario " || {
		echo "series.sh: no scenario '$scenario'; there are:" >&2
		"$build/vmabench" list | sed -n 's/^\([a-z][a-z0-9_]*\) .*/  \1/p' >&2
		exit 2
	}
done

now() {
	date +%s
}

scratch=
pids=
cleanup() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null || :
	done
	for pid in $pids; do
		wait "$pid" 2>/dev/null || :
	done
	[ -z "$scratch" ] || rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

t0=$(now)
"$root/scripts/kernel.sh" build "$@"
for stage; do
	"$root/scripts/kernel.sh" module "$stage" >/dev/null
done
t1=$(now)

mkdir -p "$results/series"
scratch=$(mktemp -d "$results/series/.session-XXXXXX")
chmod 755 "$scratch"

# As many stages at a time as there are CPUs; what is left over goes into
# guests of the same stage.
per_stage=$((jobs / $#))
[ "$per_stage" -gt 0 ] || per_stage=1
failed=
measured=
batch=
finish_batch() {
	for entry in $batch; do
		status=0
		wait "${entry#*:}" || status=$?
		stage=${entry%:*}
		case $status in
		0) ;;
		3) failed="$failed $stage" ;;
		*) echo "series.sh: measuring $stage failed ($status)" >&2
		   exit 1 ;;
		esac
	done
	batch=
	pids=
}
# measure DIR SEED STAGE...
measure() {
	dir=$1
	seed=$2
	shift 2
	running=0
	for stage; do
		# shellcheck disable=SC2086 # one word a scenario
		"$root/scripts/exact.sh" "$stage" "$dir/$stage.jsonl" \
			--set "$set" --seed "$seed" \
			${flame:+--stacks "$flame"} -j "$per_stage" \
			$scenarios &
		pids="$pids $!"
		batch="$batch $stage:$!"
		running=$((running + 1))
		if [ "$running" -ge "$jobs" ]; then
			finish_batch
			running=0
		fi
	done
	finish_batch
}
measure "$scratch" 1 "$@"
for seed in ${SEEDS:-}; do
	mkdir "$scratch/seed-$seed"
	measure "$scratch/seed-$seed" "$seed" "$@"
done
t2=$(now)

for stage; do
	if [ -f "$scratch/$stage.jsonl" ]; then
		measured="$measured $stage=$scratch/$stage.jsonl"
	else
		echo "series.sh: no record of $stage: it did not boot" >&2
	fi
done
# shellcheck disable=SC2086
set -- $measured
if [ $# -lt 2 ]; then
	echo "series.sh: fewer than two kernels were measured" >&2
	exit 3
fi
status=0
"$build/vmadiff" series -o "$scratch" "$@" || status=$?
case $status in
0 | 3) ;;
*) exit 1 ;;
esac
QUIET=1 "$root/scripts/plot.sh" "$scratch"
first=${1#*=}
for last; do :; done
last=${last#*=}
for seed in ${SEEDS:-}; do
	dir=$scratch/seed-$seed
	echo
	echo "Seed $seed, $(basename "$first" .jsonl) to" \
		"$(basename "$last" .jsonl):"
	"$build/vmadiff" compare -m insns "$dir/$(basename "$first")" \
		"$dir/$(basename "$last")" || status=3
done
if [ -n "$flame" ]; then
	for picture in "$(basename "$first" .jsonl) $first" \
			"$(basename "$last" .jsonl) $last"; do
		"$root/scripts/flame.sh" \
			"$scratch/plots/flame-$flame-${picture%% *}.svg" \
			"${picture#* }" "$flame"
	done
	"$root/scripts/flame.sh" "$scratch/plots/flame-$flame-diff.svg" \
		--diff "$first" "$last" "$flame"
fi
t3=$(now)

session=$(date -u +%Y%m%d-%H%M%S)
while [ -e "$results/series/$session" ]; do
	session=$session+
done
mv "$scratch" "$results/series/$session"
scratch=
ln -s "$session" "$results/series/.latest-$$"
mv -T "$results/series/.latest-$$" "$results/series/latest"

echo
echo "Report:   ${results#"$PWD"/}/series/$session/report.md"
echo "Pictures: ${results#"$PWD"/}/series/$session/plots/"
echo "Time:     kernels $((t1 - t0)) s, measuring $((t2 - t1)) s," \
	"comparing and drawing $((t3 - t2)) s"
if [ -n "$failed" ] || [ "$status" -eq 3 ]; then
	echo "series.sh: there were failures:${failed:- see the table}" >&2
	exit 3
fi
