// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of a range, in a word, and the line that says so. */
#include <errno.h>
#include <string.h>

#include "record/write.h"
#include "run/pass.h"
#include "session.h"

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
			    s->run.nr_ops) != s->crew->tasks[0].seen[from].after)
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
	return k ? s->crew->tasks[0].seen[k - 1].after
		 : vmas_of(sc->before, s->run.nr_ops);
}

/** results_are_declared - do all operations of kind @k end as they are to? */
bool results_are_declared(const struct task *t, unsigned int k)
{
	const struct seen *seen = &t->seen[k];

	return seen->results[0].err == t->run.scenario->ops[k].expect_errno &&
	       seen->results[0].nr == t->run.nr_ops;
}

/** name_outcome - what became of the range */
void name_outcome(const struct session *s, unsigned int k, char name[64])
{
	const struct vma_outcome *outcome = seen_outcome(s, k);
	int err = s->crew->tasks[0].seen[k].results[0].err;

	if (results_are_declared(&s->crew->tasks[0], k))
		snprintf(name, 64, "%s", outcome ? outcome->name : "unexpected");
	else if (s->crew->tasks[0].seen[k].results[1].nr)
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
	const struct seen *seen = &s->crew->tasks[0].seen[k];
	int after, before = expected_before(s, k);
	json_t *results = json_object();

	/* Where the kernel's retry is not known, or not what decides. */
	if ((s->config->retry == RETRY_UNKNOWN || op->by_hook) &&
	    seen_outcome(s, k))
		outcome = seen_outcome(s, k);
	after = vmas_of(outcome->vmas, s->run.nr_ops);
	for (unsigned int r = 0; r < MAX_RESULTS && seen->results[r].nr; r++)
		json_object_set_new(results, result_name(seen->results[r].err),
				    json_integer(seen->results[r].nr));
	if (!results_are_declared(&s->crew->tasks[0], k) ||
	    seen->after != after || seen->before != before) {
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
 * emit_shape - say what was seen, in every pass, for them to be held against each other
 */
int emit_shape(struct session *s, unsigned int k)
{
	int adjacent = vmas_of(s->run.scenario->adjacent, s->run.nr_ops);
	const struct seen *seen = &s->crew->tasks[0].seen[k];
	char outcome[64];
	json_t *line = scenario_line("shape", s->run.scenario,
				     s->run.scenario->ops[k].name);

	if (!line)
		return -ENOMEM;
	name_outcome(s, k, outcome);
	json_object_set_new(line, "vmas_before", json_integer(seen->before));
	json_object_set_new(line, "vmas_after", json_integer(seen->after));
	json_object_set_new(line, "outcome", json_string(outcome));
	json_object_set_new(line, "ops", json_integer(s->run.nr_ops));
	if (adjacent && !k)
		json_object_set_new(line, "adjacent", json_integer(adjacent));
	add_expected(s, k, line);
	if (s->config->pass->note)
		s->config->pass->note(s, k, line);
	return emit(s->out, line);
}
