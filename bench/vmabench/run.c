// SPDX-License-Identifier: GPL-2.0-or-later
/* Running one scenario, in one pass, in this process. */
#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "instrument.h"
#include "marker.h"
#include "vmabench.h"

const char *const pass_names[NR_PASSES] = {
	[PASS_INSNS] = "insns",
	[PASS_COUNTS] = "counts",
	[PASS_TIME] = "time",
};

/*
 * Where the window is: below everything that the kernel places by itself, so
 * that no library call maps into it, and within a 39-bit address space.
 */
#define WINDOW_ADDRESS ((char *)0x1000000000ul)
#define WINDOW_MARGIN 16 /* pages on either side */

/* What one operation of the scenario has yielded so far. */
struct op_result {
	json_t *batches; /* of the time pass: totals */
	uint64_t *per_op[INSTRUMENT_MAX_METRICS];
	uint64_t *totals[INSTRUMENT_MAX_METRICS];
	uint32_t *hist;	   /* time pass: see hist_bucket() */
	json_t *faults;	   /* of the time pass: page faults, by batch */
	int before, after; /* VMAs */
};

struct counting {
	const struct instrument *instrument;
	unsigned int nr;
	bool available[INSTRUMENT_MAX_METRICS];
	uint64_t before[INSTRUMENT_MAX_METRICS];
};

struct session {
	struct scenario_run run;
	const struct run_config *config;
	FILE *out;
	unsigned int nr_kinds;
	unsigned int batch; /* recorded ones only */
	long *results;	    /* of a batch */
	uint64_t *ticks;    /* of a batch */
	struct counting counting;
	struct op_result ops[SCENARIO_MAX_OPS];
};

const struct scenario *find_scenario(const char *name)
{
	for_each_scenario(s) if (!strcmp(s->name, name)) return s;
	return NULL;
}

/** is_chosen - is the scenario to be run? */
bool is_chosen(const struct choice *choice, const struct scenario *s)
{
	for (size_t i = 0; i < choice->nr; i++)
		if (!strcmp(choice->names[i], s->name))
			return true;
	return !choice->nr;
}

/*
 * Latency histogram: exact to the nanosecond up to 2^SUB_BITS, then SUB_BITS
 * bits of precision: within 1/256 of the value.
 */
#define SUB_BITS 8
#define NR_BUCKETS ((64 - SUB_BITS + 1) << SUB_BITS)

static unsigned int hist_bucket(uint64_t ns)
{
	unsigned int shift;

	if (ns < (1u << SUB_BITS))
		return (unsigned int)ns;
	shift = 63 - SUB_BITS - (unsigned int)__builtin_clzll(ns);
	return ((shift + 1) << SUB_BITS) +
	       (unsigned int)((ns >> shift) & ((1u << SUB_BITS) - 1));
}

/* Lowest value of a bucket. */
static uint64_t hist_value(unsigned int bucket)
{
	unsigned int shift = bucket >> SUB_BITS;
	uint64_t low = bucket & ((1u << SUB_BITS) - 1);

	return shift ? (low + (1u << SUB_BITS)) << (shift - 1) : low;
}

static int vmas_of(struct vma_shape shape, unsigned int nr_ops)
{
	return shape.fixed + shape.per_op * (int)nr_ops;
}

static size_t window_bytes(const struct scenario_run *run)
{
	return run->window_pages * run->page_bytes;
}

static void sleep_ns(long ns)
{
	struct timespec t = { .tv_sec = 0, .tv_nsec = ns };

	nanosleep(&t, NULL);
}

/*
 * Wait until RCU has done what was left to it. In a guest with one CPU the
 * kernel takes membarrier() for a no-op. There, a few ticks let a grace period
 * pass and its callbacks run; that they did is seen in the counting pass: all
 * that was allocated was freed. The time is spent with instructions, not asleep:
 * when the CPU halts, QEMU's main loop sets the clock forward, in a race with
 * the CPU's thread, which has yet to account for what it has executed.
 */
