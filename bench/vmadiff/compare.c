// SPDX-License-Identifier: GPL-2.0-or-later
/* Records side by side, and what may be said about the last against the first. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util.h"
#include "vmadiff.h"

static struct column *find_column(struct comparison *cmp, const char *name)
{
	for (size_t i = 0; i < cmp->nr_cols; i++)
		if (!strcmp(cmp->cols[i].name, name))
			return &cmp->cols[i];

	cmp->cols = xgrow(cmp->cols, cmp->nr_cols, sizeof(*cmp->cols));
	cmp->cols[cmp->nr_cols].name = name;
	return &cmp->cols[cmp->nr_cols++];
}

/**
 * comparison_add() - read a record into a column
 * @cmp: comparison
 * @name: column; one that exists gets a repeat, which must be identical
 * @stage: stage that the record must be of if it names one, or NULL for any
 * @path: record
 *
 * A record that is refused is remembered and said later: the others are still
 * worth comparing.
 *
 * Return: 0 or what record_read() says.
 */
int comparison_add(struct comparison *cmp, const char *name, const char *stage,
		   const char *path)
{
	struct refused *no;
	struct column *col;
	struct record *rec;
	char msg[512];
	int err;

	err = record_read(path, &rec, msg, sizeof(msg));
	if (!err && stage && rec->stage && strcmp(rec->stage, stage)) {
		snprintf(msg, sizeof(msg), "%s:1: is of stage \"%s\", not \"%s\"",
			 path, rec->stage, stage);
		record_free(rec);
		err = -EINVAL;
	}
	if (err) {
		cmp->refused = xgrow(cmp->refused, cmp->nr_refused, sizeof(*no));
		no = &cmp->refused[cmp->nr_refused++];
		no->name = name;
		no->why = xasprintf("%s", msg);
		no->reason = no->why + strnlen(no->why, base_name(path) - path);
		return err;
	}

	col = find_column(cmp, name);
	col->recs = xgrow(col->recs, col->nr_recs, sizeof(*col->recs));
	col->recs[col->nr_recs++] = rec;
	return 0;
}

static void add_difference(struct comparison *cmp, const struct column *col,
			   const char *key, const char *base, const char *other)
{
	cmp->differ = xgrow(cmp->differ, cmp->nr_differ, sizeof(*cmp->differ));
	cmp->differ[cmp->nr_differ++] =
		xasprintf("%s: \"%.60s\" in %s, \"%.60s\" in %s", key,
			  base ? base : "(none)", cmp->cols[0].name,
			  other ? other : "(none)", col->name);
}

/* Env keys of either side; each difference once. */
static void compare_env(struct comparison *cmp, const struct column *col,
			const struct record *rec)
{
	const struct record *base = cmp->cols[0].recs[0];
	const char *key, *x, *y;
	json_t *v;

	if (strcmp(base->tier, rec->tier))
		add_difference(cmp, col, "tier", base->tier, rec->tier);

	json_object_foreach(base->env, key, v) {
		x = json_string_value(v);
		y = json_string_value(json_object_get(rec->env, key));
		if (!y || strcmp(x, y))
			add_difference(cmp, col, key, x, y);
	}
	json_object_foreach(rec->env, key, v)
		if (!json_object_get(base->env, key))
			add_difference(cmp, col, key, NULL, json_string_value(v));
}

static int line_cmp(const void *a, const void *b)
{
	const struct record_row *x = *(const struct record_row *const *)a;
	const struct record_row *y = *(const struct record_row *const *)b;
	size_t rx = metric_rank(x->metric), ry = metric_rank(y->metric);
	int d;

	if (rx != ry)
		return rx < ry ? -1 : 1;
	d = strcmp(x->metric, y->metric);
	return d ? d : record_row_cmp(x, y);
}

/**
 * find_note() - why an operation has no numbers
 * @notes: skips or failures of one record
 * @nr: how many
 * @scenario: name
 * @op: operation; a note without one stands for all of its scenario
 */
