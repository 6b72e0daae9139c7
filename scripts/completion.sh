#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: completion.sh PROGRAM...
#
# Prints bash completion for the programs (paths of vmabench, vmadiff).  What
# they take is asked of themselves: their --help is printed from the tables that
# their options are parsed by, so nothing is listed twice.
#
# Exit status: 0 done, 1 a program does not tell, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
[ $# -gt 0 ] || usage

# commands PROGRAM: the names in its list of commands.
commands() {
	"$1" --help | sed -n 's/^  \([a-z][a-z0-9-]*\)  .*/\1/p'
}

# options PROGRAM COMMAND: long ones, "=" at the end of those with a value.
options() {
	"$1" "$2" --help 2>/dev/null |
		sed -n 's/^ .*\(--[a-z][a-z-]*\)\(\[\{0,1\}=\{0,1\}\).*/\1\2/p' |
		sed 's/\[$//' | sort -u | tr '\n' ' '
}

# names PROGRAM: a line that finds scenarios at the time, where it has any.
names() {
	[ "$(basename "$1")" != vmabench ] || cat <<-'EOT'
	 		names=$(vmabench list 2>/dev/null | sed -n 's/^\([a-z][a-z0-9_]*\) .*/\1/p')
	EOT
}

program() {
	name=$(basename "$1")
	list=$(commands "$1")
	[ -n "$list" ] || die "$1 names no commands"
	# shellcheck disable=SC2086 # one word a command
	set -- "$1" $list
	path=$1
	shift
	cat <<-EOT

	_$name() {
	 	local current=\${COMP_WORDS[COMP_CWORD]} options= names=
	 	if ((COMP_CWORD == 1)); then
	 		mapfile -t COMPREPLY < <(compgen -W '$* --help --version' -- "\$current")
	 		return
	 	fi
	 	case \${COMP_WORDS[1]} in
	EOT
	for command; do
		echo "	$command) options='$(options "$path" "$command")' ;;"
	done
	cat <<-EOT
	 	esac
	 	if [[ \$current == -* ]]; then
	 		mapfile -t COMPREPLY < <(compgen -W "\$options" -- "\$current")
	 		[[ \${COMPREPLY-} != *= ]] || compopt -o nospace
	 	else
	EOT
	names "$path"
	cat <<-EOT
	 		mapfile -t COMPREPLY < <(compgen -W "\$names" -- "\$current"; compgen -f -- "\$current")
	 		compopt -o filenames
	 	fi
	}
	complete -F _$name $name
	EOT
}

echo "# bash completion of $(for p; do basename "$p"; done | paste -s -d ' '); made by completion.sh"
for p; do
	program "$p"
done | sed 's/^ \t/\t/'
