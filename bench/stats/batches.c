// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A session has two hundred million batches, and whether they are steady is a
 * matter of their ranks: to sort them takes a minute. But what differs by less
 * than a thousandth is the same for that purpose. So batches are rounded to
 * levels that are so far apart, of which there are few, and how many are below
 * each is counted. The median itself is not rounded: all in its level are looked
 * at.
 *
 * A test makes sure that what is said here is what sorting the rounded batches says.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "stats/stats.h"

/* Levels between a number and twice as much, as a power of two. */
#define LEVEL_BITS 10

/* Levels on either side of 0: beyond them, all numbers are the same. */
#define LEVELS (64 << LEVEL_BITS)

/* Levels are even around 0: up to this part of what is typical. */
#define EVEN_PART 64

/* Numbers that say what is typical. */
#define SAMPLES 31

/* As few can as well be sorted; others are put into bins. */
#define FEW 16
#define BINS 256

#define MANTISSA_BITS 52

/**
 * struct tables - by level, from the lowest possible one on
 * @count: batches in it
 * @before: those of them before the split
 * @rank: of each: twice the rank, less that of the middle
 */
struct tables {
	uint32_t count[2 * LEVELS];
	uint32_t before[2 * LEVELS];
	int32_t rank[2 * LEVELS];
};

/**
 * struct split - batches, taken apart where their ranks differ most
 * @at: first one of the second side
 * @sum: of the ranks of the first side; that of the second is -@sum
 * @squares: of all ranks
 * @products: of all neighbours
 * @first: rank of the first batch
 * @last: of the last one
 */
struct split {
	size_t at;
	int64_t sum;
	int64_t squares;
	int64_t products;
	int32_t first;
	int32_t last;
};

struct pair {
	double low;
	double high;
};

static void make_room(struct batches *b, size_t nr)
{
	if (!b->tables)
		b->tables = xcalloc(1, sizeof(*b->tables));
	if (nr <= b->room)
		return;
	b->level = xreallocarray(b->level, nr, sizeof(*b->level));
	b->chosen = xreallocarray(b->chosen, nr, sizeof(*b->chosen));
	b->room = nr;
}

/* A power of two that is a small part of most of the numbers. */
static double choose_offset(const double *v, size_t nr)
{
	double sample[SAMPLES + 1], typical, most = 0;
	size_t step = nr / SAMPLES + 1, n = 0;

	for (size_t i = 0; i < nr; i += step)
		sample[n++] = fabs(v[i]);
	for (size_t i = 0; i < n; i++)
		most = fmax(most, sample[i]);
	typical = stats_median(sample, n);
	if (!(typical > 0))
		typical = most > 0 ? most : 1;
	/* Such that neither it nor its levels are too small for a double. */
	return ldexp(1, ilogb(fmax(typical, 1e-280)) - ilogb(EVEN_PART));
}

/* The numbers of IEEE 754, in order; with fewer of their digits, they are rounded. */
static int64_t digits_of(double v)
{
	int64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits >> (MANTISSA_BITS - LEVEL_BITS);
}

/*
 * Levels are as far apart as the digits are that are left of a number, but for
 * small ones: the offset makes these larger.
 */
static int32_t level_of(const struct batches *b, double v)
{
	int64_t level = digits_of(fabs(v) + b->offset) - b->origin;

	if (level >= LEVELS)
		level = LEVELS - 1;
	return (int32_t)(v < 0 ? -level : level);
}

static double level_value(const struct batches *b, int32_t level)
{
	int64_t bits = (b->origin + (level < 0 ? -level : level))
		       << (MANTISSA_BITS - LEVEL_BITS);
	double v;

	memcpy(&v, &bits, sizeof(v));
	v -= b->offset;
	return level < 0 ? -v : v;
}

/* As level_of(), of numbers that are not negative. False: these are not so. */
static bool find_plain_levels(struct batches *b)
{
	int32_t lowest = LEVELS, highest = -LEVELS;

	for (size_t i = 0; i < b->nr; i++) {
		int32_t level =
			(int32_t)(digits_of(b->v[i] + b->offset) - b->origin);

		b->level[i] = level;
		lowest = level < lowest ? level : lowest;
		highest = level > highest ? level : highest;
	}
	b->lowest = lowest;
	b->highest = highest;
	return lowest >= 0 && highest < LEVELS;
}

static void find_levels(struct batches *b)
{
	int32_t lowest = LEVELS, highest = -LEVELS;

	b->offset = choose_offset(b->v, b->nr);
	b->origin = digits_of(b->offset);
	if (find_plain_levels(b))
		return;
	for (size_t i = 0; i < b->nr; i++) {
		int32_t level = level_of(b, b->v[i]);

		b->level[i] = level;
		lowest = level < lowest ? level : lowest;
		highest = level > highest ? level : highest;
	}
	b->lowest = lowest;
	b->highest = highest;
}