const struct record_note *find_note(const struct record_note *notes, size_t nr,
				    const char *scenario, const char *op)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(notes[i].scenario, scenario) &&
		    (!notes[i].op || !strcmp(notes[i].op, op)))
			return &notes[i];
	return NULL;
}

/* Two runs of an exact row agree to the digit, batch by batch. */
static bool same_row(const struct record_row *a, const struct record_row *b)
{
	return a && b && a->ops == b->ops && a->nr_batches == b->nr_batches &&
	       !memcmp(a->batches, b->batches,
		       a->nr_batches * sizeof(*a->batches));
}

static bool is_nondeterministic(const struct comparison *cmp,
				const struct line *line)
{
	const struct record_note *note;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];

		for (size_t i = 1; i < col->nr_recs; i++)
			if (!same_row(line->rows[c],
				      record_find_row(col->recs[i], line->key)))
				return true;

		/* The runner had two runs in hand and says that they differ. */
		note = find_note(col->recs[0]->failures,
				 col->recs[0]->nr_failures, line->key->scenario,
				 line->key->op);
		if (note && !strncasecmp(note->reason, "nondeterministic",
					 strlen("nondeterministic")))
			return true;
	}
	return false;
}

static bool outcome_differs(const struct comparison *cmp, const struct line *line)
{
	const struct record_row *key = line->key;
	const struct record_shape *a, *b;

	a = record_find_shape(cmp->cols[0].recs[0], key->scenario, key->op);
	b = record_find_shape(cmp->cols[cmp->nr_cols - 1].recs[0],
			      key->scenario, key->op);
	return a && b && strcmp(a->outcome, b->outcome);
}

/* Only what the same code did, in the same unit, in every column. */
static bool is_comparable(const struct comparison *cmp, const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record_row *a = line->key, *b = line->rows[c];

		if (b && (strcmp(a->version, b->version) ||
			  strcmp(a->unit, b->unit) ||
			  strcmp(a->better, b->better) || a->exact != b->exact))
			return false;
	}
	return !cmp->nr_differ;
}

static enum verdict judge(const struct comparison *cmp, const struct line *line)
{
	const struct record_row *first = line->rows[0];
	const struct record_row *last = line->rows[cmp->nr_cols - 1];

	if (is_nondeterministic(cmp, line))
		return NONDETERMINISTIC;
	if (!first || !last)
		return MISSING;
	if (!is_comparable(cmp, line))
		return NOT_COMPARABLE;
	if (outcome_differs(cmp, line))
		return SHAPE_CHANGED;
	if (!strcmp(first->metric, "vmas") && first->value != last->value)
		return SHAPE_CHANGED;
	if (!first->exact)
		return INCONCLUSIVE; /* one boot each: the noise is unknown */
	return first->value == last->value ? EXACT_SAME : EXACT_CHANGED;
}

static void fill_line(const struct comparison *cmp, struct line *line)
{
	const struct record_row *first, *last;

	line->rows = xcalloc(cmp->nr_cols, sizeof(*line->rows));
	for (size_t c = 0; c < cmp->nr_cols; c++)
		line->rows[c] = record_find_row(cmp->cols[c].recs[0], line->key);

	line->verdict = judge(cmp, line);
	line->diff = NAN;
	line->ratio = NAN;
	first = line->rows[0];
	last = line->rows[cmp->nr_cols - 1];
	if (first && last && line->verdict != NOT_COMPARABLE) {
		line->diff = last->value - first->value;
		if (first->value != 0)
			line->ratio = last->value / first->value;
	}
}

/**
 * comparison_build() - match the rows of all columns and judge them
 * @cmp: comparison with at least one column
 *
 * A row that any record has becomes a line: nothing is dropped.
 */
