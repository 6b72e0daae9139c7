# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of the script
#
# Of series.sh, kvm-series.sh and native-series.sh: what is said in the end fits the
# terminal, as far as paths do.

# Of the terminal that standard output is, but 80 at most, as in a log.
columns=80
if [ -t 1 ]; then
	{ columns=$(stty size <&3 2>/dev/null | cut -s -d ' ' -f 2); } 3>&1
	[ "${columns:-0}" -ge 40 ] && [ "$columns" -le 80 ] || columns=80
fi

# fitted HEAD BREAK PART...: on one line if there is room, or else on a line each, which end
# with BREAK: " \" of a command, which a shell takes as one line again.
fitted() {
	head=$1
	break=$2
	shift 2
	line=$(printf '%-9s' "$head"; printf ' %s' "$@")
	[ ${#line} -gt "$columns" ] || {
		printf '%s\n' "$line"
		return
	}
	printf '%-9s %s' "$head" "$1"
	shift
	for part; do
		printf '%s\n            %s' "$break" "$part"
	done
	echo
}

# here PATH: as it is typed in a shell, and short where it is below the current folder.
here() {
	quoted "${1#"$PWD"/}" | sed 's/ $//'
}

# with_results COMMAND: after what has it find the sessions, if they are not where it looks.
with_results() {
	looks=$root/results
	[ -f "$root/Makefile" ] || looks=$PWD/results
	[ "$results" = "$looks" ] || printf 'RESULTS=%s ' "$(here "$results")"
	echo "$1"
}
