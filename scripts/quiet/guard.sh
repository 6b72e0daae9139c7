# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: what becomes of the settings when it is killed.
#
# Whoever changes settings that are not to stay has a lock, and beside it a guard: another
# quiet.sh, which waits for the lock, in a session of its own, or as a unit of systemd,
# that the death of ours does not reach.  A lock goes with the last process that has it,
# so a write that is under way comes before the guard's.  Which changes are whose stands
# in the state, as "owner PID START", the start being that of /proc/PID/stat.
#
# Where the guard was killed, too, the next quiet.sh restores, and vmabench bench tells.

# start_of PID: in clock ticks since the boot; nothing of a process that has ended, even if
# nobody has waited for it.
start_of() {
	sed 's/.*) //; /^[XZ]/d' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# is_of OWNER: is what there is in the state to be restored by OWNER, or its guard?
is_of() {
	[ "$(saved_value by)" = run ] && [ "$(saved_value owner)" = "$1" ]
}

# is_left: is there a state that is to be restored, by somebody who is not there any more?
is_left() {
	[ "$(saved_value by)" = run ] || return 1
	left_by=$(saved_value owner)
	[ "$(start_of "${left_by% *}")" != "${left_by#* }" ]
}

# begin_unit: a guard that is a unit of systemd, if there is one; returns 1 if it is not
# there in the end.  Of ours it has what is given to it here, and no folder.
begin_unit() {
	[ -d "$sys/run/systemd/system" ] && [ "$(id -u)" -eq 0 ] &&
		systemd-run --quiet --collect --no-ask-password --service-type=exec \
			--unit "vmabench-quiet-$$" --setenv "PATH=$PATH" \
			--setenv "QUIET_STATE=$state" --setenv "QUIET_ROOT=$sys" \
			--setenv "GUARD_OF=$GUARD_OF" \
			"$root/scripts/quiet.sh" guard "$owner" \
			</dev/null >/dev/null 2>&1 7>&- 8>&- 9>&- && is_guarded
}

# begin_guard: before anything is changed.
begin_guard() {
	hold_alive "$state.alive"
	! begin_unit || return 0
	command -v setsid >/dev/null || {
		warn "no setsid (util-linux): after SIGKILL, nothing is restored before the next run"
		return
	}
	start_guard "$root/scripts/quiet.sh" guard "$owner"
}

# end_guard: when there is nothing to do for it any more, which it sees.
end_guard() {
	[ -n "$guard" ] || return 0
	exec 8>&-
	wait "$guard" || :
	guard=
}

# recover: restores what is left, and says so; returns 1 where it cannot.
recover() {
	is_left || return 0
	left=$(sed -n "s/^undo$tab\([^$tab]*\)$tab.*/\1/p" "$state" | sort -u |
		paste -s -d ' ')
	warn "quiet.sh was killed, and has left these settings changed: $left"
	[ -n "$locked" ] || {
		warn "this user cannot restore them: quiet.sh off does it, as root"
		return 1
	}
	turn_off || return 1
	warn "these settings are restored"
}
