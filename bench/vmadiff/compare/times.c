// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the native tier timed, beside what the exact tier counted of the same stages.
 * They are two comparisons: no number of the one is held against one of the other.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/**
 * times_beside() - what was timed beside what was counted
 * @cmp: comparison, built
 *
 * Return: the comparison of it; NULL where there is none, or no number of it may be
 * compared.
 */
const struct comparison *times_beside(const struct comparison *cmp)
{
	return cmp->times && !cmp->times->nr_differ ? cmp->times : NULL;
}

/**
 * native_part() - where the boots of the native tier are
 * @cmp: comparison of two columns or more, built
 *
 * Return: what was timed beside it, or itself where it is of that tier; NULL where
 * nothing of it is.
 */
const struct comparison *native_part(const struct comparison *cmp)
{
	if (cmp->cols[0].recs[0]->tier != TIER_NATIVE)
		return times_beside(cmp);
	return cmp->nr_differ ? NULL : cmp;
}

/* The column of a name, or NULL. */
const struct column *find_stage(const struct comparison *cmp, const char *name)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (!strcmp(cmp->cols[c].name, name))
			return &cmp->cols[c];
	return NULL;
}

static int operation_cmp(const void *a, const void *b)
{
	const struct record_row *x = *(const struct record_row *const *)a;
	const struct record_row *y = *(const struct record_row *const *)b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

static size_t add_costs(const struct comparison *cmp, enum metric_id metric,
			const struct record_row **list)
{
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->metric_id == metric)
			list[nr++] = cmp->lines[i].key;
	return nr;
}

/**
 * timed_operations() - what was counted, timed, or both
 * @cmp: comparison with its times
 * @nr: filled: how many
 *
 * Return: a row of each operation, by name, to be given to free().
 */
const struct record_row **timed_operations(const struct comparison *cmp,
					   size_t *nr)
{
	const struct record_row **list =
		xcalloc(cmp->nr_lines + cmp->times->nr_lines + 1, sizeof(*list));
	size_t n = add_costs(cmp, METRIC_INSNS, list);

	n += add_costs(cmp->times, METRIC_LATENCY, list + n);
	qsort(list, n, sizeof(*list), operation_cmp);
	*nr = 0;
	for (size_t i = 0; i < n; i++)
		if (!*nr || operation_cmp(&list[*nr - 1], &list[i]))
			list[(*nr)++] = list[i];
	return list;
}

/**
 * time_line() - the time of an operation, of a column against the first
 * @times: comparison of boots, built
 * @key: row with scenario and op set
 * @c: column, not the first
 *
 * Return: the line, NULL where it was not timed.
 */
const struct line *time_line(const struct comparison *times,
			     const struct record_row *key, size_t c)
{
	const struct line *last =
		find_line(times, key->scenario, key->op, METRIC_LATENCY);

	return last ? &times->against[c][last - times->lines] : NULL;
}

/**
 * shift_ns() - a shift of a time, as so many ns of the first column
 * @line: line with an estimate
 * @shift: that of the estimate, or an end of one of its intervals
 *
 * The ratio is what is estimated, so that this is not the difference of two columns.
 */
double shift_ns(const struct line *line, double shift)
{
	return line->est.scale == STATS_RATIO ? line->values[0] * expm1(shift)
					      : shift;
}

/**
 * count_records() - how many boots a row has a number of
 * @col: column
 * @key: row
 *
 * Those of one layout are counted one by one.
 */
size_t count_records(const struct column *col, const struct record_row *key)
{
	size_t nr = 0;

	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_row *row = record_find_row(col->recs[r], key);

		nr += row && !row->shared;
	}
	return nr;
}
