// SPDX-License-Identifier: GPL-2.0-or-later
/* What has to hold of any comparison; test_stats_golden.c has numbers. */
#include <errno.h>
#include <float.h>
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
#include "stats/boots.h"

#define BOOTS_MAX 48

/* Up to 5 blocks of up to 4 + 4 boots, often tied, sometimes of one arm only. */
static size_t any_boots(struct sim_rng *r, struct stats_boot *boots)
{
	size_t nr = 0, blocks = 1 + sim_below(r, 5);
	double step = sim_below(r, 2) ? 1 : 1e-3;
	double level = sim_below(r, 4) ? 100 : 1;
	double effect = 2 * sim_normal(r);

	for (size_t b = 0; b < blocks; b++) {
		for (int arm = 0; arm < STATS_ARMS; arm++) {
			size_t n = sim_below(r, 5);

			if (!b && !n)
				n = 1;
			for (; n; n--) {
				double v = sim_normal(r);

				boots[nr].arm = arm;
				boots[nr].block = 7 - 3 * (int64_t)b;
				v += level + (arm ? effect : 0);
				boots[nr++].value = round(v / step) * step;
			}
		}
	}
	return nr;
}

static void assert_same_bits(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static bool sane_interval(const struct stats_interval *ci, double level)
{
	if (!ci->known)
		return !ci->lower && !ci->upper && !ci->coverage;
	return isfinite(ci->lower) && isfinite(ci->upper) &&
	       ci->lower <= ci->upper && ci->coverage >= level - 1e-9 &&
	       ci->coverage <= 1;
}

static void assert_sane(const struct stats_estimate *e)
{
	const struct stats_t *t = &e->block_t;

	assert_true(isfinite(e->shift) && isfinite(e->ratio));
	assert_true(e->scale == STATS_RATIO ? e->ratio > 0 : !e->ratio);
	assert_true(isfinite(e->median[0]) && isfinite(e->median[1]));
	assert_true(e->p >= 0 && e->p <= 1);
	assert_true(e->p_min >= 0 && e->p_min <= 1);
	assert_true(sane_interval(&e->ci95, 0.95));
	assert_true(sane_interval(&e->ci90, 0.90));
	assert_true(e->ci90.known || !e->ci95.known);
	assert_true(isfinite(e->sd) && e->sd >= 0 && (e->sd_known || !e->sd));
	assert_true(isfinite(e->se) && e->se >= 0 && (e->sd_known || !e->se));
	assert_true(e->sd_known ? e->df > 0 : !e->df);
	if (t->known)
		assert_true(isfinite(t->shift) && t->se > 0 && isfinite(t->t) &&
			    t->df > 0 && t->p >= 0 && t->p <= 1);
	else
		assert_true(!t->shift && !t->se && !t->t && !t->df && !t->p);
}

/* Bit by bit, but for padding. */
static void assert_same(const struct stats_estimate *a,
			const struct stats_estimate *b)
{
	assert_int_equal(a->scale, b->scale);
	assert_int_equal(a->unused, b->unused);
	assert_int_equal(a->blocks, b->blocks);
	assert_int_equal(a->pairs, b->pairs);
	assert_memory_equal(a->boots, b->boots, sizeof(a->boots));
	assert_memory_equal(a->median, b->median, sizeof(a->median));
	assert_same_bits(a->shift, b->shift);
	assert_same_bits(a->ratio, b->ratio);
	assert_same_bits(a->p, b->p);
	assert_same_bits(a->ci95.lower, b->ci95.lower);
	assert_same_bits(a->ci95.upper, b->ci95.upper);
	assert_same_bits(a->ci90.lower, b->ci90.lower);
	assert_same_bits(a->ci90.upper, b->ci90.upper);
	assert_same_bits(a->block_t.p, b->block_t.p);
	assert_same_bits(a->sd, b->sd);
	assert_same_bits(a->se, b->se);
}

static void assert_mirrored_interval(const struct stats_interval *a,
				     const struct stats_interval *b)
{
	assert_int_equal(a->known, b->known);
	assert_true(a->lower == -b->upper && a->upper == -b->lower);
	assert_same_bits(a->coverage, b->coverage);
}

static enum stats_verdict mirror(enum stats_verdict v)
{
	return v == STATS_REGRESSED  ? STATS_IMPROVED
	       : v == STATS_IMPROVED ? STATS_REGRESSED
				     : v;
}

static void swapping_the_kernels_mirrors(void **state)
{
	struct sim_rng r = { 1 };
	unsigned int seen[STATS_VERDICTS] = { 0 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct stats_boot boots[BOOTS_MAX];
		struct stats_estimate a, b;
		size_t nr = any_boots(&r, boots);

		if (stats_estimate(boots, nr, &a))
			continue;
		for (size_t k = 0; k < nr; k++)
			boots[k].arm = boots[k].arm == STATS_BASE ? STATS_NEW
								  : STATS_BASE;
		assert_int_equal(stats_estimate(boots, nr, &b), 0);
		assert_sane(&a);
		assert_true(a.shift == -b.shift);
		assert_same_bits(a.p, b.p);
		assert_same_bits(a.p_min, b.p_min);
		assert_same_bits(a.sd, b.sd);
		assert_same_bits(a.se, b.se);
		assert_same_bits(a.block_t.p, b.block_t.p);
		assert_true(a.block_t.shift == -b.block_t.shift);
		assert_mirrored_interval(&a.ci95, &b.ci95);
		assert_mirrored_interval(&a.ci90, &b.ci90);
		if (a.scale == STATS_RATIO)
			assert_true(fabs(a.ratio * b.ratio - 1) <= 1e-15);

		for (int d = 0; d < 3; d++) {
			static const double deltas[] = { 0, 0.01, 0.1 };
			enum stats_verdict v = stats_verdict(&a, STATS_ALPHA,
							     deltas[d],
							     BETTER_LOWER);

			seen[v]++;
			assert_int_equal(stats_verdict(&b, STATS_ALPHA,
						       deltas[d], BETTER_LOWER),
					 mirror(v));
			assert_int_equal(stats_verdict(&a, STATS_ALPHA,
						       deltas[d], BETTER_HIGHER),
					 mirror(v));
		}
	}
	assert_true(seen[STATS_REGRESSED] && seen[STATS_IMPROVED]);
	assert_true(seen[STATS_TRIVIAL] && seen[STATS_EQUIVALENT]);
	assert_true(seen[STATS_INCONCLUSIVE]);
}

static void order_is_irrelevant(void **state)
{
	struct sim_rng r = { 2 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct stats_boot boots[BOOTS_MAX];
		struct stats_estimate a, b;
		size_t nr = any_boots(&r, boots);

		if (stats_estimate(boots, nr, &a))
			continue;
		for (size_t k = nr; k > 1; k--) {
			size_t other = sim_below(&r, k);
			struct stats_boot boot = boots[other];

			boots[other] = boots[k - 1];
			boots[k - 1] = boot;
		}
		assert_int_equal(stats_estimate(boots, nr, &b), 0);
		assert_same(&a, &b);
	}
}

static void against_itself(void **state)
{
	struct sim_rng r = { 3 };

	(void)state;
	for (int i = 0; i < 500; i++) {
		struct stats_boot boots[2 * BOOTS_MAX];
		struct stats_estimate est;
		size_t nr = any_boots(&r, boots);

		for (size_t k = 0; k < nr; k++) {
			boots[k].arm = STATS_BASE;
			boots[nr + k] = boots[k];
			boots[nr + k].arm = STATS_NEW;
		}
		assert_int_equal(stats_estimate(boots, 2 * nr, &est), 0);
		assert_true(est.shift == 0 && est.p == 1);
		assert_true(est.scale == STATS_DIFFERENCE || est.ratio == 1);
		assert_true(!est.ci95.known || est.ci95.lower == -est.ci95.upper);
	}
}

/* What is said of a row that is tested alone. */
static void assert_mde(const struct stats_estimate *est,
		       const struct stats_boot *boots, size_t nr, int is)
{
	static const struct stats_aim aim = { STATS_ALPHA, 0.01, STATS_POWER, 0,
					      false };
	double attained = stats_attained(boots, nr, STATS_ALPHA);
	struct stats_mde mde = stats_mde(boots, nr, est, &aim);

	assert_true(attained <= STATS_ALPHA);
	assert_int_equal(attained > 0, est->p_min <= STATS_ALPHA);
	assert_int_equal(mde.is, is);
	/* What is smaller does not matter, and is not said to be a change. */
	assert_true(is == STATS_MDE_KNOWN ? mde.shift >= log1p(0.01) || est->sd
					  : !mde.shift);
}

/* All boots of an arm at one value: exact counts are like that. */
static void constant_boots(void **state)
{
	struct stats_boot boots[8];
	struct stats_estimate est;

	(void)state;
	for (int new = 0; new < 3; new ++) {
		for (int i = 0; i < 8; i++)
			boots[i] =
				(struct stats_boot){ i % 2, 0, i % 2 ? new : 1 };
		assert_int_equal(stats_estimate(boots, 8, &est), 0);
		assert_sane(&est);
		assert_true(est.ci90.known && est.ci90.lower == est.ci90.upper);
		assert_true(est.sd_known && est.sd == 0 && est.se == 0);
		assert_mde(&est, boots, 8, STATS_MDE_KNOWN);
		assert_false(est.block_t.known);
		assert_int_equal(stats_verdict(&est, STATS_ALPHA, 0.01,
					       BETTER_LOWER),
				 new == 0   ? STATS_IMPROVED
				 : new == 1 ? STATS_EQUIVALENT
					    : STATS_REGRESSED);
	}
}

/* The mean of equal numbers need not be that number, but for rounding. */
static void rounding_is_no_spread(void **state)
{
	struct stats_boot boots[BOOTS_MAX];
	struct sim_rng r = { 6 };
	struct stats_estimate est;

	(void)state;
	for (int i = 0; i < 200; i++) {
		double base = 1e4 * sim_uniform(&r), new = 1e4 * sim_uniform(&r);
		size_t nr = 0;

		for (size_t k = 0; k < 20; k++)
			boots[nr++] = (struct stats_boot){ k % 2, k / 10,
							   k % 2 ? new : base };
		assert_int_equal(stats_estimate(boots, nr, &est), 0);
		assert_true(est.sd_known && est.sd == 0 && !est.block_t.known);
	}
}

static size_t apart(struct stats_boot *boots, size_t blocks, size_t n)
{
	size_t nr = 0;

	for (size_t i = 0; i < 2 * n * blocks; i++)
		boots[nr++] = (struct stats_boot){ i % 2, i / (2 * n),
						   100 + i + 1000 * (i % 2) };
	return nr;
}

/* However far apart they are: what is too little is said to be. */
static void too_few_boots(void **state)
{
	/* clang-format off */
	static const struct {
		size_t blocks, boots;
		bool sd, ci90, ci95;
	} designs[] = {
		{ 1, 1, false, false, false },
		{ 1, 2, true,  false, false },
		{ 1, 3, true,  true,  false },
		{ 1, 4, true,  true,  true },
		{ 2, 1, true,  false, false },
		{ 2, 2, true,  true,  false },
		{ 2, 3, true,  true,  true },
		{ 5, 1, true,  true,  false },
		{ 6, 1, true,  true,  true },
	};
	/* clang-format on */

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(designs); d++) {
		size_t blocks = designs[d].blocks, n = designs[d].boots;
		struct stats_boot boots[BOOTS_MAX];
		struct stats_estimate est;
		enum stats_verdict v;

		assert_int_equal(stats_estimate(boots, apart(boots, blocks, n),
						&est),
				 0);
		assert_sane(&est);
		assert_int_equal(est.sd_known, designs[d].sd);
		assert_int_equal(est.ci90.known, designs[d].ci90);
		assert_int_equal(est.ci95.known, designs[d].ci95);
		assert_mde(&est, boots, 2 * n * blocks,
			   designs[d].ci95 ? STATS_MDE_KNOWN
			   : designs[d].sd ? STATS_MDE_UNATTAINABLE
					   : STATS_MDE_UNKNOWN);
		assert_true(est.p == est.p_min);
		v = stats_verdict(&est, STATS_ALPHA, 0.01, BETTER_LOWER);
		assert_int_equal(v, designs[d].ci95 ? STATS_REGRESSED
						    : STATS_INCONCLUSIVE);
	}
}

