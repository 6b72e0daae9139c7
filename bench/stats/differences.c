// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NEW - BASE of all pairs of boots within blocks, by rank. There are as many as boots
 * squared; but those of a block are a matrix whose rows and columns are sorted, so that
 * those up to some value are counted in one walk along its stairs (as Johnson and
 * Mizoguchi 1978 do), and the one of a rank is found by halving what it can be.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "boots.h"

/* How far quartiles of normal numbers are apart, in standard deviations. */
#define QUARTILES_OF_NORMAL 1.349
/* So few are sorted, all or what is left of them. */
#define SORTED_MAX STATS_EXACT_PAIRS
#define LEFT_MAX 1024
/* Halving by value is fast where values are dense; by bits it always ends. */
#define STEPS_BY_VALUE 32

/* A block as two arrays, both ascending. */
struct stairs {
	const double *new;
	const double *base;
	size_t nr_new;
	size_t nr_base;
};

static struct stairs stairs_of(const struct differences *d, size_t block,
			       size_t *at)
{
	const size_t *nr = d->s->blocks[block].nr;
	const double *v = d->values + *at;

	*at += nr[STATS_NEW] + nr[STATS_BASE];
	return (struct stairs){ v, v + nr[STATS_NEW], nr[STATS_NEW],
				nr[STATS_BASE] };
}

/* For each block in turn; @at is where its values begin. */
#define for_each_stairs(st, d)                          \
	for (size_t block_ = 0, at_ = 0;                \
	     block_ < (d)->s->nr_blocks &&              \
	     ((st) = stairs_of(d, block_, &at_), true); \
	     block_++)

static void take_values(struct differences *d)
{
	const struct strata *s = d->s;
	size_t at = 0;

	d->values = xcalloc(s->nr[STATS_BASE] + s->nr[STATS_NEW],
			    sizeof(*d->values));
	for (size_t b = 0; b < s->nr_blocks; b++) {
		const struct stratum *block = &s->blocks[b];
		size_t next[STATS_ARMS] = {
			[STATS_NEW] = at,
			[STATS_BASE] = at + block->nr[STATS_NEW],
		};

		for (size_t i = 0; i < stratum_size(block); i++)
			d->values[next[block->boots[i].arm]++] =
				block->boots[i].value;
		at += stratum_size(block);
	}
}

static void sort_all(struct differences *d)
{
	struct stairs st;
	size_t nr = 0;

	d->sorted = xcalloc(d->pairs, sizeof(*d->sorted));
	for_each_stairs(st, d) for (size_t i = 0; i < st.nr_new;
				    i++) for (size_t k = 0; k < st.nr_base; k++)
		d->sorted[nr++] = st.new[i] - st.base[k];
	qsort(d->sorted, nr, sizeof(*d->sorted), cmp_doubles);
}

/**
 * differences_init() - NEW - BASE of all pairs within blocks
 * @d: to be given to differences_free()
 * @s: boots, which stay as they are until then
 */
void differences_init(struct differences *d, const struct strata *s)
{
	*d = (struct differences){ .pairs = s->pairs, .s = s };
	take_values(d);
	if (d->pairs <= SORTED_MAX)
		sort_all(d);
}

void differences_free(struct differences *d)
{
	free(d->sorted);
	free(d->values);
}

/* The stairs go up: what is above @v in one row is above it in the next. */
static size_t count_upto(const struct differences *d, double v)
{
	struct stairs st;
	size_t nr = 0;

	for_each_stairs(st, d)
	{
		size_t above = 0;

		for (size_t i = 0; i < st.nr_new; i++) {
			while (above < st.nr_base &&
			       st.new[i] - st.base[above] > v)
				above++;
			nr += st.nr_base - above;
		}
	}
	return nr;
}

/* Those above @low, up to @high, ascending. */
static size_t gather(const struct differences *d, double low, double high,
		     double *to)
{
	struct stairs st;
	size_t nr = 0;

	for_each_stairs(st, d)
	{
		size_t above = 0;

		for (size_t i = 0; i < st.nr_new; i++) {
			while (above < st.nr_base &&
			       st.new[i] - st.base[above] > high)
				above++;
			for (size_t k = above;
			     k < st.nr_base && st.new[i] - st.base[k] > low; k++)
				to[nr++] = st.new[i] - st.base[k];
		}
	}
	qsort(to, nr, sizeof(*to), cmp_doubles);
	return nr;
}

