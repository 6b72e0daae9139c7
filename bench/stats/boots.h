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

/* boots.c */
bool stats_shift_is_sane(const struct stats_estimate *est, double shift);

/* t.c */
double stats_t_two_sided(double t, double df);
double stats_t_quantile(double upper, double df);
struct stats_t stats_t_of(double shift, double se, double df, double scale);

#endif
