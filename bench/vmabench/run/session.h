/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario that is being run in one pass, between the files that do it. */
#ifndef SESSION_H
#define SESSION_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "instruments/instrument.h"
#include "run.h"

/* A record holds every batch: more would not say more. */
#define MAX_BATCHES 20000

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

/**
 * struct counter - a metric of an instrument
 * @instrument: it
 * @handle: number of its handle
 * @m: number of the metric there
 * @metric: it
 * @available: it can be read
 */
struct counter {
	const struct instrument *instrument;
	unsigned int handle, m;
	const struct metric *metric;
	bool available;
};

/* Of all instruments of a pass together. */
#define PASS_MAX_METRICS 48

/**
 * struct counting - the counters of a pass
 * @nr: of @list
 * @nr_available: of @list
 * @nr_instruments: that they are of
 * @instruments: by number of their handle
 * @list: in the order of the record
 */
struct counting {
	unsigned int nr, nr_available, nr_instruments;
	const struct instrument *instruments[PASS_MAX_METRICS];
	struct counter list[PASS_MAX_METRICS];
};

/**
 * struct arena - memory that is there before the first batch
 * @at: its start; NULL: it is only found out how much is taken
 * @used: bytes
 */
struct arena {
	char *at;
	size_t used;
};

/**
 * struct task - who runs the scenario: one, or the tasks of a storm
 * @s: session
 * @run: the scenario in its window, with its file
 * @cpu: that it is pinned to; -1: whichever
 * @pid: of a process of a storm
 * @thread: of a thread of a storm
 * @err: 0, -errno, or 1: @run.reason says why; TASK_IMPOSSIBLE: why it cannot be
 * @failed_op: the operation that @run.reason is about; may be NULL
 * @batch: number of recorded batches so far
 * @end_ns: when to stop recording
 * @vmas_elsewhere: VMAs of the process before the batch
 * @start: of a batch, in ticks
 * @end: likewise
 * @seen: of the last batch, by kind
 * @results: of a batch, by kind
 * @handles: of instruments
 * @kept: the samples of the pass
 * @memory: what the task was given of the arena
 * @bytes: and how much
 */
struct task {
	struct session *s;
	struct scenario_run run;
	int cpu;
	pid_t pid;
	pthread_t thread;
	int err;
	const char *failed_op;
	unsigned int batch;
	uint64_t end_ns;
	long vmas_elsewhere;
	uint64_t start, end;
	struct seen seen[SCENARIO_MAX_OPS];
	long *results[SCENARIO_MAX_OPS];
	void *handles[PASS_MAX_METRICS];
	void *kept;
	char *memory;
	size_t bytes;
} __attribute__((aligned(64)));

#define TASK_IMPOSSIBLE 2

/**
 * struct crew - what the tasks share
 * @arrived: tasks at the barrier
 * @generation: how many times all have met there
 * @broken: the barrier is: a task has failed, or is gone
 * @more: there is another batch
 * @spins: before a task at the barrier sleeps
 * @tasks: all of them
 */
struct crew {
	atomic_uint arrived __attribute__((aligned(64)));
	atomic_uint generation;
	atomic_bool broken;
	bool more __attribute__((aligned(64)));
	unsigned int spins;
	struct task tasks[];
};

/**
 * struct session - see the head of this file
 * @nr_kinds: of operations
 * @nr_tasks: of @crew
 * @nr_warmup: batches that are not recorded
 * @min_batches: that are, however long it takes
 * @max_batches: and at most
 * @budget_ns: how long to go on after @min_batches
 */
