// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files that are mapped, where the kernel is a program of the host (ARCH=um). There
 * is no user space that would mount anything or make a node: all of it is done here, by
 * functions that the kernel has for its own start, before anything is timed.
 */
#define pr_fmt(fmt) "vmabench: " fmt

#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init_syscalls.h>
#include <linux/kdev_t.h>
#include <linux/major.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <asm/unistd.h>
#include <os.h>

#include "driver.h"
#include "hook_file.h"
#include "um.h"

/* What memfd_create() gives its files. */
#ifdef SHMEM_VMA_FLAGS_T
#define MEMFD_FLAGS mk_vma_flags(VMA_NORESERVE_BIT)
#else
#define MEMFD_FLAGS VM_NORESERVE
#endif

#define DISK "/dev/ram0"
#define ZERO "/dev/zero"

/* Minor of MEM_MAJOR: drivers/char/mem.c */
#define ZERO_MINOR 5

/* 0 or -errno: what has become of the filesystem or the node that it takes. */
static int made[NATIVE_NR_BACKINGS];

static int mount_at(const char *dir, const char *device, const char *type,
		    const char *options)
{
	/* A page is what it takes. */
	char *data = kzalloc(PAGE_SIZE, GFP_KERNEL);
	int err = data ? init_mkdir(dir, 0755) : -ENOMEM;

	if (!err) {
		strscpy(data, options, PAGE_SIZE);
		err = init_mount(device, dir, type, 0, data);
	}
	kfree(data);
	return err;
}

/* What the host has in the image: pages of zeroes are not written, and take no memory. */
static int copy_disk(struct file *disk, char *page)
{
	loff_t at = 0;
	int n;

	while ((n = os_read_file(NATIVE_FD_DISK, page, PAGE_SIZE)) > 0) {
		ssize_t done = n;

		if (memchr_inv(page, 0, n))
			done = kernel_write(disk, page, n, &at);
		else
			at += n;
		if (done != n)
			return done < 0 ? done : -ENOSPC;
	}
	if (n < 0)
		return n;
	return at ? 0 : -ENODATA;
}

static int make_disk(void)
{
	int err = init_mknod(DISK, S_IFBLK | 0600,
			     new_encode_dev(MKDEV(RAMDISK_MAJOR, 0)));
	struct file *disk = err ? ERR_PTR(err) : filp_open(DISK, O_WRONLY, 0);
	char *page = kmalloc(PAGE_SIZE, GFP_KERNEL);

	err = page ? PTR_ERR_OR_ZERO(disk) : -ENOMEM;
	if (!err)
		err = copy_disk(disk, page);
	kfree(page);
	/* It must be closed before it is mounted. */
	if (!IS_ERR(disk))
		__fput_sync(disk);
	return err;
}

/* As backings do it: two folders of a tmpfs. */
static int make_overlay(void)
{
	int err = mount_at("/overlay", "tmpfs", "tmpfs", "");

	if (!err)
		err = init_mkdir("/overlay/lower", 0755);
	if (!err)
		err = init_mkdir("/overlay/upper", 0755);
	if (!err)
		err = init_mkdir("/overlay/work", 0755);
	return err ? err
		   : mount_at("/overlay/all", "overlay", "overlay",
			      "lowerdir=/overlay/lower,upperdir=/overlay/upper,workdir=/overlay/work");
}

/** um_make_files() - mount filesystems, and make nodes */
void um_make_files(void)
{
	made[NATIVE_ZERO] =
		init_mknod(ZERO, S_IFCHR | 0600,
			   new_encode_dev(MKDEV(MEM_MAJOR, ZERO_MINOR)));
	made[NATIVE_TMPFS] = mount_at("/tmpfs", "tmpfs", "tmpfs", "");
	made[NATIVE_OVERLAY] = make_overlay();
	made[NATIVE_EXT4] = make_disk();
	if (!made[NATIVE_EXT4])
		made[NATIVE_EXT4] = mount_at("/ext4", DISK, "ext4", "");
}

/* Closes it where that fails. */
static struct file *sized(struct file *file, u64 bytes)
{
	int err = PTR_ERR_OR_ZERO(file);

	if (err)
		return file;
	err = vfs_truncate(&file->f_path, bytes);
	if (!err)
		return file;
	fput(file);
	return ERR_PTR(err);
}

static struct file *open_nameless(const char *dir, u64 bytes)
{
	return sized(filp_open(dir, O_TMPFILE | O_RDWR, 0600), bytes);
}

static struct file *open_secretmem(u64 bytes)
{
	long fd = sys_call_table[__NR_memfd_secret](0, 0, 0, 0, 0, 0);

	/* Without CONFIG_SECRETMEM, as of a tree in which um.config does not give it. */
	if (fd < 0)
		return ERR_PTR(fd == -ENOSYS ? -EOPNOTSUPP : fd);
	/* Of a kernel thread, which ends with the machine. */
	return sized(fget(fd), bytes);
}

/* What the kernel has not is not supported; the rest is a failure. */
struct file *native_open(const struct native_file *wanted)
{
	int err = made[wanted->backing];

	if (err)
		return ERR_PTR(err == -ENODEV ? -EOPNOTSUPP : err);
	switch (wanted->backing) {
	case NATIVE_MEMFD:
		return shmem_file_setup("vmabench", wanted->bytes, MEMFD_FLAGS);
	case NATIVE_SECRETMEM:
		return open_secretmem(wanted->bytes);
	case NATIVE_HOOK:
		return vmabench_hook_file(&wanted->hook);
	case NATIVE_ZERO:
		return filp_open(ZERO, O_RDWR, 0);
	case NATIVE_TMPFS:
		return open_nameless("/tmpfs", wanted->bytes);
	case NATIVE_EXT4:
		return open_nameless("/ext4", wanted->bytes);
	case NATIVE_OVERLAY:
		return sized(filp_open("/overlay/all/file", O_RDWR | O_CREAT,
				       0600),
			     wanted->bytes);
	case NATIVE_ORANGEFS:
		return um_orangefs_file(wanted->bytes);
	}
	return ERR_PTR(-EINVAL);
}
