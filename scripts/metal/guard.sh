# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: what it adds to the machine before the first reboot is removed again unless
# that reboot comes: however run and resume end, and by a guard, in a session of its own,
# where they are killed.  From then on it is the unit that goes on, whatever happens.

departing=

# begin_departure: before anything is added.
begin_departure() {
	trap end_departure EXIT
	exit_on_signals
	departing=1
	hold_alive "$sys/run/vmabench-metal.alive"
	start_guard "$root/scripts/metal.sh" guard "$dir" --user "$operator"
}

# departed: the machine goes down, or nothing is left of the session.
departed() {
	departing=
}

# end_departure: at the end of the script.
end_departure() {
	status=$?
	trap '' HUP INT PIPE TERM
	end_child
	# It waits for one that is killed, and this one was not.
	[ -z "$guard" ] || {
		kill -s KILL "$guard" 2>/dev/null
		wait "$guard" 2>/dev/null
	} || :
	[ -z "$departing" ] || undo_departure "it ended before the machine was rebooted"
	exit "$status"
}

# goes_down: is the reboot under way?  On the way down, systemd ends us as all others.
goes_down() {
	[ "$(systemctl is-system-running 2>/dev/null)" = stopping ]
}

# undo_departure WHY
undo_departure() {
	departing=
	! goes_down || return 0
	uninstall
	! command -v kexec >/dev/null || [ "$(last_backend)" != kexec ] ||
		kexec -u 2>/dev/null || :
	log stopped - 0 "$1"
	warn "what $name had added to the machine is removed; metal.sh resume goes on"
}

# cmd_guard: what the guard does.
cmd_guard() {
	arguments "$@"
	await_end "$sys/run/vmabench-metal.alive"
	exec 9>>"$sys/run/vmabench-metal.lock"
	flock 9
	case $(lines | tail -n 1 | cut -d ' ' -f 2) in
	stopped | finished | undone) ;;
	*)	undo_departure "metal.sh was killed before the machine was rebooted" ;;
	esac
}
