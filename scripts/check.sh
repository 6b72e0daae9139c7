#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: check.sh
#
# What can be said about the sources without running a kernel: compiler
# warnings, gcc's analyzer, cppcheck, shellcheck, clang-format, SPDX lines,
# trailing blanks, and the unit tests under ASan and UBSan.  All checks run,
# whatever fails.
#
# Exit status: 0 clean, 1 not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

[ $# -eq 0 ] || misuse "there is no '$1'"
cd "$root"
build=build/check
failed=

# check NAME COMMAND...: silent unless COMMAND fails.
check() {
	name=$1
	shift
	mkdir -p "$build"
	if "$@" >"$build/log" 2>&1; then
		echo "ok      $name"
	else
		echo "FAILED  $name"
		sed 's/^/    /' "$build/log"
		failed="$failed $name"
	fi
}

# Files of the project, tracked or about to be, but for those whose licence
# .reuse/dep5 states: patches, records, test data.
files() {
	git ls-files -co --exclude-standard -- "$@" \
		':!LICENSES' ':!.reuse' ':!*.patch' ':!bench/tests/data' ':!bench/tests/fuzz/*/*' \
		':!results/reference' ':!results/example' ':!scripts/debian'
}

scripts() {
	files .ci '*.sh' '*.t' | while read -r file; do
		head -n 1 "$file" | grep -qE '^#! ?/bin/(ba)?sh' &&
			echo "$file"
	done || :
}

# bench CFLAGS NAME TARGET...: make TARGETs in a build of their own.
bench() {
	CFLAGS=$1
	export CFLAGS
	dir=$build/$2
	shift 2
	make -s -j "$(nproc)" -f bench/Makefile B="$dir" "$@"
}

analyzer() {
	bench "-O2 -g -fanalyzer" analyzer programs tests
}

# The unit tests alone: a static program cannot be sanitized.
sanitizers() {
	set --
	for file in bench/tests/test_*.c bench/tests/fuzz_*.c; do
		[ ! -f "$file" ] || set -- "$@" "$build/sanitizers/$(echo "${file#bench/}" |
			sed 's,/fuzz_,/test_fuzz_,')"
	done
	[ $# -gt 0 ] || return 0
	for file in "$@"; do
		shift
		set -- "$@" "${file%.c}"
	done
	bench "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" \
		sanitizers "$@" || return 1
	for unit in "$@"; do
		"$unit" || return 1
	done
}

# Pointers to both ends of a linker section are of one object after all.
cppcheck_all() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,portability,performance \
		--suppress=missingIncludeSystem --suppress=comparePointers \
		--include="$(pkg-config --variable=includedir jansson)/jansson.h" \
		-I bench -I bench/include -I bench/vmadiff -I bench/vmabench bench
}

shellcheck_all() {
	scripts | xargs -r -d '\n' shellcheck -x
}

# The files that "make format" would change, and the first change of each.
clang_format() {
	files 'bench/*.c' 'bench/*.h' | {
		rc=0
		while read -r file; do
			clang-format "$file" | diff -U0 "$file" - | sed -n 3,6p |
				grep . || continue
			echo "$file"
			rc=1
		done
		exit $rc
	}
}

# Every file that can hold a comment says its licence in the first lines.
spdx() {
	files | grep -vE '\.(jsonl?|svg|png|[ct]sv|txt|diff)$' | {
		rc=0
		while read -r file; do
			head -n 3 "$file" |
				grep -q 'SPDX-License-Identifier: GPL-2\.0' &&
				continue
			echo "$file: no SPDX line"
			rc=1
		done
		exit $rc
	}
}

blanks() {
	! files | xargs -r -d '\n' grep -nIE '[[:blank:]]+$'
}

check spdx spdx
check blanks blanks
check shellcheck shellcheck_all
check clang-format clang_format
check cppcheck cppcheck_all
check analyzer analyzer
check sanitizers sanitizers

rm -f "$build/log"
if [ -n "$failed" ]; then
	echo "check failed:$failed"
	exit 1
fi
