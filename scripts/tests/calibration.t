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

# named RECORD: the percentage of lines whose object is known, and of what operation
named() {
	awk '/^{"type":"objects"/ {
		split($0, text, "\"objects\":\\[\\[|\\]\\]")
		nr = split(text[2], objects, "\\],\\[")
		lines = known = 0
		for (i = 1; i <= nr; i++) {
			split(objects[i], o, ",")
			lines += o[2] + o[3]
			known += (o[1] == "\"[unknown]\"" ? 0 : o[2] + o[3])
		}
		split($0, word, "\"")
		print lines ? 100 * known / lines : 100, word[8], word[16]
	}' "$1"
}

for stage in ${STAGES:-deferred noretry}; do
	try scripts/kernel.sh build "$stage"
	is "$stage: the kernel is there" "$status" 0
	image=$(scripts/kernel.sh path "$stage")
	try "$build/vmabench" exact --stage "$stage" --image "$image" \
		--once -j "$jobs" -o "$tmp/$stage"
	is "$stage: every scenario has the shape that it claims" "$status" 0
	ok "$stage: the counter was calibrated" grep -q calibrated "$tmp/err"
	try "$build/tests/calls_agree" "$tmp/$stage"
	is "$stage: plugin and tracepoints agree" "$status" 0
	ok "$stage: on every scenario that enters the kernel" \
		sh -c "[ \$(grep -c '^ok' '$tmp/out') -ge 72 ]"
	grep '^not ok' "$tmp/out" | sed 's/^/# /'
	named "$tmp/$stage" >"$tmp/named"
	is "$stage: operations of whose lines less than 90 % are of known objects" \
		"$(awk '$1 < 90' "$tmp/named")" ''
	ok "$stage:   others are there" [ -s "$tmp/named" ]
	sort -n "$tmp/named" | sed -n '1s/^/# the least: /p'
done

"$build/vmabench" exact --stage "$stage" --image "$image" --ops 32 \
	--once -o "$tmp/half" secretmem_fail_free 2>/dev/null
half=$(batches "$tmp/half" secretmem_fail_free mmap insns)
full=$(batches "$tmp/$stage" secretmem_fail_free mmap insns)
is 'twice as many operations take twice as many instructions' \
	"$((${half%%,*} * 2))" "${full%%,*}"

# An event that counts something else, two a store, is found out by the kprobe
# beside it, which then counts instead; where there can be none, nothing does.
raw() {
	rm -f "$tmp/raw"
	try "$build/vmabench" exact --stage "$stage" --image "$image" \
		--once --append "VMABENCH_RAW_MA_WRITE=1 ${1:-}" -o "$tmp/raw" anon_append
}
raw
try "$build/tests/calls_agree" "$tmp/raw"
is 'raw ma_write events: the kprobe counts, and the plugin agrees' "$status" 0
is '  one store, as ever' "$(batches "$tmp/raw" anon_append mmap maple_stores)" \
	199,199
raw VMABENCH_NO_KPROBES=1
ok 'raw ma_write events without kprobes: unavailable, and why' grep -q \
	'maple_stores unavailable: calibration: one mmap() counts as 2 stores: either this kernel stores that often, or .*CONFIG_KPROBE_EVENTS_ON_NOTRACE' \
	"$tmp/raw"
is '  and no number' "$(batches "$tmp/raw" anon_append mmap maple_stores)" ''

# A tracepoint count that is wrong must be found out by the comparison.
sed 's/"metric":"maple_stores","unit":"stores\/op",\(.*\)"batches":\[199,/"metric":"maple_stores","unit":"stores\/op",\1"batches":[200,/' \
	"$tmp/$stage" >"$tmp/wrong"
try "$build/tests/calls_agree" "$tmp/wrong"
is 'one store too many is noticed' "$status" 1

finish
