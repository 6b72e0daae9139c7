// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *	        |0 0 0|         |1 1 1| ...	mremap to another place: n VMAs, all pages
 */
#include "common/populated.h"

/*
 * Small pages go to another place in their page table, so that each entry is moved; a
 * huge page goes to where one may be.
 */
static size_t distance(const struct scenario_run *run)
{
	size_t far = 2 * populated_bytes(run);

	return run->scenario->backing->huge ? far : far - run->unit_bytes;
}

static long move(const struct scenario_run *run, unsigned int i)
{
	char *from = populated_range(run, i);
	size_t bytes = populated_bytes(run);

	return raw_mremap(from, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
			  from + distance(run));
}

#define MOVE(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_move_##pages_) = {                  \
		SCENARIO_ID(of_##_populated_move_##pages_),          \
		.claim = "mremap that moves " #pages_ " " what_,     \
		POPULATED(of_, pages_, ops_),                        \
		.ops = { OP("move", move, OUTCOME("moved", 0, 1),    \
			    .pages = SHAPE(0, pages_)), },           \
	}

POPULATED_SWEEP(MOVE);
