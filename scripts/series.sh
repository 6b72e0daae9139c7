#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: series.sh STAGE...|all
#        series.sh --tree [--first-and-last]
#        series.sh --check ...   only whether that can be measured at all
#
# The exact tier from end to end: builds the images of the stages, measures
# each in QEMU, compares them, draws.  Leaves a session in results/series/ and
# points results/series/latest at it.
#
# It ends with the answer, on one screen: what failed, the gain, the cost, which
# mappings no longer merge, what is equal and what cannot be told; where the
# report is, and what to type next.  Tables, bills and notes are in the report;
# ALL=1 prints them, too.
#
# The record of a kernel is in the session as soon as that kernel is measured, and
# nothing that comes later takes it away: what cannot be compared or drawn is a
# warning, in the report, too.  Of an interrupted run the records stay, and
# reports of them say so; the same command then measures only what is missing (see
# exact.sh).
#
# With --tree the stages are the commits of a series in a tree of one's own;
# tree-series.sh --help explains TREE, RANGE, SERIES, BASE and FIRST_AND_LAST.
# One that does not build is BUILD-FAILED, and the others are measured.
#
# With ON=local, ssh or slurm besides, each commit is a cell that any machine may
# measure, and the result is that of a range: range.sh --help explains ON, HOSTS
# and CLUSTER.
#
# All of them are also timed, as programs of this machine, which is the native
# tier: native-series.sh --help has more.  Their boots are in native/STAGE/ of
# the session, and the tables have times beside counts.  Where such programs do
# not run, the report says so; a commit of which no such program can be built is
# UM-BUILD-FAILED, and what was counted of it stays.  With TIER=exact nothing is
# timed, with TIER=native nothing is counted; with TIER=kvm stages are timed in
# guests under KVM: kvm-series.sh --help.
#
# Environment:
#   SET         set of scenarios: primary, extended, which has the primary one,
#               too, or mm, which is of no series (primary)
#   SCENARIOS   only these
#   TIER        exact, native or kvm alone (exact and native)
#   LAYOUTS     scenarios to measure over layouts of the maple tree as well, 0 for
#               none (those of the chosen ones that are meant for it)
#   SEEDS       more seeds than the first: each is another set of mappings that
#               the process has besides; tables, report and pictures say how far
#               changes go over all of them, and each has a table of its own
#               (none)
#   ON          where the commits of a TREE are measured: local, ssh or slurm
#               (here, as a series)
#   ABOUT       file that says what the series is about, see
#               kernel-patches/README.md (kernel-patches/BASE/about; with --tree
#               title and link of the mails of SERIES, if they have them)
#   LUCK        file that make luck has written, of changes that may be luck, or
#               0 for none (what is kept of the last kernel, if it was varied)
#   MODEL       geometry of caches: misses in a model of them are rows, too;
#               vmabench(1) has more (none)
#   FLAME       scenario to draw flame graphs of (the first headline of ABOUT)
#   RESULTS     results folder (results)
#   JOBS        guests and compilations at a time (all CPUs)
#   ALL=1       print all tables as well, before the answer (report.md has them)
#   QUIET=1     no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, 2 usage, 3 a kernel or a scenario failed (the
# rest was measured and is reported), 4 measured, but not compared.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/own-folder.sh
. "$root/scripts/own-folder.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/series/check.sh
. "$root/scripts/series/check.sh"
# shellcheck source=scripts/progress.sh
. "$root/scripts/progress.sh"
# shellcheck source=scripts/series/measure.sh
. "$root/scripts/series/measure.sh"
# shellcheck source=scripts/series/draw.sh
. "$root/scripts/series/draw.sh"
# shellcheck source=scripts/series/closing.sh
. "$root/scripts/series/closing.sh"
# shellcheck source=scripts/series/compare.sh
. "$root/scripts/series/compare.sh"
# shellcheck source=scripts/luck/kept.sh
. "$root/scripts/luck/kept.sh"
# shellcheck source=scripts/series/about.sh
. "$root/scripts/series/about.sh"
# shellcheck source=scripts/series/native.sh
. "$root/scripts/series/native.sh"

only_check=
[ "${1-}" != --check ] || {
	only_check=1
	shift
}
build=${B:-$root/build}
results=${RESULTS:-$root/results}
jobs=${JOBS:-$(nproc)}
set=${SET:-primary}
tier=${TIER:-exact}
timed=
[ -n "${TIER:-}" ] || timed=1
scenarios=${SCENARIOS:-}
about=${ABOUT:-}
case $about,$* in
,--tree*) ;;
,*) about=$("$root/scripts/kernel.sh" about) ;;
esac
flame=${FLAME:-}
[ -z "$about" ] || [ -f "$about" ] || fail 2 "ABOUT: there is no file $about"
[ -n "$flame" ] || [ -z "$about" ] ||
	flame=$(awk '$1 == "headline" { print $2; exit }' "$about")
