#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-new-kernels.sh [--short | --identical] [VERSION...]
#
# Does the suite say the right thing of a series in a tree of one's own, whatever
# it breaks?  For each VERSION of the kernel (7.2 and 7.3) this gets the packaged
# source, makes a git tree of it and the branch of scripts/tests/make_branch.sh,
# and runs what a developer would: make series TREE=, of an unmodified kernel,
# then of the branch, interrupted and resumed; make report, make regress TREE=,
# scripts/bisect.sh.  What is to come out is in scripts/tests/branch.expected.
# Prints TAP, for prove.
#
# Long: some 20 minutes a kernel where nothing has been built yet.  Trees stay in
# CACHE/test-trees (2.5 GB each), so that a second run builds nothing.
#
# With --short, which is for 6.12 in make test: six commits, three scenarios, no
# unmodified kernel, interruption or gate.
#
# With --identical: COMMITS (20) commits that touch documentation or data alone: no
# row may move.  A minute each.
#
# Environment:
#   RESULTS    sessions go to RESULTS/new-kernels/VERSION (results)
#   SET, SCENARIOS, JOBS, and what kernel.sh and new-kernel.sh know
#
# Exit status: 0 gone to the end, whatever failed, 2 usage.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
tests=$here/tests
# shellcheck source=scripts/tests/tap.sh
. "$tests/tap.sh"

kinds="documentation munmap broken panic revert store nomerge data"
short=
identical=
case ${1-} in
--short)
	short=1
	kinds="documentation broken panic revert store nomerge"
	SCENARIOS=${SCENARIOS:-nop memfd_append secretmem_append}
	export SCENARIOS
	shift ;;
--identical)
	identical=${COMMITS:-20}
	shift ;;
-*)
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0" >&2
	[ "$1" = --help ] || [ "$1" = -h ] || exit 2
	exit 0 ;;
esac
[ $# -gt 0 ] || set -- 7.2 7.3
for version; do
	case $version in
	[1-9]*.[0-9]*) ;;
	*) echo "test-new-kernels.sh: '$version' is not the version of a kernel" >&2
	   exit 2 ;;
	esac
done

cache=$("$root/scripts/kernel.sh" cache)
results=${RESULTS:-$root/results}/new-kernels
[ -z "$short" ] || results=$tmp/results
child=
cleanup() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$child" ] || wait "$child" 2>/dev/null || :
	rm -rf "$tmp"
}
trap cleanup EXIT

# run NAME COMMAND...: its status is in $status, what it says in $dir/NAME.out and
# $dir/NAME.err.  It hears of a signal that we get.
run() {
	run_name=$1
	shift
	echo "# $version: $run_name" >&2
	"$@" >"$dir/$run_name.out" 2>"$dir/$run_name.err" </dev/null &
	child=$!
	status=0
	wait "$child" || status=$?
	child=
	# What ok shows of a failure.
	tail -n 40 "$dir/$run_name.out" >"$tmp/out"
	tail -n 20 "$dir/$run_name.err" >"$tmp/err"
}

# Prints the path of VERSION's source: the distribution's, or what it packages
# for later.
source_of() {
	if [ -f "/usr/src/linux-source-$1.tar.xz" ]; then
		echo "/usr/src/linux-source-$1.tar.xz"
	else
		"$root/scripts/new-kernel.sh" "$1"
	fi
}

# make_tree VERSION: the git tree of it, unless it is there, in $TREE.
make_tree() {
	TREE=$cache/test-trees/linux-$1
	export TREE
	[ ! -d "$TREE" ] || return 0
	KERNEL_TARBALL=$(source_of "$1") || return 1
	export KERNEL_TARBALL
	mkdir -p "$cache/test-trees"
	rm -rf "$TREE.new"
	"$root/scripts/git-tree.sh" "$TREE.new" || return 1
	mv "$TREE.new" "$TREE"
	unset KERNEL_TARBALL
}

# To be run in the background: it takes the place of the shell that runs it, which
# a signal is sent to.
series() {
	exec env RANGE="$1" RESULTS="$dir" "$root/scripts/series.sh" --tree
}

# records: of the newest session, finished or not, one a line.
records() {
	for file in "$(find "$dir/series" -mindepth 1 -maxdepth 1 -type d |
			LC_ALL=C sort | tail -n 1)"/s[0-9]*.jsonl; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# stage N: the record of the Nth commit, if it has one.
stage() {
	records | grep "/s0$1_" || :
}

# said PATTERN FILE: whether it says so in one paragraph; lines may be folded.
said() {
	awk -v RS= '{ gsub(/[ \n]+/, " "); print }' "$2" | grep -qE -e "$1"
}

# column KIND NUMBER: of branch.expected.
column() {
	awk -F '\t+' -v kind="$1" -v column="$2" \
		'$1 == kind { print $column }' "$tests/branch.expected"
}

# alive PID: runs, and is not only waited for.
alive() {
	grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null
}

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
	wait "$child" || status=$?
	child=
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

# The letter compares the last kernel with the base.
letter() {
	REPORT=$dir/report
	export REPORT
	rm -rf "$REPORT"
	run letter "$root/scripts/report.sh" "$dir/series/latest"
	letter=$REPORT/cover-letter.txt
	ok "$version: the letter is there" [ -s "$letter" ]
	ok "$version: the letter names the stores" \
		said '2 instead of 1 maple-tree store' "$letter"
	ok "$version: the letter names what no longer merges" \
		said 'merging is lost\): [^.;]*secretmem_append mmap 1 to 200' "$letter"
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

# same_rows A B: to the digit, all of them.
same_rows() {
	grep '"type":"row"' "$1" >"$dir/rows"
	grep '"type":"row"' "$2" | cmp - "$dir/rows"
}

# Each against the one before it.
identical() {
	"$tests/make_branch.sh" --identical "$identical" "$TREE"
	run identical series main..identical
	is "$version: $identical commits without code: exit 0" "$status" 0
	is "$version: all were measured" "$(records | wc -l)" $((identical + 1))
	last=
	for this in $(records); do
		[ -z "$last" ] || ok "$version: $(basename "$this" .jsonl): no row moves" \
			same_rows "$last" "$this"
		last=$this
	done
}

for version; do
	dir=$results/$version
	rm -rf "$dir"
	mkdir -p "$dir/series"
	if ! make_tree "$version"; then
		ok "$version: there is a source" false
		continue
	fi
	if [ -n "$identical" ]; then
		identical
		continue
	fi
	# shellcheck disable=SC2086 # one word a kind
	"$tests/make_branch.sh" "$TREE" $kinds
	branch_first=$(git -C "$TREE" rev-list --reverse main..topic | head -n 1)
	if [ -z "$short" ]; then
		unmodified
		interrupted
	fi
	run series series main..topic
	is "$version: the branch: exit 3, since kernels failed" "$status" 3
	[ -n "$short" ] ||
		ok "$version: resumed: nothing was measured twice" resumed
	commits
	letter
	[ -n "$short" ] || gate
	bisect store memfd_append/mmap/maple_stores
	[ -n "$short" ] || bisect nomerge secretmem_append/mmap/vmas
	echo "# $version: $(grep -m 1 '^Time:' "$dir/series.out" || :)" >&2
done

finish
