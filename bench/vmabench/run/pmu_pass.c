// SPDX-License-Identifier: GPL-2.0-or-later
/* The pass of events of the PMU: counts with noise, of whole batches. */
#include <errno.h>
#include <stdlib.h>

#include "instruments/instrument.h"
#include "record/write.h"
#include "run/run.h"
#include "scenario.h"
#include "session.h"

/* Regions with nothing in them, for what the readings add. */
#define EMPTY_REGIONS 101

/* Before the operations of a batch. */
static int start_counters(const struct counting *c)
{
	return c->started ? c->started->start() : 0;
}

/*
 * After them. What each came to is added to @counts, unless it is not known;
 * @estimated is set where a counter was multiplexed.
 */
static int stop_counters(const struct counting *c, json_t **counts,
			 bool *estimated)
{
	int err = c->started ? c->started->stop() : 0;

	for (unsigned int m = 0; m < c->nr && !err && counts; m++) {
		uint64_t value;
		int ret;

		if (!c->counters[m].available)
			continue;
		ret = c->counters[m].instrument->read(c->counters[m].m, &value);
		if (ret && estimated)
			estimated[m] = true;
		if (ret >= 0)
			json_array_append_new(counts[m],
					      json_integer((json_int_t)value));
		else if (ret != -ENODATA)
			err = ret;
	}
	return err;
}

static int integer_cmp(const void *a, const void *b)
{
	json_int_t x = *(const json_int_t *)a, y = *(const json_int_t *)b;

	return (x > y) - (x < y);
}

static json_t *median(const json_t *numbers)
{
	json_int_t v[EMPTY_REGIONS] = { 0 };
	size_t n = json_array_size(numbers);

	if (!n)
		return json_null();
	for (size_t i = 0; i < n; i++)
		v[i] = json_integer_value(json_array_get(numbers, i));
	qsort(v, n, sizeof(*v), integer_cmp);
	return json_integer(v[n / 2]);
}

/* What two readings with nothing between them come to. */
static int measure_empty(const struct counting *c, json_t **counts)
{
	int err = 0;

	for (int i = 0; i < EMPTY_REGIONS && !err; i++) {
		err = start_counters(c);
		if (!err)
			err = stop_counters(c, counts, NULL);
	}
	return err;
}

static int refuse_multiplexed(struct session *s, const char *op,
			      const char *metric, bool nothing)
{
	char reason[256];

	snprintf(reason, sizeof(reason), "%s: %s", metric,
		 nothing ? "its counter never ran: others hold those of the PMU (perf, the NMI watchdog)"
			 : "was multiplexed: others use the PMU (perf, the NMI watchdog); --multiplex takes an estimate");
	return emit_skip_op(s, op, reason);
}

static int emit_event(struct session *s, unsigned int k, unsigned int m,
		      const json_t *empty)
{
	const struct counter *c = &s->counting.counters[m];
	const char *op = s->run.scenario->ops[k].name;
	bool estimated = s->ops[k].estimated[m];
	char name[96];
	json_t *line;

	if (!json_array_size(s->ops[k].counts[m]) ||
	    (estimated && !s->config->multiplex))
		return refuse_multiplexed(s, op, c->metric->name,
					  !json_array_size(s->ops[k].counts[m]));
	/* Under a name of its own: nothing compares it with a whole count. */
	snprintf(name, sizeof(name), "%s%s", c->metric->name,
		 estimated ? "_multiplexed" : "");
	line = row_line(s, op, name, c->metric->unit, c->metric->better,
			c->instrument->pass, false, s->run.nr_ops);
	if (estimated)
		json_object_set_new(line, "multiplexed", json_true());
	if (c->instrument->event)
		json_object_set_new(line, "event",
				    json_string(c->instrument->event(c->m)));
	json_object_set_new(line, "overhead", median(empty));
	json_object_set(line, "batches", s->ops[k].counts[m]);
	return emit(s->out, line);
}

/** emit_events() - rows of the pass, and what is missing */
int emit_events(struct session *s)
{
	struct counting *c = &s->counting;
	json_t *empty[INSTRUMENT_MAX_METRICS];
	int err;

	for (unsigned int m = 0; m < c->nr; m++)
		empty[m] = json_array();
	err = measure_empty(c, empty);
	for (unsigned int k = 0; k < s->nr_kinds; k++)
		for (unsigned int m = 0; m < c->nr && !err; m++)
			if (c->counters[m].available)
				err = emit_event(s, k, m, empty[m]);
	for (unsigned int m = 0; m < c->nr; m++)
		json_decref(empty[m]);
	return err;
}

/** run_events() - the operations of a batch, between two readings */
int run_events(struct session *s, const struct scenario_op *op,
	       struct op_result *res, bool record)
{
	int err = start_counters(&s->counting), stopped;

	for (unsigned int i = 0; i < s->run.nr_ops; i++)
		s->results[i] = op->run(&s->run, i);
	stopped = stop_counters(&s->counting, record ? res->counts : NULL,
				res->estimated);
	return err ? err : stopped;
}
