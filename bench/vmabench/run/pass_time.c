// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Latencies: the clock is read around each operation. Nothing in the timed region
 * may fault, and nothing may run in between: it is said whether it did.
 */
#include <errno.h>
#include <sys/resource.h>

#include "record/write.h"
#include "run/pass.h"
#include "session.h"

/**
 * struct times - what a task keeps, by kind
 * @ticks: of a batch, by operation
 * @hist: of all recorded batches
 * @ns: by batch
 * @faults: by batch: page faults
 * @switches: by batch: involuntary context switches
 * @start: by batch, of all kinds, in ticks
 * @end: likewise
 * @disturb: what else was seen; of a task that is alone
 */
struct times {
	uint64_t *ticks[SCENARIO_MAX_OPS];
	struct hist *hist[SCENARIO_MAX_OPS];
	uint64_t *ns[SCENARIO_MAX_OPS];
	uint32_t *faults[SCENARIO_MAX_OPS];
	uint32_t *switches[SCENARIO_MAX_OPS];
	uint64_t *start, *end;
	struct disturb disturb;
};

static struct times *times_of(const struct task *t)
{
	return t->kept;
}

static void place(struct task *t, struct arena *arena)
{
	unsigned int nr = t->s->max_batches;
	struct times any, *times = take(arena, 1, sizeof(*times));

	t->kept = times;
	if (!times)
		times = &any;
	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		times->ticks[k] = take(arena, t->s->run.nr_ops, sizeof(uint64_t));
		times->hist[k] = take(arena, 1, sizeof(struct hist));
		times->ns[k] = take(arena, nr, sizeof(uint64_t));
		times->faults[k] = take(arena, nr, sizeof(uint32_t));
		times->switches[k] = take(arena, nr, sizeof(uint32_t));
	}
	times->start = take(arena, nr, sizeof(uint64_t));
	times->end = take(arena, nr, sizeof(uint64_t));
}

static int begin(struct task *t)
{
	return disturb_open(&times_of(t)->disturb, "", t->cpu,
			    t->s->max_batches + 1);
}

/* A task that is one of several would meet the others at a lock of the process. */
static void read_usage(const struct task *t, struct rusage *usage)
{
	if (!t->run.scenario->storm)
		getrusage(RUSAGE_THREAD, usage);
}

static int run(struct task *t, unsigned int k)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	struct rusage before = { 0 }, after = { 0 };
	struct times *times = times_of(t);
	uint64_t *ticks = times->ticks[k];
	long *results = t->results[k];

	read_usage(t, &before);
	for (unsigned int i = 0; i < t->run.nr_ops; i++) {
		uint64_t start = clock_start();
		long ret = op->run(&t->run, i);

		ticks[i] = clock_stop() - start;
		results[i] = ret;
	}
	read_usage(t, &after);
	times->faults[k][t->batch] =
		(uint32_t)(after.ru_minflt + after.ru_majflt -
			   before.ru_minflt - before.ru_majflt);
	times->switches[k][t->batch] =
		(uint32_t)(after.ru_nivcsw - before.ru_nivcsw);
	return 0;
}

static uint64_t to_ns(uint64_t ticks)
{
	return (uint64_t)((double)ticks * bench_clock.ns_per_tick + 0.5);
}

static void keep(struct task *t)
{
	struct times *times = times_of(t);

	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		uint64_t ticks = 0;

		for (unsigned int i = 0; i < t->run.nr_ops; i++) {
			ticks += times->ticks[k][i];
			hist_add(times->hist[k], to_ns(times->ticks[k][i]));
		}
		times->ns[k][t->batch] = to_ns(ticks);
	}
	times->start[t->batch] = t->start;
	times->end[t->batch] = t->end;
	if (!t->run.scenario->storm)
		disturb_look(&times->disturb, t->batch);
}

static int end(struct task *t)
{
	disturb_look_now(&times_of(t)->disturb, t->batch - 1);
	return 0;
}

