// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *	|g g g|         |g g g|         ...	MADV_GUARD_INSTALL: n VMAs, 0 pages
 *	|. . .|         |. . .|         ...	MADV_GUARD_REMOVE: n VMAs, 0 pages
 */
#include "common/backing.h"
#include "common/populated.h"

/* From Linux 6.13 on, of files from 6.15 on; the header of a distribution may be older. */
#define GUARD_INSTALL 102
#define GUARD_REMOVE 103

static int has_guards(struct scenario_run *run)
{
	long ret = map_unit(run, 0, 0);

	if (ret < 0 && ret > -4096)
		return (int)ret;
	ret = raw_madvise(run->window, run->unit_bytes, GUARD_INSTALL);
	unmap_unit(run, 0);
	return ret ? impossible(run, "madvise(MADV_GUARD_INSTALL)", (int)-ret)
		   : 0;
}

static long install(const struct scenario_run *run, unsigned int i)
{
	return raw_madvise(populated_range(run, i), populated_bytes(run),
			   GUARD_INSTALL);
}

static long remove_guard(const struct scenario_run *run, unsigned int i)
{
	return raw_madvise(populated_range(run, i), populated_bytes(run),
			   GUARD_REMOVE);
}

#define GUARD(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_guard_##pages_) = {                       \
		SCENARIO_ID(of_##_populated_guard_##pages_),               \
		.claim = "guards instead of " #pages_ " " what_,           \
		POPULATED(of_, pages_, ops_),                              \
		.setup = has_guards,                                       \
		.ops = { OP("install", install, OUTCOME("none", 0, 1)),    \
			 OP("remove", remove_guard, OUTCOME("none", 0, 1)), }, \
	}

POPULATED_SWEEP(GUARD);
