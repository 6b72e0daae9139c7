# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: a command on the shielded CPU.

# The command, in the shield if there is one; with the terminal, not the lock.
start_command() {
	enter=
	[ ! -e "$shield/cpuset.cpus.partition" ] || {
		read_value "$shield/cpuset.cpus.partition"
		[ "$value" != isolated ] || enter=$shield/cgroup.procs
	}
	note "( cd $(quoted "$PWD")"
	[ -z "$enter" ] || note "  echo 0 > $enter"
	note "  $(quoted "$@"))"
	exec 3<&0
	(
		trap - HUP INT TERM
		# Of the shell itself, which COMMAND replaces.
		[ -z "$enter" ] || echo 0 >"$enter"
		exec "$@"
	) <&3 3<&- 9>&- &
	child=$!
}

run() {
	signal=
	trap 'stop_command HUP 129' HUP
	trap 'stop_command INT 130' INT
	trap 'stop_command TERM 143' TERM
	# What "on" has made quiet stays so.
	was_on=
	[ "$(saved_value by)" != on ] || was_on=1
	[ -n "$was_on" ] || [ "$only" = none ] || restore_at_exit=1
	turn_on run || :
	[ -z "$signal" ] || exit "$signal"
	start_command "$@"
	# A signal ends the waiting, not the command.
	while :; do
		status=0
		wait "$child" || status=$?
		kill -0 "$child" 2>/dev/null || break
	done
	exit "${signal:-$status}"
}

stop_command() {
	signal=$2
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
}
