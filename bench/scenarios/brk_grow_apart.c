// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|other|			1 VMA, which no other one is merged with
 *	|other|0|		brk() upwards, by a page: 2 VMAs
 *	|other|			and downwards: 1 VMA
 *
 * So it is in a process that was forked from one with a heap. Where the break goes up
 * and down by a page, as it does here, each call makes a VMA or removes one.
 */
#include "common/heap.h"

static long grow(const struct scenario_run *run, unsigned int i)
{
	return heap_set(run, i + 1);
}

static long shrink(const struct scenario_run *run, unsigned int i)
{
	return heap_set(run, run->nr_ops - 1 - i);
}

SCENARIO(brk_grow_apart) = {
	SCENARIO_ID(brk_grow_apart),
	.claim = "brk by a page that makes a VMA, and removes it",
	.nr_ops = 1,
	HEAP(heap_setup_apart),
	.ops = {
		OP("grow", grow, OUTCOME("not-merged", 1, 0)),
		OP("shrink", shrink, OUTCOME("removed", 0, 0)),
	},
};
