// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *						munmap: 0 VMAs, 0 pages
 */
#include "common/populated.h"

static long unmap(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(populated_range(run, i), populated_bytes(run));
}

#define UNMAP(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_munmap_##pages_) = {                \
		SCENARIO_ID(of_##_populated_munmap_##pages_),        \
		.claim = "munmap of " #pages_ " " what_,             \
		POPULATED(of_, pages_, ops_),                        \
		.ops = { OP("munmap", unmap, OUTCOME("removed", 0, 0)), }, \
	}

POPULATED_SWEEP(UNMAP);
