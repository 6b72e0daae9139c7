// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stats/stats.h"

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

static void quantile_is_nearest_rank(void **state)
{
	/* 1000 samples: ranks 1..100, 101..500, 501..900, 901..1000. */
	const struct hist_bin h[] = {
		{ 10, 100 }, { 20, 400 }, { 30, 400 }, { 40, 100 }
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
		struct hist_bin enough[] = { { 5, edges[i].samples } };
		struct hist_bin short_of[] = { { 5, edges[i].samples - 1 } };

		assert_true(hist_quantile(enough, 1, edges[i].q) == 5);
		assert_true(isnan(hist_quantile(short_of, 1, edges[i].q)));
	}
	assert_true(isnan(hist_quantile(NULL, 0, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median),
		cmocka_unit_test(quantile_is_nearest_rank),
		cmocka_unit_test(quantile_needs_a_hundred_above),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
