// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|s|0|s|1|s|...|s|	mmap joins two VMAs, munmap splits one
 */
#include "layout.h"

SCENARIO(secretmem_fill) = {
	SCENARIO_ID(secretmem_fill),
	.claim = "the same with neighbours on both sides, one of which goes",
	.backing = &backing_secretmem,
	.backing_pages = FILL_PAGES,
	.prepare = fill_prepare,
	.ops = FILL_OPS,
};
