// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record about a scenario that was run in this process. */
#include "record/write.h"
#include "run/pass.h"
#include "session.h"

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

/* The same of a metric of the format, which knows its unit and direction. */
json_t *metric_line(const struct session *s, const char *op,
		    enum metric_id metric, enum pass_id pass, bool exact,
		    unsigned int ops)
{
	const struct metric_info *m = &metrics[metric];

	return row_line(s, op, m->name, m->unit, better_names[m->better],
			pass_names[pass], exact, ops);
}

/** emit_batches - a row of values by batch; takes over @line, which may be NULL, and @batches */
int emit_batches(struct session *s, json_t *line, json_t *batches)
{
	json_object_set_new(line, "batches", batches);
	return emit(s->out, line);
}
