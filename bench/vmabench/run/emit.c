// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record about a scenario that was run in this process. */
#include "record/write.h"
#include "session.h"

/** emit_failure - say why there are no numbers */
int emit_failure(struct session *s, const char *op, const char *reason)
{
	return emit(s->out, reason_line("failure", s->run.scenario, op, reason));
}

/** emit_skip - say why the scenario, or one operation, was not measured */
int emit_skip(struct session *s, const char *op, const char *reason)
{
	return emit(s->out, reason_line("skip", s->run.scenario, op, reason));
}

/** emit_batches - a row of values by batch; takes over @line, which may be NULL, and @batches */
int emit_batches(struct session *s, json_t *line, json_t *batches)
{
	json_object_set_new(line, "batches", batches);
	return emit(s->out, line);
}

/** hist_json - [mean, count] of the buckets that have any */
json_t *hist_json(const struct hist *h)
{
	json_t *pairs = json_array();

	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		double mean;

		if (!h->count[b])
			continue;
		mean = hist_mean(h, b);
		json_array_append_new(pairs,
				      json_pack("[o, I]",
						mean == (double)(json_int_t)mean
							? json_integer((json_int_t)mean)
							: json_real(mean),
						(json_int_t)h->count[b]));
	}
	return pairs;
}
