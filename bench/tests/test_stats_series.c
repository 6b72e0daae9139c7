// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"
#include "cmocka_names.h"
#include "simulate.h"

#define BATCHES 10000
#define TOLERANCE 0.01

static double v[BATCHES];

static struct stats_steady steady(size_t nr)
{
	struct batches b = { 0 };
	struct stats_steady s;

	batches_judge(&b, v, nr, TOLERANCE);
	s = b.steady;
	batches_free(&b);
	assert_true(isfinite(s.before) && isfinite(s.after));
	assert_true(isfinite(s.lag1) && s.lag1 >= -1 && s.lag1 <= 1);
	assert_true(s.p >= 0 && s.p <= 1);
	assert_true(s.independent >= 0 && s.independent <= nr);
	return s;
}

static void noise(struct sim_rng *r, size_t nr, double sd)
{
	for (size_t i = 0; i < nr; i++)
		v[i] = 100 + sd * sim_normal(r);
}

/* What a boot is allowed to look like. */
static void steady_batches(void **state)
{
	static const size_t lengths[] = { 30, 100, 1000, BATCHES };
	struct sim_rng r = { 1 };

	(void)state;
	for (size_t l = 0; l < ARRAY_SIZE(lengths); l++) {
		size_t nr = lengths[l];
		double last = 0;

		noise(&r, nr, 3);
		assert_int_equal(steady(nr).is, STATS_STEADY);

		/* Outliers stay. */
		for (size_t i = 0; i < nr; i += 1 + sim_below(&r, 40))
			v[i] *= 50;
		assert_int_equal(steady(nr).is, STATS_STEADY);

		/* A clock with coarse ticks. */
		noise(&r, nr, 3);
		for (size_t i = 0; i < nr; i++)
			v[i] = 10 * round(v[i] / 10);
		assert_int_equal(steady(nr).is, STATS_STEADY);

		/* A shift that does not matter, however certain it is. */
		noise(&r, nr, 0.01);
		for (size_t i = nr / 2; i < nr; i++)
			v[i] += 0.9;
		assert_int_equal(steady(nr).is, STATS_STEADY);

		for (size_t i = 0; i < nr; i++)
			v[i] = i ? 64 : 900;
		assert_int_equal(steady(nr).is, STATS_STEADY);

		/* Neighbours that are alike, but many. */
		for (size_t i = 0; nr >= 1000 && i < nr; i++) {
			last = 0.8 * last + sim_normal(&r);
			v[i] = 100 + last;
		}
		assert_int_equal(steady(nr).is, STATS_STEADY);
	}
	for (size_t i = 0; i < 1000; i++)
		v[i] = 0;
	assert_int_equal(steady(1000).is, STATS_STEADY);
	assert_true(steady(1000).p == 1);
}

static void false_alarms_are_rare(void **state)
{
	struct sim_rng r = { 2 };
	unsigned int alarms = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		noise(&r, 60, 20);
		alarms += steady(60).is != STATS_STEADY;
	}
	assert_uint_in_range(alarms, 0, 10);
}

static void shifted_batches(void **state)
{
	struct sim_rng r = { 3 };
	struct stats_steady s;

	(void)state;
	noise(&r, 1000, 1);
	for (size_t i = 400; i < 1000; i++)
		v[i] += 5;
	s = steady(1000);
	assert_int_equal(s.is, STATS_SHIFTED);
	assert_uint_in_range(s.at, 397, 403);
	assert_true(fabs(s.before - 100) < 0.3 && fabs(s.after - 105) < 0.3);
	assert_true(fabs(s.lag1) < 0.1); /* the shift is none of it */

	/* A drift, and a warm-up that was not discarded. */
	noise(&r, BATCHES, 1);
	for (size_t i = 0; i < BATCHES; i++)
		v[i] += 4.0 * i / BATCHES;
	assert_int_equal(steady(BATCHES).is, STATS_SHIFTED);
	noise(&r, BATCHES, 1);
	for (size_t i = 0; i < BATCHES / 10; i++)
		v[i] *= 2;
	s = steady(BATCHES);
	assert_int_equal(s.is, STATS_SHIFTED);
	assert_uint_in_range(s.at, BATCHES / 10 - 10, BATCHES / 10 + 10);

	/* From nothing to something: no value to take a part of. */
	for (size_t i = 0; i < 100; i++)
		v[i] = i >= 50;
	s = steady(100);
	assert_int_equal(s.is, STATS_SHIFTED);
	assert_int_equal(s.at, 50);
}

