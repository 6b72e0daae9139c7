// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|s|0|s|1|s|...|s|	mmap joins two VMAs, munmap splits one
 */
#include "layout.h"

SCENARIO(secretmem_fill) = {
	SCENARIO_ID(secretmem_fill),
	.primary = true,
	.claim = "the same with neighbours on both sides, one of which goes",
	.backing = &backing_secretmem,
	.units = FILL_UNITS,
	.prepare = fill_prepare,
	.before = FILL_BEFORE,
	.ops = FILL_OPS,
};
