// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What so many boots find. The power of a rank test of few boots has no formula, and
 * what a t-test would find is off by as much as a third. It is read off experiments
 * that are drawn: boots that are normal, in the blocks of the plan, from a seed that is
 * always the same.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "boots.h"

#define EXPERIMENTS 4000
/* With more pairs, ranks are as good as normal. */
#define RANKED_PAIRS 144
/* Rows differ in their boots where some miss; more plans than these are drawn again. */
#define PLANS_KEPT 8
/* An SD of more degrees of freedom is known well enough. */
#define DF_MAX 256

/**
 * struct experiments - what boots of a plan show where nothing differs, in SD of a boot
 * @plan: the plan, of no level
 * @differences: of each experiment all pairs, ascending; NULL where there are more than
 *	%RANKED_PAIRS
 * @shift: else the estimate, in standard errors
 * @own_sd: and the SD that goes with it, as a part of the true one
 * @sd: what the SD is found to be in another experiment
 */
struct experiments {
	struct stats_plan plan;
	double *differences;
	double shift[EXPERIMENTS];
	double own_sd[EXPERIMENTS];
	double sd[EXPERIMENTS];
};

/* Steele, Lea and Flood (2014): splitmix64. Above 0, below 1. */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return (((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller (1958), one of the two. */
static double normal(uint64_t *state)
{
	double radius = sqrt(-2 * log(uniform(state)));

	return radius * cos(2 * M_PI * uniform(state));
}

static double found_sd(uint64_t *state, size_t df)
{
	double squares = 0;

	for (size_t i = 0; i < df; i++) {
		double x = normal(state);

		squares += x * x;
	}
	return sqrt(squares / df);
}

/* NEW - BASE of all pairs of one experiment. */
static void draw_differences(uint64_t *state, const struct stats_plan *plan,
			     double *d)
{
	double base[RANKED_PAIRS];
	size_t nr = 0;

	for (size_t b = 0; b < plan->nr_blocks; b++) {
		size_t nr_base = plan->nr[b][STATS_BASE];

		for (size_t i = 0; i < nr_base; i++)
			base[i] = normal(state);
		for (size_t k = 0; k < plan->nr[b][STATS_NEW]; k++) {
			double new = normal(state);

			for (size_t i = 0; i < nr_base; i++)
				d[nr++] = new - base[i];
		}
	}
	qsort(d, nr, sizeof(*d), cmp_doubles);
}

static void draw(struct experiments *x, size_t df)
{
	uint64_t state = 1;

	if (x->plan.pairs <= RANKED_PAIRS)
		x->differences = xcalloc(EXPERIMENTS * x->plan.pairs,
					 sizeof(*x->differences));
	for (size_t i = 0; i < EXPERIMENTS; i++) {
		if (x->differences) {
			draw_differences(&state, &x->plan,
					 x->differences + i * x->plan.pairs);
		} else {
			x->shift[i] = normal(&state);
			x->own_sd[i] = found_sd(&state, df);
		}
		x->sd[i] = found_sd(&state, df);
	}
}

/* Experiments of a plan, which are drawn once; takes over the blocks of @plan. */
static const struct experiments *experiments_of(struct stats_plan *plan, double df)
{
	static struct experiments kept[PLANS_KEPT];
	static size_t next;
	struct experiments *x;

	for (size_t i = 0; i < PLANS_KEPT; i++) {
		x = &kept[i];
		if (x->plan.nr_blocks == plan->nr_blocks &&
		    !memcmp(x->plan.nr, plan->nr,
			    plan->nr_blocks * sizeof(*plan->nr))) {
			free(plan->nr);
			return x;
		}
	}
	x = &kept[next++ % PLANS_KEPT];
	free(x->plan.nr);
	free(x->differences);
	*x = (struct experiments){ .plan = *plan };
	draw(x, fmin(df, DF_MAX));
	return x;
}

/* The ends of the intervals of an experiment. */
struct ends {
	double lower;	 /* of the level that is asked for */
	double upper_90; /* infinite where there is no such interval */
};

static struct ends ends_of(const struct experiments *x,
			   const struct stats_plan *plan,
			   const struct stats_estimate *est, size_t i)
{
	double se = est->se / est->sd;
	struct ends ends = { .upper_90 = INFINITY };

	if (x->differences) {
		const double *d = x->differences + i * plan->pairs;

		ends.lower = d[plan->rank - 1];
		if (plan->rank_90)
			ends.upper_90 = d[plan->pairs - plan->rank_90];
		return ends;
	}
	ends.lower = se * (x->shift[i] - x->own_sd[i] * plan->t);
	if (plan->rank_90)
		ends.upper_90 = se * (x->shift[i] + x->own_sd[i] * plan->t_90);
	return ends;
}

/* How far the boots of an experiment are found to be apart. */
static double found_in(const struct experiments *x, size_t i, bool robust)
{
	size_t pairs = x->plan.pairs;

	/* With many pairs it is as good as the SD where boots are normal. */
	return robust && x->differences
		       ? stats_spread(x->differences + i * pairs, pairs)
		       : x->sd[i];
}

static double quantile(double *v, double q)
{
	qsort(v, EXPERIMENTS, sizeof(*v), cmp_doubles);
	return v[(size_t)(q * EXPERIMENTS)];
}

/*
 * The shift that is printed is found from the spread that these boots happen to have,
 * which is that of another experiment than the one that is to find it, and has to be
 * right on average over such experiments. By itself, each of the two that a shift has to
 * reach is so many of these spreads: for the lower end to be above 0, and for the upper
 * one to be above @limit. Both are together where it is @more times the larger one.
 * The spread is @robust; the SD where that is 0.
 */
static double least_shift(const struct experiments *x,
			  const struct stats_plan *plan,
			  const struct stats_estimate *est, double limit,
			  double power, double robust)
{
	static double v[EXPERIMENTS], spread[EXPERIMENTS];
	double own = robust > 0 ? robust : est->sd, mean = 0;
	double found, above_0, above_limit, more;

	for (size_t i = 0; i < EXPERIMENTS; i++) {
		spread[i] = found_in(x, i, robust > 0);
		mean += spread[i] / EXPERIMENTS;
	}
	for (size_t i = 0; i < EXPERIMENTS; i++)
		v[i] = -ends_of(x, plan, est, i).lower /
		       spread[(i + 1) % EXPERIMENTS];
	above_0 = quantile(v, power);
	if (!limit)
		return above_0 * own;

	found = limit * mean / own;
	for (size_t i = 0; i < EXPERIMENTS; i++)
		v[i] = -ends_of(x, plan, est, i).upper_90 /
		       spread[(i + 1) % EXPERIMENTS];
	above_limit = quantile(v, power);
	for (size_t i = 0; i < EXPERIMENTS; i++) {
		struct ends ends = ends_of(x, plan, est, i);
		double other = spread[(i + 1) % EXPERIMENTS];

		v[i] = fmax(-ends.lower, found - ends.upper_90) /
		       fmax(above_0 * other, found + above_limit * other);
	}
	more = quantile(v, power);
	return more * fmax(above_0 * own, limit + above_limit * own);
}

/**
 * stats_mde() - the least effect that would have been found
 * @boots: as stats_estimate() takes them
 * @nr: length of @boots
 * @est: their estimate
 * @aim: what it takes to be found, and how often
 *
 * The shift for which in a part @aim->power of such experiments an interval of the level
 * lies beyond no change, and the 90 % interval reaches beyond @aim->delta: for which
 * stats_verdict() says that there is a change, both as stats_widen() has them. It is
 * right on average over what the spread of so few boots may be found to be, not only
 * where it is found as it is.
 * bench/tests/simulate_verdicts.c has the power that it really yields.
 */
struct stats_mde stats_mde(const struct stats_boot *boots, size_t nr,
			   const struct stats_estimate *est,
			   const struct stats_aim *aim)
{
	struct stats_mde mde = { .is = STATS_MDE_UNKNOWN };
	struct stats_plan plan = { 0 };
	double limit = 0, step = aim->resolution;

	if (!est->sd_known)
		return mde;
	if (aim->level > 0)
		stats_plan_of(boots, nr, aim->level, &plan);
	if (!plan.rank) {
		free(plan.nr);
		mde.is = STATS_MDE_UNATTAINABLE;
		return mde;
	}
	/* An interval is wider by a doubt at both ends: of what is beyond that, the same. */
	if (plan.rank_90)
		limit = fmax(0, stats_limit(est, aim->delta) - 2 * est->doubt);
	mde.shift = limit;
	if (est->sd > 0) {
		plan.t = stats_t_quantile(plan.attained / 2, est->df);
		plan.t_90 =
			stats_t_quantile((1 - est->ci90.coverage) / 2, est->df);
		mde.shift = least_shift(experiments_of(&plan, est->df), &plan,
					est, limit, aim->power,
					aim->robust ? stats_spread_of(boots, nr)
						    : 0);
	} else {
		free(plan.nr);
	}
	mde.shift += est->doubt;
	if (est->scale == STATS_RATIO)
		step = log1p(aim->resolution / est->median[STATS_BASE]);
	mde.shift = fmax(mde.shift, step);
	if (stats_shift_is_sane(est, mde.shift))
		mde.is = STATS_MDE_KNOWN;
	else
		mde.shift = 0;
	return mde;
}
