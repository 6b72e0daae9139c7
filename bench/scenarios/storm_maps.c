// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	one thread: reads of /proc/self/maps, or queries
 *	|0| |1| ... |n-1|	and another that maps and unmaps elsewhere, or none
 */
#include "common/maps.h"

static const struct storm alone = { .threads = 0 };
static const struct storm beside = { .neighbour = &neighbour_storm };

/* A few VMAs, so that a read of all takes as long as some mmap(). */
#define STORM(name_, op_, claim_, storm_, setup_) \
	SCENARIO(storm_maps_##name_) = {                                   \
		SCENARIO_ID(storm_maps_##name_),                           \
		.claim = claim_,                                           \
		.set = SET_MM,                                             \
		.backing = &backing_maps,                                  \
		.setup = setup_,                                           \
		.nr_ops = STORM_OPS,                                       \
		.storm = &storm_,                                          \
		.prepare = maps_map_all,                                   \
		.before = SHAPE(0, 1),                                     \
		.ops = { OP(#op_, maps_##op_, OUTCOME("none", 0, 1)), },       \
	}

STORM(read_alone, read, "reads of /proc/self/maps by a thread when nobody maps",
      alone, NULL);
STORM(read_beside, read,
      "reads of /proc/self/maps by a thread while another one maps", beside,
      NULL);
STORM(query_alone, query, "PROCMAP_QUERY by a thread when nobody maps", alone,
      maps_can_query);
STORM(query_beside, query, "PROCMAP_QUERY by a thread while another one maps",
      beside, maps_can_query);
