# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of test-new-kernels.sh
#
# Of test-new-kernels.sh: what is to come out of the branch.

# all_told REPORT: nothing failed, and nothing is missing.
all_told() {
	! grep -E '[1-9][0-9]* failed|MISSING|NOW-FAILS|cannot be told +[1-9]' "$1"
}

# The first commit touches documentation alone.
unmodified() {
	run unmodified series "main..$branch_first"
	is "$version: an unmodified kernel: exit 0" "$status" 0
	ok "$version: two kernels were measured" [ "$(records | wc -l)" -eq 2 ]
	ok "$version: nothing moved" "$tests/moved.sh" "$(stage 0)" "$(stage 1)"
	ok "$version: the code is said to be identical" \
		said '[Cc]ode (is )?identical' "$dir/series/latest/report.md"
	ok "$version: no row failed" all_told "$dir/series/latest/report.md"
}

# kept FILE: writes which records are in the cache, in files of which number.
kept() {
	find "$cache/records" -name '*.jsonl' -printf '%i %f\n' 2>/dev/null |
		LC_ALL=C sort >"$1"
}

# new_records: how many of them are newer than $dir/before.
new_records() {
	kept "$dir/kept"
	LC_ALL=C comm -13 "$dir/before" "$dir/kept" | wc -l
}

# Ends a series when two kernels are measured, whatever was kept before.
interrupted() {
	kept "$dir/before"
	echo "# $version: to be interrupted" >&2
	(
		export REMEASURE=1
		series main..topic
	) >"$dir/interrupted.out" 2>"$dir/interrupted.err" </dev/null &
	child=$!
	while alive "$child" && [ "$(new_records)" -lt 2 ]; do
		sleep 0.2
	done
	kill -s TERM "$child" 2>/dev/null || :
	status=0
	wait_child || status=$?
	is "$version: interrupted: exit 143" "$status" 143
	ok "$version: interrupted: two records stay" [ "$(new_records)" -ge 2 ]
	ok "$version: interrupted: they are in the session" \
		[ "$(records | wc -l)" -ge 2 ]
}

# What was measured before the interruption was not measured after it.
resumed() {
	kept "$dir/after"
	LC_ALL=C comm -23 "$dir/kept" "$dir/after" >"$dir/lost"
	[ -s "$dir/kept" ] && [ ! -s "$dir/lost" ]
}

# commits: each of them in the records, the table and the report.
commits() {
	report=$dir/series/latest/report.md
	n=0
	last=$(stage 0)
	for kind in $kinds; do
		n=$((n + 1))
		this=$(stage $n)
		name="s0${n}_[a-z0-9_]*:?"
		case $(column "$kind" 2) in
		measured)
			# shellcheck disable=SC2046 # one word a row
			ok "$version: $kind: moves what it should" \
				"$tests/moved.sh" "$last" "$this" \
				$(column "$kind" 4)
			[ "$(column "$kind" 3)" = good ] ||
				ok "$version: $kind: is in the report" \
					grep -q "s0${n}_" "$report"
			last=$this ;;
		BUILD-FAILED)
			is "$version: $kind: has no record" "$this" ''
			ok "$version: $kind: the report says why" \
				said "$name BUILD-FAILED .*vma_layout_error" \
				"$report"
			ok "$version: $kind: the table says so" \
				said "$name BUILD-FAILED " "$dir/series.out" ;;
		BOOT-FAILED)
			is "$version: $kind: has no record" "$this" ''
			ok "$version: $kind: the report says why" \
				said "$name BOOT-FAILED .*a VMA is not what it was" \
				"$report"
			ok "$version: $kind: and where" \
				grep -q check_vma_layout "$report"
			ok "$version: $kind: the table says so" \
				said "$name BOOT-FAILED " "$dir/series.out" ;;
		esac
	done
}

# natively: each of them as a program, in two layouts.
natively() {
	run native env TIER=native NATIVE_LAYOUTS=2 NATIVE_SECONDS=1 RANGE=main..topic \
		RESULTS="$dir" SCENARIOS="memfd_append secretmem_append" \
		"$root/scripts/series.sh" --tree
	is "$version: native: exit 3, since kernels failed" "$status" 3
	n=0
	for kind in $kinds; do
		n=$((n + 1))
		boots=$(find "$dir/native" -path "*/s0${n}_*" -name 'boot-*.jsonl' | wc -l)
		case $(column "$kind" 2) in
		measured)
			ok "$version: native: $kind was timed" [ "$boots" -ge 2 ] ;;
		BUILD-FAILED)
			ok "$version: native: $kind is said not to build" \
				grep -q "^s0${n}_.* UM-BUILD-FAILED .*vma_layout_error" \
				"$dir/native.err" ;;
		BOOT-FAILED)
			ok "$version: native: $kind panics, and is given up" \
				grep -q "s0${n}_.* is not booted again" "$dir/native.err" ;;
		esac
	done
}

# The letter compares the last kernel with the base.
letter() {
	REPORT=$dir/report
	export REPORT
	rm -rf "$REPORT"
	run letter "$root/scripts/report.sh" "$dir/series/latest"
	letter=$REPORT/cover-letter-long.txt
	ok "$version: the letter is there" [ -s "$letter" ]
	ok "$version: the letter names the stores" \
		said '2 instead of 1 maple-tree store' "$letter"
	ok "$version: the letter names what no longer merges" \
		said 'more VMAs afterwards: [^.]*secretmem_append mmap 1 to 200' "$letter"
	ok "$version: the letter names what does not build" \
		said 'vma_layout_error|BUILD-FAILED|does not build' "$letter"
	ok "$version: the letter names what does not boot" \
		said 'a VMA is not what it was|BOOT-FAILED|does not boot' "$letter"
}

# Each commit against the one before it.
gate() {
	run gate env RANGE=main..topic "$root/scripts/regress.sh"
	is "$version: the gate fails: something was not judged" "$status" 4
	n=0
	for kind in $kinds; do
		n=$((n + 1))
		ok "$version: the gate calls $kind $(column "$kind" 3)" \
			grep -qE "^s0${n}_.*: $(column "$kind" 3)" "$dir/gate.out"
	done
}

# bisect KIND ROW: finds the commit, on the other side of what does not build and
# of what panics.
bisect() {
	run bisect "$root/scripts/bisect.sh" -r "$2" "$TREE" main topic
	is "$version: bisect $2: exit 0" "$status" 0
	n=0
	for kind in $kinds; do
		[ "$kind" != "$1" ] || break
		n=$((n + 1))
	done
	at=$(git -C "$TREE" rev-list --reverse main..topic | sed -n "$((n + 1))p")
	ok "$version: bisect $2: finds $1" \
		grep -q "^$at is the first bad commit" "$dir/bisect.out"
}
