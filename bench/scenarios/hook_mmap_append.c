// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP, 0, VMABENCH_HOOK_SET_VM_OPS);

SCENARIO(hook_mmap_append) = {
	SCENARIO_ID(hook_mmap_append),
	.claim = "->mmap() that changes no flag: merged at the first attempt, must not change",
	HOOK_APPEND(APPEND_OPS),
};
