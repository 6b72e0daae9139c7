# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of the script
#
# Of tree-series.sh and range/cell.sh: the image of a commit.  To be sourced after own-tree.sh,
# with $um: "um" for a kernel that is a program, or nothing.

kernel=$root/scripts/kernel.sh
build_failed=0

# build_why LOG: the first thing that the compiler had to say, of files of the tree.
build_why() {
	build_logs=$("$kernel" cache)/logs
	{
		cat "$build_logs/$1-driver.log" "$build_logs/$1.log" 2>/dev/null |
			grep -E -m 1 'error:|ERROR:|undefined reference' ||
			tail -qn 1 "$build_logs/$1-config.log"
	} | replace "$own_src/" ''
}

# build_commit NAME ID WHAT: prints "NAME IMAGE WHAT" or "NAME BUILD-FAILED WHAT: WHY", and sets
# $build_failed to 3 then.  What is in the cache is not built; $tree has the commit.
build_commit() {
	# shellcheck disable=SC2086 # a word, or none
	if "$kernel" $um commit "$tree" "$2" >"$tmp/image"; then
		echo "$1 $(cat "$tmp/image") $3"
		return
	fi
	say "$1: $3"
	[ -n "$own_dir" ] || own_tree_open
	own_tree_checkout "$2"
	build_status=0
	# shellcheck disable=SC2086 # a word, or none
	in_child "$kernel" $um tree "$own_src" "$1" >"$tmp/image" || build_status=$?
	case $build_status in
	0)	echo "$1 $(cat "$tmp/image") $3" ;;
	3)	echo "$1 ${um:+UM-}BUILD-FAILED $3: $(build_why "${um:+um-}tree-$1")"
		build_failed=3 ;;
	*)	die "$1 could not be built" ;;
	esac
}
