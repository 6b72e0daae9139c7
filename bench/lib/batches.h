/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the batches of a row come to, in linear time. */
#ifndef BATCHES_H
#define BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "stats_series.h"

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

#endif
