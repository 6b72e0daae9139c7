// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storms: a scenario that several tasks run at a time, on metal.
 *
 * What the tasks share is what is measured. Threads share the address space and
 * with it the mmap_lock; processes do not, so the difference between the two is
 * the price of that lock. Everything else that a task can have for itself it
 * has: its file (mappings of one file meet in the i_mmap_rwsem, whoever maps
 * them), and its window, whose page tables no other window is in.
 *
 * Batches start and end at a barrier. In between, a task does not wait for the
 * others, so that kinds of operations meet. Only in the batches that warm up is
 * there a barrier after each kind as well, and the shape is looked at, which
 * takes locks itself. After every batch, results and windows are checked.
 */
#include <errno.h>
#include <linux/futex.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tracefs.h>
#include <unistd.h>

#include "base/base.h"
#include "instruments/instrument.h"
#include "record/write.h"
#include "run/run.h"
#include "scenario.h"
#include "session.h"
#include "system/system.h"

#define TASKS_PER_CPU 4	  /* more say nothing new */
#define MAX_BATCHES 20000 /* a record holds every batch */
#define MAX_OPS 1024	  /* per batch and kind */

/*
 * Batches are longer than those of one task, and there are many operations in
 * a few of them. Waits are rarer than operations: to count them takes more.
 */
#define WARMUP_SHARE 5 /* of the batches that one task warms up with */
#define COUNT_BATCHES 200
#define COUNT_NS 300000000

#define PAGE_TABLE_BYTES (2ul << 20) /* that one page of a page table maps */

/*
 * Counters of a task, on tracepoints.
 *
 * contention_begin() is called by all kinds of locks. The flags tell semaphores
 * for readers and writers from the rest: READ or WRITE alone, or with RT where
 * they are made of that. In an address space whose tasks map files of their
 * own, the one that is contended is the mmap_lock. A writer that gets the lock
 * while it still spins does not count: it calls this only before it sleeps.
 */
enum {
	LOCK_WAITS,
	MMAP_LOCKS,
	NR_COUNTERS
};

static const struct {
	const char *metric, *unit, *system, *event, *filter;
	const char *formats[4]; /* must be in the format; up to a NULL */
} counters[NR_COUNTERS] = {
	[LOCK_WAITS] = {
		"lock_waits", "waits/op", "lock", "contention_begin",
		"flags == 2 || flags == 4 || flags == 10 || flags == 12",
		{ "(1U << 1), \"READ\"", "(1U << 2), \"WRITE\"",
		  "(1U << 3), \"RT\"" },
	},
	[MMAP_LOCKS] = {
		"mmap_locks", "acquisitions/op", "mmap_lock",
		"mmap_lock_acquire_returned", "success == 1",
		{ " success;" },
	},
};

/**
 * struct task - one of the tasks, in memory that all of them share
 * @run: the scenario in its window, with its file
 * @cpu: that it is pinned to
 * @pid: of a process
 * @thread: of a thread
 * @fds: its counters, -1 for none
 * @failed_op: the operation that @run.reason is about; may be NULL
 * @failed: @run.reason is set
 * @start: of a batch, in ticks
 * @end: likewise
 * @ns: of a batch, by kind
 * @counts: of a batch, by kind
 * @hist: of all recorded batches, by kind
 * @ticks: of a batch
 * @results: of a batch
 */
struct task {
	struct scenario_run run;
	int cpu;
	pid_t pid;
	pthread_t thread;
	int fds[NR_COUNTERS];
	const char *failed_op;
	bool failed;
	uint64_t start, end;
	uint64_t ns[SCENARIO_MAX_OPS];
	uint64_t counts[SCENARIO_MAX_OPS][NR_COUNTERS];
	uint32_t hist[SCENARIO_MAX_OPS][HIST_BUCKETS];
	uint64_t ticks[SCENARIO_MAX_OPS][MAX_OPS];
	long results[SCENARIO_MAX_OPS][MAX_OPS];
} __attribute__((aligned(64)));

