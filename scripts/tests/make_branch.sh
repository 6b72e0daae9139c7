#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: make_branch.sh TREE [KIND...]         branch "topic": one commit of each
#        make_branch.sh --identical N TREE     branch "identical": N commits
#
# Makes a branch for tests in a git tree of a kernel (git-tree.sh), on top of
# main, by edits that 6.12 and 7.x allow.  The kinds, in the order of the branch:
#
#   documentation  a file below Documentation/
#   munmap         three instructions more in the system call munmap()
#   broken         does not compile: it calls what the next commit adds
#   panic          compiles, and panics at boot
#   revert         takes both back: the tree is again that of munmap
#   store          mmap() stores the VMA in the maple tree once more, whether
#                  it is a new one or one that grew
#   nomerge        secretmem sets a flag with which VMAs are not merged
#   data           a message in mm/ is longer
#
# What a series has to say of each is in branch.expected.
#
# The commits of "identical" touch a file below Documentation/ and data, in turn:
# the description of a module, a message, a table of names, the version.  These do
# not move anything else, so that .text is the same in all of them, to the byte:
# messages grow into the padding of their section.  Each fourth adds data that
# moves what comes after it: the same instructions, with other addresses in them.
#
# An edit whose place is not found, or found twice, is an error.
#
# Exit status: 0 done, 1 failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

kinds="documentation munmap broken panic revert store nomerge data"
nr=
if [ "${1-}" = --identical ]; then
	[ $# -eq 3 ] || usage
	case $2 in
	'' | *[!0-9]* | 0*) usage ;;
	esac
	nr=$2
	shift 2
fi
case ${1:--} in
-*) usage ;;
esac
tree=$1
shift
[ $# -eq 0 ] || kinds=$*
git -C "$tree" rev-parse -q --verify 'main^{commit}' >/dev/null ||
	die "$tree is no git tree with a branch main; git-tree.sh makes one"

# line FILE TEXT: the number of the one line that has TEXT.
line() {
	found=$(grep -nF -e "$2" "$tree/$1" | cut -d : -f 1)
	case $found in
	'') die "$1: no line has '$2'" ;;
	*[!0-9]*) die "$1: more than one line has '$2'" ;;
	esac
	echo "$found"
}

# replace FILE TEXT NEW: in the one line that has TEXT.
replace() {
	place=$(line "$1" "$2") || exit 1
	TEXT=$2 NEW=$3 awk -v place="$place" '
		NR == place {
			at = index($0, ENVIRON["TEXT"])
			$0 = substr($0, 1, at - 1) ENVIRON["NEW"] \
			     substr($0, at + length(ENVIRON["TEXT"]))
		}
		{ print }' "$tree/$1" >"$tree/.new"
	cat "$tree/.new" >"$tree/$1"
	rm "$tree/.new"
}

# before FILE TEXT: puts standard input before the one line that has TEXT.
before() {
	place=$(line "$1" "$2") || exit 1
	sed -i "$((place - 1))r /dev/stdin" "$tree/$1"
}

commit() {
	git -C "$tree" -c user.name=vmabench -c user.email=vmabench@localhost \
		-c core.hooksPath=/dev/null -c commit.gpgSign=false \
		commit -q -a -m "$1"
}

documentation() {
	echo "This is said $1." >>"$tree/Documentation/mm/page_tables.rst"
	commit "Documentation/mm: say $1 more"
}

munmap() {
	before mm/mmap.c 'return __vm_munmap(addr, len, true);' <<'EOT'
	asm volatile("nop; nop; nop");
EOT
	commit 'mm/mmap: three instructions more in munmap()'
}

broken() {
	cat >>"$tree/mm/mmap.c" <<'EOT'

static int __init check_vma_layout(void)
{
	return vma_layout_error();
}
late_initcall(check_vma_layout);
EOT
	commit 'mm/mmap: check the layout of VMAs at boot'
}

panic() {
	before mm/mmap.c 'static int __init check_vma_layout(void)' <<'EOT'
static int __init vma_layout_error(void)
{
	panic("a VMA is not what it was");
}

EOT
	commit 'mm/mmap: add vma_layout_error()'
}

