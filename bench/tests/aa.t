#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff aa: a kernel against itself, with the plan of scripts/aa.sh. What it calls
# different, whether it could, and that it does where something is. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# shellcheck disable=SC2016 # as it stands there
blocks=$(sed -n 's/^blocks=${BLOCKS:-\([0-9]*\)}$/\1/p' "$here/scripts/aa.sh")
# shellcheck disable=SC2016
runs=$(sed -n 's/^runs=${RUNS:-\([0-9]*\)}$/\1/p' "$here/scripts/aa.sh")
ok 'the plan of scripts/aa.sh' [ "$((blocks * runs))" -gt 0 ]

# sides BLOCKS RUNS [NAME=VALUE...]: two sessions, b with what is named
sides() {
	nr=$(($1 * $2)) of=$1
	shift 2
	rm -rf a b
	"$fixture" session a aaaa01 boots=$nr blocks="$of" || exit 1
	"$fixture" session b aaaa01 boots=$nr blocks="$of" side=1 "$@" || exit 1
}
# called: called_different of aa.json, without blanks
called() {
	sed -n 's/^ *"called_different": *\([^,]*\),*$/\1/p' aa.json
}

sides "$blocks" "$runs"
run 0 'the same' aa -o . a b
says '^rows compared  *21$'
says '^called different  *0 (of 21 that could be)$'
is '  aa.json says it, too' "$(called)" 0
sides "$blocks" "$runs" factor=1.5
run 0 'a difference of 50 %' aa -o . a b
says '^called different  *21 (of 21 that could be)$'
is '  aa.json says it, too' "$(called)" 21
sides "$blocks" "$runs" change=1.5
run 0 'of one row' aa -o . a b
says '^called different  *1 (of 21 that could be)$'
says '^noise floor  *[45][0-9]\.[0-9]* % (secretmem_append mmap latency)$'
sides "$blocks" "$runs" change=1.5 shift=1
run 0 'and where a boot is not steady' aa -o . a b
says '^called different  *[12] (of 21 that could be)$'

sides 2 3 factor=1.5
run 0 'so few runs that nothing could be called' aa -o . a b
says '^called different  *n/a: '
is '  aa.json says it, too' "$(called)" null
run 0 'the floor is taken all the same' compare --aa aa.json a b

finish
