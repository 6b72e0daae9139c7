#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel whose processes have one VMA more moves the layout and not the code; one with
# an instruction more in each mmap() moves the code.  On one scenario.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
export QUIET=1 RESULTS="$tmp/results" SCENARIOS=anon_append LAYOUTS=anon_append

need_kernels noretry
try scripts/control.sh
is 'one VMA more: exit 0' "$status" 0
ok '  rows move, and all of them by layout' \
	grep -qx 'one_vma: \([1-9][0-9]*\) of [0-9]* rows moved, \1 of them by layout' "$tmp/out"
try scripts/control.sh one_insn
is 'one instruction more: exit 1' "$status" 1
ok '  which is not taken for layout' \
	grep -q '^  anon_append mmap insns [0-9]* [0-9]* EXACT-CHANGED' "$tmp/out"
try scripts/control.sh no_such
is 'no such patch: exit 2' "$status" 2
try scripts/control.sh one_vma more
is 'two: exit 2' "$status" 2
finish
