# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of the tests
#
# A git tree, $TREE, of a source that only pretends to be a kernel, with a branch "topic"
# of three commits.  To be sourced after fake_kernel.sh, with $root.
tmp=${tmp:?}

cache=$tmp/cache
export TMPDIR="$tmp"	# what is killed for good leaves something there
export VMABENCH_CACHE="$cache" KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod"
mkdir "$tmp/patches" "$tmp/kmod"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"
fake_driver "$tmp/kmod"
cp "$tmp/patches/guest.config" "$tmp/patches/um.config"

export TREE="$tmp/linux"
fake_kernel "$TREE"
touch "$TREE/Kbuild"
git_in() {
	git -C "$TREE" -c user.name=t -c user.email=t@localhost "$@"
}
# commit SUBJECT SCRIPT FILE: what sed makes of the file
commit() {
	sed -i "$2" "$TREE/$3"
	git_in commit -q -a -m "$1"
}
git -C "$TREE" -c init.defaultBranch=main init -q
echo 'mmap_region: if (vm_flags != vma->vm_flags && vmg.prev)' >"$TREE/mm/mmap.c"
git_in add -A
git_in commit -q -m 'the source'
git_in checkout -q -b topic
commit 'mm: Defer the retry, please!' 's/.*/mmap_region: retry_merge/' mm/mmap.c
commit 'a' s/^115$/two/ mm/b.c
commit 'mm/secretmem: use .mmap_prepare' 's/.*/mmap_region/' mm/mmap.c
# break_and_mend: two commits more on topic, of which the first does not build; "whole" is
# the branch without them.
break_and_mend() {
	git_in checkout -q -f topic
	git_in branch -q whole
	commit 'mm: break it' 's/^two$/#error/' mm/b.c
	commit 'mm: mend it' 's/^#error$/three/' mm/b.c
}

state() {
	git -C "$TREE" status --porcelain=v2 --branch
	git -C "$TREE" for-each-ref
	git -C "$TREE" worktree list
	git -C "$TREE" stash list
	git -C "$TREE" diff HEAD
	git -C "$TREE" count-objects -v
}
untouched() {
	state | cmp - "$tmp/before" && [ ! -e "$tmp/hooked" ]
}
