# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2015,SC2034,SC2154 # variables of the script
#
# Of range.sh and range/cell.sh: what a range is, on disk.  $session is the folder of the
# session, and $range is $session/range:
#
#   plan         settings, "KEY VALUE" a line, which nobody changes any more
#   cells        "NAME COMMIT-ID WHAT" a line, likewise, in the order of the commits
#   node         what the cells of the first machine depend on, "WHAT VALUE" a line; of the
#                native tier with the type of machine
#   others       of Slurm: machines of another type
#   NAME.tries   a line for each time that the cell was begun: "NODE PID SECONDS"
#   NAME.end     what became of it, in one line (see cell_end)
#   NAME.times   "STEP SECONDS" a line, and "objects N", which were compiled
#   NAME.log     what was said meanwhile
#   jobs         of Slurm: "cells ID" and "collector ID" a line
#   cancelled    is there once it was cancelled
#
# Each file is written by one machine, under another name, and renamed; nothing here is
# locked.

# plan KEY: prints its value, or nothing.
plan() {
	sed -n "s/^$1 //p;T;q" "$range/plan"
}

# take_session FOLDER: sets $session and $range, or says that there is none.
take_session() {
	# Its plan says which programs are run.
	trust_folder own SESSION "$1"
	[ -d "$1" ] || fail 2 "there is no session $1"
	session=$(CDPATH='' cd -- "$1" && pwd)
	range=$session/range
	[ -f "$range/plan" ] ||
		fail 2 "$1 is no range that was begun with ON=: it has no range/plan"
}

# names: of the cells, one a line.
names() {
	cut -d ' ' -f 1 "$range/cells"
}

# cell NAME FIELD: of its line; a FIELD of "3-" is what the commit is called.
cell() {
	awk -v name="$1" '$1 == name' "$range/cells" | cut -d ' ' -f "$2"
}

# cell_end NAME: prints the first word of its end: done, BUILD-FAILED, BOOT-FAILED, or
# FAILED where there is no answer for a reason that is not the kernel's; begun where it
# was begun and has not ended; nothing where it was not begun.
cell_end() {
	if [ -f "$range/$1.end" ]; then
		read -r end _ <"$range/$1.end" || :
		echo "$end"
	elif [ -f "$range/$1.tries" ]; then
		echo begun
	fi
}

# tries NAME: how often it was begun.
tries() {
	wc -l 2>/dev/null <"$range/$1.tries" || echo 0
}

# unanswered: the names of the cells that have no answer.
unanswered() {
	names | while read -r one; do
		case $(cell_end "$one") in
		done | BUILD-FAILED | BOOT-FAILED) ;;
		*) echo "$one" ;;
		esac
	done
}

# put TEXT-OR-- FILE: writes FILE, of TEXT or of standard input, whole or not at all.
put() {
	put_new=$(mktemp "$(dirname "$2")/.new-XXXXXX") || return 1
	if [ "$1" = - ]; then
		cat >"$put_new"
	else
		printf '%s\n' "$1" >"$put_new"
	fi && chmod 644 "$put_new" && mv -fT "$put_new" "$2" || {
		rm -f "$put_new"
		return 1
	}
}

# put_record FILE RECORD: a copy, which is there whole or not at all, and replaces none.
put_record() {
	put_new=$(mktemp "$(dirname "$2")/.new-XXXXXX") || return 1
	put_status=0
	cp "$1" "$put_new" && chmod 444 "$put_new" && sync "$put_new" &&
		{ ln "$put_new" "$2" 2>/dev/null || [ -f "$2" ]; } || put_status=1
	rm -f "$put_new"
	return $put_status
}

# put_folder FROM TO: likewise, a folder, with the sums of its files, which is_sound looks at.
put_folder() {
	put_new=$(mktemp -d "$(dirname "$2")/.new-XXXXXX") || return 1
	put_status=0
	cp -p "$1"/* "$put_new" && chmod 755 "$put_new" &&
		(cd "$put_new" && rm -f sums && sha256sum -- * >.sums && mv .sums sums) && sync "$put_new"/* &&
		{ mv -T "$put_new" "$2" 2>/dev/null || [ -d "$2" ]; } || put_status=1
	rm -rf "$put_new"
	return $put_status
}

# differs FILE: what a machine has, of node_key(), that the plan's first one has not: the word
# in $differs_in, and in $differs the sentence "OTHER, and not OURS".  Status 1 where nothing is.
differs() {
	! cmp -s "$1" "$range/node" || return 1
	differs=$(diff "$range/node" "$1" | sed -n 's/^> //p' | head -n 1)
	differs_in=${differs%% *}
	differs="${differs#* }, and not $(sed -n "s/^$differs_in //p" "$range/node" | head -n 1)"
}

# is_sound FOLDER: nothing has happened to it since.
is_sound() {
	[ ! -f "$1/sums" ] || (cd "$1" && sha256sum --status --strict -c sums)
}

# node_of HOST: what a machine that ssh reaches is called in names of folders.
node_of() {
	printf '%s\n' "${1#*@}" | LC_ALL=C tr -c 'A-Za-z0-9._\n-' _
}
