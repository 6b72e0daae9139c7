#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: speed.sh [RUNS]
#
# How long does "vmadiff compare" take, and how much memory?  For two sessions of
# 24 boots, 40 scenarios, 10 metrics and 10 000 batches each it is to be at most
# 2 seconds and 256 MiB; for two of 5 000 boots, 12 scenarios and 9 metrics,
# whether they are of four blocks or of many, 10 seconds and 512 MiB.  And
# "vmadiff range", of 2 000 commits: 10 seconds and 128 MiB.  The sessions, 1.4 GB
# at most, are made up, and deleted afterwards.  The best of RUNS (5) counts:
# others may use the machine.
#
# Environment: TMPDIR (/tmp), where the sessions are made.
#
# Exit status: 0 within the limits, 1 not, 2 usage, 4 it could not be measured.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"

cd "$root"
runs=${1:-5}
die_status=4

number RUNS "$runs"

[ -x /usr/bin/time ] || die "no /usr/bin/time (Debian: time)"
need_space "${TMPDIR:-/tmp}" 2000 || die "set TMPDIR to a folder that has as much"

take_scratch 1
folder=$scratch
trap 'rm -rf "$folder"' EXIT
exit_on_signals

# measure COMMAND SECONDS MIB OPTION...: of what gen_session makes with these; within both
# limits?
measure()
{
	command=$1 limit_s=$2 limit_mib=$3
	shift 3
	rm -rf "${folder:?}"/*
	build/tests/gen_session "$@" "$folder" || die "cannot make the sessions"
	echo "$(du -sm "$folder" | cut -f 1) MB in $(find "$folder" -type f | wc -l)" \
		"files, $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg)"

	# Once to have the files in memory: disks are not what is measured.
	find "$folder" -type f -exec cat {} + >/dev/null
	run=0
	while [ "$run" -lt "$runs" ]; do
		run=$((run + 1))
		measure_once
	done
	awk -v limit_s="$limit_s" -v limit_mib="$limit_mib" '
		NR == 1 || $1 < best { best = $1 }
		$4 / 1024 > mib { mib = $4 / 1024 }
		END {
			over = best > limit_s || mib > limit_mib
			printf "speed.sh: %.2f s (at most %d) and %.0f MiB (at most %d): %s\n",
				best, limit_s, mib, limit_mib, over ? "OVER" : "within"
			exit over
		}' "$folder/times"
}

measure_once()
{
	status=0
	case $command in
	compare) set -- "$folder/base" "$folder/new" ;;
	range)	set -- "$folder" ;;
	esac
	/usr/bin/time -q -a -o "$folder/times" -f '%e %U %S %M' \
		build/vmadiff "$command" "$@" \
		>"$folder/out" 2>"$folder/err" || status=$?
	case $status in
	0 | 1 | 3) ;;
	*)	cat "$folder/err" >&2
		die "vmadiff $command: exit status $status" ;;
	esac
	tail -n 1 "$folder/times" | awk -v run="$run" '{
		printf "run %d: %.2f s, %.2f s of processors (%.2f in the kernel), %.0f MiB\n",
			run, $1, $2 + $3, $3, $4 / 1024
	}'
}

over=0
measure compare 2 256 || over=1
measure compare 10 512 -b 5000 -o 1250 -c 12 -m 9 -n 10 -k 5 || over=1
measure compare 10 512 -b 5000 -c 12 -m 9 -n 10 -k 5 || over=1
measure range 10 128 -c 50 -r 2000 || over=1
exit $over
