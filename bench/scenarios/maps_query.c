// SPDX-License-Identifier: GPL-2.0-or-later
/* |0| |1| |2| ...	PROCMAP_QUERY of each: n VMAs */
#include "common/maps.h"

SCENARIO(maps_query) = {
	SCENARIO_ID(maps_query),
	.claim = "PROCMAP_QUERY: a VMA by its address",
	.set = SET_MM,
	.backing = &backing_maps,
	.setup = maps_can_query,
	.prepare = maps_map_all,
	.before = SHAPE(0, 1),
	.ops = { OP("query", maps_query, OUTCOME("none", 0, 1)), },
};