/**
 * struct tempest - a storm that is going on, in memory that all tasks share
 * @s: session
 * @nr_tasks: length of @tasks
 * @cpus: that the tasks may run on
 * @nr_cpus: how many
 * @ids: of the events of the counters, -1 for none
 * @arrived: tasks at the barrier
 * @generation: how many times all have met there
 * @broken: the barrier is: a task is gone
 * @go_on: there is another batch
 * @end_ns: when to stop recording
 * @nr_batches: recorded so far
 * @ns: by batch, all tasks
 * @rate: by batch: operations in a second
 * @counts: by batch, all tasks
 * @tasks: the tasks
 */
struct tempest {
	struct session *s;
	unsigned int nr_tasks;
	struct cpus cpus;
	unsigned int nr_cpus;
	int ids[NR_COUNTERS];
	atomic_uint arrived __attribute__((aligned(64)));
	atomic_uint generation;
	atomic_bool broken;
	bool go_on __attribute__((aligned(64)));
	uint64_t end_ns;
	unsigned int nr_batches;
	uint64_t ns[SCENARIO_MAX_OPS][MAX_BATCHES];
	uint64_t rate[MAX_BATCHES];
	uint64_t counts[SCENARIO_MAX_OPS][NR_COUNTERS][COUNT_BATCHES];
	struct task tasks[];
};

/*
 * The barrier. Whoever waits spins, as long as it may without taking the CPU
 * away from a task, then sleeps. It is not pthread's, because it is to let go
 * when a process is gone.
 */
#define BARRIER_SPINS 4000 /* some 100 us */
#define BARRIER_POLL_NS 100000000

