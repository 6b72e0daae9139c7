/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said of rows of two kernels that do not exist: many rows, adjusted for how
 * many they are, of which the first may differ. For test_stats_simulate.c and
 * simulate_verdicts.c.
 */
#ifndef SIMULATE_VERDICTS_H
#define SIMULATE_VERDICTS_H

#include <stdio.h>

#include "simulate.h"

#define SIM_ROWS_MAX 20
#define SIM_DELTA 0.01

typedef int (*sim_adjust)(const double *p, double *adjusted, double *level,
			  size_t nr);

/**
 * struct sim_family - rows that are adjusted together
 * @model: of each row; its effect is that of the first row
 * @rows: how many
 * @others: of the other rows, how many differ, by @of_others
 * @of_others: by how much
 * @adjust: how
 */
struct sim_family {
	struct sim_model model;
	size_t rows;
	size_t others;
	double of_others;
	sim_adjust adjust;
};

/**
 * struct sim_said - what is said of the first row
 * @est: its estimate
 * @attained: level of its test
 * @verdict: where less is better
 * @mde: what could have been found
 */
struct sim_said {
	struct stats_estimate est;
	double attained;
	enum stats_verdict verdict;
	struct stats_mde mde;
};

static inline struct sim_said sim_judge(struct sim_rng *r,
					const struct sim_family *f)
{
	double p[SIM_ROWS_MAX], level[SIM_ROWS_MAX];
	struct sim_said said = { .verdict = STATS_VERDICTS };
	struct sim_session first, s;

	for (size_t i = 0; i < f->rows; i++) {
		struct sim_model m = f->model;
		struct stats_estimate est;

		if (i)
			m.effect = i <= f->others ? f->of_others : 0;
		sim_session(r, &m, &s);
		if (stats_estimate(s.boots, s.nr, &est))
			abort();
		p[i] = est.p;
		if (!i) {
			first = s;
			said.est = est;
		}
	}
	if (f->adjust(p, p, level, f->rows))
		abort();
	said.verdict =
		stats_verdict(&said.est, level[0], SIM_DELTA, BETTER_LOWER);
	said.attained = stats_attained(first.boots, first.nr, level[0]);
	said.mde = stats_mde(&said.est, said.attained, SIM_DELTA, 0);
	return said;
}

/* The MDE that is printed where the spread of the boots is found to be what it is. */
static inline double sim_true_mde(struct sim_rng *r, const struct sim_family *f)
{
	struct sim_family none = *f;
	struct sim_said said;

	none.model.effect = 0;
	said = sim_judge(r, &none);
	said.est.se *= sim_value_sd(&f->model) / said.est.sd;
	return stats_mde(&said.est, said.attained, SIM_DELTA, 0).shift;
}

/**
 * struct sim_power - how often a change as large as the MDE is called one
 * @mde: for the SD that boots have, as a shift
 * @known: percent found at @mde
 * @printed: percent found at what was printed of the same rows without the change,
 *	which knows the SD from these boots
 */
struct sim_power {
	double mde;
	double known;
	double printed;
};

static inline bool sim_finds(struct sim_rng *r, const struct sim_family *f,
			     double shift)
{
	struct sim_family with = *f;

	with.model.effect = shift;
	return sim_judge(r, &with).verdict == STATS_REGRESSED;
}

static inline struct sim_power sim_power(uint64_t seed,
					 const struct sim_family *f, long runs)
{
	struct sim_rng r = { seed };
	struct sim_power power = { .mde = sim_true_mde(&r, f) };
	struct sim_family none = *f;
	long known = 0, printed = 0, said = 0;

	/* The others differ as they do; the row that is asked for does not. */
	none.model.effect = 0;
	for (long i = 0; i < runs; i++) {
		struct sim_said without = sim_judge(&r, &none);

		known += sim_finds(&r, f, power.mde);
		if (without.mde.is != STATS_MDE_KNOWN)
			continue;
		said++;
		printed += sim_finds(&r, f, without.mde.shift);
	}
	power.known = 100.0 * known / runs;
	power.printed = said ? 100.0 * printed / said : 0;
	return power;
}

/* Percent of rows of which is said that they change by less than delta. */
struct sim_small {
	double trivial;
	double equivalent;
};

static inline struct sim_small sim_small(uint64_t seed,
					 const struct sim_family *f, long runs)
{
	struct sim_rng r = { seed };
	long n[STATS_VERDICTS] = { 0 };

	for (long i = 0; i < runs; i++)
		n[sim_judge(&r, f).verdict]++;
	return (struct sim_small){ 100.0 * n[STATS_TRIVIAL] / runs,
				   100.0 * n[STATS_EQUIVALENT] / runs };
}

#endif
