// SPDX-License-Identifier: GPL-2.0-or-later
/* Ranges whose pages are there: see populated.h. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "populated.h"

static long count_faults(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_THREAD, &usage) ? -1 : usage.ru_minflt;
}

/*
 * Small pages are small wherever huge ones are made unasked; a kernel that has none does
 * not know the advice.
 */
static void advise(const struct scenario_run *run, char *at, size_t bytes)
{
	const struct backing *b = run->scenario->backing;

	if (b->huge)
		raw_madvise(at, bytes, MADV_HUGEPAGE);
	else if (b->flags & MAP_ANONYMOUS)
		raw_madvise(at, bytes, MADV_NOHUGEPAGE);
}

static void touch(const struct scenario_run *run, char *at, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += run->unit_bytes)
		*(volatile char *)(at + i) = 1;
}

/*
 * A file loses its pages first: one that was unmapped before goes to another list of the
 * LRU when it is unmapped once more, and the third time it does not.
 */
static int empty_file(const struct scenario_run *run)
{
	struct stat st;

	if (run->fd < 0)
		return 0;
	if (fstat(run->fd, &st) || ftruncate(run->fd, 0) ||
	    ftruncate(run->fd, st.st_size))
		return -errno;
	return 0;
}

/* Maps at @at, and has all of it there. */
static int map_populated(const struct scenario_run *run, char *at, size_t bytes)
{
	const struct backing *b = run->scenario->backing;
	long faults, ret = raw_mmap(at, bytes, b->prot,
				    b->flags | MAP_FIXED_NOREPLACE, run->fd,
				    run->fd < 0 ? 0 : at - populated_start(run));

	if (ret < 0 && ret > -4096)
		return (int)ret;
	advise(run, at, bytes);
	faults = count_faults();
	touch(run, at, bytes);
	/* No huge page is free. */
	if (b->huge && count_faults() - faults > (long)(bytes / HUGE_PAGE))
		return -ENOMEM;
	return 0;
}

int populate(const struct scenario_run *run)
{
	int err = empty_file(run);

	for (size_t i = 0; i < run->nr_ops && !err; i++)
		err = map_populated(run, populated_range(run, i),
				    populated_bytes(run));
	return err;
}

int populate_whole(const struct scenario_run *run)
{
	int err = empty_file(run);

	return err ? err
		   : map_populated(run, populated_start(run),
				   run->nr_ops * populated_bytes(run));
}