static void relax(void)
{
#if defined(__x86_64__)
	_mm_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Returns false if there is no use in going on. */
static bool meet(struct tempest *t)
{
	const struct timespec poll = { .tv_nsec = BARRIER_POLL_NS };
	unsigned int now = atomic_load(&t->generation);
	unsigned int spins = t->nr_tasks <= t->nr_cpus ? BARRIER_SPINS : 0;

	if (atomic_fetch_add(&t->arrived, 1) + 1 == t->nr_tasks) {
		atomic_store(&t->arrived, 0);
		atomic_store(&t->generation, now + 1);
		syscall(SYS_futex, &t->generation, FUTEX_WAKE, INT32_MAX, NULL,
			NULL, 0);
	}
	while (spins-- && atomic_load(&t->generation) == now)
		relax();
	while (atomic_load(&t->generation) == now && !atomic_load(&t->broken))
		syscall(SYS_futex, &t->generation, FUTEX_WAIT, now, &poll, NULL,
			0);
	return !atomic_load(&t->broken);
}

/* Counters. */

/* The event's number, or -1 with @reason set. */
static int find_counter(unsigned int c, char *reason, size_t size)
{
	const char *system = counters[c].system, *event = counters[c].event;
	char *format = NULL, *id;
	int number = -1;

	if (!tracefs_tracing_dir()) {
		why_no_tracefs(reason, size);
		return -1;
	}
	id = tracefs_event_file_read(NULL, system, event, "id", NULL);
	if (id)
		format = tracefs_event_file_read(NULL, system, event, "format",
						 NULL);
	if (format)
		number = atoi(id);
	else
		snprintf(reason, size, "this kernel has no event %s:%s", system,
			 event);
	for (const char *const *f = counters[c].formats; format && *f; f++)
		if (!strstr(format, *f)) {
			snprintf(reason, size,
				 "event %s:%s is not as it is known: no '%s'",
				 system, event, *f);
			number = -1;
		}
	free(format);
	free(id);
	return number;
}

/* For the task that calls it: a descriptor, or -1 with @reason set. */
static int open_counter(unsigned int c, int id, char *reason, size_t size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (uint64_t)id,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);

	if (fd < 0) {
		why_no_perf(errno, WHY_KERNEL, reason, size);
		return -1;
	}
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, counters[c].filter)) {
		snprintf(reason, size, "the kernel refuses the filter %s: %s",
			 counters[c].filter, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* What is not available says why, once, before any task runs. */
static int choose_counters(struct tempest *t)
{
	int err = 0;

	for (unsigned int c = 0; c < NR_COUNTERS && !err; c++) {
		char reason[WHY_BYTES], text[WHY_BYTES + 40];
		int fd = -1;

		t->ids[c] = -1;
		if (t->s->config->pass != PASS_COUNTS)
			continue;
		t->ids[c] = find_counter(c, reason, sizeof(reason));
		if (t->ids[c] >= 0)
			fd = open_counter(c, t->ids[c], reason, sizeof(reason));
		if (fd >= 0) {
			close(fd);
			continue;
		}
		t->ids[c] = -1;
		snprintf(text, sizeof(text), "%s unavailable: %s",
			 counters[c].metric, reason);
		err = emit_skip(t->s, text);
	}
	return err;
}

static bool nothing_to_count(const struct tempest *t)
{
	if (t->s->config->pass != PASS_COUNTS)
		return false;
	for (unsigned int c = 0; c < NR_COUNTERS; c++)
		if (t->ids[c] >= 0)
			return false;
	return true;
}

/* What a task does. The first thing that goes wrong is what is reported. */

static void fail(struct task *task, const char *op, const char *what, int err)
{
	if (task->failed)
		return;
	task->failed = true;
	task->failed_op = op;
	snprintf(task->run.reason, sizeof(task->run.reason), "%s: %s", what,
		 strerror(err));
}

static void open_task_counters(const struct tempest *t, struct task *task)
{
	for (unsigned int c = 0; c < NR_COUNTERS; c++) {
		task->fds[c] = -1;
		if (t->ids[c] < 0 || task->failed)
			continue;
		task->fds[c] = open_counter(c, t->ids[c], task->run.reason,
					    sizeof(task->run.reason));
		task->failed = task->fds[c] < 0;
	}
}

/*
 * In the task itself: what it will write is there for a process only once it
 * has written to it.
 */
static void open_task(const struct tempest *t, struct task *task)
{
	const struct scenario *sc = task->run.scenario;
	int err;

	err = pin_task(0, task->cpu);
	if (err) {
		task->failed = true;
		explain_pin(task->cpu, -err, task->run.reason,
			    sizeof(task->run.reason));
	}
	memset(task->ticks, 1, t->s->nr_kinds * sizeof(task->ticks[0]));
	memset(task->results, 1, t->s->nr_kinds * sizeof(task->results[0]));
	memset(task->hist, 0, t->s->nr_kinds * sizeof(task->hist[0]));
	open_task_counters(t, task);
	if (task->failed || !sc->setup)
		return;
	err = sc->setup(&task->run);
	if (err)
		fail(task, NULL, "setup", -err);
}

static void close_task(struct task *task)
{
	for (unsigned int c = 0; c < NR_COUNTERS; c++)
		if (task->fds[c] >= 0)
			close(task->fds[c]);
	if (task->run.scenario->teardown)
		task->run.scenario->teardown(&task->run);
}

/* count_vmas() is for one thread at a time. */
static void check_vmas(struct task *task, const char *op, int expected,
		       const char *when)
{
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
	int seen;

	if (task->failed)
		return;
	pthread_mutex_lock(&one_at_a_time);
	seen = count_vmas(task->run.window, window_bytes(&task->run));
	pthread_mutex_unlock(&one_at_a_time);
	if (seen < 0) {
		fail(task, op, "cannot count VMAs", -seen);
	} else if (seen != expected) {
		task->failed = true;
		task->failed_op = op;
		snprintf(task->run.reason, sizeof(task->run.reason),
			 "%d VMAs in the window of one task %s, expected %d",
			 seen, when, expected);
	}
}

static void check_results(struct task *task, unsigned int k)
{
	const struct scenario_op *op = &task->run.scenario->ops[k];

	for (unsigned int i = 0; i < task->run.nr_ops && !task->failed; i++) {
		long ret = task->results[k][i];
		int err = ret < 0 && ret > -4096 ? (int)-ret : 0;

		if (err == op->expect_errno)
			continue;
		task->failed = true;
		task->failed_op = op->name;
		snprintf(task->run.reason, sizeof(task->run.reason),
			 "operation %u: expected %s, got %s", i,
			 op->expect_errno ? strerrorname_np(op->expect_errno)
					  : "success",
			 err ? strerrorname_np(err) : "success");
	}
}

static void read_counters(struct task *task, uint64_t *values)
{
	for (unsigned int c = 0; c < NR_COUNTERS; c++) {
		values[c] = 0;
		if (task->fds[c] >= 0 &&
		    read(task->fds[c], &values[c], sizeof(values[c])) !=
			    sizeof(values[c]))
			fail(task, NULL, counters[c].metric, errno);
	}
}

static void run_kind(struct task *task, unsigned int k)
{
	const struct scenario_op *op = &task->run.scenario->ops[k];
	uint64_t before[NR_COUNTERS];

	read_counters(task, before);
	for (unsigned int i = 0; i < task->run.nr_ops; i++) {
		uint64_t start = clock_start();
		long ret = op->run(&task->run, i);

		task->ticks[k][i] = clock_stop() - start;
		task->results[k][i] = ret;
	}
	read_counters(task, task->counts[k]);
	for (unsigned int c = 0; c < NR_COUNTERS; c++)
		task->counts[k][c] -= before[c];
}

static void keep_times(struct task *task, unsigned int k)
{
	task->ns[k] = 0;
	for (unsigned int i = 0; i < task->run.nr_ops; i++) {
		uint64_t ns = (uint64_t)((double)task->ticks[k][i] *
						 bench_clock.ns_per_tick +
					 0.5);

		task->ns[k] += ns;
		task->hist[k][hist_bucket(ns)]++;
	}
}

static void prepare_batch(struct task *task)
{
	const struct scenario *sc = task->run.scenario;
	int err = sc->prepare && !task->failed ? sc->prepare(&task->run) : 0;

	if (err)
		fail(task, NULL, "prepare", -err);
}

/* Everybody gets here, whatever has failed: the others are waiting. */
static bool run_batch(struct tempest *t, struct task *task, bool record)
{
	const struct scenario *sc = task->run.scenario;
	unsigned int nr_ops = task->run.nr_ops;
	bool met = true;

	if (!record)
		check_vmas(task, sc->ops[0].name, vmas_of(sc->before, nr_ops),
			   "before");
	task->start = clock_start();
	for (unsigned int k = 0; k < t->s->nr_kinds && met; k++) {
		if (!task->failed)
			run_kind(task, k);
		if (record)
			continue;
		met = meet(t);
		check_vmas(task, sc->ops[k].name,
			   vmas_of(sc->ops[k].after.vmas, nr_ops), "after");
		met = met && meet(t);
	}
	task->end = clock_stop();
	if (!task->failed)
		task->failed = has_left_cpu(task->cpu, task->run.reason,
					    sizeof(task->run.reason));
	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		check_results(task, k);
		if (record)
			keep_times(task, k);
	}
	return met;
}

static void empty_window(struct tempest *t, struct task *task)
{
	const struct scenario *sc = task->run.scenario;
	const struct scenario_op *last = &sc->ops[t->s->nr_kinds - 1];

	check_vmas(task, last->name,
		   vmas_of(last->after.vmas, task->run.nr_ops), "after");
	if (munmap(task->run.window, window_bytes(&task->run)))
		fail(task, NULL, "emptying the window", errno);
}

/* From when the first task has left the barrier until the last one was done. */
static void record_batch(struct tempest *t)
{
	uint64_t start = t->tasks[0].start, end = t->tasks[0].end;
	unsigned int b = t->nr_batches++;
	double ops = (double)t->nr_tasks * t->s->nr_kinds * t->s->run.nr_ops;

	for (unsigned int i = 0; i < t->nr_tasks; i++) {
		const struct task *task = &t->tasks[i];

		if (task->start < start)
			start = task->start;
		if (task->end > end)
			end = task->end;
		for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
			t->ns[k][b] += task->ns[k];
			for (unsigned int c = 0;
			     c < NR_COUNTERS && b < COUNT_BATCHES; c++)
				t->counts[k][c][b] += task->counts[k][c];
		}
	}
	t->rate[b] = (uint64_t)(ops * 1e9 /
					((double)(end - start) *
					 bench_clock.ns_per_tick) +
				0.5);
}

