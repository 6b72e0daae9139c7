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

#include "instruments/instrument.h"
#include "marker.h"
#include "run/run.h"
#include "scenario.h"
#include "session.h"
#include "system/system.h"

const char *const pass_names[NR_PASSES] = {
	[PASS_INSNS] = "insns",
	[PASS_COUNTS] = "counts",
	[PASS_TIME] = "time",
	[PASS_PMU] = "pmu",
};

static void sleep_ns(long ns)
{
	struct timespec t = { .tv_sec = 0, .tv_nsec = ns };

	nanosleep(&t, NULL);
}

/** quiesce - wait until RCU has done what was left to it */
void quiesce(const struct run_config *config)
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

/* The three ways to run the operations of a batch. */

static void run_marked(struct session *s, const struct scenario_op *op)
{
	uint64_t tick_ns = 0;

	if (s->config->guest)
		settle_batch();
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

static void run_timed(struct session *s, const struct scenario_op *op,
		      struct op_result *res, bool record)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);

	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		uint64_t start = clock_start();
		long ret = op->run(&s->run, i);

		s->ticks[i] = clock_stop() - start;
		s->results[i] = ret;
	}
	getrusage(RUSAGE_THREAD, &after);
	if (!record)
		return;
	json_array_append_new(res->faults,
			      json_integer(after.ru_minflt + after.ru_majflt -
					   before.ru_minflt - before.ru_majflt));
	if (after.ru_nivcsw > before.ru_nivcsw)
		json_array_append_new(res->switches,
				      json_pack("[i, I]", (int)s->batch,
						(json_int_t)(after.ru_nivcsw -
							     before.ru_nivcsw)));
}

static int read_counters(struct counting *c, bool deferred, uint64_t *values)
{
	int err = 0;

	for (unsigned int m = 0; m < c->nr && !err; m++)
		if (c->counters[m].available &&
		    c->counters[m].metric->deferred == deferred)
			err = c->counters[m].instrument->read(c->counters[m].m,
							      &values[m]);
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
			if (c->counters[m].available &&
			    !c->counters[m].metric->deferred)
				res->per_op[m][first + i] =
					after[m] - c->before[m];
	}
	quiesce(s->config);
	if (!err)
		err = read_counters(c, true, after);
	for (unsigned int m = 0; m < c->nr && record; m++)
		if (c->counters[m].available && c->counters[m].metric->deferred)
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

/* Returns 0, or 1 with run.reason set. */
static int see_results(struct session *s, struct seen *seen)
{
	memset(seen->results, 0, sizeof(seen->results));
	for (unsigned int i = 0; i < s->run.nr_ops; i++) {
		long ret = s->results[i];
		int err = ret < 0 && ret > -4096 ? (int)-ret : 0;
		unsigned int r = 0;

		while (r < MAX_RESULTS && seen->results[r].nr &&
		       seen->results[r].err != err)
			r++;
		if (r == MAX_RESULTS) {
			snprintf(s->run.reason, sizeof(s->run.reason),
				 "operation %u: %s is one result too many: at most %d are told apart",
				 i, result_name(err), MAX_RESULTS);
			return 1;
		}
		seen->results[r].err = err;
		seen->results[r].nr++;
	}
	return 0;
}

/* Returns 0, or 1 with run.reason set. */
static int see_vmas(struct session *s, int *seen)
{
	if (s->run.scenario->backing->anywhere)
		*seen = (int)(count_all_vmas() - s->vmas_elsewhere);
	else
		*seen = count_vmas(s->run.window, window_bytes(&s->run));
	if (*seen >= 0)
		return 0;
	snprintf(s->run.reason, sizeof(s->run.reason), "cannot count VMAs: %s",
		 strerror(-*seen));
	return 1;
}

/*
 * Numbers of batches that do not do the same are numbers of nothing. That they
 * do what the scenario declares is not asked: what was seen is in the record.
 * Returns 0, or 1 with run.reason set.
 */
static int keep_seen(struct session *s, unsigned int k, const struct seen *seen,
		     bool record)
{
	struct op_result *res = &s->ops[k];
	const struct seen last = res->seen;

	res->seen = *seen;
	if (!record || !s->batch || !memcmp(&last, seen, sizeof(last)))
		return 0;
	if (last.before != seen->before || last.after != seen->after)
		snprintf(s->run.reason, sizeof(s->run.reason),
			 "%d to %d VMAs in batch %u, %d to %d in the one before",
			 seen->before, seen->after, s->batch, last.before,
			 last.after);
	else
		snprintf(s->run.reason, sizeof(s->run.reason),
			 "%u operations end with %s in batch %u, %u with %s in the one before",
			 seen->results[0].nr, result_name(seen->results[0].err),
			 s->batch, last.results[0].nr,
			 result_name(last.results[0].err));
	return 1;
}

