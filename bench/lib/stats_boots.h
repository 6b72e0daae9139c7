/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two kernels compared by what their boots measured. The unit of the experiment
 * is the boot: everything here takes one number a boot, and what happened inside
 * a boot is in stats_series.h.
 *
 * No result depends on random numbers or on the order of the input, and none is
 * NaN or infinite: what cannot be told is marked as not known, and its numbers
 * are 0.
 */
#ifndef STATS_BOOTS_H
#define STATS_BOOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATS_ALPHA 0.05
#define STATS_POWER 0.8

/* Up to here the null distribution is exact, beyond it a normal one. */
#define STATS_EXACT_BOOTS 64   /* of one arm in one block */
#define STATS_EXACT_PAIRS 8192 /* over all blocks */
/* Beyond this a comparison is refused. */
#define STATS_PAIRS_MAX (1 << 20)

enum stats_arm {
	STATS_BASE,
	STATS_NEW,
	STATS_ARMS,
};

/**
 * struct stats_boot - what one boot says about one scenario x op x metric
 * @arm: kernel that it ran
 * @block: boots of one block are compared with each other; any numbers
 * @value: median of its batches, or a quantile, in the unit of the metric
 */
struct stats_boot {
	enum stats_arm arm;
	int64_t block;
	double value;
};

/**
 * enum stats_scale - what a shift is
 * @STATS_RATIO: ln(NEW / BASE), no unit
 * @STATS_DIFFERENCE: NEW - BASE in the unit of the metric, because some boot
 *	measured zero or less and has no logarithm
 */
enum stats_scale {
	STATS_RATIO,
	STATS_DIFFERENCE,
};

/**
 * struct stats_interval - confidence interval of a shift
 * @known: false when there are too few boots for any interval of this level
 * @lower: lower end, on the scale of the estimate
 * @upper: upper end
 * @coverage: probability that it holds the true shift: at least what was asked
 *	for, more because ranks are discrete; a lower bound where values are tied
 */
struct stats_interval {
	bool known;
	double lower;
	double upper;
	double coverage;
};

/**
 * struct stats_t - a t-test
 * @known: false when there are too few boots, or all are equal
 * @shift: NEW less BASE
 * @se: standard error of @shift
 * @t: @shift / @se
 * @df: degrees of freedom
 * @p: two-sided
 */
struct stats_t {
	bool known;
	double shift;
	double se;
	double t;
	double df;
	double p;
};

/**
 * struct stats_estimate - BASE against NEW
 * @scale: what @shift, @sd, @mde and the ends of intervals are
 * @boots: boots used, by arm
 * @unused: boots left out, because their block has no boot of the other arm
 * @blocks: blocks used
 * @pairs: pairs of boots within blocks
 * @median: of the boots used, by arm, in the unit of the metric
 * @shift: median over all pairs, NEW - BASE (stratified Hodges-Lehmann)
 * @ratio: NEW / BASE, exp(@shift); 0 where @scale is %STATS_DIFFERENCE
 * @exact: @p and the intervals are exact, not from a normal approximation
 * @p: two-sided, stratified rank-sum test; 0 where a double holds nothing so small
 * @p_min: the least @p that so many boots can give without ties
 * @ci95: 95 % interval of @shift
 * @ci90: 90 % interval, for equivalence
 * @block_t: t-test with an effect for each block, of the same numbers: where it
 *	and @p disagree, look at the boots
 * @sd_known: there is more than one boot to tell a spread from
 * @sd: standard deviation of boots within a block and arm
 * @mde_known: some effect could be found with so many boots
 * @mde: the shift that 80 % of such experiments would find at 5 %, before any
 *	adjustment; see stats_estimate()
 */
struct stats_estimate {
	enum stats_scale scale;
	size_t boots[STATS_ARMS];
	size_t unused;
	size_t blocks;
	size_t pairs;
	double median[STATS_ARMS];
	double shift;
	double ratio;
	bool exact;
	double p;
	double p_min;
	struct stats_interval ci95;
	struct stats_interval ci90;
	struct stats_t block_t;
	bool sd_known;
	double sd;
	bool mde_known;
	double mde;
};

enum stats_better {
	STATS_LOWER,
	STATS_HIGHER,
	STATS_NEITHER,
};

/**
 * enum stats_verdict - what may be said about NEW against BASE
 * @STATS_REGRESSED: significant, at least delta, in the bad direction
 * @STATS_IMPROVED: likewise, in the good one
 * @STATS_CHANGED: likewise, of a metric with neither
 * @STATS_TRIVIAL: significant, estimated below delta
 * @STATS_EQUIVALENT: not significant, and the 90 % interval within +-delta
 * @STATS_INCONCLUSIVE: none of these; the minimal detectable effect says why
 * @STATS_UNSTABLE: a boot was not steady, so its number is not one
 */
enum stats_verdict {
	STATS_REGRESSED,
	STATS_IMPROVED,
	STATS_CHANGED,
	STATS_TRIVIAL,
	STATS_EQUIVALENT,
	STATS_INCONCLUSIVE,
	STATS_UNSTABLE,
	STATS_VERDICTS,
};

int stats_estimate(const struct stats_boot *boots, size_t nr,
		   struct stats_estimate *est);
double stats_effect(const struct stats_estimate *est, double shift);

int stats_holm(const double *p, double *adjusted, size_t nr);
int stats_benjamini_hochberg(const double *p, double *adjusted, size_t nr);

enum stats_verdict stats_verdict(const struct stats_estimate *est,
				 double p_adjusted, double delta,
				 enum stats_better better, bool steady);
const char *stats_verdict_name(enum stats_verdict v);

#endif
