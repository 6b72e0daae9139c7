// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP_PREPARE,
	     VMABENCH_HOOK_VM_DONTDUMP | VMABENCH_HOOK_VM_HUGEPAGE |
		     VMABENCH_HOOK_VM_SEQ_READ,
	     VMABENCH_HOOK_SET_VM_OPS);

SCENARIO(hook_prepare_flags_append) = {
	SCENARIO_ID(hook_prepare_flags_append),
	.claim = ".mmap_prepare() that changes flags: merged at the first attempt",
	HOOK_APPEND(APPEND_OPS),
};