static int prepare(struct session *s, int (*how)(const struct scenario_run *run))
{
	int err = how ? how(&s->run) : 0;

	if (!err)
		return 0;
	snprintf(s->run.reason, sizeof(s->run.reason), "prepare: %s",
		 strerror(-err));
	return 1;
}

/* One batch. Returns 0, -errno, or 1 with run.reason set and @failed_op. */
static int run_batch(struct session *s, bool record, const char **failed_op)
{
	const struct scenario *sc = s->run.scenario;
	int err;

	*failed_op = NULL;
	s->vmas_elsewhere = count_all_vmas();
	err = prepare(s, sc->prepare);
	if (err)
		return err;
	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		const struct scenario_op *op = &sc->ops[k];
		struct op_result *res = &s->ops[k];
		struct seen seen = { 0 };

		*failed_op = op->name;
		err = prepare(s, op->prepare);
		if (!err)
			err = see_vmas(s, &seen.before);
		if (err)
			return err;
		/* After the first kind, the drain of the one before does it. */
		if (s->config->pass != PASS_TIME &&
		    s->config->pass != PASS_PMU && (!k || op->prepare))
			quiesce(s->config);
		switch (s->config->pass) {
		case PASS_INSNS:
			run_marked(s, op);
			break;
		case PASS_COUNTS:
			err = run_counted(s, op, res, record);
			break;
		case PASS_PMU:
			err = run_events(s, op, res, record);
			break;
		default:
			run_timed(s, op, res, record);
			if (record)
				keep_times(s, res);
		}
		if (err)
			return err;
		err = see_results(s, &seen);
		if (!err)
			err = see_vmas(s, &seen.after);
		if (!err)
			err = keep_seen(s, k, &seen, record);
		if (err)
			return err;
	}
	if (!s->config->guest &&
	    has_left_cpu(s->config->cpu, s->run.reason, sizeof(s->run.reason)))
		return 1;
	if (munmap(s->run.window, window_bytes(&s->run)))
		return -errno;
	if (record && s->config->pass == PASS_TIME)
		disturb_look(&s->disturb, s->batch);
	s->batch += record;
	return 0;
}

/** has_left_cpu - does this task run elsewhere than it was pinned to? Then @reason is set */
bool has_left_cpu(int cpu, char *reason, size_t size)
{
	int now = sched_getcpu();

	if (cpu < 0 || now == cpu)
		return false;
	snprintf(reason, size,
		 "a batch ended on CPU %d instead of CPU %d: that went offline, or left the cpuset of this process",
		 now, cpu);
	return true;
}

static int open_counter(struct session *s, const struct instrument *in,
			unsigned int in_m, int cpu)
{
	size_t n = (size_t)s->config->nr_batches * s->run.nr_ops;
	struct counting *c = &s->counting;
	const struct metric *metric = &in->metrics[in_m];
	char reason[WHY_BYTES + 128], text[WHY_BYTES + 256];
	unsigned int m = c->nr;

	if (m == INSTRUMENT_MAX_METRICS)
		return -E2BIG;
	c->counters[c->nr++] = (struct counter){ in, in_m, metric, false };
	if (in->open(in_m, cpu, reason, sizeof(reason))) {
		snprintf(text, sizeof(text), "%s unavailable: %s", metric->name,
			 reason);
		return emit_skip(s, text);
	}
	c->counters[m].available = true;
	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		struct op_result *res = &s->ops[k];

		if (in->start) {
			res->counts[m] = json_array();
			continue;
		}
		res->per_op[m] = calloc(n, sizeof(uint64_t));
		res->totals[m] = calloc(s->config->nr_batches, sizeof(uint64_t));
		if (!res->per_op[m] || !res->totals[m])
			return -ENOMEM;
	}
	return 0;
}

/* All metrics of the instruments that count in this pass. */
static int open_counters(struct session *s)
{
	int cpu = sched_getcpu(), err = 0;

	for_each_instrument(in)
	{
		if (strcmp(in->pass, pass_names[s->config->pass]))
			continue;
		if (in->start)
			s->counting.started = in;
		for (unsigned int m = 0; in->metrics[m].name && !err; m++)
			err = open_counter(s, in, m, cpu);
	}
	return err;
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
		s->ops[k].switches = json_array();
		s->ops[k].hist = calloc(HIST_BUCKETS, sizeof(uint32_t));
		if (!s->ops[k].batches || !s->ops[k].faults || !s->ops[k].hist)
			return -ENOMEM;
	}
	return open_counters(s);
}

