#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The counts of results/example are what kernels that are built here give.  Where they are
# not, and something that they depend on is another here, this says what.  And example.sh
# refuses what is no session to make an example of.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
export QUIET=1
# As make series does it: another module in the guest moves what RCU is left with.
unset LAYOUTS

mkdir "$tmp/session"
try tar -xJf results/example/session.tar.xz -C "$tmp/session"
is 'the example has a session' "$status" 0
stages=$(awk '{ print $1 }' "$tmp/session/stages")
is 'of two stages' "$(echo "$stages" | wc -l)" 2

# rows RECORD: what was counted, in any order.
rows() {
	grep '"type":"\(row\|shape\)"' "$1" | sort
}

# shellcheck disable=SC2086 # one word a stage
need_kernels $stages
for stage in $stages; do
	record=$tmp/$stage.jsonl
	try scripts/exact.sh "$stage" "$record" --set primary --seed 1 --stacks secretmem_append
	ok "$stage is measured" [ -s "$record" ]
	scripts/regress.sh --key "$stage" "$record" >"$tmp/key"
	rows "$record" >"$tmp/here"
	rows "$tmp/session/$stage.jsonl" >"$tmp/kept"
	if ! cmp -s "$tmp/kept" "$tmp/here" &&
		! diff results/example/"$stage.key" "$tmp/key" >"$tmp/differs"; then
		skip_test '  and its counts are those of the example' \
			"made of something else: $(sed -n 's/^[<>] //p' "$tmp/differs" |
				paste -s -d '|' | cut -c 1-200)"
	else
		ok '  and its counts are those of the example' diff "$tmp/kept" "$tmp/here"
	fi
done

try scripts/example.sh "$tmp/session/no-such"
is 'no such session: exit 2' "$status" 2
mkdir "$tmp/counted"
cp "$tmp/session/stages" "$tmp/counted"
try scripts/example.sh "$tmp/counted"
is 'a session that was not timed: exit 2' "$status" 2
says '  which is said' 'counted and timed'
try env METAL="$tmp/no-such" scripts/example.sh "$tmp/session"
is 'no such record of make bench: exit 2' "$status" 2
finish
