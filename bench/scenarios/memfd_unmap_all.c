// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| |2| ... |15|	16 VMAs
 *				0 VMAs: one munmap of everything
 */
#include "layout.h"

#define VMAS 16

static int prepare(const struct scenario_run *run)
{
	struct scenario_run all = *run;
	long ret = 0;

	all.nr_ops *= VMAS;
	for (unsigned int i = 0; i < all.nr_ops && ret >= 0; i++)
		ret = apart_mmap(&all, i);
	return ret < 0 ? (int)ret : 0;
}

static long unmap_all(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(run->window + 2 * VMAS * i * run->unit_bytes,
			  2 * VMAS * run->unit_bytes);
}

SCENARIO(memfd_unmap_all) = {
	SCENARIO_ID(memfd_unmap_all),
	.claim = "munmap of 16 mappings at a time: must not change",
	.backing = &backing_memfd,
	.units = SHAPE(0, 2 * VMAS),
	.window = SHAPE(0, 2 * VMAS),
	.prepare = prepare,
	.before = SHAPE(0, VMAS),
	.ops = { OP("munmap", unmap_all, OUTCOME("removed", 0, 0)), },
};