#define GUEST_QUIET_INSNS 50000000ul /* 5 ticks */
#define SPIN_INSNS 500		     /* one translated block */

static void spin(unsigned long insns)
{
	unsigned long n = insns / SPIN_INSNS;

	/* NOPs are time to the guest's clock, and nothing to the host. */
#if defined(__x86_64__)
	__asm__ volatile("1: .rept %c1 - 2\n\tnop\n\t.endr\n\t"
			 "dec %0\n\tjnz 1b"
			 : "+r"(n)
			 : "i"(SPIN_INSNS)
			 : "cc");
#else
	while (n--)
		__asm__ volatile("" : : : "memory");
#endif
}

static void quiesce(const struct run_config *config)
{
	if (config->guest) {
		spin(GUEST_QUIET_INSNS);
		return;
	}
	for (int i = 0; i < 2; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	sleep_ns(1000000);
}

/*
 * In a guest, wait for the timer tick if the last one is so long ago that the
 * next one might land in an operation: an interrupt can be told apart from the
 * task's own path, but not a task that it wakes up.
 */
#define TICK_CLEAR_NS 5000000

static long coarse_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

static void stay_clear_of_tick(uint64_t *tick_ns)
{
	long coarse;

	if (monotonic_ns() - *tick_ns < TICK_CLEAR_NS)
		return;
	coarse = coarse_ns();
	while (coarse_ns() == coarse)
		;
	*tick_ns = monotonic_ns();
}

static int fail(struct session *s, const char *op, const char *reason)
{
	json_t *line = scenario_line("failure", s->run.scenario, op);

	if (line)
		json_object_set_new(line, "reason", json_string(reason));
	return emit(s->out, line);
}

/*
 * A scenario that is not possible says so once, in its first pass; a metric that
 * is not available, in the pass that it belongs to.
 */
static int skip(struct session *s, const char *reason)
{
	json_t *line = scenario_line("skip", s->run.scenario, NULL);

	if (line)
		json_object_set_new(line, "reason", json_string(reason));
	return emit(s->out, line);
}

/* The three ways to run the operations of a batch. */

static void run_marked(struct session *s, const struct scenario_op *op)
{
	uint64_t tick_ns = 0;

	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		long ret;

		stay_clear_of_tick(&tick_ns);
		marker(MARKER_OP);
		ret = op->run(&s->run, i);
		marker(MARKER_END);
		s->results[i] = ret;
	}
	marker(MARKER_DRAIN);
	quiesce(s->config);
	marker(MARKER_END);
}

static long page_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

static void run_timed(struct session *s, const struct scenario_op *op,
		      struct op_result *res, bool record)
{
	long faults = page_faults();

	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		uint64_t start = clock_start();
		long ret = op->run(&s->run, i);

		s->ticks[i] = clock_stop() - start;
		s->results[i] = ret;
	}
	faults = page_faults() - faults;
	if (record)
		json_array_append_new(res->faults, json_integer(faults));
}

static int read_counters(struct counting *c, bool deferred, uint64_t *values)
{
	int err = 0;

	for (unsigned int m = 0; m < c->nr && !err; m++)
		if (c->available[m] &&
		    c->instrument->metrics[m].deferred == deferred)
			err = c->instrument->read(m, &values[m]);
	return err;
}

static int run_counted(struct session *s, const struct scenario_op *op,
		       struct op_result *res, bool record)
{
	uint64_t after[INSTRUMENT_MAX_METRICS] = { 0 };
	struct counting *c = &s->counting;
	size_t first = (size_t)s->batch * s->run.nr_ops;
	int err;

	err = read_counters(c, true, c->before);
	for (unsigned int i = 0; i < s->run.nr_ops && !err; i++) {
		err = read_counters(c, false, c->before);
		s->results[i] = op->run(&s->run, i);
		if (!err)
			err = read_counters(c, false, after);
		for (unsigned int m = 0; m < c->nr && record; m++)
			if (c->available[m] && !c->instrument->metrics[m].deferred)
				res->per_op[m][first + i] =
					after[m] - c->before[m];
	}
	quiesce(s->config);
	if (!err)
		err = read_counters(c, true, after);
	for (unsigned int m = 0; m < c->nr && record; m++)
		if (c->available[m] && c->instrument->metrics[m].deferred)
			res->totals[m][s->batch] = after[m] - c->before[m];
	return err;
}

