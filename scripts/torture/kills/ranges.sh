# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kills.sh and of tests
#
# Of kills.sh: what measures the commits of a range cell by cell, of kernels that are made up;
# machines.sh says which functions a kind has, and trees.sh has what is asked of the tree.

can_cells() { :; }

# One cell at a time, or two.
draw_cells() {
	draw_word variant 1 1 2
	command -v parallel >/dev/null || variant=1
}

make_cells() {
	B=$build
	# The same commits in each attempt.
	GIT_AUTHOR_DATE='@1700000000 +0000'
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export B GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	. scripts/tests/range_world.sh
	mkdir -p "$tmp/t" "$RESULTS/series"
	TMPDIR=$tmp/t
	RANGE=$(count main..topic topic~1..topic)
	SLOTS=$variant
	GNUPLOT=/nonexistent
	export TMPDIR RANGE SLOTS GNUPLOT
	# Cells that parallel has begun look every two seconds whether they are still wanted.
	[ "$seconds" -ge 5 ] || seconds=5
	state >"$tmp/before"
	around >"$tmp/around"
}

begin_cells() { begin scripts/range.sh submit; }

# range_session: the one that can be gone on with.
range_session() {
	for plan in "$RESULTS"/series/[0-9]*/range/plan; do
		[ ! -f "$plan" ] || echo "${plan%/range/plan}"
	done | tail -n 1
}

# range_rows SESSION: its stages, and the rows of its records, which differ in their commits
# only as far as the trees do.
range_rows() {
	cut -d ' ' -f 1,2 "$1/stages"
	for record in "$1"/*.jsonl; do
		tail -n +2 "$record" | sha256sum | sed "s/-/${record##*/}/"
	done
}

keep_cells() { range_rows "$(range_session)" >"$torture_dir/cells.rows"; }

# half_written: prints what is there under its name, and is not whole.
half_written() {
	for record in "$RESULTS"/series/*/*.jsonl "$cache"/cells/*.jsonl; do
		[ ! -e "$record" ] || "$build/vmadiff" check "$record" >/dev/null 2>&1 ||
			echo "$record"
	done
	for one in "$RESULTS"/series/*/range/*.end "$RESULTS"/series/*/stages \
			"$RESULTS"/series/*/range/plan "$RESULTS"/series/*/range/cells; do
		[ ! -e "$one" ] || [ -s "$one" ] || echo "$one"
	done
	not_whole
}

check_cells() {
	! changed || echo "the user's tree is not what it was"
	bad=$(half_written)
	[ -z "$bad" ] || echo "not whole is $bad"
	sums "$tmp" -name '*.jsonl' ! -path '*/.*' ! -path './t/*' >"$tmp/were"
	# What others may be writing stays for a day.
	find "$RESULTS" "$cache" -name '.new-*' -exec touch -d '2 days ago' {} +
	session=$(range_session)
	if [ -n "$session" ]; then
		set -- resume "$session"
	else
		set -- submit
	fi
	scripts/range.sh "$@" >"$tmp/next-out" 2>"$tmp/next" ||
		echo "range.sh $1 fails: $(tail -n 2 "$tmp/next")"
	session=$(range_session)
	! changed || echo "after the next one, the user's tree is not what it was"
	bad=$(half_written)
	[ -z "$bad" ] || echo "after the next one, not whole is $bad"
	still "$tmp" "$tmp/were" || echo "what was measured is gone:" \
		"$(cd "$tmp" && sha256sum --quiet -c were 2>/dev/null)"
	range_rows "$session" | cmp -s - "$torture_dir/cells.rows" ||
		echo "the records are not those of one that nobody ends"
	left=$(find "$tmp/t" -mindepth 1
		find "$RESULTS" "$cache" -name '.new*' -o -name '.tree.*' -o -name '.plan-*' \
			-o -name '.latest-*' -o -name owner -o -name cancelled)
	[ -z "$left" ] || echo "after the next one there is still $left"
}
