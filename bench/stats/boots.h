/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What boots are compared by: a rank sum, and Student's distribution. */
#ifndef BOOTS_H
#define BOOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/stats.h"

/* What rounding may add to a probability or a logarithm. */
#define STATS_FUZZ 1e-9

/* null.c */
/**
 * struct stats_null - distribution of T, if no arm differed
 * @unit: T is this much for a pair of boots in which NEW is the larger one, and
 *	half of it for a tied pair: 2 where there are tied pairs, else 1
 * @top: T is 0 to @top
 * @exact: @weight is set
 * @weight: of each T, in proportion to its probability; whole numbers as long as
 *	their total is below 2^53
 * @total: sum of @weight
 * @mean: of T
 * @variance: of T
 */
struct stats_null {
	unsigned int unit;
	size_t top;
	bool exact;
	double *weight;
	double total;
	double mean;
	double variance;
};

void stats_null_init(struct stats_null *null, unsigned int unit, bool exact);
void stats_null_add_block(struct stats_null *null, const size_t *groups,
			  size_t nr_groups, size_t nr_new);
double stats_null_below(const struct stats_null *null, size_t t);
double stats_null_above(const struct stats_null *null, size_t t);
void stats_null_free(struct stats_null *null);

/* differences.c */
/**
 * struct stratum - boots of one block
 * @boots: ascending. Once sorted, nothing depends on the order that they came in
 * @nr: how many of each arm
 */
struct stratum {
	struct stats_boot *boots;
	size_t nr[STATS_ARMS];
};

/**
 * struct strata - boots by block
 * @boots: all of them
 * @blocks: those that have boots of both arms
 * @nr_blocks: length of @blocks
 * @nr: boots in @blocks, by arm
 * @unused: boots in no block of both arms
 * @pairs: pairs of boots within @blocks
 * @tied: some pair is
 * @small: the null distribution can be exact
 * @positive: all values are
 */
struct strata {
	struct stats_boot *boots;
	struct stratum *blocks;
	size_t nr_blocks;
	size_t nr[STATS_ARMS];
	size_t unused;
	size_t pairs;
	bool tied;
	bool small;
	bool positive;
};

static inline size_t stratum_size(const struct stratum *b)
{
	return b->nr[STATS_BASE] + b->nr[STATS_NEW];
}

/**
 * struct differences - NEW - BASE of all pairs of boots within blocks
 * @pairs: how many
 */
struct differences {
	size_t pairs;

	/* private: */
	const struct strata *s;
	double *sorted;
	double *values;
};

void differences_init(struct differences *d, const struct strata *s);
void differences_free(struct differences *d);
double difference_at(const struct differences *d, size_t k);
double differences_median(const struct differences *d);
double differences_spread(const struct differences *d);
double stats_spread(const double *d, size_t nr);

/**
 * struct stats_plan - boots without their values, and the intervals that they have
 * @nr: of each block with boots of both arms, how many of each; to be given to free()
 * @nr_blocks: length of @nr
 * @pairs: pairs of boots within blocks
 * @attained: level that the test has; 0 if there is none
 * @rank: the interval of that level goes from this difference, counted from 1, to that
 *	one from the end; 0 if there is none
 * @rank_90: likewise, of the 90 % interval
 * @t: quantile of Student's distribution that stands for @rank
 * @t_90: and for @rank_90
 */
struct stats_plan {
	size_t (*nr)[STATS_ARMS];
	size_t nr_blocks;
	size_t pairs;
	double attained;
	size_t rank;
	size_t rank_90;
	double t;
	double t_90;
};

/* boots.c */
double stats_spread_of(const struct stats_boot *boots, size_t nr);
bool stats_shift_is_sane(const struct stats_estimate *est, double shift);
int stats_plan_of(const struct stats_boot *boots, size_t nr, double level,
		  struct stats_plan *plan);

/* verdict.c */
double stats_limit(const struct stats_estimate *est, double delta);

/* t.c */
double stats_t_two_sided(double t, double df);
double stats_t_quantile(double upper, double df);
struct stats_t stats_t_of(double shift, double se, double df, double scale);

#endif
