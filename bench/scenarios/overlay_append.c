// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0|1|2|...|n-1|	mmap at the end, munmap from the end: one VMA each
 */
#include "layout.h"

SCENARIO(overlay_append) = {
	SCENARIO_ID(overlay_append),
	.claim = "->mmap() puts another file in: never merged, must not change",
	.backing = &backing_overlay,
	.units = APPEND_UNITS,
	.nr_ops = APPEND_OPS_FOR_200,
	.adjacent = APPEND_ADJACENT,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS_NEVER_MERGED,
};
