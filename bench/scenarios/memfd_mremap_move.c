// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| . |1| . |2| . ...	n VMAs
 *	 . |0| . |1| . |2|...	mremap to another place: n VMAs
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = map_unit(run, 4 * i, 4 * i);
	return ret < 0 ? (int)ret : 0;
}

static long move(const struct scenario_run *run, unsigned int i)
{
	char *from = run->window + 4 * i * run->unit_bytes;

	return raw_mremap(from, run->unit_bytes, run->unit_bytes,
			  MREMAP_MAYMOVE | MREMAP_FIXED,
			  from + 2 * run->unit_bytes);
}

SCENARIO(memfd_mremap_move) = {
	SCENARIO_ID(memfd_mremap_move),
	.claim = "a moved mapping is copied, not mapped anew: must not change",
	.backing = &backing_memfd,
	.units = SHAPE(0, 4),
	.window = SHAPE(0, 4),
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = { OP("move", move, OUTCOME("moved", 0, 1)), },
};
