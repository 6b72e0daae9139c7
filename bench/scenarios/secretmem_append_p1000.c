// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(500 VMAs)  |seed|0|1|2|...|n-1|  (500 VMAs)
 */
#include "layout.h"

SCENARIO(secretmem_append_p1000) = {
	SCENARIO_ID(secretmem_append_p1000),
	.claim = "cost of secretmem among 1000 other VMAs",
	.backing = &backing_secretmem,
	.population = 1000,
	.units = APPEND_UNITS,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS,
};
