// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|o| |o| |o| |o|  ...	4n anonymous VMAs
 *	|   n e w    |  ...	MAP_FIXED over four at a time: n VMAs
 */
#include "layout.h"

SCENARIO(memfd_over_many) = {
	SCENARIO_ID(memfd_over_many),
	.claim = "MAP_FIXED over four mappings, an unconverted file: all taken down by one call",
	.backing = &backing_memfd,
	OVER_MANY,
};
