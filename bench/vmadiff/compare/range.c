// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A series of many commits, of which few did anything: each is compared with
 * the one before it, and a reader is shown those that moved a row. And what the
 * kernels say of their code: where it is the same, no count may differ.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/* As many columns are readable side by side. */
#define COLUMNS_MAX 6

/* Is a line of two neighbours not equal to the digit, as far as that is known? */
static bool line_moved(const struct line *line)
{
	switch (line->verdict) {
	case EXACT_SAME:
	case INCONCLUSIVE:
	case EQUIVALENT:
	case TRIVIAL:
		return false;
	case SHAPE_CHANGED: /* all rows of an operation are said to be that */
		return line->diff != 0 || line->key->metric_id == METRIC_VMAS;
	default:
		return true;
	}
}

/* How far a ratio is from one; what there was nothing of is farthest. */
static double magnitude(const struct line *line)
{
	if (isnan(line->diff))
		return -1;
	return line->ratio > 0 ? fabs(log(line->ratio)) : INFINITY;
}

/* Merging first, then what has a better and a worse, then what was not asked for. */
static int rank_of(const struct line *line)
{
	if (line->key->metric_id == METRIC_VMAS)
		return 0;
	if (!metric_is_headline(line->key->metric_id))
		return 3;
	return line->key->better == BETTER_NEITHER ? 2 : 1;
}

/* Does a reader want to be told of @a rather than of @b? */
static bool is_more_telling(const struct line *a, const struct line *b)
{
	if (rank_of(a) != rank_of(b))
		return rank_of(a) < rank_of(b);
	if (set_is_judged(a->key->set) != set_is_judged(b->key->set))
		return set_is_judged(a->key->set);
	return magnitude(a) > magnitude(b);
}

static const char *column_code(const struct column *col)
{
	return json_string_value(json_object_get(col->recs[0]->kernel, "code"));
}

/**
 * code_twin() - has a kernel the code of the one before, at the same addresses?
 * @cmp: comparison
 * @c: column
 *
 * Return: name of the one before, NULL where that has other code or the records
 * do not say.
 */
const char *code_twin(const struct comparison *cmp, size_t c)
{
	const char *code = column_code(&cmp->cols[c]);
	const char *before = c ? column_code(&cmp->cols[c - 1]) : NULL;

	/* Of what is shown, the one before may not be among it. */
	if (cmp->moved && cmp->whole != cmp)
		return cmp->moved[c].twin;
	return code && *code && before && !strcmp(code, before)
		       ? cmp->cols[c - 1].name
		       : NULL;
}

/* Some columns of a comparison, as a comparison of its own. */
static struct comparison *pick(const struct comparison *cmp, const size_t *cols,
			       size_t nr)
{
	struct comparison *part = xcalloc(1, sizeof(*part));

	part->cols = xcalloc(nr, sizeof(*part->cols));
	for (size_t i = 0; i < nr; i++) {
		const struct column *col = &cmp->cols[cols[i]];

		part->cols[part->nr_cols++] = (struct column){
			.name = col->name,
			.recs = col->recs,
			.nr_recs = col->nr_recs,
		};
	}
	part->delta = cmp->delta;
	part->floor = cmp->floor;
	part->floor_from = cmp->floor_from;
	part->allow = cmp->allow;
	part->nr_allow = cmp->nr_allow;
	part->refused = cmp->refused;
	part->nr_refused = cmp->nr_refused;
	part->seeds = cmp->seeds;
	part->nr_seeds = cmp->nr_seeds;
	part->times = cmp->times;
	part->untimed = cmp->untimed;
	part->times_refused = cmp->times_refused;
	part->luck = cmp->luck;
	part->whole = cmp;
	comparison_build(part);
	return part;
}

/* The same two of what was timed, or NULL. */
static struct comparison *pick_times(const struct comparison *cmp, size_t from,
				     size_t to)
{
	const struct comparison *times = cmp->times;
	const struct column *a = times ? find_stage(times, cmp->cols[from].name)
				       : NULL;
	const struct column *b = times ? find_stage(times, cmp->cols[to].name)
				       : NULL;
	size_t cols[2];

	if (!a || !b)
		return NULL;
	cols[0] = (size_t)(a - times->cols);
	cols[1] = (size_t)(b - times->cols);
	return pick(times, cols, ARRAY_SIZE(cols));
}

/**
 * pick_pair() - two columns of a comparison, as one of its own
 * @cmp: comparison, built
 * @from: column
 * @to: column that is compared with it
 *
 * Return: the comparison, with its times, to be given to free_pair() before @cmp is freed.
 */
