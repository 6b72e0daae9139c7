// SPDX-License-Identifier: GPL-2.0-or-later
/* The range for programs: range.json and "range --json", as results/README.md has it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define SCHEMA "{\"name\": \"vmabench-range\", \"major\": 1, \"minor\": 0}"

static void put_value(const char *between, const char *name,
		      const struct range *r, const struct range_row *row,
		      double v, FILE *f)
{
	char number[NUMBER_SIZE];

	fprintf(f, "%s\"%s\": ", between, name);
	if (isnan(v))
		fputs("null", f);
	else if (row->is_word)
		put_json_string(r->words[(size_t)v], f);
	else
		fputs(print_number(v, number), f);
}

static void put_row_names(const char *between, const struct range_row *row,
			  FILE *f)
{
	put_json_member(between, "scenario", row->key.scenario, f);
	put_json_member(", ", "op", row->key.op, f);
	put_json_member(", ", "metric", row->key.metric, f);
	put_json_member(", ", "pass", row->key.pass, f);
}

static void put_commits(const struct range *r, FILE *f)
{
	for (size_t i = 0; i < r->nr_commits; i++) {
		const struct range_commit *c = &r->commits[i];

		fputs(json_between(i), f);
		put_json_member("{", "name", c->name, f);
		put_json_member(", ", "commit", *c->id ? c->id : NULL, f);
		put_json_member(", ", "subject",
				*c->subject ? c->subject : NULL, f);
		put_json_member(", ", "state", range_state_name(c->state), f);
		put_json_member(", ", "why", *c->why ? c->why : NULL, f);
		fprintf(f, ", \"steps\": %zu}", c->nr_steps);
	}
}

static const char *kind_name(enum range_step_kind kind)
{
	static const char *const names[] = {
		[STEP_MOVED] = "moved",		 [STEP_FAILED] = "failed",
		[STEP_APPEARED] = "appeared",	 [STEP_VANISHED] = "vanished",
		[STEP_SKIPPED] = "skipped",	 [STEP_BACK] = "back",
		[STEP_APART] = "not_comparable",
	};

	return names[kind];
}

static const char *tally_word(enum tally tally)
{
	switch (tally) {
	case TALLY_WORSE:
		return "worse";
	case TALLY_BETTER:
		return "better";
	case TALLY_SHAPE:
		return "shape";
	default:
		return "neither";
	}
}

static void put_steps(const struct range *r, const char *metric, FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_steps; i++) {
		const struct range_step *step = &r->steps[i];
		const struct range_row *row = &r->rows[step->row];
		bool moved = step->kind == STEP_MOVED;

		if (!is_of_metric(row, metric))
			continue;
		fputs(json_between(n++), f);
		put_json_member("{", "commit", r->commits[step->commit].name, f);
		put_json_member(", ", "since", r->commits[step->since].name, f);
		fprintf(f, ", \"candidates\": %zu", step->commit - step->since);
		put_row_names(", ", row, f);
		put_json_member(", ", "kind", kind_name(step->kind), f);
		put_value(", ", "from", r, row, moved ? step->from : NAN, f);
		put_value(", ", "to", r, row, moved ? step->to : NAN, f);
		put_json_member(", ", "direction",
				moved ? tally_word(step->tally) : NULL, f);
		fputc('}', f);
	}
}

static void put_rows(const struct range *r, const char *metric, FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_rows; i++) {
		const struct range_row *row = &r->rows[i];

		if (!is_of_metric(row, metric))
			continue;
		fputs(json_between(n++), f);
		put_row_names("{", row, f);
		put_json_member(", ", "unit",
				*row->key.unit ? row->key.unit : NULL, f);
		put_json_member(", ", "better", better_names[row->key.better], f);
		put_value(", ", "first", r, row, range_first(r, row), f);
		put_value(", ", "last", r, row, range_last(r, row), f);
		fprintf(f, ", \"steps\": %zu, \"other\": %zu}", row->nr_steps,
			row->nr_other);
	}
}

static void put_failures(const struct range *r, FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_notes; i++) {
		const struct range_note *note = &r->notes[i];

		if (!note->failed)
			continue;
		fputs(json_between(n++), f);
		put_json_member("{", "commit", r->commits[note->commit].name, f);
		put_json_member(", ", "scenario", note->scenario, f);
		put_json_member(", ", "op", note->op, f);
		put_json_member(", ", "reason", note->reason, f);
		fputc('}', f);
	}
}

static void put_settings(const struct range *r, FILE *f)
{
	for (size_t i = 0; i < r->nr_settings; i++) {
		const struct range_setting *s = &r->settings[i];

		fputs(json_between(i), f);
		put_json_member("{", "key", s->key, f);
		put_json_member(", ", "value", s->value, f);
		put_json_member(", ", "since", r->commits[s->first].name, f);
		fprintf(f, ", \"records\": %zu}", s->nr);
	}
}

static void put_allowed(const struct range *r, FILE *f)
{
	for (size_t i = 0; i < r->nr_allowed; i++) {
		fputs(json_between(i), f);
		put_json_string(r->allowed[i], f);
	}
}

/**
 * range_print_json() - the range for programs
 * @r: range
 * @view: of which rows
 * @f: where to
 *
 * Return: 0 or -EIO.
 */
int range_print_json(const struct range *r, const struct range_view *view,
		     FILE *f)
{
	const struct row_counts n = count_range_rows(r, view->metric);
	size_t first;

	fprintf(f, "{\"schema\": " SCHEMA ",\n");
	put_json_member(" ", "session", r->session, f);
	fprintf(f,
		",\n \"measured\": %zu, \"moving\": %zu, \"contradictions\": %zu,\n",
		r->nr_measured, count_moving(r, view->metric),
		range_find_contradictions(r, &first));
	fprintf(f,
		" \"row_counts\": {\"all\": %zu, \"moved\": %zu, \"equal\": %zu, \"partly\": %zu},\n",
		n.all, n.moved, n.equal, n.partly);
	fputs(" \"commits\": [", f);
	put_commits(r, f);
	fputs("],\n \"steps\": [", f);
	put_steps(r, view->metric, f);
	fputs("],\n \"rows\": [", f);
	put_rows(r, view->metric, f);
	fputs("],\n \"failures\": [", f);
	put_failures(r, f);
	fputs("],\n \"settings\": [", f);
	put_settings(r, f);
	fputs("],\n \"allowed\": [", f);
	put_allowed(r, f);
	fputs("]}\n", f);
	return ferror(f) ? -EIO : 0;
}
