// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures and skips, to be read: the scenarios that share a reason share a
 * line. summary.json keeps every one.
 */
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vmadiff.h"

/**
 * struct item - a scenario or an operation with one reason
 * @failed: a failure, not a skip
 * @reason: why
 * @scenario: name
 * @op: operation, "" for all of the scenario
 * @col: column, until the columns of one item are merged
 * @cols: names of its columns, blank separated, afterwards
 */
struct item {
	bool failed;
	const char *reason;
	const char *scenario;
	const char *op;
	size_t col;
	char *cols;
};

static int name_cmp(const struct item *x, const struct item *y)
{
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

static int reason_cmp(const struct item *x, const struct item *y)
{
	return x->failed != y->failed ? y->failed - x->failed
				      : strcmp(x->reason, y->reason);
}

/* Columns of one item side by side. */
static int item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d;

	if ((d = reason_cmp(x, y)) || (d = name_cmp(x, y)))
		return d;
	return x->col < y->col ? -1 : x->col > y->col;
}

/* Items of one line side by side. */
static int group_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d;

	if ((d = reason_cmp(x, y)) || (d = strcmp(x->cols, y->cols)))
		return d;
	return name_cmp(x, y);
}

static struct item *add_items(struct item *items, size_t *nr, size_t col,
			      const struct record_note *notes, size_t nr_notes,
			      bool failed)
{
	for (size_t i = 0; i < nr_notes; i++) {
		items = xgrow(items, *nr, sizeof(*items));
		items[(*nr)++] = (struct item){
			.failed = failed,
			.reason = notes[i].reason,
			.scenario = notes[i].scenario,
			.op = notes[i].op ? notes[i].op : "",
			.col = col,
		};
	}
	return items;
}

/* One item a scenario, with the names of all of its columns. */
static size_t merge_columns(struct item *items, size_t nr,
			    const struct column *cols)
{
	size_t n = 0;

	qsort(items, nr, sizeof(*items), item_cmp);
	for (size_t i = 0; i < nr; i++) {
		struct item *last = n ? &items[n - 1] : NULL;
		const char *name = cols[items[i].col].name;

		if (last && !reason_cmp(last, &items[i]) &&
		    !name_cmp(last, &items[i])) {
			char *more;

			if (last->col == items[i].col)
				continue;
			last->col = items[i].col;
			more = xasprintf("%s %s", last->cols, name ? name : "");
			free(last->cols);
			last->cols = more;
			continue;
		}
		items[n] = items[i];
		items[n++].cols = xasprintf("%s", name ? name : "");
	}
	return n;
}

static int string_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **add_name(const char **names, size_t *nr, const char *name)
{
	names = xgrow(names, *nr, sizeof(*names));
	names[(*nr)++] = name;
	return names;
}

/* Scenarios that any of the records says anything about. */
static size_t count_scenarios(const struct column *cols, size_t nr_cols)
{
	const char **names = NULL;
	size_t nr = 0, n = 0;

	for (size_t c = 0; c < nr_cols; c++) {
		const struct record *rec = cols[c].recs[0];

		for (size_t i = 0; i < rec->nr_rows; i++)
			names = add_name(names, &nr, rec->rows[i].scenario);
		for (size_t i = 0; i < rec->nr_shapes; i++)
			names = add_name(names, &nr, rec->shapes[i].scenario);
		for (size_t i = 0; i < rec->nr_skips; i++)
			names = add_name(names, &nr, rec->skips[i].scenario);
		for (size_t i = 0; i < rec->nr_failures; i++)
			names = add_name(names, &nr, rec->failures[i].scenario);
	}
	if (nr)
		qsort(names, nr, sizeof(*names), string_cmp);
	for (size_t i = 0; i < nr; i++)
		n += !i || strcmp(names[i - 1], names[i]);
	free(names);
	return n;
}

/* Items @first to before @end share reason and columns. */
static void print_group(const struct item *first, const struct item *end,
			size_t nr_scenarios, const struct output *out)
{
	enum tint tint = first->failed ? TINT_BAD : TINT_DOUBT;
	const char *title = first->failed ? "failed" : "skipped";
	int column = 0, width = out->markdown ? 0 : out->width;
	size_t whole = 0;

	fprintf(out->f, "%s%s%s%s", out->markdown ? "- " : "",
		tint_on(out, tint), title, tint_off(out, tint));
	column = strlen(title);
	if (*first->cols)
		column += fprintf(out->f, ", %s", first->cols);
	fputc(':', out->f);

	for (const struct item *i = first; i < end; i++)
		whole += !*i->op;
	if (whole > 1 && whole == nr_scenarios && first + whole == end) {
		fprintf(out->f, " all %zu scenarios", whole);
		first = end;
	}
	for (const struct item *i = first; i < end; i++) {
		int len = strlen(i->scenario) + strlen(i->op) + 3;

		if (i > first && width && column + len > width)
			column = fprintf(out->f, "\n   ") - 1;
		column += fprintf(out->f, " %s%s%s%s", i->scenario,
				  *i->op ? " " : "", i->op,
				  i + 1 < end ? "," : "");
	}
}

/**
 * print_column_notes() - failures and skips, a line per reason and columns
 * @cols: columns; one whose name is NULL is not named
 * @nr_cols: length of @cols
 * @out: text or Markdown
 *
 * Return: how many there are, not how many lines.
 */
size_t print_column_notes(const struct column *cols, size_t nr_cols,
			  const struct output *out)
{
	size_t scenarios = count_scenarios(cols, nr_cols), nr = 0, n, end;
	struct item *items = NULL;

	for (size_t c = 0; c < nr_cols; c++) {
		const struct record *rec = cols[c].recs[0];

		items = add_items(items, &nr, c, rec->failures,
				  rec->nr_failures, true);
		items = add_items(items, &nr, c, rec->skips, rec->nr_skips,
				  false);
	}
	if (!nr)
		return 0;

	n = merge_columns(items, nr, cols);
	qsort(items, n, sizeof(*items), group_cmp);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (reason_cmp(&items[i], &items[end]) ||
			    strcmp(items[i].cols, items[end].cols))
				break;
		print_group(&items[i], &items[end], scenarios, out);
		fprintf(out->f, ": %s\n", items[i].reason);
	}
	for (size_t i = 0; i < n; i++)
		free(items[i].cols);
	free(items);
	return nr;
}

/**
 * print_notes() - every refusal, failure and skip with its reason
 * @cmp: comparison
 * @out: text or Markdown
 *
 * Return: how many there are.
 */
size_t print_notes(const struct comparison *cmp, const struct output *out)
{
	size_t n = cmp->nr_refused;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		n += cmp->cols[c].recs[0]->nr_failures +
		     cmp->cols[c].recs[0]->nr_skips;
	if (n)
		fputc('\n', out->f);
	for (size_t i = 0; i < cmp->nr_refused; i++)
		fprintf(out->f, "%srefused, %s: %s\n", out->markdown ? "- " : "",
			cmp->refused[i].name, cmp->refused[i].reason);
	print_column_notes(cmp->cols, cmp->nr_cols, out);
	return n;
}
