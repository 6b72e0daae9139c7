// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook module as a part of the kernel that the driver is in. No user space opens
 * its device here: the driver gets files with the same hooks from a function.
 */
#include "vmabench_hook.c"

#include "hook_file.h"

/**
 * vmabench_hook_file() - open a file whose hook does what it is told
 * @select: what that is
 *
 * It has an inode of its own, where files of the device share one.
 *
 * Return: a file, or an error, as for VMABENCH_HOOK_SELECT.
 */
struct file *vmabench_hook_file(const struct vmabench_hook_select *select)
{
	struct hook *hook;
	struct file *file;
	int err = hook_check(select);

	if (err)
		return ERR_PTR(err);
	file = anon_inode_create_getfile("[" KBUILD_MODNAME "]", &hook_fops[0],
					 NULL, O_RDWR, NULL);
	if (IS_ERR(file))
		return file;
	err = hook_open(file_inode(file), file);
	hook = file->private_data;
	if (!err && (select->fields & VMABENCH_HOOK_SET_FILE))
		err = hook_make_other(hook);
	if (err) {
		fput(file);
		return ERR_PTR(err);
	}
	hook->select = *select;
	hook->selected = true;
	file->f_op = &hook_fops[select->callbacks];
	return file;
}