case " $scenarios " in
"  " | *" $flame "*) ;;
*) flame= ;;
esac
tree=
case $* in
--tree | "--tree --first-and-last")
	tree=1
	[ $# -eq 1 ] || export FIRST_AND_LAST=1
	set -- ;;
all)
	# shellcheck disable=SC2046 # one word a stage
	set -- $("$root/scripts/kernel.sh" series) ;;
esac
[ -z "${ON:-}" ] || timed=
check "$@"
[ -z "$only_check" ] || exit 0
[ -z "${ON:-}" ] || exec "$root/scripts/range.sh" submit

now() {
	date +%s
}

session=
scratch=
cleanup() {
	end_child
	end_batch
	[ -z "$scratch" ] || rm -rf "$scratch"
	[ -n "$session" ] || return 0
	if ls "$session"/*.jsonl >/dev/null 2>&1; then
		tell_unfinished
	else
		rm -rf "$session"
	fi
}
trap cleanup EXIT
exit_on_signals

take_scratch 1
if [ -n "$tree" ] && [ -z "$about" ] && [ -n "${SERIES:-}" ]; then
	if [ -d "$SERIES" ]; then
		about_mails "$SERIES"/*.patch
	else
		about_mails "$SERIES"
	fi >"$scratch/about" 2>/dev/null || :
	[ ! -s "$scratch/about" ] || export ABOUT="$scratch/about"
fi

if [ "$tier" = native ]; then
	status=0
	run_natively "$@" || status=$?
	exit "$status"
fi

[ "$tier" != exact ] || "$root/scripts/exact.sh" --probe

# "NAME IMAGE [COMMIT]" of each stage.  What does not build is not measured.
t0=$(now)
failed=
if [ -n "$tree" ]; then
	status=0
	# shellcheck disable=SC2086 # one word a scenario
	! need_modules "$build/vmabench" --set "$set" ${LAYOUTS:+--layouts "$LAYOUTS"} \
		$scenarios || export MODULE=1
	in_child "$root/scripts/tree-series.sh" >"$scratch/stages" || status=$?
	case $status in
	0) ;;
	3) failed=" $(awk '$2 == "BUILD-FAILED" { print $1 }' \
		"$scratch/stages" | paste -s -d ' ')" ;;
	*) exit "$status" ;;
	esac
	# shellcheck disable=SC2046 # one word a stage
	set -- $(awk '$2 != "BUILD-FAILED" { print $1 }' "$scratch/stages")
	[ $# -gt 0 ] || fail 3 "no kernel was built"
else
	in_child "$root/scripts/kernel.sh" build "$@"
	printf '%s\n' "$@" | awk '{ print $1, $1 }' >"$scratch/stages"
fi
# field NAME NUMBER: of the line of a stage.
field() {
	awk -v name="$1" '$1 == name' "$scratch/stages" | cut -d ' ' -f "$2"
}
t1=$(now)

if [ "$tier" = kvm ]; then
	status=0
	in_child "$root/scripts/kvm-series.sh" "$scratch/stages" || status=$?
	[ -z "$failed" ] || [ "$status" -ne 0 ] || status=3
	exit "$status"
fi

# A folder of its own, whoever else begins in this second.
make_trusted RESULTS "$results/series"
name=$(own_folder "$(date -u +%Y%m%d-%H%M%S)" "$results/series")
session=$results/series/$name

cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}/guest.config" \
	"$session"
# As long as it is not known what becomes of each.
cp "$scratch/stages" "$session/stages"
[ -z "$timed" ] || cut_short "stages were counted, and nothing was timed"
measure "$session" 1 "$@"
for seed in ${SEEDS:-}; do
	mkdir "$session/seed-$seed"
	measure "$session/seed-$seed" "$seed" "$@"
done
t2=$(now)

list_stages
[ "$first" != "$last" ] || too_few
[ -z "$timed" ] || time_natively
t3=$(now)
# Nothing from here on takes a record away.
ln -s "$name" "$results/series/.latest-$$"
mv -T "$results/series/.latest-$$" "$results/series/latest"
dir=$session
session=

take_luck
compare_stages
draw_pictures
tell_lacks
report_missing
t4=$(now)

tell_end
[ "$status" -ne 4 ] || fail 4 "the records are there, and could not be compared"
if [ -n "$failed" ] || [ "$status" -eq 3 ]; then
	fail 3 "there were failures:$(failed_stages)"
fi
