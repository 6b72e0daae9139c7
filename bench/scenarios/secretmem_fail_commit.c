// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(free)  ->  -EINVAL  ->  (free), and the charge for the range given back?
 *
 * A private writable mapping is charged before the file is asked. Where the hook
 * fails and the kernel does not undo that, the memory is lost to everybody's
 * commit limit until the next boot: 14 MiB in all here, once a run.
 */
#include "layout.h"

#define PAGES 64

static long fail_mmap(const struct scenario_run *run, unsigned int i)
{
	(void)i;
	return raw_mmap(run->window, PAGES * run->unit_bytes,
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_FIXED_NOREPLACE, run->fd, 0);
}

SCENARIO(secretmem_fail_commit) = {
	SCENARIO_ID(secretmem_fail_commit),
	.claim = "a hook that fails must leave no charge behind (Committed_AS)",
	.set = SET_PRIMARY,
	.backing = &backing_secretmem,
	.units = SHAPE(1, 0),
	.window = SHAPE(PAGES, 0),
	.nr_ops = 4,
	.op_bytes = PAGES * 4096,
	.untimed = true,
	.ops = { OP_REFUSED(fail_mmap, EINVAL), },
};