static void keep_times(struct session *s, struct op_result *res)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		uint64_t ns =
			(uint64_t)((double)s->ticks[i] * bench_clock.ns_per_tick +
				   0.5);

		total += ns;
		res->hist[hist_bucket(ns)]++;
	}
	json_array_append_new(res->batches, json_integer((json_int_t)total));
}

/* Returns 0, or 1 with run.reason set: not what was declared. */
static int check_results(struct session *s, const struct scenario_op *op)
{
	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		long ret = s->results[i];
		int err = ret < 0 && ret > -4096 ? (int)-ret : 0;

		if (err == op->expect_errno)
			continue;
		snprintf(s->run.reason, sizeof(s->run.reason),
			 "operation %u: expected %s, got %s", i,
			 op->expect_errno ? strerrorname_np(op->expect_errno)
					  : "success",
			 err ? strerrorname_np(err) : "success");
		return 1;
	}
	return 0;
}

static int check_vmas(struct session *s, struct vma_shape shape,
		      const char *when, int *seen)
{
	int expected = vmas_of(shape, s->run.nr_ops);

	*seen = count_vmas(s->run.window, window_bytes(&s->run));
	if (*seen == expected)
		return 0;
	if (*seen < 0)
		snprintf(s->run.reason, sizeof(s->run.reason),
			 "cannot count VMAs: %s", strerror(-*seen));
	else
		snprintf(s->run.reason, sizeof(s->run.reason),
			 "%d VMAs in the window %s, expected %d", *seen, when,
			 expected);
	return 1;
}

/* One batch. Returns 0, -errno, or 1 with run.reason set and @failed_op. */
static int run_batch(struct session *s, bool record, const char **failed_op)
{
	const struct scenario *sc = s->run.scenario;
	int err;

	*failed_op = NULL;
	err = sc->prepare ? sc->prepare(&s->run) : 0;
	if (err) {
		snprintf(s->run.reason, sizeof(s->run.reason), "prepare: %s",
			 strerror(-err));
		return 1;
	}
	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		const struct scenario_op *op = &sc->ops[k];
		struct op_result *res = &s->ops[k];

		*failed_op = op->name;
		err = check_vmas(s, op->before, "before", &res->before);
		if (err)
			return err;
		/* After the first kind, the drain of the one before does it. */
		if (s->config->pass != PASS_TIME && !k)
			quiesce(s->config);
		switch (s->config->pass) {
		case PASS_INSNS:
			run_marked(s, op);
			break;
		case PASS_COUNTS:
			err = run_counted(s, op, res, record);
			break;
		default:
			run_timed(s, op, res, record);
			if (record)
				keep_times(s, res);
		}
		if (err)
			return err;
		err = check_results(s, op);
		if (!err)
			err = check_vmas(s, op->after, "after", &res->after);
		if (err)
			return err;
	}
	if (munmap(s->run.window, window_bytes(&s->run)))
		return -errno;
	s->batch += record;
	return 0;
}

static json_t *row(struct session *s, const char *op, const char *metric,
		   const char *unit, const char *better, const char *pass,
		   bool exact, unsigned int ops)
{
	json_t *line = scenario_line("row", s->run.scenario, op);

	if (!line)
		return NULL;
	json_object_set_new(line, "metric", json_string(metric));
	json_object_set_new(line, "unit", json_string(unit));
	json_object_set_new(line, "pass", json_string(pass));
	json_object_set_new(line, "better", json_string(better));
	json_object_set_new(line, "exact", json_boolean(exact));
	json_object_set_new(line, "ops", json_integer(ops));
	return line;
}

