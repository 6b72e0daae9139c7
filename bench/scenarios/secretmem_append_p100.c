// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(50 VMAs)  |seed|0|1|2|...|n-1|  (50 VMAs)
 */
#include "layout.h"

SCENARIO(secretmem_append_p100) = {
	SCENARIO_ID(secretmem_append_p100),
	.claim = "cost of secretmem among 100 other VMAs",
	.backing = &backing_secretmem,
	.population = 100,
	.units = APPEND_UNITS,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS,
};
