#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: native-series.sh STAGE[=DIRECTORY] STAGE[=DIRECTORY]...
#        native-series.sh --check [STAGE...]
#
# Measures the time of stages on this machine, without a reboot and without KVM:
# each is built as a program (ARCH=um), linked in NATIVE_LAYOUTS orders of its
# functions and data, and booted again and again, all stages in turn.  Then
# compares them.
#
# A layout moves times by more than most patches do, so the layout is the unit of
# the experiment: a block of it, in which what the stages have in common is at
# the same addresses.  When all layouts were booted and there is time left, those
# are once more of which some boot had too little of a core to itself for a row
# to count; then all are. Boots of one layout are repeats, and count once.
#
# Kernels of commits come from tree-series.sh --um, which names the DIRECTORY of
# each. One that fails at its first two boots is not booted again, nor is a
# layout of one that has failed twice.
#
# Whether such kernels run here is found out by booting one.  Records are of the
# tier native, which is compared with no other, and are kept in
# RESULTS/native/<host>/<stage>/<session>/, or in NATIVE_DIR/<stage>/.  What was
# measured stays if this is interrupted, and it is said where; the next run has a
# session of its own.
#
# With --check nothing is built or measured: the exit status is 2 where the
# environment has something that cannot be, else 0.
#
# Environment:
#   NATIVE_LAYOUTS  of each stage (32; of more than four stages, 128 for all of
#                   them, but 12 of each at least); a program of 7 MiB each, in
#                   the cache
#   NATIVE_SECONDS  to measure, about; every layout is booted once at least (15
#                   for 16 layouts: 60 for two stages of 32, which is three boots
#                   of each)
#   SEED            of the order, and first of the layouts (1); they end at
#                   1000000
#   CPU             to run on (the last one)
#   EVENTS          up to four events to count, see vmabench native --help
#                   (cycles and others of the PMU, where there is one)
#   NATIVE_DIR      folder of the records instead, NATIVE_DIR/STAGE; whoever
#                   gives it compares them
#   NATIVE_REASON   file to write to why such kernels do not run here (none)
#   NATIVE_COMMITS  file with lines "STAGE COMMIT", for the records of those that
#                   are commits (none)
#   SET, SCENARIOS, RESULTS, ABOUT as in series.sh
#   ALL=1           print all tables as well, before the answer
#   QUIET=1         no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, or such kernels do not run here, 2 usage, 3 a
# boot or a scenario failed (the rest was measured and is reported).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/own-folder.sh
. "$root/scripts/own-folder.sh"
# shellcheck source=scripts/native-series/settings.sh
. "$root/scripts/native-series/settings.sh"
# shellcheck source=scripts/native-series/boots.sh
. "$root/scripts/native-series/boots.sh"
# shellcheck source=scripts/series/closing.sh
. "$root/scripts/series/closing.sh"
# shellcheck source=scripts/series/boots.sh
. "$root/scripts/series/boots.sh"
build=${B:-$root/build}
results=${RESULTS:-$root/results}

tmp=
session=
stages=
finished=
# folder STAGE: of its records.
folder() {
	if [ -n "${NATIVE_DIR:-}" ]; then
		echo "$NATIVE_DIR/$1"
	else
		echo "$results/native/$host/$1/$session"
	fi
}

# leave_records: says where they are, if nothing else does; a folder without any goes.
leave_records() {
	set --
	for stage in $stages; do
		! has_records "$stage" || set -- "$@" "$(folder "$stage")"
		rmdir "$(folder "$stage")" 2>/dev/null || :
		[ -n "${NATIVE_DIR:-}" ] || rmdir "$results/native/$host/$stage" 2>/dev/null || :
	done
	[ -z "$finished${NATIVE_DIR:-}" ] && [ $# -gt 0 ] || return 0
	warn "not finished; the boots so far are in $(folder '*')/"
	[ $# -eq 1 ] || warn "$build/vmadiff compare A B compares two of these folders"
}

cleanup() {
	end_child
	[ -z "$tmp" ] || rm -rf "$tmp"
	leave_records || :
}
trap cleanup EXIT
exit_on_signals

case ${1-} in
--check)
	shift
	no_options "$@"
	take_settings $(($# > 2 ? $# : 2))
	take_scratch 8
	tmp=$scratch
	probe || :
	exit 0 ;;
esac
no_options "$@"
[ $# -ge 2 ] || usage
printf '%s\n' "$@" | cut -d = -f 1 | sort | uniq -d | grep -q . &&
	fail 2 "a stage is named twice"
take_settings $#

[ "$(uname -m)" = x86_64 ] || not_here "its kernels are of x86-64, and this is $(uname -m)"
take_scratch 8
tmp=$scratch
need_probe
"$root/scripts/quiet.sh" recover || :

# "SEED STAGE SET FOLDER" of each layout, "STAGE RETRY" of each stage.
in_child "$root/scripts/kernel.sh" native "$seed" $((seed + layouts - 1)) "$@" \
	>"$tmp/layouts"
about=${ABOUT:-}
[ -n "$about" ] || case $* in
*=*)	;;
*)	about=$("$root/scripts/kernel.sh" about) ;;
esac
for stage; do
	echo "${stage%%=*} $("$root/scripts/kernel.sh" retry "${stage#*=}")"
done >"$tmp/stages"
# shellcheck disable=SC2046 # names of stages are words
set -- $(cut -d ' ' -f 1 "$tmp/stages")

# All boots have as much memory as this one needed.
need_probe --stage "$1" --image "$(find layouts 4 "$seed" "$1")"

host=$("$build/vmabench" where)
host=${host%%/*}
if [ -n "${NATIVE_DIR:-}" ]; then
	stages=$*
	for stage; do
		make_trusted NATIVE_DIR "$(folder "$stage")"
	done
else
	for stage; do
		make_trusted RESULTS "$results/native/$host/$stage"
	done
	session=$(
		for stage; do
			shift
			set -- "$@" "$results/native/$host/$stage"
		done
		own_folder "$(date -u +%Y%m%d-%H%M%S)" "$@"
	)
	stages=$*
fi
boot_all "$@"
finished=1

for stage; do
	shift
	! has_records "$stage" || set -- "$@" "$stage"
done
[ $# -gt 1 ] || fail 3 "fewer than two kernels were timed"
[ -z "${NATIVE_DIR:-}" ] || exit "$failed"
for stage; do
	shift
	set -- "$@" "$stage=$(folder "$stage")"
done
tell_boots "$(folder '*')/" "$@"
case $status in
0) ;;
3) failed=3 ;;
*) exit 1 ;;
esac
[ $failed -eq 0 ] || fail 3 "there were failures"
