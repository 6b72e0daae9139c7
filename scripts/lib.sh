# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the scripts have in common.  A script sources this first, with $root, the folder
# that scripts/ is in; its header ends with the first empty line:
#
#   # Usage: NAME.sh ...		what usage prints, up to the next "#" alone
#   #
#   # What it does ...			what --help prints as well
#
#   root=$(cd "$(dirname "$0")/.." && pwd)
#   . "$root/scripts/lib.sh"
#
# --help or -h as the first argument is answered here, before the script looks for anything.

lib_name=${0##*/}
case $0 in
/*)	lib_script=$0 ;;
*)	lib_script=$PWD/$0 ;;	# the script may go elsewhere
esac

# What die exits with, for a script to change.
die_status=1

# has_line: does a line of progress stand on the terminal that standard error is?
has_line() { [ -n "$lib_drawn${PROGRESS:-}" ] && [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; }
lib_drawn=

# tame TEXT...: prints it in one line, with "?" for what would end that or control the terminal.
tame() {
	case $* in
	*[!\ -~]*) printf %s "$*" | LC_ALL=C sed -z 's/[^\t -~\x80-\xff]/?/g; s/$/\n/
		s/\xc2[\x80-\x9f]\|\xe2\x80[\x8b-\x8f\xa8-\xae]\|\xe2\x81[\xa6-\xa9]/?/g' ;;
	*)	printf '%s\n' "$*" ;;
	esac
}

# warn TEXT...: on standard error, under the name of the script, in one write.
warn() {
	printf '%s%s\n' "$(! has_line || printf '\033[K')" "$(tame "$lib_name: $*")" >&2
}

# say TEXT...: progress; as warn, but nothing with QUIET=1.
say() {
	[ "${QUIET:-0}" = 1 ] || warn "$@"
}

# draw_line TEXT...: how far it is; nothing with QUIET=1.  On a terminal it is one line,
# which the next one replaces, or whatever else is said; the terminal, which knows how wide
# characters are, cuts it where there is no more room.  In a log there is one in 20 seconds.
# Where another script draws for this one, as progress.sh has it, that is told.
draw_line() {
	[ "${QUIET:-0}" != 1 ] || return 0
	if [ -n "${PROGRESS:-}" ]; then
		tame "$*" >"$PROGRESS/.line"
		return
	fi
	if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
		lib_drawn=1
		printf '\033[K\033[?7l%s\033[?7h\r' "$(tame "$lib_name: $*")" >&2
		return
	fi
	lib_now=$(date +%s)
	lib_drew=${lib_drew:-$lib_now}
	[ $((lib_now - lib_drew)) -ge 20 ] || return 0
	lib_drew=$lib_now
	warn "$@"
}

# clear_line: takes that line away.
clear_line() {
	[ -z "${PROGRESS:-}" ] || rm -f "$PROGRESS/.line"
	! has_line || printf '\033[K' >&2
	lib_drawn=
}

# pass_on: what standard input has, to standard error, over the line of progress that is
# drawn there meanwhile.
pass_on() {
	if has_line; then
		lib_erase=$(printf '\033[K')
		sed -u "s/^/$lib_erase/" >&2
	else
		cat >&2
	fi
}

# tell TEXT...: what the user has asked for, on standard output.
tell() { tame "$lib_name: $*"; }

# fail STATUS TEXT...: warns, and exits with STATUS.
fail() {
	lib_status=$1
	shift
	warn "$@"
	exit "$lib_status"
}

# die TEXT...: warns, and exits with $die_status.
die() {
	fail "$die_status" "$@"
}

# help: prints the header of the script, from "Usage:" on.
help() {
	sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$lib_script"
}

# usage: prints how the script is called, on standard error, and exits with 2.
usage() { misuse "arguments are missing or are not what it takes; --help says more"; }

# misuse TEXT...: prints how the script is called and then, where one looks first, what is
# wrong with the arguments; exits with 2.
misuse() {
	help | sed '/^$/,$d' >&2
	fail 2 "$@"
}

# nearest NAME: prints which line of standard input NAME may have been meant to be: one
# that it begins, or else the one that takes the fewest changes of a letter (one added,
# left out, replaced, or swapped with the next), of a third of the letters at most.
# bench/base/nearest.c has the same for the programs.
nearest() {
	typed=$1 awk '
	function least(a, b) { return a < b ? a : b }
	function changes(a, b,    i, j, d, la, lb, same) {
		la = length(a); lb = length(b)
		for (i = 0; i <= la; i++)
			d[i, 0] = i
		for (j = 0; j <= lb; j++)
			d[0, j] = j
		for (i = 1; i <= la; i++)
			for (j = 1; j <= lb; j++) {
				d[i, j] = least(d[i - 1, j], d[i, j - 1]) + 1
				same = substr(a, i, 1) == substr(b, j, 1)
				d[i, j] = least(d[i, j], d[i - 1, j - 1] + !same)
				if (i > 1 && j > 1 &&
				    substr(a, i, 1) == substr(b, j - 1, 1) &&
				    substr(a, i - 1, 1) == substr(b, j, 1))
					d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
			}
		return d[la, lb]
	}
	BEGIN { name = ENVIRON["typed"]; most = length(name) < 6 ? 1 : int(length(name) / 3) }
	$0 != "" {
		n = length(name) > 2 && index($0, name) == 1 ? 1 : \
			length(name) - length($0) > most ? most + 1 : changes(name, $0)
		if (n <= most) {
			found = $0
			most = n - 1
		}
	}
	END { print found }'
}

# no_such KIND NAME HINT...: exits with 2, and says that there is no KIND called NAME, and
# which one of standard input was meant; or else the HINT, which ones there are.
no_such() {
	lib_kind=$1
	lib_typed=$2
	shift 2
	lib_meant=$(nearest "$lib_typed")
	[ -z "$lib_meant" ] || set -- "did you mean '$lib_meant'?  $*"
	fail 2 "there is no $lib_kind '$lib_typed'; $*"
}

# no_options ARGUMENT...: for a script that has no options, misuse where the first
# ARGUMENT looks like one.
no_options() {
	case ${1-} in
	-*)	misuse "there is no option '$1'" ;;
	esac
}

# number NAME VALUE: exits with 2 where VALUE is not a number from 1 to 9999999999.
number() {
	case $2 in
	'' | 0* | *[!0-9]* | ???????????*)
		fail 2 "$1: '$2' is not a number above 0" ;;
	esac
}

# among KIND VALUE CHOICE...: exits with 2 where VALUE is none of them.
among() {
	lib_kind=$1
	lib_value=$2
	shift 2
	# grep would take each line of it for a value.
	printf '%s\n' "$@" | typed=$lib_value awk '
		$0 == ENVIRON["typed"] { found = 1 } END { exit !found }' ||
		printf '%s\n' "$@" | no_such "$lib_kind" "$lib_value" \
			"choose one of $*" || exit $?
}

# known_set KIND SET: exits with 2 where SET is no set of scenarios.
known_set() { among "$1" "$2" primary extended mm; }

# exit_on_signals: with the status that shells have for that, and after what the script
# has set a trap on EXIT for.  No other one keeps it from that: a group of processes gets
# one, and its children another one from the script; and where nobody reads any more what
# is said (make series | head), that trap may speak all the same.
exit_on_signals() {
	trap 'exit_once 129' HUP
	trap 'exit_once 130' INT
	trap 'exit_once 141' PIPE
	trap 'exit_once 143' TERM
}

# exit_once STATUS
exit_once() {
	trap '' HUP INT PIPE TERM
	exit "$1"
}

# What in_child runs, or a script itself in the background, for end_child.
child=

# know_shell: leaves the pid of this shell, which may be a subshell, in $lib_pid for tied.
know_shell() {
	read -r lib_pid _ </proc/self/stat || lib_pid=
	[ -n "${lib_tied+set}" ] || lib_tied=$(setpriv --pdeathsig TERM \
		echo setpriv --pdeathsig TERM 2>/dev/null) || lib_tied=
} 2>/dev/null

# tied COMMAND...: in the background, after know_shell: becomes a program that SIGTERM
# ends when the shell ends, were it by SIGKILL, if there is a setpriv that can do that.
tied() {
	[ -n "$lib_pid" ] && [ -n "$lib_tied" ] || exec "$@"
	# The shell may have ended before setpriv did it.
	# shellcheck disable=SC2016,SC2086 # words; the other shell expands
	exec $lib_tied sh -c '[ "$PPID" = "$0" ] || exit 143; exec "$@"' "$lib_pid" "$@"
}

# begin_child COMMAND...: runs a program in the background, as $child, tied to the script,
# unless COMMAND is a function of it.
begin_child() {
	know_shell
	case $(command -v "$1") in
	*/*)	tied "$@" & ;;
	*)	"$@" & ;;
	esac
	child=$!
}

