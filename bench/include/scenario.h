/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario is. Adding one is adding one file to bench/scenarios/.
 *
 * A scenario works in a window of addresses that belongs to nobody else, in a
 * process of its own. Its operations are run in batches, in the order in which
 * they are declared:
 *
 *	setup			once, untimed
 *	prepare			per batch, untimed
 *	for each operation:
 *		run(0) ... run(nr_ops - 1)	measured
 *		check of the shape declared	untimed
 *	the window is emptied	per batch, untimed
 *	teardown		once, untimed
 *
 * run() holds nothing but the system call under test. A scenario whose results
 * or whose shape are not what it declared yields no number: it yields a failure
 * that says what was seen.
 */
#ifndef VMABENCH_SCENARIO_H
#define VMABENCH_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

struct scenario_run;

/**
 * struct backing - what a mapping is of
 * @name: for messages
 * @open: makes a file of @nr_pages pages; returns its descriptor, -1 for
 *	"none is needed", or, with run->reason set, -2
 * @prot: PROT_* of the mappings
 * @flags: MAP_* of the mappings, MAP_FIXED* excluded
 */
struct backing {
	const char *name;
	int (*open)(struct scenario_run *run, size_t nr_pages);
	int prot;
	int flags;
};

extern const struct backing backing_none;
extern const struct backing backing_anon;
extern const struct backing backing_memfd;
extern const struct backing backing_file;
extern const struct backing backing_secretmem;

/**
 * struct scenario_run - a scenario that is being run
 * @scenario: which one
 * @nr_ops: operations per batch
 * @page_bytes: size of a page
 * @window: start of the address range that the scenario may use
 * @window_pages: its length
 * @fd: what @scenario->backing opened, or -1
 * @dir: folder on a disk's filesystem that files may be made in
 * @reason: why something is not possible, for a skip or a failure
 */
struct scenario_run {
	const struct scenario *scenario;
	unsigned int nr_ops;
	size_t page_bytes;
	char *window;
	size_t window_pages;
	int fd;
	const char *dir;
	char reason[256];
};

/** struct vma_shape - how many VMAs: @fixed + @per_op * nr_ops */
struct vma_shape {
	int fixed;
	int per_op;
};

/**
 * struct scenario_op - one kind of operation, measured apart from the others
 * @name: as the table shows it
 * @run: the operation number @i; returns what the system call returned, or
 *	-errno
 * @expect_errno: the error that every operation must return, 0 for success
 * @before: VMAs in the window before the first operation
 * @after: VMAs in the window after the last one
 * @outcome: what happens to the range, as the record says it
 */
struct scenario_op {
	const char *name;
	long (*run)(const struct scenario_run *run, unsigned int i);
	int expect_errno;
	struct vma_shape before;
	struct vma_shape after;
	const char *outcome;
};

#define SCENARIO_MAX_OPS 4

/**
 * struct scenario - see the head of this file
 * @name: name of the file
 * @version: hash of the source; set by SCENARIO()
 * @claim: what of the series the numbers test, one line
 * @backing: what is mapped
 * @backing_pages: size of the file: @fixed + @per_op * nr_ops pages
 * @prepare: may be NULL
 * @ops: ends with an entry that has no name
 */
struct scenario {
	const char *name;
	const char *version;
	const char *claim;
	const struct backing *backing;
	struct vma_shape backing_pages;
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
	static const struct scenario *const scenario_ptr_##name_                 \
		__attribute__((used, section("scenarios"))) = &scenario_##name_; \
	static const struct scenario scenario_##name_

#define SCENARIO_ID(name_) .name = #name_, .version = SCENARIO_VERSION

extern const struct scenario *const __start_scenarios[];
extern const struct scenario *const __stop_scenarios[];

#define for_each_scenario(s)                                              \
	for (const struct scenario *const *s##_p = __start_scenarios, *s; \
	     s##_p < __stop_scenarios && (s = *s##_p, true); s##_p++)

#endif
