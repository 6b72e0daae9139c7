// SPDX-License-Identifier: GPL-2.0-only
/*
 * A misc device whose mmap() hook does what it was told by ioctl: the way to
 * meet every kind of driver that mmap() has to live with, without its hardware.
 * vmabench_hook.h says what can be selected.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>
#include <linux/xarray.h>
#ifndef CONFIG_MODVERSIONS
#include <generated/utsversion.h>
#endif

#include "vmabench_hook.h"

#define KNOWN_CALLBACKS (VMABENCH_HOOK_MMAP | VMABENCH_HOOK_MMAP_PREPARE)
#define KNOWN_VM_FLAGS ((VMABENCH_HOOK_VM_DONTEXPAND << 1) - 1)
#define KNOWN_FIELDS ((VMABENCH_HOOK_SET_PRIVATE_DATA << 1) - 1)

/* Pages that are mapped by pfn, or with another memory type, are not served. */
#define NO_PAGES_VM_FLAGS (VMABENCH_HOOK_VM_PFNMAP | VMABENCH_HOOK_VM_MIXEDMAP)
#define NO_PAGES_FIELDS VMABENCH_HOOK_SET_PAGE_PROT

/* Calls F(name) for each flag that is set by its own name. */
#define FOR_EACH_VM_FLAG(F) \
	F(LOCKED)           \
	F(DONTDUMP)         \
	F(HUGEPAGE)         \
	F(SEQ_READ)         \
	F(PFNMAP)           \
	F(MIXEDMAP)         \
	F(DONTEXPAND)

/**
 * struct hook - an open file of the device
 * @users: the file, and @other, which may live longer
 * @lock: of selecting
 * @selected: there was a selection
 * @select: what was selected, zero until then
 * @other: the file to change to, if that was selected
 * @pages: what was touched, by offset
 * @mmap_calls: see struct vmabench_hook_info
 * @mmap_prepare_calls: likewise
 * @open_calls: likewise
 * @close_calls: likewise
 *
 * VMAs find it through their file, be it the one that was opened or @other.
 */
struct hook {
	refcount_t users;
	struct mutex lock;
	bool selected;
	struct vmabench_hook_select select;
	struct file *other;
	struct xarray pages;
	atomic64_t mmap_calls;
	atomic64_t mmap_prepare_calls;
	atomic64_t open_calls;
	atomic64_t close_calls;
};

static void hook_put(struct hook *hook)
{
	struct page *page;

	if (!refcount_dec_and_test(&hook->users))
		return;
	/* Not mapped any more, but whoever has pinned a page may keep it. */
	for (unsigned long i = 0; i < VMABENCH_HOOK_PAGES; i++) {
		page = xa_erase(&hook->pages, i);
		if (page)
			put_page(page);
	}
	mutex_destroy(&hook->lock);
	kfree(hook);
}

/* The VMAs */

