// SPDX-License-Identifier: GPL-2.0-or-later
/* What batches come to in linear time, against what sorting says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"
#include "stats/stats.h"

#define MOST 20000

static double *sorted_copy(const double *v, size_t nr)
{
	double *copy = xcalloc(nr, sizeof(*copy));

	memcpy(copy, v, nr * sizeof(*v));
	qsort(copy, nr, sizeof(*copy), cmp_doubles);
	return copy;
}

static double median_by_sorting(const double *v, size_t nr)
{
	double *copy = sorted_copy(v, nr), median = stats_median(copy, nr);

	free(copy);
	return median;
}

struct ranked {
	double value;
	size_t at;
};

static int cmp_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->value != y->value)
		return (x->value > y->value) - (x->value < y->value);
	return (x->at > y->at) - (x->at < y->at);
}

/*
 * Twice the rank of each number, less that of the middle: whole, and 0 on
 * average. Tied ones share theirs. Return: sum of their squares, 0 if all are
 * equal.
 */
static double centred_ranks(const double *v, size_t nr, double *rank)
{
	struct ranked *r = xcalloc(nr, sizeof(*r));
	double squares = 0;

	for (size_t i = 0; i < nr; i++)
		r[i] = (struct ranked){ v[i], i };
	qsort(r, nr, sizeof(*r), cmp_ranked);
	for (size_t i = 0; i < nr;) {
		size_t end = i;
		double shared;

		while (end < nr && r[end].value == r[i].value)
			end++;
		shared = (double)i + end - nr;
		squares += shared * shared * (end - i);
		for (; i < end; i++)
			rank[r[i].at] = shared;
	}
	free(r);
	return squares;
}

/* The split at which the ranks before and after differ most: Pettitt's. */
static size_t likeliest_split(const double *rank, size_t nr, double *largest)
{
	double sum = 0;
	size_t at = 1;

	*largest = 0;
	for (size_t i = 1; i < nr; i++) {
		sum += rank[i - 1];
		if (fabs(sum) > *largest) {
			*largest = fabs(sum);
			at = i;
		}
	}
	return at;
}

/* Neighbours, each against the mean rank of its side of the split. */
static double lag1_of(const double *rank, size_t nr, size_t at)
{
	double mean[2] = { 0 }, products = 0, squares = 0, last = 0;

	for (size_t i = 0; i < nr; i++)
		mean[i >= at] += rank[i];
	mean[0] /= at;
	mean[1] /= nr - at;
	for (size_t i = 0; i < nr; i++) {
		double off = rank[i] - mean[i >= at];

		products += off * last;
		squares += off * off;
		last = off;
	}
	return squares > 0 ? products / squares : 0;
}

/* Steadiness as batches_judge() defines it, by sorting. */
static struct stats_steady steady_by_sorting(const double *v, size_t nr)
{
	struct stats_steady s = { .is = STATS_TOO_SHORT,
				  .p = 1,
				  .independent = nr };
	double *rank, *sorted, squares, farthest;

	if (nr < STATS_STEADY_MIN)
		return s;
	rank = xcalloc(nr, sizeof(*rank));
	sorted = sorted_copy(v, nr);
	squares = centred_ranks(v, nr, rank);
	s.at = likeliest_split(rank, nr, &farthest);
	s.before = median_by_sorting(v, s.at);
	s.after = median_by_sorting(v + s.at, nr - s.at);
	s.lag1 = lag1_of(rank, nr, s.at);
	stats_steady_conclude(&s, nr, farthest, squares,
			      (double[]){ sorted[nr / 4],
					  sorted[nr - 1 - nr / 4] },
			      0.01);
	free(sorted);
	free(rank);
	return s;
}

static void assert_close(double a, double b)
{
	if (!(fabs(a - b) <= 1e-9 * fmax(1, fabs(a))))
		fail_msg("%.17g is not %.17g", a, b);
}

/* What is rounded is close by, and in the same order. */
static void check_rounding(const struct batches *b, const double *v, size_t nr)
{
	double scale = 0;

	for (size_t i = 0; i < nr; i++)
		scale = fmax(scale, fabs(v[i]));
	for (size_t i = 0; i < nr; i++) {
		double r = batches_rounded(b, i);
		size_t j = i ? i - 1 : 0;

		/* Beyond some power of what is typical, all are the same. */
		if (fabs(r) > fabs(v[i]) ||
		    (scale < 1e300 && fabs(v[i] - r) > scale / 1024))
			fail_msg("%.17g is not %.17g", r, v[i]);
		assert_true(v[i] <= v[j] ? r <= batches_rounded(b, j)
					 : r >= batches_rounded(b, j));
	}
}

