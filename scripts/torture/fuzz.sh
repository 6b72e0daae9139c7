#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: fuzz.sh
#
# A part of torture.sh: inputs that libFuzzer makes up, for each target of
# scripts/fuzz.sh: the reader of records, imports, policies, and what guests leave
# behind.  An attempt is one input.  It holds if the target, built by clang with
# AddressSanitizer and UndefinedBehaviorSanitizer, neither breaks nor leaks, takes
# less than 10 s of a CPU and less than 1 GiB for it, and what has to be so of its
# result is so.
#
# An input that does not hold ends its target, and stays in
# build/fuzz/found/TARGET.  The short form runs the inputs that are in the
# repository, each once.  Two hours:
#
#   TORTURE_FUZZ_SECONDS=1800 scripts/torture.sh fuzz
#
# Environment:
#   TORTURE_FUZZ_SECONDS  seconds for each target (90)
#
# Exit status: 0 it could be tried, 2 usage, 77 there is no clang with libFuzzer.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
[ $# -eq 0 ] || usage
[ -d "${TORTURE_DIR:-}" ] || fail 2 "a part is run by scripts/torture.sh fuzz"
cd "$root"
export FOLDER="$TORTURE_DIR"
export FUZZ_SECONDS="${TORTURE_FUZZ_SECONDS:-90}"
export FUZZ_SEED="${TORTURE_SEED:-1}"
number TORTURE_FUZZ_SECONDS "$FUZZ_SECONDS"
exit_on_signals

# keep_found TARGET: what broke it, where it stays.
keep_found() {
	kept=build/fuzz/found/$1
	mkdir -p "$kept"
	find "$TORTURE_DIR/$1/found" -type f -exec cp {} "$kept/" \;
	for input in "$kept"/*; do
		warn "$1 breaks on $input; to see it again: build/fuzz/$1 $input"
	done
}

# attempts_of TARGET: how many inputs it was given, of which the last one may have broken it.
attempts_of() {
	awk '/^stat::number_of_executed_units/ { n += $2 } END { print n + 0 }' \
		"$TORTURE_DIR/$1/log"
}

for target in $(find bench/tests -name "fuzz_*.c" | sed "s,.*/fuzz_,,; s,\.c$,," | sort); do
	status=0
	scripts/fuzz.sh ${TORTURE_SHORT:+--once} "$target" >"$TORTURE_DIR/out" \
		2>"$TORTURE_DIR/err" || status=$?
	case $status in
	0 | 1)	;;
	3)	fail 77 "$(sed 's/^fuzz\.sh: //' "$TORTURE_DIR/err")" ;;
	*)	cat "$TORTURE_DIR/err" >&2
		fail 1 "scripts/fuzz.sh $target: exit status $status" ;;
	esac
	attempts=$(attempts_of "$target")
	[ "$attempts" -gt 0 ] || [ "$status" -eq 1 ] || fail 1 "$target was given no input"
	if [ "$status" -eq 1 ]; then
		cat "$TORTURE_DIR/err" >&2
		keep_found "$target"
		[ "$attempts" -gt 0 ] || attempts=1
	fi
	printf 'inputs: %s\t%d\t%d\n' "$target" "$attempts" "$((attempts - status))"
done