revert() {
	git -C "$tree" checkout -q HEAD~2 -- mm/mmap.c
	commit 'Revert the check of the layout of VMAs at boot'
}

store() {
	if grep -q '^static unsigned long __mmap_region(' "$tree/mm/mmap.c"; then
		set -- mm/mmap.c 'vms_complete_munmap_vmas(&vms, &mas_detach);'
	else
		set -- mm/vma.c 'vms_complete_munmap_vmas(&map->vms, '
	fi
	before "$1" "$2" <<'EOT'
	{
		VMA_ITERATOR(again, mm, vma->vm_start);

		vma_iter_config(&again, vma->vm_start, vma->vm_end);
		if (!vma_iter_prealloc(&again, vma))
			mas_store_prealloc(&again.mas, vma);
	}
EOT
	commit 'mm/vma: store each mapping twice'
}

nomerge() {
	if grep -q 'VMA_DONTDUMP_BIT' "$tree/mm/secretmem.c"; then
		replace mm/secretmem.c VMA_DONTDUMP_BIT \
			'VMA_DONTDUMP_BIT, VMA_DONTEXPAND_BIT'
	else
		replace mm/secretmem.c VM_DONTDUMP 'VM_DONTDUMP | VM_DONTEXPAND'
	fi
	commit 'mm/secretmem: do not let mappings grow'
}

# longer FILE TEXT MORE
longer() {
	replace "$1" "$2" "$2$3"
	commit "$(dirname "$1"): say more in $(basename "$1")"
}

data() {
	longer mm/oom_kill.c 'Tasks state (memory values in pages)' ' now'
}

# identical_data N: the Nth commit that changes data alone.
identical_data() {
	case $1 in
	1) longer fs/ext4/super.c '"Fourth Extended Filesystem' ', and more' ;;
	2) longer mm/mmap.c 'add/remove notifier for admin reserve' ' now' ;;
	3)	# Two names of one length, in a table of pointers, change places.
		replace mm/vmstat.c '"pgscan_kswapd"' '"@"'
		replace mm/vmstat.c '"pgscan_direct"' '"pgscan_kswapd"'
		replace mm/vmstat.c '"@"' '"pgscan_direct"'
		commit 'mm/vmstat: call them by other names' ;;
	4) longer fs/ext4/move_extent.c 'not supported with data journaling' ' now' ;;
	5)	# A longer one moves strings, and with them what code says of them.
		sed -i '/^SUBLEVEL = /y/0123456789/1234567890/' "$tree/Makefile"
		commit 'Makefile: another version' ;;
	6) longer fs/overlayfs/super.c '"Overlay filesystem' ', and more' ;;
	7) longer mm/shmem.c 'Cannot retroactively limit inodes' ' now' ;;
	8) longer fs/ext4/resize.c 'resize would cause inodes_count overflow' ' now' ;;
	9) longer mm/slab_common.c 'Slab cache still has objects when called' ' now' ;;
	10) data ;;
	*) die "--identical: there are 10 changes of data, and as many commits" \
		"again that touch documentation" ;;
	esac
}

# moved_data N: that no code knows of, of another size each time.
moved_data() {
	case $(($1 % 3)) in
	0) file=mm/util.c what='static const char' ;;
	1) file=fs/ext4/super.c what='static char' ;;
	*) file=kernel/fork.c what='static const char' ;;
	esac
	echo "$what vmabench_moved_$1[$((100 + 1531 * $1))] __used = \"moved\";" \
		>>"$tree/$file"
	commit "$file: move data, $1"
}

if [ -n "$nr" ]; then
	git -C "$tree" checkout -q -B identical main
	n=1
	while [ "$n" -le "$nr" ]; do
		if [ $((n % 4)) -eq 1 ]; then
			documentation "in commit $n"
		elif [ $((n % 4)) -eq 3 ]; then
			moved_data $((n / 4 + 1))
		else
			identical_data $((n / 2))
		fi
		n=$((n + 1))
	done
	exit 0
fi

git -C "$tree" checkout -q -B topic main
for kind in $kinds; do
	case $kind in
	documentation) documentation 'once' ;;
	munmap | broken | panic | revert | store | nomerge | data) "$kind" ;;
	*) die "there is no kind of commit '$kind'" ;;
	esac
done
