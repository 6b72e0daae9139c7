#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: quiet.sh on|off|check [OPTION...]
#        quiet.sh run [OPTION...] COMMAND [ARG...]
#
# Noise control of the machine that measures:
#   on     make the settings below, remember what was before
#   off    restore that, also after a kill of "on" or "run"
#   check  print setting, value, what is wanted, verdict
#   run    on, COMMAND on the shielded CPU, off; also when killed
#
#   --cpu N           CPU that is to be quiet (the last one)
#   --only LIST       settings, comma separated: names, "all" (the default),
#                     "none", and -NAME for one less
#   --reproduce FILE  append every change and COMMAND to FILE, as a script
#
# Settings: governor, turbo, aslr, thp, numa, watchdog, timers, irqs, cpuset,
# smt.  What cannot be set is listed with the reason.
#
# Environment:
#   QUIET_STATE  file with what was before (/run/vmabench/quiet)
#   QUIET_ROOT   what to put before /sys and /proc, for tests (nothing)
#
# Exit status: 0 done, or quiet; 1 failed; 2 usage; 3 not all could be set, or
# not quiet; run: that of COMMAND, 128 + N after signal N.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

sys=${QUIET_ROOT:-}
state=${QUIET_STATE:-/run/vmabench/quiet}
cpu=
only=all
reproduce=

# shellcheck source=scripts/quiet/settings.sh
. "$root/scripts/quiet/settings.sh"
# shellcheck source=scripts/quiet/survey.sh
. "$root/scripts/quiet/survey.sh"
# shellcheck source=scripts/quiet/state.sh
. "$root/scripts/quiet/state.sh"
# shellcheck source=scripts/quiet/change.sh
. "$root/scripts/quiet/change.sh"
# shellcheck source=scripts/quiet/run.sh
. "$root/scripts/quiet/run.sh"

# However it ends, but for SIGKILL: then "off" does it.
at_exit() {
	status=$?
	trap '' HUP INT TERM
	[ -z "$restore_at_exit" ] || turn_off || status=1
	rm -rf "$tmp"
	exit "$status"
}

[ $# -gt 0 ] || usage
what=$1
shift
while [ $# -gt 0 ]; do
	case $1 in
	--cpu | --only | --reproduce)
		[ $# -ge 2 ] || fail 2 "$1 needs a value"
		case $1 in
		--cpu) cpu=$2 ;;
		--only) only=$2 ;;
		--reproduce) reproduce=$2 ;;
		esac
		shift 2 ;;
	--)	shift
		break ;;
	-*)	fail 2 "unknown option '$1'; see quiet.sh --help" ;;
	*)	break ;;
	esac
done
case $what in
on | off | check)
	[ $# -eq 0 ] || fail 2 "$what takes no '$1'" ;;
run)	[ $# -gt 0 ] || fail 2 "run needs a command" ;;
*)	fail 2 "'$what' is not on, off, check or run" ;;
esac
case $cpu in
*[!0-9]*) fail 2 "--cpu: '$cpu' is not a number" ;;
esac
check_only
[ -z "$reproduce" ] || trust_folder own --reproduce "$(dirname "$reproduce")"

tmp=$(mktemp -d)
restore_at_exit=
trap at_exit EXIT
exit_on_signals

# With nothing to change, it is in the way of nobody.
[ "$what" = check ] || [ "$only" = none ] || lock
trust_state
check_state
forget_stale "$what"
[ "$what" = off ] || [ "$only" = none ] || choose_cpu "$what"
case $what in
on)	# Half of it is of no use to anybody.
	[ -f "$state" ] || restore_at_exit=1
	status=0
	turn_on on || status=$?
	restore_at_exit=
	exit $status ;;
off)	trap '' HUP INT TERM
	turn_off ;;
check)	check ;;
run)	run "$@" ;;
esac
