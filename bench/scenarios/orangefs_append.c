// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0|1|2|...|n-1|	mmap at the end, munmap from the end: 1 VMA as long
 *	as the kernel retries a merge, one each where it does not
 */
#include "layout.h"

SCENARIO(orangefs_append) = {
	SCENARIO_ID(orangefs_append),
	.claim = "VM_SEQ_READ is set in ->mmap(): without the retry, no merge",
	.set = SET_PRIMARY,
	.backing = &backing_orangefs,
	APPEND_200(APPEND_OPS_MERGED_ON_RETRY),
};