# in_child COMMAND...: likewise, and returns its status; unlike one in the foreground, it
# does not keep a signal from the script until it ends, and its standard input is empty.
in_child() {
	begin_child "$@"
	wait_child
}

# wait_child: returns the status of $child, when it has ended.
wait_child() {
	lib_status=0
	wait "$child" || lib_status=$?
	child=
	return "$lib_status"
}

# end_child: ends $child, if there is one, and waits until it has ended.
end_child() {
	[ -n "$child" ] || return 0
	kill "$child" 2>/dev/null || :
	wait "$child" 2>/dev/null || :
	child=
}

# shellcheck disable=SC2034 # MiB of the cache that a layout of a native kernel takes
layout_mib=7

# free_mib FOLDER: prints how much room there is, 0 where df cannot say.
free_mib() { df -Pm -- "$1" | awk 'NR == 2 { n = $4 } END { print n + 0 }'; }

# need_space FOLDER MIB: returns 1, and says so, where less than that is free.
need_space() {
	lib_free=$(free_mib "$1")
	[ "$lib_free" -ge "$2" ] ||
		{ warn "$1 needs $2 MiB of free space and has $lib_free"; return 1; }
}

# quoted WORD...: prints them so that a shell takes them apart again.
quoted() {
	for word; do
		case $word in
		'' | *[!a-zA-Z0-9_./:=,+@-]*)
			printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")" ;;
		*)	printf '%s ' "$word" ;;
		esac
	done
}

case ${1-} in
-h | --help)
	help
	exit 0 ;;
esac

# shellcheck source=scripts/trust.sh
. "$root/scripts/trust.sh"
