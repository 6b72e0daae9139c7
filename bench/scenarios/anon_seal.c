// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|sealed|0 1 2 ...|	1 VMA more than what is sealed, which is so for good
 *	|sealed 0|1 2 ...|	mseal of a page at a time, until the last one is: none
 */
#include "common/backing.h"
#include "layout.h"

/* From Linux 6.10 on; the header of a distribution may be older. */
#ifndef SYS_mseal
#define SYS_mseal 462
#endif

/* What no window reaches, nor any mapping that the kernel places. */
#define FAR (1ul << 35)

/* Where the next batch begins: behind all that is sealed. */
static char *next;

static int map_far(const struct scenario_run *run, size_t units)
{
	long ret = raw_mmap(next, units * run->unit_bytes, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

static long seal_next(const struct scenario_run *run)
{
	long ret = raw_call(SYS_mseal, (long)next, (long)run->unit_bytes, 0, 0);

	next += run->unit_bytes;
	return ret;
}

static int seal_first(struct scenario_run *run)
{
	int err;

	next = run->window + FAR;
	err = map_far(run, 1);
	if (err)
		return err;
	err = (int)seal_next(run);
	return err ? impossible(run, "mseal (Linux 6.10)", -err) : 0;
}

static int map_next(const struct scenario_run *run)
{
	return map_far(run, run->nr_ops);
}

static long seal(const struct scenario_run *run, unsigned int i)
{
	(void)i;
	return seal_next(run);
}

SCENARIO(anon_seal) = {
	SCENARIO_ID(anon_seal),
	.claim = "mseal of a page next to sealed ones",
	.set = SET_MM,
	.backing = &backing_process,
	.setup = seal_first,
	.prepare = map_next,
	.before = SHAPE(1, 0),
	.ops = { OP("mseal", seal, OUTCOME("merged", 0, 0)), },
};
