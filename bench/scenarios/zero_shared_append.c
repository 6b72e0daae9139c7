// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: one VMA each */
#include "layout.h"

SCENARIO(zero_shared_append) = {
	SCENARIO_ID(zero_shared_append),
	.claim = "a new file each, never merged: must not change",
	.backing = &backing_zero_shared,
	APPEND_200(APPEND_OPS_NEVER_MERGED),
};
