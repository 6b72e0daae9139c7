// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be said about boots of two kernels, and what could have been. */
#include <math.h>

#include "boots.h"

/*
 * An effect of delta as a shift: a ratio of 1 + delta or its inverse, so that
 * exchanging the kernels mirrors the verdict. Where there is no ratio it is delta
 * times the larger median: nothing against something is never trivial.
 */
static double limit_of(const struct stats_estimate *est, double delta)
{
	if (est->scale == STATS_RATIO)
		return log1p(delta);
	return delta * fmax(fabs(est->median[STATS_BASE]),
			    fabs(est->median[STATS_NEW]));
}

/**
 * stats_verdict() - what may be said
 * @est: estimate
 * @level: what its p must not exceed to be significant, from stats_holm() or
 *	stats_benjamini_hochberg()
 * @delta: least effect that matters, as a part of the value: 0.01 is 1 %
 * @better: direction of the metric
 *
 * That an effect is below @delta is said only where all of the 90 % interval is:
 * of effects that are as large as @delta, 5 % are said to be below it, as of two
 * one-sided tests (Schuirmann 1987). What is significant and not shown to be below
 * it is a change, whether or not it is estimated to be one that matters.
 *
 * One boot of each kernel is never more than %STATS_INCONCLUSIVE: its p is 1 and
 * its intervals are not known.
 */
enum stats_verdict stats_verdict(const struct stats_estimate *est, double level,
				 double delta, enum better better)
{
	const struct stats_interval *ci = &est->ci90;
	double limit = limit_of(est, delta) * (1 + STATS_FUZZ);
	bool significant = est->p <= level * (1 + STATS_FUZZ);

	if (ci->known && ci->lower >= -limit && ci->upper <= limit)
		return significant ? STATS_TRIVIAL : STATS_EQUIVALENT;
	if (!significant || est->shift == 0)
		return STATS_INCONCLUSIVE;
	if (better == BETTER_NEITHER)
		return STATS_CHANGED;
	return (est->shift > 0) == (better == BETTER_LOWER) ? STATS_REGRESSED
							    : STATS_IMPROVED;
}

/* Does a part of the boots say something that is half way to what turns the verdict? */
static bool step_reaches(const struct stats_estimate *est,
			 const double parts[2], double turn)
{
	double half = (turn - est->shift) / 2;

	for (int i = 0; i < 2; i++) {
		double moved = parts[i] - est->shift;

		if (moved != 0 && !(half > 0 ? moved < half : moved > half))
			return true;
	}
	return false;
}

/**
 * stats_verdict_of_parts() - what may be said where boots were not steady
 * @est: estimate
 * @parts: its shift by what these boots were before a step of theirs, and after it;
 *	NAN where there is none
 * @level: as in stats_verdict()
 * @delta: as in stats_verdict()
 * @better: direction of the metric
 *
 * Steps that come at random are in the noise between boots, which the test knows of.
 * What it does not know of are those that all boots of a kernel have: then one part
 * says something else than the other.
 *
 * Return: the verdict; %STATS_UNSTABLE where a part is half way from the estimate to
 * no change at all, or of a change that is too small, to delta.
 */
enum stats_verdict stats_verdict_of_parts(const struct stats_estimate *est,
					  const double parts[2], double level,
					  double delta, enum better better)
{
	enum stats_verdict v = stats_verdict(est, level, delta, better);
	double limit = limit_of(est, delta);
	bool reaches;

	if (v == STATS_INCONCLUSIVE)
		return v;
	if (v == STATS_TRIVIAL || v == STATS_EQUIVALENT)
		reaches = step_reaches(est, parts, limit) ||
			  step_reaches(est, parts, -limit);
	else
		reaches = step_reaches(est, parts, 0);
	return reaches ? STATS_UNSTABLE : v;
}

/* Of the SD that so many boots are found to have, as a part of the true one. */
#define SD_NODES 64
#define SD_SIGMAS 6

/**
 * struct finding - what it takes for a change to be found
 * @se: standard error of the estimate
 * @t: it is that many standard errors, so that it is significant
 * @limit: the 90 % interval reaches beyond this shift
 * @t90: half of that interval, in standard errors
 * @doubt: it is larger by this, and the interval wider at both ends
 * @sd: what the SD is found to be, as a part of the true one
 * @weight: probability of each of @sd, which add up to 1
 */