static int emit_counts(struct session *s, unsigned int k)
{
	struct counting *c = &s->counting;
	unsigned int nr_ops = s->run.nr_ops;
	int err = 0;

	for (unsigned int m = 0; m < c->nr && !err; m++) {
		const struct metric *metric = &c->instrument->metrics[m];
		json_t *line, *batches, *per_op;

		if (!c->available[m])
			continue;
		/* Other tasks' frees land on the CPU, too, where there are any. */
		line = row(s, s->run.scenario->ops[k].name, metric->name,
			   metric->unit, metric->better, "counts",
			   s->config->guest || !metric->deferred, nr_ops);
		batches = json_array();
		per_op = json_array();
		for (unsigned int b = 0; b < s->batch; b++) {
			uint64_t total = 0;

			if (metric->deferred)
				total = s->ops[k].totals[m][b];
			for (unsigned int i = 0;
			     i < nr_ops && !metric->deferred; i++) {
				uint64_t v = s->ops[k].per_op[m][b * nr_ops + i];

				total += v;
				json_array_append_new(per_op,
						      json_integer((json_int_t)v));
			}
			json_array_append_new(batches,
					      json_integer((json_int_t)total));
		}
		json_object_set_new(line, "batches", batches);
		if (metric->deferred)
			json_decref(per_op);
		else
			json_object_set_new(line, "per_op", per_op);
		err = emit(s->out, line);
	}
	return err;
}

static int emit_times(struct session *s, unsigned int k)
{
	json_t *hist = json_array();
	json_t *line = row(s, s->run.scenario->ops[k].name, "latency", "ns/op",
			   "lower", "time", false, s->run.nr_ops);
	int err;

	for (unsigned int b = 0; b < NR_BUCKETS; b++)
		if (s->ops[k].hist[b])
			json_array_append_new(hist,
					      json_pack("[I, I]",
							(json_int_t)hist_value(b),
							(json_int_t)s->ops[k]
								.hist[b]));
	json_object_set(line, "batches", s->ops[k].batches);
	json_object_set_new(line, "hist", hist);
	err = emit(s->out, line);
	if (err)
		return err;
	/* Nothing in the timed region may fault: say whether it did. */
	line = row(s, s->run.scenario->ops[k].name, "faults", "faults/op",
		   "lower", "time", false, s->run.nr_ops);
	json_object_set(line, "batches", s->ops[k].faults);
	return emit(s->out, line);
}

/*
 * The instructions themselves are known to the plugin only. This line tells the
 * host what the regions that it has numbered were about.
 */
static int emit_regions(struct session *s)
{
	json_t *ops = json_array();

	for (unsigned int k = 0; k < s->nr_kinds; k++)
		json_array_append_new(ops,
				      json_string(s->run.scenario->ops[k].name));
	return emit(s->out,
		    json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:i}", "type",
			      "regions", "scenario", s->run.scenario->name,
			      "version", s->run.scenario->version, "kinds", ops,
			      "ops", s->run.nr_ops, "warmup",
			      s->config->nr_warmup, "batches", s->batch));
}

/*
 * At which attempt a range was merged. No tracepoint says so; a merge on retry
 * is known by the VMA that was allocated for nothing. NULL if it is not known.
 */
static const char *merge_attempt(struct session *s, unsigned int k)
{
	const struct counting *c = &s->counting;
	const struct scenario_op *op = &s->run.scenario->ops[k];
	uint64_t allocs = 0, all = (uint64_t)s->batch * s->run.nr_ops;
	unsigned int m = 0;

	while (m < c->nr && strcmp(c->instrument->metrics[m].name, "vma_allocs"))
		m++;
	if (m == c->nr || !c->available[m])
		return NULL;
	for (uint64_t i = 0; i < all; i++)
		allocs += s->ops[k].per_op[m][i];
	if (!strcmp(op->outcome, "merged"))
		return allocs == 0     ? "first attempt"
		       : allocs == all ? "retry"
				       : "mixed";
	if (!strcmp(op->outcome, "not-merged") && allocs == all)
		return "new VMA";
	return NULL;
}

