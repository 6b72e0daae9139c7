#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: vmabench.sh [SCENARIO...]
#
# A kernel selftest: measures the running kernel for a minute and prints KTAP. A
# scenario whose mappings have not the shape that it claims is a failure; what
# this kernel, machine or privilege does not allow, a skip.  Numbers are
# diagnostics: they pass or fail where two kernels are compared, in vmadiff gate.
#
# Environment: BENCH_SECONDS, about how long to measure (60)
#
# Exit status: that of the selftests: 0 pass, 1 fail, 4 skip.

set -eu

# It has no lib.sh beside it in a kernel tree.
header() {
	sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$0"
}

case ${1:-} in
-h | --help)
	header
	exit 0 ;;
-*)
	header >&2
	echo "vmabench.sh: there is no option '$1'" >&2
	exit 1 ;;
esac
for program in vmabench vmadiff; do
	command -v $program >/dev/null || {
		echo "KTAP version 1"
		echo "1..0 # SKIP no $program in PATH"
		exit 4
	}
done

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

status=0
QUIET=1 vmabench bench --seconds "${BENCH_SECONDS:-60}" --dir "$tmp" \
	-o "$tmp/record.jsonl" "$@" >/dev/null || status=$?
case $status in
0 | 3)	;;
*)
	echo "KTAP version 1"
	echo "1..1"
	echo "not ok 1 vmabench bench failed with status $status"
	exit 1 ;;
esac
# Its status is that of a comparison, which this is not.
vmadiff export --format ktap "$tmp/record.jsonl" >"$tmp/ktap" || [ $? -eq 3 ]
cat "$tmp/ktap"
! grep -q '^ *not ok' "$tmp/ktap" || exit 1
grep -q '^ *ok [0-9]* [^#]*$' "$tmp/ktap" || exit 4
