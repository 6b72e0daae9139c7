// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	one process: nobody to wait for
 */
#include "layout.h"

static const struct storm storm = { .processes = 1 };

SCENARIO(storm_processes_1) = {
	SCENARIO_ID(storm_processes_1),
	.claim = "a storm of one process: what the others are compared with",
	.backing = &backing_memfd,
	.units = APART_UNITS,
	.nr_ops = STORM_OPS,
	.storm = &storm,
	.ops = APART_OPS,
};
