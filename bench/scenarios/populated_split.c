// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|1 1 1|2 2 2|...	1 VMA, all pages are there
 *	|0|s|0|1|s|1|2|s|2|...	MADV_SEQUENTIAL of every middle: a split each
 *	|0 0 0|1 1 1|2 2 2|...	MADV_NORMAL: rejoined
 */
#include "common/populated.h"

static long advise(const struct scenario_run *run, unsigned int i, int advice)
{
	size_t bytes = populated_bytes(run) / 3;

	return raw_madvise(populated_start(run) + (3 * i + 1) * bytes, bytes,
			   advice);
}

static long split(const struct scenario_run *run, unsigned int i)
{
	return advise(run, i, MADV_SEQUENTIAL);
}

static long rejoin(const struct scenario_run *run, unsigned int i)
{
	return advise(run, i, MADV_NORMAL);
}

#define SPLIT(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_split_##pages_) = {                         \
		SCENARIO_ID(of_##_populated_split_##pages_),                 \
		.claim = "MADV_SEQUENTIAL that splits off " #pages_ " " what_, \
		POPULATED_WHOLE(of_, pages_, ops_),                          \
		.ops = { OP("split", split, OUTCOME("split", 1, 2),          \
			    .pages = SHAPE(0, 3 * (pages_))),                \
			 OP("rejoin", rejoin, OUTCOME("merged", 1, 0),       \
			    .pages = SHAPE(0, 3 * (pages_))), },             \
	}

POPULATED_SWEEP(SPLIT);
