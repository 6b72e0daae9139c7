#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # what is drawn
#
# Usage: kills.sh
#
# A part of torture.sh: begins quiet.sh, bench.sh, metal.sh, report.sh,
# publish.sh, series.sh, tree-series.sh (range) and range.sh (cells) on made-up
# machines and in folders of its own, and ends them at moments that are drawn, by
# SIGKILL, SIGTERM, SIGHUP or SIGINT, which the script gets, or any process that
# it has begun, or all of its group.  It holds if
#
#   - settings and boot entries are what they were TORTURE_SECONDS later, with
#     nobody doing anything about it, and no process is left, QEMU and guards
#     included;
#   - each record and each kernel that there is is whole, and what was there
#     before is what it was;
#   - the same command succeeds afterwards, and then nothing is left over, and
#     each record that had been measured is still there.
#
# The series is counted in guests of kernels that are in the cache already.
#
# Environment:
#   TORTURE_SECONDS  how long restoring and ending may take: more than 1 where
#                    others use the machine meanwhile (1; with --short 60)
#   VMABENCH_CACHE   where kernels are, see kernel.sh
#
# Exit status: 0 it could be tried, 2 usage, 77 it cannot be tried here.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/torture/lib.sh
. "$root/scripts/torture/lib.sh"
# shellcheck source=scripts/torture/results.sh
. "$root/scripts/torture/results.sh"
# shellcheck source=scripts/torture/kills/machines.sh
. "$root/scripts/torture/kills/machines.sh"
# shellcheck source=scripts/torture/kills/folders.sh
. "$root/scripts/torture/kills/folders.sh"
# shellcheck source=scripts/torture/kills/trees.sh
. "$root/scripts/torture/kills/trees.sh"
# shellcheck source=scripts/torture/kills/ranges.sh
. "$root/scripts/torture/kills/ranges.sh"

no_options "$@"
[ $# -eq 0 ] || usage
need_torture
exit_on_signals
seconds=${TORTURE_SECONDS:-$(count 1 60)}
number TORTURE_SECONDS "$seconds"
for tool in setsid flock setpriv; do
	command -v $tool >/dev/null || cannot "there is no $tool (util-linux)"
done
# What a script begins in the background is deaf to SIGINT, unless it is told.
env --default-signal=INT true 2>/dev/null ||
	cannot "env has no --default-signal (coreutils 8.31)"
build=$root/${B:-build}
[ -x "$build/vmadiff" ] || cannot "nothing is built: run make"
cd "$root"
QUIET=1
export QUIET
unset SESSION REPORT ARCHIVE SCENARIOS SET TREE RANGE SERIES STYLE BUNDLE KEEP LOOK SEEDS ON

# begin COMMAND...: in a group of its own, as $pid; what it begins in its turn has $mark.
begin() {
	mark=TORTURE_ATTEMPT=$torture_dir-$torture_number
	setsid env --default-signal=HUP,INT,PIPE,TERM "$mark" "$@" >"$tmp/out" 2>"$tmp/err" \
		</dev/null &
	pid=$!
}

# marked: pids of those that are there.
marked() {
	grep -lzsxF "$mark" /proc/[0-9]*/environ | sed 's,/proc/,,; s,/environ,,' | sort -n
}

# nobody_left: neither the command nor what it has begun is there any more.
nobody_left() {
	[ -z "$(marked)" ]
}

# milliseconds: of a clock.
milliseconds() {
	date +%s%3N
}

# time_whole KIND: how long such a one takes undisturbed; its results are what the next ones
# are compared with.
time_whole() {
	whole_ms=$torture_dir/$1${variant:+.$variant}.ms
	# Guests are long: in the short form, their moments are parts of so much.
	[ "$1,$torture_short" != series,1 ] || echo 4000 >"$whole_ms"
	[ ! -f "$whole_ms" ] || return 0
	(
		. scripts/tests/tap.sh
		"make_$1"
		began=$(milliseconds)
		"begin_$1"
		wait "$pid" || fail 1 "$1 fails undisturbed: $(tail -n 3 "$tmp/err")"
		echo $(($(milliseconds) - began)) >"$whole_ms"
		"keep_$1"
	)
}

# draw_strike: what will be done, and when.
draw_strike() {
	draw_word signal KILL KILL KILL TERM HUP INT
	draw_word target script process group
	draw moment 1000
	draw victim 1000
}

# strike MS: at its moment of so many.
strike() {
	strike_ms=$(($1 * moment / 1000))
	sleep "$(printf '%d.%03d' $((strike_ms / 1000)) $((strike_ms % 1000)))"
	whom=$pid
	case $target in
	group)	whom=-$pid ;;
	process)
		# shellcheck disable=SC2046 # pids are words
		set -- $(marked)
		[ $# -eq 0 ] || {
			shift $((victim % $#))
			whom=$1
		} ;;
	esac
	kill -s "$signal" -- "$whom" 2>/dev/null || :
	status=0
	wait "$pid" 2>/dev/null || status=$?
}

# wrong KIND: prints what did not hold of an attempt that was made, or nothing.
wrong() {
	within "$seconds" nobody_left || {
		echo "after $seconds s there is still $(marked | while read -r left; do
			tr '\0' ' ' <"/proc/$left/cmdline"
		done)"
		return
	}
	case $target,$status in
	process,* | *,0 | *,129 | *,130 | *,137 | *,143) ;;
	*)	echo "it exits with $status"
		return ;;
	esac
	"check_$1"
}

# attempt KIND: what is made for it goes with its subshell.
attempt() (
	. scripts/tests/tap.sh
	set +e
	"make_$1"
	draw_strike
	"begin_$1"
	strike "$(cat "$whole_ms")"
	why=$(wrong "$1")
	marked | xargs -r kill -9
	if [ -z "$why" ]; then
		held "kills: $1"
	else
		lost "kills: $1" "SIG$signal to its $target at $moment of 1000: $why"
	fi
)

# kinds: one a line, for each attempt.
kinds() {
	if [ -n "$torture_short" ]; then
		set -- quiet quiet quiet metal report publish bench range series cells
	else
		set -- quiet metal report publish range bench metal report publish series \
			quiet metal range cells publish cells bench quiet series
		set -- "$@" "$@" "$@" "$@" "$@" "$@"
	fi
	printf '%s\n' "$@" | head -n "$(count 100 10)"
}

TMPDIR=$torture_dir
export TMPDIR
n=0
for kind in $(kinds); do
	n=$((n + 1))
	begin_attempt $n || continue
	"can_$kind" || continue
	variant=
	draw_"$kind"
	time_whole "$kind"
	attempt "$kind"
done
report_attempts
