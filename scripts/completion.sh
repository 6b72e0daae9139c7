#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: completion.sh PROGRAM...
#
# Prints bash completion for the programs (paths of vmabench, vmadiff and
# vmabench-suite): commands, options, and names that an option or an argument may
# have, by what stands for it in --help (METRIC, STYLE, SCENARIO ...).  All of
# that is asked of the programs themselves, so nothing is listed twice.
#
# Exit status: 0 done, 1 a program does not tell, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

no_options "$@"
[ $# -gt 0 ] || usage

# commands PROGRAM: the names in its list of commands.
commands() {
	"$1" --help | sed -n 's/^  \([a-z][a-z0-9-]*\)  *[A-Za-z].*/\1/p' |
		grep -vx -e vmabench -e vmadiff
}

# options PROGRAM COMMAND: long ones, "=" at the end of those with a value.
options() {
	"$1" "$2" --help 2>/dev/null |
		sed -n 's/^ .*\(--[a-z][a-z-]*\)\(\[\{0,1\}=\{0,1\}\).*/\1\2/p' |
		sed 's/\[$//' | sort -u | tr '\n' ' '
}

# values PROGRAM COMMAND: "PATTERN) kind=WORD ;;" of each option with a value: how it is
# spelled, and what stands for the value.
values() {
	"$1" "$2" --help | sed -n \
		-e "s/^  \(-.\), \(--[a-z-]*\)=\([A-Z]*\).*/\t$2:\1 | $2:\2) kind=\3 ;;/p" \
		-e "s/^      \(--[a-z-]*\)=\([A-Z]*\).*/\t$2:\1) kind=\2 ;;/p"
}

# arguments PROGRAM COMMAND: words that stand for names in how it is called.
arguments() {
	"$1" "$2" --help | sed -n '/^Usage/,/^[A-Z][a-z]* [a-z]/p' |
		grep -oE '\b(SCENARIO|METRIC|PICTURE|SOURCE)\b' | sort -u | tr '\n' ' '
}

# What all of them share: who knows the names that a word stands for.
replace @SCENARIO_LINES@ "$scenario_lines" <<'EOT'
# bash completion of vmabench, made by completion.sh
_vmabench_names() {
	case $1 in
	SCENARIO) vmabench list 2>/dev/null | sed -n '@SCENARIO_LINES@' ;;
	METRIC | COUNT | STYLE | FORMAT | CLASS | PICTURE | SOURCE) vmadiff names "$1" 2>/dev/null ;;
	STAGE) vmabench-suite kernel list 2>/dev/null ;;
	SET) printf '%s\n' primary extended mm ;;
	WHEN) printf '%s\n' early late none unknown ;;
	esac
}

# _vmabench_complete KIND...: names of these kinds, and files.
_vmabench_complete() {
	local kind names=
	for kind; do
		names+=" $(_vmabench_names "$kind")"
	done
	mapfile -t COMPREPLY < <(compgen -W "$names" -- "$current")
	[[ $# -eq 1 && ${names// /} ]] || {
		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$current")
		compopt -o filenames 2>/dev/null
	}
}

# _vmabench_words: $current, and in $before the option that it is the value of; "=" is a
# word of its own.
_vmabench_words() {
	current=${COMP_WORDS[COMP_CWORD]}
	before=${COMP_WORDS[COMP_CWORD - 1]}
	if [[ $current == = ]]; then
		current=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
}
EOT

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
	 	local current before options= kind= arguments=
	 	_vmabench_words
	 	if ((COMP_CWORD == 1)); then
	 		mapfile -t COMPREPLY < <(compgen -W '$* --help --version' -- "\$current")
	 		return
	 	fi
	 	case \${COMP_WORDS[1]} in
	EOT
	for command; do
		echo "	$command) options='$(options "$path" "$command")' arguments='$(arguments "$path" "$command")' ;;"
	done
	echo "	esac"
	echo "	case \${COMP_WORDS[1]}:\$before in"
	for command; do
		values "$path" "$command"
	done
	cat <<-EOT
	 	esac
	 	if [[ \$kind ]]; then
	 		_vmabench_complete "\$kind"
	 	elif [[ \$current == -* ]]; then
	 		mapfile -t COMPREPLY < <(compgen -W "\$options" -- "\$current")
	 		[[ \${COMPREPLY-} != *= ]] || compopt -o nospace 2>/dev/null
	 	elif [[ \${COMP_WORDS[1]} == names ]]; then
	 		mapfile -t COMPREPLY < <(compgen -W '$(kinds "$path")' -- "\$current")
	 	else
	 		_vmabench_complete \$arguments FILE
	 	fi
	}
	complete -F _$name $name
	EOT
}

# kinds PROGRAM: of names that it prints, if it does.
kinds() {
	"$1" names --help 2>/dev/null | sed -n '/|/ { s/.* //; s/|/ /gp; q; }'
}

# The scripts, each with the options that its own --help has; arguments are stages, mostly.
suite() {
	cat <<'EOT'

_vmabench_suite() {
	local current before
	_vmabench_words
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "--help $(vmabench-suite --help 2>/dev/null |
			sed -n '/^Commands:/,$s/^  //p')" -- "$current")
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(vmabench-suite "${COMP_WORDS[1]}" --help \
			2>/dev/null | grep -oE -e '--[a-z][a-z-]+' | sort -u)" -- "$current")
	elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == range ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(vmabench-suite range --help 2>/dev/null |
			sed -n 's/.* range\.sh \([a-z][a-z]*\) .*/\1/p')" -- "$current")
	elif [[ ${COMP_WORDS[1]} == range ]]; then
		_vmabench_complete FILE
	elif [[ ${COMP_WORDS[1]} == bench || ${COMP_WORDS[1]} == profile ]]; then
		_vmabench_complete SCENARIO
	else
		_vmabench_complete STAGE FILE
	fi
}
complete -F _vmabench_suite vmabench-suite
EOT
}

for p; do
	case ${p##*/} in
	vmabench-suite) suite ;;
	*)	program "$p" ;;
	esac
done | sed 's/^ \t/\t/'