static void release(struct session *s)
{
	for (unsigned int m = 0; m < s->counting.nr; m++)
		if (!s->counting.counters[m].m)
			s->counting.counters[m].instrument->close();
	for (unsigned int k = 0; k < s->nr_kinds; k++) {
		json_decref(s->ops[k].batches);
		json_decref(s->ops[k].faults);
		json_decref(s->ops[k].switches);
		free(s->ops[k].hist);
		for (unsigned int m = 0; m < INSTRUMENT_MAX_METRICS; m++) {
			free(s->ops[k].per_op[m]);
			free(s->ops[k].totals[m]);
			json_decref(s->ops[k].counts[m]);
		}
	}
	disturb_close(&s->disturb);
	free(s->results);
	free(s->ticks);
	if (s->run.scenario->backing->close)
		s->run.scenario->backing->close(&s->run);
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

/*
 * How many KiB a batch leaves charged to the machine, read right before and
 * after it: other processes charge and give back all the time, and a leak is
 * the same in every batch.
 */
#define CHARGED_BATCHES 9

static int charged_by_batch(struct session *s, long *median)
{
	const struct scenario *sc = s->run.scenario;
	long kib[CHARGED_BATCHES];
	int err = 0;

	for (unsigned int b = 0; b < CHARGED_BATCHES && !err; b++) {
		kib[b] = -committed_kib();
		err = prepare(s, sc->prepare);
		for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
			err = prepare(s, sc->ops[k].prepare);
			for (unsigned int i = 0; i < s->run.nr_ops && !err; i++)
				sc->ops[k].run(&s->run, i);
		}
		if (munmap(s->run.window, window_bytes(&s->run)))
			err = -errno;
		kib[b] += committed_kib();
	}
	*median = median_kib(kib, CHARGED_BATCHES);
	return err;
}

static int run_batches(struct session *s, const char **failed_op)
{
	const struct run_config *config = s->config;
	struct leftovers before, after;
	uint64_t end = 0;
	long charged;
	int err = 0;

	for (unsigned int b = 0; b < config->nr_warmup && !err; b++)
		err = run_batch(s, false, failed_op);
	if (!config->nr_batches)
		end = monotonic_ns() + config->budget_ns;
	quiesce(config);
	read_leftovers(&before);
	if (!err && config->pass == PASS_TIME)
		err = disturb_open(&s->disturb, "", config->cpu);
	while (!err && more_batches(s, end))
		err = run_batch(s, true, failed_op);
	if (!err && config->pass == PASS_TIME)
		disturb_look_now(&s->disturb, s->batch - 1);
	if (err || config->pass != PASS_COUNTS)
		return err;
	quiesce(config);
	read_leftovers(&after);
	err = charged_by_batch(s, &charged);
	return err ? err : emit_leftovers(s, &before, &after, charged);
}

/* Returns what run_batches() does. */
static int run_kinds(struct session *s, const char **failed_op)
{
	const struct scenario *sc = s->run.scenario;
	int err = allocate(s);

	if (!err && sc->setup)
		err = sc->setup(&s->run);
	if (!err)
		err = run_batches(s, failed_op);
	if (!err)
		err = emit_all(s);
	if (sc->teardown)
		sc->teardown(&s->run);
	return err;
}

/*
 * A scenario that is not possible says so once, in its first pass; a metric that
 * is not available, in the pass that it belongs to.
 */
static int impossible(struct session *s)
{
	enum pass first = s->run.scenario->untimed ? PASS_COUNTS : PASS_TIME;
	bool said = s->config->pass == PASS_INSNS || s->config->pass == first;

	return said ? emit_skip(s, s->run.reason) : 0;
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
	unsigned int nr_ops = sc->nr_ops ? sc->nr_ops : config->nr_ops;
	struct session s = {
		.run = {
			.scenario = sc,
			.nr_ops = nr_ops,
			.unit_bytes = (size_t)sysconf(_SC_PAGESIZE),
			.dir = config->dir,
			.fd = -1,
		},
		.config = config,
		.out = out,
	};
	const char *failed_op = NULL;
	int err;

	s.run.window_units = (size_t)vmas_of(sc->window, nr_ops);
	if (!s.run.window_units)
		s.run.window_units = 2 * (size_t)nr_ops + 2;
	if (config->pass == PASS_PMU && (sc->program || sc->storm))
		return emit_skip(&s,
				 "events are counted for one task: not of storms and programs");
	if (sc->program)
		return run_program(&s);
	if ((config->pass == PASS_TIME || config->pass == PASS_PMU) && sc->untimed)
		return 0;
	while (s.nr_kinds < SCENARIO_MAX_OPS && sc->ops[s.nr_kinds].name)
		s.nr_kinds++;

	if (sc->warns && !config->guest) {
		strcpy(s.run.reason,
		       "makes the kernel warn, which taints it: in guests only");
		return impossible(&s);
	}
	if (make_crowd(&s.run, config->seed))
		return impossible(&s);
	s.run.fd = sc->backing->open(&s.run, (size_t)vmas_of(sc->units, nr_ops));
	if (s.run.fd == BACKING_IMPOSSIBLE)
		return impossible(&s);
	err = open_window(&s.run);
	if (!err)
		err = sc->storm ? run_storm(&s) : run_kinds(&s, &failed_op);
	if (err > 0)
		err = emit_failure(&s, failed_op, s.run.reason);
	release(&s);
	return err;
}
