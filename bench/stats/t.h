/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Student's distribution and what is tested with it. */
#ifndef T_H
#define T_H

#include "stats/stats.h"

double stats_t_two_sided(double t, double df);
double stats_t_quantile(double upper, double df);
struct stats_t stats_t_of(double shift, double se, double df, double scale);
struct stats_t stats_welch(const double *base, size_t nr_base,
			   const double *new, size_t nr_new);

#endif
