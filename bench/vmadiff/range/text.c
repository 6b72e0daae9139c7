// SPDX-License-Identifier: GPL-2.0-or-later
/* The range on a terminal, and in range.md. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "parts.h"

/* Names of rows get so many columns, if there is that much room. */
#define NAME_MAX_COLUMNS 48
#define HOLES_LISTED 40
#define SETTINGS_NAMED 4
#define NOTES_NAMED 12

static enum tint tint_of(enum tally tally)
{
	switch (tally) {
	case TALLY_WORSE:
		return TINT_BAD;
	case TALLY_BETTER:
		return TINT_GOOD;
	case TALLY_SHAPE:
		return TINT_DOUBT;
	default:
		return TINT_NONE;
	}
}

/* Of one commit: texts of the rows that are printed, and how wide they are. */
struct block {
	char **names;
	char **froms;
	char **tos;
	size_t nr;
	int name, from, to;
};

static int wide(const char *text)
{
	return text_width(text, strlen(text));
}

static void add_row_texts(const struct range *r, const struct range_step *step,
			  struct block *b)
{
	const struct range_row *row = &r->rows[step->row];
	size_t at = b->nr, nr = at;

	*xappend(b->names, nr) = row_text(row);
	nr = at;
	*xappend(b->froms, nr) =
		xasprintf("%s", row_value_text(r, row, step->from));
	*xappend(b->tos, b->nr) =
		xasprintf("%s", row_value_text(r, row, step->to));
	b->name = MAX(b->name, wide(b->names[at]));
	b->from = MAX(b->from, wide(b->froms[at]));
	b->to = MAX(b->to, wide(b->tos[at]));
}

static void free_block(struct block *b)
{
	for (size_t i = 0; i < b->nr; i++) {
		free(b->names[i]);
		free(b->froms[i]);
		free(b->tos[i]);
	}
	free(b->names);
	free(b->froms);
	free(b->tos);
}

/* "  secretmem_append mmap insns  3201 -> 2950  -251 (-7.8%)" */
static void print_row(const struct range *r, const struct range_step *step,
		      const struct block *b, size_t i, const struct output *out)
{
	const struct range_row *row = &r->rows[step->row];
	const char *change = row_change_text(row, step->from, step->to);
	int name = MIN(b->name, NAME_MAX_COLUMNS);
	char *gap = gap_text(r, step);

	fprintf(out->f, "  %s%*s", b->names[i],
		MAX(name - wide(b->names[i]), 0), "");
	/* A name without room for the values beside it has a line of its own. */
	if (2 + MAX(name, wide(b->names[i])) + 2 + b->from + 4 + b->to + 2 +
		    wide(change) >
	    out->width)
		fprintf(out->f, "\n  %*s", 4, "");
	fprintf(out->f, "  %*s -> %*s", b->from, b->froms[i],
		*change ? b->to : 0, b->tos[i]);
	if (*change)
		fprintf(out->f, "  %s",
			tinted(out, tint_of(step->tally), change));
	fputc('\n', out->f);
	if (gap)
		print_wrapped(out->f, out->width, 6, gap);
	free(gap);
}

static void print_rows(const struct range *r, size_t from, size_t end,
		       const struct range_view *view, const struct output *out)
{
	const struct range_step **list = xcalloc(end - from, sizeof(*list));
	struct block b = { 0 };
	size_t nr = 0, shown;

	for (size_t i = from; i < end; i++)
		if (r->steps[i].kind == STEP_MOVED &&
		    is_of_metric(&r->rows[r->steps[i].row], view->metric))
			list[nr++] = &r->steps[i];
	shown = view->all || nr <= ROWS_OF_COMMIT + 1 ? nr : ROWS_OF_COMMIT;
	for (size_t i = 0; i < shown; i++)
		add_row_texts(r, list[i], &b);
	for (size_t i = 0; i < shown; i++)
		print_row(r, list[i], &b, i, out);
	if (shown < nr)
		fprintf(out->f, "  and %zu more rows (--all)\n", nr - shown);
	free_block(&b);
	free(list);
}

static void print_events(const struct range *r,
			 const struct range_event *events, size_t nr,
			 const struct range_view *view, const struct output *out)
{
	size_t shown = view->all || nr <= ROWS_OF_COMMIT + 1 ? nr
							     : ROWS_OF_COMMIT;

	for (size_t i = 0; i < shown; i++) {
		char *text = event_text(r, &events[i]);

		fputs("  ", out->f);
		print_hanging(out->f, out->width, 4, NULL, text);
		free(text);
	}
	if (shown < nr)
		fprintf(out->f, "  and %zu more operations (--all)\n",
			nr - shown);
}

