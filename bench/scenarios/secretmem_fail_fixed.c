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
	.prepare = over_one_prepare,
	.before = SHAPE(0, 1),
	.ops = { OP_REFUSED(fail_mmap, EINVAL), },
};
