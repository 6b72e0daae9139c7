# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of the script
#
# To be sourced by what runs "vmabench exact", which several stages may do at a time: how
# far they are, in one line.  Each has a file in the folder $PROGRESS, in which it says
#
#   DONE ALL WORD...    runs, and what it is at; ALL is 0 where that is not known yet
#
# or else the file ".line" has what is to be drawn (draw_line in lib.sh).  Whoever begins
# draws the line; a script that it runs finds PROGRESS set, and does not.

drawer=

# begin_progress WHAT STAGES: so many of them will have a file.
begin_progress() {
	[ "${QUIET:-0}" != 1 ] && [ -z "${PROGRESS:-}" ] || return 0
	PROGRESS=$(mktemp -d "${scratch_made:-${TMPDIR:-/tmp}}/progress-XXXXXX")
	export PROGRESS
	draw_progress "$1" "$2" &
	drawer=$!
}

# end_progress: on the way out as well.
end_progress() {
	[ -n "$drawer" ] || return 0
	# A subshell that begins loses the signals that its parent has traps for.
	kill -s KILL "$drawer" 2>/dev/null || :
	wait "$drawer" 2>/dev/null || :
	drawer=
	clear_line
	rm -rf "$PROGRESS"
	unset PROGRESS
}

# draw_progress WHAT STAGES: again and again, as long as the script lives.
draw_progress() {
	folder=$PROGRESS
	unset PROGRESS
	begin=$(date +%s)
	while sleep 1 >/dev/null 2>&1 && [ -e "/proc/$$/exe" ]; do
		line=$(progress_line "$1" "$2" $(($(date +%s) - begin)))
		[ -z "$line" ] || draw_line "$line"
		# How long a boot takes says nothing of runs.
		case $line in
		*' runs, '*) ;;
		*)	begin=$(date +%s) ;;
		esac
	done
}

# progress_line WHAT STAGES SECONDS: for as long as it has taken so far.
progress_line() {
	! cat "$folder/.line" 2>/dev/null || return 0
	set -- "$1" "$2" "$3" "$folder"/*
	[ -f "$4" ] || return 0
	what=$1
	stages=$2
	seconds=$3
	shift 3
	awk -v what="$what" -v stages="$stages" -v seconds="$seconds" '
	NF > 1 {
		stage = FILENAME
		sub(/.*\//, "", stage)
		done += $1
		all += $2
		most = $2 > most ? $2 : most
		if ($2 > 0 || NF == 2)
			known++
		if (NF > 2 && ($1 < $2 || $2 == 0)) {
			$1 = $2 = ""
			sub(/^ */, "")
			at = at (at == "" ? "" : ", ") stage " " $0
		}
	}
	END {
		all += (stages - known) * most
		if (done > 0)
			printf "%s: %d of %d runs, about %d s left%s\n", what, done,
				all, seconds / done * (all - done), at == "" ? "" : ": " at
		else if (at != "")
			printf "%s: %s\n", what, at
	}' "$@" 2>/dev/null
}
