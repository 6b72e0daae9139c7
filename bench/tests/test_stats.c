// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/format.h"

static void median(void **state)
{
	double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 }, same[] = { 7, 7 };
	double huge[] = { 1.7e308, 1.7e308 };

	(void)state;
	assert_true(stats_median(odd, 3) == 2);
	assert_true(stats_median(even, 4) == 2.5);
	assert_true(stats_median(same, 2) == 7);
	assert_true(isfinite(stats_median(huge, 2)));
	assert_true(isnan(stats_median(NULL, 0)));
}

/* Between the steps of a clock of 10 ns, to the picosecond. */
static void quantile_is_interpolated(void **state)
{
	(void)state;
	for (int tenth = 0; tenth < 10; tenth++) {
		/* What takes 1400 ns and some tenths of a step. */
		const struct hist_bin alike[] = {
			{ 1400, 1000 * (10 - tenth), 10 },
			{ 1410, 1000 * tenth, 10 },
			{ 9000, 1e-9, 35 },
		};
		const struct hist_bin even[] = {
			{ 990, 1000, 10 },
			{ 1000, 1000 + 100 * tenth, 10 },
			{ 1010, 1000 + 100 * tenth, 10 },
			{ 1020, 1000, 10 },
		};

		assert_true(fabs(hist_quantile(alike, 3, 0.5) - 1400 - tenth) <=
			    1e-3);
		assert_true(hist_quantile(even, 4, 0.5) == 1005);
	}
	/* As many of a kind as there may be: not told apart by rounding. */
	for (int n = 200; n < 1000; n += 7) {
		const struct hist_bin same[] = { { 40, n, 10 } };

		assert_true(hist_quantile(same, 1, 0.5) == 40);
		assert_true(hist_quantile(same, 1, 0) == 40);
	}
}

/* A clock of 10 ns says nothing of tails of 10 ns. */
static void tails_need_two_steps(void **state)
{
	const struct hist_bin h[] = { { 1400, 80000, 10 },
				      { 1410, 18000, 10 },
				      { 1440, 1000, 10 },
				      { 2000, 1000, 10 } };

	(void)state;
	assert_true(isnan(hist_quantile(h, 4, 0.9)));
	assert_true(hist_quantile(h, 4, 0.98) > 1425);
	assert_true(hist_quantile(h, 4, 0.995) == 2000);
}

/* Bins of a clock of 10 ns, by how often each is read. */
static size_t read_by_tens(struct hist_bin *bins, double from,
			   const double *count, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		bins[i] = (struct hist_bin){ from + 10.0 * i, count[i], 10 };
	return nr;
}

static void doubt(void **state)
{
	static const double alike[] = { 8e4 },
			    even[] = { 1e4, 1e4, 1e4, 1e4, 1e4 };
	static const double near[] = { 8e4, 1.8e4, 0, 0, 1e3, 1e3 };
	struct hist_bin bins[200];
	double falling[200], v, d, last = INFINITY;
	size_t n;

	(void)state;
	/* Symmetric: the median is where it is. */
	n = read_by_tens(bins, 1400, alike, 1);
	assert_true(hist_doubt(bins, n, 0.5) < 0.01);
	n = read_by_tens(bins, 1400, even, 5);
	assert_true(hist_doubt(bins, n, 0.5) < 0.01);

	/* A tail is where the median is, or anywhere up to where it is seen. */
	n = read_by_tens(bins, 1400, near, 6);
	v = hist_quantile(bins, n, 0.98);
	d = hist_doubt(bins, n, 0.98);
	assert_true(d > 5 && d <= v - hist_quantile(bins, n, 0.5));

	/* Exponential: s^2 / 2 by how long calls last beyond it, everywhere. */
	for (double mean = 50; mean <= 200; mean *= 2) {
		for (size_t i = 0; i < 200; i++)
			falling[i] = 1e9 * exp(-10.0 * i / mean);
		n = read_by_tens(bins, 1400, falling, 200);
		d = hist_doubt(bins, n, 0.9);
		assert_true(fabs(d / (50 / mean) - 1) < 0.1);
		assert_true(fabs(hist_doubt(bins, n, 0.99) / d - 1) < 0.1);
		assert_true(d < last);
		last = d;
	}

	/* No step is known. */
	for (size_t i = 0; i < n; i++)
		bins[i].spread = 0;
	assert_true(hist_doubt(bins, n, 0.9) == 0);
}