static struct hook *hook_of_vma(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

static void hook_vma_open(struct vm_area_struct *vma)
{
	atomic64_inc(&hook_of_vma(vma)->open_calls);
}

static void hook_vma_close(struct vm_area_struct *vma)
{
	atomic64_inc(&hook_of_vma(vma)->close_calls);
}

static vm_fault_t hook_vma_fault(struct vm_fault *vmf)
{
	struct hook *hook = hook_of_vma(vmf->vma);
	struct page *page, *raced;

	if (vmf->pgoff >= VMABENCH_HOOK_PAGES ||
	    (hook->select.vm_flags & NO_PAGES_VM_FLAGS) ||
	    (hook->select.fields & NO_PAGES_FIELDS))
		return VM_FAULT_SIGBUS;

	page = xa_load(&hook->pages, vmf->pgoff);
	if (!page) {
		page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		if (!page)
			return VM_FAULT_OOM;
		raced = xa_cmpxchg(&hook->pages, vmf->pgoff, NULL, page,
				   GFP_KERNEL);
		if (raced) {
			put_page(page);
			if (xa_is_err(raced))
				return VM_FAULT_OOM;
			page = raced;
		}
	}
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct hook_vm_ops = {
	.open = hook_vma_open,
	.fault = hook_vma_fault,
};

/* Whether there is a ->close() decides about merging. */
static const struct vm_operations_struct hook_vm_ops_close = {
	.open = hook_vma_open,
	.close = hook_vma_close,
	.fault = hook_vma_fault,
};

/* The hooks */

static const struct vmabench_hook_select *selection(const struct hook *hook)
{
	/*
	 * A hook runs because f_op has it, and f_op got it after the selection
	 * was complete. Pairs with smp_store_release() in hook_select().
	 */
	smp_rmb();
	return &hook->select;
}

static const struct vm_operations_struct *
selected_vm_ops(const struct vmabench_hook_select *select)
{
	return select->fields & VMABENCH_HOOK_SET_CLOSE ? &hook_vm_ops_close
							: &hook_vm_ops;
}

static int hook_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct hook *hook = file->private_data;
	const struct vmabench_hook_select *select = selection(hook);
	vm_flags_t set = 0, clear = 0;

	atomic64_inc(&hook->mmap_calls);

#define SET(name)                                         \
	if (select->vm_flags & VMABENCH_HOOK_VM_##name) { \
		set |= VM_##name;                         \
	}
	FOR_EACH_VM_FLAG(SET)
#undef SET
	if (set & VM_SEQ_READ)
		clear = VM_RAND_READ;
	if (set)
		vm_flags_mod(vma, set, clear);

	if (select->fields & VMABENCH_HOOK_SET_PGOFF)
		vma->vm_pgoff += VMABENCH_HOOK_PGOFF;
	if (select->fields & VMABENCH_HOOK_SET_FILE)
		vma_set_file(vma, hook->other);
	if (select->fields & VMABENCH_HOOK_SET_PAGE_PROT)
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	if (select->fields & VMABENCH_HOOK_SET_VM_OPS)
		vma->vm_ops = selected_vm_ops(select);
	if (select->fields & VMABENCH_HOOK_SET_PRIVATE_DATA)
		vma->vm_private_data = hook;
	return select->error;
}

#ifdef HOOK_MMAP_PREPARE

#ifdef HOOK_DESC_VM_FLAGS
#define desc_set(desc, name) ((desc)->vm_flags |= VM_##name)
#define desc_clear(desc, name) ((desc)->vm_flags &= ~VM_##name)
#else
#define desc_set(desc, name) vma_desc_set_flags(desc, VMA_##name##_BIT)
#define desc_clear(desc, name) vma_desc_clear_flags(desc, VMA_##name##_BIT)
#endif

static int hook_mmap_prepare(struct vm_area_desc *desc)
{
	struct hook *hook = desc->file->private_data;
	const struct vmabench_hook_select *select = selection(hook);

	atomic64_inc(&hook->mmap_prepare_calls);

#define SET(name)                                         \
	if (select->vm_flags & VMABENCH_HOOK_VM_##name) { \
		desc_set(desc, name);                     \
	}
	FOR_EACH_VM_FLAG(SET)
#undef SET
	if (select->vm_flags & VMABENCH_HOOK_VM_SEQ_READ)
		desc_clear(desc, RAND_READ);

	if (select->fields & VMABENCH_HOOK_SET_PGOFF)
		desc->pgoff += VMABENCH_HOOK_PGOFF;
	/*
	 * Lent, not given: the VMA takes its own reference, and no one takes
	 * any when the range is merged or the mapping fails. hook_select()
	 * refuses this where the kernel sees it otherwise.
	 */
	if (select->fields & VMABENCH_HOOK_SET_FILE) {
#ifdef HOOK_DESC_VM_FILE
		desc->vm_file = hook->other;
#else
		desc->file = hook->other;
#endif
	}
	if (select->fields & VMABENCH_HOOK_SET_PAGE_PROT)
		desc->page_prot = pgprot_writecombine(desc->page_prot);
	if (select->fields & VMABENCH_HOOK_SET_VM_OPS)
		desc->vm_ops = selected_vm_ops(select);
	if (select->fields & VMABENCH_HOOK_SET_PRIVATE_DATA)
		desc->private_data = hook;
	return select->error;
}

#endif /* HOOK_MMAP_PREPARE */

static __u32 features(void)
{
	__u32 has = 0;

#ifdef HOOK_MMAP_PREPARE
	has |= VMABENCH_HOOK_HAS_MMAP_PREPARE;
#ifndef HOOK_DESC_ACTION
	has |= VMABENCH_HOOK_HAS_PREPARE_SET_FILE;
#endif
#endif
	return has;
}

/* The file to change to */

static int hook_other_release(struct inode *inode, struct file *file)
{
	hook_put(file->private_data);
	return 0;
}

/* No .mmap: some kernels would call it for a file that a hook changed to. */
static const struct file_operations hook_other_fops = {
	.owner = THIS_MODULE,
	.release = hook_other_release,
};

/* Has an inode of its own, lest all open files share one tree of mappings. */
static int hook_make_other(struct hook *hook)
{
	struct file *other;

	refcount_inc(&hook->users);
	other = anon_inode_create_getfile("[" KBUILD_MODNAME "]",
					  &hook_other_fops, hook, O_RDWR, NULL);
	if (IS_ERR(other)) {
		hook_put(hook);
		return PTR_ERR(other);
	}
	hook->other = other;
	return 0;
}

/* The device */

static const struct file_operations hook_fops[KNOWN_CALLBACKS + 1];

static int hook_check(const struct vmabench_hook_select *select)
{
	const __u32 both = VMABENCH_HOOK_VM_PFNMAP | VMABENCH_HOOK_VM_MIXEDMAP;

	if ((select->callbacks & ~KNOWN_CALLBACKS) ||
	    (select->vm_flags & ~KNOWN_VM_FLAGS) ||
	    (select->fields & ~KNOWN_FIELDS))
		return -EINVAL;
	if ((select->vm_flags & both) == both)
		return -EINVAL;
	if ((select->fields & VMABENCH_HOOK_SET_CLOSE) &&
	    !(select->fields & VMABENCH_HOOK_SET_VM_OPS))
		return -EINVAL;
	switch (select->error) {
	case 0:
	case -EINVAL:
	case -EAGAIN:
	case -ENOMEM:
	case -EPERM:
		break;
	default:
		return -EINVAL;
	}

	if (!(select->callbacks & VMABENCH_HOOK_MMAP_PREPARE))
		return 0;
	if (!(features() & VMABENCH_HOOK_HAS_MMAP_PREPARE))
		return -EOPNOTSUPP;
	if ((select->fields & VMABENCH_HOOK_SET_FILE) &&
	    !(features() & VMABENCH_HOOK_HAS_PREPARE_SET_FILE))
		return -EOPNOTSUPP;
	return 0;
}

/*
 * mmap() reads f_op several times and holds no lock against this: what it found
 * there must not be gone, nor be something else, when it looks again. So f_op
 * goes from no hook to its hook, and never anywhere else: a mmap() at the same
 * time sees no hook and fails, or sees it all.
 */
static int hook_select(struct file *file, const void __user *arg)
{
	struct hook *hook = file->private_data;
	struct vmabench_hook_select select;
	int err;

	if (copy_from_user(&select, arg, sizeof(select)))
		return -EFAULT;
	err = hook_check(&select);
	if (err)
		return err;

	mutex_lock(&hook->lock);
	if (hook->selected) {
		err = -EBUSY;
		goto unlock;
	}
	if (select.fields & VMABENCH_HOOK_SET_FILE) {
		err = hook_make_other(hook);
		if (err)
			goto unlock;
	}
	hook->select = select;
	hook->selected = true;
	/* Same owner, so the module's references stay as they are. */
	smp_store_release(&file->f_op, &hook_fops[select.callbacks]);
unlock:
	mutex_unlock(&hook->lock);
	return err;
}

static int hook_query(struct hook *hook, void __user *arg)
{
	struct vmabench_hook_info info = {
		.api = VMABENCH_HOOK_API,
		.features = features(),
		.mmap_calls = atomic64_read(&hook->mmap_calls),
		.mmap_prepare_calls = atomic64_read(&hook->mmap_prepare_calls),
		.open_calls = atomic64_read(&hook->open_calls),
		.close_calls = atomic64_read(&hook->close_calls),
	};

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long hook_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case VMABENCH_HOOK_SELECT:
		return hook_select(file, (const void __user *)arg);
	case VMABENCH_HOOK_QUERY:
		return hook_query(file->private_data, (void __user *)arg);
	}
	/* One of these, but of another size or direction? */
	if (_IOC_TYPE(cmd) == VMABENCH_HOOK_MAGIC &&
	    _IOC_NR(cmd) <= _IOC_NR(VMABENCH_HOOK_QUERY))
		return -EINVAL;
	return -ENOTTY;
}

