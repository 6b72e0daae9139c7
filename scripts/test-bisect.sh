#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-bisect.sh [POSITION...]
#
# Does bisect.sh find what it is for?  Makes a git history of the packaged kernel
# source with 20 commits, of which the POSITIONth (3, 11 and 18) lets mmap()
# execute 20 instructions more, and the others change comments: bisect.sh must
# name that commit, each time.  The source and its history take 2.5 GB in the
# cache while it runs.
#
# Environment: as bisect.sh, and
#   K   how many commits bisect.sh measures at the same time (1)
#
# Exit status: 0 found each time, 1 not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
nr=20
k=${K:-1}
number K "$k"
[ $# -gt 0 ] || set -- 3 11 18
for position; do
	case $position in
	[1-9] | 1[0-9] | 20) ;;
	*)	misuse "'$position' is not a number from 1 to $nr" ;;
	esac
done

cache=$("$root/scripts/kernel.sh" cache)
mkdir -p "$cache"
dir=$(mktemp -d "$cache/history-XXXXXX")
trap 'rm -rf "$dir"' EXIT
exit_on_signals

commit() {
	git -C "$dir/src" commit -q -a -m "$1"
}

say "making the history"
"$root/scripts/git-tree.sh" "$dir/src"

history() {
	git -C "$dir/src" checkout -q -B history main
	n=0
	for file in mm/mmap.c mm/vma.c mm/mprotect.c mm/mremap.c mm/mlock.c \
			mm/madvise.c mm/memory.c mm/shmem.c mm/util.c mm/gup.c \
			mm/mmap.c mm/vma.c mm/mprotect.c mm/mremap.c mm/mlock.c \
			mm/madvise.c mm/memory.c mm/shmem.c mm/util.c mm/gup.c; do
		n=$((n + 1))
		if [ $n -eq "$1" ]; then
			file=arch/x86/kernel/sys_x86_64.c
			sed -i 's/^\treturn ksys_mmap_pgoff(.*/\tasm volatile(".rept 20; nop; .endr");\n&/' \
				"$dir/src/$file"
			subject="x86/mmap: do more"
		else
			echo "/* commit $n */" >>"$dir/src/$file"
			subject="mm: say something in $file"
		fi
		commit "$n: $subject"
	done
}

status=0
for position; do
	history "$position"
	say "the culprit is commit $position of $nr"
	"$root/scripts/bisect.sh" --jobs "$k" -r anon_append/mmap/insns "$dir/src" \
		main history >"$dir/out" || {
		cat "$dir/out"
		die "bisect.sh failed"
	}
	found=$(sed -n 's/^ *\([0-9]*\): x86\/mmap: do more$/\1/p' "$dir/out")
	if ! grep -q 'is the first bad commit' "$dir/out" ||
	   [ "$found" != "$position" ]; then
		cat "$dir/out"
		status=1
	fi
	echo "culprit $position of $nr: bisect.sh found ${found:-nothing}"
done
exit $status
