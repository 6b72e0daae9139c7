#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The patches of the museum: the list names each of them, once; their heads say what a
# reader has to know; and each applies, without fuzz, to the stage that it is of.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

museum=kernel-patches/museum
sed 's/#.*//' "$museum/list" | awk 'NF' >"$tmp/list"

find "$museum" -name '*.patch' | sed 's|.*/||; s/\.patch$//' | sort >"$tmp/patches"
awk '{ print $1 }' "$tmp/list" | sort >"$tmp/listed"
ok 'the list names every patch, once, and no other' cmp "$tmp/patches" "$tmp/listed"
is 'a case is a regression, a gain, or neutral' \
	"$(awk '$2 !~ /^(regression|gain|neutral)$/ { print $1 }' "$tmp/list")" ''
is 'something is expected of what is not neutral, and nothing of what is' \
	"$(awk '($2 == "neutral") != (NF == 2) { print $1 }' "$tmp/list")" ''
is 'what is missed has no rows' \
	"$(awk '/[ \t]missed/ && NF != 3 { print $1 }' "$tmp/list")" ''
ok 'there are a dozen cases that must be flagged' \
	test "$(awk '$2 != "neutral" && $3 != "missed"' "$tmp/list" | wc -l)" -ge 12
ok 'there are a dozen neutral ones' \
	test "$(awk '$2 == "neutral"' "$tmp/list" | wc -l)" -ge 12

# head PATCH: what stands before the diff.
head_of() {
	sed '/^---$/,$d' "$museum/$1.patch"
}

# lacks PATCH WORD...: those of the words that no paragraph of the head starts with.
lacks() {
	lacks_of=$1
	shift
	for word; do
		head_of "$lacks_of" | grep -q "^$word" || echo "$lacks_of: $word"
	done
}

# guilty PATCH: as museum.sh reads it.
guilty() {
	sh -c '. scripts/museum/cases.sh; guilty_of "$1"' sh "$museum/$1.patch"
}
is 'the guilty functions of one are those that its paragraph names' \
	"$(guilty mseal_walk | paste -s -d ' ')" 'mas_find range_is_sealed'

while read -r name kind expected; do
	case $kind:$expected in
	neutral:*)	lacks "$name" Neutral: ;;
	*:missed)	lacks "$name" Reported: Cause: Missed: ;;
	*)		lacks "$name" Reported: Cause: 'Must move:' Guilty:
			guilty "$name" | grep -q . || echo "$name: no guilty function"
			for row in $expected; do
				head_of "$name" | grep -qw "$row" || echo "$name: $row"
			done ;;
	esac
	lacks "$name" 'Base: stock'
done <"$tmp/list" >"$tmp/lacking"
is 'the head of each says what was reported, why, and what must be flagged' \
	"$(cat "$tmp/lacking")" ''

awk '{ for (i = 3; i <= NF; i++) print $i }' "$tmp/list" | sort -u | while read -r row; do
	sed 's/#.*//' "$museum/left_out" | tr ' ' '\n' | while read -r glob; do
		# shellcheck disable=SC2254 # a glob
		case $row in
		$glob) echo "$row" ;;
		esac
	done
done >"$tmp/unmeasured"
is 'what must be flagged is measured' "$(cat "$tmp/unmeasured")" ''

# shellcheck disable=SC2046 # one word a file
try scripts/kernel.sh source stock "$tmp/source" \
	$(sed -n 's|^--- a/||p' "$museum"/*.patch | sort -u)
is 'there is a source to apply them to' "$status" 0
while read -r name _; do
	patch -d "$tmp/source" -p1 -F0 -f --dry-run <"$museum/$name.patch" ||
		echo "$name" >&3
done <"$tmp/list" >"$tmp/out" 2>&1 3>"$tmp/refused"
is 'each applies to stock, without fuzz' "$(cat "$tmp/refused")" ''
finish