/* Finite doubles as integers in the same order. */
static int64_t order_of(double v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double of_order(int64_t bits)
{
	double v;

	if (bits < 0)
		bits = INT64_MIN - bits;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* Something between two, @high where there is nothing. */
static double middle(double low, double high, unsigned int step)
{
	double v = low / 2 + high / 2;

	if (step < STEPS_BY_VALUE && v > low && v < high)
		return v;
	v = of_order(order_of(low) / 2 + order_of(high) / 2);
	return v > low && v < high ? v : high;
}

static double least(const struct differences *d)
{
	struct stairs st;
	double v = INFINITY;

	for_each_stairs(st, d) v = fmin(v, st.new[0] - st.base[st.nr_base - 1]);
	return v;
}

static double largest(const struct differences *d)
{
	struct stairs st;
	double v = -INFINITY;

	for_each_stairs(st, d) v = fmax(v, st.new[st.nr_new - 1] - st.base[0]);
	return v;
}

/* It is above @low and up to @high, as are @upto less @below of them. */
static double find_rank(const struct differences *d, size_t k)
{
	double low = nextafter(least(d), -INFINITY), high = largest(d);
	size_t below = 0, upto = d->pairs;
	double left[LEFT_MAX];

	for (unsigned int step = 0; upto - below > LEFT_MAX; step++) {
		double mid = middle(low, high, step);
		size_t nr;

		if (mid == high)
			return high + 0.0;
		nr = count_upto(d, mid);
		if (nr > k) {
			high = mid;
			upto = nr;
		} else {
			low = mid;
			below = nr;
		}
	}
	gather(d, low, high, left);
	return left[k - below];
}

/**
 * difference_at() - the difference of a rank
 * @d: differences, finite
 * @k: rank from 0, the least one, to @d->pairs - 1
 *
 * Return: the same double that sorting all of them would have there.
 */
double difference_at(const struct differences *d, size_t k)
{
	if (d->sorted)
		return d->sorted[k];
	if (!k)
		return least(d);
	if (k == d->pairs - 1)
		return largest(d);
	return find_rank(d, k);
}

/** differences_median() - the median of the differences */
double differences_median(const struct differences *d)
{
	return difference_at(d, (d->pairs - 1) / 2) / 2 +
	       difference_at(d, d->pairs / 2) / 2;
}

/* A difference that is further off than this counts as if it were there. */
static double most_off(double quartile, double other)
{
	return 3 * (other - quartile) / QUARTILES_OF_NORMAL;
}

/**
 * stats_spread() - standard deviation of a boot, but for those unlike the others
 * @d: NEW - BASE of all pairs, ascending
 * @nr: length of @d
 *
 * Of normal boots it is the standard deviation. A difference that is further from the
 * median than three of what the quartiles say counts as if it were there (Winsor): of
 * boots that are unlike the others the test sees which side they are on, and no more.
 */
double stats_spread(const double *d, size_t nr)
{
	double median = d[(nr - 1) / 2] / 2 + d[nr / 2] / 2, squares = 0;
	double most = most_off(d[nr / 4], d[nr - 1 - nr / 4]);

	for (size_t i = 0; i < nr; i++) {
		double off = fmin(fabs(d[i] - median), most);

		squares += off * off;
	}
	return sqrt(squares / nr / 2);
}

/* Sums of the first so many of BASE, and of their squares, both less @origin. */
struct sums {
	long double sum;
	long double squares;
};

static void sum_up(const struct stairs *st, double origin, struct sums *sums)
{
	sums[0] = (struct sums){ 0 };
	for (size_t i = 0; i < st->nr_base; i++) {
		long double off = (long double)st->base[i] - origin;

		sums[i + 1].sum = sums[i].sum + off;
		sums[i + 1].squares = sums[i].squares + off * off;
	}
}

/* Of one block, what stats_spread() adds up; @sums has room. */
static long double squares_of(const struct stairs *st, double median,
			      double most, struct sums *sums)
{
	double origin = st->base[st->nr_base / 2];
	long double squares = 0, far = (long double)most * most;
	size_t high = 0, low = 0;

	sum_up(st, origin, sums);
	for (size_t i = 0; i < st->nr_new; i++) {
		long double from = (long double)st->new[i] - origin - median;
		size_t nr;

		/* From @high on not too far above the median, up to @low not below. */
		while (high < st->nr_base &&
		       st->new[i] - st->base[high] - median >= most)
			high++;
		while (low < st->nr_base &&
		       st->new[i] - st->base[low] - median > -most)
			low++;
		nr = low > high ? low - high : 0;
		squares += far * (st->nr_base - nr);
		if (nr)
			squares += nr * from * from -
				   2 * from * (sums[low].sum - sums[high].sum) +
				   (sums[low].squares - sums[high].squares);
	}
	return squares;
}

/** differences_spread() - stats_spread() of the differences */
double differences_spread(const struct differences *d)
{
	double median, most;
	long double squares = 0;
	struct sums *sums;
	struct stairs st;

	if (d->sorted)
		return stats_spread(d->sorted, d->pairs);
	median = differences_median(d);
	most = most_off(difference_at(d, d->pairs / 4),
			difference_at(d, d->pairs - 1 - d->pairs / 4));
	if (!(most > 0))
		return 0;
	sums = xcalloc(d->s->nr[STATS_BASE] + 1, sizeof(*sums));
	for_each_stairs(st, d) squares += squares_of(&st, median, most, sums);
	free(sums);
	return sqrt(fmax(0, (double)(squares / d->pairs / 2)));
}
