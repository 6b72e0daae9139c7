// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|u| |u| |u| ...		n VMAs, registered with a userfaultfd
 *	|u|0|u|1|u|2|...	mmap next to them: 2n VMAs, for they are not alike
 *	(free)			munmap of those that are registered: n VMAs
 */
#include "common/userfault.h"

static int map_registered(const struct scenario_run *run)
{
	long ret = 0;

	for (size_t i = 0; i < run->nr_ops && ret >= 0; i++) {
		ret = map_unit(run, 2 * i, 0);
		if (ret >= 0)
			ret = userfault_register(run, 2 * i);
	}
	return ret < 0 ? (int)ret : 0;
}

static long map_next(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 2 * i + 1, 0);
}

static long unmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_unit(run, 2 * i);
}

SCENARIO(uffd_apart) = {
	SCENARIO_ID(uffd_apart),
	.claim = "mmap next to VMAs of a userfaultfd, and munmap of these",
	.set = SET_MM,
	.backing = &backing_userfault,
	.prepare = map_registered,
	.before = SHAPE(0, 1),
	.ops = {
		OP("mmap", map_next, OUTCOME("not-merged", 0, 2)),
		OP("munmap", unmap, OUTCOME("removed", 0, 1)),
	},
};