/* A commit that moved something: its name, itself, and its rows. */
static void print_commit(const struct range *r, size_t from, size_t end,
			 const struct range_view *view, const struct output *out)
{
	size_t c = r->steps[from].commit;
	char *commit = commit_text(&r->commits[c]);
	char *rows = direction_text(r, from, end, view->metric);
	char *span = span_text(r, c);
	char *head = xasprintf("%s%s%s", r->commits[c].name,
			       *commit ? "  " : "", commit);
	size_t nr;
	struct range_event *events =
		collect_events(r, from, end, view->metric, &nr);

	if (rows || nr) {
		fprintf(out->f, "\n%s", tint_on(out, TINT_HEAD));
		print_hanging(out->f, out->width, 4, NULL, head);
		fputs(tint_off(out, TINT_HEAD), out->f);
		if (span)
			print_wrapped(out->f, out->width, 2, span);
		if (rows)
			print_wrapped(out->f, out->width, 2, rows);
		print_rows(r, from, end, view, out);
		print_events(r, events, nr, view, out);
	}
	free_row_events(events, nr);
	free(head);
	free(span);
	free(rows);
	free(commit);
}

/* "- s04_x BUILD-FAILED c0ffee0b1 ("mm: x"): why" */
static void print_hole(const struct range_commit *c, const struct output *out)
{
	char *what = commit_text(c), *text;

	text = xasprintf("%s %s%s%s%s%s", c->name, range_state_name(c->state),
			 *what ? " " : "", what, *c->why ? ": " : "", c->why);
	print_hanging(out->f, out->width, 2, "-", text);
	free(text);
	free(what);
}

static void print_holes(const struct range *r, const struct range_view *view,
			const struct output *out)
{
	size_t nr = 0;

	if (r->nr_measured == r->nr_commits)
		return;
	fputs("\nWithout counts:\n", out->f);
	for (size_t c = 0; c < r->nr_commits; c++)
		if (r->commits[c].state != RANGE_MEASURED &&
		    (nr++ < HOLES_LISTED || view->all))
			print_hole(&r->commits[c], out);
	if (nr > HOLES_LISTED && !view->all)
		fprintf(out->f, "- and %zu more (--all)\n", nr - HOLES_LISTED);
}

/* "suite.revision differs: a in 10 records from s00_base on, b in 2 ..." */
static char *setting_text(const struct range *r, const char *key)
{
	char *text = NULL, *all;
	size_t n = 0;

	for (size_t i = 0; i < r->nr_settings; i++) {
		const struct range_setting *s = &r->settings[i];

		if (strcmp(s->key, key) || n++ >= SETTINGS_NAMED)
			continue;
		join_text(&text, ", ", "%s in %s from %s on", s->value,
			  fmt_count(s->nr, "record"), r->commits[s->first].name);
	}
	if (n > SETTINGS_NAMED)
		join_text(&text, " and ", "%zu more", n - SETTINGS_NAMED);
	all = xasprintf("%s differs: %s", key, text);
	free(text);
	return all;
}

static bool is_first_of_key(const struct range *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(r->settings[k].key, r->settings[i].key))
			return false;
	return true;
}

/* @text is taken over. */
static void print_note(char *text, const struct output *out)
{
	char *plain = plain_text(text);

	print_hanging(out->f, out->width, 2, "-", plain);
	free(plain);
	free(text);
}

/* What failed alike in several records. */
struct failure {
	const struct range_note *first;
	const struct range_note *last;
	size_t nr;
};

static struct failure *collect_failures(const struct range *r, size_t *nr)
{
	struct failure *list = NULL;
	struct index seen = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < r->nr_notes; i++) {
		const struct range_note *note = &r->notes[i];
		char *key;
		size_t at;

		if (!note->failed)
			continue;
		key = xasprintf("%s %s %s", note->scenario,
				note->op ? note->op : "", note->reason);
		at = index_add(&seen, key, n)->value;
		free(key);
		if (at == n)
			xappend(list, n)->first = note;
		list[at].last = note;
		list[at].nr++;
	}
	index_free(&seen);
	*nr = n;
	return list;
}

/* "failed in 3 records, s02_a to s09_b: secretmem_append mmap: it was killed" */
static char *failure_text(const struct range *r, const struct failure *failure)
{
	const struct range_note *note = failure->first;
	const char *first = r->commits[note->commit].name;
	const char *last = r->commits[failure->last->commit].name;
	char *where = failure->nr == 1 ? xasprintf("%s", first)
				       : xasprintf("%zu records, %s to %s",
						   failure->nr, first, last);
	char *text = xasprintf("failed in %s: %s%s%s: %s", where,
			       note->scenario, note->op ? " " : "",
			       note->op ? note->op : "", note->reason);

	free(where);
	return text;
}

static void print_failures(const struct range *r, const struct range_view *view,
			   const struct output *out)
{
	size_t nr, shown;
	struct failure *list = collect_failures(r, &nr);

	shown = view->all || nr <= NOTES_NAMED + 1 ? nr : NOTES_NAMED;
	for (size_t i = 0; i < shown; i++)
		print_note(failure_text(r, &list[i]), out);
	if (shown < nr)
		print_note(xasprintf("and %zu more failures (--all)", nr - shown),
			   out);
	free(list);
}