static void blocks_of_one_arm_are_left_out(void **state)
{
	struct stats_boot boots[BOOTS_MAX];
	struct stats_estimate with, without;
	size_t nr = apart(boots, 2, 3);

	(void)state;
	assert_int_equal(stats_estimate(boots, nr, &without), 0);
	for (int i = 0; i < 4; i++)
		boots[nr + i] = (struct stats_boot){ i / 2, -10 - i / 2, 5 + i };
	assert_int_equal(stats_estimate(boots, nr + 4, &with), 0);
	assert_int_equal(with.unused, 4);
	with.unused = 0;
	assert_same(&with, &without);
}

static void bad_input(void **state)
{
	static const double none[] = { NAN, INFINITY, -INFINITY };
	struct stats_boot boots[] = { { STATS_BASE, 0, 1 }, { STATS_NEW, 0, 2 } };
	struct stats_boot far[] = { { STATS_BASE, 0, -DBL_MAX },
				    { STATS_NEW, 0, DBL_MAX } };
	struct stats_boot tiny[] = { { STATS_BASE, 0, DBL_MIN },
				     { STATS_NEW, 0, DBL_MAX } };
	struct stats_estimate est = { .p = 42 };
	double level[2], p[] = { 0.5, NAN };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		boots[1].value = none[i];
		assert_int_equal(stats_estimate(boots, 2, &est), -EINVAL);
	}
	boots[1].value = 2;
	boots[1].arm = STATS_ARMS;
	assert_int_equal(stats_estimate(boots, 2, &est), -EINVAL);
	boots[1].arm = STATS_BASE;
	assert_int_equal(stats_estimate(boots, 2, &est), -ENODATA);
	boots[1].arm = STATS_NEW;
	boots[1].block = 1;
	assert_int_equal(stats_estimate(boots, 2, &est), -ENODATA);
	assert_int_equal(stats_estimate(NULL, 0, &est), -ENODATA);
	assert_int_equal(stats_estimate(far, 2, &est), -ERANGE);
	assert_int_equal(stats_estimate(tiny, 2, &est), -ERANGE);
	assert_true(est.p == 42);

	assert_int_equal(stats_holm(p, p, level, 2), -EINVAL);
	assert_int_equal(stats_benjamini_hochberg(p, p, level, 2), -EINVAL);
	p[1] = 1.1;
	assert_int_equal(stats_holm(p, p, level, 2), -EINVAL);
	assert_int_equal(stats_holm(NULL, NULL, NULL, 0), 0);
	assert_int_equal(stats_benjamini_hochberg(NULL, NULL, NULL, 0), 0);
}

