# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A guard: a process that undoes what a script has changed, when that is killed.  To be
# sourced after lib.sh.  It waits for a lock that the script has; what the script runs for
# long is not given fd 8.

guard=

# hold_alive FILE: as long as the script lives, or what it has under way, FILE is locked.
hold_alive() {
	exec 8>>"$1"
	flock 8
}

# start_guard COMMAND...: in a session of its own, which it has when this returns: from
# then on a signal to our group or terminal does not reach it.
start_guard() {
	setsid "$@" </dev/null >/dev/null 7>&- 8>&- 9>&- &
	guard=$!
	guard_tries=0
	while [ "$(cut -d ' ' -f 6 "/proc/$guard/stat" 2>/dev/null)" != "$guard" ] &&
			[ $guard_tries -lt 500 ]; do
		guard_tries=$((guard_tries + 1))
		sleep 0.01
	done
}

# await_end FILE: what a guard does first.
await_end() {
	trap '' HUP INT PIPE TERM
	flock "$1" true
}
