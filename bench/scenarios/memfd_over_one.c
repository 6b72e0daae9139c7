// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|old| |old| |old| ...	n anonymous VMAs
 *	|new| |new| |new| ...	MAP_FIXED over each: n VMAs
 */
#include "layout.h"

SCENARIO(memfd_over_one) = {
	SCENARIO_ID(memfd_over_one),
	.claim = "MAP_FIXED over a whole mapping, an unconverted file: unmap and map in one call",
	.backing = &backing_memfd,
	OVER_ONE,
};
