// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "layout.h"

SCENARIO(memfd_append) = {
	SCENARIO_ID(memfd_append),
	.claim = "merged at the first attempt before and after: must not change",
	.backing = &backing_memfd,
	.set = SET_PRIMARY,
	.layouts = true,
	APPEND_200(APPEND_OPS),
};
