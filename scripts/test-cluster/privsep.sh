# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The empty folder that root's sshd wants, which is there only where the system's sshd has
# run.  Tests that run at the same time share it, and the last of them removes it: each has
# its mark in it, named after its process.  To be sourced.

privsep=/run/sshd

# hold_privsep PID: it is there until drop_privsep PID, whoever else drops it.  One that was
# there before all of them is the system's, and gets no mark.
# shellcheck disable=SC2016 # variables of the shell that has the lock
hold_privsep() {
	[ "$(id -u)" -ne 0 ] || flock /run sh -c '
		mkdir "$1" 2>/dev/null || [ -n "$(find "$1" -name "vmabench.*")" ] || exit 0
		: >"$1/vmabench.$2"' - $privsep "$1"
}

# drop_privsep PID: the marks of those that were killed go as well.
# shellcheck disable=SC2016
drop_privsep() {
	[ ! -e "$privsep/vmabench.$1" ] || flock /run sh -c '
		rm -f "$1/vmabench.$2"
		for mark in "$1"/vmabench.*; do
			kill -0 "${mark##*.}" 2>/dev/null || rm -f "$mark"
		done
		rmdir "$1" 2>/dev/null || :' - $privsep "$1"
}
