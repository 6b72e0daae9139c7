// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|1 1 1|2 2 2|...	1 VMA
 *	|0|u|0|1|u|1|2|u|2|...	registered with a userfaultfd: a split each
 *	|0 0 0|1 1 1|2 2 2|...	and no longer: rejoined
 */
#include "common/userfault.h"

static int map_all(const struct scenario_run *run)
{
	long ret = raw_mmap(run->window, 3 * run->nr_ops * run->unit_bytes,
			    PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

static long split(const struct scenario_run *run, unsigned int i)
{
	return userfault_register(run, 3 * i + 1);
}

static long rejoin(const struct scenario_run *run, unsigned int i)
{
	return userfault_unregister(run, 3 * i + 1);
}

SCENARIO(uffd_register) = {
	SCENARIO_ID(uffd_register),
	.claim = "a split by userfaultfd, and the merge after it",
	.set = SET_MM,
	.backing = &backing_userfault,
	.window = SHAPE(0, 3),
	.prepare = map_all,
	.before = SHAPE(1, 0),
	.ops = {
		OP("register", split, OUTCOME("split", 1, 2)),
		OP("unregister", rejoin, OUTCOME("merged", 1, 0)),
	},
};
