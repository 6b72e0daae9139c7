#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench and make series, all of whose session is killed while they measure, or but one
# shell: nothing goes on, settings are as they were, and the next one removes what is left.
# Settings are those of a made-up machine.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

build=${B:-build}
[ -x "$build/vmabench" ] || {
	skip_test 'what measures is killed' 'nothing is built'
	finish
	exit
}
need_kernels deferred noretry
# Kernels of the cache, without what was measured of them.
mkdir "$tmp/cache" "$tmp/work" "$tmp/results"
for entry in "$(scripts/kernel.sh cache)"/*; do
	case ${entry##*/} in
	records | work) ;;
	*)	ln -s "$entry" "$tmp/cache/" ;;
	esac
done
export VMABENCH_CACHE="$tmp/cache" TMPDIR="$tmp/work" RESULTS="$tmp/results" QUIET=1

# started: processes of what was started here, whatever session they are in.
started() {
	grep -lzsxF "KILLED_BY=$tmp" /proc/[0-9]*/environ
}

nothing_goes_on() {
	[ -z "$(started)" ]
}

# runs PROGRAM: one of its session does.
runs() {
	session "$pid" | sed 's,.*,/proc/&/exe,' | xargs readlink | grep -q "/$1[^/]*\$"
}

# is_restored: with nobody left who could still write.
is_restored() {
	[ ! -e "$QUIET_STATE" ] && flock -n "$QUIET_STATE.lock" true &&
		restored >"$tmp/after" && cmp -s "$tmp/before" "$tmp/after"
}

# killed session|shell PROGRAM COMMAND...: once PROGRAM runs.
killed() {
	how=$1
	program=$2
	shift 2
	new_tree
	KILLED_BY=$tmp setsid "$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	ok "$1 is measuring" within 600 runs "$program"
	case $how in
	session) kill_session $pid ;;
	shell)	kill -s KILL $pid ;;
	esac
	wait $pid 2>/dev/null
	ok "  its $how is killed: nothing goes on" within 60 nothing_goes_on
	ok '  no record is there that is not whole' sh -c \
		"find '$RESULTS' -name '*.jsonl' | xargs -r $build/vmadiff check"
}

# no_scratch: of scripts nor programs.
no_scratch() {
	[ -z "$(find "$TMPDIR" "$RESULTS" -mindepth 1 -name .vmabench-run)" ]
}

new_tree
contents >"$tmp/before"
export QUIETEN=1 BENCH_SECONDS=600
for how in session shell; do
	killed $how vmabench scripts/bench.sh anon_append
	ok '  everything is as it was' within 60 is_restored
done
new_tree
try env QUIETEN=0 BENCH_SECONDS=1 scripts/bench.sh nop
is 'the next one measures' "$status" 0
ok '  and leaves nothing of those before' no_scratch

export TIER=exact LAYOUTS=0 LUCK=0 FLAME='' SCENARIOS=nop
for how in session shell; do
	killed $how qemu-system scripts/series.sh deferred noretry
done
try scripts/exact.sh noretry "$tmp/record" nop
is 'the next one measures' "$status" 0
ok '  and leaves nothing of those before' no_scratch

finish
