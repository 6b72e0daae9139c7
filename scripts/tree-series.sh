#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: tree-series.sh [--um] [--first-and-last]
#        tree-series.sh --check   only whether TREE, RANGE and SERIES can be
#        tree-series.sh --list    builds nothing; a line is NAME ID COMMIT
#                                 ("SUBJECT"), ID the whole one
#
# Makes a kernel image of each commit of a series in a tree of one's own, the
# commit that it starts from first, and prints a line for each:
#
#   NAME DIRECTORY-OF-IMAGE COMMIT ("SUBJECT")     of SERIES: patch N/M
#                                                  ("SUBJECT")
#   NAME BUILD-FAILED COMMIT ("SUBJECT"): ERROR
#
# With --um the kernels are programs of this machine (ARCH=um), for the native
# tier, and what does not build is UM-BUILD-FAILED.
#
# NAME is made of place and subject: s02_mmap_prepare.  A commit whose image is
# in the cache is not built again.
#
# Nothing is written into TREE: it all happens in a checkout of our own, in the
# cache, that borrows its objects.  The checkout stays (KEEP_TREE=0 removes it),
# so that from commit to commit, and from run to run, only what changed is
# compiled.
#
# Environment:
#   TREE    git repository of a kernel
#   RANGE   FROM..TO, or the name of one that mainline has:
#             mmap_prepare  c84bf6dd2b83^..3c06ee7c24c2 (v6.16), the removal of
#                           the mmap() retry merge
#   SERIES  instead of RANGE: a mailbox as "b4 am" saves it, a patch, or a folder
#           of patches: those that its file "series" names, or *.patch
#   BASE    with SERIES: what to apply them to (their "base-commit:")
#   FIRST_AND_LAST=1  as --first-and-last: not the commits in between
#   MODULE=1  images that the hook module can be built for
#   JOBS, QUIET and what kernel.sh knows
#
# Exit status: 0 all were built, 1 failed, 2 usage, 3 some do not build.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
range=${RANGE:-}
series=${SERIES:-}
ends=${FIRST_AND_LAST:-0}

# shellcheck source=scripts/own-tree.sh
. "$root/scripts/own-tree.sh"
# shellcheck source=scripts/tree-series/build.sh
. "$root/scripts/tree-series/build.sh"

um=
check=
only_list=
for option; do
	case $option in
	--first-and-last) ends=1 ;;
	--um)	um=um ;;
	--check) check=1 ;;
	--list)	only_list=1 ;;
	*)	usage ;;
	esac
done

[ -n "${TREE:-}" ] || fail 2 "TREE=DIRECTORY of a kernel's git repository?"
[ -z "$range" ] || [ -z "$series" ] ||
	fail 2 "RANGE and SERIES are two ways to say the same: which one?"
[ -n "$range$series" ] ||
	fail 2 "which commits? RANGE=FROM..TO, or SERIES=PATCHES BASE=COMMIT"
[ -d "$TREE" ] || fail 2 "TREE: there is no directory $TREE"
[ -z "$check" ] || exit 0
own_tree_find "$TREE"
tree=$own_tree

# commit REVISION: its full name.
commit() {
	git -C "$tree" rev-parse -q --verify "$1^{commit}"
}

# what COMMIT: as a reader knows it.  The commits that we made of patches are in no
# tree but our checkout: they are known by their place.
what() {
	if [ -n "$series" ] && [ "$1" != "$from" ]; then
		place=$(grep -nx "$1" "$tmp/commits" | cut -d : -f 1)
		git -C "$tree" log -1 --no-show-signature \
			--format="patch $((place - 1))/$nr (\"%s\")" "$1"
		return
	fi
	git -C "$tree" log -1 --no-show-signature --format='%h ("%s")' "$1"
}

tmp=
# shellcheck disable=SC2317 # the trap reaches it
cleanup() {
	own_tree_stop
	[ -z "$tmp" ] || rm -rf "$tmp"
}
trap cleanup EXIT
exit_on_signals

take_scratch 1
tmp=$scratch

# patches: the files that SERIES names, one a line.
patches() {
	if [ -f "$series" ]; then
		echo "$series"
	elif [ -f "$series/series" ]; then
		sed 's/#.*//' "$series/series" |
			awk 'NF { print $1 }' | prefix "$series/"
	elif [ -d "$series" ]; then
		find "$series" -maxdepth 1 -name '*.patch' | LC_ALL=C sort
	fi
}

# apply FILE: as commits on top of what is checked out.
apply() {
	if grep -q '^From: ' "$1"; then
		own_git in_child am -q --empty=drop --no-3way "$1"
	else
		own_git in_child apply --index "$1" &&
		own_git in_child commit -q -m "$(basename "$1" .patch)"
	fi >"$tmp/apply" 2>&1 </dev/null
}

