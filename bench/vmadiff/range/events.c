// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows that came and went: of an operation many at a time, which are one line. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

/* Metrics that are named before they are only counted. */
#define METRICS_NAMED 3

static bool is_alike(const struct range *r, const struct range_step *a,
		     const struct range_step *b)
{
	const struct record_row *x = &r->rows[a->row].key;
	const struct record_row *y = &r->rows[b->row].key;

	return a->kind == b->kind && !strcmp(x->scenario, y->scenario) &&
	       !strcmp(x->op, y->op);
}

/* The event that a step is one more of, or NULL. */
static struct range_event *find_event(const struct range *r,
				      const struct range_step *step,
				      struct range_event *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (is_alike(r, list[i].steps[0], step))
			return &list[i];
	return NULL;
}

/**
 * collect_events() - what happened in a commit to rows that have no value on a side
 * @r: range
 * @from: first of its steps
 * @end: after the last
 * @metric: of this one alone, or NULL
 * @nr: filled: how many
 *
 * Return: those that failed first, to be given to free_row_events().
 */
struct range_event *collect_events(const struct range *r, size_t from,
				   size_t end, const char *metric, size_t *nr)
{
	struct range_event *list = NULL, *event;
	size_t n = 0;

	for (size_t i = from; i < end; i++) {
		const struct range_step *step = &r->steps[i];

		if (step->kind == STEP_MOVED ||
		    !is_of_metric(&r->rows[step->row], metric))
			continue;
		event = find_event(r, step, list, n);
		if (!event)
			event = xappend(list, n);
		*xappend(event->steps, event->nr) = step;
	}
	*nr = n;
	return list;
}

void free_row_events(struct range_event *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(list[i].steps);
	free(list);
}

/* Why an operation of a commit has no counts, or NULL. */
static const char *reason_of(const struct range *r, const struct range_step *step)
{
	const struct range_commit *c = &r->commits[step->commit];
	const struct record_row *key = &r->rows[step->row].key;
	bool failed = step->kind == STEP_FAILED;

	for (size_t i = c->notes; i < c->notes + c->nr_notes; i++) {
		const struct range_note *note = &r->notes[i];

		if (note->failed == failed &&
		    !strcmp(note->scenario, key->scenario) &&
		    (!note->op || !strcmp(note->op, key->op)))
			return note->reason;
	}
	return NULL;
}

/* "insns, lines_read": "27 rows" where they are more than a few. */
static char *metrics_text(const struct range *r, const struct range_event *event)
{
	char *text = NULL;

	if (event->nr > METRICS_NAMED)
		return xasprintf("%zu rows", event->nr);
	for (size_t i = 0; i < event->nr; i++)
		join_text(&text, ", ", "%s",
			  r->rows[event->steps[i]->row].key.metric);
	return text;
}

/**
 * event_text() - rows that came or went, in words
 * @r: range
 * @event: of them
 *
 * Return: "secretmem_append mmap: 27 rows failed: it was killed", to be given to free().
 */
char *event_text(const struct range *r, const struct range_event *event)
{
	static const char *const words[] = {
		[STEP_MOVED] = "moved",
		[STEP_FAILED] = "failed",
		[STEP_APPEARED] = "not in any record before",
		[STEP_VANISHED] = "not in the record any more",
		[STEP_SKIPPED] = "skipped",
		[STEP_BACK] = "there again, as before",
		[STEP_APART] = "not comparable with those before",
	};
	const struct range_step *step = event->steps[0];
	const struct range_row *row = &r->rows[step->row];
	const char *why = NULL;
	char *rows = metrics_text(r, event), *plain, *text;

	if (step->kind == STEP_FAILED || step->kind == STEP_SKIPPED)
		why = reason_of(r, step);
	else if (step->kind == STEP_APART)
		why = fmt_text("another %s", row->differs);
	plain = plain_text(why ? why : "");
	text = xasprintf("%s %s: %s %s%s%s", row->key.scenario, row->key.op,
			 rows, words[step->kind], *plain ? ": " : "", plain);
	free(plain);
	free(rows);
	return text;
}
