# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced after lib.sh by what puts files of given names into a folder that the user
# names: of what is there already only those are replaced that an earlier run wrote, and
# nobody has changed since.  A folder says itself, in .vmabench.sums, what was written
# there, as sha256sum prints it.  bench/vmadiff/folder/ has the same for vmadiff.

ours_sums=.vmabench.sums

# sums_of FOLDER NAME...: prints a line for each that is a file; names have no slash.
sums_of() (
	cd "$1" 2>/dev/null || return 0
	shift
	for name; do
		shift
		[ ! -f "$name" ] || [ -L "$name" ] || set -- "$@" "./$name"
	done
	[ $# -eq 0 ] || sha256sum -- "$@" | sed 's,^\([0-9a-f]*  \)\./,\1,'
)

# is_ours FOLDER NAME: is it there, as an earlier run wrote it, and not protected since?
is_ours() {
	ours_sum=$(sums_of "$1" "$2")
	[ -n "$ours_sum" ] && [ -f "$1/$ours_sums" ] &&
		[ -n "$(find "$1/$2" -prune -perm /222)" ] &&
		grep -qxF -e "$ours_sum" "$1/$ours_sums"
}

# check_ours FOLDER NAME...: exits with 2 where one of them is there, and is not that.
check_ours() {
	ours_in=$1
	shift
	set -- "$ours_sums" "$@"
	for ours_name; do
		if [ ! -e "$ours_in/$ours_name" ] && [ ! -L "$ours_in/$ours_name" ]; then
			continue
		fi
		if [ "$ours_name" = "$ours_sums" ]; then
			is_list "$ours_in/$ours_sums" ||
				fail 2 "$ours_in/$ours_sums is there, and is no list of files as" \
					"earlier runs keep one: move it"
			continue
		fi
		is_ours "$ours_in" "$ours_name" ||
			fail 2 "$ours_in/$ours_name is there, and nothing says that an earlier run" \
				"wrote it as it is: move it, or name another folder"
	done
}

# is_list FILE: a file, and no longer than a list is.
is_list() {
	[ -f "$1" ] && [ ! -L "$1" ] && [ -z "$(find "$1" -size +1024k)" ]
}

# adopt_ours FOLDER NAME...: what is there is an earlier run's, in a folder that nobody else
# has a reason to write to, as long as it has no list: versions before this one kept none.
adopt_ours() {
	if [ -e "$1/$ours_sums" ] || [ -L "$1/$ours_sums" ]; then
		return
	fi
	[ -z "$(sums_of "$@")" ] || note_ours "$1" "$@"
}

# note_ours FROM FOLDER NAME...: says in FOLDER that these files, which are in FROM, are ours
# there; so are those that they are going to replace, as long as these are there.  One at a
# time writes the list.
note_ours() {
	ours_from=$1
	ours_in=$2
	shift 2
	ours_list=$ours_from/$ours_sums.$$
	exec 6<"$ours_in"
	ours_noted=0
	{
		flock 6 &&
			ours_all=$({
				[ ! -f "$ours_in/$ours_sums" ] || printf '%s\n' "$@" | awk '
					NR == FNR { mine[$0]; next }
					!(substr($0, 67) in mine)' - "$ours_in/$ours_sums"
				sums_of "$ours_in" "$@"
				sums_of "$ours_from" "$@"
			} | LC_ALL=C sort -u) &&
			printf '%s\n' "$ours_all" >"$ours_list" &&
			mv -fT "$ours_list" "$ours_in/$ours_sums"
	} || ours_noted=1
	exec 6<&-
	return $ours_noted
}

# put_ours FROM FOLDER NAME...: moves files, from a folder of our own that is on the same
# disk; exits with 2 where check_ours() would by now.
put_ours() {
	ours_from=$1
	shift
	check_ours "$@"
	note_ours "$ours_from" "$@" || return 1
	shift
	for ours_name; do
		mv -fT "$ours_from/$ours_name" "$ours_in/$ours_name" || return 1
	done
}
