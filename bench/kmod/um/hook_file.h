/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of the hook module, without its device. */
#ifndef HOOK_FILE_H
#define HOOK_FILE_H

struct file;
struct vmabench_hook_select;

struct file *vmabench_hook_file(const struct vmabench_hook_select *select);

#endif
