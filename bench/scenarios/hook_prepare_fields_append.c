// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP_PREPARE, VMABENCH_HOOK_VM_DONTDUMP,
	     VMABENCH_HOOK_SET_PGOFF | VMABENCH_HOOK_SET_PAGE_PROT |
		     VMABENCH_HOOK_SET_VM_OPS | VMABENCH_HOOK_SET_PRIVATE_DATA);

SCENARIO(hook_prepare_fields_append) = {
	SCENARIO_ID(hook_prepare_fields_append),
	.claim = ".mmap_prepare() that changes every field: merged at the first attempt",
	HOOK_APPEND(APPEND_OPS),
};