/* A quantile in a bin without neighbours, of which the first 100 are below it. */
static void quantile_stays_in_its_bin(void **state)
{
	const struct hist_bin h[] = { { 100, 1000, 1 }, { 500, 1000, 1 } };

	(void)state;
	assert_true(hist_quantile(h, 2, 0.25) == 100);
	assert_true(hist_quantile(h, 2, 0.5) == 102);
	assert_true(hist_quantile(h, 2, 0.75) == 500);
}

/* Of 1000 samples of a skewed distribution, whose median is ln 2, 95 % hold it. */
static void interval_of_the_median(void **state)
{
	double v[200], low, high;
	unsigned int held = 0, seed = 1;

	for (int sample = 0; sample < 1000; sample++) {
		for (int i = 0; i < 200; i++)
			v[i] = -log((rand_r(&seed) + 1.0) / (RAND_MAX + 1.0));
		assert_true(stats_median_interval(v, 200, &low, &high));
		held += low <= log(2) && log(2) <= high;
	}
	assert_in_range(held, 940, 980);
	for (int i = 0; i < 200; i++)
		v[i] = 199 - i;
	assert_true(stats_median_interval(v, 200, &low, &high));
	assert_true(low == 85 && high == 114);
	assert_false(stats_median_interval(v, 5, &low, &high));
}

static void buckets(void **state)
{
	static struct hist h;
	static const uint64_t times[] = { 0,   1,    255,  256,	    511,
					  512, 1390, 1400, 1000003, UINT64_MAX };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		hist_add(&h, times[i]);
	/* A value of its own in each bucket is as it was. */
	for (unsigned int b = 0; b < HIST_BUCKETS; b++)
		if (h.count[b])
			assert_true(hist_mean(&h, b) == (double)times[n++]);
	assert_int_equal(n, sizeof(times) / sizeof(times[0]));
	/* 1390 is in the bucket of 1388 to 1391. */
	hist_add(&h, 1388);
	hist_add(&h, 1391);
	hist_add(&h, 1391);
	for (unsigned int b = 0; b < HIST_BUCKETS; b++)
		if (h.count[b] > 1)
			assert_true(hist_mean(&h, b) == 1390);

	/* The wider one of the step and half a bucket. */
	assert_true(hist_spread(300, 0.3) == 0.5);
	assert_true(hist_spread(1390, 0.3) == 2);
	assert_true(hist_spread(1390, 10) == 10);
	assert_true(hist_spread(1e6, 10) == 1024);
	assert_true(hist_spread(1390, 0) == 0);
	assert_true(hist_spread(1e300, 10) == 0);
	assert_true(hist_spread(-1, 10) == 0);
}

static void quantile_is_nearest_rank(void **state)
{
	/* 1000 samples: ranks 1..100, 101..500, 501..900, 901..1000. */
	const struct hist_bin h[] = {
		{ 10, 100, 0 }, { 20, 400, 0 }, { 30, 400, 0 }, { 40, 100, 0 }
	};

	(void)state;
	assert_true(hist_count(h, 4) == 1000);
	assert_true(hist_quantile(h, 4, 0) == 10);
	assert_true(hist_quantile(h, 4, 0.5) == 20);
	assert_true(hist_quantile(h, 4, 0.501) == 30);
	assert_true(hist_quantile(h, 4, 0.9) == 30);
}

/* 100 above it is enough, 99 is not: at the edge of every quantile shown. */
static void quantile_needs_a_hundred_above(void **state)
{
	static const struct {
		double q, samples;
	} edges[] = {
		{ 0.5, 200 }, { 0.9, 1000 }, { 0.99, 10000 }, { 0.999, 100000 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct hist_bin enough[] = { { 5, edges[i].samples, 0 } };
		struct hist_bin short_of[] = { { 5, edges[i].samples - 1, 0 } };

		assert_true(hist_quantile(enough, 1, edges[i].q) == 5);
		assert_true(isnan(hist_quantile(short_of, 1, edges[i].q)));
	}
	assert_true(isnan(hist_quantile(NULL, 0, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median),
		cmocka_unit_test(interval_of_the_median),
		cmocka_unit_test(buckets),
		cmocka_unit_test(quantile_is_interpolated),
		cmocka_unit_test(tails_need_two_steps),
		cmocka_unit_test(doubt),
		cmocka_unit_test(quantile_stays_in_its_bin),
		cmocka_unit_test(quantile_is_nearest_rank),
		cmocka_unit_test(quantile_needs_a_hundred_above),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
