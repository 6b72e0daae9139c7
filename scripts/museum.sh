#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: museum.sh
#        museum.sh --page TABLE
#
# What does the suite catch?  kernel-patches/museum has regressions and gains of
# mmap(), brk(), fork() and their neighbours that were published, each created
# again as a small patch, and changes that change nothing.  Each is built on the
# stage "stock", counted in the exact tier, and held against that stage by the
# policy of trees (results/reference/tree-policy.ini) and what is known of luck
# (make luck).  A table says which rows are flagged, which functions lead the
# bill, and whether that is what the list of the museum expects.
#
# A case is flagged if a row that was expected to move is beyond the limit, in the
# expected direction, by more than luck, and a function that the patch calls
# guilty is among the first three of the bill of the one that moved most.  Rows,
# limits and functions were named before anything was measured.
#
# The table is kept in RESULTS/museum: table.tsv, which is as new as the last case
# that was judged, table.txt and table.md.  Of what it holds, cases of the same
# kernel, suite, policy and luck stay when others are run.  One at a time works in
# that folder, and replaces nothing there that was changed by others.
#
# With --page it only prints a table.tsv as table.md has it.
#
# Environment:
#   CASES      only these (all that the list has)
#   SET        measure this set, but for what the file left_out of the museum
#              names: primary, extended or mm (primary and mm)
#   SCENARIOS  measure these instead
#   MUSEUM     folder of cases (kernel-patches/museum)
#   LUCK       file that make luck has written, or 0 for none (what is kept of
#              "stock", which is measured first where nothing is kept)
#   POLICY     policy (results/reference/tree-policy.ini)
#   RESULTS    results folder (results)
#   REMEASURE=1  measure again what was measured before
#   JOBS       guests and compilations at a time (all CPUs)
#   QUIET=1    no progress
#   and what kernel.sh knows
#
# Exit status: 0 of each 12 that are to be flagged 11 are, and none of those that
# change nothing; 1 that is not so, or the tool failed; 2 usage; 3 a case could
# not be built or measured (the table says why; others were).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/luck/kept.sh
. "$root/scripts/luck/kept.sh"
# shellcheck source=scripts/museum/cases.sh
. "$root/scripts/museum/cases.sh"
# shellcheck source=scripts/museum/measure.sh
. "$root/scripts/museum/measure.sh"
# shellcheck source=scripts/museum/judge.sh
. "$root/scripts/museum/judge.sh"
# shellcheck source=scripts/museum/table.sh
. "$root/scripts/museum/table.sh"
kernel=$root/scripts/kernel.sh
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}
policy=${POLICY:-$root/results/reference/tree-policy.ini}
patches=${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}
museum=${MUSEUM:-$root/kernel-patches/museum}
results=${RESULTS:-$root/results}/museum

if [ "${1-}" = --page ]; then
	[ $# -eq 2 ] || usage
	{ [ -f "$2" ] && [ -r "$2" ]; } || fail 2 "$2 cannot be read"
	is_table "$2" || fail 2 "$2 is no table.tsv of RESULTS/museum"
	as_page "$2"
	exit
fi
[ $# -eq 0 ] || misuse "it takes no arguments; CASES= names cases"
{ [ -f "$policy" ] && [ -r "$policy" ]; } || fail 2 "POLICY: cannot read $policy"
check_luck
[ -z "${SET:-}" ] || known_set SET "$SET"

take_scratch 200
tmp=$scratch
pages=
trap 'end_child; end_measured; rm -rf "$tmp" ${pages:+"$pages"}' EXIT
exit_on_signals
read_cases
set -f
# shellcheck disable=SC2086 # words
choose_cases ${CASES:-}
set +f
order_cases

# What is judged are rows; layouts of the maple tree would take as long again.
export LAYOUTS=0
"$root/scripts/exact.sh" --probe

# What is measured of every kernel alike.
rows=${SCENARIOS:-$(scenarios)}
[ -n "$rows" ] || die "$build/vmabench has no scenario that $museum/left_out does not leave out"
# shellcheck disable=SC2086 # words
"$build/vmabench" exact --needs-module $rows >/dev/null || [ $? -eq 1 ] || exit 2
retry=$("$kernel" retry stock)
make_trusted RESULTS "$results"
take_table

# The stage, in all of the guests that there may be.
in_child "$kernel" build stock
begin_measure stock "$jobs" "$patches"
wait_child || die "stock: $(why_not stock $?)"
base=$tmp/kernels/stock/record.jsonl

# What is not known to be luck is measured; each variant once, as the cases are.
export ONCE=1
# shellcheck disable=SC2086 # words
luck=$(luck_of stock $rows)
if [ -z "$luck" ] && [ "${LUCK:-}" != 0 ]; then
	say "nothing is kept of the luck of stock; make luck comes first"
	in_child env -u TREE -u RANGE -u SET STAGE=stock SCENARIOS="$rows" \
		"$root/scripts/luck.sh" >"$tmp/luck" ||
		[ $? -eq 3 ] || die "how far rows of stock move by luck could not be measured"
	# shellcheck disable=SC2086 # words
	luck=$(luck_of stock $rows)
fi

# What the lines of a table depend on, but for the case; of the program that judges, too,
# the revision of the suite does nothing.
# shellcheck disable=SC2086 # words
"$root/scripts/exact.sh" --key stock $rows >"$tmp/depends"
objcopy -O binary --remove-section=.revision --remove-section=.note.gnu.build-id \
	"$build/vmadiff" "$tmp/program" 2>/dev/null || cp "$build/vmadiff" "$tmp/program"
cat "$tmp/depends" "$tmp/program" "$policy" ${luck:+"$luck"} "$museum"/* \
	"$root"/scripts/museum/* | sha256sum | cut -c 1-32 >"$tmp/key"
if ! cmp -s "$tmp/key" "$results/key" || ! cp "$results/table.tsv" "$table" 2>/dev/null; then
	: >"$table"
fi
cp "$table" "$pages/table.tsv"
cp "$tmp/key" "$pages/key"
put_ours "$pages" "$results" table.tsv key

# As many cases at a time as there may be guests, for a boot has one CPU busy.
nr=0
all=$(wc -l <"$tmp/order")
guests=$((jobs / all))
[ "$guests" -gt 0 ] || guests=1
while read -r chosen <&3; do
	nr=$((nr + 1))
	say "$chosen, $nr of $all"
	begin_case "$chosen" "$guests"
	[ "$(echo "$measured" | wc -w)" -lt "$jobs" ] || judge_measured
done 3<"$tmp/order"
judge_measured

in_list "$tmp/chosen" <"$table" >"$tmp/table"
[ "$(wc -l <"$tmp/table")" -eq "$all" ] ||
	die "not all cases are in $results/table.tsv"
as_text <"$tmp/table"
echo
status=0
summary <"$tmp/table" || status=$?
[ -n "$luck" ] || echo "nothing of that was held against luck"
tame "kept in $results: table.txt, table.md, table.tsv"
exit "$status"
