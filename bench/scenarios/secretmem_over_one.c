// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|old| |old| |old| ...	n anonymous VMAs
 *	|new| |new| |new| ...	MAP_FIXED over each: n VMAs
 */
#include "layout.h"

SCENARIO(secretmem_over_one) = {
	SCENARIO_ID(secretmem_over_one),
	.claim = "MAP_FIXED over a whole mapping, a converted file: unmap and map in one call",
	.backing = &backing_secretmem,
	OVER_ONE,
};
