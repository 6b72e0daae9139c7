// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0|   |1|   |2|   ...	n VMAs
 *	|0 0| |1 1| |2 2| ...	mremap, in place: n VMAs
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = map_unit(run, 3 * i, 3 * i);
	return ret < 0 ? (int)ret : 0;
}

static long grow(const struct scenario_run *run, unsigned int i)
{
	return raw_mremap(run->window + 3 * i * run->unit_bytes,
			  run->unit_bytes, 2 * run->unit_bytes, 0, NULL);
}

static long shrink(const struct scenario_run *run, unsigned int i)
{
	return raw_mremap(run->window + 3 * i * run->unit_bytes,
			  2 * run->unit_bytes, run->unit_bytes, 0, NULL);
}

SCENARIO(memfd_mremap_grow) = {
	SCENARIO_ID(memfd_mremap_grow),
	.claim = "mremap does not call the file's hook: must not change",
	.backing = &backing_memfd,
	.units = SHAPE(0, 3),
	.window = SHAPE(0, 3),
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = {
		OP("grow", grow, OUTCOME("grown", 0, 1)),
		OP("shrink", shrink, OUTCOME("shrunk", 0, 1)),
	},
};