void comparison_build(struct comparison *cmp)
{
	const struct record_row **all = NULL;
	size_t n = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++) {
			struct record *rec = cmp->cols[c].recs[r];

			compare_env(cmp, &cmp->cols[c], rec);
			for (size_t i = 0; i < rec->nr_rows; i++) {
				all = xgrow(all, n, sizeof(*all));
				all[n++] = &rec->rows[i];
			}
		}
	}

	if (n)
		qsort(all, n, sizeof(*all), line_cmp);
	for (size_t i = 0; i < n; i++) {
		if (i && !line_cmp(&all[i - 1], &all[i]))
			continue;
		cmp->lines =
			xgrow(cmp->lines, cmp->nr_lines, sizeof(*cmp->lines));
		cmp->lines[cmp->nr_lines].key = all[i];
		fill_line(cmp, &cmp->lines[cmp->nr_lines++]);
	}
	free(all);

	for (size_t c = 0; c + 1 < cmp->nr_cols; c++)
		if (!strcmp(cmp->cols[c].name, "deferred"))
			cmp->bill_base = c;
}

void comparison_free(struct comparison *cmp)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			record_free(cmp->cols[c].recs[r]);
		free(cmp->cols[c].recs);
	}
	for (size_t i = 0; i < cmp->nr_lines; i++)
		free(cmp->lines[i].rows);
	for (size_t i = 0; i < cmp->nr_differ; i++)
		free(cmp->differ[i]);
	for (size_t i = 0; i < cmp->nr_refused; i++)
		free(cmp->refused[i].why);
	free(cmp->cols);
	free(cmp->lines);
	free(cmp->differ);
	free(cmp->refused);
}

/**
 * comparison_status() - exit status that a comparison deserves
 * @cmp: comparison, built
 *
 * Return: %STATUS_DATA before %STATUS_UNSURE before %STATUS_OK.
 */
enum status comparison_status(const struct comparison *cmp)
{
	enum status status = STATUS_OK;

	if (cmp->nr_refused || cmp->nr_differ)
		return STATUS_DATA;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (cmp->lines[i].verdict == NOT_COMPARABLE)
			return STATUS_DATA;
		if (cmp->lines[i].verdict == NONDETERMINISTIC)
			status = STATUS_UNSURE;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			if (cmp->cols[c].recs[r]->nr_failures)
				status = STATUS_UNSURE;
	return status;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[EXACT_SAME] = "EXACT-SAME",
		[EXACT_CHANGED] = "EXACT-CHANGED",
		[SHAPE_CHANGED] = "SHAPE-CHANGED",
		[INCONCLUSIVE] = "INCONCLUSIVE",
		[MISSING] = "MISSING",
		[NONDETERMINISTIC] = "NONDETERMINISTIC",
		[NOT_COMPARABLE] = "NOT-COMPARABLE",
	};

	return names[v];
}

/* The value of a row, NAN if there is no row. */
double row_value(const struct record_row *row)
{
	return row ? row->value : NAN;
}

/* What a line is counted as in the summary. */
enum finding line_finding(const struct line *line)
{
	const char *better = line->key->better;

	switch (line->verdict) {
	case EXACT_SAME:
		return FOUND_SAME;
	case SHAPE_CHANGED:
		return FOUND_SHAPE;
	case EXACT_CHANGED:
		if (!strcmp(better, "neither"))
			return FOUND_OTHER;
		if ((line->diff < 0) == !strcmp(better, "lower"))
			return FOUND_BETTER;
		return FOUND_WORSE;
	default:
		return FOUND_UNKNOWN;
	}
}

bool same_operation(const struct line *a, const struct line *b)
{
	return !strcmp(a->key->scenario, b->key->scenario) &&
	       !strcmp(a->key->op, b->key->op);
}

/* Is line @i the first of its scenario and operation? */
bool line_starts_op(const struct comparison *cmp, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_operation(&cmp->lines[j], &cmp->lines[i]))
			return false;
	return true;
}

/* The line of @metric whose ratio is farthest from one, or NULL. */
const struct line *biggest_change(const struct comparison *cmp, const char *metric)
{
	const struct line *best = NULL;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->metric, metric) || !(line->ratio > 0) ||
		    line->diff == 0)
			continue;
		if (!best || fabs(log(line->ratio)) > fabs(log(best->ratio)))
			best = line;
	}
	return best;
}