static void check_steadiness(const struct batches *b, size_t nr)
{
	double *rounded = xcalloc(nr, sizeof(*rounded));
	const struct stats_steady *fast = &b->steady;
	struct stats_steady slow;

	for (size_t i = 0; i < nr; i++)
		rounded[i] = batches_rounded(b, i);
	slow = steady_by_sorting(rounded, nr);
	assert_int_equal(fast->is, slow.is);
	assert_int_equal(fast->at, slow.at);
	assert_true(fast->before == slow.before);
	assert_true(fast->after == slow.after);
	assert_close(fast->p, slow.p);
	assert_close(fast->lag1, slow.lag1);
	assert_close(fast->independent, slow.independent);
	free(rounded);
}

/* The median to the digit, and steadiness of what is rounded. */
static void check_batches(struct batches *b, const double *v, size_t nr)
{
	double median;

	batches_judge(b, v, nr, 0.01);
	median = nr % 2 ? b->high : b->low / 2 + b->high / 2;
	assert_true(median == median_by_sorting(v, nr));
	check_rounding(b, v, nr);
	check_steadiness(b, nr);
}

static double uniform(void)
{
	return drand48() - 0.5;
}

/* What batches can look like, and what they should not. */
static double next_number(int kind, double scale, size_t i, size_t nr,
			  double before)
{
	switch (kind) {
	case 0:
		return floor(scale * uniform());
	case 1:
		return scale * uniform();
	case 2: /* latencies, with tails on either side */
		return floor(1e5 + 1e3 * uniform()) *
		       (drand48() < 0.02 ? 20 * drand48() : 1);
	case 3:
		return scale;
	case 4:
		return floor(100 * uniform()) / 4;
	case 5:
		return i > nr / 2 ? 1 : 2;
	case 6: /* each follows the one before */
		return floor((i ? before : 1000) + 10 * uniform());
	case 7: /* both zeros, and a few far off */
		return (drand48() < 0.5 ? -0.0 : 0.0) +
		       floor(4 * drand48()) / 8 + 1e9 * (drand48() < 0.05);
	case 8: /* slowly upwards */
		return floor(1e5 + 1e3 * uniform() + (double)i);
	case 9: /* closer to each other than levels are */
		return 1e5 + uniform() * (i % 2 ? 1e-9 : 50);
	case 10: /* nearly always none */
		return drand48() < 0.05 ? floor(5 * drand48()) : 0;
	default: /* as large as can be among small ones */
		return drand48() < 0.5 ? uniform() : 1e308 * uniform();
	}
}

static void batches_are_judged_as_if_sorted(void **state)
{
	double *v = xcalloc(MOST, sizeof(*v));
	struct batches b = { 0 };

	(void)state;
	srand48(1);
	for (int round = 0; round < 1800; round++) {
		size_t nr = 1 + (size_t)lrand48() % (round % 50 ? 200 : MOST);
		double scale = pow(10, drand48() * 12 - 3);
		int kind = round % 12;

		for (size_t i = 0; i < nr; i++)
			v[i] = next_number(kind, scale, i, nr, i ? v[i - 1] : 0);
		check_batches(&b, v, nr);
	}
	batches_free(&b);
	free(v);
}

static void one_batch_is_its_median(void **state)
{
	static const double one[] = { 0,      -0.0,	-1,	0.5,	  1e300,
				      5e-324, 1.79e308, 128000, -1.79e308 };
	struct batches b = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(one); i++) {
		batches_judge(&b, &one[i], 1, 0.01);
		assert_true(b.low == one[i] && b.high == one[i]);
		assert_int_equal(b.steady.is, STATS_TOO_SHORT);
	}
	batches_free(&b);
}

/* From one end of what a double holds to the other: no more than the median. */
static void extremes_have_a_median(void **state)
{
	double v[2000];
	struct batches b = { 0 };

	(void)state;
	srand48(2);
	for (int round = 0; round < 200; round++) {
		size_t nr = 1 + (size_t)lrand48() % ARRAY_SIZE(v);

		for (size_t i = 0; i < nr; i++)
			v[i] = ldexp(uniform(),
				     (int)(drand48() * 2090) - 1070 + round % 7);
		batches_judge(&b, v, nr, 0.01);
		assert_true((nr % 2 ? b.high : b.low / 2 + b.high / 2) ==
			    median_by_sorting(v, nr));
	}
	batches_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_are_judged_as_if_sorted),
		cmocka_unit_test(one_batch_is_its_median),
		cmocka_unit_test(extremes_have_a_median),
	};

	return cmocka_run_group_tests_name("batches", tests, NULL, NULL);
}
