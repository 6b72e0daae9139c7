/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * populated: ranges whose pages are there, one an operation.
 *
 *	|0 0 0 0|               |1 1 1 1|               ...	n VMAs
 * All of it was written to. There is three times as much room after each, none of
 * which touches the next.
 *
 * populated_whole: the same, but adjoining, and three times as long.
 *
 *	|0 0 0 0 0 0|1 1 1 1 1 1|...				1 VMA
 *
 * That all pages are there before the operations, and how many after them, is
 * looked at in each batch; that huge ones are huge, by how often they fault.
 */
#ifndef VMABENCH_POPULATED_H
#define VMABENCH_POPULATED_H

#include "layout.h"

#define HUGE_PAGE (2ul << 20)

int populate(const struct scenario_run *run);
int populate_whole(const struct scenario_run *run);

/* Pages of an operation, in bytes. */
static inline size_t populated_bytes(const struct scenario_run *run)
{
	return (size_t)run->scenario->pages.per_op * run->unit_bytes;
}

/* Where the first range is. */
static inline char *populated_start(const struct scenario_run *run)
{
	size_t from = (size_t)run->window;

	if (run->scenario->backing->huge)
		from = (from + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	return (char *)from;
}

/* Range @i of populate(). */
static inline char *populated_range(const struct scenario_run *run, size_t i)
{
	return populated_start(run) + 4 * i * populated_bytes(run);
}

#define POPULATED_BY(of_, pages_, stride_, ops_)                    \
	.set = SET_MM, .backing = &backing_##of_, .nr_ops = (ops_), \
	.populated = true, .units = SHAPE(0, stride_),              \
	.window = SHAPE(512, stride_), .pages = SHAPE(0, pages_)

/* What all members of a populated scenario but claim and operations are. */
#define POPULATED(of_, pages_, ops_)                                        \
	POPULATED_BY(of_, pages_, 4 * (pages_), ops_), .prepare = populate, \
						       .before = SHAPE(0, 1)

#define POPULATED_WHOLE(of_, pages_, ops_)                   \
	POPULATED_BY(of_, 3 * (pages_), 3 * (pages_), ops_), \
		.prepare = populate_whole, .before = SHAPE(1, 0)

/*
 * The same for each sort of pages, and some numbers of them: a point is of a backing,
 * pages, what they are in words, and operations.
 */
#define POPULATED_SWEEP_SMALL(point_)                          \
	point_(anon, 1, "anonymous page", 64);                 \
	point_(anon, 16, "anonymous pages", 16);               \
	point_(anon, 512, "anonymous pages", 2);               \
	point_(memfd, 1, "dirty page of a shared file", 64);   \
	point_(memfd, 16, "dirty pages of a shared file", 16); \
	point_(memfd, 512, "dirty pages of a shared file", 2)

#define POPULATED_SWEEP(point_)        \
	POPULATED_SWEEP_SMALL(point_); \
	point_(thp, 512, "pages that are a huge one", 2)

#endif