static void extreme_numbers(void **state)
{
	static const double pool[] = {
		0,	 -0.0,	  1,	   1 + DBL_EPSILON, -1,
		1e-310,	 DBL_MIN, 1e15,	   1e308,	    -1e308,
		DBL_MAX, 3e-5,	  1 / 3.0, DBL_TRUE_MIN
	};
	struct sim_rng r = { 4 };
	unsigned int good = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct stats_boot boots[12];
		struct stats_estimate est;
		size_t nr = 2 + sim_below(&r, 11);
		size_t of = 1 + sim_below(&r, ARRAY_SIZE(pool));
		size_t from = sim_below(&r, ARRAY_SIZE(pool) - of + 1);
		int err;

		for (size_t k = 0; k < nr; k++)
			boots[k] = (struct stats_boot){
				sim_below(&r, 2), sim_below(&r, 2),
				pool[from + sim_below(&r, of)]
			};
		err = stats_estimate(boots, nr, &est);
		if (err) {
			assert_true(err == -ENODATA || err == -ERANGE);
			continue;
		}
		good++;
		assert_sane(&est);
		stats_verdict(&est, STATS_ALPHA, 0.01, BETTER_LOWER);
	}
	assert_uint_in_range(good, 5000, 20000);
}

/* The normal approximation is one. */
static void normal_null(void **state)
{
	static const size_t groups[] = { 9, 30, 1, 25, 20, 15 };
	struct stats_null exact, normal;

	(void)state;
	stats_null_init(&exact, 2, true);
	stats_null_init(&normal, 2, false);
	for (int b = 0; b < 2; b++) {
		stats_null_add_block(&exact, groups, ARRAY_SIZE(groups), 40);
		stats_null_add_block(&normal, groups, ARRAY_SIZE(groups), 40);
	}
	assert_int_equal(exact.top, normal.top);
	assert_true(exact.mean == normal.mean);
	for (size_t t = exact.mean * 0.7; t < 1.3 * exact.mean; t += 7) {
		assert_true(fabs(stats_null_below(&exact, t) -
				 stats_null_below(&normal, t)) < 0.003);
		assert_true(fabs(stats_null_above(&exact, t) -
				 stats_null_above(&normal, t)) < 0.003);
	}
	stats_null_free(&exact);
	stats_null_free(&normal);
}