static bool more_batches(const struct tempest *t)
{
	const struct run_config *config = t->s->config;

	if (config->pass == PASS_COUNTS)
		return t->nr_batches < config->nr_batches ||
		       (t->nr_batches < COUNT_BATCHES &&
			monotonic_ns() < t->end_ns);
	if (config->nr_batches)
		return t->nr_batches < config->nr_batches &&
		       t->nr_batches < MAX_BATCHES;
	return t->nr_batches < MAX_BATCHES &&
	       (!t->nr_batches || monotonic_ns() < t->end_ns);
}

/* The first task does this for all, while they are between two barriers. */
static void end_batch(struct tempest *t, bool record)
{
	t->go_on = true;
	for (unsigned int i = 0; i < t->nr_tasks; i++)
		if (t->tasks[i].failed)
			t->go_on = false;
	if (!t->go_on)
		return;
	if (record)
		record_batch(t);
	else
		t->end_ns = monotonic_ns() + (t->s->config->pass == PASS_COUNTS
						      ? COUNT_NS
						      : t->s->config->budget_ns);
	t->go_on = more_batches(t);
}

static void run_task(struct tempest *t, struct task *task)
{
	unsigned int warmup = t->s->config->nr_warmup / WARMUP_SHARE + 1;

	open_task(t, task);
	for (unsigned int b = 0;; b++) {
		bool record = b >= warmup;

		prepare_batch(task);
		if (!meet(t) || !t->go_on || !run_batch(t, task, record) ||
		    !meet(t))
			break;
		if (task == &t->tasks[0])
			end_batch(t, record);
		empty_window(t, task);
	}
	/* Of a batch that was prepared and not run. */
	munmap(task->run.window, window_bytes(&task->run));
	close_task(task);
}

