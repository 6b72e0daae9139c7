// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a driver has seen, in the lines that the runner would have written of it: the
 * same shapes, judged by the same code, and the rows of the time pass.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "record/write.h"
#include "run/calls.h"
#include "run/pass.h"
#include "session.h"

/* What the driver does not look at: it would have to ask the host in between. */
static void add_unavailable(json_t *line)
{
	static const char *const keys[] = { "steal", "throttles", "quota",
					    "frequency" };
	json_t *why = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		json_object_set_new(line, keys[i], json_null());
		json_object_set_new(why, keys[i],
				    json_string("not looked at in this tier"));
	}
	json_object_set_new(line, "unavailable", why);
}

/* A batch in which the work took longer than this that is the same always. */
#define SHARED_PERCENT 10

/* By how many percent, 0 where that is little. */
static unsigned int shared_percent(const struct native_batch *batch,
				   uint32_t least)
{
	uint64_t more = batch->reference - least;

	return 100 * more > (uint64_t)SHARED_PERCENT * least ? 100 * more / least
							     : 0;
}

/* [batch, percent]: where the core was slower, or another task had a share of it. */
static json_t *shared_batches(const struct replayed *re, unsigned int k,
			      uint32_t least)
{
	json_t *shared = json_array();

	for (unsigned int b = 0; b < re->report.nr_batches; b++) {
		unsigned int percent = shared_percent(&re->batches[k][b], least);

		if (percent)
			json_array_append_new(shared, json_pack("[i, i]", (int)b,
								(int)percent));
	}
	return shared;
}

/**
 * was_alone - has a scenario enough batches that had the core to themselves?
 * @rec: what a driver was told
 * @re: what it answered
 * @least_reference: of the batches of all scenarios of the boot
 *
 * Return: of each kind of its operations.
 */
bool was_alone(const struct recorded *rec, const struct replayed *re,
	       uint32_t least_reference)
{
	for (uint32_t k = 0; !re->report.err && k < rec->head.nr_kinds; k++) {
		uint32_t nr = 0;

		for (uint32_t b = 0; b < re->report.nr_batches; b++)
			nr += !shared_percent(&re->batches[k][b],
					      least_reference);
		if (nr < re->report.nr_batches && nr < RECORD_ALONE_MIN)
			return false;
	}
	return true;
}

static int emit_disturbances(struct session *s, unsigned int k,
			     const struct replayed *re, uint32_t least)
{
	json_t *line = scenario_line("disturbances", s->run.scenario,
				     s->run.scenario->ops[k].name);
	json_t *switches = json_array();

	if (!line)
		return -ENOMEM;
	for (unsigned int b = 0; b < re->report.nr_batches; b++)
		if (re->batches[k][b].switches)
			json_array_append_new(switches,
					      json_pack("[i, i]", (int)b,
							(int)re->batches[k][b]
								.switches));
	json_object_set_new(line, "of", json_integer(re->report.nr_batches));
	json_object_set_new(line, "switches", switches);
	json_object_set_new(line, "shared", shared_batches(re, k, least));
	add_unavailable(line);
	return emit(s->out, line);
}

static uint64_t to_ns(uint64_t ticks)
{
	return (uint64_t)((double)ticks * bench_clock.ns_per_tick + 0.5);
}

/* Of single operations; NULL without memory. */
static json_t *distribution(const struct session *s, unsigned int k,
			    const struct replayed *re)
{
	size_t nr = (size_t)re->report.nr_singles * s->run.nr_ops;
	struct hist *hist = xcalloc(1, sizeof(*hist));
	json_t *pairs;

	for (size_t i = 0; i < nr; i++)
		hist_add(hist, to_ns(re->singles[k][i]));
	pairs = hist_json(hist);
	free(hist);
	return pairs;
}

static json_t *start_row(const struct session *s, unsigned int k,
			 enum metric_id metric)
{
	return metric_line(s->run.scenario, s->run.scenario->ops[k].name,
			   metric, PASS_TIME, false, s->run.nr_ops);
}

static int emit_latency(struct session *s, unsigned int k,
			const struct replayed *re)
{
	json_t *line = start_row(s, k, METRIC_LATENCY), *batches = json_array();

	for (unsigned int b = 0; b < re->report.nr_batches; b++)
		json_array_append_new(batches,
				      json_integer((json_int_t)
							   to_ns(re->batches[k][b]
									 .ticks)));
	if (re->report.nr_singles)
		json_object_set_new(line, "hist", distribution(s, k, re));
	return emit_batches(s, line, batches);
}

