/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the driver share. */
#ifndef RUN_H
#define RUN_H

#include "driver.h"

/**
 * struct kind - operations of one kind
 * @prepare: calls before them
 * @nr_prepare: how many
 * @calls: that are timed
 * @seen: what they did
 * @batches: that were recorded
 * @counts: of the host, two a batch that is counted
 * @singles: ticks of operations, batch by batch
 */
struct kind {
	const struct native_call *prepare;
	u32 nr_prepare;
	const struct native_call *calls;
	struct native_kind seen;
	struct native_batch *batches;
	struct native_counts *counts;
	u32 *singles;
};

/**
 * struct run - a scenario that is being run
 * @sc: what is to be done
 * @prepare: calls before each batch
 * @kinds: of operations
 * @files: of the scenario, from 1 on; 0 is none
 * @window: where its addresses begin
 * @results: of the operations of a batch
 * @least: time of the work that is the same always, so far
 * @disturbed: it took longer in the batch, or a page was not there
 * @report: for the answer
 */
struct run {
	const struct native_scenario *sc;
	const struct native_call *prepare;
	struct kind kinds[NATIVE_KINDS];
	struct file *files[1 + NATIVE_FILES];
	unsigned long window;
	long *results;
	u32 *least;
	bool disturbed;
	struct native_report report;
};

/**
 * enum what - what a batch is for
 * @FIRST: VMAs are counted
 * @WARM: nothing
 * @RECORD: it is recorded
 * @SINGLE: each of its operations is
 * @COUNT: the host counts its events
 * @LAST: VMAs are counted: they must be as many as at first
 *
 * To count VMAs is to read them all, which batches that are timed have not done.
 */
enum what {
	FIRST,
	WARM,
	RECORD,
	SINGLE,
	COUNT,
	LAST
};

/* batch.c */
int native_fail(struct run *run, int err, const char *fmt, ...);
int native_run_batch(struct run *run, enum what what, u32 number, u64 *ticks);

/* scenario.c */
int native_prepare(struct run *run, unsigned long window);
void native_run_batches(struct run *run);
void native_answer_run(struct run *run);
void native_free(struct run *run);

#endif