static int hook_open(struct inode *inode, struct file *file)
{
	struct hook *hook;

	/* The mode of the node can be changed, and the node can be passed on. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	hook = kzalloc(sizeof(*hook), GFP_KERNEL);
	if (!hook)
		return -ENOMEM;
	refcount_set(&hook->users, 1);
	mutex_init(&hook->lock);
	xa_init(&hook->pages);
	file->private_data = hook;
	return nonseekable_open(inode, file);
}

static int hook_release(struct inode *inode, struct file *file)
{
	struct hook *hook = file->private_data;

	if (hook->other)
		fput(hook->other);
	hook_put(hook);
	return 0;
}

#define HOOK_FOPS_COMMON                                                  \
	.owner = THIS_MODULE, .open = hook_open, .release = hook_release, \
	.unlocked_ioctl = hook_ioctl, .compat_ioctl = compat_ptr_ioctl

/* By callbacks; an open file starts with the first. */
static const struct file_operations hook_fops[KNOWN_CALLBACKS + 1] = {
	[0] = { HOOK_FOPS_COMMON },
	[VMABENCH_HOOK_MMAP] = { HOOK_FOPS_COMMON, .mmap = hook_mmap },
#ifdef HOOK_MMAP_PREPARE
	[VMABENCH_HOOK_MMAP_PREPARE] = { HOOK_FOPS_COMMON,
					 .mmap_prepare = hook_mmap_prepare },
	[KNOWN_CALLBACKS] = { HOOK_FOPS_COMMON, .mmap = hook_mmap,
			      .mmap_prepare = hook_mmap_prepare },
#endif
};

static struct miscdevice hook_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &hook_fops[0],
	.mode = 0600,
};

/*
 * struct file_operations must be what the kernel believes it to be, and stages
 * of a series differ in it. With symbol versions, misc_register() is not found
 * by a module that was built with another one. Without them there is the
 * release, which the module loader compares, and the number and time of the
 * build, compared here. Two builds that agree in all of these cannot be told
 * apart.
 */
static bool built_for_this_kernel(void)
{
#ifdef CONFIG_MODVERSIONS
	return true;
#else
	return !strcmp(init_utsname()->version, UTS_VERSION);
#endif
}

static int __init hook_init(void)
{
	if (!built_for_this_kernel()) {
		pr_err("built for another build of %s than the running one, \"%s\"; build it again\n",
		       init_utsname()->release, init_utsname()->version);
		return -ENOEXEC;
	}
	return misc_register(&hook_device);
}

static void __exit hook_exit(void)
{
	misc_deregister(&hook_device);
}

module_init(hook_init);
module_exit(hook_exit);

MODULE_DESCRIPTION("vmabench: files with any kind of mmap() hook");
MODULE_LICENSE("GPL");
