// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is the method right as often as it says? Sessions of kernels that differ by a
 * known effect, or by none; simulate.c has the long form, against other methods, and
 * simulate_verdicts.c that of what is said of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "simulate_clock.h"
#include "simulate_verdicts.h"

static const struct sim_model full = { .blocks = 4,
				       .boots = 3,
				       .boot_sd = 0.005,
				       .sample_sd = 0.01 };

static void estimate(struct sim_rng *r, const struct sim_model *m,
		     struct stats_estimate *est)
{
	struct sim_session s;

	sim_session(r, m, &s);
	assert_int_equal(stats_estimate(s.boots, s.nr, est), 0);
}

/* 200 comparisons of a kernel with itself, as make aa would make them. */
static void same_kernel(void **state)
{
	struct sim_rng r = { 1 };
	unsigned int up = 0, down = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct stats_estimate est;

		estimate(&r, &full, &est);
		up += est.p <= STATS_ALPHA && est.shift > 0;
		down += est.p <= STATS_ALPHA && est.shift < 0;
	}
	print_message("A/A: %u of 200 significant, %u up, %u down\n", up + down,
		      up, down);
	assert_uint_in_range(up + down, 4, 17);
	assert_true(up && down);
}

/* The exact level of 4 blocks of 3 + 3 is 3.6 %; drift over blocks is no harm. */
static void false_positives(void **state)
{
	struct sim_model models[] = { full, full };

	(void)state;
	models[1].drift = 0.01;
	for (int m = 0; m < 2; m++) {
		struct sim_rng r = { 2 + m };
		unsigned int found = 0;

		for (int i = 0; i < 3000; i++) {
			struct stats_estimate est;

			estimate(&r, &models[m], &est);
			found += est.p <= STATS_ALPHA;
		}
		print_message("false positives, drift %g: %.2f %%\n",
			      models[m].drift, found / 30.0);
		assert_uint_in_range(found, 0.025 * 3000, 0.05 * 3000);
	}
}

static void coverage(void **state)
{
	static const struct {
		size_t blocks, boots;
	} designs[] = { { 4, 3 }, { 2, 3 }, { 1, 8 } };

	(void)state;
	for (int d = 0; d < 3; d++) {
		struct sim_rng r = { 10 + d };
		struct sim_model m = full;
		struct stats_estimate est;
		unsigned int c95 = 0, c90 = 0;

		m.blocks = designs[d].blocks;
		m.boots = designs[d].boots;
		m.effect = 0.02;
		for (int i = 0; i < 3000; i++) {
			estimate(&r, &m, &est);
			c95 += sim_holds(&est.ci95, m.effect);
			c90 += sim_holds(&est.ci90, m.effect);
		}
		print_message("%zu x %zu+%zu: 95 %% interval holds %.1f %% (says %.1f), 90 %% interval %.1f %% (says %.1f)\n",
			      m.blocks, m.boots, m.boots, c95 / 30.0,
			      100 * est.ci95.coverage, c90 / 30.0,
			      100 * est.ci90.coverage);
		assert_uint_in_range(c95, 0.93 * 3000, 0.97 * 3000);
		assert_true(fabs(c95 / 3000.0 - est.ci95.coverage) < 0.013);
		assert_true(fabs(c90 / 3000.0 - est.ci90.coverage) < 0.017);
	}
}

/*
 * Boots that differ by less than a clock can show, of calls that may do so, too. What
 * the interpolation cannot tell, which is tails within a few steps, widens intervals.
 */
static void coverage_of_quantiles(void **state)
{
	static const double steps_ns[] = { 1, 10, 40 };
	static const double spreads[] = { 0.001, 0.01, 0.1 };
	const struct sim_model m = { .blocks = 4, .boots = 3, .boot_sd = 0.001 };
	static struct sim_calls calls;
	struct sim_held all = { 0 };
	unsigned int found_out = 0;

	(void)state;
	for (int i = 0; i < 9; i++) {
		const struct sim_clock c = { .step_ns = steps_ns[i % 3],
					     .spread = spreads[i / 3],
					     .wider = 1 };
		struct sim_rng r = { 50 + i };
		struct sim_held held[SIM_QUANTILES] = { 0 };

		sim_draw_calls(&r, &c, &calls);
		for (int k = 0; k < 100; k++)
			sim_count_held(&r, &m, &c, &calls, held);
		for (int q = 0; q < SIM_QUANTILES; q++) {
			const struct sim_held *h = &held[q];

			if (!h->told)
				continue;
			print_message("p%g, clock %g ns, calls SD %g %%: 95 %% interval holds %.1f %%, %.1f %% if not wider by %.2f %%\n",
				      100 * sim_quantiles[q], c.step_ns,
				      100 * c.spread, 100.0 * h->c95 / h->told,
				      100.0 * h->bare / h->told,
				      100 * h->doubt / h->told);
			assert_true(h->c95 >= 0.91 * h->told);
			assert_true(h->c90 >= 0.86 * h->told);
			all.told += h->told;
			all.c95 += h->c95;
			found_out += h->bare < 0.75 * h->told;
			/* The median of what is symmetric is told, in a step, too. */
			assert_true(q || h->bare >= 0.91 * h->told);
			assert_true(q || h->doubt <= 0.002 * h->told);
		}
	}
	assert_true(all.c95 >= 0.95 * all.told);
	assert_true(found_out >= 2);
}

