# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced after lib.sh by what keeps its results in a folder that is named by the
# time: whoever else begins in the same second, or after the clock was set back, has
# another one, and what is there already is left alone.

# own_folder NAME PARENT...: makes a folder in each PARENT that nobody else has, prints what
# it is called: NAME, with a "+" for each time that one of them was taken.  Returns 1, and
# says why, where none can be made.
own_folder() {
	own_name=$1
	shift
	mkdir -p "$@" || return 1
	own_again=1
	until own_all "$@"; do
		# A second look could miss one that has gone again, of somebody who had not all.
		case $own_said in
		*': File exists')
			own_name=$own_name+
			continue ;;
		*': No such file or directory')
			# A parent goes with whoever has no results in it: made again, once.
			[ -z "$own_again" ] || {
				own_again=
				mkdir -p "$@" || return 1
				continue
			} ;;
		esac
		warn "${own_said#mkdir: }"
		return 1
	done
	echo "$own_name"
}

# own_all PARENT...: makes $own_name in all of them, or in none.
own_all() {
	for own_in; do
		! own_said=$(LC_ALL=C mkdir "$own_in/$own_name" 2>&1) || continue
		for own_made; do
			[ "$own_made" != "$own_in" ] || return 1
			rmdir "$own_made/$own_name"
		done
	done
}

# keep_folder FROM TO: moves a folder to TO, or as own_folder has it; prints where it is.
keep_folder() {
	own_to=${2%/*}
	own_to=$own_to/$(own_folder "${2##*/}" "$own_to") || return 1
	mv -T "$1" "$own_to" || return 1
	echo "$own_to"
}
