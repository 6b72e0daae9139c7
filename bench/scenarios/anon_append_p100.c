// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(50 VMAs)  |seed|0|1|2|...|n-1|  (50 VMAs)
 */
#include "layout.h"

SCENARIO(anon_append_p100) = {
	SCENARIO_ID(anon_append_p100),
	.claim = "cost of anonymous memory among 100 other VMAs",
	.backing = &backing_anon,
	.population = 100,
	.units = APPEND_UNITS,
	.prepare = append_prepare,
	.before = APPEND_BEFORE,
	.ops = APPEND_OPS,
};