static int emit_latency(struct session *s, unsigned int k)
{
	struct hist *all = times_of(&s->crew->tasks[0])->hist[k];
	json_t *batches = json_array(), *line;

	line = metric_line(s->run.scenario, s->run.scenario->ops[k].name,
			   METRIC_LATENCY, PASS_TIME, false,
			   s->nr_tasks * s->run.nr_ops);
	for (unsigned int b = 0; b < s->crew->tasks[0].batch; b++) {
		uint64_t ns = 0;

		for (unsigned int i = 0; i < s->nr_tasks; i++)
			ns += times_of(&s->crew->tasks[i])->ns[k][b];
		json_array_append_new(batches, json_integer((json_int_t)ns));
	}
	for (unsigned int i = 1; i < s->nr_tasks; i++) {
		const struct hist *h = times_of(&s->crew->tasks[i])->hist[k];

		for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
			all->count[b] += h->count[b];
			all->over[b] += h->over[b];
		}
	}
	json_object_set_new(line, "batches", batches);
	json_object_set_new(line, "hist", hist_json(all));
	return emit(s->out, line);
}

static int emit_faults(struct session *s, unsigned int k)
{
	const struct task *t = &s->crew->tasks[0];
	json_t *batches = json_array();

	for (unsigned int b = 0; b < t->batch; b++)
		json_array_append_new(batches,
				      json_integer(times_of(t)->faults[k][b]));
	return emit_batches(s,
			    metric_line(s->run.scenario,
					s->run.scenario->ops[k].name,
					METRIC_FAULTS, PASS_TIME, false,
					s->run.nr_ops),
			    batches);
}

static int emit_disturbances(struct session *s, unsigned int k)
{
	const struct task *t = &s->crew->tasks[0];
	json_t *switches = json_array(), *line;

	line = scenario_line("disturbances", s->run.scenario,
			     s->run.scenario->ops[k].name);
	if (!line)
		return -ENOMEM;
	for (unsigned int b = 0; b < t->batch; b++)
		if (times_of(t)->switches[k][b])
			json_array_append_new(switches,
					      json_pack("[i, i]", (int)b,
							(int)times_of(t)
								->switches[k][b]));
	json_object_set_new(line, "of", json_integer(t->batch));
	json_object_set_new(line, "switches", switches);
	disturb_add(&times_of(t)->disturb, line);
	return emit(s->out, line);
}

/* From when the first task has left the barrier until the last one was done. */
static uint64_t rate(const struct session *s, unsigned int b)
{
	double ops = (double)s->nr_tasks * s->nr_kinds * s->run.nr_ops;
	const struct task *tasks = s->crew->tasks;
	uint64_t start = times_of(tasks)->start[b], end = times_of(tasks)->end[b];

	for (unsigned int i = 1; i < s->nr_tasks; i++) {
		const struct times *times = times_of(&tasks[i]);

		start = times->start[b] < start ? times->start[b] : start;
		end = times->end[b] > end ? times->end[b] : end;
	}
	return (uint64_t)(ops * 1e9 /
				  ((double)(end - start) *
				   bench_clock.ns_per_tick) +
			  0.5);
}

static int emit_throughput(struct session *s)
{
	const char *op = s->nr_kinds == 1 ? s->run.scenario->ops[0].name : "pair";
	json_t *batches = json_array();

	for (unsigned int b = 0; b < s->crew->tasks[0].batch; b++)
		json_array_append_new(batches,
				      json_integer((json_int_t)rate(s, b)));
	return emit_batches(s,
			    metric_line(s->run.scenario, op, METRIC_THROUGHPUT,
					PASS_TIME, false, 1),
			    batches);
}

static int emit_times(struct session *s)
{
	bool storm = s->run.scenario->storm;
	int err = 0;

	for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
		err = emit_latency(s, k);
		if (!err && !storm)
			err = emit_faults(s, k);
		if (!err && !storm)
			err = emit_disturbances(s, k);
	}
	if (!storm)
		disturb_close(&times_of(&s->crew->tasks[0])->disturb);
	return !err && storm ? emit_throughput(s) : err;
}

const struct pass pass_time = {
	.id = PASS_TIME,
	.first = true,
	.metal_warmup = 50, /* caches, slabs, branch predictors */
	.place = place,
	.begin = begin,
	.run = run,
	.keep = keep,
	.end = end,
	.emit = emit_times,
};
