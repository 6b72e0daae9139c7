// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|old| |old| |old| ...	n anonymous VMAs
 *	|new| |new| |new| ...	MAP_FIXED over each: n VMAs
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	return map_anon_stripes(run, 2, 1);
}

static long replace(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 2 * i, 1);
}

SCENARIO(memfd_over_one) = {
	SCENARIO_ID(memfd_over_one),
	.claim = "MAP_FIXED over a whole mapping, an unconverted file: unmap and map in one call",
	.backing = &backing_memfd,
	.units = SHAPE(0, 2),
	.window = SHAPE(0, 2),
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = {
		{ .name = "mmap", .run = replace,
		  .after = OUTCOME("replaced", 0, 1) },
	},
};