/* Threads and processes. */

/** struct thread_arg - which task a thread is */
struct thread_arg {
	struct tempest *t;
	struct task *task;
};

static void *thread_main(void *arg)
{
	struct thread_arg a = *(struct thread_arg *)arg;

	free(arg);
	run_task(a.t, a.task);
	return NULL;
}

static int start_thread(struct tempest *t, struct task *task)
{
	struct thread_arg *arg = malloc(sizeof(*arg));
	int err;

	if (!arg)
		return -ENOMEM;
	*arg = (struct thread_arg){ t, task };
	err = pthread_create(&task->thread, NULL, thread_main, arg);
	if (err)
		free(arg);
	return -err;
}

static int start_process(struct tempest *t, struct task *task)
{
	pid_t parent = getpid();

	task->pid = fork();
	if (task->pid < 0)
		return -errno;
	if (task->pid)
		return 0;
	/* It does not outlive us, however we end. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	run_task(t, task);
	_exit(0);
}

/* A process that is gone leaves the others alone at the barrier. */
static int wait_for_processes(struct tempest *t, unsigned int nr)
{
	int err = 0;

	while (nr) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return -errno;
		nr--;
		if (status) {
			atomic_store(&t->broken, true);
			err = -ECHILD;
		}
	}
	return err;
}

