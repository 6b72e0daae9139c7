/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions of two kernels that do not exist, for test_stats_*.c and simulate.c.
 * The only random numbers there are: seeded, and not in any result.
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stats/boots.h"

#define SIM_BOOTS_MAX 64
#define SIM_SAMPLES 30 /* of a boot */

/* Steele, Lea and Flood (2014): splitmix64. */
struct sim_rng {
	uint64_t state;
};

static inline uint64_t sim_next(struct sim_rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Above 0, below 1. */
static inline double sim_uniform(struct sim_rng *r)
{
	return ((sim_next(r) >> 11) + 0.5) / 9007199254740992.0;
}

static inline size_t sim_below(struct sim_rng *r, size_t n)
{
	return sim_uniform(r) * n;
}

/* Box and Muller (1958), one of the two. */
static inline double sim_normal(struct sim_rng *r)
{
	double radius = sqrt(-2 * log(sim_uniform(r)));

	return radius * cos(2 * M_PI * sim_uniform(r));
}

/**
 * struct sim_model - what a session is like, all of ln values
 * @blocks: blocks
 * @boots: boots of each arm in a block
 * @boot_sd: standard deviation of boots
 * @sample_sd: of the samples in a boot
 * @outliers: part of the boots that are off by 5 times as much
 * @drift: from the first boot to the last one
 * @base_first: boots of a block are not shuffled
 * @effect: of NEW
 * @layouts: boots are layouts, a few of which may be unlike the others
 */
struct sim_model {
	size_t blocks;
	size_t boots;
	double boot_sd;
	double sample_sd;
	double outliers;
	double drift;
	bool base_first;
	double effect;
	bool layouts;
};

/**
 * struct sim_session - what was measured
 * @boots: median of each boot
 * @samples: what it is the median of, ascending
 * @nr: length of both
 */
struct sim_session {
	struct stats_boot boots[SIM_BOOTS_MAX];
	double samples[SIM_BOOTS_MAX][SIM_SAMPLES];
	size_t nr;
};

static inline void sim_session(struct sim_rng *r, const struct sim_model *m,
			       struct sim_session *s)
{
	size_t size = 2 * m->boots;

	s->nr = m->blocks * size;
	for (size_t i = 0; i < s->nr; i++) {
		s->boots[i].block = i / size;
		s->boots[i].arm = i % size < m->boots ? STATS_BASE : STATS_NEW;
	}
	for (size_t b = 0; !m->base_first && b < m->blocks; b++) {
		struct stats_boot *block = s->boots + b * size;

		for (size_t i = size; i > 1; i--) {
			size_t k = sim_below(r, i);
			enum stats_arm arm = block[k].arm;

			block[k].arm = block[i - 1].arm;
			block[i - 1].arm = arm;
		}
	}
	for (size_t i = 0; i < s->nr; i++) {
		double *v = s->samples[i];
		double off = m->boot_sd * sim_normal(r);
		double level = m->drift * i / (s->nr - 1) +
			       (s->boots[i].arm == STATS_NEW ? m->effect : 0);

		level += sim_uniform(r) < m->outliers ? 5 * off : off;
		for (size_t k = 0; k < SIM_SAMPLES; k++)
			v[k] = 2000 * exp(level + m->sample_sd * sim_normal(r));
		qsort(v, SIM_SAMPLES, sizeof(*v), cmp_doubles);
		s->boots[i].value =
			(v[SIM_SAMPLES / 2 - 1] + v[SIM_SAMPLES / 2]) / 2;
	}
}

/* Standard deviation of ln of the medians of boots, without drift or outliers. */
static inline double sim_value_sd(const struct sim_model *m)
{
	return sqrt(m->boot_sd * m->boot_sd +
		    M_PI / 2 * m->sample_sd * m->sample_sd / SIM_SAMPLES);
}

/* ln of the medians of an arm; @out has room for all boots. */
static inline size_t sim_arm(const struct sim_session *s, enum stats_arm arm,
			     double *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr; i++) {
		if (s->boots[i].arm == arm)
			out[n++] = log(s->boots[i].value);
	}
	return n;
}

static inline double mean_of(const double *v, size_t nr)
{
	double sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += v[i];
	return sum / nr;
}

/* Of the mean: variance of the numbers by their count. */
static inline double variance_of_mean(const double *v, size_t nr, double mean)
{
	double sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += (v[i] - mean) * (v[i] - mean);
	return sum / (nr - 1) / nr;
}

/**
 * sim_welch() - t-test of two samples whose variances differ
 * @base: numbers
 * @nr_base: how many
 * @new: numbers
 * @nr_new: how many
 *
 * Welch (1947), degrees of freedom after Satterthwaite. It knows of no blocks.
 *
 * Return: not known when a sample has less than two numbers.
 */
static inline struct stats_t sim_welch(const double *base, size_t nr_base,
				       const double *new, size_t nr_new)
{
	struct stats_t none = { .known = false };
	double b, n, vb, vn, se2;

	if (nr_base < 2 || nr_new < 2)
		return none;
	b = mean_of(base, nr_base);
	n = mean_of(new, nr_new);
	vb = variance_of_mean(base, nr_base, b);
	vn = variance_of_mean(new, nr_new, n);
	se2 = vb + vn;
	return stats_t_of(n - b, sqrt(se2),
			  se2 * se2 /
				  (vb * vb / (nr_base - 1) +
				   vn * vn / (nr_new - 1)),
			  fmax(fabs(b), fabs(n)));
}

struct sim_sample {
	double value;
	bool new;
};

static inline int sim_cmp_sample(const void *a, const void *b)
{
	return cmp_doubles(&((const struct sim_sample *)a)->value,
			   &((const struct sim_sample *)b)->value);
}

/*
 * What is not to be done: Mann and Whitney's test of all samples of all boots, as
 * if they were independent. Of whether NEW is @ratio times BASE; no two are tied.
 */
static inline double sim_pooled_p(const struct sim_session *s, double ratio)
{
	static struct sim_sample v[SIM_BOOTS_MAX * SIM_SAMPLES];
	double n[2] = { 0 }, u = 0, below = 0, mean, sd;
	size_t nr = 0;

	for (size_t i = 0; i < s->nr; i++) {
		for (size_t k = 0; k < SIM_SAMPLES; k++) {
			v[nr].new = s->boots[i].arm == STATS_NEW;
			v[nr].value = s->samples[i][k] / (v[nr].new ? ratio : 1);
			n[v[nr++].new]++;
		}
	}
	qsort(v, nr, sizeof(*v), sim_cmp_sample);
	for (size_t i = 0; i < nr; i++) {
		if (v[i].new)
			u += below;
		else
			below++;
	}
	mean = n[0] * n[1] / 2;
	sd = sqrt(n[0] * n[1] * (n[0] + n[1] + 1) / 12);
	return erfc(fabs(u - mean) / sd / sqrt(2));
}

#endif
