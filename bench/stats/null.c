// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * T is the sum over blocks of Mann and Whitney's U, the number of pairs in which
 * NEW is the larger one. Within a block every choice of boots for NEW is equally
 * likely if nothing differs, and blocks are independent: the distribution of T is
 * the convolution of theirs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "boots.h"

/* Whole numbers are exact up to here. */
#define WHOLE_MAX 9007199254740992.0

/**
 * stats_null_init() - T of no blocks, which is 0
 * @null: to be given to stats_null_free()
 * @unit: see struct stats_null
 * @exact: keep the distribution, not only its mean and variance
 */
void stats_null_init(struct stats_null *null, unsigned int unit, bool exact)
{
	*null = (struct stats_null){ .unit = unit, .exact = exact, .total = 1 };
	if (exact) {
		null->weight = xcalloc(1, sizeof(*null->weight));
		null->weight[0] = 1;
	}
}

void stats_null_free(struct stats_null *null)
{
	free(null->weight);
	null->weight = NULL;
}

/*
 * In how many ways can boots be chosen for NEW so that U is this much? Boots in
 * ascending order, a group of tied ones at a time: ways[k * width + u] is of k
 * chosen so far. The next group adds a pair for each of its NEW with each BASE
 * below, and half a pair for each of its NEW with each of its BASE.
 */
static double *count_ways(unsigned int unit, const size_t *groups,
			  size_t nr_groups, size_t nr_new, size_t nr_base)
{
	size_t width = unit * nr_new * nr_base + 1;
	double *ways = xcalloc((nr_new + 1) * width, sizeof(*ways));
	double *row = xcalloc(width, sizeof(*row));
	size_t below = 0;

	ways[0] = 1;
	for (size_t g = 0; g < nr_groups; g++) {
		size_t size = groups[g];
		size_t seen = below + size;
		size_t most = seen < nr_new ? seen : nr_new;

		/* From the top: rows of fewer chosen are still of before. */
		for (size_t k = most + 1; k-- > 0;) {
			double choose = 1;

			memset(row, 0, width * sizeof(*row));
			/* c of this group, the others before it. */
			for (size_t c = 0; c <= size && c <= k; c++) {
				const double *from = ways + (k - c) * width;
				size_t base = below - (k - c), add, end;

				if (c)
					choose = choose * (size - c + 1) / c;
				/* More BASE than there are: no such choice. */
				if (k - c > below || seen - k > nr_base)
					continue;
				add = unit * c * base + unit * c * (size - c) / 2;
				end = unit * (k - c) * base;
				for (size_t u = 0; u <= end; u++)
					row[u + add] += choose * from[u];
			}
			memcpy(ways + k * width, row, width * sizeof(*row));
		}
		below = seen;
	}
	memcpy(row, ways + nr_new * width, width * sizeof(*row));
	free(ways);
	return row;
}

static void convolve(struct stats_null *null, const double *ways, size_t top)
{
	double *weight = xcalloc(null->top + top + 1, sizeof(*weight));
	double total = 0, largest = 0;

	for (size_t u = 0; u <= top; u++) {
		if (!ways[u])
			continue;
		for (size_t t = 0; t <= null->top; t++)
			weight[t + u] += ways[u] * null->weight[t];
	}
	null->top += top;
	for (size_t t = 0; t <= null->top; t++) {
		total += weight[t];
		largest = fmax(largest, weight[t]);
	}
	/* Not whole any more, and to be kept from overflowing. */
	if (total > WHOLE_MAX) {
		for (size_t t = 0; t <= null->top; t++)
			weight[t] /= largest;
		total = 0;
		for (size_t t = 0; t <= null->top; t++)
			total += weight[t];
	}
	free(null->weight);
	null->weight = weight;
	null->total = total;
}

/**
 * stats_null_add_block() - add the rank sum of one more block
 * @null: distribution so far
 * @groups: how many boots share a value, in ascending order of values; all 1 is
 *	what an untied block has. Groups larger than 1 need @unit 2
 * @nr_groups: length of @groups
 * @nr_new: boots of NEW, fewer than the sum of @groups
 *
 * With ties the distribution is the conditional one, of midranks. Cost: boots
 * x boots of NEW x pairs for the block, pairs so far x pairs of the block for the
 * convolution.
 */
void stats_null_add_block(struct stats_null *null, const size_t *groups,
			  size_t nr_groups, size_t nr_new)
{
	double nr = 0, ties = 0, pairs;
	size_t nr_base, top;

	for (size_t g = 0; g < nr_groups; g++) {
		double size = groups[g];

		nr += size;
		ties += size * (size * size - 1);
	}
	nr_base = (size_t)nr - nr_new;
	top = null->unit * nr_new * nr_base;
	pairs = (double)nr_new * nr_base;
	null->mean += null->unit * pairs / 2;
	null->variance += (double)null->unit * null->unit * pairs / 12 *
			  (nr + 1 - ties / (nr * (nr - 1)));

	if (null->exact) {
		double *ways = count_ways(null->unit, groups, nr_groups, nr_new,
					  nr_base);

		convolve(null, ways, top);
		free(ways);
	} else {
		null->top += top;
	}
}

/* Half a step is the correction for T being discrete. */
static double normal_below(const struct stats_null *null, double t)
{
	if (!(null->variance > 0))
		return 1;
	return erfc(-(t - null->mean + null->unit / 2.0) /
		    sqrt(2 * null->variance)) /
	       2;
}

/**
 * stats_null_below() - probability of a T of at most so much
 * @null: distribution
 * @t: 0 to @null->top
 */
double stats_null_below(const struct stats_null *null, size_t t)
{
	double sum = 0;

	if (!null->exact)
		return normal_below(null, t);
	for (size_t i = 0; i <= t; i++)
		sum += null->weight[i];
	return sum / null->total;
}

/**
 * stats_null_above() - probability of a T of at least so much
 * @null: distribution
 * @t: 0 to @null->top
 */
double stats_null_above(const struct stats_null *null, size_t t)
{
	double sum = 0;

	/* T and its mirror image have the same mean: see stats_null_below(). */
	if (!null->exact)
		return normal_below(null, 2 * null->mean - t);
	for (size_t i = null->top + 1; i-- > t;)
		sum += null->weight[i];
	return sum / null->total;
}
