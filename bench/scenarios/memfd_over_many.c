// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|o| |o| |o| |o|  ...	4n anonymous VMAs
 *	|   n e w    |  ...	MAP_FIXED over four at a time: n VMAs
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	struct scenario_run four = *run;

	four.nr_ops *= 4;
	return map_anon_stripes(&four, 2, 1);
}

static long replace(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 8 * i, 7);
}

SCENARIO(memfd_over_many) = {
	SCENARIO_ID(memfd_over_many),
	.claim = "MAP_FIXED over four mappings, an unconverted file: all taken down by one call",
	.backing = &backing_memfd,
	.units = SHAPE(0, 8),
	.window = SHAPE(0, 8),
	.prepare = prepare,
	.before = SHAPE(0, 4),
	.ops = {
		{ .name = "mmap", .run = replace,
		  .after = OUTCOME("replaced", 0, 1) },
	},
};
