#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: profile.sh SCENARIO
#        profile.sh --diff BASE NEW
#
# Where in the kernel does a scenario spend its time?  Runs it over and over
# under perf, and keeps a list of functions, a flame graph and what it takes to
# read the profile after the next reboot in
#
#   RESULTS/<host>/<kernel>/profile-<scenario>-<time>/
#     header.txt report.txt flame.svg folded perf.data kallsyms symbols/
#
# With STAGE it is not the running kernel but one of the series, as a program of
# this machine, which the native tier measures; see native-series.sh.  Only what
# is called by the driver's timed loop counts, not its boot, and functions are
# given nanoseconds of a call.  Boots are of several layouts, with those of other
# stages in turn.  The profile is in RESULTS/native/<host>/<stage>/; of two
# stages, the difference is made as well.  That takes no privilege.
#
# --diff compares two such directories, of two kernels: diff.txt (perf diff) and
# diff.svg go to RESULTS/profile-diff-<scenario>-<time>/.
#
# Environment:
#   STAGE            stages to profile, two at most (none: the running kernel)
#   PROFILE_SECONDS  how long to record, each stage (10)
#   PROFILE_LAYOUTS  layouts of a stage that are booted, all in turn (4)
#   PROFILE_CPU      CPU to run on (the last one)
#   BENCH_DIR        folder for regular files (the results folder)
#   RESULTS          results folder (results)
#   PERF             perf (perf)
#   and, with STAGE, what kernel.sh knows
#
# Exit status: 0 done, 1 not, 2 usage, 3 the scenario failed or is not possible
# here, 4 the profiles cannot be compared.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/own-folder.sh
. "$root/scripts/own-folder.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

export LC_ALL=C.UTF-8
vmabench=${B:-$root/build}/vmabench
results=${RESULTS:-$root/results}
perf=${PERF:-perf}
vmabench_diff=${B:-$root/build}/vmadiff
seconds=${PROFILE_SECONDS:-10}
layouts=${PROFILE_LAYOUTS:-4}
work=

# shellcheck source=scripts/profile/perf.sh
. "$root/scripts/profile/perf.sh"
# shellcheck source=scripts/profile/record.sh
. "$root/scripts/profile/record.sh"
# shellcheck source=scripts/profile/weigh.sh
. "$root/scripts/profile/weigh.sh"
# shellcheck source=scripts/profile/native.sh
. "$root/scripts/profile/native.sh"
# shellcheck source=scripts/profile/diff.sh
. "$root/scripts/profile/diff.sh"

undo()
{
	end_child
	[ -z "$work" ] || rm -rf "$work"
}
trap undo EXIT
exit_on_signals

# start_in DIR: $work, beside what it will be renamed to.
start_in()
{
	make_trusted RESULTS "$1" || :
	[ -w "$1" ] || die "cannot write to $1: set RESULTS"
	take_scratch 1 "$1" profile
	work=$scratch
	chmod 755 "$work"
}

# finish_as DIR: or one beside it, if that is there; in $directory.
finish_as()
{
	directory=$(keep_folder "$work" "$1")
	keep_scratch "$directory"
	work=
}

case ${1:-} in
--diff)
	if [ $# -ne 3 ] || [ -z "$2" ] || [ -z "$3" ]; then
		misuse "--diff takes two directories of profiles" \
			"(make profile-diff BASE=DIR NEW=DIR)"
	fi
	difference "$2" "$3" ;;
'' | -*)
	misuse "which scenario?  'vmabench list' names them" ;;
*)
	[ $# -eq 1 ] || fail 2 "one scenario at a time"
	# shellcheck disable=SC2086 # one word a stage
	set -- "$1" ${STAGE:-}
	case $# in
	1)	profile "$1" ;;
	2)	profile_native "$@" ;;
	3)	[ "$2" != "$3" ] || fail 2 "STAGE: $2 is named twice"
		profile_native "$@"
		# shellcheck disable=SC2086 # two words
		difference $directories ;;
	*)	fail 2 "STAGE names two stages at most" ;;
	esac ;;
esac
