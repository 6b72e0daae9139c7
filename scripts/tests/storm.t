#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rows that no guest of one CPU without programs can run, on the kernel that is
# running: threads and processes at a time, and whole programs.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

vmabench=${B:-build}/vmabench
vmadiff=${B:-build}/vmadiff
rows=$("$vmabench" list | grep -oE '^(storm|macro)_[a-z0-9_]+')

# On a disk, unlike /tmp perhaps.
dir=$(mktemp -d "${B:-build}/storm.XXXXXX")
trap 'rm -rf "$tmp" "$dir"' EXIT
# shellcheck disable=SC2086 # one word a row
try "$vmabench" bench --dir "$dir" -s 4 -o "$tmp/record" $rows
is 'they are measured' "$status" 0
ok 'the record is whole' "$vmadiff" check "$tmp/record"
for row in $rows; do
	ok "$row has run or says why not" \
		grep -q "\"type\":\"\(row\|skip\)\",\"scenario\":\"$row\"" "$tmp/record"
done
sed -n 's/.*"type":"skip","scenario":"\([^"]*\)".*"reason":"\(.*\)"}/# skipped: \1: \2/p' \
	"$tmp/record"
ok 'none has failed' sh -c "! grep '\"type\":\"failure\"' '$tmp/record'"

# What there is of each: how much all get done, how long one takes.
for row in $(echo "$rows" | grep -E 'storm_(threads|processes)'); do
	! grep -q "\"type\":\"skip\",\"scenario\":\"$row\"" "$tmp/record" || continue
	for metric in throughput latency; do
		ok "$row: $metric" grep -q \
			"\"scenario\":\"$row\",.*\"metric\":\"$metric\"" "$tmp/record"
	done
done
ok 'it is a picture' sh -c "'$vmadiff' data threads '$tmp/record' |
	grep -q '^# line: storm threads'"
ok 'nothing is left behind' rmdir "$dir"

finish
