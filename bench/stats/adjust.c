// SPDX-License-Identifier: GPL-2.0-or-later
/* p of many rows, adjusted for how many they are. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "boots.h"

struct ranked {
	double p;
	size_t at;
};

static int cmp_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return (x->p > y->p) - (x->p < y->p);
}

/* Probabilities in ascending order, or NULL if one is none. */
static struct ranked *rank_p(const double *p, size_t nr)
{
	struct ranked *r = xcalloc(nr ? nr : 1, sizeof(*r));

	for (size_t i = 0; i < nr; i++) {
		if (!(p[i] >= 0 && p[i] <= 1)) {
			free(r);
			return NULL;
		}
		r[i] = (struct ranked){ p[i], i };
	}
	qsort(r, nr, sizeof(*r), cmp_ranked);
	return r;
}

/*
 * Step by step, the others are found as long as they are below 5 % / rows left; the
 * row that is left out is found if it is below the step after theirs.
 */
static double holm_level(const struct ranked *r, size_t nr, size_t row)
{
	size_t found = 0;

	for (size_t i = 0; i < nr; i++) {
		if (i == row)
			continue;
		if (r[i].p > STATS_ALPHA / (nr - found) * (1 + STATS_FUZZ))
			break;
		found++;
	}
	return STATS_ALPHA / (nr - found);
}

/**
 * stats_holm() - adjust p so that none of many is below 5 % by chance
 * @p: one for each row
 * @adjusted: result, in the same order; may be @p
 * @level: result: what the p of each row must not exceed to be below 5 % once
 *	adjusted, given those of the others
 * @nr: rows
 *
 * Holm (1979): the probability of any false positive is kept, whatever depends
 * on what. A row that would be the only one to be found has a level of 5 % / @nr.
 *
 * Return: 0, or -EINVAL when a number is no probability.
 */
int stats_holm(const double *p, double *adjusted, double *level, size_t nr)
{
	struct ranked *r = rank_p(p, nr);
	double most = 0;

	if (!r)
		return -EINVAL;
	for (size_t i = 0; i < nr; i++) {
		most = fmax(most, fmin(1, r[i].p * (nr - i)));
		adjusted[r[i].at] = most;
		level[r[i].at] = holm_level(r, nr, i);
	}
	free(r);
	return 0;
}

/**
 * stats_benjamini_hochberg() - adjust p so that few of those below 5 % are chance
 * @p: one for each row
 * @adjusted: result, in the same order; may be @p
 * @level: result, as that of stats_holm()
 * @nr: rows
 *
 * Benjamini and Hochberg (1995): the share of false positives among what is found
 * is kept, on average, where rows are independent or move together.
 *
 * Return: 0, or -EINVAL when a number is no probability.
 */
int stats_benjamini_hochberg(const double *p, double *adjusted, double *level,
			     size_t nr)
{
	struct ranked *r = rank_p(p, nr);
	double least = 1;
	size_t found = 0, before = 0;

	if (!r)
		return -EINVAL;
	for (size_t i = nr; i-- > 0;) {
		least = fmin(least, r[i].p * nr / (i + 1));
		adjusted[r[i].at] = least;
	}

	/* Of a row among those that are found, it does not matter which it is. */
	for (size_t i = 0; i < nr; i++)
		if (r[i].p <= STATS_ALPHA * (i + 1) / nr * (1 + STATS_FUZZ))
			found = i + 1;
	/* Any other row would be one more, and each before it a step later. */
	for (size_t i = 0; i < nr; i++) {
		size_t rows = i < found ? found : before + 1;

		level[r[i].at] = STATS_ALPHA * rows / nr;
		if (r[i].p <= STATS_ALPHA * (i + 2) / nr * (1 + STATS_FUZZ))
			before = i + 1;
	}
	free(r);
	return 0;
}
