// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0|1|2|...|n-1|	mmap at the end, munmap from the end: 1 VMA as long
 *	as the kernel retries a merge, one each where it does not
 */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP, VMABENCH_HOOK_VM_HUGEPAGE,
	     VMABENCH_HOOK_SET_VM_OPS);

SCENARIO(hook_hugepage_append) = {
	SCENARIO_ID(hook_hugepage_append),
	.claim = "VM_HUGEPAGE is set in ->mmap(): without the retry, no merge",
	HOOK_APPEND(APPEND_OPS_MERGED_ON_RETRY),
};
