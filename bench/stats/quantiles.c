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
 * stats_median_interval() - where the median of what numbers were drawn from may be
 * @v: numbers; sorted in place
 * @n: how many
 * @low: gets the lower end of the 95 % interval
 * @high: and the upper one
 *
 * Whatever the distribution: so many of them are on one side as of flips of a coin.
 *
 * Return: true, or false where there are too few of them.
 */
bool stats_median_interval(double *v, size_t n, double *low, double *high)
{
	double below = floor(((double)n - 1.96 * sqrt((double)n)) / 2);

	if (below < 1)
		return false;
	qsort(v, n, sizeof(*v), cmp_doubles);
	*low = v[(size_t)below - 1];
	*high = v[n - (size_t)below];
	return true;
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

/* The bin that has the sample of this rank, or the last one. */
static size_t find_rank(const struct hist_bin *bins, size_t n, double rank)
{
	double seen = 0;
	size_t i;

	for (i = 0; i + 1 < n; i++) {
		seen += bins[i].count;
		if (seen >= rank)
			break;
	}
	return i;
}

/* Where @part of the samples are below. */
static double interpolate(const struct hist_bin *bins, size_t n, double part)
{
	size_t i = find_rank(bins, n, part * (1 - 1e-12));
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
	double total = hist_count(bins, n), rank, v;
	size_t i;

	if (!n)
		return NAN;
	if (q <= 0)
		return bins[0].value;

	/* 0.999 x 100000 must not become rank 99901 by rounding. */
	rank = ceil(q * total * (1 - 1e-12));
	if (total - rank < QUANTILE_MIN_ABOVE)
		return NAN;

	i = find_rank(bins, n, rank);
	if (!(bins[i].spread > 0))
		return bins[i].value;
	v = interpolate(bins, n, q * total);
	if (q > 0.5 && v < hist_quantile(bins, n, 0.5) + 2 * bins[i].spread)
		return NAN;
	return v;
}

/**
 * hist_doubt() - how far the clock may have moved a quantile
 * @bins: the distribution, values ascending
 * @n: its length
 * @q: a quantile of it that hist_quantile() tells, above 0
 *
 * A clock that steps and the interpolation smear what is timed, by about a spread s
 * both ways. That moves a quantile by s^2 / 2 times the slope of the density by the
 * density, as far as calls differ by more than s. Both are measured, from the
 * quantiles half as far out on either side: where the density is even or symmetric, as
 * it is about the median of most calls, nothing moves. Of calls that differ by less
 * nothing but the smear is seen, and a tail may be as near as the median is.
 *
 * Return: the true quantile is within +- this, in the unit of the values; 0 where bins
 * have no spread.
 */
double hist_doubt(const struct hist_bin *bins, size_t n, double q)
{
	double total = hist_count(bins, n), out = fmin(q, 1 - q) / 2;
	double s, v, low, high, doubt;

	s = bins[find_rank(bins, n, q * total * (1 - 1e-12))].spread;
	if (!(s > 0))
		return 0;
	v = interpolate(bins, n, q * total);
	low = interpolate(bins, n, (q - out) * total);
	high = interpolate(bins, n, (q + out) * total);
	doubt = high > low ? 2 * s * s * fabs(high - v - (v - low)) /
				     ((high - low) * (high - low))
			   : s;
	return q > 0.5 ? fmin(doubt, v - interpolate(bins, n, total / 2)) : doubt;
}
