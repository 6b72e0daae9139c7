// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instructions, of which the guest knows nothing: it marks where operations begin
 * and end, and tells the host what the regions that it has numbered were about.
 */
#include "marker.h"
#include "record/write.h"
#include "run/pass.h"
#include "session.h"

/*
 * What is between the markers is a part of the region: nothing but the call, in a
 * function of its own, so that it is the same whatever is around it.
 */
static __attribute__((noinline)) long
run_marked(long (*op)(const struct scenario_run *run, unsigned int i),
	   const struct scenario_run *run, unsigned int i)
{
	long ret;

	marker(MARKER_OP);
	ret = op(run, i);
	marker(MARKER_END);
	return ret;
}

static int run(struct task *t, unsigned int k)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	uint64_t tick_ns = 0;

	if (t->s->config->guest)
		settle_batch();
	for (unsigned int i = 0; i < t->run.nr_ops; i++) {
		stay_clear_of_tick(&tick_ns);
		t->results[k][i] = run_marked(op->run, &t->run, i);
	}
	marker(MARKER_DRAIN);
	quiesce(t->s->config);
	marker(MARKER_END);
	return 0;
}

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
			      "ops", s->run.nr_ops, "warmup", s->nr_warmup,
			      "batches", s->crew->tasks[0].batch));
}

const struct pass pass_insns = {
	.id = PASS_INSNS,
	.first = true,
	.untimed = true,
	.quiesce = true,
	.plugin = true,
	.run = run,
	.emit = emit_regions,
};