static int emit_shapes(struct session *s)
{
	int err = 0;

	for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
		const struct scenario_op *op = &s->run.scenario->ops[k];
		json_t *line = row(s, op->name, "vmas", "VMAs", "lower",
				   "shape", true, 1);

		json_object_set_new(line, "batches",
				    json_pack("[i]", s->ops[k].after));
		err = emit(s->out, line);
		if (err)
			break;
		line = scenario_line("shape", s->run.scenario, op->name);
		json_object_set_new(line, "vmas_before",
				    json_integer(s->ops[k].before));
		json_object_set_new(line, "vmas_after",
				    json_integer(s->ops[k].after));
		json_object_set_new(line, "outcome", json_string(op->outcome));
		json_object_set_new(line, "ops", json_integer(s->run.nr_ops));
		if (merge_attempt(s, k))
			json_object_set_new(line, "merge_inferred",
					    json_string(merge_attempt(s, k)));
		err = emit(s->out, line);
	}
	return err;
}

static int emit_all(struct session *s)
{
	int err = 0;

	if (s->config->pass == PASS_INSNS)
		return emit_regions(s);
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++)
		err = s->config->pass == PASS_TIME ? emit_times(s, k)
						   : emit_counts(s, k);
	/* Shapes are seen in every pass; the last one to run reports them. */
	if (!err && s->config->pass == PASS_COUNTS)
		err = emit_shapes(s);
	return err;
}

static int open_counters(struct session *s)
{
	struct counting *c = &s->counting;
	int cpu = sched_getcpu();
	size_t n = (size_t)s->config->nr_batches * s->run.nr_ops;
	int err = 0;

	/* One instrument so far; a second one will make this a list. */
	c->instrument = *__start_instruments;
	for (c->nr = 0; c->instrument->metrics[c->nr].name && !err; c->nr++) {
		unsigned int m = c->nr;
		const struct metric *metric = &c->instrument->metrics[m];
		char reason[200], text[256];

		c->available[m] =
			c->instrument->open(m, cpu, reason, sizeof(reason)) == 0;
		if (!c->available[m]) {
			snprintf(text, sizeof(text), "%s unavailable: %s",
				 metric->name, reason);
			err = skip(s, text);
			continue;
		}
		for (unsigned int k = 0; k < s->nr_kinds; k++) {
			s->ops[k].per_op[m] = calloc(n, sizeof(uint64_t));
			s->ops[k].totals[m] =
				calloc(s->config->nr_batches, sizeof(uint64_t));
			if (!s->ops[k].per_op[m] || !s->ops[k].totals[m])
				err = -ENOMEM;
		}
	}
	return err;
}

static int open_window(struct scenario_run *run)
{
	size_t all = window_bytes(run) + 2 * WINDOW_MARGIN * run->page_bytes;
	char *at = mmap(WINDOW_ADDRESS, all, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				MAP_FIXED_NOREPLACE,
			-1, 0);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, all);
	if (at != WINDOW_ADDRESS)
		return -EEXIST;
	run->window = at + WINDOW_MARGIN * run->page_bytes;
	return 0;
}

/*
 * Other mappings of the process, drawn from the seed: how many, and where. The
 * first seed has none. What a count depends on besides the kernel's code, the
 * shape of the tree above all, differs from seed to seed.
 */
#define CROWD_AT (WINDOW_ADDRESS + (1ul << 30))
#define CROWD_SPREAD 4096 /* places, two pages apart: none touch */

static void make_crowd(const struct scenario_run *run, uint64_t seed)
{
	unsigned int nr;
	uint64_t state = seed;

	if (seed <= 1)
		return;
	nr = 16 + (unsigned int)(splitmix64(&state) % 240);
	while (nr--) {
		size_t place = splitmix64(&state) % CROWD_SPREAD;

		mmap(CROWD_AT + 2 * place * run->page_bytes, run->page_bytes,
		     PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			     MAP_FIXED_NOREPLACE,
		     -1, 0);
	}
}

