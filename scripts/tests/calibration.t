#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Do the instruments of the exact tier count what they say?  That known loops
# read exactly what they are is asserted by vmabench at every run; here every
# scenario is counted by two instruments that have to agree, and twice as many
# operations have to cost exactly twice as much.
#
#   STAGES  kernels to try (deferred noretry); built if they are not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=${B:-build}
jobs=$(nproc)

for stage in ${STAGES:-deferred noretry}; do
	try scripts/kernel.sh build "$stage"
	is "$stage: the kernel is there" "$status" 0
	image=$(scripts/kernel.sh path "$stage")
	try "$build/vmabench" exact --stage "$stage" --image "$image" \
		-j "$jobs" -o "$tmp/$stage"
	is "$stage: every scenario has the shape that it claims" "$status" 0
	ok "$stage: the counter was calibrated" grep -q calibrated "$tmp/err"
	try "$build/tests/calls_agree" "$tmp/$stage"
	is "$stage: plugin and tracepoints agree" "$status" 0
	ok "$stage: on every scenario that enters the kernel" \
		sh -c "[ \$(grep -c '^ok' '$tmp/out') -ge 72 ]"
	grep '^not ok' "$tmp/out" | sed 's/^/# /'
done

"$build/vmabench" exact --stage "$stage" --image "$image" --ops 32 \
	-o "$tmp/half" secretmem_fail_free 2>/dev/null
half=$(batches "$tmp/half" secretmem_fail_free mmap insns)
full=$(batches "$tmp/$stage" secretmem_fail_free mmap insns)
is 'twice as many operations take twice as many instructions' \
	"$((${half%%,*} * 2))" "${full%%,*}"

# A tracepoint count that is wrong must be found out by the comparison.
sed 's/"metric":"maple_stores","unit":"stores\/op",\(.*\)"batches":\[199,/"metric":"maple_stores","unit":"stores\/op",\1"batches":[200,/' \
	"$tmp/$stage" >"$tmp/wrong"
try "$build/tests/calls_agree" "$tmp/wrong"
is 'one store too many is noticed' "$status" 1

finish
