#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: selftest-native.sh [LAYOUTS [EXPERIMENTS [POOL]]]
#
# Is the native tier right?  Boots a kernel, the same one with a patch that
# changes nothing, and ones that delay each mmap() by 10, 20 and 50 cycles
# (kernel-patches/selftest), each in LAYOUTS layouts (24): a pool, from which
# experiments are drawn and compared as sessions are.  How long the delays are is
# measured by a program beside (build/tests/known_delay), after each session.
#
# - A kernel against itself, in other layouts: a row must be called different as
# often as
#   the level of its test says, and in both directions.
# - The same in pairs of equal layouts, as "make series" compares.
# - Intervals must hold the delay as often as they say.
# - A delay of 50 cycles must be found, and estimated within 10 cycles.
# - Which effect would have been found in 8 of 10 experiments is printed.
#
# Experiments of one kind have no layout in common.  With EXPERIMENTS, the pool
# is shuffled and dealt again until there are so many of the same kernel, and
# half as many of each delay, which then are not independent of each other.  The
# short form, of three minutes besides the kernels, tells what is grossly wrong;
# 320 layouts and 200 experiments take an hour of a quiet machine.  POOL keeps
# the records: run again, only sessions that are not there are measured.  Without
# it, they are removed.
#
# Environment:
#   SEED   of the experiments that are drawn (1)
#   CPU, JOBS, QUIET and what kernel.sh knows
#
# Exit status: 0 the tier was right, 1 it was not, or the tool failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
build=${B:-$root/build}
layouts=${1:-24}
experiments=${2:-0}
scenarios="anon_append memfd_append secretmem_append"

no_options "$@"
[ $# -le 3 ] || usage
number LAYOUTS "$layouts"
[ "$experiments" = 0 ] || number EXPERIMENTS "$experiments"
number SEED "${SEED:-1}"

take_scratch 1
tmp=$scratch
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals

mkdir -p "${3:-$tmp/pool}"
pool=$(cd "${3:-$tmp/pool}" && pwd)

# shellcheck source=scripts/selftest-native/pool.sh
. "$root/scripts/selftest-native/pool.sh"
# shellcheck source=scripts/selftest-native/draw.sh
. "$root/scripts/selftest-native/draw.sh"
# shellcheck source=scripts/selftest-native/judge.sh
. "$root/scripts/selftest-native/judge.sh"

make_patches
fill_pool "$layouts"
link_records
: >"$tmp/results"
compare_drawn others same 12 "$experiments"
# 12 layouts can tell something, "make series" takes 32, and 160 are what ten minutes have
# room for.
for size in 12 32; do
	compare_drawn pairs same "$size" "$experiments"
	for cycles in 10 20 50; do
		compare_drawn pairs "delay$cycles" "$size" $((experiments / 2))
	done
done
compare_drawn pairs same 160 $((experiments / 10))
[ -z "${3-}" ] || cp "$tmp/results" "$pool/results"
judge "$pool/delays" "$tmp/results"
