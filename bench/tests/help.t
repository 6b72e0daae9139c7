#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --help of both programs and of each of their commands: it fits on 80 columns, and has an
# example whose options are there; what is mistyped is named on one screen, at its end,
# with what was meant. TAP, for prove.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"
vmabench=${VMABENCH:-$here/build/vmabench}

# commands PROGRAM: from the table in its --help.
commands() {
	"$1" --help | sed -n 's/^  \([a-z][a-z0-9-]*\)  *[A-Za-z].*/\1/p' |
		grep -vx "$(basename "$1")"
}

# documented PROGRAM [COMMAND]: that it is.
documented() {
	what=$(basename "$1")${2:+ $2}
	try "$@" --help
	is "$what --help" "$status" 0
	is '  fits on 80 columns' "$(awk 'length > 80' out)" ''
	ok '  has an example' sh -c \
		"sed -n '/^Example:\$/,/^\$/p' out | grep -q '^  .*[a-z]'"
	options=$(sed -n '/^Example:$/,/^$/p' out | grep -oE ' --[a-z-]+' | sort -u)
	unknown=$(for option in $options; do
		grep -qE -- "^ .*$option([ =,[]|\$)" out || echo "$option"
	done)
	is '  of options that there are' "$unknown" ''
}

for program in "$vmadiff" "$vmabench"; do
	documented "$program"
	all=$(commands "$program")
	ok '  names its commands' [ "$(echo "$all" | wc -l)" -gt 7 ]
	for command in $all; do
		documented "$program" "$command"
	done
done

# mistyped TEXT COMMAND...: status 2, at most 24 lines, TEXT in one of the last three.
mistyped() {
	text=$1
	shift
	try "$@"
	is "$text" "$status" 2
	ok '  on one screen' [ "$(cat out err | wc -l)" -le 24 ]
	# shellcheck disable=SC2016 # the inner shell's
	ok '  at its end' sh -c 'tail -n 3 err | grep -qF -- "$1"' sh "$text"
}

"$fixture" deferred >deferred.jsonl
"$fixture" noretry >noretry.jsonl
mistyped "did you mean 'compare'?" "$vmadiff" comprae a b
mistyped "did you mean '--metric'?" "$vmadiff" compare --metrics=insns a b
mistyped "did you mean '--style'?" "$vmadiff" letter --sytle own a b
mistyped "did you mean 'latency'?" "$vmadiff" compare -m latncy deferred.jsonl noretry.jsonl
mistyped "did you mean 'mmtests'?" "$vmadiff" letter --style=mmtest deferred.jsonl noretry.jsonl
mistyped "did you mean 'markdown'?" "$vmadiff" export -f mardown deferred.jsonl noretry.jsonl
mistyped "did you mean 'effects'?" "$vmadiff" data efects deferred.jsonl noretry.jsonl
mistyped "did you mean 'hyperfine'?" "$vmadiff" import hyprefine x
mistyped "did you mean 'METRIC'?" "$vmadiff" names METRICS
mistyped 'it takes at least 2 arguments, and has 1' "$vmadiff" compare a
mistyped "did you mean 'bench'?" "$vmabench" becnh
mistyped "did you mean '--stage'?" "$vmabench" exact --image DIR --stge=x
mistyped "did you mean 'secretmem_append'?" "$vmabench" bench secretmem_apend
mistyped "did you mean 'secretmem_append'?" "$vmabench" repeat secretmem_apend
mistyped "no scenario 'xyzzy'; 'vmabench list' names all" "$vmabench" bench xyzzy
mistyped 'Too many arguments' "$vmabench" where x
# What a value is called is no option.
try "$vmadiff" compare -o --output deferred.jsonl noretry.jsonl
is 'a value like an option' "$status" 0
try "$vmadiff" compare --metr insns -- deferred.jsonl noretry.jsonl
is 'an abbreviation' "$status" 0
try "$vmadiff" check -- --no-such-file
is 'what comes after -- is no option' "$status" 4

ok 'the programs tell names' [ "$("$vmadiff" names METRIC | grep -cx 'insns\|latency')" -eq 2 ]
is '  of styles' "$("$vmadiff" names STYLE | head -n 1)" own

finish