static void wandering_batches(void **state)
{
	struct sim_rng r = { 4 };
	double level = 0;

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		level += sim_normal(&r);
		v[i] = 300 + level;
	}
	assert_true(steady(2000).lag1 > 0.98);
	assert_int_equal(steady(2000).is, STATS_WANDERING);

	/* The same within the tolerance is no harm. */
	for (size_t i = 0; i < 2000; i++)
		v[i] = 1000 + (v[i] - 300) / 100;
	assert_int_equal(steady(2000).is, STATS_STEADY);
}

/* Pettitt's statistic as it is defined, pair by pair. */
static void as_pettitt_defines_it(void **state)
{
	struct sim_rng r = { 5 };

	(void)state;
	for (int n = 0; n < 50; n++) {
		size_t nr = 30 + sim_below(&r, 40), at = 1;
		long most = 0;

		for (size_t i = 0; i < nr; i++)
			v[i] = round(4 * sim_normal(&r));
		for (size_t t = 1; t < nr; t++) {
			long sum = 0;

			for (size_t i = 0; i < t; i++) {
				for (size_t k = t; k < nr; k++)
					sum += (v[i] < v[k]) - (v[i] > v[k]);
			}
			if (labs(sum) > most) {
				most = labs(sum);
				at = t;
			}
		}
		assert_int_equal(steady(nr).at, at);
	}
}

/* Most are 0: the ranks of the others are few, and stand out the more. */
static void tied_batches(void **state)
{
	struct stats_steady s;

	(void)state;
	for (size_t i = 0; i < 200; i++)
		v[i] = i >= 100 && i % 5 == 0;
	s = steady(200);
	assert_true(s.p < 1e-3);
	assert_uint_in_range(s.at, 100, 101);
	assert_int_equal(s.is, STATS_STEADY); /* the medians are equal */
}

static void few_batches(void **state)
{
	(void)state;
	noise(&(struct sim_rng){ 6 }, 100, 1);
	assert_int_equal(steady(1).is, STATS_TOO_SHORT);
	assert_int_equal(steady(29).is, STATS_TOO_SHORT);
	assert_int_equal(steady(30).is, STATS_STEADY);
	for (int i = STATS_STEADY; i <= STATS_WANDERING; i++)
		assert_non_null(stats_steadiness_name(i));
}

static struct stats_change *changes(size_t nr, size_t *n)
{
	struct stats_change *c;

	assert_int_equal(stats_changes(v, nr, &c, n), 0);
	assert_true(!c == !*n);
	return c;
}

static void history_with_changes(void **state)
{
	struct sim_rng r = { 7 };
	struct stats_change *c, *d;
	size_t n;

	(void)state;
	noise(&r, 120, 1);
	for (size_t i = 40; i < 120; i++)
		v[i] += i < 90 ? 5 : -4;
	c = changes(120, &n);
	assert_int_equal(n, 2);
	assert_uint_in_range(c[0].at, 39, 41);
	assert_uint_in_range(c[1].at, 89, 91);
	assert_true(fabs(c[0].before - 100) < 0.6);
	assert_true(fabs(c[0].after - 105) < 0.6 && c[0].after == c[1].before);
	assert_true(fabs(c[1].after - 96) < 0.6);

	/* Only the order of points matters. */
	for (size_t i = 0; i < 120; i++)
		v[i] = exp(v[i]);
	d = changes(120, &n);
	assert_int_equal(n, 2);
	assert_true(d[0].at == c[0].at && d[1].at == c[1].at);
	free(c);
	free(d);

	/* The last three of twenty, far off: the soonest that it is said. */
	noise(&r, 20, 1);
	for (size_t i = 17; i < 20; i++)
		v[i] += 50;
	c = changes(20, &n);
	assert_int_equal(n, 1);
	assert_int_equal(c[0].at, 17);
	free(c);

	/* Two are not a segment, wherever they are. */
	noise(&r, 200, 1);
	v[198] = v[199] = 150;
	c = changes(200, &n);
	assert_true(!n || c[n - 1].at <= 200 - STATS_SEGMENT_MIN);
	free(c);
}

