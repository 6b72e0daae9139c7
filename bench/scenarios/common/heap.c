// SPDX-License-Identifier: GPL-2.0-or-later
/* brk(): see heap.h. */
#include <malloc.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "heap.h"

/* Where the program's heap ends, and what was put behind it. */
static long own_end, start;

static long set_break(long at)
{
	return raw_call(SYS_brk, at, 0, 0, 0) == at ? 0 : -ENOMEM;
}

/*
 * malloc() grows its heap by brk(), too, and would find our pages where it ended. So it is
 * given more than it will take, which is not touched, and does not give it back.
 */
#define ENOUGH (64ul << 20)

static int satisfy_malloc(void)
{
	void *all;

	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
	all = malloc(ENOUGH);
	free(all);
	return all ? 0 : -ENOMEM;
}

int heap_setup_apart(struct scenario_run *run)
{
	long page = (long)run->unit_bytes, end;

	if (satisfy_malloc())
		return -ENOMEM;
	/* A fault for each page. Advice would be a flag of the seed, and end merges. */
	if (prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0))
		return -errno;
	own_end = raw_call(SYS_brk, 0, 0, 0, 0);
	end = (own_end + page - 1) / page * page;
	start = end + page;
	if (set_break(start))
		return -ENOMEM;
	return (int)raw_madvise((char *)end, run->unit_bytes, MADV_DONTFORK);
}

int heap_setup_seed(struct scenario_run *run)
{
	int err = heap_setup_apart(run);

	if (err)
		return err;
	start += (long)run->unit_bytes;
	return (int)set_break(start);
}

void heap_teardown(struct scenario_run *run)
{
	(void)run;
	set_break(own_end);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
}

long heap_set(const struct scenario_run *run, size_t pages)
{
	return set_break(start + (long)(pages * run->unit_bytes));
}

char *heap_page(const struct scenario_run *run, size_t page)
{
	return (char *)start + page * run->unit_bytes;
}
