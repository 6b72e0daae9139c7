/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the pages of a batch go. A layout is a set of functions for
 * struct scenario; each backing times a layout is a scenario.
 *
 * One operation maps or unmaps one page. Addresses and file offsets advance
 * together wherever a merge is wanted: both have to match.
 */
#ifndef VMABENCH_LAYOUT_H
#define VMABENCH_LAYOUT_H

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

/*
 * The system calls themselves, without the library's bookkeeping around them,
 * so that a measured region holds nothing else. They return -errno.
 */
#if defined(__x86_64__)
static inline long raw_mmap(void *addr, size_t len, int prot, int flags, int fd,
			    off_t offset)
{
	register long r10 __asm__("r10") = flags;
	register long r8 __asm__("r8") = fd;
	register long r9 __asm__("r9") = offset;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"((long)SYS_mmap), "D"(addr), "S"(len),
			   "d"((long)prot), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline long raw_munmap(void *addr, size_t len)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"((long)SYS_munmap), "D"(addr), "S"(len)
			 : "rcx", "r11", "memory");
	return ret;
}
#else
static inline long raw_mmap(void *addr, size_t len, int prot, int flags, int fd,
			    off_t offset)
{
	long ret = syscall(SYS_mmap, addr, len, prot, flags, fd, offset);

	return ret == -1 ? -errno : ret;
}

static inline long raw_munmap(void *addr, size_t len)
{
	long ret = syscall(SYS_munmap, addr, len);

	return ret == -1 ? -errno : ret;
}
#endif

/* Maps page @offset_page of the backing at page @at of the window. */
static inline long map_page(const struct scenario_run *run, size_t at,
			    size_t offset_page)
{
	const struct backing *b = run->scenario->backing;

	return raw_mmap(run->window + at * run->page_bytes, run->page_bytes,
			b->prot, b->flags | MAP_FIXED_NOREPLACE, run->fd,
			(off_t)(offset_page * run->page_bytes));
}

static inline long unmap_page(const struct scenario_run *run, size_t at)
{
	return raw_munmap(run->window + at * run->page_bytes, run->page_bytes);
}

/*
 * append: each mapping at the end of the one before.
 *
 *	|seed|				1 VMA
 *	|seed|0|1|2|...			1 VMA
 * and unmapped from the end, so that the VMA shrinks.
 */
int append_prepare(const struct scenario_run *run);
long append_mmap(const struct scenario_run *run, unsigned int i);
long append_munmap(const struct scenario_run *run, unsigned int i);

/*
 * prepend: each mapping in front of the one before.
 *
 *		  |seed|		1 VMA
 *	...|2|1|0|seed|			1 VMA
 * and unmapped from the front.
 */
int prepend_prepare(const struct scenario_run *run);
long prepend_mmap(const struct scenario_run *run, unsigned int i);
long prepend_munmap(const struct scenario_run *run, unsigned int i);

/*
 * fill: each mapping joins its two neighbours.
 *
 *	|s| |s| |s| |s|			nr_ops + 1 VMAs
 *	|s|0|s|1|s|2|s|			1 VMA
 * and unmapped from the end, each leaving a hole: a split.
 */
int fill_prepare(const struct scenario_run *run);
long fill_mmap(const struct scenario_run *run, unsigned int i);
long fill_munmap(const struct scenario_run *run, unsigned int i);

/*
 * apart: a gap after each mapping, no neighbour to merge with.
 *
 *	|0|  |1|  |2|  ...		nr_ops VMAs
 * and unmapped from the end, a whole VMA each.
 */
long apart_mmap(const struct scenario_run *run, unsigned int i);
long apart_munmap(const struct scenario_run *run, unsigned int i);

#define SHAPE(fixed_, per_op_)                         \
	{                                              \
		.fixed = (fixed_), .per_op = (per_op_) \
	}

#define APPEND_PAGES SHAPE(1, 1)
#define APPEND_OPS                                \
	{                                         \
		{ .name = "mmap",                 \
		  .run = append_mmap,             \
		  .outcome = "merged",            \
		  .before = SHAPE(1, 0),          \
		  .after = SHAPE(1, 0) },         \
			{ .name = "munmap",       \
			  .run = append_munmap,   \
			  .outcome = "shrunk",    \
			  .before = SHAPE(1, 0),  \
			  .after = SHAPE(1, 0) }, \
	}

#define PREPEND_PAGES SHAPE(1, 1)
#define PREPEND_OPS                               \
	{                                         \
		{ .name = "mmap",                 \
		  .run = prepend_mmap,            \
		  .outcome = "merged",            \
		  .before = SHAPE(1, 0),          \
		  .after = SHAPE(1, 0) },         \
			{ .name = "munmap",       \
			  .run = prepend_munmap,  \
			  .outcome = "shrunk",    \
			  .before = SHAPE(1, 0),  \
			  .after = SHAPE(1, 0) }, \
	}

#define FILL_PAGES SHAPE(1, 2)
#define FILL_OPS                                  \
	{                                         \
		{ .name = "mmap",                 \
		  .run = fill_mmap,               \
		  .outcome = "merged",            \
		  .before = SHAPE(1, 1),          \
		  .after = SHAPE(1, 0) },         \
			{ .name = "munmap",       \
			  .run = fill_munmap,     \
			  .outcome = "split",     \
			  .before = SHAPE(1, 0),  \
			  .after = SHAPE(1, 1) }, \
	}

#define APART_PAGES SHAPE(0, 2)
#define APART_OPS                                 \
	{                                         \
		{ .name = "mmap",                 \
		  .run = apart_mmap,              \
		  .outcome = "not-merged",        \
		  .before = SHAPE(0, 0),          \
		  .after = SHAPE(0, 1) },         \
			{ .name = "munmap",       \
			  .run = apart_munmap,    \
			  .outcome = "removed",   \
			  .before = SHAPE(0, 1),  \
			  .after = SHAPE(0, 0) }, \
	}

#endif
