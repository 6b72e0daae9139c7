// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(free)
 *	|0 0 0|         |1 1 1|         ...	MAP_POPULATE: n VMAs, all pages are there
 */
#include "common/populated.h"

/* Of a file, pages that are there already: it is mapped again. */
static long map_range(const struct scenario_run *run, unsigned int i, size_t pages)
{
	const struct backing *b = run->scenario->backing;
	size_t bytes = pages * run->unit_bytes, at = 4 * i * bytes;

	return raw_mmap(run->window + at, bytes, b->prot,
			b->flags | MAP_FIXED_NOREPLACE | MAP_POPULATE, run->fd,
			run->fd < 0 ? 0 : (off_t)at);
}

#define MAP(of_, pages_, what_, ops_)                                 \
	static long map_##of_##pages_(const struct scenario_run *run, \
				      unsigned int i)                 \
	{                                                             \
		return map_range(run, i, pages_);                     \
	}                                                             \
	SCENARIO(of_##_mmap_populate_##pages_) = {                            \
		SCENARIO_ID(of_##_mmap_populate_##pages_),                    \
		.claim = "MAP_POPULATE of " #pages_ " " what_,                \
		POPULATED_BY(of_, 0, 4 * (pages_), ops_),                     \
		.ops = { OP("mmap", map_##of_##pages_,                        \
			    OUTCOME("not-merged", 0, 1),                      \
			    .pages = SHAPE(0, pages_)), },                    \
	}

POPULATED_SWEEP_SMALL(MAP);
