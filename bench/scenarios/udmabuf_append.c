// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: one VMA each */
#include "layout.h"

SCENARIO(udmabuf_append) = {
	SCENARIO_ID(udmabuf_append),
	.claim = "VM_PFNMAP is never merged: must not change",
	.backing = &backing_udmabuf,
	APPEND_200(APPEND_OPS_NEVER_MERGED),
};
