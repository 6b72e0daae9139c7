#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Of a bisection, what it tries and what it makes of the answers: in a line of commits it
# takes no more rounds than the number of parts demands, finds the culprit wherever it is,
# in histories with merges as well, and names no commit that it may not be.  Nothing is
# built or measured here.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/bisect/section.sh

# line N: a history of commits 1 to N, each on top of the one before.
line() {
	awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++) print i, i - 1 }' >"$tmp/graph"
}

# answer CULPRIT VAIN: what the commits of $tmp/plan are, by the graph; those that the words
# of VAIN name cannot be measured.
answer() {
	awk -v culprit="$1" -v vain=" $2 " '
	FILENAME == ARGV[1] {
		bad[$1] = $1 == culprit
		for (i = 2; i <= NF; i++)
			bad[$1] = bad[$1] || bad[$i]
		next
	}
	$1 == "try" {
		print index(vain, " " $2 " ") ? "skip" : bad[$2] ? "bad" : "good", $2
	}' "$tmp/graph" "$tmp/plan"
}

# search CULPRIT K [VAIN]: until it ends; $rounds, $end, and its last words in $tmp/plan.
search() {
	: >"$tmp/verdicts"
	rounds=0
	while :; do
		section "$tmp/graph" "$tmp/verdicts" "$2" >"$tmp/plan"
		read -r end rest <"$tmp/plan"
		[ "$end" = left ] || break
		rounds=$((rounds + 1))
		tried=$(grep -c '^try ' "$tmp/plan")
		{ [ "$tried" -gt 0 ] && [ "$tried" -le "$2" ] && [ $rounds -lt 200 ]; } || {
			end="tries $tried"
			break
		}
		answer "$1" "${3-}" >>"$tmp/verdicts"
	done
	end="$end${rest:+ $rest}"
}

# least N K: how many times N things are divided by K + 1 until one is left.
least() {
	awk -v n="$1" -v k="$2" 'BEGIN {
		for (r = 0; n > 1; r++)
			n = int((n + k) / (k + 1))
		print r }'
}

# A line

for n in 1 2 20 1000; do
	line $n
	for k in 1 2 3 7 64; do
		wrong=
		for culprit in $(printf '%s\n' 1 2 $((n / 3)) $((n - 1)) $n | sort -nu); do
			{ [ "$culprit" -ge 1 ] && [ "$culprit" -le $n ]; } || continue
			search "$culprit" $k
			[ "$end" = "found $culprit" ] && [ $rounds -le "$(least $n $k)" ] &&
				[ "$(sort "$tmp/verdicts" | uniq -d | wc -l)" -eq 0 ] ||
				wrong="$wrong $culprit: $end in $rounds;"
		done
		is "$n in a line, $k at a time: found, in $(least $n $k) rounds at most" "$wrong" ''
	done
done
line 1000
: >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 1 >"$tmp/plan"
is 'one at a time: the middle one, of 10' "$(paste -s -d ' ' "$tmp/plan")" 'left 1000 10 try 500'
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'three: quarters' "$(grep try "$tmp/plan" | sort | paste -s -d ' ')" 'try 250 try 500 try 750'
line 4
section "$tmp/graph" "$tmp/verdicts" 64 >"$tmp/plan"
is 'more machines than commits: each but the last, once' \
	"$(sort "$tmp/plan" | paste -s -d ' ')" 'left 4 3 try 1 try 2 try 3'

# What cannot be measured

line 20
search 10 1 10
is 'the culprit cannot be measured: it and the next' "$(paste -s -d ' ' "$tmp/plan")" \
	'skipped one 10 one 11'
search 10 3 '9 11'
is 'what surrounds the culprit cannot' "$(paste -s -d ' ' "$tmp/plan")" 'skipped one 9 one 10'
search 12 3 '9 10 11'
is '  but it is the next: no telling' "$(paste -s -d ' ' "$tmp/plan")" \
	'skipped one 9 one 10 one 11 one 12'
search 8 3 '9 10 11'
is '  it is before: found' "$end" 'found 8'
search 1 2 '5 6 10 11 14'
is '  it is the first: found' "$end" 'found 1'
search 20 2 '5 6 10 11 14'
is '  it is the last: found' "$end" 'found 20'
search 4 7 "$(seq 1 19 | paste -s -d ' ')"
is 'none can: all of them' "$(grep -c '^one ' "$tmp/plan")" 20
ok '  each was tried once' [ "$(sort -u "$tmp/verdicts" | wc -l)" -eq 19 ]
line 1000
printf 'skip 500\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 1 >"$tmp/plan"
ok 'the wanted one cannot: its neighbour' grep -qxE 'try (499|501)' "$tmp/plan"
vain=$(seq 450 550 | paste -s -d ' ')
search 10 1 "$vain"
ok 'a hundred around the middle cannot: few are tried' [ $rounds -le 20 ]
is '  and it is found' "$end" 'found 10'
search 445 1 "$vain"
ok '  nor are many where it is just before them' [ $rounds -le 40 ]
is '  and it is found' "$end" 'found 445'
search 449 1 "$vain"
is '  as is the last one before' "$end" 'found 449'

