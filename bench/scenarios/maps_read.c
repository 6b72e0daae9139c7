// SPDX-License-Identifier: GPL-2.0-or-later
/* (nr / 2 VMAs)   (nr / 2 VMAs): all of /proc/self/maps, from the start to its end */
#include "common/maps.h"

#define READ(nr_) \
	SCENARIO(maps_read_p##nr_) = {                                 \
		SCENARIO_ID(maps_read_p##nr_),                         \
		.claim = "all of /proc/self/maps, with " #nr_ " other VMAs", \
		.set = SET_MM,                                         \
		.backing = &backing_maps,                              \
		.population = (nr_),                                   \
		.nr_ops = 4,                                           \
		.ops = { OP("read", maps_read, OUTCOME("none", 0, 0)), }, \
	}

READ(10);
READ(100);
READ(1000);
