// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What operations make the kernel do, as instruments count it, and what they leave
 * behind.
 */
#include <string.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "record/write.h"
#include "run/pass.h"
#include "session.h"

/**
 * struct counts - what a task keeps
 * @per_op: by kind and counter: of each operation
 * @totals: by kind and counter: by batch, of what is not read around each
 * @before: what counters had before an operation, or a batch
 * @after: and after it
 * @left: what there was before the batches
 * @left_after: and after them
 * @charge: by a batch
 * @held: in flight
 */
struct counts {
	uint64_t *per_op[SCENARIO_MAX_OPS][PASS_MAX_METRICS];
	uint64_t *totals[SCENARIO_MAX_OPS][PASS_MAX_METRICS];
	uint64_t before[PASS_MAX_METRICS], after[PASS_MAX_METRICS];
	struct leftovers left, left_after;
	struct charge charge;
	struct holdings held;
};

static struct counts *counts_of(const struct task *t)
{
	return t->kept;
}

static bool of_each(const struct session *s, unsigned int m)
{
	return s->counting.list[m].metric->reading == READ_EACH;
}

static void place(struct task *t, struct arena *arena)
{
	const struct session *s = t->s;
	struct counts any, *counts = take(arena, 1, sizeof(*counts));

	t->kept = counts;
	if (!counts)
		counts = &any;
	for (unsigned int k = 0; k < s->nr_kinds; k++)
		for (unsigned int m = 0; m < s->counting.nr; m++) {
			if (of_each(s, m))
				counts->per_op[k][m] =
					take(arena,
					     (size_t)s->max_batches *
						     s->run.nr_ops,
					     sizeof(uint64_t));
			else
				counts->totals[k][m] = take(arena, s->max_batches,
							    sizeof(uint64_t));
		}
}

/*
 * Where tracefs is not mounted, root may mount it. In a mount namespace of this
 * process alone: the machine is left as it was, however the process ends. Nobody
 * but root may have one, and libtracefs mounts where it can.
 */
static int enter(struct run_config *config, char *reason, size_t size)
{
	if (access("/sys/kernel/tracing/events", R_OK) == 0 ||
	    unshare(CLONE_NEWNS))
		return 0;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	return 0;
}

static int begin(struct task *t)
{
	read_leftovers(&counts_of(t)->left);
	return 0;
}

/* Of counters that are read @when, what they moved by; @slot: of @to. */
static int keep_moved(struct task *t, enum reading when, uint64_t *const *to,
		      size_t slot)
{
	struct counts *counts = counts_of(t);
	const struct counting *c = &t->s->counting;
	int err = read_counters(t, when, counts->after);

	for (unsigned int m = 0; m < c->nr && !err; m++)
		if (c->list[m].available && c->list[m].metric->reading == when)
			to[m][slot] = counts->after[m] - counts->before[m];
	return err;
}

static int run(struct task *t, unsigned int k)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	struct counts *counts = counts_of(t);
	size_t first = (size_t)t->batch * t->run.nr_ops;
	int err = read_counters(t, READ_DRAINED, counts->before);

	if (!err)
		err = read_counters(t, READ_BATCH, counts->before);
	for (unsigned int i = 0; i < t->run.nr_ops && !err; i++) {
		err = read_counters(t, READ_EACH, counts->before);
		t->results[k][i] = op->run(&t->run, i);
		if (!err)
			err = keep_moved(t, READ_EACH, counts->per_op[k],
					 first + i);
	}
	if (!err)
		err = keep_moved(t, READ_BATCH, counts->totals[k], t->batch);
	if (err || t->run.scenario->storm)
		return err;
	quiesce(t->s->config);
	return keep_moved(t, READ_DRAINED, counts->totals[k], t->batch);
}

static int end(struct task *t)
{
	int err;

	quiesce(t->s->config);
	read_leftovers(&counts_of(t)->left_after);
	err = charged_by_batch(t, &counts_of(t)->charge);
	/* The slab is everybody's: of this task alone only where there is no other. */
	return !err && t->s->config->guest ? measure_held(t, &counts_of(t)->held)
					   : err;
}