# Histories with merges

# two_sides: 1 to 10 in a line; from 3 on, 11 to 18 on a branch, 19 merges it.
two_sides() {
	line 10
	awk 'BEGIN { for (i = 11; i <= 18; i++) print i, i == 11 ? 3 : i - 1
		print 19, 10, 18 }' >>"$tmp/graph"
}
two_sides
for k in 1 2 3 7 64; do
	wrong=
	for culprit in $(seq 19); do
		search "$culprit" $k
		[ "$end" = "found $culprit" ] && [ $rounds -le $(($(least 19 $k) + 2)) ] ||
			wrong="$wrong $culprit: $end in $rounds;"
	done
	is "a branch, $k at a time: each is found" "$wrong" ''
done
printf 'bad 10\nbad 18\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'both sides are bad: what they have in common' "$(sort "$tmp/plan" | paste -s -d ' ')" \
	'left 3 2 try 1 try 2'
printf 'bad 10\nbad 18\ngood 2\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'one is left that was not measured: it is' "$(paste -s -d ' ' "$tmp/plan")" 'left 1 1 try 3'
printf 'good 10\ngood 18\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'both sides are good: the merge' "$(cat "$tmp/plan")" 'found 19'

# tangle SEED: 80 commits with merges here and there; the last one has all.
tangle() {
	awk -v seed="$1" '
	function before(i, most) { return i - 1 - int(rand() * (most < i - 1 ? most : i - 1)) }
	BEGIN {
		srand(seed)
		for (i = 2; i <= 79; i++) {
			has[a = before(i, 5)]
			line[i] = i " " a
			if (rand() < 0.3 && (b = before(i, 20)) != a) {
				has[b]
				line[i] = line[i] " " b
			}
		}
		print 1
		for (i = 2; i <= 79; i++)
			print line[i]
		printf "80"
		for (i = 1; i <= 79; i++)
			if (!(i in has))
				printf " %d", i
		print ""
	}' >"$tmp/graph"
}
wrong=
for seed in 1 2 3 4 5 6 7 8; do
	tangle $seed
	for culprit in 1 $((seed * 9)) 79 80; do
		k=$((seed % 4 * 2 + 1))
		search $culprit $k
		[ "$end" = "found $culprit" ] || wrong="$wrong $seed $k: $culprit, not $end;"
		search $culprit $k "$(seq $seed 3 79 | paste -s -d ' ')"
		[ "$end" = "found $culprit" ] || {
			[ "$end" = skipped ] && grep -qx "one $culprit" "$tmp/plan"
		} || wrong="$wrong $seed $k: $culprit, and not $end;"
	done
done
is 'tangles: it is found, or among what could not be measured' "$wrong" ''

# What cannot be

line 20
printf 'bad 5\ngood 9\nbad 14\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'a good one that descends from a bad one' "$(cat "$tmp/plan")" 'contradiction 9 5'
two_sides
printf 'bad 10\nbad 18\ngood 3\n' >"$tmp/verdicts"
section "$tmp/graph" "$tmp/verdicts" 3 >"$tmp/plan"
is 'bad ones with nothing bad in common' "$(cat "$tmp/plan")" 'apart 10 18'

# Of git

git -c init.defaultBranch=main init -q "$tmp/tree"
in_tree() { git -C "$tmp/tree" -c user.name=t -c user.email=t@localhost "$@"; }
for n in 1 2 3; do
	in_tree commit -q --allow-empty -m "$n"
done
in_tree checkout -q -b side main~1
in_tree commit -q --allow-empty -m side
in_tree merge -q --no-edit main
section_graph "$tmp/tree" main~2 side >"$tmp/graph"
is 'a graph: what BAD has and GOOD has not' "$(cut -d ' ' -f 1 "$tmp/graph" | sort)" \
	"$(in_tree rev-list main~2..side | sort)"
is '  the last is BAD, with both parents' "$(tail -n 1 "$tmp/graph")" \
	"$(in_tree rev-parse side side^1 side^2 | paste -s -d ' ')"
in_tree replace --graft side main~2
section_graph "$tmp/tree" main~2 side >"$tmp/again"
ok '  whatever it is replaced by' cmp "$tmp/graph" "$tmp/again"
finish
