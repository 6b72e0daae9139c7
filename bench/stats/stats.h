/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of boots, of batches within a boot, and of a history.
 *
 *	quantiles.c	median, quantiles of a distribution
 *	series.c	numbers in the order that they were measured
 *	batches.c	the batches of a row, in linear time
 *	boots.c		two kernels, by one number a boot
 *	adjust.c	p of many rows
 *	verdict.c	what may be said of two kernels
 *	power.c		and what could have been
 *	differences.c	of all pairs of their boots
 *	null.c		the null distribution of a stratified rank sum
 *	t.c		Student's distribution, and what is tested with it
 */
#ifndef STATS_H
#define STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* quantiles.c */
/* A quantile with fewer samples than this above it is noise, not a figure. */
#define QUANTILE_MIN_ABOVE 100

/**
 * struct hist_bin - one line of a distribution
 * @value: what was measured, in the unit of its row
 * @count: how often
 * @spread: how far from @value these may have been, on both sides; 0: not known
 */
struct hist_bin {
	double value;
	double count;
	double spread;
};

int cmp_doubles(const void *a, const void *b);
double stats_median(double *v, size_t n);
bool stats_median_interval(double *v, size_t n, double *low, double *high);
double hist_count(const struct hist_bin *bins, size_t n);
double hist_quantile(const struct hist_bin *bins, size_t n, double q);
double hist_doubt(const struct hist_bin *bins, size_t n, double q);

/* series.c */
/* Fewer batches than this do not tell whether they are steady. */
#define STATS_STEADY_MIN 30

/* Fewer sessions than this on one side are not told from outliers. */
#define STATS_SEGMENT_MIN 3
/* Where there are fewer than this, there have to be more on both sides. */
#define STATS_SERIES_FEW 10
#define STATS_SEGMENT_MIN_FEW 4
/* With fewer none is told from chance. */
#define STATS_SERIES_MIN (2 * STATS_SEGMENT_MIN_FEW)
#define STATS_SERIES_MAX 2000

/**
 * enum stats_steadiness - whether one number stands for all batches of a boot
 * @STATS_STEADY: it does
 * @STATS_TOO_SHORT: fewer than %STATS_STEADY_MIN batches
 * @STATS_SHIFTED: batches before and after some point differ
 * @STATS_WANDERING: batches follow each other so closely that they are but a few
 *	independent ones
 */
enum stats_steadiness {
	STATS_STEADY,
	STATS_TOO_SHORT,
	STATS_SHIFTED,
	STATS_WANDERING,
};

/**
 * struct stats_steady - what was found
 * @is: and whether it matters
 * @at: first batch after the likeliest change
 * @before: median of the batches before @at, in their unit
 * @after: median of those from @at on
 * @p: probability of so large a change among batches that are steady
 * @lag1: autocorrelation of neighbours, of ranks, without that change
 * @independent: independent batches that tell as much, at most all of them
 * @step: where they are not steady, by how much, as a part of the value: from before
 *	the change to after it, or from one quartile to the other
 */
struct stats_steady {
	enum stats_steadiness is;
	size_t at;
	double before;
	double after;
	double p;
	double lag1;
	double independent;
	double step;
};

/**
 * struct stats_change - a change in a history
 * @at: first point after it
 * @before: median from the change before, or the start, in the unit of the points
 * @after: median to the next change, or the end
 */
struct stats_change {
	size_t at;
	double before;
	double after;
};

void stats_steady_conclude(struct stats_steady *s, size_t nr, double farthest,
			   double squares, const double quartile[2],
			   double tolerance);
const char *stats_steadiness_name(enum stats_steadiness s);
int stats_changes(const double *points, size_t nr,
		  struct stats_change **changes, size_t *nr_changes);

/* batches.c */
/* Sums of the products of as many ranks fit in 63 bits. */
#define BATCHES_MAX (1 << 20)

/**
 * struct batches - the batches of a row, judged
 * @low: the lower one of the two in the middle
 * @high: the higher one; the same if their number is odd
 * @steady: does one number stand for all of them?
 */
struct batches {
	double low;
	double high;
	struct stats_steady steady;

	/* private: */
	const double *v;
	size_t nr;
	int32_t *level;
	double *chosen;
	size_t room;
	struct tables *tables;
	int32_t lowest;
	int32_t highest;
	double offset;
	int64_t origin;
};

void batches_judge(struct batches *b, const double *v, size_t nr,
		   double tolerance);
double batches_rounded(const struct batches *b, size_t i);
void batches_free(struct batches *b);

/*
 * boots.c, adjust.c, verdict.c, power.c: the unit of the experiment is the boot.
 * Everything here takes one number a boot; what happened inside a boot is in series.c.
 *
 * No estimate, p or verdict depends on random numbers; the minimal detectable effect
 * does, from a seed that is always the same. None depends on the order of the input, or
 * is NaN or infinite: what cannot be told is marked as not known, and its numbers
 * are 0.
 */
