# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Lines of text, for scripts to source that put paths or other words of the user's into
# them.  As a part of a program of sed's or awk's, or after "awk -v", such a word would be
# a command, or have backslashes with a meaning: here it is itself.

# prefix TEXT: standard input with TEXT in front of each line.
prefix() {
	text_new=$1 awk '{ print ENVIRON["text_new"] $0 }'
}

# replace OLD NEW: standard input with NEW in each place where OLD, which is not empty, was.
replace() {
	text_old=$1 text_new=$2 awk '
	BEGIN {
		old = ENVIRON["text_old"]
		new = ENVIRON["text_new"]
	}
	{
		done = ""
		while ((at = index($0, old)) > 0) {
			done = done substr($0, 1, at - 1) new
			$0 = substr($0, at + length(old))
		}
		print done $0
	}'
}

# check_make_path PATH: exits where a kernel's Makefiles take it apart, or give it to a shell.
check_make_path() {
	case $1 in
	*[[:space:]:\"\'\`\#\$%\&\(\)\;\<\>\|*?\[\]\\{}!]*)
		die "make cannot build in a path like $1: name another one, of letters, digits," \
			"'.', '-' and '_'" ;;
	esac
}
