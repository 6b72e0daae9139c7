// SPDX-License-Identifier: GPL-2.0-or-later
/* The range in a mail: prose of 72 columns, tables indented, ASCII. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "parts.h"

#define WIDTH 72
#define TABLE_WIDTH 78
/* Of each commit, of all commits, and in the end. */
#define ROWS_OF_ITEM 3
#define COMMITS_NAMED 40
#define ROWS_IN_END 16
#define HOLES_NAMED 12

/* Of records and trees: in ASCII. @text is taken over. */
static void put_item(char *text, FILE *f)
{
	letter_item(plain_words(text), f);
	free(text);
}

static void put_prose(char *text, FILE *f)
{
	char *plain = plain_words(text);

	print_wrapped(f, WIDTH, 0, plain);
	free(plain);
	free(text);
}

static void put_row(const struct range *r, const struct range_step *step, FILE *f)
{
	const struct range_row *row = &r->rows[step->row];
	const char *change = row_change_text(row, step->from, step->to);
	char *name = row_text(row);

	fprintf(f, "    %s  %s -> %s%s%s\n", name,
		row_value_text(r, row, step->from),
		row_value_text(r, row, step->to), *change ? "  " : "", change);
	free(name);
}

static void put_rows(const struct range *r, size_t from, size_t end,
		     const struct range_view *view, FILE *f)
{
	size_t nr = 0;

	for (size_t i = from; i < end; i++)
		if (r->steps[i].kind == STEP_MOVED &&
		    is_of_metric(&r->rows[r->steps[i].row], view->metric) &&
		    (nr++ < ROWS_OF_ITEM || view->all))
			put_row(r, &r->steps[i], f);
	if (nr > ROWS_OF_ITEM && !view->all)
		fprintf(f, "    and %zu more\n", nr - ROWS_OF_ITEM);
}

static char *events_text(const struct range *r, size_t from, size_t end,
			 const struct range_view *view)
{
	size_t nr;
	struct range_event *events =
		collect_events(r, from, end, view->metric, &nr);
	char *text = NULL;

	for (size_t i = 0; i < nr && (i < ROWS_OF_ITEM || view->all); i++) {
		char *event = event_text(r, &events[i]);

		join_text(&text, "; ", "%s", event);
		free(event);
	}
	if (nr > ROWS_OF_ITEM && !view->all)
		join_text(&text, "; ", "and %zu more operations",
			  nr - ROWS_OF_ITEM);
	free_row_events(events, nr);
	return text;
}

/* Return: whether there is anything to say of the commit. */
static bool put_commit(const struct range *r, size_t from, size_t end,
		       const struct range_view *view, bool told, FILE *f)
{
	size_t c = r->steps[from].commit;
	char *rows = direction_text(r, from, end, view->metric);
	char *events = events_text(r, from, end, view);
	char *commit = commit_text(&r->commits[c]), *span = span_text(r, c);
	bool any = rows || events;

	if (any && told) {
		put_item(xasprintf("%s: %s%s%s%s%s%s",
				   *commit ? commit : r->commits[c].name,
				   span ? span : "", span ? "; " : "",
				   rows ? rows : "", rows && events ? "; " : "",
				   events ? events : "", ""),
			 f);
		put_rows(r, from, end, view, f);
	}
	free(span);
	free(commit);
	free(events);
	free(rows);
	return any;
}

static void put_commits(const struct range *r, const struct range_view *view,
			FILE *f)
{
	size_t nr = 0;

	for (size_t from = 0, end; from < r->nr_steps; from = end) {
		bool told = view->all || nr < COMMITS_NAMED;

		end = steps_end(r, from);
		nr += put_commit(r, from, end, view, told, f);
	}
	if (nr > COMMITS_NAMED && !view->all)
		letter_item(xasprintf("and %zu more commits", nr - COMMITS_NAMED),
			    f);
}

