// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|old| |old| |old| ...	n VMAs
 *	    each: MAP_FIXED over old, -EINVAL
 *	                        0 VMAs
 *
 * The hook fails after the old mapping was taken down: it is lost, in every
 * kernel so far. That is the shape asserted here.
 */
#include "layout.h"

static int prepare(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = raw_mmap(run->window + 2 * i * run->unit_bytes,
			       run->unit_bytes, PROT_READ,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			       -1, 0);
	return ret < 0 ? (int)ret : 0;
}

static long fail_mmap(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window + 2 * i * run->unit_bytes, run->unit_bytes,
			PROT_READ, MAP_PRIVATE | MAP_FIXED, run->fd, 0);
}

SCENARIO(secretmem_fail_fixed) = {
	SCENARIO_ID(secretmem_fail_fixed),
	.claim = "the same over an existing mapping, which is lost before and after",
	.backing = &backing_secretmem,
	.units = SHAPE(1, 0),
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = {
		{ .name = "mmap", .run = fail_mmap, .expect_errno = EINVAL,
		  .after = OUTCOME("failed:EINVAL", 0, 0) },
	},
};