/* What is exact, and what is not. */
static void beyond_exact(void **state)
{
	const size_t n = STATS_EXACT_BOOTS + 1;
	struct stats_boot *boots = xcalloc(3 * 2048, sizeof(*boots));
	struct stats_estimate exact, normal;
	struct sim_rng r = { 5 };
	size_t nr = 0;

	(void)state;
	for (size_t i = 0; i < 2 * n; i++)
		boots[i] = (struct stats_boot){
			i % 2, 0, round(1000 + 10 * sim_normal(&r) + 3 * (i % 2))
		};
	assert_int_equal(stats_estimate(boots, 2 * n, &normal), 0);
	assert_int_equal(stats_estimate(boots, 2 * n - 2, &exact), 0);
	assert_true(exact.exact && !normal.exact);
	assert_sane(&exact);
	assert_sane(&normal);
	assert_true(fabs(normal.ci95.lower - exact.ci95.lower) < 0.001);
	assert_true(fabs(normal.ci95.upper - exact.ci95.upper) < 0.001);

	/* Many small blocks: pairs are what counts. */
	for (size_t i = 0; i < 2048; i++) {
		for (int k = 0; k < 3; k++)
			boots[nr++] =
				(struct stats_boot){ k == 2, i,
						     1000 + sim_normal(&r) };
	}
	assert_int_equal(stats_estimate(boots, nr, &exact), 0);
	assert_true(exact.exact && exact.pairs == 4096);
	assert_true(exact.ci95.coverage < 0.955 && exact.p < 1);
	assert_sane(&exact);

	for (size_t i = 0; i < nr; i++)
		boots[i].block = 0;
	for (size_t i = 0; i < nr; i++)
		boots[i].arm = i % 2;
	assert_int_equal(stats_estimate(boots, nr, &normal), 0);
	assert_true(!normal.exact && normal.pairs == nr * nr / 4);
	assert_sane(&normal);
	free(boots);
}

