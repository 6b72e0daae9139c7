#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-kernel.sh [PART...]
#        test-kernel.sh --console FILE
#
# Do the kernels of the series pass the kernel's own tests?  The parts, all of
# which run where none is named:
#
#   vma     of each stage, tools/testing/vma: mm/vma.c, built in user space
#   maple   of each stage, the tests of the maple tree in tools/testing/radix-tree
#   guest   of each stage, in QEMU, the mm selftests that the file
#           scripts/test-kernel/selftests names: each stage must give the results
#           of the first one, test by test
#   debug   the last stage, with kernel-patches/debug.config: KASAN, lockdep, and
#           checks of VMAs and of the maple tree.  In one boot it runs every
#           scenario (among 10 000 VMAs and more only those that SCENARIOS
#           names: it looks at all of them at each change), and must complain of
#           nothing.  The same kernel with what
#           kernel-patches/selftest/splats.patch breaks must complain of each of
#           it; without that nobody knew that anything was looked at
#
# What is missing is built.  What passed once is not run again as long as the
# program, the kernel and QEMU are the same.  All that was said is in
# RESULTS/test-kernel.
#
# With --console it only reads what a kernel said: it prints what that complained
# of, and which scenario had begun by then.
#
# Environment:
#   PARTS        of make test-kernel: the parts
#   STAGES       stages to test, or "all" (all)
#   STAGE        stage that the part debug takes (the last one of the series)
#   SCENARIOS    scenarios that it runs (all)
#   RESULTS      where the folder test-kernel goes (results)
#   REMEASURE=1  run all of it, whatever passed before
#   JOBS, QUIET, and what kernel.sh knows
#
# Exit status: 0 all passed, 1 something failed, 2 usage, 3 it cannot be tested
# here.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/test-kernel/console.sh
. "$root/scripts/test-kernel/console.sh"
# shellcheck source=scripts/test-kernel/user.sh
. "$root/scripts/test-kernel/user.sh"
# shellcheck source=scripts/test-kernel/guest.sh
. "$root/scripts/test-kernel/guest.sh"
# shellcheck source=scripts/test-kernel/debug.sh
. "$root/scripts/test-kernel/debug.sh"
kernel=$root/scripts/kernel.sh
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}

take_scratch 500
tmp=$scratch
trap 'end_child; end_drawer; rm -rf "$tmp"' EXIT
exit_on_signals
drawer=
source=$tmp/source

# end_drawer: on the way out as well.
# shellcheck disable=SC2317 # parts call it
end_drawer() {
	[ -n "$drawer" ] || return 0
	kill "$drawer" 2>/dev/null || :
	wait "$drawer" 2>/dev/null || :
	drawer=
	clear_line
}

if [ "${1-}" = --console ]; then
	[ $# -eq 2 ] || usage
	{ [ -f "$2" ] && [ -r "$2" ]; } || fail 2 "$2 cannot be read"
	quiet_console "${2##*/}" "$2" || exit 1
	tell "${2##*/}: the kernel complains of nothing"
	exit
fi
no_options "$@"
[ $# -gt 0 ] || set -- vma maple guest debug
for part; do
	among part "$part" vma maple guest debug
done
stages=${STAGES:-all}
# shellcheck disable=SC2086 # names of stages are words
[ "$stages" = all ] || "$kernel" check $stages
[ -z "${STAGE:-}" ] || "$kernel" check "$STAGE"
# Before a kernel is built for minutes.
# shellcheck disable=SC2086 # names are words
[ -z "${SCENARIOS:-}" ] || "$build/vmabench" exact --needs-module $SCENARIOS >/dev/null ||
	[ $? -eq 1 ] || exit 2
[ "$stages" != all ] || stages=$("$kernel" list | paste -s -d ' ')

# wants PART...: is one of them asked for?
wants() {
	for wanted; do
		case " $parts " in
		*" $wanted "*) return 0 ;;
		esac
	done
	return 1
}
parts=$*

# cannot_test: why something that was asked for is not possible here; nothing if it is.
cannot_test() {
	if wants vma maple && ! pkg-config --exists liburcu 2>/dev/null; then
		echo "the tests in user space need liburcu (Debian: liburcu-dev)"
	elif wants guest && ! [ -e "$(gcc -print-file-name=libcap.a)" ]; then
		echo "the selftests are linked statically, with libcap.a (Debian: libcap-dev)"
	elif wants guest debug && ! command -v qemu-system-x86_64 >/dev/null; then
		echo "guests need QEMU (Debian: qemu-system-x86)"
	elif wants guest debug && [ "$(uname -m)" != x86_64 ]; then
		echo "the kernels are those of x86-64"
	fi
}
why=$(cannot_test)
[ -z "$why" ] || fail 3 "nothing is tested: $why; scripts/deps.sh test series installs it"
cache=$("$kernel" cache)
results=${RESULTS:-$root/results}/test-kernel
make_trusted RESULTS "$results"
mkdir -p "$cache/test-kernel"

# begin_drawer FUNCTION ARGUMENT...: draws what the function prints, again and again.
# shellcheck disable=SC2317 # parts call it
begin_drawer() {
	(
		while sleep 2 >/dev/null 2>&1 && [ -e "/proc/$$/exe" ]; do
			draw_line "$("$@")"
		done
	) 8>&- 9>&- &
	drawer=$!
}

# part NAME FUNCTION ARGUMENT...: runs it, and notes how it ended.
: >"$tmp/summary"
rc=0
part() {
	part_name=$1
	part_begin=$(date +%s)
	shift
	how=passed
	"$@" || {
		how=FAILED
		rc=1
	}
	clear_line
	echo "$part_name: $how, in $(($(date +%s) - part_begin)) s" >>"$tmp/summary"
}

! wants vma || part vma user_tests vma
! wants maple || part maple user_tests maple
! wants guest || part guest guest_tests
! wants debug || part debug debug_tests
# Nobody has asked for those in half a year.
find "$cache/test-kernel" -mindepth 1 -maxdepth 1 -mtime +180 \
	-exec rm -rf {} + 2>/dev/null || :
while read -r line; do
	tell "$line"
done <"$tmp/summary"
[ $rc -eq 0 ] || tell "something FAILED; all that was said is in $results"
exit $rc
