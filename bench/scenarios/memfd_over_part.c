// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|o o o| |o o o| ...	n anonymous VMAs
 *	|o|n|o| |o|n|o| ...	MAP_FIXED over the middle: 3n VMAs
 */
#include "layout.h"

SCENARIO(memfd_over_part) = {
	SCENARIO_ID(memfd_over_part),
	.claim = "MAP_FIXED over the middle of a mapping, an unconverted file: two splits and a store",
	.backing = &backing_memfd,
	OVER_PART,
};