static void print_contradictions(const struct range *r, const struct output *out)
{
	size_t first, nr = range_find_contradictions(r, &first);
	const struct range_step *step;
	char *row;

	if (!nr)
		return;
	step = &r->steps[first];
	row = row_text(&r->rows[step->row]);
	print_note(xasprintf("CONTRADICTION: %s and %s have the same code at the same addresses, and %s %s all the same: the measurement depends on something that is not code; %s%s",
			     r->commits[step->since].name,
			     r->commits[step->commit].name, row,
			     step->from == step->to ? "is equal" : "differs",
			     fmt_count(nr, "such row"), nr == 1 ? "" : " in all"),
		   out);
	free(row);
}

/* Why it is not as simple as the numbers look. */
static void print_notes_of(const struct range *r, const struct range_view *view,
			   const struct output *out)
{
	char *text;
	size_t size;
	struct output to = *out;

	to.f = open_text(&text, &size);
	print_contradictions(r, &to);
	print_failures(r, view, &to);
	if (r->nr_undeclared)
		print_note(xasprintf("in %s an operation does not do what its scenario declares",
				     fmt_count(r->nr_undeclared, "record")),
			   &to);
	for (size_t i = 0; i < r->nr_settings; i++)
		if (is_first_of_key(r, i))
			print_note(setting_text(r, r->settings[i].key), &to);
	if (r->nr_allowed)
		print_note(xasprintf("allowed to differ: %s%s", r->allowed[0],
				     r->nr_allowed > 1
					     ? fmt_text(", and %zu more",
							r->nr_allowed - 1)
					     : ""),
			   &to);
	if (r->nr_inexact)
		print_note(xasprintf("%s that are no exact counts are left out",
				     fmt_count(r->nr_inexact, "value")),
			   &to);
	fclose(to.f);
	if (*text)
		fprintf(out->f, "\nNotes:\n%s", text);
	free(text);
}

static void add_net_row(struct grid *g, const struct range *r,
			const struct range_row *row)
{
	double first = range_first(r, row), last = range_last(r, row);
	double diff = row->is_word ? NAN : last - first;
	char *name = row_text(row);

	grid_cell(g, TINT_NONE, "%s", name);
	grid_cell(g, TINT_NONE, "%s", row_value_text(r, row, first));
	grid_cell(g, TINT_NONE, "%s", row_value_text(r, row, last));
	grid_cell(g, TINT_NONE, "%s", fmt_diff(diff));
	grid_cell(g, TINT_NONE, "%s",
		  first > 0 ? fmt_percent(1 + diff / first) : "-");
	grid_cell(g, TINT_NONE, "%zu", row->nr_steps);
	free(name);
}

/* From one end to the other; of rows that moved and no others. */
static void print_net(const struct range *r, const struct range_view *view,
		      const struct output *out)
{
	size_t nr, shown;
	const struct range_row **rows = range_moved_rows(r, view->metric, &nr);
	struct grid *g;

	if (!nr) {
		free(rows);
		return;
	}
	shown = view->all || nr <= ROWS_OF_TABLE + 1 ? nr : ROWS_OF_TABLE;
	g = grid_new();
	grid_column(g, "from end to end", true, 0);
	grid_column(g, "first", false, 0);
	grid_column(g, "last", false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "change", false, 2);
	grid_column(g, "steps", false, 1);
	for (size_t i = 0; i < shown; i++)
		add_net_row(g, r, rows[i]);
	fputc('\n', out->f);
	grid_print(g, out);
	if (shown < nr)
		fprintf(out->f, "and %zu more rows (--all)\n", nr - shown);
	free(rows);
}

static void print_head(const struct range *r, const struct output *out)
{
	const struct range_commit *last = &r->commits[r->nr_commits - 1];
	char *from = commit_text(&r->commits[0]), *to = commit_text(last), *text;

	text = xasprintf("%s: %zu commits from %s%s%s to %s%s%s, %s.",
			 r->session, r->nr_commits, r->commits[0].name,
			 *from ? ", " : "", from, last->name, *to ? ", " : "", to,
			 r->nr_measured == r->nr_commits
				 ? "all of them counted"
				 : fmt_text("%zu of them counted",
					    r->nr_measured));
	print_wrapped(out->f, out->width, 0, text);
	free(text);
	free(from);
	free(to);
}

/**
 * range_print() - which commit moved what
 * @r: range
 * @view: how much of it
 * @out: where to; what is marked up is not
 */
void range_print(const struct range *r, const struct range_view *view,
		 const struct output *out)
{
	char *summary = summary_text(r, view->metric);

	print_head(r, out);
	print_holes(r, view, out);
	print_notes_of(r, view, out);
	for (size_t from = 0, end; from < r->nr_steps; from = end) {
		end = steps_end(r, from);
		print_commit(r, from, end, view, out);
	}
	print_net(r, view, out);
	fputc('\n', out->f);
	print_wrapped(out->f, out->width, 0, summary);
	free(summary);
}
