// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *	|. . .|         |. . .|         ...	MADV_DONTNEED: n VMAs, 0 pages
 */
#include "common/populated.h"

static long dontneed(const struct scenario_run *run, unsigned int i)
{
	return raw_madvise(populated_range(run, i), populated_bytes(run),
			   MADV_DONTNEED);
}

#define DONTNEED(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_dontneed_##pages_) = {                    \
		SCENARIO_ID(of_##_populated_dontneed_##pages_),            \
		.claim = "MADV_DONTNEED of " #pages_ " " what_,            \
		POPULATED(of_, pages_, ops_),                              \
		.ops = { OP("dontneed", dontneed, OUTCOME("none", 0, 1)), }, \
	}

POPULATED_SWEEP(DONTNEED);
