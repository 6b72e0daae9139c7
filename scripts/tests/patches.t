#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the patches say of themselves: every figure in a message is measured again,
# on the stage before the patch and on the one that it makes.
#
# A message has a table:
#
#	One call, before and after, of 6.12.117 built with gcc 12.2.0:
#
#	                               insns  mem_stores  maple_stores
#	anon_append mmap        2000 -> 2001    99 -> 99        1 -> 1
#
# Another compiler or source makes other instructions: then only the stores into the
# maple tree have to be those of the message.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

patches=kernel-patches/6.12
stages=$(scripts/kernel.sh list)
# shellcheck disable=SC2086 # one word a stage
need_kernels $stages

# message PATCH: without headers and what comes after "---"
message() {
	sed -n '/^Subject:/,/^---$/ { /^---$/!p; }' "$patches/$1.patch"
}

# claims FILE: "scenario op metric before after" of each figure of a message
claims() {
	awk '/^ +insns / { n = split($0, metric); next }
	n && / -> / {
		for (i = 1; i <= n; i++)
			print $1, $2, metric[i], $(3 * i), $(3 * i + 2)
		next
	}
	{ n = 0 }' "$1"
}

# made_here FILE RECORD: were the figures of a message made of what is here?
made_here() {
	release=$(sed -n '1s/.*"release":"\([0-9.]*\).*/\1/p' "$2")
	grep -qxF "One call, before and after, of $release built with gcc $(${CC:-gcc} \
		-dumpfullversion):" "$1"
}

# measured RECORD: "scenario op metric value" of a call, all batches being alike
measured() {
	sed -n 's/.*"type":"row","scenario":"\([^"]*\)".*"op":"\([^"]*\)".*"metric":"\([^"]*\)".*"ops":\([0-9]*\),"batches":\[\([0-9]*\)[],].*/\1 \2 \3 \4 \5/p' "$1" |
		awk '{ printf "%s %s %s %.0f\n", $1, $2, $3, $5 / $4 }'
}

for stage in $stages; do
	[ "$stage" = stock ] || message "$stage" >"$tmp/$stage.message"
done
scenarios=$(for file in "$tmp"/*.message; do claims "$file"; done |
	cut -d ' ' -f 1 | sort -u)
[ -n "$scenarios" ] || {
	ok 'the messages have figures' false
	finish
}

before=
for stage in $stages; do
	# Once: what did not repeat would not be what the message says either.
	# shellcheck disable=SC2086 # one word a scenario
	try env ONCE=1 scripts/exact.sh "$stage" "$tmp/$stage" -j "$(nproc)" $scenarios
	ok "$stage is measured" [ "$status" -eq 0 ]
	measured "$tmp/$stage" >"$tmp/$stage.measured"
	[ -n "$before" ] || {
		before=$stage
		continue
	}
	is "$stage: lines of the message within 75 columns" \
		"$(awk 'length > 75 && !/^(Subject|Link|Fixes):/' "$tmp/$stage.message")" ''
	is "$stage: a blank line after the table" "$(awk 'table && !/ -> / {
		if ($0 != "")
			print
		table = 0
	}
	/ -> / { table = 1 }' "$tmp/$stage.message")" ''
	ok "$stage: says what it costs" \
		grep -q '^What it costs' "$tmp/$stage.message"
	ok "$stage: says of what kernel and compiler" grep -q \
		'^One call, before and after, of .* built with gcc [0-9.]*:$' \
		"$tmp/$stage.message"
	what=figures
	claims "$tmp/$stage.message" >"$tmp/claims"
	made_here "$tmp/$stage.message" "$tmp/$stage" || {
		what='maple-tree stores (another compiler or source than the message)'
		claims "$tmp/$stage.message" | grep ' maple_stores ' >"$tmp/claims"
	}
	ok "$stage: says so in figures" [ -s "$tmp/claims" ]
	while read -r scenario op metric _; do
		echo "$scenario $op $metric" \
			"$(awk -v of="$scenario $op $metric" '$1 " " $2 " " $3 == of { print $4 }' \
				"$tmp/$before.measured" "$tmp/$stage.measured" | paste -s -d ' ')"
	done <"$tmp/claims" >"$tmp/found"
	is "$stage: the $what are those that are measured" \
		"$(cat "$tmp/claims")" "$(cat "$tmp/found")"
	before=$stage
done

finish
