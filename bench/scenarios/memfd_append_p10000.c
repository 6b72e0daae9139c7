// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(5000 VMAs)  |seed|0|1|2|...|n-1|  (5000 VMAs)
 */
#include "layout.h"

SCENARIO(memfd_append_p10000) = {
	SCENARIO_ID(memfd_append_p10000),
	.claim = "cost of a file among 10000 other VMAs",
	.backing = &backing_memfd,
	.population = 10000,
	.units = APPEND_UNITS,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS,
};