if [ -n "$series" ]; then
	patches >"$tmp/patches"
	[ -s "$tmp/patches" ] || fail 2 "SERIES: no patches in $series"
	while read -r file; do
		{ [ -f "$file" ] && [ -r "$file" ]; } || fail 2 "SERIES: no such file: $file"
	done <"$tmp/patches"
	base=${BASE:-$(xargs -d '\n' sed -n \
		's/^base-commit: \([0-9a-f]\{40\}\)$/\1/p' <"$tmp/patches" |
		head -n 1)}
	[ -n "$base" ] || fail 2 "BASE=COMMIT to apply them to?" \
		"They have no base-commit: line"
	from=$(commit "$base") || fail 2 "BASE: $tree has no commit $base"
	own_tree_open
	own_tree_checkout "$from"
	rm "$own_dir/at-rest"
	while read -r file; do
		apply "$(realpath "$file")" && continue
		# What git says of "git am --continue" is for those who called it.
		grep -v '^hint: ' "$tmp/apply" | sed 's/^/  /' >&2
		die "$file does not apply to $(what "$from") and what is before" \
			"it; nothing was built"
	done <"$tmp/patches"
	to=$(own_git rev-parse HEAD)
	echo "$to" >"$own_dir/at-rest"
	# The commits are there and nowhere else.
	tree=$own_src
else
	case $range in
	mmap_prepare)
		range=c84bf6dd2b83^..3c06ee7c24c2
		for revision in c84bf6dd2b83^ 3c06ee7c24c2; do
			commit "$revision" >/dev/null ||
				fail 2 "RANGE=mmap_prepare: $tree has no commit" \
					"${revision%^}: it takes a whole clone" \
					"of mainline, v6.16 or later"
		done ;;
	*...* | ..) fail 2 "RANGE is FROM..TO, not '$range'" ;;
	*..*) ;;
	*) fail 2 "RANGE is FROM..TO or mmap_prepare, not '$range'" ;;
	esac
	for revision in "${range%..*}" "${range#*..}"; do
		commit "${revision:-HEAD}" >/dev/null ||
			fail 2 "RANGE: $tree has no commit $revision"
	done
	from=$(commit "${range%..*}") || from=$(commit HEAD)
	to=$(commit "${range#*..}") || to=$(commit HEAD)
	# A stage differs from the one before by its own commit and nothing else.
	fork=$(git -C "$tree" merge-base "$from" "$to") ||
		fail 2 "RANGE: $range: the two have no commit in common"
	[ "$fork" = "$from" ] ||
		say "${range%..*} is no ancestor of ${range#*..}:" \
			"starting where they part, at $(what "$fork")"
	from=$fork
fi

{
	echo "$from"
	git -C "$tree" rev-list --reverse --first-parent "$from..$to"
} >"$tmp/commits"
nr=$(($(wc -l <"$tmp/commits") - 1))
[ "$nr" -gt 0 ] || fail 2 "there is no commit in ${range:-$series}"

# name NUMBER COMMIT: [a-z0-9_]+, short enough to be a column's head.
name() {
	if [ "$1" -eq 0 ]; then
		text=base
	else
		text=$(git -C "$tree" log -1 --no-show-signature --format=%s "$2" |
			LC_ALL=C sed 's/^[^ ]*: *//' |
			LC_ALL=C tr '[:upper:]' '[:lower:]' |
			LC_ALL=C tr -cs 'a-z0-9\n' _ |
			sed 's/^_*//; s/^\(.\{16\}\).*/\1/; s/_*$//')
	fi
	printf 's%0*d%s\n' "$((${#nr} < 2 ? 2 : ${#nr}))" "$1" "${text:+_$text}"
}

# Numbered before any is left out: s12 is the twelfth either way.
n=0
while read -r id; do
	echo "$(name $n "$id") $id"
	n=$((n + 1))
done <"$tmp/commits" >"$tmp/stages"
if [ "$ends" = 1 ]; then
	sed -n '1p;$p' "$tmp/stages" >"$tmp/ends"
	mv "$tmp/ends" "$tmp/stages"
fi
say "$(what "$from") and $nr commit$([ "$nr" -eq 1 ] || echo s)," \
	"$(wc -l <"$tmp/stages") kernels"

if [ -n "$only_list" ]; then
	while read -r name id; do
		echo "$name $id $(what "$id")"
	done <"$tmp/stages"
	exit
fi

while read -r name id; do
	build_commit "$name" "$id" "$(what "$id")"
done <"$tmp/stages"
exit "$build_failed"
