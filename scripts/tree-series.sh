#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: tree-series.sh [--first-and-last]
#
# Makes a kernel image of each commit of a series in a tree of one's own, the
# commit that it starts from first, and prints a line for each:
#
#   NAME DIRECTORY-OF-IMAGE COMMIT ("SUBJECT")
#   NAME BUILD-FAILED COMMIT ("SUBJECT"): ERROR
#
# NAME is made of place and subject: s02_mmap_prepare.  A commit whose image is
# in the cache is not built again.
#
# The tree's checkout, index and branches are not touched: it all happens in a
# worktree in the cache, always in the same place, so that from commit to commit
# only what changed is compiled.  It is removed at the end.  Of patches, commits
# that no branch has stay behind in the tree until git collects them.
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
#   JOBS, QUIET and what kernel.sh knows
#
# Exit status: 0 all were built, 1 failed, 2 usage, 3 some do not build.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
kernel=$root/scripts/kernel.sh
range=${RANGE:-}
series=${SERIES:-}
ends=${FIRST_AND_LAST:-0}

say() {
	[ "${QUIET:-0}" = 1 ] || echo "tree-series.sh: $*" >&2
}

die() {
	echo "tree-series.sh: $*" >&2
	exit 1
}

usage() {
	echo "tree-series.sh: $*" >&2
	exit 2
}

case $#${1-} in
0) ;;
1--first-and-last) ends=1 ;;
*)
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0" >&2
	[ "${1-}" = --help ] || exit 2
	exit 0 ;;
esac
command -v git >/dev/null || die "no git (Debian: git)"
# A git command that calls us has said which repository it is in.
# shellcheck disable=SC2046 # names of variables are words
unset $(git rev-parse --local-env-vars)

[ -n "${TREE:-}" ] || usage "TREE=DIRECTORY of a kernel's git repository?"
git -C "$TREE" rev-parse --git-dir >/dev/null 2>&1 ||
	usage "TREE: $TREE is not a git repository"
tree=$(cd "$TREE" && pwd)
[ -z "$range" ] || [ -z "$series" ] ||
	usage "RANGE and SERIES are two ways to say the same: which one?"
[ -n "$range$series" ] ||
	usage "which commits? RANGE=FROM..TO, or SERIES=PATCHES BASE=COMMIT"

# The user's hooks and habits are for the user's own commits.
quiet_git() {
	git -c core.hooksPath=/dev/null -c gc.auto=0 -c commit.gpgSign=false \
		-c advice.detachedHead=false -c user.name=vmabench \
		-c user.email=vmabench@localhost "$@"
}

# commit REVISION: its full name.
commit() {
	git -C "$tree" rev-parse -q --verify "$1^{commit}"
}

what() {
	git -C "$tree" log -1 --no-show-signature --format='%h ("%s")' "$1"
}

cache=$("$kernel" cache)
dir=$cache/series-tree
tmp=
child=
locked=

# The repository is told, even if the folder is gone already.
forget_worktree() {
	git -C "$tree" worktree remove -f -f "$dir/src" 2>/dev/null || {
		rm -rf "$dir"
		git -C "$tree" worktree remove -f -f "$dir/src" 2>/dev/null || :
	}
	rm -rf "$dir"
}

