// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(25000 VMAs)  |seed|0|1|2|...|n-1|  (25000 VMAs)
 */
#include "layout.h"

SCENARIO(memfd_append_p50000) = {
	SCENARIO_ID(memfd_append_p50000),
	.claim = "cost of a file among 50000 other VMAs",
	.backing = &backing_memfd,
	.population = 50000,
	.units = APPEND_UNITS,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS,
};