/* What differences.c is held against: all pairs of boots, and what sorting makes of them. */
static double *all_pairs(const struct stats_boot *boots, size_t nr, bool logs,
			 size_t *pairs)
{
	double *d = xcalloc(nr * nr, sizeof(*d));

	*pairs = 0;
	for (size_t i = 0; i < nr; i++) {
		for (size_t k = 0; k < nr; k++) {
			double new = boots[i].value, base = boots[k].value;

			if (boots[i].arm == STATS_NEW &&
			    boots[k].arm == STATS_BASE &&
			    boots[i].block == boots[k].block)
				d[(*pairs)++] = logs ? log(new) - log(base)
						     : new - base;
		}
	}
	qsort(d, *pairs, sizeof(*d), cmp_doubles);
	return d;
}

/* Boots of up to two blocks; @kind says what is hard about them. */
static void many_boots(struct sim_rng *r, unsigned int kind,
		       struct stats_boot *boots, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		double v = sim_normal(r);

		if (kind % 5 == 1) /* tied */
			v = round(v);
		else if (kind % 5 == 2) /* all but a few the same */
			v = sim_below(r, 50) ? 0 : v;
		else if (kind % 5 == 3) /* of all sizes */
			v = exp(30 * v);
		else if (kind % 5 == 4) /* far from others */
			v *= sim_below(r, 20) ? 1 : 1e6;
		boots[i] = (struct stats_boot){ i % 2, kind % 2 ? 0 : i % 3, v };
	}
}

/* Where there are too many to be sorted, a rank is found to the bit all the same. */
static void ranks_of_differences(void **state)
{
	enum {
		NR = 400
	};
	struct stats_boot boots[NR];
	struct sim_rng r = { 11 };

	(void)state;
	for (unsigned int kind = 0; kind < 10; kind++) {
		struct stats_estimate est;
		size_t pairs, at[] = { 0, 1, 0, 0, 0, 0, 0 };
		double *d, spread;

		many_boots(&r, kind, boots, NR);
		d = all_pairs(boots, NR, kind % 5 == 3, &pairs);
		assert_int_equal(stats_estimate(boots, NR, &est), 0);
		assert_int_equal(est.pairs, pairs);
		assert_true(pairs > STATS_EXACT_PAIRS && !est.exact);
		assert_same_bits(est.shift,
				 d[(pairs - 1) / 2] / 2 + d[pairs / 2] / 2);
		for (size_t k = 0; k < pairs / 2; k++)
			if (d[k] == est.ci95.lower &&
			    d[pairs - 1 - k] == est.ci95.upper)
				at[0] = k + 1;
		assert_true(at[0] > 0);
		spread = stats_spread(d, pairs);
		assert_true(fabs(stats_spread_of(boots, NR) - spread) <=
			    1e-9 * spread);
		free(d);
	}
}

/* Every choice is counted once, and half of them on each side of the middle. */
static void null_is_whole(void **state)
{
	static const size_t groups[] = { 1, 3, 2, 1, 1 };
	struct stats_null null;

	(void)state;
	stats_null_init(&null, 2, true);
	for (int b = 0; b < 3; b++)
		stats_null_add_block(&null, groups, ARRAY_SIZE(groups), 4);
	assert_int_equal(null.top, 3 * 2 * 16);
	assert_true(null.total == 70.0 * 70 * 70);
	assert_true(null.mean == 48);
	assert_true(stats_null_below(&null, null.top) == 1);
	assert_true(stats_null_above(&null, 0) == 1);
	stats_null_free(&null);

	/* C(128, 64)^2 is not: it is scaled, and still adds up. */
	stats_null_init(&null, 1, true);
	for (int b = 0; b < 2; b++) {
		size_t ones[128];

		for (int i = 0; i < 128; i++)
			ones[i] = 1;
		stats_null_add_block(&null, ones, 128, 64);
	}
	assert_true(fabs(stats_null_below(&null, 4095) +
			 stats_null_above(&null, 4096) - 1) < 1e-12);
	assert_true(fabs(stats_null_below(&null, 4095) -
			 stats_null_above(&null, 4097)) < 1e-12);
	stats_null_free(&null);
}

/* A level is where the verdict of one row turns, whatever the others are. */
static void levels(void **state)
{
	static const struct {
		int (*adjust)(const double *p, double *adjusted, double *level,
			      size_t nr);
	} kinds[] = { { stats_holm }, { stats_benjamini_hochberg } };
	struct sim_rng r = { 7 };
	unsigned int loose = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		size_t nr = 1 + sim_below(&r, 12), row = sim_below(&r, nr);
		double p[12], adjusted[12], level[12], at[12], ignored[12];

		/* Some rows are found, and p of few boots are often the same. */
		for (size_t k = 0; k < nr; k++)
			p[k] = ceil(400 * pow(sim_uniform(&r), 4)) / 400;
		kinds[i % 2].adjust(p, adjusted, level, nr);
		for (size_t k = 0; k < nr; k++)
			assert_int_equal(adjusted[k] <= STATS_ALPHA * (1 + 1e-9),
					 p[k] <= level[k] * (1 + 1e-9));
		assert_true(level[row] >= STATS_ALPHA / nr * (1 - 1e-9) &&
			    level[row] <= STATS_ALPHA * (1 + 1e-9));
		loose += level[row] > STATS_ALPHA / nr * (1 + 1e-9);
		p[row] = level[row] * (1 - 1e-6);
		kinds[i % 2].adjust(p, at, ignored, nr);
		assert_true(at[row] <= STATS_ALPHA * (1 + 1e-9));
		p[row] = level[row] * (1 + 1e-6);
		kinds[i % 2].adjust(p, at, ignored, nr);
		assert_true(at[row] > STATS_ALPHA * (1 + 1e-9));
	}
	assert_uint_in_range(loose, 1000, 3900);
}

