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
says '^minimal detectable effect  *unattainable with this plan'
is '  aa.json says it, too' "$(called)" null
run 0 'the floor is taken all the same' compare --aa aa.json a b

# --- what is no kernel against itself
"$fixture" session other bbbb01 side=1
run 4 'two kernels' aa -o . a other
says 'a is of .*aaaa01.*, other of .*bbbb01.*: that is no kernel against itself'
run 4 'the same runs twice' aa a a
says 'is a copy of a/boot-00.jsonl: a run belongs to one side'

# Runs of one boot stand for boots, copies of a run do not.
rm -rf runs copies
mkdir runs copies
for i in 0 1 2 3 4; do
	sed '1s/"boot_id":"[^"]*"/"boot_id":"aaaa01-1-0"/' b/boot-0$i.jsonl >runs/boot-0$i.jsonl
	cp runs/boot-00.jsonl copies/boot-0$i.jsonl
done
run 0 'runs' compare --allow boot_id a runs
says ', 5 boots in 2 blocks$'
run 0 'copies' compare --allow boot_id a copies
says ', 1 boot in 1 block$'

finish
