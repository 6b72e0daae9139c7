// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "stats/stats.h"

/* A boot has many rows and a session many boots: false alarms are to be rare. */
#define STEADY_ALPHA 0.001
/* Fewer independent batches than this make no median. */
#define INDEPENDENT_MIN 20
/* Standard deviations of an autocorrelation that is none. */
#define LAG1_SIGMAS 3.3

/* Kolmogorov's limit: that a Brownian bridge is ever farther from 0 than x. */
static double bridge_beyond(double x)
{
	double sum = 0;

	if (x < 0.2)
		return 1;
	for (int k = 1; k <= 50; k++) {
		double term = exp(-2.0 * k * k * x * x);

		sum += k % 2 ? term : -term;
		if (term < 1e-17)
			break;
	}
	return fmin(1, fmax(0, 2 * sum));
}

static double *sorted_copy(const double *v, size_t nr)
{
	double *copy = xcalloc(nr, sizeof(*copy));

	memcpy(copy, v, nr * sizeof(*v));
	stats_median(copy, nr); /* sorts it */
	return copy;
}

static double median_of(const double *v, size_t nr)
{
	double *sorted = sorted_copy(v, nr);
	double m = stats_median(sorted, nr);

	free(sorted);
	return m;
}

/* By how much two values differ, as a part of the larger one. */
static double apart(double a, double b)
{
	return a == b ? 0 : fabs(a - b) / fmax(fabs(a), fabs(b));
}

/**
 * stats_steady_conclude() - what follows of sums over ranks
 * @s: @at, @before, @after and @lag1 are set, @step is 0; the rest is set
 *	here. Of two kinds of unsteadiness it is the one that says less about the boot
 * @nr: batches
 * @farthest: largest excursion of the sum of the ranks from 0
 * @squares: of the ranks, 0 if all batches are equal
 * @quartile: the lower and the upper one of the batches
 * @tolerance: as batches_judge() has it
 */
void stats_steady_conclude(struct stats_steady *s, size_t nr, double farthest,
			   double squares, const double quartile[2],
			   double tolerance)
{
	double inflation = s->lag1 > 0 ? (1 + s->lag1) / (1 - s->lag1) : 1;

	double step = apart(s->before, s->after);
	double range = apart(quartile[0], quartile[1]);

	s->independent = nr / inflation;
	s->p = squares > 0 ? bridge_beyond(farthest / sqrt(squares * inflation))
			   : 1;
	s->is = STATS_STEADY;
	if (s->p <= STEADY_ALPHA && step >= tolerance && step > 0) {
		s->is = STATS_SHIFTED;
		s->step = step;
	}
	if (s->independent < INDEPENDENT_MIN && s->lag1 > LAG1_SIGMAS / sqrt(nr) &&
	    range >= tolerance && range > s->step) {
		s->is = STATS_WANDERING;
		s->step = range;
	}
}

/**
 * stats_steadiness_name() - as it is printed
 * @s: steadiness
 */
const char *stats_steadiness_name(enum stats_steadiness s)
{
	static const char *const names[] = {
		[STATS_STEADY] = "steady",
		[STATS_TOO_SHORT] = "too few batches to tell",
		[STATS_SHIFTED] = "level shifts",
		[STATS_WANDERING] = "level wanders",
	};

	return names[s];
}

/*
 * A history seen at some of its quantiles: how many of the first points are below
 * each, counted twice, and once where they are equal to it.
 */
struct quantiles {
	size_t nr;
	size_t nr_points;
	uint32_t *below; /* [points seen x nr + quantile] */
	double *x_log_x; /* of 0 to 2 x points */
};

static void quantiles_build(struct quantiles *q, const double *points, size_t nr)
{
	double *sorted = sorted_copy(points, nr);

	q->nr_points = nr;
	q->nr = ceil(4 * log(nr));
	q->below = xcalloc((nr + 1) * q->nr, sizeof(*q->below));
	q->x_log_x = xcalloc(2 * nr + 1, sizeof(*q->x_log_x));
	for (size_t i = 1; i <= 2 * nr; i++)
		q->x_log_x[i] = i * log(i);

	for (size_t k = 0; k < q->nr; k++) {
		double tail = 1 - (2 * k + 1.0) / q->nr;
		double part = 1 / (1 + exp(log(2 * nr - 1) * tail));
		double at = sorted[lround((nr - 1) * part)];
		uint32_t *below = q->below + k;

		for (size_t i = 0; i < nr; i++)
			below[(i + 1) * q->nr] = below[i * q->nr] +
						 (points[i] < at) +
						 (points[i] <= at);
	}
	free(sorted);
}

static void quantiles_free(struct quantiles *q)
{
	free(q->below);
	free(q->x_log_x);
}