#define STATS_ALPHA 0.05
#define STATS_POWER 0.8
/* Of what is said to be caught, so many are. */
#define STATS_CAUGHT 0.95

/* Up to here the null distribution is exact, beyond it a normal one. */
#define STATS_EXACT_BOOTS 64   /* of one arm in one block */
#define STATS_EXACT_PAIRS 8192 /* over all blocks */

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
 * @scale: what @shift, @doubt, @sd, @se and the ends of intervals are
 * @boots: boots used, by arm
 * @unused: boots left out, because their block has no boot of the other arm
 * @blocks: blocks used
 * @pairs: pairs of boots within blocks
 * @median: of the boots used, by arm, in the unit of the metric
 * @shift: median over all pairs, NEW - BASE (stratified Hodges-Lehmann; with one boot
 *	of each arm in a block the median of their differences)
 * @ratio: NEW / BASE, exp(@shift); 0 where @scale is %STATS_DIFFERENCE
 * @exact: @p and the intervals are exact, not from a normal approximation
 * @p: two-sided, stratified rank-sum test (with one boot of each arm in a block the sign
 *	test); 0 where a double holds nothing so small
 * @p_min: the least @p that so many boots can give without ties
 * @doubt: how far off @shift may be, whatever the boots are, see stats_widen()
 * @ci95: 95 % interval of @shift
 * @ci90: 90 % interval, for equivalence
 * @block_t: t-test with an effect for each block, of the same numbers: where it
 *	and @p disagree, look at the boots
 * @sd_known: there is more than one boot to tell a spread from
 * @sd: standard deviation of boots within a block and arm
 * @se: standard error that @shift has where boots are normal
 * @df: degrees of freedom of @sd
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
	double doubt;
	struct stats_interval ci95;
	struct stats_interval ci90;
	struct stats_t block_t;
	bool sd_known;
	double sd;
	double se;
	double df;
};

enum better {
	BETTER_LOWER,
	BETTER_HIGHER,
	BETTER_NEITHER,
	NR_BETTERS
};

/**
 * enum stats_verdict - what may be said about NEW against BASE
 * @STATS_REGRESSED: significant, not shown to be below delta, in the bad direction
 * @STATS_IMPROVED: likewise, in the good one
 * @STATS_CHANGED: likewise, of a metric with neither
 * @STATS_TRIVIAL: significant, and the 90 % interval within +-delta
 * @STATS_EQUIVALENT: not significant, and the 90 % interval within +-delta
 * @STATS_INCONCLUSIVE: none of these; the minimal detectable effect says why
 * @STATS_UNSTABLE: it depends on which part of a boot is believed that was not steady
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

/**
 * struct stats_aim - what it takes for an effect to be found
 * @level: what p must not exceed; 0 where nothing is ever found
 * @delta: as in stats_verdict(); 0 where an effect of any size is
 * @power: in this part of the experiments, %STATS_POWER as a rule
 * @resolution: what the clock cannot tell apart, in the unit of the metric; 0 if that is
 *	not known
 * @robust: by the spread of boots, not by their SD, which a few that are unlike the others
 *	ruin, and which the test does not see
 */
struct stats_aim {
	double level;
	double delta;
	double power;
	double resolution;
	bool robust;
};

/**
 * struct stats_mde - the minimal detectable effect
 * @is: whether there is one
 * @shift: it, on the scale of the estimate; 0 if it is not known
 */
struct stats_mde {
	enum {
		STATS_MDE_UNKNOWN,	/* nor is the noise between boots */
		STATS_MDE_UNATTAINABLE, /* no p of so few boots is small enough */
		STATS_MDE_KNOWN,
	} is;
	double shift;
};

/* boots.c */
int stats_estimate(const struct stats_boot *boots, size_t nr,
		   struct stats_estimate *est);
void stats_widen(const struct stats_boot *boots, size_t nr, double doubt,
		 struct stats_estimate *est);
double stats_effect(const struct stats_estimate *est, double shift);
double stats_attained(const struct stats_boot *boots, size_t nr, double level);
struct stats_interval stats_interval_at(const struct stats_boot *boots, size_t nr,
					const struct stats_estimate *est,
					double level);

/* adjust.c */
int stats_holm(const double *p, double *adjusted, double *level, size_t nr);
int stats_benjamini_hochberg(const double *p, double *adjusted, double *level,
			     size_t nr);

/* verdict.c */
enum stats_verdict stats_verdict(const struct stats_estimate *est, double level,
				 double delta, enum better better);
enum stats_verdict stats_verdict_of_parts(const struct stats_estimate *est,
					  const double parts[2], double level,
					  double delta, enum better better);

/* power.c */
struct stats_mde stats_mde(const struct stats_boot *boots, size_t nr,
			   const struct stats_estimate *est,
			   const struct stats_aim *aim);

#endif
