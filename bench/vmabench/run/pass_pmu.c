// SPDX-License-Identifier: GPL-2.0-or-later
/* The pass of events: counts with noise, of whole batches. */
#include <errno.h>
#include <stdlib.h>

#include "instruments/pmu.h"
#include "run/pass.h"
#include "session.h"

/* Regions with nothing in them, for what the readings add. */
#define EMPTY_REGIONS 101

/**
 * struct values - of one event, of as many batches as it is known of
 * @nr: of @v
 * @estimated: the counter was multiplexed
 * @v: values
 */
struct values {
	unsigned int nr;
	bool estimated;
	uint64_t *v;
};

/**
 * struct events - what a task keeps
 * @of: by kind and counter
 * @empty: by counter: of regions with nothing in them
 */
struct events {
	struct values of[SCENARIO_MAX_OPS][PASS_MAX_METRICS];
	struct values empty[PASS_MAX_METRICS];
};

static struct events *events_of(const struct task *t)
{
	return t->kept;
}

static void place(struct task *t, struct arena *arena)
{
	const struct session *s = t->s;
	struct events any, *events = take(arena, 1, sizeof(*events));

	t->kept = events;
	if (!events)
		events = &any;
	for (unsigned int m = 0; m < s->counting.nr; m++) {
		events->empty[m].v = take(arena, EMPTY_REGIONS, sizeof(uint64_t));
		for (unsigned int k = 0; k < s->nr_kinds; k++)
			events->of[k][m].v =
				take(arena, s->max_batches, sizeof(uint64_t));
	}
}

/* The group that this process is to count. */
static int enter(struct run_config *config, char *reason, size_t size)
{
	const char *list = getenv(EVENTS_ENV);

	config->multiplex = getenv(MULTIPLEX_ENV) != NULL;
	pmu_set_cpu(config->cpu);
	if (list)
		return pmu_select(list, reason, size);
	snprintf(reason, size, EVENTS_ENV " is not set");
	return -EINVAL;
}

/* What each counter came to; nothing where that is not known. */
static int read_events(struct task *t, struct values *values)
{
	const struct counting *c = &t->s->counting;

	for (unsigned int m = 0; m < c->nr; m++) {
		const struct counter *its = &c->list[m];
		struct values *to = &values[m];
		int ret;

		if (!its->available)
			continue;
		ret = its->instrument->read(t->handles[its->handle], its->m,
					    &to->v[to->nr]);
		if (ret == -ENODATA)
			to->estimated = true;
		else if (ret < 0)
			return ret;
		else
			to->nr++;
		to->estimated |= ret == PMU_MULTIPLEXED;
	}
	return 0;
}

static int run(struct task *t, unsigned int k)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	struct values *values = events_of(t)->of[k];
	int err = start_counters(t), stopped;

	for (unsigned int i = 0; i < t->run.nr_ops; i++)
		t->results[k][i] = op->run(&t->run, i);
	stopped = stop_counters(t);
	if (err || stopped)
		return err ? err : stopped;
	/* What a batch that warms up has left there. */
	for (unsigned int m = 0; m < t->s->counting.nr && !t->batch; m++) {
		values[m].nr = 0;
		values[m].estimated = false;
	}
	return read_events(t, values);
}

static int measure_empty(struct task *t)
{
	int err = 0;

	for (int i = 0; i < EMPTY_REGIONS && !err; i++) {
		err = start_counters(t);
		if (!err)
			err = stop_counters(t);
		if (!err)
			err = read_events(t, events_of(t)->empty);
	}
	return err;
}

static int compare_values(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static json_t *median(struct values *values)
{
	if (!values->nr)
		return json_null();
	qsort(values->v, values->nr, sizeof(*values->v), compare_values);
	return json_integer((json_int_t)values->v[values->nr / 2]);
}

static int refuse_multiplexed(struct session *s, const char *op,
			      const char *metric, bool nothing)
{
	char reason[256];

	snprintf(reason, sizeof(reason), "%s: %s", metric,
		 nothing ? "its counter never ran: others hold those of the PMU (perf, the NMI watchdog)"
			 : "was multiplexed: others use the PMU (perf, the NMI watchdog); --multiplex takes an estimate");
	return emit_skip(s, op, reason);
}

static int emit_event(struct session *s, unsigned int k, unsigned int m)
{
	struct events *events = events_of(&s->crew->tasks[0]);
	const struct counter *c = &s->counting.list[m];
	const char *op = s->run.scenario->ops[k].name;
	const struct values *values = &events->of[k][m];
	json_t *line, *batches;
	char name[96];

	if (!values->nr || (values->estimated && !s->config->multiplex))
		return refuse_multiplexed(s, op, c->metric->name, !values->nr);
	/* Under a name of its own: nothing compares it with a whole count. */
	snprintf(name, sizeof(name), "%s%s", c->metric->name,
		 values->estimated ? "_multiplexed" : "");
	line = row_line(s->run.scenario, op, name, c->metric->unit,
			c->metric->better, PASS_PMU, false, s->run.nr_ops);
	if (values->estimated)
		json_object_set_new(line, "multiplexed", json_true());
	if (c->instrument->event)
		json_object_set_new(line, "event",
				    json_string(c->instrument->event(c->m)));
	json_object_set_new(line, "overhead", median(&events->empty[m]));
	batches = json_array();
	for (unsigned int b = 0; b < values->nr; b++)
		json_array_append_new(batches,
				      json_integer((json_int_t)values->v[b]));
	return emit_batches(s, line, batches);
}

static int emit_events(struct session *s)
{
	int err = 0;

	for (unsigned int k = 0; k < s->nr_kinds; k++)
		for (unsigned int m = 0; m < s->counting.nr && !err; m++)
			if (s->counting.list[m].available)
				err = emit_event(s, k, m);
	return err;
}

const struct pass pass_pmu = {
	.id = PASS_PMU,
	.not_of_many =
		"events are counted for one task: not of storms and programs",
	.metal_warmup = 50,
	.enter = enter,
	.place = place,
	.open = open_counters,
	.run = run,
	.end = measure_empty,
	.emit = emit_events,
	.close = close_counters,
};
