// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|			1 VMA
 *	|seed|0|1|2|...		brk() upwards: 1 VMA
 *	|seed|			and downwards: 1 VMA
 */
#include "common/heap.h"

static long set_by(const struct scenario_run *run, unsigned int i, size_t pages)
{
	return heap_set(run, i * pages);
}

#define GROW(pages_, unit_)                                                       \
	static long grow_##pages_(const struct scenario_run *run, unsigned int i) \
	{                                                                         \
		return set_by(run, i + 1, pages_);                                \
	}                                                                         \
	static long shrink_##pages_(const struct scenario_run *run,               \
				    unsigned int i)                               \
	{                                                                         \
		return set_by(run, run->nr_ops - 1 - i, pages_);                  \
	}                                                                         \
	SCENARIO(brk_grow_##pages_) = {                                      \
		SCENARIO_ID(brk_grow_##pages_),                              \
		.claim = "brk that grows a VMA by " #pages_ " " unit_ ", and shrinks it", \
		.nr_ops = 64,                                                \
		HEAP(heap_setup_seed),                                       \
		.ops = { OP("grow", grow_##pages_, OUTCOME("merged", 0, 0)), \
			 OP("shrink", shrink_##pages_, OUTCOME("shrunk", 0, 0)), }, \
	}

GROW(1, "page");
GROW(128, "pages");
