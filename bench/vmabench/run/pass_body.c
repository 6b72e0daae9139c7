// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is left of a system call without the way into the kernel and out of it. After
 * each batch of system calls the driver (bench/kmod) makes the same calls from inside of
 * the kernel, in the same address space, on the same CPU: both see the same caches, and
 * whatever drifts meets both. A batch is timed as a whole, by the same clock, so that
 * reading it is in neither.
 */
#include <errno.h>

#include "driver.h"
#include "record/write.h"
#include "run/pass.h"
#include "session.h"

/**
 * struct bodies - what the task keeps, by kind
 * @driver: that is asked
 * @available: it can be
 * @ticks: of the system calls of a batch
 * @call: ns of them, by batch
 * @body: of the same in the kernel, by batch
 */
struct bodies {
	struct driver driver;
	bool available;
	uint64_t ticks[SCENARIO_MAX_OPS];
	uint64_t *call[SCENARIO_MAX_OPS];
	uint64_t *body[SCENARIO_MAX_OPS];
};

static struct bodies *bodies_of(const struct task *t)
{
	return t->kept;
}

static void place(struct task *t, struct arena *arena)
{
	struct bodies any, *bodies = take(arena, 1, sizeof(*bodies));

	t->kept = bodies;
	if (!bodies)
		bodies = &any;
	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		bodies->call[k] =
			take(arena, t->s->max_batches, sizeof(uint64_t));
		bodies->body[k] =
			take(arena, t->s->max_batches, sizeof(uint64_t));
	}
}

static int open_pass(struct task *t, bool say)
{
	struct bodies *bodies = bodies_of(t);
	char reason[WHY_BYTES] = "the clock of the driver is the TSC",
	     text[WHY_BYTES + 64];

	bodies->driver.fd = -1;
	bodies->available =
		bench_clock.tsc &&
		!driver_open(&bodies->driver, &t->run, reason, sizeof(reason));
	if (bodies->available)
		return 0;
	snprintf(text, sizeof(text), "latency_body unavailable: %s", reason);
	return emit_skip(t->s, NULL, text);
}

static int run(struct task *t, unsigned int k)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	long *results = t->results[k];
	uint64_t start = clock_start();

	for (unsigned int i = 0; i < t->run.nr_ops; i++)
		results[i] = op->run(&t->run, i);
	bodies_of(t)->ticks[k] = clock_stop() - start;
	return 0;
}

static uint64_t to_ns(uint64_t ticks)
{
	return (uint64_t)((double)ticks * bench_clock.ns_per_tick + 0.5);
}

static void keep(struct task *t)
{
	struct bodies *bodies = bodies_of(t);

	for (unsigned int k = 0; k < t->s->nr_kinds; k++)
		bodies->call[k][t->batch] = to_ns(bodies->ticks[k]);
}

/* Does the driver do what the system calls have done? 0, or 1 with a reason. */
static int compare_kinds(struct task *t, const struct replayed *re)
{
	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		const struct native_kind *kind = &re->kinds[k];
		const struct seen *seen = &t->seen[k];

		t->failed_op = t->run.scenario->ops[k].name;
		if ((int)kind->before != seen->before ||
		    (int)kind->after != seen->after ||
		    (int)kind->err != seen->results[0].err)
			return set_reason(&t->run,
					  "system calls: %d to %d VMAs, %s; the driver: %u to %u, %s",
					  seen->before, seen->after,
					  result_name(seen->results[0].err),
					  kind->before, kind->after,
					  result_name((int)kind->err));
	}
	t->failed_op = NULL;
	return 0;
}

/* The other half of the last batch. */
static int run_body(struct task *t)
{
	struct bodies *bodies = bodies_of(t);
	unsigned int at = t->batch ? t->batch - 1 : 0;
	struct replayed re;
	int err;

	if (!bodies->available)
		return 0;
	err = driver_run(&bodies->driver, &re);
	if (err)
		return fail_with(t, NATIVE_PATH, err);
	if (re.report.err)
		return set_reason(&t->run, "the driver: %.120s: %s",
				  re.report.reason,
				  result_name((int)re.report.err));
	for (unsigned int k = 0; k < t->s->nr_kinds; k++)
		bodies->body[k][at] = to_ns(re.batches[k][0].ticks);
	return compare_kinds(t, &re);
}

static int emit_row(struct session *s, unsigned int k, enum metric_id metric)
{
	const struct task *t = &s->crew->tasks[0];
	const struct bodies *bodies = bodies_of(t);
	json_t *batches = json_array();

	for (unsigned int b = 0; b < t->batch; b++) {
		json_int_t call = (json_int_t)bodies->call[k][b];
		json_int_t body = (json_int_t)bodies->body[k][b];
		json_int_t value = metric == METRIC_CALL   ? call
				   : metric == METRIC_BODY ? body
							   : call - body;

		json_array_append_new(batches, json_integer(value));
	}
	return emit_batches(s,
			    metric_line(s->run.scenario,
					s->run.scenario->ops[k].name, metric,
					PASS_BODY, false, s->run.nr_ops),
			    batches);
}

static int emit_rows(struct session *s)
{
	static const enum metric_id rows[] = { METRIC_CALL, METRIC_BODY,
					       METRIC_ENTRY };
	int err = 0;

	if (!bodies_of(&s->crew->tasks[0])->available)
		return 0;
	for (unsigned int k = 0; k < s->nr_kinds; k++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && !err; i++)
			err = emit_row(s, k, rows[i]);
	return err;
}

static void close_pass(struct task *t)
{
	driver_close(&bodies_of(t)->driver);
}

const struct pass pass_body = {
	.id = PASS_BODY,
	.not_of_many =
		"latency_body unavailable: the driver is one task, and runs no program",
	.metal_batches = 100,
	.metal_warmup = 50,
	.place = place,
	.open = open_pass,
	.run = run,
	.keep = keep,
	.between = run_body,
	.emit = emit_rows,
	.close = close_pass,
};
