// SPDX-License-Identifier: GPL-2.0-only
/*
 * A misc device that says where an address lies in the maple tree of the VMAs of
 * the process that reads it, and takes nodes: vmabench_tree.h says how. It needs
 * nothing but what linux/maple_tree.h has of the layout of nodes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/xarray.h>

#include "vmabench_tree.h"

/**
 * struct node - a node of the tree, of whichever kind
 * @pivots: where its entries end, but for the last one
 * @slots: its entries
 * @nr_slots: of them
 */
struct node {
	const unsigned long *pivots;
	void __rcu *const *slots;
	unsigned int nr_slots;
};

static enum maple_type type_of(const void *entry)
{
	return ((unsigned long)entry >> MAPLE_NODE_TYPE_SHIFT) &
	       MAPLE_NODE_TYPE_MASK;
}

static int node_of(const void *entry, struct node *node)
{
	const struct maple_node *at =
		(const void *)((unsigned long)entry & ~MAPLE_NODE_MASK);

	switch (type_of(entry)) {
	case maple_leaf_64:
	case maple_range_64:
		node->pivots = at->mr64.pivot;
		node->slots = at->mr64.slot;
		node->nr_slots = MAPLE_RANGE64_SLOTS;
		return 0;
	case maple_arange_64:
		node->pivots = at->ma64.pivot;
		node->slots = at->ma64.slot;
		node->nr_slots = MAPLE_ARANGE64_SLOTS;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* Of slot @i; behind the last one that is used, pivots are zero or the maximum. */
static unsigned long end_of(const struct node *node, unsigned int i,
			    unsigned long max)
{
	unsigned long pivot;

	if (i == node->nr_slots - 1)
		return max;
	pivot = READ_ONCE(node->pivots[i]);
	return (!pivot && i) || pivot > max ? max : pivot;
}

/* What the node says of @at, whose range becomes that of the slot. */
static void look_into(const struct node *node, unsigned long at,
		      struct vmabench_tree *tree,
		      struct vmabench_tree_level *level)
{
	unsigned long min = tree->start, max = tree->end, from = min;

	level->min = min;
	level->max = max;
	for (level->entries = 0; level->entries < node->nr_slots;) {
		unsigned long end = end_of(node, level->entries, max);

		if (at >= from && at <= end) {
			level->slot = level->entries;
			tree->start = from;
			tree->end = end;
		}
		level->entries++;
		if (end >= max)
			break;
		from = end + 1;
	}
}

static void tell_object(const void *at, struct vmabench_tree_object *object)
{
	struct page *head = virt_to_head_page(at);

	object->slab = page_to_pfn(head);
	object->offset = (unsigned long)at - (unsigned long)page_address(head);
	object->bytes = page_size(head);
}

static void tell_vma(const struct vm_area_struct *vma, struct vmabench_tree *tree)
{
	tell_object(vma, &tree->vma);
	/* From 6.15 on, it is in the VMA. */
#if defined(CONFIG_PER_VMA_LOCK) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	tell_object(vma->vm_lock, &tree->lock);
#endif
}

static int descend(const struct maple_tree *mt, unsigned long at,
		   struct vmabench_tree *tree)
{
	struct vmabench_tree_level down[VMABENCH_TREE_LEVELS];
	const void *entry = rcu_dereference(mt->ma_root);
	struct node node;
	unsigned int i;
	int err;

	if (!xa_is_node(entry))
		return -ENOENT;
	tree->end = ULONG_MAX;
	for (;;) {
		enum maple_type type = type_of(entry);

		if (tree->depth == VMABENCH_TREE_LEVELS)
			return -EOPNOTSUPP;
		err = node_of(entry, &node);
		if (err)
			return err;
		look_into(&node, at, tree, &down[tree->depth]);
		entry = rcu_dereference(node.slots[down[tree->depth++].slot]);
		if (type == maple_leaf_64)
			break;
	}
	tree->mapped = entry != NULL;
	if (entry)
		tell_vma(entry, tree);
	for (i = 0; i < tree->depth; i++)
		tree->level[i] = down[tree->depth - 1 - i];
	return 0;
}

static ssize_t tree_read(struct file *file, char __user *to, size_t size,
			 loff_t *at)
{
	struct vmabench_tree tree = { .api = VMABENCH_TREE_API };
	struct mm_struct *mm = current->mm;
	int err;

	if (size != sizeof(tree) || !mm)
		return -EINVAL;
	mmap_read_lock(mm);
	rcu_read_lock();
	err = descend(&mm->mm_mt, (unsigned long)*at, &tree);
	rcu_read_unlock();
	mmap_read_unlock(mm);
	if (err)
		return err;
	return copy_to_user(to, &tree, sizeof(tree)) ? -EFAULT : sizeof(tree);
}

/**
 * struct held - nodes that a file has taken
 * @lock: of the list
 * @trees: each of which is one node
 */
struct held {
	struct mutex lock;
	struct list_head trees;
};

struct held_tree {
	struct list_head list;
	struct maple_tree mt;
};

static int tree_open(struct inode *inode, struct file *file)
{
	struct held *held = kmalloc(sizeof(*held), GFP_KERNEL);

	if (!held)
		return -ENOMEM;
	mutex_init(&held->lock);
	INIT_LIST_HEAD(&held->trees);
	file->private_data = held;
	return 0;
}

static int tree_release(struct inode *inode, struct file *file)
{
	struct held *held = file->private_data;
	struct held_tree *tree, *next;

	list_for_each_entry_safe(tree, next, &held->trees, list)
	{
		mtree_destroy(&tree->mt);
		kfree(tree);
	}
	kfree(held);
	return 0;
}

/* A tree with an entry that is not at 0 needs a node for it. */
static int take_node(struct held *held, struct vmabench_tree_object *node)
{
	struct held_tree *tree = kmalloc(sizeof(*tree), GFP_KERNEL);
	void *root;
	int err;

	if (!tree)
		return -ENOMEM;
	mt_init(&tree->mt);
	err = mtree_store(&tree->mt, 1, xa_mk_value(1), GFP_KERNEL);
	if (err) {
		kfree(tree);
		return err;
	}
	mutex_lock(&held->lock);
	list_add(&tree->list, &held->trees);
	mutex_unlock(&held->lock);

	root = rcu_access_pointer(tree->mt.ma_root);
	if (!xa_is_node(root))
		return -EOPNOTSUPP;
	tell_object((void *)((unsigned long)root & ~MAPLE_NODE_MASK), node);
	return 0;
}

static long tree_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vmabench_tree_object node = { 0 };
	int err;

	if (cmd != VMABENCH_TREE_TAKE_NODE)
		return -ENOTTY;
	err = take_node(file->private_data, &node);
	if (err)
		return err;
	return copy_to_user((void __user *)arg, &node, sizeof(node)) ? -EFAULT
								     : 0;
}

static const struct file_operations tree_fops = {
	.owner = THIS_MODULE,
	.open = tree_open,
	.release = tree_release,
	.read = tree_read,
	.unlocked_ioctl = tree_ioctl,
};

static struct miscdevice tree_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "vmabench_tree",
	.fops = &tree_fops,
	.mode = 0600,
};

module_misc_device(tree_device);

MODULE_DESCRIPTION("Where an address lies in the maple tree of a process");
MODULE_LICENSE("GPL");
