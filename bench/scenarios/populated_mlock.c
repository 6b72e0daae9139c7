// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0 0 0|         |1 1 1|         ...	n VMAs, all pages are there
 *	|l l l|         |l l l|         ...	mlock: n VMAs, all pages
 *	|0 0 0|         |1 1 1|         ...	munlock
 */
#include <stdio.h>
#include <string.h>

#include "common/backing.h"
#include "common/populated.h"

/* All ranges of a batch are locked at a time. */
static int may_lock(struct scenario_run *run)
{
	size_t bytes = run->nr_ops * populated_bytes(run);
	char *at =
		mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err = 0;

	if (at == MAP_FAILED)
		return -errno;
	/* Charged, but not brought into memory. */
	if (mlock2(at, bytes, MLOCK_ONFAULT))
		err = errno;
	munmap(at, bytes);
	if (!err)
		return 0;
	snprintf(run->reason, sizeof(run->reason),
		 "mlock of %zu KiB: %s (RLIMIT_MEMLOCK: " RAISE_MEMLOCK ")",
		 bytes / 1024, strerror(err));
	return BACKING_IMPOSSIBLE;
}

static long lock(const struct scenario_run *run, unsigned int i)
{
	return raw_call(SYS_mlock, (long)populated_range(run, i),
			(long)populated_bytes(run), 0, 0);
}

static long unlock(const struct scenario_run *run, unsigned int i)
{
	return raw_call(SYS_munlock, (long)populated_range(run, i),
			(long)populated_bytes(run), 0, 0);
}

#define LOCK(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_mlock_##pages_) = {               \
		SCENARIO_ID(of_##_populated_mlock_##pages_),       \
		.claim = "mlock of " #pages_ " " what_,            \
		POPULATED(of_, pages_, ops_),                      \
		.setup = may_lock,                                 \
		.ops = { OP("mlock", lock, OUTCOME("none", 0, 1),  \
			    .pages = SHAPE(0, pages_)),            \
			 OP("munlock", unlock, OUTCOME("none", 0, 1), \
			    .pages = SHAPE(0, pages_)), },         \
	}

POPULATED_SWEEP(LOCK);
