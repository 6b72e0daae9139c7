// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures, undeclared shapes, skips and findings, to be read: the scenarios that share a reason
 * share a line. summary.json keeps every one.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/* Bytes of a reason that are shown. */
#define REASON_MAX 600
/* Columns that are named before the rest is only counted. */
#define COLUMNS_NAMED 6

/* A scenario or an operation with one reason. */
struct item {
	const char *title; /* "failed", "skipped", ..., or the name of a finding */
	enum tint tint;	   /* of the title */
	const char *reason; /* why, or what was found */
	const char *scenario;
	const char *op; /* "" for all of the scenario */
	size_t col;	/* until the columns of one item are merged */
	size_t rec;	/* of the column */
	char *cols;	/* names of its columns, blank separated, afterwards */
	size_t nr_cols;
};

static int name_cmp(const struct item *x, const struct item *y)
{
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

static int reason_cmp(const struct item *x, const struct item *y)
{
	int d = strcmp(x->title, y->title);

	return d ? d : strcmp(x->reason, y->reason);
}

static int item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d;

	if ((d = reason_cmp(x, y)) || (d = name_cmp(x, y)))
		return d;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return (x->rec > y->rec) - (x->rec < y->rec);
}

static int group_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d;

	if ((d = reason_cmp(x, y)) || (d = strcmp(x->cols, y->cols)))
		return d;
	return name_cmp(x, y);
}

static struct item *add_item(struct item *items, size_t *nr, struct item item)
{
	items = xgrow(items, *nr, sizeof(*items));
	if (!item.op)
		item.op = "";
	items[(*nr)++] = item;
	return items;
}

static struct item *add_notes(struct item *items, size_t *nr,
			      const struct record_note *notes, size_t nr_notes,
			      struct item like)
{
	for (size_t i = 0; i < nr_notes; i++) {
		like.reason = notes[i].reason;
		like.scenario = notes[i].scenario;
		like.op = notes[i].op;
		items = add_item(items, nr, like);
	}
	return items;
}

/* "base", or "base (2 of 12 boots)". */
static char *column_text(const struct column *col, size_t nr)
{
	if (nr == col->nr_recs)
		return xasprintf("%s", col->name ? col->name : "");
	return xasprintf("%s (%zu of %zu %s)", col->name ? col->name : "", nr,
			 col->nr_recs,
			 is_timed(col->recs[0]) ? "boots" : "repeats");
}

/* One item a scenario, with the names of all of its columns. */
static size_t merge_columns(struct item *items, size_t nr,
			    const struct column *cols)
{
	size_t n = 0, end;

	qsort(items, nr, sizeof(*items), item_cmp);
	for (size_t i = 0; i < nr; i = end) {
		struct item *last = n ? &items[n - 1] : NULL;
		char *name;
		size_t recs = 1;

		for (end = i + 1; end < nr; end++) {
			if (reason_cmp(&items[i], &items[end]) ||
			    name_cmp(&items[i], &items[end]) ||
			    items[end].col != items[i].col)
				break;
			recs += items[end].rec != items[end - 1].rec;
		}
		name = column_text(&cols[items[i].col], recs);
		if (last && !reason_cmp(last, &items[i]) &&
		    !name_cmp(last, &items[i])) {
			join_text(&last->cols, " ", "%s", name);
			free(name);
			last->nr_cols++;
			continue;
		}
		items[n] = items[i];
		items[n].nr_cols = 1;
		items[n++].cols = name;
	}
	return n;
}

static void add_scenarios(struct index *names, const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_rows; i++)
		index_add(names, rec->rows[i].scenario, i);
	for (size_t i = 0; i < rec->nr_shapes; i++)
		index_add(names, rec->shapes[i].scenario, i);
	for (size_t i = 0; i < rec->nr_skips; i++)
		index_add(names, rec->skips[i].scenario, i);
	for (size_t i = 0; i < rec->nr_failures; i++)
		index_add(names, rec->failures[i].scenario, i);
}

/* Scenarios that any of the records says anything about. */
static size_t count_scenarios(const struct column *cols, size_t nr_cols)
{
	struct index names = { 0 };
	size_t nr;

	for (size_t c = 0; c < nr_cols; c++)
		for (size_t r = 0; r < cols[c].nr_recs; r++)
			add_scenarios(&names, cols[c].recs[r]);
	nr = names.nr;
	index_free(&names);
	return nr;
}

