/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/vmabench_hook: a file whose mmap() hook does what it is told.
 *
 * Every open file starts without a hook. What its hook is and does is selected
 * once, by VMABENCH_HOOK_SELECT; another selection needs another open():
 *
 *	struct vmabench_hook_select select = {
 *		.callbacks = VMABENCH_HOOK_MMAP_PREPARE,
 *		.vm_flags = VMABENCH_HOOK_VM_DONTDUMP,
 *		.fields = VMABENCH_HOOK_SET_VM_OPS,
 *	};
 *	int fd = open(VMABENCH_HOOK_PATH, O_RDWR | O_CLOEXEC);
 *
 *	ioctl(fd, VMABENCH_HOOK_SELECT, &select);
 *	mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
 *
 * The device is for root. It maps zeroed pages that belong to the open file,
 * and any range of offsets; what lies beyond the first VMABENCH_HOOK_PAGES
 * pages gets SIGBUS when it is touched. So does everything in a mapping without
 * VMABENCH_HOOK_SET_VM_OPS, for it has no fault handler, and in one whose pages
 * would not be ordinary: VM_PFNMAP, VM_MIXEDMAP, VMABENCH_HOOK_SET_PAGE_PROT.
 */
#ifndef VMABENCH_HOOK_H
#define VMABENCH_HOOK_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VMABENCH_HOOK_PATH "/dev/vmabench_hook"

/* Changes when what is below changes its meaning; additions are features. */
#define VMABENCH_HOOK_API 1

/* Pages of an open file. */
#define VMABENCH_HOOK_PAGES 1024

/* What VMABENCH_HOOK_SET_PGOFF adds to the offset, in pages. */
#define VMABENCH_HOOK_PGOFF 16

/*
 * vmabench_hook_select.callbacks. With none of them mmap() fails with ENODEV.
 * With both it does so, too, and the kernel warns, once, and is tainted.
 * VMABENCH_HOOK_MMAP_PREPARE needs VMABENCH_HOOK_HAS_MMAP_PREPARE.
 */
#define VMABENCH_HOOK_MMAP (1U << 0)
#define VMABENCH_HOOK_MMAP_PREPARE (1U << 1)

/* vmabench_hook_select.vm_flags: what the hook sets */
#define VMABENCH_HOOK_VM_LOCKED (1U << 0)
#define VMABENCH_HOOK_VM_DONTDUMP (1U << 1)
#define VMABENCH_HOOK_VM_HUGEPAGE (1U << 2)
#define VMABENCH_HOOK_VM_SEQ_READ (1U << 3) /* and clears VM_RAND_READ */
#define VMABENCH_HOOK_VM_PFNMAP (1U << 4)
#define VMABENCH_HOOK_VM_MIXEDMAP (1U << 5) /* not with VM_PFNMAP */
#define VMABENCH_HOOK_VM_DONTEXPAND (1U << 6)

/*
 * vmabench_hook_select.fields: what else the hook changes, in struct
 * vm_area_desc or, from .mmap, in the VMA. VMABENCH_HOOK_SET_FILE changes to a
 * second file, one per open file, that has the same pages; from .mmap_prepare
 * it needs VMABENCH_HOOK_HAS_PREPARE_SET_FILE.
 */
#define VMABENCH_HOOK_SET_PGOFF (1U << 0)
#define VMABENCH_HOOK_SET_FILE (1U << 1)
#define VMABENCH_HOOK_SET_PAGE_PROT (1U << 2) /* write-combining */
#define VMABENCH_HOOK_SET_VM_OPS (1U << 3)    /* with ->open and ->fault */
#define VMABENCH_HOOK_SET_CLOSE (1U << 4)     /* and ->close: with SET_VM_OPS */
#define VMABENCH_HOOK_SET_PRIVATE_DATA (1U << 5)

/**
 * struct vmabench_hook_select - what the hook of an open file is and does
 * @callbacks: VMABENCH_HOOK_MMAP, VMABENCH_HOOK_MMAP_PREPARE, both or none
 * @vm_flags: VMABENCH_HOOK_VM_*
 * @fields: VMABENCH_HOOK_SET_*
 * @error: what the hook returns after it has done all of this: 0, -EINVAL,
 *	-EAGAIN, -ENOMEM or -EPERM
 */
struct vmabench_hook_select {
	__u32 callbacks;
	__u32 vm_flags;
	__u32 fields;
	__s32 error;
};

/*
 * vmabench_hook_info.features: the kernel has .mmap_prepare, and its
 * .mmap_prepare can be told to change the file
 */
#define VMABENCH_HOOK_HAS_MMAP_PREPARE (1U << 0)
#define VMABENCH_HOOK_HAS_PREPARE_SET_FILE (1U << 1)

/**
 * struct vmabench_hook_info - what there is, and what was called
 * @api: VMABENCH_HOOK_API of the module
 * @features: VMABENCH_HOOK_HAS_*
 * @mmap_calls: of .mmap of this open file, those that returned an error too
 * @mmap_prepare_calls: of .mmap_prepare, likewise
 * @open_calls: of ->open of its VMAs: splits, forks and moves, not mmap()
 * @close_calls: of ->close of its VMAs, if they have it
 */
struct vmabench_hook_info {
	__u32 api;
	__u32 features;
	__u64 mmap_calls;
	__u64 mmap_prepare_calls;
	__u64 open_calls;
	__u64 close_calls;
};

/*
 * Errors: EINVAL for a bit, a value or a size that is not known here, EBUSY
 * for a second selection, EOPNOTSUPP for what the kernel does not have,
 * ENOTTY for another ioctl.
 */
#define VMABENCH_HOOK_MAGIC 0xb6
#define VMABENCH_HOOK_SELECT \
	_IOW(VMABENCH_HOOK_MAGIC, 0, struct vmabench_hook_select)
#define VMABENCH_HOOK_QUERY \
	_IOR(VMABENCH_HOOK_MAGIC, 1, struct vmabench_hook_info)

#endif
