/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in the order that they were measured: batches of a boot, sessions. */
#ifndef STATS_SERIES_H
#define STATS_SERIES_H

#include <stdbool.h>
#include <stddef.h>

/* Fewer batches than this do not tell whether they are steady. */
#define STATS_STEADY_MIN 30

/* Fewer sessions than this on one side are not told from outliers. */
#define STATS_SEGMENT_MIN 3
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
 */
struct stats_steady {
	enum stats_steadiness is;
	size_t at;
	double before;
	double after;
	double p;
	double lag1;
	double independent;
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

int stats_steady(const double *batches, size_t nr, double tolerance,
		 struct stats_steady *result);
void stats_steady_conclude(struct stats_steady *s, size_t nr, double farthest,
			   double squares, const double quartile[2],
			   double tolerance);
const char *stats_steadiness_name(enum stats_steadiness s);
int stats_changes(const double *points, size_t nr,
		  struct stats_change **changes, size_t *nr_changes);

#endif