static int run_tasks(struct tempest *t)
{
	const struct storm *storm = t->s->run.scenario->storm;
	unsigned int nr = 0;
	int err = 0, gone = 0;

	while (nr < t->nr_tasks && !err) {
		err = storm->processes ? start_process(t, &t->tasks[nr])
				       : start_thread(t, &t->tasks[nr]);
		nr += !err;
	}
	if (err)
		atomic_store(&t->broken, true);
	if (storm->processes)
		gone = wait_for_processes(t, nr);
	else
		while (nr)
			pthread_join(t->tasks[--nr].thread, NULL);
	return err ? err : gone;
}

/**
 * struct beside - the neighbour
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

static void *neighbour_main(void *arg)
{
	struct beside *b = arg;

	b->err = pin_task(0, b->cpu);
	if (b->err) {
		sem_post(&b->ready);
		return NULL;
	}
	b->impossible = b->neighbour->open && b->neighbour->open(&b->run);
	if (b->impossible) {
		sem_post(&b->ready);
		return NULL;
	}
	b->err = b->neighbour->step(&b->run);
	sem_post(&b->ready);
	while (!b->err && !atomic_load(&b->stop))
		b->err = b->neighbour->step(&b->run);
	if (b->neighbour->close)
		b->neighbour->close(&b->run);
	return NULL;
}

/* Returns 0, or -errno; whether it was impossible is for the caller to see. */
static int start_neighbour(struct beside *b)
{
	int err;

	if (!b->neighbour)
		return 0;
	sem_init(&b->ready, 0, 0);
	err = pthread_create(&b->thread, NULL, neighbour_main, b);
	if (err) {
		b->neighbour = NULL;
		return -err;
	}
	while (sem_wait(&b->ready) && errno == EINTR)
		;
	return 0;
}

static void stop_neighbour(struct beside *b)
{
	if (!b->neighbour)
		return;
	atomic_store(&b->stop, true);
	pthread_join(b->thread, NULL);
	sem_destroy(&b->ready);
}

/* What is reported. */

static json_t *batches_json(const struct tempest *t, const uint64_t *values)
{
	json_t *batches = json_array();

	for (unsigned int b = 0; b < t->nr_batches; b++)
		json_array_append_new(batches,
				      json_integer((json_int_t)values[b]));
	return batches;
}

static unsigned int ops_per_batch(const struct tempest *t)
{
	return t->nr_tasks * t->s->run.nr_ops;
}

static int emit_latency(struct tempest *t, unsigned int k)
{
	uint32_t *hist = t->tasks[0].hist[k];
	json_t *line = row_line(t->s, t->s->run.scenario->ops[k].name,
				"latency", "ns/op", "lower", "time", false,
				ops_per_batch(t));

	if (!line)
		return -ENOMEM;
	for (unsigned int i = 1; i < t->nr_tasks; i++)
		for (unsigned int b = 0; b < HIST_BUCKETS; b++)
			hist[b] += t->tasks[i].hist[k][b];
	json_object_set_new(line, "batches", batches_json(t, t->ns[k]));
	json_object_set_new(line, "hist", hist_json(hist));
	return emit(t->s->out, line);
}

static int emit_throughput(struct tempest *t)
{
	const char *op = t->s->nr_kinds == 1 ? t->s->run.scenario->ops[0].name
					     : "pair";
	json_t *line = row_line(t->s, op, "throughput", "ops/s", "higher",
				"time", false, 1);

	if (!line)
		return -ENOMEM;
	json_object_set_new(line, "batches", batches_json(t, t->rate));
	return emit(t->s->out, line);
}

static int emit_counts(struct tempest *t, unsigned int k)
{
	int err = 0;

	for (unsigned int c = 0; c < NR_COUNTERS && !err; c++) {
		json_t *line;

		if (t->ids[c] < 0)
			continue;
		line = row_line(t->s, t->s->run.scenario->ops[k].name,
				counters[c].metric, counters[c].unit, "lower",
				"counts", false, ops_per_batch(t));
		if (!line)
			return -ENOMEM;
		json_object_set_new(line, "batches",
				    batches_json(t, t->counts[k][c]));
		err = emit(t->s->out, line);
	}
	return err;
}