static int allocate(struct session *s)
{
	unsigned int n = s->run.nr_ops;

	s->results = calloc(n, sizeof(*s->results));
	s->ticks = calloc(n, sizeof(*s->ticks));
	if (!s->results || !s->ticks)
		return -ENOMEM;
	/* calloc'ed memory is not there before it is written. */
	memset(s->results, 1, n * sizeof(*s->results));
	memset(s->ticks, 1, n * sizeof(*s->ticks));

	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		s->ops[k].batches = json_array();
		s->ops[k].faults = json_array();
		s->ops[k].hist = calloc(NR_BUCKETS, sizeof(uint32_t));
		if (!s->ops[k].batches || !s->ops[k].faults || !s->ops[k].hist)
			return -ENOMEM;
	}
	return s->config->pass == PASS_COUNTS ? open_counters(s) : 0;
}

static void release(struct session *s)
{
	if (s->counting.instrument)
		s->counting.instrument->close();
	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		json_decref(s->ops[k].batches);
		json_decref(s->ops[k].faults);
		free(s->ops[k].hist);
		for (unsigned int m = 0; m < INSTRUMENT_MAX_METRICS; m++) {
			free(s->ops[k].per_op[m]);
			free(s->ops[k].totals[m]);
		}
	}
	free(s->results);
	free(s->ticks);
	if (s->run.fd >= 0)
		close(s->run.fd);
}

/* A record holds every batch: more would not say more. */
#define MAX_TIME_BATCHES 20000

static bool more_batches(const struct session *s, uint64_t end_ns)
{
	if (!end_ns)
		return s->batch < s->config->nr_batches;
	return s->batch < MAX_TIME_BATCHES &&
	       (!s->batch || monotonic_ns() < end_ns);
}

static int run_batches(struct session *s, const char **failed_op)
{
	const struct run_config *config = s->config;
	uint64_t end = 0;
	int err = 0;

	for (unsigned int b = 0; b < config->nr_warmup && !err; b++)
		err = run_batch(s, false, failed_op);
	if (!config->nr_batches)
		end = monotonic_ns() + config->budget_ns;
	while (!err && more_batches(s, end))
		err = run_batch(s, true, failed_op);
	return err;
}

/**
 * run_scenario - run a scenario in one pass and write what came of it
 * @sc: scenario
 * @config: how
 * @out: gets lines of a record: rows and shapes, or a skip, or a failure
 *
 * Return: 0 if the lines say what happened, else -errno.
 */
int run_scenario(const struct scenario *sc, const struct run_config *config,
		 FILE *out)
{
	struct session s = {
		.run = {
			.scenario = sc,
			.nr_ops = config->nr_ops,
			.page_bytes = (size_t)sysconf(_SC_PAGESIZE),
			.dir = config->dir,
			.fd = -1,
		},
		.config = config,
		.out = out,
	};
	const char *failed_op = NULL;
	int err;

	while (s.nr_kinds < SCENARIO_MAX_OPS && sc->ops[s.nr_kinds].name)
		s.nr_kinds++;
	s.run.window_pages = 2 * (size_t)config->nr_ops + 2;

	make_crowd(&s.run, config->seed);
	err = open_window(&s.run);
	if (err)
		return err;
	s.run.fd = sc->backing->open(&s.run, (size_t)vmas_of(sc->backing_pages,
							     config->nr_ops));
	if (s.run.fd < -1)
		return config->pass == PASS_COUNTS ? 0 : skip(&s, s.run.reason);
	err = allocate(&s);
	if (!err && sc->setup)
		err = sc->setup(&s.run);
	if (!err)
		err = run_batches(&s, &failed_op);
	if (err > 0)
		err = fail(&s, failed_op, s.run.reason);
	else if (!err)
		err = emit_all(&s);
	if (sc->teardown)
		sc->teardown(&s.run);
	release(&s);
	return err;
}
