# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced after lib.sh by what passes folders on: their SHA256SUMS, and archives of
# them.  Where a program of a pipe is killed, what comes out is shorter, and no error:
# that is what is looked at here.

# write_sums FOLDER PREFIX: writes FOLDER/SHA256SUMS, where names begin with PREFIX, "./" or
# nothing; exits with 1 where they are not those of all files.  Marks of scratch.sh are none.
write_sums() (
	cd "$1" || exit
	files=$(find . -type f ! -name SHA256SUMS ! -name .vmabench-run)
	sums=$(printf '%s\n' "$files" | LC_ALL=C sort | xargs -d '\n' sha256sum |
		sed "s,^\([0-9a-f]*  \)[.]/,\1$2,")
	[ "$(nr_lines "$files")" -eq "$(nr_lines "$sums")" ] ||
		fail 1 "$1: not all of its files could be summed up"
	printf '%s\n' "$sums" >SHA256SUMS
)

# nr_lines TEXT
nr_lines() (
	set -f
	IFS='
'
	# shellcheck disable=SC2086 # a word a line
	set -- $1
	echo $#
)

# write_archive FOLDER NAME FILE XZ-OPTION...: NAME in there, as a compressed tar that is the
# same for the same files; returns 1 where it is not whole.
write_archive() {
	write_tar "$1" "$2" "$3.tar" || return 1
	archive_file=$3
	shift 3
	xz -T1 "$@" <"$archive_file.tar" >"$archive_file" && rm "$archive_file.tar"
}

# write_tar FOLDER NAME FILE
write_tar() {
	tar --sort=name --format=ustar --mtime="@${SOURCE_DATE_EPOCH:-0}" \
		--owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w,a+X \
		-C "$1" -cf "$3" "$2" && return
	# Of a disk that is full, tar says how much it wrote.
	tar_why=$( { head -c 1000000 /dev/zero >>"$3"; } 2>&1) || warn "$3: ${tar_why##*: }"
	return 1
}