static int emit_rows(struct tempest *t)
{
	bool time = t->s->config->pass == PASS_TIME;
	int err = 0;

	for (unsigned int k = 0; k < t->s->nr_kinds && !err; k++)
		err = time ? emit_latency(t, k) : emit_counts(t, k);
	return !err && time ? emit_throughput(t) : err;
}

/* Failures first; rows only if there are none. */
static int emit_outcome(struct tempest *t, const struct beside *b, int err)
{
	char reason[300];

	for (unsigned int i = 0; i < t->nr_tasks; i++)
		if (t->tasks[i].failed) {
			snprintf(reason, sizeof(reason), "task %u: %s", i,
				 t->tasks[i].run.reason);
			return emit_failure(t->s, t->tasks[i].failed_op, reason);
		}
	if (err == -ECHILD)
		return emit_failure(t->s, NULL, "a task died");
	if (err)
		return err;
	if (b->err) {
		snprintf(reason, sizeof(reason), "the neighbour: %s",
			 strerror(-b->err));
		return emit_failure(t->s, NULL, reason);
	}
	err = count_vmas(t->s->run.window, window_bytes(&t->s->run));
	if (err) {
		snprintf(reason, sizeof(reason),
			 "%d VMAs in the window after the storm", err);
		return emit_failure(t->s, NULL, reason);
	}
	return emit_rows(t);
}

/* What has to be there before the first task. */

/*
 * The harness has pinned us: any CPU again that the cpuset has, and that is of the
 * same kind as the one that other scenarios run on.
 */
static int find_cpus(struct tempest *t)
{
	const struct core_pmu *kind = core_pmu_of(t->s->config->cpu);
	int err = unpin();

	if (!err)
		err = cpus_allowed(&t->cpus);
	for (int cpu = 0; !err && kind && cpu < cpus_end(&t->cpus); cpu++)
		if (!cpu_in_list(kind->cpus, cpu))
			cpus_remove(&t->cpus, cpu);
	if (!err)
		t->nr_cpus = cpus_count(&t->cpus);
	return err;
}

/*
 * Round robin. The first task is where other scenarios run, so that one task
 * can be compared with them.
 */
static int nth_cpu(const struct tempest *t, unsigned int n)
{
	int cpu = t->s->config->cpu;

	if (!cpus_have(&t->cpus, cpu))
		cpu = -1;
	for (unsigned int i = n % t->nr_cpus + (cpu < 0); i; i--)
		do
			cpu = (cpu + 1) % cpus_end(&t->cpus);
		while (!cpus_have(&t->cpus, cpu));
	return cpu;
}

/* Returns whether this machine is too small, with run.reason set. */
static bool too_small(struct tempest *t)
{
	const struct core_pmu *kind = core_pmu_of(t->s->config->cpu);
	struct scenario_run *run = &t->s->run, all = *run;

	if (t->nr_tasks > TASKS_PER_CPU * t->nr_cpus) {
		snprintf(run->reason, sizeof(run->reason),
			 "%u tasks on %u CPUs%s%s are more than %d for each",
			 t->nr_tasks, t->nr_cpus, kind ? " of " : "",
			 kind ? kind->name : "", TASKS_PER_CPU);
		return true;
	}
	if (run->scenario->storm->neighbour && t->nr_cpus < 2) {
		snprintf(run->reason, sizeof(run->reason),
			 "a neighbour needs a CPU of its own, and there is one");
		return true;
	}
	/* Makes nothing, since storms have no population: it counts. */
	all.nr_ops *= t->nr_tasks + 1;
	if (make_crowd(&all, 0) == 0)
		return false;
	memcpy(run->reason, all.reason, sizeof(run->reason));
	return true;
}

