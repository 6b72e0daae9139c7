// SPDX-License-Identifier: GPL-2.0-or-later
/* What is told first: what failed, then merging, then the headline metrics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "range.h"

/* How far a value is from another; what there was nothing of is farthest. */
static double magnitude(double from, double to)
{
	if (isnan(from) || isnan(to) || from == to)
		return 0;
	return from > 0 && to > 0 ? fabs(log(to / from)) : INFINITY;
}

static int rank_of(const struct range_row *row)
{
	if (row->is_word)
		return 0;
	if (row->key.metric_id == METRIC_VMAS)
		return 1;
	if (!metric_is_headline(row->key.metric_id))
		return 4;
	return set_is_judged(row->key.set) ? 2 : 3;
}

static int name_cmp(const struct range_row *a, const struct range_row *b)
{
	int d = strcmp(a->key.scenario, b->key.scenario);

	d = d ? d : strcmp(a->key.op, b->key.op);
	d = d ? d : (int)a->key.metric_id - (int)b->key.metric_id;
	d = d ? d : strcmp(a->key.metric, b->key.metric);
	return d ? d : strcmp(a->key.pass, b->key.pass);
}

/* Whose qsort() it is; it has no argument for it. */
static const struct range *sorted;

static int step_cmp(const void *a, const void *b)
{
	const struct range_step *x = a, *y = b;
	const struct range_row *row_x = &sorted->rows[x->row];
	const struct range_row *row_y = &sorted->rows[y->row];
	double by_x = magnitude(x->from, x->to), by_y = magnitude(y->from, y->to);

	if (x->commit != y->commit)
		return x->commit < y->commit ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (rank_of(row_x) != rank_of(row_y))
		return rank_of(row_x) - rank_of(row_y);
	if (by_x != by_y && x->kind == STEP_MOVED)
		return by_x > by_y ? -1 : 1;
	return name_cmp(row_x, row_y);
}

/* Of a commit: what moved, by what it is and how far; then what came and went. */
void range_sort_steps(struct range *r)
{
	sorted = r;
	if (r->nr_steps)
		qsort(r->steps, r->nr_steps, sizeof(*r->steps), step_cmp);
}

/* Value of a row in the record at one end, NAN where it has none. */
static double value_at(const struct range_row *row, size_t commit)
{
	enum range_count count = row->counts[commit];

	return count == COUNT_THERE || count == COUNT_APART ? row->values[commit]
							    : NAN;
}

/** range_first() - value in the first record, NAN where that has none */
double range_first(const struct range *r, const struct range_row *row)
{
	for (size_t c = 0; c < r->nr_commits; c++)
		if (r->commits[c].state == RANGE_MEASURED)
			return value_at(row, c);
	return NAN;
}

/** range_last() - value in the last record, NAN where that has none */
double range_last(const struct range *r, const struct range_row *row)
{
	for (size_t c = r->nr_commits; c-- > 0;)
		if (r->commits[c].state == RANGE_MEASURED)
			return value_at(row, c);
	return NAN;
}

static int row_cmp(const void *a, const void *b)
{
	const struct range_row *x = *(const struct range_row *const *)a;
	const struct range_row *y = *(const struct range_row *const *)b;
	double by_x = magnitude(range_first(sorted, x), range_last(sorted, x));
	double by_y = magnitude(range_first(sorted, y), range_last(sorted, y));

	if (rank_of(x) != rank_of(y))
		return rank_of(x) - rank_of(y);
	if (by_x != by_y)
		return by_x > by_y ? -1 : 1;
	return name_cmp(x, y);
}

/**
 * range_moved_rows() - rows that any commit did something to
 * @r: range
 * @metric: of this one alone, or NULL
 * @nr: filled: how many
 *
 * Return: those that moved farthest first, headline metrics before others; to be given
 * to free().
 */
const struct range_row **range_moved_rows(const struct range *r,
					  const char *metric, size_t *nr)
{
	const struct range_row **list = xcalloc(r->nr_rows + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < r->nr_rows; i++)
		if (r->rows[i].nr_steps + r->rows[i].nr_other &&
		    (!metric || !strcmp(r->rows[i].key.metric, metric)))
			list[(*nr)++] = &r->rows[i];
	sorted = r;
	if (*nr)
		qsort(list, *nr, sizeof(*list), row_cmp);
	return list;
}
