// SPDX-License-Identifier: GPL-2.0-or-later
/* The short lines: shapes, skips, failures, findings, warnings. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* " (63 success, 1 ENOMEM)", or nothing where all ended alike. */
static char *results_text(json_t *results)
{
	char *all = NULL, *text;
	const char *name;
	json_t *v;

	if (json_object_size(results) < 2)
		return xasprintf("%s", "");
	json_object_foreach(results, name, v)
		join_text(&all, ", ", "%lld %s",
			  (long long)json_integer_value(v), name);
	text = xasprintf(" (%s)", all);
	free(all);
	return text;
}

/* What was seen, and what the scenario declares, as a note for a reader. */
static void add_undeclared(struct record *rec, const struct record_shape *shape,
			   const struct record_shape *expected, json_t *results)
{
	struct record_note *note = xappend(rec->undeclared, rec->nr_undeclared);
	char *ends = results_text(results);
	json_t *reason =
		json_sprintf("%s%s, %lld to %lld VMAs; declared: %s, %lld to %lld",
			     shape->outcome, ends, (long long)shape->vmas_before,
			     (long long)shape->vmas_after, expected->outcome,
			     (long long)expected->vmas_before,
			     (long long)expected->vmas_after);
	note->scenario = shape->scenario;
	note->op = shape->op;
	note->reason = json_string_value(reason);
	json_array_append_new(rec->lines, reason);
	free(ends);
}

/* Optional: what the scenario declares, and the results, where it is not that. */
static int read_expected(struct parser *p, json_t *line,
			 const struct record_shape *shape)
{
	json_t *declared = json_object_get(line, "expected"), *v;
	json_t *results = json_object_get(line, "results");
	struct record_shape expected;
	const char *name;
	int64_t unused;
	int err;

	json_object_foreach(results, name, v)
		if ((err = check_word(p, "results", name, &outcome_word)) ||
		    (err = read_count(p, "results", v, &unused)))
			return err;
	if (!declared)
		return 0;
	if ((err = get_word(p, declared, "outcome", &outcome_word,
			    &expected.outcome)) ||
	    (err = get_word(p, declared, "result", &outcome_word, &name)) ||
	    (err = get_integer(p, declared, "vmas_before", 0, COUNT_MAX,
			       &expected.vmas_before)) ||
	    (err = get_integer(p, declared, "vmas_after", 0, COUNT_MAX,
			       &expected.vmas_after)))
		return err;
	if (!json_object_get(p->rec->info, "commit"))
		add_undeclared(p->rec, shape, &expected, results);
	return 0;
}

int read_shape(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_shape *shape = xappend(rec->shapes, rec->nr_shapes);
	int err;

	if ((err = get_name(p, line, "scenario", &shape->scenario)) ||
	    (err = get_name(p, line, "op", &shape->op)) ||
	    (err = get_word(p, line, "outcome", &outcome_word, &shape->outcome)) ||
	    (err = get_params(p, line, &shape->params)) ||
	    (err = get_integer(p, line, "vmas_before", 0, COUNT_MAX,
			       &shape->vmas_before)) ||
	    (err = get_integer(p, line, "vmas_after", 0, COUNT_MAX,
			       &shape->vmas_after)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &shape->ops)))
		return err;
	if (json_object_get(line, "adjacent"))
		err = get_integer(p, line, "adjacent", 1, COUNT_MAX,
				  &shape->adjacent);
	return err ? err : read_expected(p, line, shape);
}

static int get_place(struct parser *p, json_t *line, struct record_note *note)
{
	int err = get_name(p, line, "scenario", &note->scenario);

	return err ? err : get_name_or_null(p, line, "op", &note->op);
}

static int get_remark(struct parser *p, json_t *line, struct record_note *note)
{
	int err = get_word(p, line, "name", &finding_word, &note->name);

	return err ? err : get_string(p, line, "text", &note->reason);
}

int read_note(struct parser *p, json_t *line, struct record_note **notes,
	      size_t *nr)
{
	struct record_note *note = xappend(*notes, *nr);
	int err = get_place(p, line, note);

	return err ? err : get_string(p, line, "reason", &note->reason);
}

int read_finding(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_note *finding = xappend(rec->findings, rec->nr_findings);
	int err = get_place(p, line, finding);

	return err ? err : get_remark(p, line, finding);
}

int read_warning(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;

	return get_remark(p, line, xappend(rec->warnings, rec->nr_warnings));
}