/* A shift as large as the minimal detectable effect, by what is said of it. */
static void power(void **state)
{
	/* clang-format off */
	static const struct sim_family families[] = {
		{ { .blocks = 4, .boots = 3, .boot_sd = 0.005 }, 1, 0, 0, stats_holm },
		{ { .blocks = 4, .boots = 3, .boot_sd = 0.005 }, 20, 0, 0, stats_holm },
		{ { .blocks = 4, .boots = 3, .boot_sd = 0.005 }, 20, 9, 0.05,
		  stats_benjamini_hochberg },
		{ { .blocks = 4, .boots = 3, .boot_sd = 0.001 }, 9, 0, 0, stats_holm },
		{ { .blocks = 1, .boots = 12, .boot_sd = 0.01 }, 9, 0, 0, stats_holm },
		{ { .blocks = 2, .boots = 3, .boot_sd = 0.005 }, 9, 0, 0, stats_holm },
		{ { .blocks = 1, .boots = 4, .boot_sd = 0.005 }, 1, 0, 0, stats_holm },
		{ { .blocks = 1, .boots = 6, .boot_sd = 0.005 }, 13, 0, 0, stats_holm },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct sim_family f = families[i];
		struct sim_power p;

		f.model.sample_sd = 2 * f.model.boot_sd;
		p = sim_power(20 + i, &f, 600);
		print_message("%zu x %zu+%zu, %zu rows: MDE %.2f %%, found %.1f %%\n",
			      f.model.blocks, f.model.boots, f.model.boots,
			      f.rows, 100 * expm1(p.mde), p.found);
		/* Of so few, one in twenty is off by more than 3.3 %. */
		assert_true(p.found >= 76 && p.found <= 84);
	}
}

/*
 * The same of layouts, in pairs: also where one in twenty is five times as far off, of
 * which the SD makes an MDE that is too large by a third. Not where twelve have to agree,
 * all of them, as nine rows want it: there one that is far off hides a change, which so
 * few layouts do not tell.
 */
