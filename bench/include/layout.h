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

static inline long raw_call(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
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
static inline long raw_mprotect(void *addr, size_t len, int prot)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"((long)SYS_mprotect), "D"(addr), "S"(len),
			   "d"((long)prot)
			 : "rcx", "r11", "memory");
	return ret;
}

static inline long raw_mremap(void *addr, size_t len, size_t new_len, int flags,
			      void *new_addr)
{
	register long r10 __asm__("r10") = flags;
	register void *r8 __asm__("r8") = new_addr;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"((long)SYS_mremap), "D"(addr), "S"(len),
			   "d"(new_len), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return ret;
}
#else
static inline long raw_result(long ret)
{
	return ret == -1 ? -errno : ret;
}

static inline long raw_call(long nr, long a, long b, long c, long d)
{
	return raw_result(syscall(nr, a, b, c, d));
}

static inline long raw_mmap(void *addr, size_t len, int prot, int flags, int fd,
			    off_t offset)
{
	return raw_result(syscall(SYS_mmap, addr, len, prot, flags, fd, offset));
}

static inline long raw_munmap(void *addr, size_t len)
{
	return raw_result(syscall(SYS_munmap, addr, len));
}

static inline long raw_mprotect(void *addr, size_t len, int prot)
{
	return raw_result(syscall(SYS_mprotect, addr, len, prot));
}

static inline long raw_mremap(void *addr, size_t len, size_t new_len, int flags,
			      void *new_addr)
{
	return raw_result(syscall(SYS_mremap, addr, len, new_len, flags,
				  new_addr));
}
#endif

static inline long raw_madvise(void *addr, size_t len, int advice)
{
	return raw_call(SYS_madvise, (long)addr, (long)len, advice, 0);
}

/* Maps unit @offset_unit of the backing at unit @at of the window. */
static inline long map_unit(const struct scenario_run *run, size_t at,
			    size_t offset_unit)
{
	const struct backing *b = run->scenario->backing;

	return raw_mmap(run->window + at * run->unit_bytes, run->unit_bytes,
			b->prot, b->flags | MAP_FIXED_NOREPLACE, run->fd,
			b->same_offset ? 0
				       : (off_t)(offset_unit * run->unit_bytes));
}

