// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|			1 VMA
 *	|seed|. . .|. . .|...	brk() upwards, by 256 pages: 1 VMA
 *	|seed|0 0 0|1 1 1|...	a write to each page
 *	|seed|			brk() downwards: 1 VMA
 */
#include "common/heap.h"

#define PAGES 256

static long grow(const struct scenario_run *run, unsigned int i)
{
	return heap_set(run, (i + 1) * PAGES);
}

static long touch(const struct scenario_run *run, unsigned int i)
{
	for (size_t page = 0; page < PAGES; page++)
		*(volatile char *)heap_page(run, i * PAGES + page) = 1;
	return 0;
}

static long shrink(const struct scenario_run *run, unsigned int i)
{
	return heap_set(run, (run->nr_ops - 1 - i) * PAGES);
}

SCENARIO(brk_touched_256) = {
	SCENARIO_ID(brk_touched_256),
	.claim = "brk by 256 pages, each written to, and back",
	.nr_ops = 2,
	HEAP(heap_setup_seed),
	.ops = {
		OP("grow", grow, OUTCOME("merged", 0, 0)),
		OP("fault", touch, OUTCOME("none", 0, 0)),
		OP("shrink", shrink, OUTCOME("shrunk", 0, 0)),
	},
};
