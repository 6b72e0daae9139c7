// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be said about boots of two kernels. */
#include <math.h>

#include "boots.h"

/**
 * stats_limit() - an effect of delta as a shift
 * @est: estimate
 * @delta: as in stats_verdict()
 *
 * A ratio of 1 + delta or its inverse, so that exchanging the kernels mirrors the
 * verdict. Where there is no ratio it is delta times the larger median: nothing against
 * something is never trivial.
 */
double stats_limit(const struct stats_estimate *est, double delta)
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
	double limit = stats_limit(est, delta) * (1 + STATS_FUZZ);
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
	double limit = stats_limit(est, delta);
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
