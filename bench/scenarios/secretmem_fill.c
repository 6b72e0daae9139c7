// SPDX-License-Identifier: GPL-2.0-or-later
/* |s|0|s|1|s|...|s|  mmap joins two VMAs, munmap splits one */
#include "layout.h"

SCENARIO(secretmem_fill) = {
	SCENARIO_ID(secretmem_fill),
	.set = SET_PRIMARY,
	.layouts = true,
	.claim = "the same with neighbours on both sides, one of which goes",
	.backing = &backing_secretmem,
	.units = SHAPE(1, 2),
	.prepare = fill_prepare,
	.before = SHAPE(1, 1),
	.ops = {
		OP("mmap", fill_mmap, OUTCOME("merged", 1, 0)),
		OP("munmap", fill_munmap, OUTCOME("split", 1, 1)),
	},
};