/* By batch, of all tasks; @per_op gets those of each operation. */
static json_t *totals(const struct session *s, unsigned int k, unsigned int m,
		      json_t *per_op)
{
	json_t *batches = json_array();

	for (unsigned int b = 0; b < s->crew->tasks[0].batch; b++) {
		uint64_t total = 0;

		for (unsigned int i = 0; i < s->nr_tasks && !of_each(s, m); i++)
			total += counts_of(&s->crew->tasks[i])->totals[k][m][b];
		for (unsigned int i = 0; i < s->run.nr_ops && of_each(s, m); i++) {
			uint64_t v =
				counts_of(&s->crew->tasks[0])
					->per_op[k][m][b * s->run.nr_ops + i];

			total += v;
			json_array_append_new(per_op,
					      json_integer((json_int_t)v));
		}
		json_array_append_new(batches, json_integer((json_int_t)total));
	}
	return batches;
}

static json_t *counter_line(const struct scenario *s, const char *op,
			    const struct metric *metric, bool exact,
			    unsigned int ops)
{
	enum metric_id id = metric_by_name(metric->name);

	if (id < NR_METRICS)
		return metric_line(s, op, id, PASS_COUNTS, exact, ops);
	return row_line(s, op, metric->name, metric->unit, metric->better,
			PASS_COUNTS, exact, ops);
}

static int emit_count(struct session *s, unsigned int k, unsigned int m)
{
	const struct metric *metric = s->counting.list[m].metric;
	json_t *per_op = json_array(), *line;

	/* Other tasks' frees land on the CPU, too, where there are any. */
	line = counter_line(s->run.scenario, s->run.scenario->ops[k].name,
			    metric, s->config->guest || of_each(s, m),
			    s->nr_tasks * s->run.nr_ops);
	json_object_set_new(line, "batches", totals(s, k, m, per_op));
	if (of_each(s, m))
		json_object_set(line, "per_op", per_op);
	json_decref(per_op);
	return emit(s->out, line);
}

static int emit_vmas(struct session *s, unsigned int k)
{
	return emit_batches(s,
			    metric_line(s->run.scenario,
					s->run.scenario->ops[k].name,
					METRIC_VMAS, PASS_SHAPE, true, 1),
			    json_pack("[i]", s->crew->tasks[0].seen[k].after));
}

static int emit_counts(struct session *s)
{
	const struct counts *counts = counts_of(&s->crew->tasks[0]);
	bool storm = s->run.scenario->storm;
	int err = 0;

	if (!storm)
		err = emit_leftovers(s, &counts->left, &counts->left_after,
				     &counts->charge);
	for (unsigned int k = 0; k < s->nr_kinds; k++)
		for (unsigned int m = 0; m < s->counting.nr && !err; m++)
			if (s->counting.list[m].available)
				err = emit_count(s, k, m);
	for (unsigned int k = 0; k < s->nr_kinds && !err && !storm; k++)
		err = emit_vmas(s, k);
	if (!err && !storm && s->config->guest)
		err = emit_held(s, &counts->held);
	return err;
}

/*
 * At which attempt a range was merged. No tracepoint says so; a merge on retry
 * is known by the VMA that was allocated for nothing. NULL if it is not known.
 */
static const char *merge_attempt(const struct session *s, unsigned int k)
{
	const struct task *t = &s->crew->tasks[0];
	const struct counting *c = &s->counting;
	uint64_t allocs = 0, all = (uint64_t)t->batch * s->run.nr_ops;
	char outcome[64];
	unsigned int m = 0;

	while (m < c->nr &&
	       metric_by_name(c->list[m].metric->name) != METRIC_VMA_ALLOCS)
		m++;
	if (m == c->nr || !c->list[m].available)
		return NULL;
	for (uint64_t i = 0; i < all; i++)
		allocs += counts_of(t)->per_op[k][m][i];
	name_outcome(s, k, outcome);
	if (!strcmp(outcome, "merged"))
		return allocs == 0     ? "first attempt"
		       : allocs == all ? "retry"
				       : "mixed";
	if (allocs == all &&
	    (!strcmp(outcome, "not-merged") || !strcmp(outcome, "fragmented")))
		return "new VMA";
	return NULL;
}

static void note_merge(const struct session *s, unsigned int k, json_t *shape)
{
	const char *attempt = merge_attempt(s, k);

	if (attempt)
		json_object_set_new(shape, "merge_inferred",
				    json_string(attempt));
}

const struct pass pass_counts = {
	.id = PASS_COUNTS,
	.untimed = true,
	.quiesce = true,
	.metal_batches = 4,
	.metal_warmup = 1,
	/* Waits for locks are rarer than operations: to count them takes more. */
	.storm_batches = 200,
	.storm_ns = 300000000,
	.enter = enter,
	.place = place,
	.open = open_counters,
	.begin = begin,
	.run = run,
	.end = end,
	.emit = emit_counts,
	.note = note_merge,
	.close = close_counters,
};