/* Counts: few values, and the same changes with the sign turned. */
static void tied_history(void **state)
{
	struct sim_rng r = { 10 };
	unsigned int found = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct stats_change *c, *d;
		size_t n, m;

		for (size_t k = 0; k < 100; k++)
			v[k] = sim_uniform(&r) < (k < 70 ? 0.05 : 0.4);
		c = changes(100, &n);
		for (size_t k = 0; k < 100; k++)
			v[k] = -v[k];
		d = changes(100, &m);
		assert_int_equal(n, m);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(c[k].at, d[k].at);
		found += n > 0;
		free(c);
		free(d);
	}
	assert_uint_in_range(found, 20, 100);
}

static void history_without_changes(void **state)
{
	struct sim_rng r = { 8 };
	size_t n;

	(void)state;
	noise(&r, 200, 1);
	v[50] = 1e6;
	v[120] = -1e6;
	assert_null(changes(200, &n));
	for (size_t i = 0; i < 200; i++)
		v[i] = 3;
	assert_null(changes(200, &n));
	v[199] = 4;
	assert_null(changes(200, &n));
	for (size_t nr = 0; nr < STATS_SERIES_MIN; nr++) {
		for (size_t i = 0; i < nr; i++)
			v[i] = i;
		assert_null(changes(nr, &n));
	}
}

/* A clean step, with four or more on both sides. */
static void short_history(void **state)
{
	(void)state;
	for (size_t nr = 8; nr < 20; nr++) {
		for (size_t at = 4; at + 4 <= nr; at++) {
			struct sim_rng r = { 100 * nr + at };
			struct stats_change *c;
			size_t n;

			noise(&r, nr, 1);
			for (size_t i = at; i < nr; i++)
				v[i] *= at % 2 ? 1.08 : 0.92;
			c = changes(nr, &n);
			assert_int_equal(n, 1);
			/* Of 11, three splits cost about the same. */
			if (nr < 10)
				assert_int_equal(c[0].at, at);
			assert_uint_in_range(c[0].at, at - 2, at + 2);
			assert_true(fabs(c[0].before - 100) < 2);
			assert_true(fabs(c[0].after - c[0].before) > 5);
			free(c);

			/* One that is on the wrong side, and it is none. */
			if (nr < 10) {
				v[at / 2] = v[nr - 1];
				assert_null(changes(nr, &n));
			}
		}
	}
}

static void bad_history(void **state)
{
	struct stats_change *c;
	size_t n;

	(void)state;
	noise(&(struct sim_rng){ 9 }, STATS_SERIES_MAX + 1, 1);
	free(changes(STATS_SERIES_MAX, &n));
	assert_int_equal(stats_changes(v, STATS_SERIES_MAX + 1, &c, &n), -E2BIG);
	v[3] = NAN;
	assert_int_equal(stats_changes(v, 100, &c, &n), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_batches),
		cmocka_unit_test(false_alarms_are_rare),
		cmocka_unit_test(shifted_batches),
		cmocka_unit_test(wandering_batches),
		cmocka_unit_test(as_pettitt_defines_it),
		cmocka_unit_test(tied_batches),
		cmocka_unit_test(few_batches),
		cmocka_unit_test(history_with_changes),
		cmocka_unit_test(tied_history),
		cmocka_unit_test(history_without_changes),
		cmocka_unit_test(short_history),
		cmocka_unit_test(bad_history),
	};

	return cmocka_run_group_tests_name("stats_series", tests, NULL, NULL);
}
