# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: a command on the shielded CPU.

# The command, in the shield if there is one; with the terminal, not the locks.  It does
# not go on where nothing is quiet any more.
start_command() {
	enter=
	[ ! -e "$shield/cpuset.cpus.partition" ] || {
		read_value "$shield/cpuset.cpus.partition"
		[ "$value" != isolated ] || enter=$shield/cgroup.procs
	}
	note "( cd $(quoted "$PWD")"
	[ -z "$enter" ] || note "  echo 0 > $enter"
	note "  $(quoted "$@"))"
	know_shell
	exec 3<&0
	(
		trap - HUP INT TERM
		# Of the shell itself, which COMMAND replaces.
		[ -z "$enter" ] || echo 0 >"$enter"
		tied "$@"
	) <&3 3<&- 7>&- 8>&- 9>&- &
	child=$!
}

run() {
	signal=
	trap 'stop_command 129' HUP
	trap 'stop_command 130' INT
	trap 'stop_command 143' TERM
	begin_changes
	turn_on || :
	[ -z "$signal" ] || exit "$signal"
	start_command "$@"
	# One that came before there was anything to end.
	[ -z "$signal" ] || stop_command "$signal"
	# A signal ends the waiting, not the command.
	while :; do
		status=0
		wait "$child" || status=$?
		kill -0 "$child" 2>/dev/null || break
	done
	exit "${signal:-$status}"
}

stop_command() {
	signal=$1
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
}