/* In turn by two counters: those that follow each other are often the same. */
static void count_levels(struct batches *b)
{
	uint32_t *count = b->tables->count + LEVELS;
	uint32_t *other = b->tables->before + LEVELS;
	size_t i;

	for (i = 0; i + 1 < b->nr; i += 2) {
		count[b->level[i]]++;
		other[b->level[i + 1]]++;
	}
	if (i < b->nr)
		count[b->level[i]]++;
	for (int32_t level = b->lowest; level <= b->highest; level++) {
		count[level] += other[level];
		other[level] = 0;
	}
}

static void clear_levels(struct batches *b)
{
	size_t bytes = ((size_t)(b->highest - b->lowest) + 1) * sizeof(uint32_t);

	memset(b->tables->count + LEVELS + b->lowest, 0, bytes);
	memset(b->tables->before + LEVELS + b->lowest, 0, bytes);
}

/* Where numbers are between the lowest and the highest: in bins of equal width. */
struct bins {
	double low;
	double high;
	double scale; /* infinite if there is hardly anything between them */
	size_t count[BINS];
};

static size_t bin_of(const struct bins *bins, double v)
{
	/* Halves, as the difference may be too large for a double. */
	return (size_t)((v / 2 - bins->low / 2) * bins->scale);
}

static void fill_bins(struct bins *bins, const double *v, size_t nr)
{
	double low = v[0], high = v[0];

	for (size_t i = 0; i < nr; i++) {
		low = v[i] < low ? v[i] : low;
		high = v[i] > high ? v[i] : high;
	}
	*bins = (struct bins){
		.low = low,
		.high = high,
		.scale = (BINS - 1) / (high / 2 - low / 2),
	};
	if (isfinite(bins->scale))
		for (size_t i = 0; i < nr; i++)
			bins->count[bin_of(bins, v[i])]++;
}

/* The highest of the numbers in a bin, and the lowest of those above it. */
static struct pair pair_around(const struct bins *bins, const double *v,
			       size_t nr, size_t bin)
{
	struct pair p = { -INFINITY, INFINITY };

	for (size_t i = 0; i < nr; i++) {
		size_t this = bin_of(bins, v[i]);

		if (this == bin)
			p.low = fmax(p.low, v[i]);
		else if (this > bin)
			p.high = fmin(p.high, v[i]);
	}
	return p;
}

/*
 * Numbers @first and @first + @more in ascending order, from 0 on, @more being 0
 * or 1. Keeps those in the same bin as they, until these are few.
 */
static struct pair select_pair(double *v, size_t nr, size_t first, size_t more)
{
	struct bins bins;

	while (nr > FEW) {
		size_t bin = 0, n = 0;

		fill_bins(&bins, v, nr);
		if (bins.low == bins.high)
			return (struct pair){ v[0], v[0] };
		if (!isfinite(bins.scale))
			break;
		while (first >= bins.count[bin])
			first -= bins.count[bin++];
		if (first + more >= bins.count[bin])
			return pair_around(&bins, v, nr, bin);
		for (size_t i = 0; i < nr; i++) {
			v[n] = v[i];
			n += bin_of(&bins, v[i]) == bin;
		}
		nr = n;
	}
	qsort(v, nr, sizeof(*v), cmp_doubles);
	return (struct pair){ v[first], v[first + more] };
}

/* The two in the middle, or twice the one: not rounded. */
static struct pair find_middle(const struct batches *b)
{
	const uint32_t *count = b->tables->count + LEVELS;
	size_t first = (b->nr - 1) / 2, more = 1 - b->nr % 2, nr = 0;
	int32_t level = b->lowest, next;

	for (; first >= count[level]; level++)
		first -= count[level];
	next = level;
	while (first + more >= count[level] && (next == level || !count[next]))
		next++;
	for (size_t i = 0; i < b->nr; i++) {
		b->chosen[nr] = b->v[i];
		nr += b->level[i] >= level && b->level[i] <= next;
	}
	return select_pair(b->chosen, nr, first, more);
}

static void rank_levels(struct batches *b)
{
	const uint32_t *count = b->tables->count + LEVELS;
	int32_t *rank = b->tables->rank + LEVELS, twice = -(int32_t)b->nr;

	for (int32_t level = b->lowest; level <= b->highest; level++) {
		rank[level] = twice + (int32_t)count[level];
		twice += 2 * (int32_t)count[level];
	}
}

/* Pettitt's: where the sum of the ranks so far is farthest from 0. */
static struct split likeliest_split(const struct batches *b)
{
	const int32_t *rank = b->tables->rank + LEVELS;
	struct split s = { .at = 1, .first = rank[b->level[0]] };
	int64_t last = s.first, sum = last, far, farthest = 0;

	s.squares = last * last;
	for (size_t i = 1; i < b->nr; i++) {
		int64_t this = rank[b->level[i]];

		far = sum < 0 ? -sum : sum;
		if (far > farthest) {
			farthest = far;
			s.at = i;
			s.sum = sum;
		}
		sum += this;
		s.squares += this * this;
		s.products += this * last;
		last = this;
	}
	s.last = (int32_t)last;
	return s;
}

/*
 * Autocorrelation of neighbours, each against the mean rank of its side, from
 * the sums over both. Each rank but the first and the last is in two products.
 */
