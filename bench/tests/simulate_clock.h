/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Quantiles of calls that a clock times which advances in steps, by all that they go
 * through: read with the clock, counted in buckets, written, read and compared.
 */
#ifndef SIMULATE_CLOCK_H
#define SIMULATE_CLOCK_H

#include "record/format.h"
#include "simulate.h"

#define SIM_CALLS 65536 /* that a boot draws from */
#define SIM_DRAWN 10000 /* so many want p99 */

static const double sim_quantiles[] = { 0.5, 0.9, 0.99 };
#define SIM_QUANTILES 3

/**
 * struct sim_clock - how the calls of a session are timed
 * @step_ns: in which the clock advances
 * @spread: standard deviation of ln of what calls of a boot take
 * @wider: that of NEW is so many times as large
 */
struct sim_clock {
	double step_ns;
	double spread;
	double wider;
};

/* What calls take, as a part of their median: ascending, by arm. */
struct sim_calls {
	double of[STATS_ARMS][SIM_CALLS];
};

static inline void sim_draw_calls(struct sim_rng *r, const struct sim_clock *c,
				  struct sim_calls *calls)
{
	double *base = calls->of[STATS_BASE];

	for (size_t i = 0; i < SIM_CALLS; i++)
		base[i] = c->spread * sim_normal(r);
	qsort(base, SIM_CALLS, sizeof(*base), cmp_doubles);
	for (size_t i = 0; i < SIM_CALLS; i++) {
		calls->of[STATS_NEW][i] = exp(c->wider * base[i]);
		base[i] = exp(base[i]);
	}
}

/**
 * struct sim_told - a quantile of a boot
 * @value: as it is printed, NAN if it is not told
 * @doubt: how far it may be off, as a part of it
 */
struct sim_told {
	double value;
	double doubt;
};

/* A boot of calls that begin anywhere in a step. */
static inline void sim_time_calls(struct sim_rng *r, double step_ns,
				  const double *calls, double median_ns,
				  struct sim_told told[SIM_QUANTILES])
{
	static struct hist h;
	static struct hist_bin bins[HIST_BUCKETS];
	size_t nr = 0;

	memset(&h, 0, sizeof(h));
	for (size_t i = 0; i < SIM_DRAWN; i++) {
		uint64_t z = sim_next(r);
		double ns = median_ns * calls[z % SIM_CALLS];
		double begins = (z / SIM_CALLS + 0.5) * SIM_CALLS * 0x1p-64;

		hist_add(&h, floor(begins + ns / step_ns) * step_ns + 0.5);
	}
	for (unsigned int b = 0; b < HIST_BUCKETS; b++) {
		double mean = h.count[b] ? hist_mean(&h, b) : 0;

		if (h.count[b])
			bins[nr++] =
				(struct hist_bin){ mean, h.count[b],
						   hist_spread(mean, step_ns) };
	}
	for (int q = 0; q < SIM_QUANTILES; q++) {
		double v = hist_quantile(bins, nr, sim_quantiles[q]);

		told[q].value = v;
		told[q].doubt = hist_doubt(bins, nr, sim_quantiles[q]) / v;
	}
}

/**
 * struct sim_held - sessions whose intervals of a quantile hold the true change
 * @told: sessions that have an interval
 * @bare: of 95 %, if nothing were known of the clock
 * @c95: of 95 %, as it is printed
 * @c90: of 90 %
 * @doubt: by how much all of them are wider, at one end, as shifts
 */
struct sim_held {
	unsigned int told;
	unsigned int bare;
	unsigned int c95;
	unsigned int c90;
	double doubt;
};

static inline bool sim_holds(const struct stats_interval *ci, double shift)
{
	return ci->known && ci->lower <= shift && shift <= ci->upper;
}

static inline double sim_median_doubt(const struct sim_told *told,
				      const struct sim_session *s,
				      enum stats_arm arm)
{
	double v[SIM_BOOTS_MAX];
	size_t nr = 0;

	for (size_t i = 0; i < s->nr; i++)
		if (s->boots[i].arm == arm && !isnan(told[i].value))
			v[nr++] = log1p(told[i].doubt);
	return stats_median(v, nr);
}

/* Of the boots that tell a quantile, as vmadiff does. */
static inline void sim_estimate(const struct sim_told *told,
				const struct sim_session *s, double effect,
				struct sim_held *held)
{
	struct stats_boot boots[SIM_BOOTS_MAX];
	struct stats_estimate est;
	size_t nr = 0;

	for (size_t i = 0; i < s->nr; i++) {
		boots[nr] = s->boots[i];
		boots[nr].value = told[i].value;
		nr += !isnan(told[i].value);
	}
	if (stats_estimate(boots, nr, &est) || !est.ci95.known)
		return;
	held->told++;
	held->bare += sim_holds(&est.ci95, effect);
	stats_widen(boots, nr,
		    sim_median_doubt(told, s, STATS_BASE) +
			    sim_median_doubt(told, s, STATS_NEW),
		    &est);
	held->c95 += sim_holds(&est.ci95, effect);
	held->c90 += sim_holds(&est.ci90, effect);
	held->doubt += est.doubt;
}

/**
 * sim_count_held() - one more session
 * @r: random numbers
 * @model: session; its samples and its effect are not used
 * @c: clock
 * @calls: what it times
 * @held: by quantile, to be added to
 *
 * Level and effect are drawn: how they lie to the steps of the clock is nobody's choice.
 */
static inline void sim_count_held(struct sim_rng *r,
				  const struct sim_model *model,
				  const struct sim_clock *c,
				  const struct sim_calls *calls,
				  struct sim_held held[SIM_QUANTILES])
{
	struct sim_model m = *model;
	double level = 0.7 * exp(0.1 * (sim_uniform(r) - 0.5));
	struct sim_told told[SIM_QUANTILES][SIM_BOOTS_MAX];
	struct sim_session s;

	m.sample_sd = 0;
	m.effect = 0.04 * (sim_uniform(r) - 0.5);
	sim_session(r, &m, &s);
	for (size_t i = 0; i < s.nr; i++) {
		struct sim_told of_boot[SIM_QUANTILES];

		sim_time_calls(r, c->step_ns, calls->of[s.boots[i].arm],
			       level * s.boots[i].value, of_boot);
		for (int q = 0; q < SIM_QUANTILES; q++)
			told[q][i] = of_boot[q];
	}
	for (int q = 0; q < SIM_QUANTILES; q++) {
		size_t at = sim_quantiles[q] * SIM_CALLS;

		sim_estimate(told[q], &s,
			     m.effect + log(calls->of[STATS_NEW][at] /
					    calls->of[STATS_BASE][at]),
			     &held[q]);
	}
}

#endif
