// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>

#include "stats/stats.h"

/* An interpolated quantile is a multiple of 1 / 1024 of its unit. */
#define QUANTILE_GRAIN 1024

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

/* How far the samples of a bin reach, on both sides, in its spread. */
#define REACH (EVEN + 0.5)
#define EVEN 1.5

static double lower_end(const struct hist_bin *b)
{
	return b->value - REACH * b->spread;
}

static double upper_end(const struct hist_bin *b)
{
	return b->value + REACH * b->spread;
}

/* Integral up to @x of a distribution that is even from -@half to @half. */
static double even_below(double x, double half)
{
	double part = fmin(2 * half, fmax(0, x + half));

	return part * part / (4 * half) + fmax(0, x - half);
}

/* Of a bin, its samples below a value. */
static double below(const struct hist_bin *b, double at)
{
	double from = at - b->value - b->spread / 2, half = EVEN * b->spread;

	return b->count *
	       (even_below(from + b->spread, half) - even_below(from, half)) /
	       b->spread;
}

/* Where @part of the samples are below, which is about bin @i. */
static double interpolate(const struct hist_bin *bins, size_t n, size_t i,
			  double part)
{
	double low = lower_end(&bins[i]), high = upper_end(&bins[i]);
	size_t from = i, to = i;

	while (from && upper_end(&bins[from - 1]) > low)
		from--;
	while (to + 1 < n && lower_end(&bins[to + 1]) < high)
		to++;
	for (size_t k = 0; k < from; k++)
		part -= bins[k].count;
	/* Halved until nothing is between the ends. */
	for (double at; at = low / 2 + high / 2, at > low && at < high;) {
		double sum = 0;

		for (size_t k = from; k <= to; k++)
			sum += below(&bins[k], at);
		if (sum < part)
			low = at;
		else
			high = at;
	}
	/* What is rounded otherwise would tell two equal distributions apart. */
	return rint(high * QUANTILE_GRAIN) / QUANTILE_GRAIN;
}

/**
 * hist_quantile() - quantile of a distribution
 * @bins: the distribution, values ascending
 * @n: its length
 * @q: 0 (the minimum) or a fraction below 1
 *
 * Where bins have no spread, the sample of rank ceil(@q x count).
 *
 * Where they have, it is interpolated. A clock that steps by s reads a time d between
 * two steps as either, each as often as the other one is near, so that it is right on
 * average. If the samples of a bin are taken to be even over 1.5 s on both sides, and
 * once more over 0.5 s, that is what comes out: the median of times that are all alike
 * is d, and of others it is wrong by less than 1 % of s, wherever between two steps
 * they lie. Changes smaller than a step are seen (bench/tests/test_stats_simulate.c).
 * A tail has no such symmetry: one that is less than two spreads above the median is
 * the clock's, or the bucket's, and not told.
 *
 * Return: the quantile in the unit of the values; NAN when there are no
 * samples or fewer than %QUANTILE_MIN_ABOVE rank above it, or it is not told.
 */
double hist_quantile(const struct hist_bin *bins, size_t n, double q)
{
	double total = hist_count(bins, n), seen = 0, rank, v;
	size_t i;

	if (!n)
		return NAN;
	if (q <= 0)
		return bins[0].value;

	/* 0.999 x 100000 must not become rank 99901 by rounding. */
	rank = ceil(q * total * (1 - 1e-12));
	if (total - rank < QUANTILE_MIN_ABOVE)
		return NAN;

	for (i = 0; i + 1 < n; i++) {
		seen += bins[i].count;
		if (seen >= rank)
			break;
	}
	if (!(bins[i].spread > 0))
		return bins[i].value;
	v = interpolate(bins, n, i, q * total);
	if (q > 0.5 && v < hist_quantile(bins, n, 0.5) + 2 * bins[i].spread)
		return NAN;
	return v;
}