static double lag1_of(const struct batches *b, const struct split *s)
{
	const int32_t *rank = b->tables->rank + LEVELS;
	double nr_a = s->at, nr_b = b->nr - s->at, sum = s->sum;
	double mean_a = sum / nr_a, mean_b = -sum / nr_b;
	double last_a = rank[b->level[s->at - 1]];
	double first_b = rank[b->level[s->at]];
	double by_a = 2 * sum - s->first - last_a + first_b;
	double by_b = -2 * sum - s->last - first_b + last_a;
	double squares = s->squares - mean_a * sum + mean_b * sum;
	double products = s->products - mean_a * by_a - mean_b * by_b +
			  mean_a * mean_a * (nr_a - 1) + mean_a * mean_b +
			  mean_b * mean_b * (nr_b - 1);

	/* What rounding leaves of nothing. */
	if (squares < 1e-9 * s->squares)
		return 0;
	return products / squares;
}

/* The @nth lowest batch of one side, from 0 on, rounded. */
static double nth_of_side(const struct batches *b, bool after, size_t nth)
{
	const uint32_t *count = b->tables->count + LEVELS;
	const uint32_t *before = b->tables->before + LEVELS;
	int32_t level = b->lowest;

	for (;; level++) {
		size_t n = after ? count[level] - before[level] : before[level];

		if (nth < n)
			return level_value(b, level);
		nth -= n;
	}
}

static double median_of_side(const struct batches *b, bool after, size_t nr)
{
	double high = nth_of_side(b, after, nr / 2);

	if (nr % 2)
		return high;
	return nth_of_side(b, after, nr / 2 - 1) / 2 + high / 2;
}

static void find_medians_of_sides(struct batches *b, size_t split)
{
	uint32_t *before = b->tables->before + LEVELS;

	for (size_t i = 0; i < split; i++)
		before[b->level[i]]++;
	b->steady.before = median_of_side(b, false, split);
	b->steady.after = median_of_side(b, true, b->nr - split);
}

/* The @nth lowest of all batches, from 0 on, rounded. */
static double nth_level(const struct batches *b, size_t nth)
{
	const uint32_t *count = b->tables->count + LEVELS;
	int32_t level = b->lowest;

	for (; nth >= count[level]; level++)
		nth -= count[level];
	return level_value(b, level);
}

static void judge_steadiness(struct batches *b, double tolerance)
{
	struct stats_steady *s = &b->steady;
	size_t quarter = b->nr / 4;
	struct split split;

	*s = (struct stats_steady){
		.is = STATS_TOO_SHORT,
		.p = 1,
		.independent = b->nr,
	};
	if (b->nr < STATS_STEADY_MIN)
		return;

	rank_levels(b);
	split = likeliest_split(b);
	s->at = split.at;
	find_medians_of_sides(b, split.at);
	if (split.squares)
		s->lag1 = lag1_of(b, &split);
	stats_steady_conclude(s, b->nr, fabs((double)split.sum), split.squares,
			      (double[]){ nth_level(b, quarter),
					  nth_level(b, b->nr - 1 - quarter) },
			      tolerance);
}

/**
 * batches_judge() - what one number stands for batches, and whether it does
 * @b: zeroed, or what an earlier call left; to be given to batches_free()
 * @v: batches, in the order they were run; finite
 * @nr: how many, 1 to %BATCHES_MAX
 * @tolerance: a change that does not matter, as a part of the value; more than
 *	the thousandth to which steadiness is rounded
 *
 * A shift is the largest excursion of the sum of ranks (Pettitt 1979), against
 * Kolmogorov's distribution at 0.1 %, which is conservative for few batches. It
 * is scaled for ties, and by the autocorrelation that is left without it, so that
 * batches that follow each other are not taken for a shift. It counts only if the
 * medians before and after differ by the tolerance: of thousands of batches,
 * every warm machine has a significant one.
 *
 * Autocorrelation itself does no harm, since boots are what is compared; but with
 * (1 - r) / (1 + r) x batches below 20 the median of a boot is an accident. It is
 * of ranks: one interrupt does not hide it. It counts only if it is significant
 * and the quartiles are apart by the tolerance.
 *
 * Nothing is trimmed.
 */
void batches_judge(struct batches *b, const double *v, size_t nr, double tolerance)
{
	struct pair middle;

	make_room(b, nr);
	b->v = v;
	b->nr = nr;
	find_levels(b);
	count_levels(b);
	middle = find_middle(b);
	b->low = middle.low;
	b->high = middle.high;
	judge_steadiness(b, tolerance);
	clear_levels(b);
}

/**
 * batches_rounded() - a batch as it is seen when steadiness is judged
 * @b: what batches_judge() left
 * @i: which
 */
double batches_rounded(const struct batches *b, size_t i)
{
	return level_value(b, b->level[i]);
}

/**
 * batches_free() - give back what batches_judge() needed
 * @b: zeroed, or what batches_judge() left; usable again
 */
void batches_free(struct batches *b)
{
	free(b->tables);
	free(b->level);
	free(b->chosen);
	*b = (struct batches){ 0 };
}
