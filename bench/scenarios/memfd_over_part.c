// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|o o o| |o o o| ...	n anonymous VMAs
 *	|o|n|o| |o|n|o| ...	MAP_FIXED over the middle: 3n VMAs
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	return map_anon_stripes(run, 4, 3);
}

static long replace(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 4 * i + 1, 1);
}

SCENARIO(memfd_over_part) = {
	SCENARIO_ID(memfd_over_part),
	.claim = "MAP_FIXED over the middle of a mapping, an unconverted file: two splits and a store",
	.backing = &backing_memfd,
	.units = SHAPE(0, 4),
	.window = SHAPE(0, 4),
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = {
		{ .name = "mmap", .run = replace,
		  .after = OUTCOME("split", 0, 3) },
	},
};
