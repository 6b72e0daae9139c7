// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP_PREPARE, 0,
	     VMABENCH_HOOK_SET_FILE | VMABENCH_HOOK_SET_VM_OPS);

SCENARIO(hook_prepare_file_append) = {
	SCENARIO_ID(hook_prepare_file_append),
	.claim = ".mmap_prepare() that puts another file in: merged at the first attempt",
	HOOK_APPEND(APPEND_OPS),
};