static void power_of_layouts(void **state)
{
	/* clang-format off */
	static const struct {
		size_t layouts, rows;
		double outliers;
	} plans[] = {
		{ 12, 1, 0 }, { 12, 6, 0 }, { 12, 9, 0 }, { 32, 1, 0 }, { 32, 6, 0 },
		{ 12, 1, 0.05 }, { 12, 6, 0.05 }, { 32, 1, 0.05 }, { 32, 6, 0.05 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		const struct sim_family f = {
			.model = { .blocks = plans[i].layouts,
				   .boots = 1,
				   .boot_sd = 0.01,
				   .sample_sd = 0.002,
				   .outliers = plans[i].outliers,
				   .layouts = true },
			.rows = plans[i].rows,
			.adjust = stats_holm,
		};
		struct sim_power p = sim_power(70 + i, &f, 600);

		print_message("%zu pairs of layouts, %zu rows, %g %% outliers: MDE %.2f %%, found %.1f %%\n",
			      plans[i].layouts, f.rows, 100 * plans[i].outliers,
			      100 * expm1(p.mde), p.found);
		assert_true(p.found >= 76 && p.found <= 84);
	}
}

/* No p of two blocks is small enough for twenty rows, and of one boot each for any. */
static void nothing_to_find(void **state)
{
	struct sim_rng r = { 25 };
	struct sim_family f = { .model = full, .rows = 20, .adjust = stats_holm };
	struct sim_said said;

	(void)state;
	f.model.blocks = 2;
	f.model.effect = 0.5;
	for (int i = 0; i < 50; i++) {
		said = sim_judge(&r, &f);
		assert_int_equal(sim_mde(&f, &said).is, STATS_MDE_UNATTAINABLE);
		assert_int_equal(said.verdict, STATS_INCONCLUSIVE);
	}
	f.model.blocks = f.model.boots = 1;
	said = sim_judge(&r, &f);
	assert_int_equal(sim_mde(&f, &said).is, STATS_MDE_UNKNOWN);
}

/* What is as large as delta is said to be smaller in 5 % of rows, at most. */
static void too_small_to_matter(void **state)
{
	static const double sds[] = { 0.0005, 0.002, 0.005 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct sim_family f = { .model = full,
					.rows = 1,
					.adjust = stats_holm };
		struct sim_small at, none;

		f.model.boot_sd = f.model.sample_sd = sds[i];
		none = sim_small(50 + i, &f, 500);
		f.model.effect = (i % 2 ? -1 : 1) * log1p(SIM_DELTA);
		at = sim_small(60 + i, &f, 2000);
		print_message("SD %g %%: TRIVIAL %.1f %%, EQUIVALENT %.1f %% at delta; EQUIVALENT %.1f %% of what is equal\n",
			      100 * sds[i], at.trivial, at.equivalent,
			      none.equivalent);
		assert_true(at.trivial + at.equivalent <= 6);
		assert_true(at.trivial + at.equivalent >= 1);
		assert_true(none.equivalent >= 90);
	}
}

/* The simulation has teeth: what is known to be wrong is seen to be. */
static void wrong_ways_are_found_out(void **state)
{
	struct sim_rng r = { 30 };
	struct sim_model in_order = full;
	unsigned int pooled = 0, drifted = 0;

	(void)state;
	in_order.blocks = 1;
	in_order.boots = 12;
	in_order.base_first = true;
	in_order.drift = 0.01;
	for (int i = 0; i < 300; i++) {
		struct sim_session s;
		struct stats_estimate est;

		sim_session(&r, &full, &s);
		pooled += sim_pooled_p(&s, 1) <= STATS_ALPHA;
		estimate(&r, &in_order, &est);
		drifted += est.p <= STATS_ALPHA;
	}
	print_message("false positives: %.0f %% of samples as units, %.0f %% of all BASE before all NEW\n",
		      pooled / 3.0, drifted / 3.0);
	assert_uint_in_range(pooled, 0.3 * 300, 300);
	assert_uint_in_range(drifted, 0.5 * 300, 300);
}

/* What stats_changes() promises of histories without any. */
static void quiet_histories(void **state)
{
	static const size_t lengths[] = { 6, 8, 9, 10, 20, 50, 100 };
	struct sim_rng r = { 40 };

	(void)state;
	for (int l = 0; l < 7; l++) {
		unsigned int found = 0;

		for (int i = 0; i < 1000; i++) {
			struct stats_change *changes;
			double v[100];
			size_t nr;

			for (size_t k = 0; k < lengths[l]; k++)
				v[k] = exp(sim_normal(&r));
			assert_int_equal(stats_changes(v, lengths[l], &changes,
						       &nr),
					 0);
			found += nr > 0;
			free(changes);
		}
		print_message("histories of %zu: %.1f %% with a change\n",
			      lengths[l], found / 10.0);
		assert_uint_in_range(found, 0, 50);
	}
}

/* A step of 8 % in the middle of histories whose boots differ by 1 %. */
static void steps_in_histories(void **state)
{
	struct sim_rng r = { 60 };

	(void)state;
	for (size_t nr = STATS_SERIES_MIN; nr <= 20; nr += 2) {
		unsigned int found = 0;

		for (int i = 0; i < 300; i++) {
			struct stats_change *changes;
			double v[20];
			size_t n;

			for (size_t k = 0; k < nr; k++)
				v[k] = exp(0.01 * sim_normal(&r) +
					   0.08 * (2 * k >= nr));
			assert_int_equal(stats_changes(v, nr, &changes, &n), 0);
			found += n > 0;
			free(changes);
		}
		print_message("a step of 8 %% in the middle of %zu: found %.1f %%\n",
			      nr, found / 3.0);
		assert_uint_in_range(found, 0.95 * 300, 300);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_kernel),
		cmocka_unit_test(false_positives),
		cmocka_unit_test(coverage),
		cmocka_unit_test(coverage_of_quantiles),
		cmocka_unit_test(power),
		cmocka_unit_test(power_of_layouts),
		cmocka_unit_test(nothing_to_find),
		cmocka_unit_test(too_small_to_matter),
		cmocka_unit_test(wrong_ways_are_found_out),
		cmocka_unit_test(quiet_histories),
		cmocka_unit_test(steps_in_histories),
	};

	return cmocka_run_group_tests_name("stats_simulate", tests, NULL, NULL);
}