/* 8 boots of each arm in one block: p is twice a multiple of 1 / 12870. */
static void attained(void **state)
{
	struct stats_boot boots[16];

	(void)state;
	for (int i = 0; i < 16; i++)
		boots[i] = (struct stats_boot){ i % 2, 0, i };
	assert_true(stats_attained(boots, 16, 1.99 / 12870) == 0);
	assert_true(fabs(stats_attained(boots, 16, 2.0 / 12870) - 2.0 / 12870) <
		    1e-15);
	/* T of at most 1 is one of 2 choices, of at most 2 one of 4. */
	assert_true(fabs(stats_attained(boots, 16, 7.9 / 12870) - 4.0 / 12870) <
		    1e-15);
	assert_true(stats_attained(boots, 16, 8.0 / 12870) > 7.9 / 12870);
	assert_true(stats_attained(boots, 1, 0.05) == 0);
	assert_true(stats_attained(NULL, 0, 0.05) == 0);
}

static void verdicts(void **state)
{
	const double delta = 0.01, at = log1p(0.01), level = 0.01;
	struct stats_estimate e = { .p = level };
	struct stats_estimate one = { .shift = 1, .p = 1 };

	(void)state;
	e.ci90 = (struct stats_interval){ .known = true,
					  .lower = -at,
					  .upper = 1.001 * at };
	/* Estimated to be small, which is not shown. */
	e.shift = 0.5 * at;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_REGRESSED);
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_HIGHER),
			 STATS_IMPROVED);
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_NEITHER),
			 STATS_CHANGED);
	e.shift = -at;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_IMPROVED);
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_HIGHER),
			 STATS_REGRESSED);
	assert_int_equal(stats_verdict(&e, 0.999 * level, delta, BETTER_LOWER),
			 STATS_INCONCLUSIVE);
	e.shift = 0;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_INCONCLUSIVE);

	/* Shown to be small, whatever it is estimated to be. */
	e.shift = at;
	e.ci90.upper = at;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_TRIVIAL);
	assert_int_equal(stats_verdict(&e, 0.999 * level, delta, BETTER_LOWER),
			 STATS_EQUIVALENT);
	e.ci90.known = false;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_REGRESSED);
	assert_int_equal(stats_verdict(&e, 0.999 * level, delta, BETTER_LOWER),
			 STATS_INCONCLUSIVE);
	assert_int_equal(stats_verdict(&one, 0.05, delta, BETTER_LOWER),
			 STATS_INCONCLUSIVE);

	/* No ratio: delta is of the larger median. */
	e.scale = STATS_DIFFERENCE;
	e.median[STATS_NEW] = 300;
	e.shift = 2.9;
	e.ci90 = (struct stats_interval){ .known = true, .lower = 2.8, .upper = 3 };
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_TRIVIAL);
	e.ci90.upper = 3.1;
	assert_int_equal(stats_verdict(&e, level, delta, BETTER_LOWER),
			 STATS_REGRESSED);
}

