// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(free)  ->  -EINVAL  ->  (free)
 *
 * A private mapping of secretmem is refused by the file's hook, before the
 * series in ->mmap(), after it in ->mmap_prepare().
 */
#include "layout.h"

static long fail_mmap(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window + 2 * i * run->unit_bytes, run->unit_bytes,
			PROT_READ, MAP_PRIVATE | MAP_FIXED_NOREPLACE, run->fd, 0);
}

SCENARIO(secretmem_fail_free) = {
	SCENARIO_ID(secretmem_fail_free),
	.set = SET_PRIMARY,
	.claim = "a hook that fails before there is a VMA fails cheaper",
	.backing = &backing_secretmem,
	.units = SHAPE(1, 0),
	.ops = { OP_REFUSED(fail_mmap, EINVAL), },
};