struct finding {
	double se;
	double t;
	double limit;
	double t90;
	double doubt;
	double sd[SD_NODES + 1];
	double weight[SD_NODES + 1];
};

/* What an SD with these degrees of freedom is found to be on average, of the true one. */
static double mean_sd(double df)
{
	int sign;

	return sqrt(2 / df) *
	       exp(lgamma_r((df + 1) / 2, &sign) - lgamma_r(df / 2, &sign));
}

/* The chi distribution with these degrees of freedom, by Simpson's rule. */
static void spread_sd(struct finding *f, double df)
{
	double sigma = 1 / sqrt(2 * df), from = fmax(0, 1 - SD_SIGMAS * sigma);
	double to = 1 + SD_SIGMAS * sigma, sum = 0;

	for (int i = 0; i <= SD_NODES; i++) {
		double w = from + (to - from) * i / SD_NODES;
		double part = !i || i == SD_NODES ? 1 : i % 2 ? 4 : 2;

		f->sd[i] = w;
		f->weight[i] = w > 0 ? part * exp((df - 1) * log(w) -
						  df * (w * w - 1) / 2)
				     : 0;
		sum += f->weight[i];
	}
	for (int i = 0; i <= SD_NODES; i++)
		f->weight[i] /= sum;
}

/* How often is a true shift found? */
static double power_at(const struct finding *f, double shift)
{
	double power = 0;

	for (int i = 0; i <= SD_NODES; i++) {
		double least =
			fmax(f->t * f->sd[i] + f->doubt / f->se,
			     (f->limit - f->doubt) / f->se - f->t90 * f->sd[i]);

		power += f->weight[i] *
			 erfc((least - shift / f->se) / M_SQRT2) / 2;
	}
	return power;
}

static double least_shift(const struct finding *f)
{
	double low = 0,
	       high = f->limit + f->doubt + 2 * (f->t + SD_SIGMAS) * f->se;

	while (high - low > 1e-6 * high) {
		double mid = (low + high) / 2;

		if (power_at(f, mid) < STATS_POWER)
			low = mid;
		else
			high = mid;
	}
	return high;
}

/**
 * stats_mde() - the least effect that would have been found
 * @est: estimate
 * @attained: level of the test, from stats_attained()
 * @delta: as in stats_verdict()
 * @resolution: what the clock cannot tell apart, in the unit of the metric; 0 if
 *	that is not known
 *
 * The shift for which stats_verdict() says in %STATS_POWER of such experiments that
 * there is a change: it has to be significant, and the 90 % interval has to reach
 * beyond @delta, both as stats_widen() has them. The power is that of a t-test at the level that the rank test
 * attains, with the standard error that the rank test has, without the bias of an SD:
 * its noncentral distribution, which is an integral over what the SD may be found to
 * be.
 * bench/tests/simulate_verdicts.c has the power that it really yields.
 */
struct stats_mde stats_mde(const struct stats_estimate *est, double attained,
			   double delta, double resolution)
{
	struct stats_mde mde = { .is = STATS_MDE_UNKNOWN };
	struct finding f = { .doubt = est->doubt };
	double step = resolution;

	if (!est->sd_known)
		return mde;
	if (attained <= 0) {
		mde.is = STATS_MDE_UNATTAINABLE;
		return mde;
	}
	if (est->ci90.known)
		f.limit = limit_of(est, delta);
	mde.shift = fmax(f.limit, f.doubt);
	if (est->se > 0) {
		f.se = est->se / mean_sd(est->df);
		f.t = stats_t_quantile(attained / 2, est->df);
		if (est->ci90.known)
			f.t90 = stats_t_quantile((1 - est->ci90.coverage) / 2,
						 est->df);
		spread_sd(&f, est->df);
		mde.shift = least_shift(&f);
	}
	if (est->scale == STATS_RATIO)
		step = log1p(resolution / est->median[STATS_BASE]);
	mde.shift = fmax(mde.shift, step);
	if (stats_shift_is_sane(est, mde.shift))
		mde.is = STATS_MDE_KNOWN;
	else
		mde.shift = 0;
	return mde;
}