static int emit_faults(struct session *s, unsigned int k,
		       const struct replayed *re)
{
	json_t *batches = json_array();

	for (unsigned int b = 0; b < re->report.nr_batches; b++)
		json_array_append_new(batches,
				      json_integer(re->batches[k][b].faults));
	return emit_batches(s, start_row(s, k, METRIC_FAULTS), batches);
}

static int emit_kind(struct session *s, unsigned int k,
		     const struct replayed *re, uint32_t least)
{
	int err = emit_shape(s, k);

	/* Which batches the value of a row is of has to be known before it. */
	if (!err)
		err = emit_disturbances(s, k, re, least);
	if (!err)
		err = emit_latency(s, k, re);
	return err ? err : emit_faults(s, k, re);
}

/* As a batch of the runner would have left it. */
static void see(struct task *t, const struct replayed *re)
{
	t->run = t->s->run;
	for (unsigned int k = 0; k < t->s->nr_kinds; k++) {
		struct seen *seen = &t->seen[k];

		seen->before = (int)re->kinds[k].before;
		seen->after = (int)re->kinds[k].after;
		seen->results[0].err = (int)re->kinds[k].err;
		seen->results[0].nr = t->run.nr_ops;
	}
}

static int emit_replayed(struct session *s, const struct replayed *re,
			 uint32_t least)
{
	int err = 0;

	s->crew = aligned_alloc(64, sizeof(*s->crew) + sizeof(struct task));
	if (!s->crew)
		return -ENOMEM;
	memset(s->crew, 0, sizeof(*s->crew) + sizeof(struct task));
	s->crew->tasks[0].s = s;
	see(&s->crew->tasks[0], re);
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++)
		err = emit_kind(s, k, re, least);
	free(s->crew);
	return err;
}

/* What the host did in a batch says nothing of the kernel. Return: in how many it did. */
static unsigned int count_faults(const struct recorded *rec,
				 const struct replayed *re)
{
	unsigned int nr = 0;

	for (unsigned int k = 0; k < rec->head.nr_kinds; k++)
		for (unsigned int b = 0; b < re->report.nr_batches; b++)
			nr += re->batches[k][b].faults > 0;
	return nr;
}

/**
 * add_replayed - append the lines of a scenario that a driver has run
 * @rec: what it was told
 * @re: what it answered
 * @least_reference: of the batches of all scenarios of the boot
 * @retry: how the kernel retries a merge
 * @lines: to append to
 *
 * Return: 0 or -errno.
 */
int add_replayed(const struct recorded *rec, const struct replayed *re,
		 uint32_t least_reference, enum retry retry, json_t *lines)
{
	struct run_config config = { .pass = &pass_time, .retry = retry };
	struct session s = {
		.run = { .scenario = rec->scenario, .nr_ops = rec->head.nr_ops },
		.config = &config,
		.nr_kinds = rec->head.nr_kinds,
		.nr_tasks = 1,
	};
	char *text = NULL, reason[256];
	unsigned int faulty;
	size_t len;
	int err;

	if (re->report.err == EOPNOTSUPP) {
		json_array_append_new(lines,
				      reason_line("skip", rec->scenario, NULL,
						  rec->scenario->backing->needs_module
							  ? "this kernel has no .mmap_prepare that could do this"
							  : "this kernel does not have what its file is of"));
		return 0;
	}
	if (re->report.err) {
		snprintf(reason, sizeof(reason), "the driver: %.120s: %s",
			 re->report.reason, result_name((int)re->report.err));
		add_failure(lines, rec->scenario, NULL, reason);
		return 0;
	}
	faulty = count_faults(rec, re);
	if (faulty) {
		snprintf(reason, sizeof(reason),
			 "the host had to find pages in %u of %u batches, and would not stop",
			 faulty, rec->head.nr_kinds * re->report.nr_batches);
		add_failure(lines, rec->scenario, NULL, reason);
		return 0;
	}
	s.out = open_memstream(&text, &len);
	if (!s.out)
		return -errno;
	err = emit_replayed(&s, re, least_reference);
	if (fclose(s.out) && !err)
		err = -errno;
	for (char *save = NULL, *l = strtok_r(text, "\n", &save); l && !err;
	     l = strtok_r(NULL, "\n", &save))
		json_array_append_new(lines, json_loads(l, 0, NULL));
	free(text);
	return err;
}
