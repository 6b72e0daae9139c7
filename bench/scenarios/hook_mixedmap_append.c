// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: one VMA each */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP, VMABENCH_HOOK_VM_MIXEDMAP,
	     VMABENCH_HOOK_SET_VM_OPS);

SCENARIO(hook_mixedmap_append) = {
	SCENARIO_ID(hook_mixedmap_append),
	.claim = "VM_MIXEDMAP is never merged: must not change",
	HOOK_APPEND(APPEND_OPS_NEVER_MERGED),
};
