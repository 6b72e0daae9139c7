# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-kernel.sh
#
# Of test-kernel.sh: the tests of VMAs and of the maple tree that a kernel has for user
# space.  The same source comes to the same program wherever it is built, and one that has
# passed is not run again:
#
#   CACHE/test-kernel/vma-KEY, maple-KEY	what it said

user_folders="tools/testing/vma tools/testing/radix-tree tools/testing/shared tools/include
	tools/lib tools/arch/x86/include lib include/linux mm"

# take_source STAGE FOLDER...: to $source, and what its tests lack to be built.
take_source() {
	rm -rf "$source"
	mkdir -p "$source"
	of=$1
	shift
	in_child "$kernel" source "$of" "$source" "$@" ||
		die "the source of $of could not be taken"
	for file in "$root"/kernel-patches/tests/*.patch; do
		# Another version may have it, or do without: the build tells.
		patch -d "$source" -p1 -F0 -f -s -r - --no-backup-if-mismatch \
			<"$file" >/dev/null 2>&1 || :
	done
}

# build_test LOG FOLDER TARGET...: with the tree's own Makefile.
build_test() {
	log=$1
	folder=$2
	shift 2
	cc="gcc -ffile-prefix-map=$source=."
	! command -v ccache >/dev/null || cc="ccache $cc"
	in_child env CCACHE_DIR="$cache/ccache" CCACHE_BASEDIR="$source" CCACHE_NOHASHDIR=1 \
		make -C "$source/$folder" -j "$jobs" CC="$cc" "$@" >"$log" 2>&1 && return
	grep -nE -m 10 'error:|undefined reference|\*\*\*' "$log" >&2 || :
	return 1
}

# outcome PART LOG: how the program says that all of its tests passed, in a line; nothing
# where it does not, or where there were none.
outcome() {
	case $1 in
	vma)	sed -n 's/^\([1-9][0-9]* tests run, [1-9][0-9]* passed, 0 failed\).*/\1/p' "$2" ;;
	maple)	! grep -aq '^BUG at' "$2" &&
			awk '/^maple_tree: [1-9][0-9]* of [0-9]+ tests passed/ {
				line = $2 == $4 ? substr($0, 13) : ""
			}
			END { print line }' "$2" ;;
	esac || :
}

# user_line TEXT: and for how long that has been so.
user_line() {
	echo "$1: $(($(date +%s) - begin)) s"
}

# user_test STAGE PART: vma or maple; 1 if it does not build or does not pass.
user_test() {
	folder=tools/testing/vma
	[ "$2" = vma ] || folder=tools/testing/radix-tree
	draw_line "$1: building $2"
	build_test "$results/$1-$2.build" "$folder" "$2" || {
		tell "$1: $2 DOES NOT BUILD; all that make said is in" \
			"$results/$1-$2.build"
		return 1
	}
	log=$results/$1-$2.log
	kept=$cache/test-kernel/$2-$(sha256sum <"$source/$folder/$2" | cut -c 1-16)
	outcome=
	[ ! -f "$kept" ] || [ "${REMEASURE:-0}" = 1 ] || outcome=$(outcome "$2" "$kept")
	if [ -n "$outcome" ]; then
		cp "$kept" "$log"
		touch "$kept"
		tell "$1: $2: $outcome; this very program ran before"
		return
	fi
	begin=$(date +%s)
	begin_drawer user_line "$1: $2 runs"
	status=0
	in_child "$source/$folder/$2" >"$log" 2>&1 || status=$?
	end_drawer
	outcome=$(outcome "$2" "$log")
	if [ $status -ne 0 ] || [ -z "$outcome" ]; then
		tail -n 20 "$log" >&2
		tell "$1: $2 FAILS, with exit status $status; all that it said is in $log"
		return 1
	fi
	cp "$log" "$kept.$$"
	mv "$kept.$$" "$kept"
	tell "$1: $2: $outcome, in $(($(date +%s) - begin)) s"
}

# user_tests PART...: of all stages; 1 if one fails.
user_tests() {
	failed=0
	for stage in $stages; do
		# shellcheck disable=SC2086 # folders are words
		take_source "$stage" $user_folders
		for part; do
			user_test "$stage" "$part" || failed=1
		done
	done
	return $failed
}
