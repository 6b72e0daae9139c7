#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-new-kernels.sh [--short | --identical] [VERSION...]
#
# Does the suite say the right thing of a series in a tree of one's own, whatever
# it breaks?  For each VERSION of the kernel (7.2 and 7.3) this gets the packaged
# source, makes a git tree of it and the branch of scripts/tests/make_branch.sh,
# and runs what a developer would: make series TREE=, of an unmodified kernel,
# then of the branch, interrupted and resumed; the same with TIER=native; make
# report, make regress TREE=, scripts/bisect.sh.  What is to come out is in
# scripts/tests/branch.expected. Prints TAP, for prove.
#
# Long: some 20 minutes a kernel where nothing has been built yet.  Trees stay in
# CACHE/test-trees (2.5 GB each), so that a second run builds nothing.
#
# With --short, which is for 6.12 in make test: six commits, three scenarios, no
# unmodified kernel, interruption or gate.
#
# With --identical: COMMITS (20) commits that touch documentation or data alone:
# no row may move.  A minute each.
#
# Environment:
#   RESULTS    sessions go to RESULTS/new-kernels/VERSION (results)
#   SET, SCENARIOS, JOBS, and what kernel.sh and new-kernel.sh know
#
# Exit status: 0 gone to the end, whatever failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/test-new-kernels/series.sh
. "$root/scripts/test-new-kernels/series.sh"
# shellcheck source=scripts/test-new-kernels/branch.sh
. "$root/scripts/test-new-kernels/branch.sh"

tests=$root/scripts/tests

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
-*)	misuse "no option '$1'" ;;
esac
[ $# -gt 0 ] || set -- 7.2 7.3
for version; do
	case $version in
	[1-9]*.[0-9]*) ;;
	*)	fail 2 "'$version' is not the version of a kernel" ;;
	esac
done

cache=$("$root/scripts/kernel.sh" cache)
results=${RESULTS:-$root/results}/new-kernels
[ -z "$short" ] || results=$tmp/results
trap 'end_child; rm -rf "$tmp"' EXIT

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
	[ -n "$short" ] || natively
	[ -n "$short" ] || gate
	bisect store memfd_append/mmap/maple_stores
	[ -n "$short" ] || bisect nomerge secretmem_append/mmap/vmas
	echo "# $version: $(grep -m 1 '^Time:' "$dir/series.out" || :)" >&2
done

finish
