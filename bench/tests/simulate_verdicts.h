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
 * @boots: of which it is
 * @nr: length of @boots
 * @level: of its test
 * @verdict: where less is better
 */
struct sim_said {
	struct stats_estimate est;
	struct stats_boot boots[SIM_BOOTS_MAX];
	size_t nr;
	double level;
	enum stats_verdict verdict;
};

static inline struct stats_mde sim_mde(const struct sim_family *f,
				       const struct sim_said *said)
{
	const struct stats_aim aim = { .level = said->level,
				       .delta = SIM_DELTA,
				       .power = STATS_POWER,
				       .robust = f->model.layouts };

	return stats_mde(said->boots, said->nr, &said->est, &aim);
}

static inline struct sim_said sim_judge(struct sim_rng *r,
					const struct sim_family *f)
{
	double p[SIM_ROWS_MAX], level[SIM_ROWS_MAX];
	struct sim_said said = { .verdict = STATS_VERDICTS };
	struct sim_session s;

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
			memcpy(said.boots, s.boots, sizeof(said.boots));
			said.nr = s.nr;
			said.est = est;
		}
	}
	if (f->adjust(p, p, level, f->rows))
		abort();
	said.verdict =
		stats_verdict(&said.est, level[0], SIM_DELTA, BETTER_LOWER);
	said.level = level[0];
	return said;
}

/**
 * struct sim_power - how often a change as large as the MDE is called one
 * @mde: what is printed where nothing differs, on average, as a shift; 0 where it is
 *	unattainable
 * @found: percent found, of changes as large as what was printed
 */
struct sim_power {
	double mde;
	double found;
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
	struct sim_power power = { 0 };
	struct sim_family none = *f;
	long found = 0, said = 0;

	/* The others differ as they do; the row that is asked for does not. */
	none.model.effect = 0;
	for (long i = 0; i < runs; i++) {
		struct sim_said without = sim_judge(&r, &none);
		struct stats_mde mde = sim_mde(f, &without);

		if (mde.is != STATS_MDE_KNOWN)
			continue;
		said++;
		power.mde += mde.shift;
		found += sim_finds(&r, f, mde.shift);
	}
	if (said) {
		power.mde /= said;
		power.found = 100.0 * found / said;
	}
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
