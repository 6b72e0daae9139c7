// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "stats/stats.h"

/** cmp_doubles() - finite numbers in ascending order, for qsort() */
int cmp_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/**
 * stats_median() - median of finite numbers
 * @v: numbers; sorted in place
 * @n: how many
 *
 * Return: the middle one, the mean of the two middle ones when @n is even, NAN
 * when there is none.
 */
double stats_median(double *v, size_t n)
{
	if (!n)
		return NAN;
	qsort(v, n, sizeof(*v), cmp_doubles);
	if (n % 2)
		return v[n / 2];
	return v[n / 2 - 1] / 2 + v[n / 2] / 2;
}

/**
 * hist_count() - samples in a distribution
 * @bins: the distribution
 * @n: its length
 */
double hist_count(const struct hist_bin *bins, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += bins[i].count;
	return total;
}

/**
 * hist_quantile() - quantile of a distribution, by nearest rank
 * @bins: the distribution, values ascending
 * @n: its length
 * @q: 0 (the minimum) or a fraction below 1
 *
 * The sample of rank ceil(@q x count). Never interpolated: what is returned
 * was measured.
 *
 * Return: the quantile in the unit of the values; NAN when there are no
 * samples or fewer than %QUANTILE_MIN_ABOVE rank above it.
 */
double hist_quantile(const struct hist_bin *bins, size_t n, double q)
{
	double total = hist_count(bins, n), seen = 0, rank;

	if (!n)
		return NAN;
	if (q <= 0)
		return bins[0].value;

	/* 0.999 x 100000 must not become rank 99901 by rounding. */
	rank = ceil(q * total * (1 - 1e-12));
	if (total - rank < QUANTILE_MIN_ABOVE)
		return NAN;

	for (size_t i = 0; i < n; i++) {
		seen += bins[i].count;
		if (seen >= rank)
			return bins[i].value;
	}
	return NAN;
}
