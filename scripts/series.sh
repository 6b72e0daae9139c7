#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: series.sh STAGE...|all
#        series.sh --tree [--first-and-last]
#
# The exact tier from end to end: builds the images of the stages, measures
# each in QEMU, compares them, draws.  Leaves a session in results/series/ and
# points results/series/latest at it.
#
# The record of a kernel is in the session as soon as that kernel is measured, and
# nothing that comes later takes it away: what cannot be compared or drawn is a
# warning, in the report, too.  Of an interrupted run the records stay; the same
# command then measures only what is missing (see exact.sh).
#
# With --tree the stages are the commits of a series in a tree of one's own;
# tree-series.sh --help explains TREE, RANGE, SERIES, BASE and FIRST_AND_LAST.
# One that does not build is BUILD-FAILED, and the others are measured.
#
# With TIER=kvm the stages are timed in guests under KVM instead;
# kvm-series.sh --help has more.
#
# Environment:
#   SET         set of scenarios: primary or extended, which has all (primary)
#   SCENARIOS   only these
#   TIER        exact or kvm (exact)
#   SEEDS       more seeds than the first: each is another set of mappings that
#               the process has besides, and another table (none)
#   FLAME       scenario to draw flame graphs of (secretmem_append)
#   RESULTS     results folder (results)
#   JOBS        guests and compilations at a time (all CPUs)
#   QUIET=1     no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, 2 usage, 3 a kernel or a scenario failed (the
# rest was measured and is reported), 4 measured, but not compared.

set -eu

case ${1-} in
-h | --help)
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"
	exit 0 ;;
esac

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
results=${RESULTS:-$root/results}
jobs=${JOBS:-$(nproc)}
set=${SET:-primary}
tier=${TIER:-exact}
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
tree=
case $* in
--tree | "--tree --first-and-last")
	tree=1
	[ $# -eq 1 ] || export FIRST_AND_LAST=1
	set -- ;;
all)
	# shellcheck disable=SC2086 # one word a stage
	set -- $known ;;
esac
seen=' '
for stage; do
	echo "$known" | grep -qxF -e "$stage" || usage "no stage '$stage'"
	case $seen in
	*" $stage "*) usage "stage '$stage' is named twice" ;;
	esac
	seen="$seen$stage "
done
[ -n "$tree" ] || [ $# -gt 1 ] ||
	usage "one stage has nothing to be compared with"
case $set in
primary | extended) ;;
*) usage "SET is primary or extended, not '$set'" ;;
esac
case $tier in
exact | kvm) ;;
*) usage "TIER is exact or kvm, not '$tier'" ;;
esac
seen=' '
for seed in ${SEEDS:-}; do
	case $seed in
	1 | 0* | *[!0-9]* | ???????????*) usage "SEEDS: '$seed' is not a number above 1" ;;
	esac
	case $seen in
	*" $seed "*) usage "SEEDS: $seed is named twice" ;;
	esac
	seen="$seen$seed "
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