struct comparison *pick_pair(const struct comparison *cmp, size_t from, size_t to)
{
	const size_t cols[] = { from, to };
	struct comparison *pair = pick(cmp, cols, ARRAY_SIZE(cols));

	pair->times = pick_times(cmp, from, to);
	return pair;
}

/** free_pair() - give back what pick_pair() returned */
void free_pair(struct comparison *pair)
{
	if (pair->times) {
		comparison_free(pair->times);
		free(pair->times);
	}
	/* Its records are those of what it was picked from. */
	comparison_free(pair);
	free(pair);
}

static struct moved compare_neighbours(const struct comparison *cmp, size_t c)
{
	const size_t cols[] = { c - 1, c };
	struct comparison *pair = pick(cmp, cols, ARRAY_SIZE(cols));
	const struct line *most = NULL;
	struct moved moved = { 0 };

	for (size_t i = 0; i < pair->nr_lines; i++) {
		const struct line *line = &pair->lines[i];

		if (!line_moved(line))
			continue;
		moved.nr++;
		if (!most || is_more_telling(line, most))
			most = line;
	}
	if (most) {
		moved.most = most->key;
		moved.from = most->values[0];
		moved.to = most->values[1];
		moved.from_absent = column_absence(&pair->cols[0], most->key);
		moved.to_absent = column_absence(&pair->cols[1], most->key);
	}
	moved.twin = code_twin(cmp, c);
	comparison_free(pair);
	free(pair);
	return moved;
}

/**
 * pick_moved() - find out what each of many commits moved, against the one before
 * @cmp: comparison, built; its @shown becomes the first column, those that moved
 *	something, and the last
 *
 * Nothing is done where all columns are readable side by side, and where values
 * have noise: then any two of them differ.
 */
void pick_moved(struct comparison *cmp)
{
	size_t *cols, nr = 0;

	if (cmp->nr_cols <= COLUMNS_MAX || is_timed(cmp->cols[0].recs[0]))
		return;
	cmp->moved = xcalloc(cmp->nr_cols, sizeof(*cmp->moved));
	cols = xcalloc(cmp->nr_cols, sizeof(*cols));
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		if (c)
			cmp->moved[c] = compare_neighbours(cmp, c);
		if (!c || cmp->moved[c].nr || c == cmp->nr_cols - 1)
			cols[nr++] = c;
	}
	cmp->shown = pick(cmp, cols, nr);
	cmp->shown->moved = xcalloc(nr, sizeof(*cmp->moved));
	for (size_t i = 0; i < nr; i++)
		cmp->shown->moved[i] = cmp->moved[cols[i]];
	free(cols);
}

/**
 * count_unmoved() - commits that changed nothing
 * @cmp: comparison, or what is shown of it
 * @identical: filled: how many of them have the code of the one before
 *
 * Return: how many there are in all, 0 where that was not looked at.
 */
size_t count_unmoved(const struct comparison *cmp, size_t *identical)
{
	const struct comparison *whole = cmp->whole;
	size_t n = 0;

	*identical = 0;
	for (size_t c = 1; whole->moved && c < whole->nr_cols; c++) {
		if (whole->moved[c].nr)
			continue;
		n++;
		*identical += code_twin(whole, c) != NULL;
	}
	return n;
}

/* Were two columns measured by the same program, with the same seed? */
static bool same_measurement(const struct comparison *cmp, size_t c)
{
	const json_t *a = cmp->cols[c - 1].recs[0]->header;
	const json_t *b = cmp->cols[c].recs[0]->header;

	return json_equal(json_object_get(a, "suite"),
			  json_object_get(b, "suite")) &&
	       json_equal(json_object_get(json_object_get(a, "boot"), "seed"),
			  json_object_get(json_object_get(b, "boot"), "seed"));
}

/**
 * contradictions() - exact rows that differ where the code is the same
 * @cmp: comparison, built
 * @c: column, compared with the one before
 * @nr: filled: how many
 *
 * Return: lines, of which the values of @c and of the one before differ, to be
 * given to free().
 */
const struct line **contradictions(const struct comparison *cmp, size_t c,
				   size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	if (cmp->nr_differ || !code_twin(cmp, c) || !same_measurement(cmp, c))
		return list;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		const struct record_row *a = line->rows[c - 1];
		const struct record_row *b = line->rows[c];

		if (a && b && a->exact && b->exact && !row_difference(a, b) &&
		    line->values[c - 1] != line->values[c])
			list[(*nr)++] = line;
	}
	return list;
}
