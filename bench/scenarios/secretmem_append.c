// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "layout.h"

SCENARIO(secretmem_append) = {
	SCENARIO_ID(secretmem_append),
	.claim = "the series saves a store, an allocation and the retry: 2 stores to 1",
	.backing = &backing_secretmem,
	.set = SET_PRIMARY,
	.layouts = true,
	APPEND_200(APPEND_OPS),
};