/* Boots that are not steady: the verdict holds of both parts, or there is none. */
static void verdicts_of_parts(void **state)
{
	const struct stats_interval within = { .known = true,
					       .lower = -0.002,
					       .upper = 0.008 };
	const struct stats_estimate up = { .p = 0.01, .shift = 0.03 };
	const struct stats_estimate down = { .p = 0.01, .shift = -0.03 };
	const struct stats_estimate unsure = { .p = 0.06, .shift = 0.03 };
	const struct stats_estimate trivial = { .p = 0.01,
						.shift = 0.003,
						.ci90 = within };
	const struct stats_estimate same = { .p = 0.5,
					     .shift = 0.003,
					     .ci90 = within };
	const struct {
		const struct stats_estimate *est;
		double parts[2];
		enum stats_verdict verdict;
	} cases[] = {
		{ &up, { 0.03, 0.03 }, STATS_REGRESSED },
		{ &up, { 0.016, 0.044 }, STATS_REGRESSED },
		{ &up, { 0.014, 0.046 }, STATS_UNSTABLE },
		{ &up, { 0.046, 0.014 }, STATS_UNSTABLE },
		{ &up, { 0.03, NAN }, STATS_UNSTABLE },
		{ &down, { -0.016, -0.2 }, STATS_IMPROVED },
		{ &down, { -0.03, -0.014 }, STATS_UNSTABLE },
		{ &same, { 0.003, 0.003 }, STATS_EQUIVALENT },
		{ &same, { -0.003, 0.006 }, STATS_EQUIVALENT },
		{ &same, { 0, 0.007 }, STATS_UNSTABLE },
		{ &same, { 0.003, -0.004 }, STATS_UNSTABLE },
		{ &trivial, { -0.003, 0.006 }, STATS_TRIVIAL },
		{ &unsure, { -1, 1 }, STATS_INCONCLUSIVE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(stats_verdict_of_parts(cases[i].est,
							cases[i].parts, 0.05,
							0.01, BETTER_LOWER),
				 cases[i].verdict);
}

/* NEW is twice BASE, or BASE twice NEW, in 4 + 4 boots. */
static void widened(void **state)
{
	struct stats_boot boots[8];
	struct stats_estimate bare, est;

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool slower = i & 1, difference = i & 2;

		for (int k = 0; k < 8; k++)
			boots[k] = (struct stats_boot){
				k % 2 ? STATS_NEW : STATS_BASE, 0,
				(k % 2 == slower ? 200 : 100) + k -
					(difference ? 101 : 0)
			};
		assert_int_equal(stats_estimate(boots, 8, &bare), 0);
		assert_int_equal(bare.scale,
				 difference ? STATS_DIFFERENCE : STATS_RATIO);
		est = bare;
		stats_widen(boots, 8, 0, &est);
		assert_memory_equal(&est, &bare, sizeof(est));

		/* Less than there is: still found. */
		stats_widen(boots, 8, fabs(bare.shift) / 2, &est);
		assert_true(est.doubt == fabs(bare.shift) / 2);
		assert_true(est.ci95.lower == bare.ci95.lower - est.doubt);
		assert_true(est.ci95.upper == bare.ci95.upper + est.doubt);
		assert_true(est.ci90.lower == bare.ci90.lower - est.doubt);
		assert_true(est.ci90.upper == bare.ci90.upper + est.doubt);
		assert_true(est.shift == bare.shift && est.p == bare.p);

		/* Nearly all that there is: not told from none. */
		est = bare;
		stats_widen(boots, 8, fabs(bare.shift) * 0.995, &est);
		assert_true(est.p > STATS_ALPHA);
		est = bare;
		stats_widen(boots, 8, fabs(bare.shift), &est);
		assert_true(est.p == 1);
		assert_true(est.ci95.lower < 0 && est.ci95.upper > 0);

		/* More than a double holds. */
		est = bare;
		stats_widen(boots, 8, difference ? INFINITY : 1e4, &est);
		assert_false(est.ci95.known || est.ci90.known);
	}
}

/* p is below what the interval leaves out just where that does not hold 0. */
static void widened_p_is_of_the_interval(void **state)
{
	struct sim_rng r = { 70 };
	unsigned int found = 0, held_back = 0;

	(void)state;
	for (int i = 0; i < 500; i++) {
		const struct sim_model m = { .blocks = 4,
					     .boots = 3,
					     .boot_sd = 0.005,
					     .sample_sd = 0.01,
					     .effect = 0.01 * sim_normal(&r) };
		struct sim_session s;
		struct stats_estimate bare, est;
		double rest;
		bool significant;

		sim_session(&r, &m, &s);
		assert_int_equal(stats_estimate(s.boots, s.nr, &bare), 0);
		est = bare;
		stats_widen(s.boots, s.nr, 0.005 * sim_uniform(&r), &est);
		rest = (1 - est.ci95.coverage) * (1 + STATS_FUZZ);
		significant = est.p <= rest;
		assert_int_equal(significant,
				 est.ci95.lower > 0 || est.ci95.upper < 0);
		assert_true(est.p >= bare.p);
		found += significant;
		held_back += bare.p <= rest && !significant;
	}
	assert_uint_in_range(found, 50, 450);
	assert_uint_in_range(held_back, 20, 250);
}

/* 4 + 4 boots in each block, half of them above 100 and half below. */
static void spread(struct stats_boot *boots, size_t blocks, double scale)
{
	for (size_t i = 0; i < 8 * blocks; i++)
		boots[i] = (struct stats_boot){
			.arm = i % 2,
			.block = i / 8,
			.value = 100 * exp(scale * (i / 2 % 2 ? 0.1 : -0.1)),
		};
}

/* Neither what does not matter nor what the clock does not tell can be found. */
static void mde(void **state)
{
	struct stats_boot boots[8 * 20];
	struct stats_estimate e;
	struct stats_aim aim = { 0, 0.01, STATS_POWER, 0, false };
	double few, z;

	(void)state;
	spread(boots, 2, 0);
	assert_int_equal(stats_estimate(boots, 16, &e), 0);
	assert_int_equal(stats_mde(boots, 16, &e, &aim).is,
			 STATS_MDE_UNATTAINABLE);
	aim.level = 0.05;
	assert_true(stats_mde(boots, 16, &e, &aim).shift == log1p(0.01));
	aim.resolution = 10;
	assert_true(fabs(stats_mde(boots, 16, &e, &aim).shift - log1p(0.1)) <
		    1e-12);

	spread(boots, 2, 1);
	aim.resolution = 0;
	assert_int_equal(stats_estimate(boots, 16, &e), 0);
	few = stats_mde(boots, 16, &e, &aim).shift;
	aim.level = 0.001;
	assert_true(stats_mde(boots, 16, &e, &aim).shift > 1.2 * few);
	aim.level = 0.05;
	aim.power = STATS_CAUGHT;
	assert_true(stats_mde(boots, 16, &e, &aim).shift > 1.2 * few);

	/* Where the SD is as good as known: z of 97.5 % and of 80 %. */
	spread(boots, 20, 1);
	aim.power = STATS_POWER;
	assert_int_equal(stats_estimate(boots, 160, &e), 0);
	z = stats_mde(boots, 160, &e, &aim).shift / e.se;
	assert_true(fabs(z - (1.959964 + 0.841621)) < 0.1);
	/* What has to be found beyond it is the same. */
	e.doubt = 0.3;
	assert_true(fabs(stats_mde(boots, 160, &e, &aim).shift - 0.3 - z * e.se) <
		    0.02 * e.se);
	e.doubt = 0;

	e.sd_known = false;
	assert_int_equal(stats_mde(boots, 160, &e, &aim).is, STATS_MDE_UNKNOWN);
}

/* One pair that is far off: it moves the SD, and nothing that the test looks at. */
static void mde_of_outliers(void **state)
{
	struct stats_aim aim = { STATS_ALPHA, 0, STATS_POWER, 0, true };
	struct stats_boot boots[24];
	struct stats_estimate clean, e;
	double least;

	(void)state;
	for (size_t i = 0; i < 24; i++)
		boots[i] = (struct stats_boot){
			i % 2, i / 2, 100 + (i % 2 ? (double)(i / 2 * 5 % 12) : 0)
		};
	assert_int_equal(stats_estimate(boots, 24, &clean), 0);
	least = stats_mde(boots, 24, &clean, &aim).shift;
	assert_true(fabs(stats_spread_of(boots, 24) / clean.sd - 1) < 0.05);
	boots[23].value += boots[23].value > 106 ? 400 : -90;
	assert_int_equal(stats_estimate(boots, 24, &e), 0);
	assert_true(e.p == clean.p);
	assert_true(e.sd > 5 * clean.sd);
	assert_true(stats_mde(boots, 24, &e, &aim).shift < 1.6 * least);
	aim.robust = false;
	assert_true(stats_mde(boots, 24, &e, &aim).shift > 5 * least);
}

/* With ranks drawn and with normal ones, where the plan has just more pairs than that. */
static void mde_of_more_pairs(void **state)
{
	struct stats_aim aim = { 0.005, 0, STATS_POWER, 0, false };
	struct stats_boot boots[32];
	double least[2];

	(void)state;
	for (size_t n = 12; n <= 13; n++) {
		struct stats_estimate e;

		for (size_t i = 0; i < 2 * n; i++)
			boots[i] =
				(struct stats_boot){ i % 2, 0, 100 + i / 2 % 3 };
		assert_int_equal(stats_estimate(boots, 2 * n, &e), 0);
		least[n - 12] = stats_mde(boots, 2 * n, &e, &aim).shift / e.se;
	}
	assert_true(fabs(least[0] / least[1] - 1) < 0.06);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swapping_the_kernels_mirrors),
		cmocka_unit_test(order_is_irrelevant),
		cmocka_unit_test(against_itself),
		cmocka_unit_test(constant_boots),
		cmocka_unit_test(rounding_is_no_spread),
		cmocka_unit_test(too_few_boots),
		cmocka_unit_test(blocks_of_one_arm_are_left_out),
		cmocka_unit_test(bad_input),
		cmocka_unit_test(extreme_numbers),
		cmocka_unit_test(normal_null),
		cmocka_unit_test(beyond_exact),
		cmocka_unit_test(ranks_of_differences),
		cmocka_unit_test(null_is_whole),
		cmocka_unit_test(levels),
		cmocka_unit_test(attained),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(verdicts_of_parts),
		cmocka_unit_test(widened),
		cmocka_unit_test(widened_p_is_of_the_interval),
		cmocka_unit_test(mde),
		cmocka_unit_test(mde_of_outliers),
		cmocka_unit_test(mde_of_more_pairs),
	};

	return cmocka_run_group_tests_name("stats_boots", tests, NULL, NULL);
}