session=
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
	[ -n "$session" ] || return 0
	if ls "$session"/*.jsonl >/dev/null 2>&1; then
		echo "series.sh: not finished; the records so far are in" \
			"$session. The same command goes on from there" >&2
	else
		rm -rf "$session"
	fi
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

scratch=$(mktemp -d)

[ "$tier" != exact ] || "$root/scripts/exact.sh" --probe

# "NAME IMAGE [COMMIT]" of each stage.  What does not build is not measured.
t0=$(now)
failed=
if [ -n "$tree" ]; then
	status=0
	# shellcheck disable=SC2086 # one word a scenario
	! "$build/vmabench" exact --needs-module --set "$set" $scenarios ||
		export MODULE=1
	"$root/scripts/tree-series.sh" >"$scratch/stages" &
	pids=$!
	wait "$pids" || status=$?
	pids=
	case $status in
	0) ;;
	3) failed=" $(awk '$2 == "BUILD-FAILED" { print $1 }' \
		"$scratch/stages" | paste -s -d ' ')" ;;
	*) exit "$status" ;;
	esac
	# shellcheck disable=SC2046 # one word a stage
	set -- $(awk '$2 != "BUILD-FAILED" { print $1 }' "$scratch/stages")
	[ $# -gt 0 ] || {
		echo "series.sh: no kernel was built" >&2
		exit 3
	}
else
	"$root/scripts/kernel.sh" build "$@" &
	pids=$!
	wait "$pids"
	pids=
	printf '%s\n' "$@" | awk '{ print $1, $1 }' >"$scratch/stages"
fi
# field NAME NUMBER: of the line of a stage.
field() {
	awk -v name="$1" '$1 == name' "$scratch/stages" | cut -d ' ' -f "$2"
}
t1=$(now)

if [ "$tier" = kvm ]; then
	status=0
	"$root/scripts/kvm-series.sh" "$scratch/stages" &
	pids=$!
	wait "$pids" || status=$?
	pids=
	[ -z "$failed" ] || [ "$status" -ne 0 ] || status=3
	exit "$status"
fi

# A folder of its own, whoever else begins in this second.
mkdir -p "$results/series"
name=$(date -u +%Y%m%d-%H%M%S)
until mkdir "$results/series/$name" 2>/dev/null; do
	[ -d "$results/series/$name" ] || {
		echo "series.sh: cannot make $results/series/$name" >&2
		exit 1
	}
	name=$name+
done
session=$results/series/$name

# As many stages at a time as there are CPUs; what is left over goes into
# guests of the same stage.
per_stage=$((jobs / $#))
[ "$per_stage" -gt 0 ] || per_stage=1
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
		image=$(field "$stage" 2)
		commit=$(field "$stage" 3-)
		# shellcheck disable=SC2086 # one word a scenario
		"$root/scripts/exact.sh" "$stage${tree:+=$image}" \
			"$dir/$stage.jsonl" --set "$set" --seed "$seed" \
			--reason "$scratch/$stage.reason" \
			${tree:+--commit "$commit"} \
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
cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}/guest.config" \
	"$session"
measure "$session" 1 "$@"
for seed in ${SEEDS:-}; do
	mkdir "$session/seed-$seed"
	measure "$session/seed-$seed" "$seed" "$@"
done
t2=$(now)

# In the order of the series, those without a record, too: "NAME RECORD COMMIT", or
# "NAME BOOT-FAILED COMMIT: REASON" and the like.
first=
last=
while read -r stage image commit; do
	record=$session/$stage.jsonl
	if [ "$image" = BUILD-FAILED ]; then
		echo "$stage $image $commit"
	elif [ -f "$record" ]; then
		echo "$stage $stage.jsonl $commit"
		first=${first:-$record}
		last=$record
	else
		why=$(cat "$scratch/$stage.reason" 2>/dev/null) || why='no record'
		echo "$stage BOOT-FAILED ${commit:+$commit: }$why"
		echo "series.sh: $stage: $why" >&2
	fi
done <"$scratch/stages" >"$session/stages"
if [ "$first" = "$last" ]; then
	echo "series.sh: fewer than two kernels were measured" >&2
	exit 3
fi
set --
while read -r stage record text; do
	case $record in
	*.jsonl) set -- "$@" "$stage=$session/$record" ;;
	*) set -- "$@" "$stage=$record $text" ;;
	esac
done <"$session/stages"

# Nothing from here on takes a record away.
ln -s "$name" "$results/series/.latest-$$"
mv -T "$results/series/.latest-$$" "$results/series/latest"
dir=$session
session=

status=0
"$build/vmadiff" series -o "$dir" "$@" || status=$?
case $status in
0 | 3) ;;
*) status=4 ;;
esac
for seed in ${SEEDS:-}; do
	echo
	echo "Seed $seed, $(basename "$first" .jsonl) to" \
		"$(basename "$last" .jsonl):"
	"$build/vmadiff" compare -m insns "$dir/seed-$seed/$(basename "$first")" \
		"$dir/seed-$seed/$(basename "$last")" || status=3
done

# What cannot be drawn is said, here and in plots/missing.txt for the reports.
mkdir -p "$dir/plots"
missing=$dir/plots/missing.txt
QUIET=1 "$root/scripts/plot.sh" "$dir" 2>"$scratch/err" || {
	cat "$scratch/err" >&2
	[ -s "$missing" ] || sed 's/^/plot: /' "$scratch/err" >>"$missing"
}
# draw_flame NAME ARGUMENT...
draw_flame() {
	flame_name=$1
	shift
	"$root/scripts/flame.sh" "$dir/plots/$flame_name.svg" "$@" \
		2>"$scratch/err" && return
	cat "$scratch/err" >&2
	sed "s/^/$flame_name: /" "$scratch/err" >>"$missing"
}
if [ -n "$flame" ]; then
	for record in "$first" "$last"; do
		draw_flame "flame-$flame-$(basename "$record" .jsonl)" \
			"$record" "$flame"
	done
	draw_flame "flame-$flame-diff" --diff "$first" "$last" "$flame"
fi
# What kernels made of the configuration, where that is not what was asked for.
while read -r stage image commit; do
	[ ! -d "$image" ] || kernels=$((${kernels:-0} + 1))
	[ -s "$image/lacks" ] || continue
	sed "s/^/$stage /" "$image/lacks"
done <"$scratch/stages" >"$scratch/lacks"
awk -v all="${kernels:-0}" '
	{
		stage = $1
		sub(/^[^ ]* /, "")
		n[$0]++
		stages[$0] = stages[$0] " " stage
	}
	END {
		for (what in n)
			print "guest.config: asked for " what ":" \
				(n[what] == all ? " all kernels" : stages[what])
	}' "$scratch/lacks" | LC_ALL=C sort >>"$missing"
if [ -s "$missing" ] && [ -f "$dir/report.md" ]; then
	{
		printf '\n## Warnings\n\n'
		sed 's/^/- /' "$missing"
	} >>"$dir/report.md"
elif [ ! -s "$missing" ]; then
	rm -f "$missing"
fi
t3=$(now)

echo
echo "Report:   ${dir#"$PWD"/}/report.md"
echo "Pictures: ${dir#"$PWD"/}/plots/"
echo "Time:     kernels $((t1 - t0)) s, measuring $((t2 - t1)) s," \
	"comparing and drawing $((t3 - t2)) s"
[ "$status" -ne 4 ] || {
	echo "series.sh: the records are there, and could not be compared" >&2
	exit 4
}
if [ -n "$failed" ] || [ "$status" -eq 3 ]; then
	echo "series.sh: there were failures:${failed:- see the table}" >&2
	exit 3
fi
