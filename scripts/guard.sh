# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A guard: a process that undoes what a script has changed, when that is killed.  To be
# sourced after lib.sh.  It waits for a lock that the script has; what the script runs for
# long is not given fd 8.

guard=

# hold_alive FILE: as long as the script lives, or what it has under way, FILE is locked.
hold_alive() {
	guard_alive=$1
	exec 8>>"$1"
	flock 8
	: >"$1"
	# By this it is known whose guard one is.
	export GUARD_OF=$$
}

# is_guarded: does a guard wait for our end?  Nobody else can know that: that it was started
# says little where it is refused to run, as SELinux does with a script of somebody's home.
is_guarded() {
	guard_tries=0
	until grep -qsx "$GUARD_OF" "$guard_alive"; do
		[ $guard_tries -lt 200 ] || return 1
		[ -z "$guard" ] || kill -0 "$guard" 2>/dev/null || return 1
		guard_tries=$((guard_tries + 1))
		sleep 0.03
	done
}

# start_guard COMMAND...: in a session of its own: once it is there, a signal to our group
# or terminal does not reach it.
start_guard() {
	setsid "$@" </dev/null >/dev/null 7>&- 8>&- 9>&- &
	guard=$!
	is_guarded || warn "the guard did not start: after SIGKILL, nothing is restored before" \
		"the next run"
}

# await_end FILE: what a guard does first.
await_end() {
	trap '' HUP INT PIPE TERM
	echo "${GUARD_OF:-}" >>"$1"
	flock "$1" true
}
