// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0|1|2|...|n-1|	mmap at the end, munmap from the end: 1 VMA as long
 *	as the kernel retries a merge, one each where it does not
 */
#include "layout.h"

SCENARIO(ext4_dax_append) = {
	SCENARIO_ID(ext4_dax_append),
	.claim = "VM_HUGEPAGE is set in ->mmap(): without the retry, no merge",
	.set = SET_PRIMARY,
	.backing = &backing_ext4_dax,
	APPEND_200(APPEND_OPS_MERGED_ON_RETRY),
};
