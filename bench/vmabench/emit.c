// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record about a scenario that was run in this process. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

/*
 * Latency histogram: exact to the nanosecond up to 2^HIST_SUB_BITS, then HIST_SUB_BITS
 * bits of precision: within 1/256 of the value.
 */
unsigned int hist_bucket(uint64_t ns)
{
	unsigned int shift;

	if (ns < (1u << HIST_SUB_BITS))
		return (unsigned int)ns;
	shift = 63 - HIST_SUB_BITS - (unsigned int)__builtin_clzll(ns);
	return ((shift + 1) << HIST_SUB_BITS) +
	       (unsigned int)((ns >> shift) & ((1u << HIST_SUB_BITS) - 1));
}

/* Lowest value of a bucket. */
static uint64_t hist_value(unsigned int bucket)
{
	unsigned int shift = bucket >> HIST_SUB_BITS;
	uint64_t low = bucket & ((1u << HIST_SUB_BITS) - 1);

	return shift ? (low + (1u << HIST_SUB_BITS)) << (shift - 1) : low;
}

/** hist_json - [value, count] of the buckets that have any */
json_t *hist_json(const uint32_t *hist)
{
	json_t *pairs = json_array();

	for (unsigned int b = 0; b < HIST_BUCKETS; b++)
		if (hist[b])
			json_array_append_new(pairs,
					      json_pack("[I, I]",
							(json_int_t)hist_value(b),
							(json_int_t)hist[b]));
	return pairs;
}

/** emit_failure - say what was seen instead of what was declared */
int emit_failure(struct session *s, const char *op, const char *reason)
{
	json_t *line = scenario_line("failure", s->run.scenario, op);

	if (line)
		json_object_set_new(line, "reason", json_string(reason));
	return emit(s->out, line);
}

/** emit_skip - say why something was not measured */
int emit_skip(struct session *s, const char *reason)
{
	return emit_skip_op(s, NULL, reason);
}

/** emit_skip_op - the same of one operation */
int emit_skip_op(struct session *s, const char *op, const char *reason)
{
	json_t *line = scenario_line("skip", s->run.scenario, op);

	if (line)
		json_object_set_new(line, "reason", json_string(reason));
	return emit(s->out, line);
}

json_t *row_line(const struct session *s, const char *op, const char *metric,
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
		const struct metric *metric = c->counters[m].metric;
		json_t *line, *batches, *per_op;

		if (!c->counters[m].available)
			continue;
		/* Other tasks' frees land on the CPU, too, where there are any. */
		line = row_line(s, s->run.scenario->ops[k].name, metric->name,
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

/* Which batches something else has disturbed. */
static int emit_disturbances(struct session *s, unsigned int k)
{
	json_t *line = scenario_line("disturbances", s->run.scenario,
				     s->run.scenario->ops[k].name);

	if (!line)
		return -ENOMEM;
	json_object_set_new(line, "of", json_integer(s->batch));
	json_object_set(line, "switches", s->ops[k].switches);
	disturb_add(&s->disturb, line);
	return emit(s->out, line);
}

static int emit_times(struct session *s, unsigned int k)
{
	json_t *line = row_line(s, s->run.scenario->ops[k].name, "latency",
				"ns/op", "lower", "time", false, s->run.nr_ops);
	int err;

	json_object_set(line, "batches", s->ops[k].batches);
	json_object_set_new(line, "hist", hist_json(s->ops[k].hist));
	err = emit(s->out, line);
	if (err)
		return err;
	/* Nothing in the timed region may fault: say whether it did. */
	line = row_line(s, s->run.scenario->ops[k].name, "faults", "faults/op",
			"lower", "time", false, s->run.nr_ops);
	json_object_set(line, "batches", s->ops[k].faults);
	err = emit(s->out, line);
	return err ? err : emit_disturbances(s, k);
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
	const char *outcome = s->ops[k].outcome->name;
	uint64_t allocs = 0, all = (uint64_t)s->batch * s->run.nr_ops;
	unsigned int m = 0;

	while (m < c->nr && strcmp(c->counters[m].metric->name, "vma_allocs"))
		m++;
	if (m == c->nr || !c->counters[m].available)
		return NULL;
	for (uint64_t i = 0; i < all; i++)
		allocs += s->ops[k].per_op[m][i];
	if (!strcmp(outcome, "merged"))
		return allocs == 0     ? "first attempt"
		       : allocs == all ? "retry"
				       : "mixed";
	if (allocs == all &&
	    (!strcmp(outcome, "not-merged") || !strcmp(outcome, "fragmented")))
		return "new VMA";
	return NULL;
}

static int emit_shapes(struct session *s)
{
	int adjacent = vmas_of(s->run.scenario->adjacent, s->run.nr_ops);
	int err = 0;

	for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
		const struct scenario_op *op = &s->run.scenario->ops[k];
		json_t *line = row_line(s, op->name, "vmas", "VMAs", "lower",
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
		json_object_set_new(line, "outcome",
				    json_string(s->ops[k].outcome->name));
		json_object_set_new(line, "ops", json_integer(s->run.nr_ops));
		if (adjacent && !k)
			json_object_set_new(line, "adjacent",
					    json_integer(adjacent));
		if (merge_attempt(s, k))
			json_object_set_new(line, "merge_inferred",
					    json_string(merge_attempt(s, k)));
		err = emit(s->out, line);
	}
	return err;
}

int emit_all(struct session *s)
{
	int err = 0;

	if (s->config->pass == PASS_INSNS)
		return emit_regions(s);
	if (s->config->pass == PASS_PMU)
		return emit_events(s);
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++)
		err = s->config->pass == PASS_TIME ? emit_times(s, k)
						   : emit_counts(s, k);
	/* Shapes are seen in every pass; the last one to run reports them. */
	if (!err && s->config->pass == PASS_COUNTS)
		err = emit_shapes(s);
	return err;
}