/*
 * What it costs to take the points from a segment as alike: their distribution
 * at each quantile is binomial, and this is minus its log-likelihood.
 */
static double segment_cost(const struct quantiles *q, size_t from, size_t to)
{
	const uint32_t *a = q->below + from * q->nr;
	const uint32_t *b = q->below + to * q->nr;
	size_t twice = 2 * (to - from);
	double sum = q->nr * q->x_log_x[twice];

	for (size_t k = 0; k < q->nr; k++) {
		size_t below = b[k] - a[k];

		sum -= q->x_log_x[below] + q->x_log_x[twice - below];
	}
	return sum * log(2 * q->nr_points - 1) / q->nr;
}

/* By how much all points before one differ from all others; not above 0 if they do not. */
static double gap_at(const double *points, size_t nr, size_t at)
{
	double low[2] = { INFINITY, INFINITY },
	       high[2] = { -INFINITY, -INFINITY };

	for (size_t i = 0; i < nr; i++) {
		low[i >= at] = fmin(low[i >= at], points[i]);
		high[i >= at] = fmax(high[i >= at], points[i]);
	}
	return fmax(low[1] - high[0], low[0] - high[1]);
}

/* The split of a few points that parts them best, 0 for none. */
static size_t split_of_few(const double *points, size_t nr)
{
	double widest = 0;
	size_t split = 0;

	for (size_t at = STATS_SEGMENT_MIN_FEW;
	     at + STATS_SEGMENT_MIN_FEW <= nr; at++) {
		double gap = gap_at(points, nr, at);

		if (gap > widest) {
			widest = gap;
			split = at;
		}
	}
	return split;
}

/**
 * stats_changes() - where a history changes; advice, never a gate
 * @points: a number a session, in order, in any unit
 * @nr: how many
 * @changes: result, in order, to be given to free(); NULL if there are none
 * @nr_changes: length of @changes
 *
 * The segments of least total cost, each change costing 8 + 3 ln n: optimal
 * partitioning (Jackson et al. 2005) of the nonparametric likelihood of Zou et al.
 * (2014) at 4 ln n quantiles (Haynes, Fearnhead and Eckley 2017). Only the order
 * of points matters, so what a history without changes costs does not depend on
 * their distribution: with this price at most 5 % of such histories, of 10 to 500
 * independent points, have a change found in them. Points that depend on each
 * other have more. No segment has fewer than %STATS_SEGMENT_MIN points; one outlier
 * is no change, but the last two points of 200 are, with the one before them, if
 * both are far off. Quadratic, bounded by %STATS_SERIES_MAX points: 0.2 s.
 *
 * Of fewer than %STATS_SERIES_FEW points a cost says little. They change once, where
 * all points before, four or more, are below all others, also four or more, or above
 * them: by chance so are 2 of 70 histories of 8 points, and 3 % of those of 9. Fewer
 * than %STATS_SERIES_MIN points never change.
 *
 * Return: 0; -EINVAL when a point is not finite; -E2BIG when there are too many.
 */
int stats_changes(const double *points, size_t nr,
		  struct stats_change **changes, size_t *nr_changes)
{
	const size_t min = STATS_SEGMENT_MIN;
	struct stats_change *found = NULL;
	bool few = nr < STATS_SERIES_FEW;
	struct quantiles q;
	double price, *cost;
	size_t *start, n = 0;

	if (nr > STATS_SERIES_MAX)
		return -E2BIG;
	for (size_t i = 0; i < nr; i++) {
		if (!isfinite(points[i]))
			return -EINVAL;
	}
	*changes = NULL;
	*nr_changes = 0;
	if (nr < STATS_SERIES_MIN)
		return 0;

	/* Of the points before each: least cost, and where its last segment starts. */
	price = 8 + 3 * log(nr);
	cost = xcalloc(nr + 1, sizeof(*cost));
	start = xcalloc(nr + 1, sizeof(*start));
	quantiles_build(&q, points, nr);
	if (few)
		start[nr] = split_of_few(points, nr);
	for (size_t end = min; end <= nr && !few; end++) {
		cost[end] = segment_cost(&q, 0, end);
		for (size_t from = min; from + min <= end; from++) {
			double c = cost[from] + price +
				   segment_cost(&q, from, end);

			if (c < cost[end]) {
				cost[end] = c;
				start[end] = from;
			}
		}
	}

	for (size_t at = start[nr]; at; at = start[at])
		n++;
	if (n)
		found = xcalloc(n, sizeof(*found));
	*changes = found;
	*nr_changes = n;
	for (size_t at = start[nr], end = nr; at; end = at, at = start[at]) {
		found[--n].at = at;
		found[n].before = median_of(points + start[at], at - start[at]);
		found[n].after = median_of(points + at, end - at);
	}

	quantiles_free(&q);
	free(cost);
	free(start);
	return 0;
}
