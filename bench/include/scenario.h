/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario is. Adding one, or a sweep of them, is adding one file to
 * bench/scenarios/.
 *
 * A scenario works in a window of addresses that belongs to nobody else, in a
 * process of its own. Its operations are run in batches, in the order in which
 * they are declared:
 *
 *	setup			once, untimed
 *	prepare			per batch, untimed
 *	for each operation:
 *		run(0) ... run(nr_ops - 1)	measured
 *		a look at results and shape	untimed
 *	the window is emptied	per batch, untimed
 *	teardown		once, untimed
 *
 * run() holds nothing but the system call under test. Results and shape are looked
 * at after each batch, and the record says what was seen; where that is not what
 * the scenario declares it says so, too, and the numbers are there all the same. A
 * scenario that cannot be prepared, whose VMAs cannot be counted, or whose batches
 * do not do the same yields no number: it yields a failure. So does a storm that
 * does not do what it declares.
 */
#ifndef VMABENCH_SCENARIO_H
#define VMABENCH_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario_set.h"

struct scenario_run;

/**
 * enum retry - when the kernel tries once more to merge a new mapping, because
 *	its ->mmap() has changed the flags
 * @RETRY_UNKNOWN: any of what a scenario declares is accepted
 * @RETRY_EARLY: before the VMA is stored: up to 6.12
 * @RETRY_LATE: after it was stored, linked and counted: 6.13 to 6.15
 * @RETRY_NONE: never: from 6.16 on
 */
enum retry {
	RETRY_UNKNOWN,
	RETRY_EARLY,
	RETRY_LATE,
	RETRY_NONE,
	NR_RETRIES
};

/**
 * struct backing - what a mapping is of
 * @name: for messages
 * @open: makes a file of @nr_units units; returns its descriptor, -1 for
 *	"none is needed", or, with run->reason set, -2. May set run->unit_bytes
 * @close: undoes what closing the descriptor does not; may be NULL
 * @arg: for @open
 * @prot: PROT_* of the mappings
 * @flags: MAP_* of the mappings, MAP_FIXED* excluded
 * @same_offset: all mappings are of offset 0
 * @anywhere: cannot be mapped at an address of our choice: VMAs are counted in
 *	the whole address space
 * @needs_module: is what bench/kmod makes
 * @huge: of huge pages: what is mapped of it begins at one
 */
struct backing {
	const char *name;
	int (*open)(struct scenario_run *run, size_t nr_units);
	void (*close)(struct scenario_run *run);
	const void *arg;
	int prot;
	int flags;
	bool same_offset;
	bool anywhere;
	bool needs_module;
	bool huge;
};

extern const struct backing backing_none;
extern const struct backing backing_process;
extern const struct backing backing_maps;
extern const struct backing backing_anon;
extern const struct backing backing_thp;
extern const struct backing backing_memfd;
extern const struct backing backing_file;
extern const struct backing backing_secretmem;
extern const struct backing backing_tmpfs;
extern const struct backing backing_xfs;
extern const struct backing backing_ext4_dax;
extern const struct backing backing_xfs_dax;
extern const struct backing backing_erofs_dax;
extern const struct backing backing_devdax;
extern const struct backing backing_orangefs;
extern const struct backing backing_hugetlb;
extern const struct backing backing_zero_private;
extern const struct backing backing_zero_shared;
extern const struct backing backing_io_uring;
extern const struct backing backing_perf;
extern const struct backing backing_udmabuf;
extern const struct backing backing_overlay;

/* What @open returns with run->reason set. */
#define BACKING_IMPOSSIBLE (-2)

/**
 * struct scenario_run - a scenario that is being run
 * @scenario: which one
 * @nr_ops: operations per batch
 * @unit_bytes: size of one mapping
 * @window: start of the address range that the scenario may use
 * @window_units: its length
 * @fd: what @scenario->backing opened, or -1
 * @dir: folder on a disk's filesystem that files may be made in
 * @guest: the machine is one that ends with the run: its settings may be changed
 * @reason: why something is not possible, for a skip or a failure
 */
struct scenario_run {
	const struct scenario *scenario;
	unsigned int nr_ops;
	size_t unit_bytes;
	char *window;
	size_t window_units;
	int fd;
	const char *dir;
	bool guest;
	char reason[256];
};

/** struct vma_shape - how many VMAs: @fixed + @per_op * nr_ops */
struct vma_shape {
	int fixed;
	int per_op;
};

/**
 * struct vma_outcome - what becomes of the range
 * @name: as the record says it; NULL: not declared
 * @vmas: VMAs in the window after the last operation
 */
struct vma_outcome {
	const char *name;
	struct vma_shape vmas;
};

/**
 * struct scenario_op - one kind of operation, measured apart from the others
 * @name: as the table shows it
 * @prepare: before the first operation, untimed; may be NULL
 * @run: the operation number @i; returns what the system call returned, or
 *	-errno
 * @expect_errno: the error that every operation should return, 0 for success
 * @before: VMAs in the window before the first operation, where @prepare has
 *	changed it; else they are what the operation before has left
 * @pages: pages in the window's page tables after the last operation, where the
 *	scenario is @populated
 * @after: what becomes of the range, whatever the kernel
 * @with: by kernel, where that is something else than @after
 * @by_hook: it depends on something else than the kernel's retry, as on the hook of
 *	the file: any of what is declared will do
 * @switches: from task to task in each operation, where it ends in another process
 */
