// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file with the file operations of orangefs. It takes a server to mount one, and a
 * daemon in user space, neither of which is here. But ->mmap() asks nobody: all that it
 * looks at is the file's inode, as orangefs has it in memory.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>

#include "driver.h"
#include "um.h"

#ifdef CONFIG_ORANGEFS_FS

#include "protocol.h"
#include "orangefs-kernel.h"

static struct inode *alloc_inode(struct super_block *sb)
{
	struct orangefs_inode_s *inode = kzalloc(sizeof(*inode), GFP_KERNEL);

	if (!inode)
		return NULL;
	inode_init_once(&inode->vfs_inode);
	init_rwsem(&inode->xattr_sem);
	/* Its pages are those of the server until then: for ever, or half of that. */
	inode->mapping_time = jiffies + MAX_JIFFY_OFFSET;
	return &inode->vfs_inode;
}

static void free_inode(struct inode *inode)
{
	kfree(ORANGEFS_I(inode));
}

static const struct super_operations operations = {
	.alloc_inode = alloc_inode,
	.free_inode = free_inode,
	.statfs = simple_statfs,
};

static int init_context(struct fs_context *fc)
{
	struct pseudo_fs_context *context = init_pseudo(fc, ORANGEFS_SUPER_MAGIC);

	if (context)
		context->ops = &operations;
	return context ? 0 : -ENOMEM;
}

static struct file_system_type type = {
	.name = "vmabench_orangefs",
	.init_fs_context = init_context,
	.kill_sb = kill_anon_super,
};

/**
 * um_orangefs_file() - make a file of orangefs
 * @bytes: its size
 *
 * Return: a file, or an error: -EOPNOTSUPP where the kernel has no orangefs.
 */
struct file *um_orangefs_file(unsigned long long bytes)
{
	struct vfsmount *mount = kern_mount(&type);
	struct inode *inode;
	struct file *file;

	if (IS_ERR(mount))
		return ERR_CAST(mount);
	inode = new_inode(mount->mnt_sb);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_mode = S_IFREG | 0600;
	/* As guests mount it. */
	inode->i_flags |= S_NOATIME;
	i_size_write(inode, bytes);
	file = alloc_file_pseudo(inode, mount, "vmabench", O_RDONLY,
				 &orangefs_file_operations);
	if (IS_ERR(file))
		iput(inode);
	return file;
}

#else

struct file *um_orangefs_file(unsigned long long bytes)
{
	return ERR_PTR(-EOPNOTSUPP);
}

#endif
