#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: bench.sh [SCENARIO...]
#
# The metal tier: measures the kernel that is running, prints the table, draws
# the latencies.  If the results hold a record of another kernel on this host,
# ends with the comparison against the newest one.
#
# Environment:
#   BENCH_SECONDS  about how long to measure (60)
#   BENCH_CPU      CPU to measure on (the last one)
#   SET            set of scenarios: primary, extended, which has the primary
#                  one, too, or mm (primary)
#   QUIETEN        make the machine quiet meanwhile: 1, or settings as
#                  quiet.sh --only has them (0)
#   BENCH_DIR      folder for regular files (the results folder)
#   RESULTS        results folder (results)
#   QUIET=1        no progress
#
# The command, and what was changed for it, are in reproduce.sh beside the
# record.
#
# Exit status: that of vmabench bench.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
build=${B:-$root/build}
results=${RESULTS:-$root/results}

no_options "$@"
case ${QUIETEN:-0} in
0)	settings=none ;;
1)	settings=all ;;
*)	settings=$QUIETEN ;;
esac
# Storms are of several CPUs; in a shield there is one.
case "${SET:-primary} $*" in
*extended* | mm* | *storm_*) settings=$settings,-cpuset ;;
esac
[ "$settings" != none,-cpuset ] || settings=none

status=0
make_trusted RESULTS "$results"
# Nothing is written anywhere else: the rest may be read-only.
scratch=
trap 'end_child; [ -z "$scratch" ] || rm -rf "$scratch"' EXIT
exit_on_signals
take_scratch 0 "$(cd "$results" && pwd)" bench
: "${TMPDIR:=$scratch}"
export TMPDIR
in_child "$root/scripts/quiet.sh" run --only "$settings" \
	${BENCH_CPU:+--cpu "$BENCH_CPU"} --reproduce "$scratch/reproduce.sh" -- \
	"$build/vmabench" bench --seconds "${BENCH_SECONDS:-60}" \
	${BENCH_CPU:+--cpu "$BENCH_CPU"} --seed "$(date +%s)" \
	--set "${SET:-primary}" \
	--results "$results" --dir "${BENCH_DIR:-$results}" "$@" \
	>"$scratch/record" || status=$?
record=$(cat "$scratch/record")
[ -n "$record" ] || exit "$status"

"$build/vmadiff" show "$record"

session=$(dirname "$record")
chmod 755 "$scratch/reproduce.sh"
mv "$scratch/reproduce.sh" "$session/reproduce.sh"
if command -v gnuplot >/dev/null 2>&1; then
	QUIET=1 "$root/scripts/plot.sh" "$session" ||
		warn "pictures are missing; the record is whole"
	echo
	tame "Pictures: $session/plots/"
else
	warn "no gnuplot, no picture (Debian: gnuplot-nox)"
fi
tame "Record:   $record"

# HOST/KERNEL/SESSION/boot-NN.jsonl: the newest one of another kernel.
kernel=$(dirname "$session")
host=$(dirname "$kernel")
other=$(
	for candidate in "$host"/*/*/boot-*.jsonl; do
		[ -f "$candidate" ] || continue
		case $candidate in
		"$kernel"/*) continue ;;
		esac
		echo "$(basename "$(dirname "$candidate")") $candidate"
	done | sort | tail -n 1 | cut -d' ' -f2-
)
if [ -n "$other" ]; then
	echo
	echo "Compared with $other:"
	"$build/vmadiff" compare "$other" "$record" || :
fi
exit "$status"
