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
#   SET            set of scenarios: primary, or extended, which has all
#                  (primary)
#   BENCH_DIR      folder for regular files (the results folder)
#   RESULTS        results folder (results)
#   QUIET=1        no progress
#
# Exit status: that of vmabench bench.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
results=${RESULTS:-$root/results}

status=0
mkdir -p "$results"
record=$("$build/vmabench" bench --seconds "${BENCH_SECONDS:-60}" \
	--set "${SET:-primary}" \
	--results "$results" --dir "${BENCH_DIR:-$results}" "$@") || status=$?
[ -n "$record" ] || exit "$status"

"$build/vmadiff" show "$record"

session=$(dirname "$record")
if command -v gnuplot >/dev/null 2>&1; then
	QUIET=1 "$root/scripts/plot.sh" "$session"
	echo
	echo "Pictures: $session/plots/"
else
	echo "bench.sh: no gnuplot, no picture (Debian: gnuplot-nox)" >&2
fi
echo "Record:   $record"

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
