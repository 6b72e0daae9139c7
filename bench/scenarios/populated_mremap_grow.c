// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *	|0 0 0 . . .|   |1 1 1 . . .|   ...	mremap, in place: n VMAs, as many pages
 */
#include "common/populated.h"

static long grow(const struct scenario_run *run, unsigned int i)
{
	size_t bytes = populated_bytes(run);

	return raw_mremap(populated_range(run, i), bytes, 2 * bytes, 0, NULL);
}

static long shrink(const struct scenario_run *run, unsigned int i)
{
	size_t bytes = populated_bytes(run);

	return raw_mremap(populated_range(run, i), 2 * bytes, bytes, 0, NULL);
}

#define GROW(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_grow_##pages_) = {                          \
		SCENARIO_ID(of_##_populated_grow_##pages_),                  \
		.claim = "mremap that grows " #pages_ " " what_ " in place", \
		POPULATED(of_, pages_, ops_),                                \
		.ops = { OP("grow", grow, OUTCOME("grown", 0, 1),            \
			    .pages = SHAPE(0, pages_)),                      \
			 OP("shrink", shrink, OUTCOME("shrunk", 0, 1),       \
			    .pages = SHAPE(0, pages_)), },                   \
	}

POPULATED_SWEEP(GROW);
