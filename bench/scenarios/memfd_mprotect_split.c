// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|1 1 1|2 2 2|...	1 VMA
 *	|0|r|0|1|r|1|2|r|2|...	mprotect of every third page: a split each
 *	|0 0 0|1 1 1|2 2 2|...	and back: rejoined
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	long ret = raw_mmap(run->window, 3 * run->nr_ops * run->unit_bytes,
			    PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_FIXED_NOREPLACE, run->fd, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

static long protect(const struct scenario_run *run, unsigned int i, int prot)
{
	return raw_mprotect(run->window + (3 * i + 1) * run->unit_bytes,
			    run->unit_bytes, prot);
}

static long split(const struct scenario_run *run, unsigned int i)
{
	return protect(run, i, PROT_READ);
}

static long rejoin(const struct scenario_run *run, unsigned int i)
{
	return protect(run, i, PROT_READ | PROT_WRITE);
}

SCENARIO(memfd_mprotect_split) = {
	SCENARIO_ID(memfd_mprotect_split),
	.claim = "merging of existing VMAs, which the retry borrowed: must not change",
	.backing = &backing_memfd,
	.units = SHAPE(0, 3),
	.window = SHAPE(0, 3),
	.prepare = prepare,
	.before = SHAPE(1, 0),
	.ops = {
		OP("split", split, OUTCOME("split", 1, 2)),
		OP("rejoin", rejoin, OUTCOME("merged", 1, 0)),
	},
};