/* The window of each task and of the neighbour. */
static int place_windows(struct tempest *t, struct beside *beside)
{
	struct scenario_run *run = &t->s->run;
	size_t own = window_bytes(run), units = run->window_units;
	size_t step = (own + 2 * PAGE_TABLE_BYTES - 1) / PAGE_TABLE_BYTES *
		      PAGE_TABLE_BYTES;
	int err;

	run->window_units = (t->nr_tasks + 1) * step / run->unit_bytes;
	err = open_window(run);
	for (unsigned int i = 0; i <= t->nr_tasks && !err; i++) {
		struct scenario_run *its = i < t->nr_tasks ? &t->tasks[i].run
							   : &beside->run;

		*its = *run;
		its->window += i * step;
		its->window_units = units;
		if (i && i < t->nr_tasks)
			its->fd = -1;
	}
	return err;
}

/* The first task has the scenario's own file, the others one each. */
static int open_files(struct tempest *t)
{
	const struct scenario *sc = t->s->run.scenario;
	size_t units = (size_t)vmas_of(sc->units, t->s->run.nr_ops);

	for (unsigned int i = 1; i < t->nr_tasks; i++) {
		struct scenario_run *run = &t->tasks[i].run;

		run->fd = sc->backing->open(run, units);
		if (run->fd == BACKING_IMPOSSIBLE) {
			memcpy(t->s->run.reason, run->reason,
			       sizeof(run->reason));
			return BACKING_IMPOSSIBLE;
		}
	}
	return 0;
}

static void close_files(struct tempest *t)
{
	const struct backing *backing = t->s->run.scenario->backing;

	for (unsigned int i = 1; i < t->nr_tasks; i++) {
		if (t->tasks[i].run.fd < 0)
			continue;
		if (backing->close)
			backing->close(&t->tasks[i].run);
		close(t->tasks[i].run.fd);
	}
}

/* Said once, in the first pass. */
static int impossible(struct session *s, const char *reason)
{
	return s->config->pass == PASS_COUNTS ? 0 : emit_skip(s, reason);
}

static int run_tempest(struct tempest *t)
{
	struct session *s = t->s;
	struct beside beside = { .neighbour = s->run.scenario->storm->neighbour };
	int err = find_cpus(t);

	if (err)
		return err;
	if (too_small(t))
		return impossible(s, s->run.reason);
	err = place_windows(t, &beside);
	if (err)
		return err;
	for (unsigned int i = 0; i < t->nr_tasks; i++)
		t->tasks[i].cpu = nth_cpu(t, i);
	beside.cpu = nth_cpu(t, t->nr_tasks);
	t->go_on = true;

	if (open_files(t)) {
		err = impossible(s, s->run.reason);
		goto out;
	}
	err = choose_counters(t);
	if (err || nothing_to_count(t))
		goto out;
	err = start_neighbour(&beside);
	if (!err && !beside.impossible)
		err = run_tasks(t);
	stop_neighbour(&beside);
	err = beside.impossible ? impossible(s, beside.run.reason)
				: emit_outcome(t, &beside, err);
out:
	close_files(t);
	return err;
}

/**
 * run_storm - run a scenario of several tasks in one pass
 * @s: session; its file is open, its window is that of one task
 *
 * Return: 0 if the lines that were written say what happened, else -errno.
 */
int run_storm(struct session *s)
{
	const struct storm *storm = s->run.scenario->storm;
	unsigned int nr = storm->processes ? storm->processes
			  : storm->threads ? storm->threads
					   : 1;
	size_t bytes = sizeof(struct tempest) + nr * sizeof(struct task);
	struct tempest *t;
	int err;

	if (s->config->guest)
		return impossible(s,
				  "tasks that wait for one another: not in a guest, which has one CPU");
	if (s->run.nr_ops > MAX_OPS || s->nr_kinds == 0)
		return -EINVAL;
	t = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED)
		return -errno;
	t->s = s;
	t->nr_tasks = nr;
	err = run_tempest(t);
	cpus_free(&t->cpus);
	munmap(t, bytes);
	return err;
}
