#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: coverage.sh [TEST...]
#
# Which lines of bench/ do the tests run?  Programs and unit tests are built once
# more, in build/coverage, and run; so are the script tests TEST, or else all
# that take their programs from another build (B, VMADIFF) and ask
# scripts/kernel.sh for no kernel. gcov then says what ran: by room, and of the
# ten files with the most lines that nothing ran.  What the tests print is in
# build/coverage/log.
#
# A guest is not seen: the program in it is linked statically and writes to no
# disk of the host, so its counters are lost.  Most of scenarios and
# vmabench/guest runs nowhere else.  Containers without a disk to write to are
# not seen either.
#
# Environment: CC (gcc), GCOV (gcov, of the version of CC), JOBS (all CPUs).
#
# Exit status: 0 all tests passed, 1 one failed, 2 usage, 4 nothing can be
# measured.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
cd "$root"
build=build/coverage
jobs=${JOBS:-$(nproc)}
gcov=${GCOV:-gcov}
die_status=4
rc=0

command -v "$gcov" >/dev/null || die "no $gcov, which comes with gcc (or set GCOV)"
for file; do
	[ -f "$file" ] || misuse "$file: no such test"
done

# A process that ends by _exit() does not say what it ran: most that measure do so.
# One that shares memory with its parent must not say it twice.
mkdir -p "$build"
cat >"$build/exit.c" <<'END'
void __gcov_dump(void);
void __gcov_reset(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status)
{
	__gcov_dump();
	__gcov_reset();
	__real__exit(status);
}
END
"${CC:-gcc}" -O2 -fPIC -c -o "$build/exit.o" "$build/exit.c" || die "${CC:-gcc} failed"
# A test that runs make must find all of it up to date, whatever became of the tree.
SUITE_REVISION=$(git describe --always --dirty 2>/dev/null || echo unknown)
export SUITE_REVISION
make -s -j "$jobs" -f bench/Makefile B="$build" CFLAGS='-O0 -g --coverage' \
	LDFLAGS="-Wl,--wrap=_exit $build/exit.o" programs tests ||
	die 'the programs cannot be built'
find "$build" -name '*.gcda' -delete

# needs_no_guest FILE...: those of them, a line each.
needs_no_guest() {
	grep -lE 'B:[-=]|VMADIFF|vmadiff_tap' "$@" |
		xargs grep -LE 'kernel\.sh (build|path)|need_kernels|(test-metal|torture)\.sh'
}

# shellcheck disable=SC2046 # a word each
[ $# -gt 0 ] || set -- $(needs_no_guest bench/tests/*.t scripts/tests/*.t)

# Users without privileges cannot write the counters, which is no concern of a test.
export GCOV_ERROR_FILE=/dev/null B="$build" VMADIFF="$PWD/$build/vmadiff"
units=0
: >"$build/log"
for unit in "$build"/tests/test_*; do
	case $unit in
	*.*)	continue ;;
	esac
	units=$((units + 1))
	"$unit" >>"$build/log" 2>&1 || {
		warn "$unit failed"
		rc=1
	}
done
say "$units unit tests have run; $# script tests do"
prove -j "$jobs" "$@" >"$build/prove" 2>&1 || {
	grep -A 1000 '^Test Summary' "$build/prove" >&2 || :
	rc=1
}
cat "$build/prove" >>"$build/log"

# "FILE LINE RUN" of each line that is code, whatever it was built into.
lines_run() {
	find "$build" -name '*.gcno' -exec "$gcov" --stdout --relative-only {} + 2>>"$build/log" |
		awk -F : '
		$2 + 0 == 0 { if ($3 == "Source") file = $4; next }
		file !~ /^bench\// || file ~ /^bench\/tests\// || $1 ~ /-$/ { next }
		{
			code[file " " ($2 + 0)]
			if ($1 !~ /[#=]$/)
				run[file " " ($2 + 0)]
		}
		END {
			for (line in code)
				print line, line in run
		}'
}

lines_run >"$build/lines"
[ -s "$build/lines" ] || die "$gcov does not understand what ${CC:-gcc} wrote"

awk '
function share(part, whole) { return whole ? 100 * part / whole : 100 }
function room_of(file, room) {
	sub(/^bench\//, "", file)
	for (room = file; sub(/\/[^\/]*$/, "", room); )
		if (room in plan)
			return room
	sub(/\/.*/, "", file)
	return file
}
FNR == NR {
	if (match($0, /^[a-z\/]+/)) {
		room = substr($0, 1, RLENGTH)
		plan[room]
		order[++rooms] = room
	}
	next
}
!($1 in lines) { files[room_of($1)]++ }
{
	lines[$1]++
	ran[$1] += $3
	of_room[room_of($1)]++
	ran_of_room[room_of($1)] += $3
	all++
	ran_of_all += $3
}
END {
	for (room in files)
		if (!(room in plan))
			order[++rooms] = room
	printf "%-24s %6s %7s %8s %8s\n", "room", "files", "lines", "not run", "run"
	for (i = 1; i <= rooms; i++) {
		room = order[i]
		if (room in files)
			printf "%-24s %6d %7d %8d %6.1f %%\n", room, files[room], of_room[room],
				of_room[room] - ran_of_room[room], share(ran_of_room[room], of_room[room])
	}
	printf "%-31s %7d %8d %6.1f %%\n\n", "all", all, all - ran_of_all, share(ran_of_all, all)
	printf "%-40s %7s %8s %8s\n", "file", "lines", "not run", "run"
	row = "%-40s %7d %8d %6.1f %%\n"
	least = "sort -k 3,3nr -k 1,1 | head -n 10"
	for (file in lines)
		printf row, file, lines[file], lines[file] - ran[file],
			share(ran[file], lines[file]) | least
}' bench/rooms.txt "$build/lines"

exit $rc
