// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|old| |old| |old| ...	n private writable VMAs
 *	    each: MAP_FIXED over old, -EINVAL
 *	                        0 VMAs, and their charge given back?
 *
 * The new mapping takes over the charge of the old one before the file is asked.
 * When the hook fails, both are gone, and the charge must be, too: 14 MiB in all
 * here, once a run.
 */
#include "layout.h"

#define PAGES 64

static int prepare(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = raw_mmap(run->window + (PAGES + 1) * i * run->unit_bytes,
			       PAGES * run->unit_bytes, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			       -1, 0);
	return ret < 0 ? (int)ret : 0;
}

static long fail_mmap(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window + (PAGES + 1) * i * run->unit_bytes,
			PAGES * run->unit_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_FIXED, run->fd, 0);
}

SCENARIO(secretmem_fail_fixed_commit) = {
	SCENARIO_ID(secretmem_fail_fixed_commit),
	.claim = "the charge of the mapping that is lost must be given back, too",
	.backing = &backing_secretmem,
	.units = SHAPE(1, 0),
	.window = SHAPE(0, PAGES + 1),
	.nr_ops = 4,
	.op_bytes = PAGES * 4096,
	.untimed = true,
	.prepare = prepare,
	.before = SHAPE(0, 1),
	.ops = { OP_REFUSED(fail_mmap, EINVAL), },
};