struct session {
	struct scenario_run run;
	const struct run_config *config;
	FILE *out;
	unsigned int nr_kinds, nr_tasks;
	unsigned int nr_warmup, min_batches, max_batches;
	uint64_t budget_ns;
	struct counting counting;
	struct crew *crew;
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
int say_impossible(struct session *s, const char *reason);
int fail_with(struct task *t, const char *what, int err);
int prepare_with(struct task *t, int (*how)(const struct scenario_run *run));
void run_task(struct task *t);
int finish_session(struct session *s);

/* crew.c */
void *take(struct arena *arena, size_t nr, size_t size);
size_t crew_bytes(struct session *s);
void place_crew(struct session *s);
bool meet(struct task *t);

/* counters.c */
bool list_counters(struct session *s);
void place_counters(struct task *t, struct arena *arena);
int open_counters(struct task *t, bool say);
void close_counters(struct task *t);
int read_counters(struct task *t, enum reading when, uint64_t *values);
int start_counters(struct task *t);
int stop_counters(struct task *t);

/* seen.c */
int see_vmas(struct task *t, int *vmas);
int see_pages(struct task *t, struct vma_shape declared);
int see_results(struct task *t, unsigned int k, struct seen *seen);
bool has_left_cpu(int cpu, char *reason, size_t size);
int agrees_with_last(struct task *t, unsigned int k, const struct seen *last);
int is_declared(struct task *t, unsigned int k, bool vmas);

/* place.c */
/*
 * Where the window is: below everything that the kernel places by itself, so
 * that no library call maps into it, and within a 39-bit address space.
 */
#define WINDOW_ADDRESS ((char *)0x1000000000ul)

int open_window(struct scenario_run *run);
int make_crowd(struct scenario_run *run, uint64_t seed, bool guest);
long count_all_vmas(void);

/* shape.c */
bool results_are_declared(const struct task *t, unsigned int k);
void name_outcome(const struct session *s, unsigned int k, char name[64]);
int emit_shape(struct session *s, unsigned int k);
const char *result_name(int err);

/* emit.c */
int emit_batches(struct session *s, json_t *line, json_t *batches);
int emit_skip(struct session *s, const char *op, const char *reason);
int emit_failure(struct session *s, const char *op, const char *reason);
json_t *hist_json(const struct hist *h);

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
 * struct charge - KiB that stay charged to the machine after a batch, by several
 * @least: of all but the lowest
 * @kib: median
 * @most: of all but the highest
 */
struct charge {
	long least, kib, most;
};

/* leftovers.c */
void read_leftovers(struct leftovers *left);
int charged_by_batch(struct task *t, struct charge *charge);
int emit_leftovers(struct session *s, const struct leftovers *before,
		   const struct leftovers *after, const struct charge *charge);

/**
 * struct held - objects that are freed, and not given back
 * @objects: how many
 * @bytes: how much
 */
struct held {
	long objects, bytes;
};

/**
 * struct holdings - what operations of a batch leave in flight
 * @peak: by kind: after the last one
 * @drained: by kind: when RCU has done what was left to it
 * @reason: why that is not known; empty if it is
 */
struct holdings {
	struct held peak[SCENARIO_MAX_OPS], drained[SCENARIO_MAX_OPS];
	char reason[WHY_BYTES];
};

/* Environment: a folder to be read in the place of /sys/kernel/slab, for tests. */
#define SLABS_ENV "VMABENCH_SLABS"

/* held.c */
int measure_held(struct task *t, struct holdings *h);
int emit_held(struct session *s, const struct holdings *h);

/* storm.c */
int run_storm(struct session *s);

/* beside.c */

/**
 * struct beside - the neighbour of a storm
 * @run: the scenario in its window
 * @neighbour: what it does
 * @cpu: that it is pinned to
 * @thread: that does it
 * @ready: posted once it has come through a step, or has failed
 * @stop: the tasks are done
 * @impossible: @run.reason says why
 * @err: of a step
 */
struct beside {
	struct scenario_run run;
	const struct neighbour *neighbour;
	int cpu;
	pthread_t thread;
	sem_t ready;
	atomic_bool stop;
	bool impossible;
	int err;
};

int start_neighbour(struct beside *b);
void stop_neighbour(struct beside *b);

/* program.c */
int run_program(struct session *s);

#endif