static inline long unmap_unit(const struct scenario_run *run, size_t at)
{
	return raw_munmap(run->window + at * run->unit_bytes, run->unit_bytes);
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

/*
 * over: anonymous mappings of @units units each, @step units apart, one an
 * operation, for something else to be mapped over.
 */
int map_anon_stripes(const struct scenario_run *run, size_t step, size_t units);
long map_over(const struct scenario_run *run, size_t at, size_t units);

/*
 * over_one: over the whole of each.
 *
 *	|old| |old| |old| ...		nr_ops VMAs
 *	|new| |new| |new| ...		nr_ops VMAs
 */
int over_one_prepare(const struct scenario_run *run);
long over_one_mmap(const struct scenario_run *run, unsigned int i);

/*
 * over_part: over the middle of each.
 *
 *	|o o o| |o o o| ...		nr_ops VMAs
 *	|o|n|o| |o|n|o| ...		3 nr_ops VMAs
 */
int over_part_prepare(const struct scenario_run *run);
long over_part_mmap(const struct scenario_run *run, unsigned int i);

/*
 * over_many: over four at a time.
 *
 *	|o| |o| |o| |o|  ...		4 nr_ops VMAs
 *	|   n e w    |  ...		nr_ops VMAs
 */
int over_many_prepare(const struct scenario_run *run);
long over_many_mmap(const struct scenario_run *run, unsigned int i);

#define SHAPE(fixed_, per_op_)                         \
	{                                              \
		.fixed = (fixed_), .per_op = (per_op_) \
	}

#define OUTCOME(name_, fixed_, per_op_)                          \
	{                                                        \
		.name = (name_), .vmas = SHAPE(fixed_, per_op_), \
	}

/* A kind of operation; what it declares beside the outcome is named. */
#define OP(name_, run_, ...)                                     \
	{                                                        \
		.name = name_, .run = run_, .after = __VA_ARGS__ \
	}

/* One that the kernel is to refuse. */
#define OP_REFUSED(run_, errno_)                                     \
	{                                                            \
		.name = "mmap", .run = run_, .expect_errno = errno_, \
		.after = OUTCOME("failed:" #errno_, 0, 0)            \
	}

/*
 * What all members of an append scenario but claim and backing are. With 199
 * operations, 200 mappings adjoin: the seed is one.
 */
#define APPEND_200(...)                                               \
	.units = SHAPE(1, 1), .nr_ops = 199, .adjacent = SHAPE(1, 1), \
	.prepare = append_prepare, .before = SHAPE(1, 0),             \
	.ops = {                                                      \
		__VA_ARGS__,                                          \
	}

/* A point of a sweep over the number of other VMAs. */
#define APPEND_AMONG(of_, what_, nr_)                                   \
	SCENARIO(of_##_append_p##nr_) = {                               \
		SCENARIO_ID(of_##_append_p##nr_),                       \
		.claim = "cost of " what_ " among " #nr_ " other VMAs", \
		.backing = &backing_##of_,                              \
		.population = (nr_),                                    \
		.units = SHAPE(1, 1),                                   \
		.prepare = append_prepare,                              \
		.before = SHAPE(1, 0),                                  \
		.ops = { APPEND_OPS },                                  \
	}

/* One VMA, whatever the kernel. */
#define APPEND_OPS                                        \
	OP("mmap", append_mmap, OUTCOME("merged", 1, 0)), \
		OP("munmap", append_munmap, OUTCOME("shrunk", 1, 0))

/* One VMA each, whatever the kernel. */
#define APPEND_OPS_NEVER_MERGED                               \
	OP("mmap", append_mmap, OUTCOME("not-merged", 1, 1)), \
		OP("munmap", append_munmap, OUTCOME("removed", 1, 0))

/* ->mmap() changes a flag that is part of what must match: merged on retry. */
#define APPEND_OPS_MERGED_ON_RETRY                                   \
	OP("mmap", append_mmap, OUTCOME("merged", 1, 0),             \
	   .with = { [RETRY_NONE] = OUTCOME("fragmented", 1, 1) }),  \
		OP("munmap", append_munmap, OUTCOME("shrunk", 1, 0), \
		   .with = { [RETRY_NONE] = OUTCOME("removed", 1, 0) })

/*
 * The same with a ->close(): once it was stored, a VMA that has one is not
 * merged into another.
 */
#define APPEND_OPS_MERGED_ON_EARLY_RETRY                              \
	OP("mmap", append_mmap, OUTCOME("fragmented", 1, 1),          \
	   .with = { [RETRY_EARLY] = OUTCOME("merged", 1, 0) }),      \
		OP("munmap", append_munmap, OUTCOME("removed", 1, 0), \
		   .with = { [RETRY_EARLY] = OUTCOME("shrunk", 1, 0) })

/* What all members of a prepend scenario but claim and backing are. */
#define PREPEND                                                        \
	.units = SHAPE(1, 1), .prepare = prepend_prepare,              \
	.before = SHAPE(1, 0),                                         \
	.ops = {                                                       \
		OP("mmap", prepend_mmap, OUTCOME("merged", 1, 0)),     \
		OP("munmap", prepend_munmap, OUTCOME("shrunk", 1, 0)), \
	}

/* What all members of an apart scenario but claim, backing and storm are. */
#define APART                                                         \
	.units = SHAPE(0, 2), .ops = {                                \
		OP("mmap", apart_mmap, OUTCOME("not-merged", 0, 1)),  \
		OP("munmap", apart_munmap, OUTCOME("removed", 0, 0)), \
	}

/* What all members of an over_* scenario but claim and backing are. */
#define OVER(which_, stride_, before_, outcome_, after_)                        \
	.units = SHAPE(0, stride_), .window = SHAPE(0, stride_),                \
	.prepare = over_##which_##_prepare, .before = SHAPE(0, before_),        \
	.ops = {                                                                \
		OP("mmap", over_##which_##_mmap, OUTCOME(outcome_, 0, after_)), \
	}

#define OVER_ONE OVER(one, 2, 1, "replaced", 1)
#define OVER_PART OVER(part, 4, 1, "split", 3)
#define OVER_MANY OVER(many, 8, 4, "replaced", 1)

#endif
