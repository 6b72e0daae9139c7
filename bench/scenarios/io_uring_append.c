// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|n-1|...|2|1|0|		mmap where the kernel puts it, one below the
 *				other, munmap in turn: one VMA each
 */
#include "layout.h"

#define OPS 200

static char *at[OPS];

static long map_anywhere(const struct scenario_run *run, unsigned int i)
{
	const struct backing *b = run->scenario->backing;
	long ret = raw_mmap(NULL, run->unit_bytes, b->prot, b->flags, run->fd, 0);

	at[i] = (char *)ret;
	return ret;
}

static long unmap_it(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(at[i], run->unit_bytes);
}

SCENARIO(io_uring_append) = {
	SCENARIO_ID(io_uring_append),
	.claim = "VM_MIXEDMAP is never merged: must not change",
	.backing = &backing_io_uring,
	.nr_ops = OPS,
	.adjacent = SHAPE(0, 1),
	.ops = {
		OP("mmap", map_anywhere, OUTCOME("not-merged", 0, 1)),
		OP("munmap", unmap_it, OUTCOME("removed", 0, 0)),
	},
};