struct scenario_op {
	const char *name;
	int (*prepare)(const struct scenario_run *run);
	long (*run)(const struct scenario_run *run, unsigned int i);
	int expect_errno;
	struct vma_shape before;
	struct vma_shape pages;
	struct vma_outcome after;
	struct vma_outcome with[NR_RETRIES];
	bool by_hook;
	unsigned int switches;
};

#define SCENARIO_MAX_OPS 8

/**
 * struct neighbour - what runs beside the tasks of a storm, untimed
 * @open: makes ready, in the thread of the neighbour; returns 0, or
 *	BACKING_IMPOSSIBLE with run->reason set; may be NULL
 * @step: is called until the tasks are done; returns 0 or -errno
 * @close: unmaps what is left in the window; may be NULL
 *
 * It has a window of its own in the address space of the threads, and the file
 * of the first of them.
 */
struct neighbour {
	int (*open)(struct scenario_run *run);
	int (*step)(const struct scenario_run *run);
	void (*close)(const struct scenario_run *run);
};

extern const struct neighbour neighbour_storm;
extern const struct neighbour neighbour_reads;

/**
 * struct storm - a scenario that several tasks run at a time
 * @threads: of one process, with one mmap_lock; 0 for processes
 * @processes: with an address space each. If both are 0, one thread that is
 *	not part of a sweep
 * @neighbour: what runs beside the tasks; may be NULL
 *
 * Every task has a window and a file of its own, and runs the operations of the
 * scenario in them: all of the first kind, then at once all of the next, since
 * the kinds are to meet. So an operation has no @prepare, and of what it
 * declares, only @after is looked at.
 */
struct storm {
	unsigned int threads;
	unsigned int processes;
	const struct neighbour *neighbour;
};

/* Operations per batch of a storm: it outlasts the start of all tasks. */
#define STORM_OPS 256

/**
 * struct scenario - see the head of this file
 * @name: name of the file, or of a point of the file's sweep
 * @version: hash of the source; set by SCENARIO_ID()
 * @claim: what of the series the numbers test, one line
 * @set: that it is in
 * @backing: what is mapped
 * @units: size of the file: @fixed + @per_op * nr_ops mappings
 * @window: addresses that it needs, likewise; two for each operation if 0
 * @before: VMAs in the window after @prepare
 * @populated: the pages of the window are there, and are counted: numbers of a
 *	range that has lost some are numbers of something else
 * @pages: in its page tables after @prepare
 * @op_bytes: what an operation maps, if not one unit
 * @nr_ops: operations per batch, 0 for the runner's choice
 * @adjacent: how many adjacent mappings the VMAs after the first kind of
 *	operation stand for: @fixed + @per_op * nr_ops; 0 for no such claim
 * @population: other VMAs in the address space
 * @layouts: the exact tier measures it over layouts of the maple tree, too: an
 *	operation at a time, and its first VMA is at the start of the window
 * @untimed: counted only, in as few operations as can be: each may cost the
 *	machine something for good
 * @warns: the kernel is to warn of it, which taints it: in guests only
 * @storm: several tasks; NULL for one
 * @program: a whole program, timed by hyperfine; ends with NULL
 * @setup: returns 0, -errno, or BACKING_IMPOSSIBLE with run->reason set, where the
 *	kernel does not have what it takes; may be NULL
 * @prepare: may be NULL
 * @teardown: may be NULL
 * @ops: ends with an entry that has no name
 */
struct scenario {
	const char *name;
	const char *version;
	const char *claim;
	enum scenario_set set;
	const struct backing *backing;
	struct vma_shape units;
	struct vma_shape window;
	struct vma_shape before;
	bool populated;
	struct vma_shape pages;
	size_t op_bytes;
	unsigned int nr_ops;
	struct vma_shape adjacent;
	unsigned int population;
	bool layouts;
	bool untimed;
	bool warns;
	const struct storm *storm;
	const char *const *program;
	int (*setup)(struct scenario_run *run);
	int (*prepare)(const struct scenario_run *run);
	void (*teardown)(struct scenario_run *run);
	struct scenario_op ops[SCENARIO_MAX_OPS + 1];
};

/*
 * The linker gathers scenarios in a section of pointers: no list is edited, and
 * a program that does not link their files has none.
 */
#define SCENARIO(name_)                                                          \
	static const struct scenario scenario_##name_;                           \
	static const struct scenario *scenario_ptr_##name_                       \
		__attribute__((used, section("scenarios"))) = &scenario_##name_; \
	static const struct scenario scenario_##name_

#define SCENARIO_ID(name_) .name = #name_, .version = SCENARIO_VERSION

/*
 * A sweep: the same scenario for each value of a parameter, in one file. The name
 * of each ends in its value, the parameter is in its rows.
 *
 *	#define AMONG(nr_) SCENARIO(anon_append_p##nr_) = { ... }
 *	SCENARIO_SWEEP(AMONG, 100, 1000, 10000, 50000);
 */
#define SCENARIO_SWEEP(point_, a_, b_, c_, d_) \
	point_(a_);                            \
	point_(b_);                            \
	point_(c_);                            \
	point_(d_)

extern const struct scenario *__start_scenarios[];
extern const struct scenario *__stop_scenarios[];

#define for_each_scenario(s)                                        \
	for (const struct scenario **s##_p = __start_scenarios, *s; \
	     s##_p < __stop_scenarios && (s = *s##_p, true); s##_p++)

#endif