cleanup() {
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	[ -z "$child" ] || wait "$child" 2>/dev/null || :
	[ -z "$locked" ] || forget_worktree
	[ -z "$tmp" ] || rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# in_child COMMAND...: the shell hears of signals while it waits.
in_child() {
	"$@" &
	child=$!
	status=0
	wait "$child" || status=$?
	child=
	return $status
}

# worktree COMMIT: is there, and at that commit.
worktree() {
	if [ -z "$locked" ]; then
		mkdir -p "$cache"
		exec 8>>"$cache/series-tree.lock"
		# What somebody has just killed needs a moment to end.
		flock -w 3 8 || die "another series of a tree is at work"
		locked=1
		forget_worktree
		mkdir "$dir"
		in_child quiet_git -C "$tree" worktree add -q --detach \
			"$dir/src" "$1" >&2 ||
			die "git cannot make a worktree of $tree in $dir"
		return
	fi
	in_child quiet_git -C "$dir/src" checkout -q --force --detach "$1" >&2 ||
		die "git cannot check out $1 in $dir/src"
}

tmp=$(mktemp -d)

# patches: the files that SERIES names, one a line.
patches() {
	if [ -f "$series" ]; then
		echo "$series"
	elif [ -f "$series/series" ]; then
		sed 's/#.*//' "$series/series" |
			awk -v dir="$series" 'NF { print dir "/" $1 }'
	elif [ -d "$series" ]; then
		find "$series" -maxdepth 1 -name '*.patch' | LC_ALL=C sort
	fi
}

# apply FILE: as commits on top of the worktree's.
apply() {
	if grep -q '^From: ' "$1"; then
		quiet_git -C "$dir/src" am -q --empty=drop --no-3way "$1"
	else
		quiet_git -C "$dir/src" apply --index "$1" &&
		quiet_git -C "$dir/src" commit -q -m "$(basename "$1" .patch)"
	fi >"$tmp/apply" 2>&1 </dev/null
}

if [ -n "$series" ]; then
	patches >"$tmp/patches"
	[ -s "$tmp/patches" ] || usage "SERIES: no patches in $series"
	while read -r file; do
		[ -r "$file" ] || usage "SERIES: no such file: $file"
	done <"$tmp/patches"
	base=${BASE:-$(xargs -d '\n' sed -n \
		's/^base-commit: \([0-9a-f]\{40\}\)$/\1/p' <"$tmp/patches" |
		head -n 1)}
	[ -n "$base" ] || usage "BASE=COMMIT to apply them to?" \
		"They have no base-commit: line"
	from=$(commit "$base") || usage "BASE: $tree has no commit $base"
	worktree "$from"
	while read -r file; do
		in_child apply "$(realpath "$file")" && continue
		sed 's/^/  /' "$tmp/apply" >&2
		die "$file does not apply to $(what "$from") and what is before" \
			"it; nothing was built"
	done <"$tmp/patches"
	to=$(git -C "$dir/src" rev-parse HEAD)
else
	case $range in
	mmap_prepare)
		range=c84bf6dd2b83^..3c06ee7c24c2
		for revision in c84bf6dd2b83^ 3c06ee7c24c2; do
			commit "$revision" >/dev/null ||
				usage "RANGE=mmap_prepare: $tree has no commit" \
					"${revision%^}: it takes a whole clone" \
					"of mainline, v6.16 or later"
		done ;;
	*...* | ..) usage "RANGE is FROM..TO, not '$range'" ;;
	*..*) ;;
	*) usage "RANGE is FROM..TO or mmap_prepare, not '$range'" ;;
	esac
	for revision in "${range%..*}" "${range#*..}"; do
		commit "${revision:-HEAD}" >/dev/null ||
			usage "RANGE: $tree has no commit $revision"
	done
	from=$(commit "${range%..*}") || from=$(commit HEAD)
	to=$(commit "${range#*..}") || to=$(commit HEAD)
	# A stage differs from the one before by its own commit and nothing else.
	fork=$(git -C "$tree" merge-base "$from" "$to") ||
		usage "RANGE: $range: the two have no commit in common"
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
[ "$nr" -gt 0 ] || usage "there is no commit in ${range:-$series}"

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

# why NAME: the first thing that the compiler had to say.
why() {
	grep -hE -m 1 'error:|undefined reference' \
		"$cache/logs/tree-$1.log" 2>/dev/null ||
		tail -qn 1 "$cache/logs/tree-$1-config.log"
}

failed=0
while read -r name id; do
	if "$kernel" commit "$tree" "$id" >"$tmp/image"; then
		echo "$name $(cat "$tmp/image") $(what "$id")"
		continue
	fi
	say "$name: $(what "$id")"
	worktree "$id"
	rm -f "$cache/logs/tree-$name.log" "$cache/logs/tree-$name-config.log"
	status=0
	in_child "$kernel" tree "$dir/src" "$name" >"$tmp/image" || status=$?
	case $status in
	0)	echo "$name $(cat "$tmp/image") $(what "$id")" ;;
	3)	echo "$name BUILD-FAILED $(what "$id"): $(why "$name")"
		failed=3 ;;
	*)	die "$name could not be built" ;;
	esac
done <"$tmp/stages"
[ $failed -eq 0 ] || exit $failed
