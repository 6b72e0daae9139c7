#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: quiet.sh on|off|check|recover [OPTION...]
#        quiet.sh run [OPTION...] COMMAND [ARG...]
#
# Noise control of the machine that measures:
#   on       make the settings below, remember what was before
#   off      restore that
#   check    print setting, value, what is wanted, verdict
#   run      on, COMMAND on the shielded CPU, off
#   recover  restore what was left by an "on" or "run" that was killed, and whose
#            guard was, too
#
# Where "on" is killed before it has ended, or "run" is, a guard restores at once
# what was before.
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
#   QUIET_ROOT   what to put before /sys, /proc and /run/systemd, for tests
#                (nothing)
#
# Exit status: 0 done, or quiet; 1 failed; 2 usage; 3 not all could be set, or
# not quiet; run: that of COMMAND, 128 + N after signal N.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/guard.sh
. "$root/scripts/guard.sh"

sys=${QUIET_ROOT:-}
# No tool takes it for an option.
[ "${sys#-}" = "$sys" ] || sys=./$sys
state=${QUIET_STATE:-/run/vmabench/quiet}
case $state in
/*)	;;
*)	state=$PWD/$state ;; # its guard may be in another folder
esac
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
# shellcheck source=scripts/quiet/guard.sh
. "$root/scripts/quiet/guard.sh"

# However it ends, but for SIGKILL: then the guard does it.
at_exit() {
	status=$?
	trap '' HUP INT TERM
	[ -z "$restore_at_exit" ] || turn_off || status=1
	[ -z "$tmp" ] || rm -rf "$tmp"
	end_guard
	exit "$status"
}

# begin_changes: what "on" has made quiet stays so, whatever becomes of us.
begin_changes() {
	[ "$(saved_value by)" != on ] && [ "$only" != none ] || return 0
	restore_at_exit=1
	[ -z "$locked" ] || begin_guard
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
on | off | check | recover)
	[ $# -eq 0 ] || fail 2 "$what takes no '$1'" ;;
guard)	[ $# -eq 1 ] || fail 2 "guard is what quiet.sh itself runs" ;;
run)	[ $# -gt 0 ] || fail 2 "run needs a command" ;;
*)	fail 2 "'$what' is not on, off, check, run or recover" ;;
esac
case $cpu in
*[!0-9]*) fail 2 "--cpu: '$cpu' is not a number" ;;
esac
check_only
[ -z "$reproduce" ] || trust_folder own --reproduce "$(dirname "$reproduce")"

owner="$$ $(start_of $$)"
locked=
restore_at_exit=
[ "$what" != guard ] || {
	await_end "$state.alive"
	# It does not take the lock to look: nobody is refused because of that.
	is_of "$1" || exit 0
	what=recover
}
tmp=
trap at_exit EXIT
exit_on_signals

# With nothing to change, it is in the way of nobody.
trust_state
case $what,$only in
check,*) ;;
*,none)	! is_left || "$root/scripts/quiet.sh" recover || : ;;
recover,*) ! is_left || lock ;;
*)	lock ;;
esac
check_state
# Of those who have the lock there is one.
if [ -n "$locked" ]; then
	rm -rf "$state.tmp"
	mkdir -m 700 "$state.tmp"
	tmp=$state.tmp
else
	take_scratch 0
	tmp=$scratch
fi
forget_stale "$what"
status=0
case $what,$only in
off,* | *,none) ;;
check,*) ! is_left || warn "quiet.sh was killed, and has left settings changed:" \
		"quiet.sh off restores them" ;;
*)	recover || status=1 ;;
esac
case $what,$only in
off,* | recover,* | *,none) ;;
*)	choose_cpu "$what" ;;
esac
case $what in
on)	# Half of it is of no use to anybody.
	begin_changes
	status=0
	turn_on || status=$?
	stay
	restore_at_exit=
	exit $status ;;
off)	trap '' HUP INT TERM
	turn_off ;;
check)	check ;;
run)	run "$@" ;;
recover) exit $status ;;
esac