static void put_holes(const struct range *r, const struct range_view *view,
		      FILE *f)
{
	size_t nr = 0;

	if (r->nr_measured == r->nr_commits)
		return;
	fputs("\nNot measured:\n\n", f);
	for (size_t i = 0; i < r->nr_commits; i++) {
		const struct range_commit *c = &r->commits[i];
		char *commit = commit_text(c);

		if (c->state != RANGE_MEASURED &&
		    (nr++ < HOLES_NAMED || view->all))
			put_item(xasprintf("%s: %s%s%s",
					   *commit ? commit : c->name,
					   range_state_name(c->state),
					   *c->why ? ", " : "", c->why),
				 f);
		free(commit);
	}
	if (nr > HOLES_NAMED && !view->all)
		letter_item(xasprintf("and %zu more", nr - HOLES_NAMED), f);
}

static void put_net(const struct range *r, const struct range_view *view, FILE *f)
{
	size_t nr, shown;
	const struct range_row **rows = range_moved_rows(r, view->metric, &nr);
	struct grid *g;

	if (!nr) {
		free(rows);
		return;
	}
	shown = view->all || nr <= ROWS_IN_END + 1 ? nr : ROWS_IN_END;
	g = grid_new();
	grid_column(g, "from end to end", true, 0);
	grid_column(g, "first", false, 0);
	grid_column(g, "last", false, 0);
	grid_column(g, "change", false, 0);
	grid_column(g, "steps", false, 1);
	for (size_t i = 0; i < shown; i++) {
		double first = range_first(r, rows[i]);
		double last = range_last(r, rows[i]);
		char *name = row_text(rows[i]);

		grid_cell(g, TINT_NONE, "%s", name);
		grid_cell(g, TINT_NONE, "%s", row_value_text(r, rows[i], first));
		grid_cell(g, TINT_NONE, "%s", row_value_text(r, rows[i], last));
		grid_cell(g, TINT_NONE, "%s",
			  row_change_text(rows[i], first, last));
		grid_cell(g, TINT_NONE, "%zu", rows[i]->nr_steps);
		free(name);
	}
	fputc('\n', f);
	print_letter_grid(g, TABLE_WIDTH, f);
	if (shown < nr)
		fprintf(f, "  and %zu more rows\n", nr - shown);
	free(rows);
}

/* An id of a tree, and not the place of a patch. */
static bool is_id(const char *id)
{
	size_t len = strspn(id, "0123456789abcdef");

	return len >= 7 && !id[len];
}

/* The line that measures it again. */
static void put_command(const struct range *r, FILE *f)
{
	const char *from = r->commits[0].id;
	const char *to = r->commits[r->nr_commits - 1].id;

	if (is_id(from) && is_id(to))
		fprintf(f,
			"\nTo measure it again:\n\n  make series TIER=exact TREE=linux RANGE=%s..%s\n",
			from, to);
}

/**
 * range_print_letter() - which commit moved what, for a mail
 * @r: range
 * @view: how much of it
 * @f: where to
 */
void range_print_letter(const struct range *r, const struct range_view *view,
			FILE *f)
{
	const struct range_commit *first = &r->commits[0];
	const struct range_commit *last = &r->commits[r->nr_commits - 1];
	char *from = commit_text(first), *to = commit_text(last);
	size_t contradictory, nr = range_find_contradictions(r, &contradictory);

	put_prose(xasprintf("Counts of single operations, %s from %s to %s (%s), of kernels run in QEMU. They repeat to the digit, and are not times: a commit is named where a count is not that of the nearest commit before it that was measured.",
			    fmt_count(r->nr_commits, "commit"),
			    *from ? from : first->name, *to ? to : last->name,
			    kernel_id(r->base)),
		  f);
	fputc('\n', f);
	put_commits(r, view, f);
	if (nr)
		put_item(xasprintf("CONTRADICTION: %s moved where the code of the kernel is the same at the same addresses",
				   fmt_count(nr, "row")),
			 f);
	put_holes(r, view, f);
	put_net(r, view, f);
	fputc('\n', f);
	put_prose(summary_text(r, view->metric), f);
	put_command(r, f);
	free(from);
	free(to);
}
