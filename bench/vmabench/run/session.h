/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario that is being run in one pass, between the files that do it. */
#ifndef SESSION_H
#define SESSION_H

#include "instruments/instrument.h"
#include "run.h"

/* Results of a batch that are told apart. */
#define MAX_RESULTS 4

/**
 * struct seen - what a batch of one kind of operation did
 * @before: VMAs before the first operation
 * @after: and after the last one
 * @results: how many operations ended with which errno, 0 for success, in the
 *	order in which they came
 */
struct seen {
	int before, after;
	struct {
		int err;
		unsigned int nr;
	} results[MAX_RESULTS];
};

/** struct op_result - what one kind of operation has yielded so far
 * @batches: of the time pass: totals
 * @faults: of the time pass: page faults
 * @switches: of the time pass: [batch, involuntary context switches], if any
 * @hist: of the time pass, see hist_bucket()
 * @per_op: of the counting pass, by metric
 * @totals: of the counting pass, by metric
 * @counts: of the pass of events, by metric: totals
 * @estimated: of the pass of events: a counter was multiplexed
 * @seen: of the last batch, and of each recorded one
 */
struct op_result {
	json_t *batches;
	json_t *faults;
	json_t *switches;
	uint32_t *hist;
	uint64_t *per_op[INSTRUMENT_MAX_METRICS];
	uint64_t *totals[INSTRUMENT_MAX_METRICS];
	json_t *counts[INSTRUMENT_MAX_METRICS];
	bool estimated[INSTRUMENT_MAX_METRICS];
	struct seen seen;
};

/** struct counter - a metric of an instrument */
struct counter {
	const struct instrument *instrument;
	unsigned int m;
	const struct metric *metric;
	bool available;
};

/**
 * struct counting - the counters of a pass
 * @started: the instrument that is to be started for each batch, if there is one
 */
struct counting {
	const struct instrument *started;
	unsigned int nr;
	struct counter counters[INSTRUMENT_MAX_METRICS];
	uint64_t before[INSTRUMENT_MAX_METRICS];
};

/**
 * struct leftovers - what a scenario may leave behind for good
 * @vmas: of the process
 * @locked_kib: of the process
 * @files: open files of the machine
 */
struct leftovers {
	long vmas, locked_kib, files;
};

/**
 * struct session - see the head of this file
 * @batch: number of recorded batches so far
 * @vmas_elsewhere: VMAs of the process before the batch
 * @results: of a batch
 * @ticks: of a batch
 * @disturb: of the time pass
 */
struct session {
	struct scenario_run run;
	const struct run_config *config;
	FILE *out;
	unsigned int nr_kinds;
	unsigned int batch;
	long vmas_elsewhere;
	long *results;
	uint64_t *ticks;
	struct counting counting;
	struct op_result ops[SCENARIO_MAX_OPS];
	struct disturb disturb;
};

static inline int vmas_of(struct vma_shape shape, unsigned int nr_ops)
{
	return shape.fixed + shape.per_op * (int)nr_ops;
}

static inline size_t window_bytes(const struct scenario_run *run)
{
	return run->window_units * run->unit_bytes;
}

/* run.c */
void quiesce(const struct run_config *config);
bool has_left_cpu(int cpu, char *reason, size_t size);

/* place.c */
int open_window(struct scenario_run *run);
int make_crowd(struct scenario_run *run, uint64_t seed);
long count_all_vmas(void);

/* emit.c */
#define HIST_SUB_BITS 8
#define HIST_BUCKETS ((64 - HIST_SUB_BITS + 1) << HIST_SUB_BITS)

unsigned int hist_bucket(uint64_t ns);
json_t *hist_json(const uint32_t *hist);
json_t *row_line(const struct session *s, const char *op, const char *metric,
		 const char *unit, const char *better, const char *pass,
		 bool exact, unsigned int ops);
int emit_skip(struct session *s, const char *reason);
int emit_skip_op(struct session *s, const char *op, const char *reason);
int emit_failure(struct session *s, const char *op, const char *reason);
int emit_all(struct session *s);
const char *result_name(int err);

/* pmu_pass.c */
int run_events(struct session *s, const struct scenario_op *op,
	       struct op_result *res, bool record);
int emit_events(struct session *s);

/* leftovers.c */
void read_leftovers(struct leftovers *left);
int emit_leftovers(struct session *s, const struct leftovers *before,
		   const struct leftovers *after, long committed_kib);
long committed_kib(void);
long median_kib(long *kib, unsigned int nr);

/* storm.c */
int run_storm(struct session *s);

/* program.c */
int run_program(struct session *s);

#endif
