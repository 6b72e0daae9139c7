#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: history.sh [TREE]
#
# Makes a git repository of the packaged kernel source for tests of many commits,
# in TREE (CACHE/test-trees/cluster-BASE, 2.5 GB), unless it is there, and prints
# its path.  The branch main has the source, and topic 12 commits on top of it, by
# first parents:
#
#    1 3 12  comments in mm/
#    2       20 instructions more in do_mmap(); 11 takes 10 of them back
#    4       does not build; 5 mends it
#    6       an inline function that nobody calls, in a header that all include
#    7       mmap() stores the VMA in the maple tree once more
#    8       panics at boot; 9 mends it
#    10      a merge of one commit, which adds a comment
#
# Who and when is written in them, so that their names are the same wherever the
# source is.  A tree that is not whole, or is of another source, is made anew.
#
# Environment: KERNEL_BASE (6.12), KERNEL_TARBALL, VMABENCH_CACHE as in kernel.sh.
#
# Exit status: 0 there, 1 failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

base=${KERNEL_BASE:-6.12}
# shellcheck source=scripts/kernel-source.sh
. "$root/scripts/kernel-source.sh"
no_options "$@"
[ $# -le 1 ] || usage
why=$(no_source)
[ -z "$why" ] || die "$why"
if [ $# -eq 1 ]; then
	tree=$1
else
	cache=$("$root/scripts/kernel.sh" cache)
	mkdir -p "$cache/test-trees"
	tree=$cache/test-trees/cluster-$base
fi

# Not what the user has told git: of names and dates, hooks and signatures.
for variable in $(git rev-parse --local-env-vars); do
	unset "$variable"
done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=vmabench GIT_AUTHOR_EMAIL=vmabench@localhost
export GIT_COMMITTER_NAME=vmabench GIT_COMMITTER_EMAIL=vmabench@localhost

# at HOUR: what is committed next, is committed then.
at() {
	GIT_AUTHOR_DATE=$(printf '2026-01-01T%02d:00:00Z' "$1")
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

# is_whole: was it made to the end, by this script, of this source?
is_whole() {
	[ "$(cat "$tree/.git/vmabench-history" 2>/dev/null)" = "$stamp" ] &&
		[ "$(git -C "$tree" rev-list --first-parent --count main..topic 2>/dev/null)" = 12 ]
}

# commit SUBJECT: an edit that has found no place has changed nothing, which git refuses.
commit() {
	hour=$((hour + 1))
	at $hour
	git -C "$tree" commit -q -a -m "$1" || die "$tree: nothing was changed for '$1'"
}

# say_in FILE
say_in() {
	echo "/* Said by commit $((hour + 1)). */" >>"$tree/$1"
	commit "${1%.c}: say something"
}

# nops N: in do_mmap(), where there may be some.
nops() {
	sed -i '/^\tasm volatile("\.rept [0-9]*; nop; \.endr");$/d' "$tree/mm/mmap.c"
	sed -i "/^unsigned long do_mmap(/,/^}/s/^\t\*populate = 0;/&\n\n\tasm volatile(\".rept $1; nop; .endr\");/" \
		"$tree/mm/mmap.c"
}

# store: where make_branch.sh has it, too.
store() {
	file=mm/vma.c place='vms_complete_munmap_vmas(&map->vms, '
	! grep -q '^static unsigned long __mmap_region(' "$tree/mm/mmap.c" ||
		file=mm/mmap.c place='vms_complete_munmap_vmas(&vms, &mas_detach);'
	place=$(grep -nF "$place" "$tree/$file" | cut -d : -f 1)
	sed -i "$((place - 1))r /dev/stdin" "$tree/$file" <<-'EOT'
	{
		VMA_ITERATOR(again, mm, vma->vm_start);

		vma_iter_config(&again, vma->vm_start, vma->vm_end);
		if (!vma_iter_prealloc(&again, vma))
			mas_store_prealloc(&again.mas, vma);
	}
	EOT
}

topic() {
	git -C "$tree" checkout -q -f -B topic main
	hour=0
	say_in mm/madvise.c
	nops 20
	commit 'mm/mmap: do more in do_mmap()'
	say_in mm/mlock.c
	cat >>"$tree/mm/util.c" <<-'EOT'

	static int __init check_layout(void)
	{
		return layout_error();
	}
	late_initcall(check_layout);
	EOT
	commit 'mm/util: check the layout at boot'
	git -C "$tree" checkout -q HEAD~ -- mm/util.c
	commit 'mm/util: do not check what nothing knows'
	sed -i 's|^#endif /\* _LINUX_MM_H \*/|/* Nobody calls it. */\nstatic inline int layout_of(int layout)\n{\n\treturn layout;\n}\n\n&|' \
		"$tree/include/linux/mm.h"
	commit 'mm: add layout_of()'
	store
	commit 'mm/vma: store each mapping twice'
	cat >>"$tree/mm/mm_init.c" <<-'EOT'

	static int __init check_layout(void)
	{
		panic("the layout is not what it was");
	}
	late_initcall(check_layout);
	EOT
	commit 'mm/mm_init: check the layout at boot'
	git -C "$tree" checkout -q HEAD~ -- mm/mm_init.c
	commit 'mm/mm_init: do not check the layout'
	git -C "$tree" checkout -q -B side
	say_in mm/mremap.c
	git -C "$tree" checkout -q topic
	at $hour
	git -C "$tree" merge -q --no-ff -m 'Merge branch side' side
	git -C "$tree" branch -q -D side
	nops 10
	commit 'mm/mmap: do less in do_mmap()'
	say_in mm/gup.c
}

stamp="$(sha256sum <"$tarball") $(sha256sum <"$root/scripts/test-cluster/history.sh")"
stamp=$(echo "$stamp" | sha256sum | cut -d ' ' -f 1)
exec 9>>"$tree.lock"
flock 9
if ! is_whole; then
	say "making the history in $tree"
	need_space "$(dirname "$tree")" 3000 || exit 1
	rm -rf "$tree" "$tree.new"
	at 0
	made=$tree
	tree=$tree.new
	trap 'rm -rf "$tree"' EXIT
	exit_on_signals
	in_child "$root/scripts/git-tree.sh" "$tree"
	topic
	echo "$stamp" >"$tree/.git/vmabench-history"
	mv "$tree" "$made"
	tree=$made
	trap - EXIT
fi
git -C "$tree" checkout -q -f topic
echo "$tree"
