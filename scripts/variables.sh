#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: variables.sh "TARGET..." NAME...
#        variables.sh --target NAME
#        variables.sh --list TARGET...
#        variables.sh --list SCRIPT...
#
# Says of variables that were typed after "make" whether anything reads them that
# makes these targets, or else which one was meant.  What is read stands in the
# rules of the Makefile, in bench/Makefile, and in the section "Environment" of
# each script that a rule runs, and of scripts that such a one names in its own
# header.
#
# With --target it says which target of the Makefile was meant by one that does
# not exist.  With --list it prints what is read for targets, but for what is read
# for all of them, or what the sections "Environment" of scripts have.
#
# Exit status: 0 all are read, 2 one is not.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"

if [ "${1-}" = --target ] && [ $# -eq 2 ]; then
	sed -n 's/^\([a-z][a-z-]*\):.*/\1/p' "$root/Makefile" | sort -u |
		no_such target "$2" "'make help' names them"
	exit
fi
list=
if [ "${1-}" = --list ]; then
	list=1
	shift
fi
no_options "$@"
[ $# -gt 1 ] || { [ -n "$list" ] && [ $# -eq 1 ]; } || usage
cd "$root"

# Of the shell, of make, of compilers, and of all scripts.
everywhere='AR B CC CFLAGS CPPFLAGS CXX HOME INSTALL JOBS LANG LC_ALL LD LDFLAGS LINK NO_COLOR PATH
	PKG_CONFIG QUIET RESULTS SHELL SHUFFLE STRIP SUITE_REVISION TERM TMPDIR V VMABENCH_CACHE
	XDG_CACHE_HOME'

# rule TARGET: its lines of the Makefile.
rule() {
	awk -v target="$1" '
	/^[a-z].*:/ {
		ours = 0
		n = split(substr($0, 1, index($0, ":") - 1), names)
		for (i = 1; i <= n; i++)
			ours = ours || names[i] == target
	}
	/^$/ { ours = 0 }
	ours' Makefile
}

# scripts: paths of those that standard input names, one a line.
scripts() {
	grep -oE '[a-z-]+\.sh' | sort -u | while read -r name; do
		[ ! -f "scripts/$name" ] || echo "scripts/$name"
	done
}

header() {
	sed -n '/^# Usage/,/^$/p' "$1"
}

# readers FILE...: these scripts, and those that their headers name, and so on.
readers() {
	# shellcheck disable=SC2046 # names of scripts are words
	set -- $(printf '%s\n' "$@" | sort -u)
	more=$({
		printf '%s\n' "$@"
		for file; do
			header "$file" | scripts
		done
	} | sort -u)
	# shellcheck disable=SC2086 # names of scripts are words
	if [ "$(echo "$more" | wc -l)" -gt $# ]; then
		readers $more
	else
		echo "$more"
	fi
}

# environment FILE: its section of that name, of a list only the names that it explains.
environment() {
	header "$1" | sed -n '/^# Environment/,/^#$/p' |
		sed -E 's/^# Environment//; /^#  /s/^(#   [A-Z][A-Z0-9_]*(, [A-Z][A-Z0-9_]*)*)?.*/\1/'
}

# variables TARGET: what is read for it, one a line.
variables() {
	rule "$1" >"$tmp/rule"
	files=$(scripts <"$tmp/rule")
	{
		# shellcheck disable=SC2086 # words
		printf '%s\n' $everywhere
		grep -oE '\$[($](call [a-z]+,[A-Z_ ]*|[A-Z_]+)' "$tmp/rule" || :
		# shellcheck disable=SC2086 # names of scripts are words
		[ -z "$files" ] || for file in $(readers $files); do
			environment "$file"
		done
	} | grep -oE '[A-Z][A-Z0-9_]*' | sort -u
}

take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

if [ -n "$list" ]; then
	for of; do
		case $of in
		*.sh)	environment "$of" ;;
		*)	everywhere='' variables "$of" ;;
		esac
	done | grep -oE '[A-Z][A-Z0-9_]*' | sort -u
	exit
fi

targets=${1:-all}
shift
for target in $targets; do
	[ -n "$(rule "$target")" ] || exit 0 # no_such target says so
	variables "$target"
done | sort -u >"$tmp/variables"
for name; do
	grep -qxF -e "$name" "$tmp/variables" ||
		no_such variable "$name" "'make help' names those of make $targets" \
			<"$tmp/variables"
done
