/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

/* A quantile with fewer samples than this above it is noise, not a figure. */
#define QUANTILE_MIN_ABOVE 100

/**
 * struct hist_bin - one line of a distribution
 * @value: what was measured, in the unit of its row
 * @count: how often
 */
struct hist_bin {
	double value;
	double count;
};

double stats_median(double *v, size_t n);
double hist_count(const struct hist_bin *bins, size_t n);
double hist_quantile(const struct hist_bin *bins, size_t n, double q);

#endif
