// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record about a scenario that was run in this process. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "instruments/instrument.h"
#include "record/write.h"
#include "run/run.h"
#include "scenario.h"
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

/** emit_failure - say why there are no numbers */
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

/** result_name - of an errno, or of 0 */
const char *result_name(int err)
{
	const char *name = err ? strerrorname_np(err) : "success";

	return name ? name : "unknown";
}

/* What the scenario declares for a kernel. */
static const struct vma_outcome *declared(const struct scenario_op *op,
					  enum retry retry)
{
	return op->with[retry].name ? &op->with[retry] : &op->after;
}

/* Has a kernel that retries so done what was seen, by operations @from to @k? */
static bool fits(const struct session *s, enum retry retry, unsigned int from,
		 unsigned int k)
{
	for (; from <= k; from++)
		if (vmas_of(declared(&s->run.scenario->ops[from], retry)->vmas,
			    s->run.nr_ops) != s->ops[from].seen.after)
			return false;
	return true;
}

/*
 * The outcome that goes with the VMAs that are there, or NULL: this kernel's, else
 * that of another that would have done all of it so far, else this operation. It
 * is a name of what was seen, so that the same on two kernels has the same name.
 */
static const struct vma_outcome *seen_outcome(const struct session *s,
					      unsigned int k)
{
	const struct scenario_op *op = &s->run.scenario->ops[k];

	if (fits(s, s->config->retry, 0, k))
		return declared(op, s->config->retry);
	for (unsigned int from = 0; from <= k; from = from < k ? k : k + 1)
		for (int r = 0; r < NR_RETRIES; r++)
			if (fits(s, (enum retry)r, from, k))
				return declared(op, (enum retry)r);
	return NULL;
}

/* How many VMAs there should have been before operations of kind @k. */
static int expected_before(const struct session *s, unsigned int k)
{
	const struct scenario *sc = s->run.scenario;

	if (sc->ops[k].prepare)
		return vmas_of(sc->ops[k].before, s->run.nr_ops);
	return k ? s->ops[k - 1].seen.after : vmas_of(sc->before, s->run.nr_ops);
}

static bool results_are_declared(const struct session *s, unsigned int k)
{
	const struct seen *seen = &s->ops[k].seen;

	return seen->results[0].err == s->run.scenario->ops[k].expect_errno &&
	       seen->results[0].nr == s->run.nr_ops;
}

/* What became of the range, in a word. */
static void name_outcome(const struct session *s, unsigned int k, char name[64])
{
	const struct vma_outcome *outcome = seen_outcome(s, k);
	int err = s->ops[k].seen.results[0].err;

	if (results_are_declared(s, k))
		snprintf(name, 64, "%s", outcome ? outcome->name : "unexpected");
	else if (s->ops[k].seen.results[1].nr)
		snprintf(name, 64, "mixed-results");
	else
		snprintf(name, 64, err ? "failed:%s" : "succeeded",
			 result_name(err));
}

/* What the scenario declares, and which results there were, where it is not that. */
static void add_expected(const struct session *s, unsigned int k, json_t *line)
{
	const struct scenario_op *op = &s->run.scenario->ops[k];
	const struct vma_outcome *outcome = declared(op, s->config->retry);
	const struct seen *seen = &s->ops[k].seen;
	int after, before = expected_before(s, k);
	json_t *results = json_object();

	/* Where it is not known how the kernel retries, any of them will do. */
	if (s->config->retry == RETRY_UNKNOWN && seen_outcome(s, k))
		outcome = seen_outcome(s, k);
	after = vmas_of(outcome->vmas, s->run.nr_ops);
	for (unsigned int r = 0; r < MAX_RESULTS && seen->results[r].nr; r++)
		json_object_set_new(results, result_name(seen->results[r].err),
				    json_integer(seen->results[r].nr));
	if (!results_are_declared(s, k) || seen->after != after ||
	    seen->before != before) {
		json_object_set_new(line, "expected",
				    json_pack("{s:s, s:i, s:i, s:s}", "outcome",
					      outcome->name, "vmas_before", before,
					      "vmas_after", after, "result",
					      result_name(op->expect_errno)));
		json_object_set(line, "results", results);
	}
	json_decref(results);
}

/*
 * At which attempt a range was merged. No tracepoint says so; a merge on retry
 * is known by the VMA that was allocated for nothing. NULL if it is not known.
 */
static const char *merge_attempt(struct session *s, unsigned int k,
				 const char *outcome)
{
	const struct counting *c = &s->counting;
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

/*
 * Every pass says what it saw, for the passes to be held against each other. What
 * the allocations tell is known to the counting pass alone.
 */
static int emit_shape(struct session *s, unsigned int k)
{
	int adjacent = vmas_of(s->run.scenario->adjacent, s->run.nr_ops);
	const struct op_result *res = &s->ops[k];
	char outcome[64];
	json_t *line = scenario_line("shape", s->run.scenario,
				     s->run.scenario->ops[k].name);

	if (!line)
		return -ENOMEM;
	name_outcome(s, k, outcome);
	json_object_set_new(line, "vmas_before", json_integer(res->seen.before));
	json_object_set_new(line, "vmas_after", json_integer(res->seen.after));
	json_object_set_new(line, "outcome", json_string(outcome));
	json_object_set_new(line, "ops", json_integer(s->run.nr_ops));
	if (adjacent && !k)
		json_object_set_new(line, "adjacent", json_integer(adjacent));
	add_expected(s, k, line);
	if (s->config->pass == PASS_COUNTS && merge_attempt(s, k, outcome))
		json_object_set_new(line, "merge_inferred",
				    json_string(merge_attempt(s, k, outcome)));
	return emit(s->out, line);
}

static int emit_vmas(struct session *s, unsigned int k)
{
	json_t *line = row_line(s, s->run.scenario->ops[k].name, "vmas", "VMAs",
				"lower", "shape", true, 1);

	if (!line)
		return -ENOMEM;
	json_object_set_new(line, "batches",
			    json_pack("[i]", s->ops[k].seen.after));
	return emit(s->out, line);
}

int emit_all(struct session *s)
{
	int err = 0;

	if (s->config->pass == PASS_INSNS)
		err = emit_regions(s);
	if (s->config->pass == PASS_PMU)
		err = emit_events(s);
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
		if (s->config->pass == PASS_TIME)
			err = emit_times(s, k);
		else if (s->config->pass == PASS_COUNTS)
			err = emit_counts(s, k);
	}
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++) {
		if (s->config->pass == PASS_COUNTS)
			err = emit_vmas(s, k);
		if (!err)
			err = emit_shape(s, k);
	}
	return err;
}
