/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/vmabench_tree: where an address lies in the maple tree of the VMAs of the
 * process that asks.
 *
 *	struct vmabench_tree tree;
 *	int fd = open(VMABENCH_TREE_PATH, O_RDONLY | O_CLOEXEC);
 *
 *	pread(fd, &tree, sizeof(tree), (off_t)address);
 *
 * And where in its slab the next node comes from, which is taken and kept until the file
 * is closed:
 *
 *	struct vmabench_tree_object node;
 *
 *	ioctl(fd, VMABENCH_TREE_TAKE_NODE, &node);
 *
 * The device is for root. It changes no tree of a process.
 */
#ifndef VMABENCH_TREE_H
#define VMABENCH_TREE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VMABENCH_TREE_PATH "/dev/vmabench_tree"

/* Changes when what is below changes its meaning. */
#define VMABENCH_TREE_API 2

/* A node has ten slots at least, but for the root: no process has more VMAs. */
#define VMABENCH_TREE_LEVELS 8

/**
 * struct vmabench_tree_level - a node on the way from the root to an address
 * @min: first address that is below the node
 * @max: last one
 * @slot: the slot that the address is in
 * @entries: used slots; in a leaf, gaps are entries
 */
struct vmabench_tree_level {
	__u64 min;
	__u64 max;
	__u32 slot;
	__u32 entries;
};

/**
 * struct vmabench_tree_object - an object of the slab allocator
 * @slab: tells its slab from others, while the object is there
 * @offset: where it begins in it
 * @bytes: size of the slab; 0 if there is no object
 */
struct vmabench_tree_object {
	__u64 slab;
	__u32 offset;
	__u32 bytes;
};

/**
 * struct vmabench_tree - the way from the root to an address
 * @api: VMABENCH_TREE_API of the module
 * @depth: levels of the tree
 * @start: first address of the entry that the address is in
 * @end: last one
 * @mapped: it is a VMA and no gap
 * @vma: its object
 * @lock: that of its lock, where a kernel has it apart
 * @level: the leaf comes first, and the root is number @depth - 1
 */
struct vmabench_tree {
	__u32 api;
	__u32 depth;
	__u64 start;
	__u64 end;
	__u32 mapped;
	__u32 reserved;
	struct vmabench_tree_object vma;
	struct vmabench_tree_object lock;
	struct vmabench_tree_level level[VMABENCH_TREE_LEVELS];
};

#define VMABENCH_TREE_TAKE_NODE _IOR('v', 1, struct vmabench_tree_object)

/*
 * Errors: EINVAL for a size that is not known here, ENOENT for a tree without a
 * node, EOPNOTSUPP for nodes of a kind that is not known here, ENOTTY for another ioctl().
 */

#endif
