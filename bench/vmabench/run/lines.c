// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record that are about a scenario. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "run/run.h"

/** line_type - of a line; "" if it has none */
const char *line_type(const json_t *line)
{
	const char *type = json_string_value(json_object_get(line, "type"));

	return type ? type : "";
}

/* What a family of scenarios sweeps. */
static void add_param(json_t *line, const char *name, unsigned int value)
{
	json_t *params = json_object_get(line, "params");

	if (!value)
		return;
	if (!params) {
		params = json_object();
		json_object_set_new(line, "params", params);
	}
	json_object_set_new(params, name, json_integer(value));
}

/**
 * scenario_line - start a line about a scenario
 * @type: "row", "shape", "skip", "failure", ...
 * @s: scenario
 * @op: operation, or NULL
 *
 * Return: a new object, NULL without memory.
 */
json_t *scenario_line(const char *type, const struct scenario *s, const char *op)
{
	json_t *line = json_pack("{s:s, s:s, s:s, s:s?}", "type", type,
				 "scenario", s->name, "version", s->version,
				 "op", op);

	if (strcmp(type, "row") && strcmp(type, "shape"))
		return line;
	json_object_set_new(line, "set", json_string(set_names[s->set]));
	add_param(line, "population", s->population);
	if (s->storm) {
		add_param(line, "threads", s->storm->threads);
		add_param(line, "processes", s->storm->processes);
	}
	return line;
}

/**
 * reason_line - "failure" or "skip" of a scenario or an operation
 * @type: which of them
 * @s: scenario
 * @op: operation, or NULL
 * @reason: any bytes; it is made plain, for it may quote QEMU, a guest or a kernel
 *
 * Return: a new object, NULL without memory.
 */
json_t *reason_line(const char *type, const struct scenario *s, const char *op,
		    const char *reason)
{
	json_t *line = scenario_line(type, s, op);
	char *whole = xasprintf("%.*s", (int)text_whole(reason, strlen(reason)),
				reason);
	char *plain = plain_text(*whole ? whole : "no reason is given");

	json_object_set_new(line, "reason", json_string(plain));
	free(plain);
	free(whole);
	return line;
}

/** add_failure - append a line that says what went wrong with a scenario */
void add_failure(json_t *lines, const struct scenario *s, const char *op,
		 const char *reason)
{
	json_array_append_new(lines, reason_line("failure", s, op, reason));
}

/** row_line - a row without its numbers, or NULL without memory */
json_t *row_line(const struct scenario *s, const char *op, const char *metric,
		 const char *unit, enum better better, enum pass_id pass,
		 bool exact, unsigned int ops)
{
	json_t *line = scenario_line("row", s, op);

	json_object_update_new(line, json_pack("{s:s, s:s, s:s, s:s, s:b, s:i}",
					       "metric", metric, "unit", unit,
					       "pass", pass_names[pass],
					       "better", better_names[better],
					       "exact", exact, "ops", ops));
	return line;
}

/** metric_line - the same of a metric whose unit and direction the format knows */
json_t *metric_line(const struct scenario *s, const char *op,
		    enum metric_id metric, enum pass_id pass, bool exact,
		    unsigned int ops)
{
	const struct metric_info *m = &metrics[metric];

	return row_line(s, op, m->name, m->unit, m->better, pass, exact, ops);
}