/* Items @first to before @end share reason and columns. */
static void print_group(const struct item *first, const struct item *end,
			size_t nr_scenarios, const struct output *out)
{
	int column, width = out->markup == MARKDOWN ? 0 : out->width;
	size_t whole = 0;

	fprintf(out->f, "%s%s%s", tint_on(out, first->tint), first->title,
		tint_off(out, first->tint));
	column = strlen(first->title);
	if (first->nr_cols > COLUMNS_NAMED)
		column += fprintf(out->f, ", %.*s and %zu more",
				  (int)strcspn(first->cols, " "), first->cols,
				  first->nr_cols - 1);
	else if (*first->cols)
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

/*
 * A reason in full is in summary.json; a reader needs the start of one that goes
 * on and on: @max bytes.
 */
static char *readable(const char *reason, size_t max, const struct output *out)
{
	size_t len = strlen(reason), kept = max;
	char *text, *start;

	if (len <= max)
		start = xasprintf("%s", reason);
	else {
		while ((reason[kept] & 0xc0) == 0x80)
			kept--;
		start = xasprintf("%.*s... (%zu bytes, cut here)", (int)kept,
				  reason, len);
	}
	if (out->markup != MARKDOWN)
		return start;
	text = markdown_text(start);
	free(start);
	return text;
}

static void print_reason(const char *reason, bool folded, const struct output *out)
{
	char *text = readable(reason, REASON_MAX, out);

	if (folded) {
		fputc('\n', out->f);
		print_wrapped(out->f, out->width, 4, text);
	} else {
		fprintf(out->f, ": %s\n", text);
	}
	free(text);
}

/* Items @first to before @end share reason and columns. */
static void print_shared(const struct item *first, const struct item *end,
			 size_t nr_scenarios, bool folded,
			 const struct output *out)
{
	struct output memory = { .width = INT_MAX, .markup = out->markup };
	char *text;
	size_t size;

	if (out->markup != MARKDOWN && !out->split) {
		print_group(first, end, nr_scenarios, out);
		print_reason(first->reason, folded, out);
		return;
	}
	memory.f = open_text(&text, &size);
	print_group(first, end, nr_scenarios, &memory);
	print_reason(first->reason, false, &memory);
	fclose(memory.f);
	text[strcspn(text, "\n")] = '\0';
	if (out->markup == MARKDOWN)
		print_hanging(out->f, out->width, 2, "-", text);
	else
		print_hanging(out->f, out->width, 4, NULL, text);
	free(text);
}

/* Print and free @items, a line per reason and columns. */
static void print_items(struct item *items, size_t nr, const struct column *cols,
			size_t nr_cols, bool folded, const struct output *out)
{
	size_t scenarios = count_scenarios(cols, nr_cols), end;
	size_t n = merge_columns(items, nr, cols);

	qsort(items, n, sizeof(*items), group_cmp);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n; end++)
			if (reason_cmp(&items[i], &items[end]) ||
			    strcmp(items[i].cols, items[end].cols))
				break;
		print_shared(&items[i], &items[end], scenarios, folded, out);
	}
	for (size_t i = 0; i < n; i++)
		free(items[i].cols);
	free(items);
}

/**
 * print_column_notes() - failures, undeclared shapes and skips, a line per reason and columns
 * @cols: columns; one whose name is NULL is not named
 * @nr_cols: length of @cols
 * @out: text or Markdown
 *
 * Return: how many there are, not how many lines.
 */
size_t print_column_notes(const struct column *cols, size_t nr_cols,
			  const struct output *out)
{
	struct item *items = NULL;
	size_t nr = 0;

	for (size_t c = 0; c < nr_cols; c++) {
		for (size_t r = 0; r < cols[c].nr_recs; r++) {
			const struct record *rec = cols[c].recs[r];
			struct item like = { .col = c, .rec = r };

			like.title = "failed";
			like.tint = TINT_BAD;
			items = add_notes(items, &nr, rec->failures,
					  rec->nr_failures, like);
			like.title = "undeclared";
			items = add_notes(items, &nr, rec->undeclared,
					  rec->nr_undeclared, like);
			like.title = "skipped";
			like.tint = TINT_DOUBT;
			items = add_notes(items, &nr, rec->skips, rec->nr_skips,
					  like);
		}
	}
	if (nr)
		print_items(items, nr, cols, nr_cols, false, out);
	return nr;
}

static struct item *add_findings(struct item *items, size_t *nr,
				 const struct record *rec, struct item like)
{
	for (size_t i = 0; i < rec->nr_findings; i++) {
		const struct record_note *f = &rec->findings[i];

		like.title = f->name;
		like.reason = f->reason;
		like.scenario = f->scenario;
		like.op = f->op;
		items = add_item(items, nr, like);
	}
	return items;
}

/**
 * print_findings() - what is wrong with the kernels, by name
 * @cmp: comparison
 * @out: text or Markdown
 *
 * Prints nothing, no heading either, where nothing was found.
 *
 * Return: how many findings there are, each once a record.
 */
size_t print_findings(const struct comparison *cmp, const struct output *out)
{
	struct item *items = NULL;
	size_t nr = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			items = add_findings(items, &nr, cmp->cols[c].recs[r],
					     (struct item){ .tint = TINT_BAD,
							    .col = c,
							    .rec = r });
	if (!nr)
		return 0;
	print_section(out, "Findings about the kernel");
	print_items(items, nr, cmp->cols, cmp->nr_cols, true, out);
	return nr;
}

/* In full where a stage failed: a call trace is not worth its start alone. */
static void print_refused(const struct refused *refused, const struct output *out)
{
	size_t max = refused->stage_failed ? SIZE_MAX : REASON_MAX;
	char *reason = readable(refused->reason, max, out), *plain;
	char *text = xasprintf("%s%s: %s",
			       refused->stage_failed ? "" : "refused, ",
			       refused->name, reason);

	plain = plain_text(text);
	if (out->markup == MARKDOWN)
		print_hanging(out->f, out->width, 2, "-", plain);
	else if (refused->stage_failed)
		print_hanging(out->f, out->width, 4, NULL, plain);
	else
		fprintf(out->f, "%s\n", plain);
	free(plain);
	free(text);
	free(reason);
}

/**
 * print_notes() - every refusal, failure, undeclared shape and skip with its reason
 * @cmp: comparison
 * @out: text or Markdown
 *
 * Return: how many there are.
 */
size_t print_notes(const struct comparison *cmp, const struct output *out)
{
	size_t n = cmp->nr_refused;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			n += cmp->cols[c].recs[r]->nr_failures +
			     cmp->cols[c].recs[r]->nr_undeclared +
			     cmp->cols[c].recs[r]->nr_skips;
	if (n)
		fputc('\n', out->f);
	for (size_t i = 0; i < cmp->nr_refused; i++)
		print_refused(&cmp->refused[i], out);
	print_column_notes(cmp->cols, cmp->nr_cols, out);
	return n;
}
