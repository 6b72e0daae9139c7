// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(nr / 2 VMAs)  |seed|0|1|2|...|n-1|  (nr / 2 VMAs)
 */
#include "layout.h"

#define AMONG(nr_)                                                      \
	SCENARIO(secretmem_append_p##nr_) = {                           \
		SCENARIO_ID(secretmem_append_p##nr_),                   \
		.claim = "cost of secretmem among " #nr_ " other VMAs", \
		.backing = &backing_secretmem,                          \
		.population = (nr_),                                    \
		.units = APPEND_UNITS,                                  \
		.prepare = append_prepare,                              \
		.before = APPEND_BEFORE,                                \
		.ops = APPEND_OPS,                                      \
	}

SCENARIO_SWEEP(AMONG, 100, 1000, 10000, 50000);
