#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make regress, on a really booted kernel: passes against the reference, fails
# against one that was better, and finds out by itself where the reference was
# made of something else.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

unset TREE RANGE SERIES
export STAGES=noretry
cp -r results/reference "$tmp/reference"
chmod -R u+w "$tmp/reference"
export REFERENCE="$tmp/reference"

scripts/kernel.sh build noretry 2>"$tmp/build" ||
	sed 's/^/# /' "$tmp/build" >&2
try scripts/exact.sh noretry "$tmp/today.jsonl" -j "$(nproc)"
is 'the last stage of the series is measured' "$status" 0
export RECORD="$tmp/today.jsonl"

try scripts/regress.sh
is 'today'"'"'s tree passes' "$status" 0
[ "$status" -eq 0 ] || sed 's/^/# /' "$tmp/out" "$tmp/err" >&2
# What follows is about a reference that is looked at: on another machine than it was
# made on, it is one that is made here.
! grep -q 'the reference was made of something else' "$tmp/err" ||
	! rm -r "$tmp/reference/patches" "$tmp/reference"/noretry.* ||
	scripts/regress.sh --renew >"$tmp/renewed" 2>&1 ||
	sed 's/^/# /' "$tmp/renewed" >&2

# A reference whose every mmap of anonymous memory took an instruction less.
xz -dc "$tmp/reference/noretry.jsonl.xz" | awk '
	/"scenario":"anon_append"/ && /"op":"mmap"/ && /"metric":"insns",/ {
		match($0, /"ops":[0-9]+/)
		ops = substr($0, RSTART + 6, RLENGTH - 6)
		match($0, /"batches":\[[0-9,]*\]/)
		n = split(substr($0, RSTART + 11, RLENGTH - 12), batch, ",")
		list = ""
		for (i = 1; i <= n; i++)
			list = list (i > 1 ? "," : "") (batch[i] - ops)
		$0 = substr($0, 1, RSTART - 1) "\"batches\":[" list "]" \
			substr($0, RSTART + RLENGTH)
		sub(/,"per_op":\[[^]]*\]/, "")
	}
	# The bill of that operation would no longer add up.
	/"type":"functions"/ && /"scenario":"anon_append"/ { lines--; next }
	/"type":"stacks"/ { lines--; next }
	/"type":"trailer"/ { sub(/"lines": ?[0-9]+/, "\"lines\":" NR + lines - 1) }
	{ print }' >"$tmp/better.jsonl"
ok 'the doctored reference is a record' "${B:-build}/vmadiff" check "$tmp/better.jsonl"
xz -zc "$tmp/better.jsonl" >"$tmp/reference/noretry.jsonl.xz"
try scripts/regress.sh
is 'one instruction more is a regression' "$status" 1
ok 'the row is named' grep -q 'anon_append.*mmap.*insns' "$tmp/out"

# The figures above are lies: a reference of another compiler is not looked at.
sed -i 's/^compiler .*/compiler another one/' "$tmp/reference/noretry.key"
try scripts/regress.sh
is 'a reference made of something else is measured anew' "$status" 0
says 'and that is said' 'the reference was made of something else'
says 'with what differs' 'reference  compiler another one'

try env STAGES=stock scripts/regress.sh
is 'no reference of a stage: an error' "$status" 1
says 'that says what to do' 'regress.sh --renew makes it'

finish
