// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: one VMA each */
#include "layout.h"

SCENARIO(perf_append) = {
	SCENARIO_ID(perf_append),
	.claim = "VM_DONTEXPAND is never merged: must not change",
	.backing = &backing_perf,
	APPEND_200(APPEND_OPS_NEVER_MERGED),
};
