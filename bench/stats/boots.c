// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "boots.h"

static int cmp_boot(const void *a, const void *b)
{
	const struct stats_boot *x = a, *y = b;

	if (x->block != y->block)
		return (x->block > y->block) - (x->block < y->block);
	if (x->value != y->value)
		return (x->value > y->value) - (x->value < y->value);
	return (x->arm > y->arm) - (x->arm < y->arm);
}

/* Boots of b that share a value with the one at first. */
static size_t tied_with(const struct stratum *b, size_t first)
{
	size_t end = first + 1;

	while (end < stratum_size(b) &&
	       b->boots[end].value == b->boots[first].value)
		end++;
	return end - first;
}

/* Count a block in, unless it has boots of one arm only. */
static void add_stratum(struct strata *s, const struct stratum *b)
{
	size_t base = b->nr[STATS_BASE], new = b->nr[STATS_NEW];

	if (!base || !new) {
		s->unused += base + new;
		return;
	}
	s->blocks[s->nr_blocks++] = *b;
	s->nr[STATS_BASE] += base;
	s->nr[STATS_NEW] += new;
	s->small &= base <= STATS_EXACT_BOOTS && new <= STATS_EXACT_BOOTS;
	s->positive &= b->boots[0].value > 0;
	for (size_t i = 0; i < base + new; i += tied_with(b, i))
		s->tied |= tied_with(b, i) > 1;

	s->pairs += base * new;
}

static void strata_free(struct strata *s)
{
	free(s->boots);
	free(s->blocks);
}

static int strata_build(struct strata *s, const struct stats_boot *boots,
			size_t nr)
{
	*s = (struct strata){ .small = true, .positive = true };
	for (size_t i = 0; i < nr; i++) {
		if (!isfinite(boots[i].value) ||
		    (boots[i].arm != STATS_BASE && boots[i].arm != STATS_NEW))
			return -EINVAL;
	}
	if (!nr)
		return -ENODATA;

	s->boots = xcalloc(nr, sizeof(*s->boots));
	s->blocks = xcalloc(nr, sizeof(*s->blocks));
	memcpy(s->boots, boots, nr * sizeof(*boots));
	/* -0 and 0 are equal, and must not come out in the order they came in. */
	for (size_t i = 0; i < nr; i++)
		s->boots[i].value += 0.0;
	qsort(s->boots, nr, sizeof(*s->boots), cmp_boot);

	for (size_t i = 0; i < nr;) {
		struct stratum b = { .boots = s->boots + i };

		do
			b.nr[s->boots[i++].arm]++;
		while (i < nr && s->boots[i].block == b.boots[0].block);
		add_stratum(s, &b);
	}

	if (!s->pairs)
		return -ENODATA;
	s->small &= s->pairs <= STATS_EXACT_PAIRS;
	return 0;
}

/*
 * Ranks do not depend on the scale, but are of the values as they are:
 * logarithms of neighbours may be equal. So ties are found before this.
 */
static void take_logarithms(struct strata *s)
{
	for (size_t b = 0; b < s->nr_blocks; b++) {
		for (size_t i = 0; i < stratum_size(&s->blocks[b]); i++)
			s->blocks[b].boots[i].value =
				log(s->blocks[b].boots[i].value);
	}
}

/* The distribution that T has where no values are tied. */
static void count_untied(const struct strata *s, struct stats_null *null)
{
	size_t nr = s->nr[STATS_BASE] + s->nr[STATS_NEW];
	size_t *ones = xcalloc(nr, sizeof(*ones));

	for (size_t i = 0; i < nr; i++)
		ones[i] = 1;
	stats_null_init(null, 1, s->small);
	for (size_t b = 0; b < s->nr_blocks; b++)
		stats_null_add_block(null, ones, stratum_size(&s->blocks[b]),
				     s->blocks[b].nr[STATS_NEW]);
	free(ones);
}

/* Rows differ in their boots where some miss; more plans than these are counted again. */
#define NULLS_KEPT 8

/* The blocks that a distribution was counted for, in their order. */
struct kept_null {
	size_t (*nr)[STATS_ARMS];
	size_t nr_blocks;
	struct stats_null null;
};

static bool is_of_plan(const struct kept_null *kept, const struct strata *s)
{
	if (!kept->nr || kept->nr_blocks != s->nr_blocks)
		return false;
	for (size_t b = 0; b < s->nr_blocks; b++)
		if (memcmp(kept->nr[b], s->blocks[b].nr, sizeof(*kept->nr)))
			return false;
	return true;
}

/* The same for all rows whose boots have values that differ, so that it is kept. */
static const struct stats_null *continuous_null(const struct strata *s)
{
	static struct kept_null kept[NULLS_KEPT];
	static size_t next;
	struct kept_null *k;

	for (k = kept; k < kept + NULLS_KEPT; k++)
		if (is_of_plan(k, s))
			return &k->null;
	k = &kept[next++ % NULLS_KEPT];
	stats_null_free(&k->null);
	k->nr_blocks = s->nr_blocks;
	k->nr = xreallocarray(k->nr, s->nr_blocks, sizeof(*k->nr));
	for (size_t b = 0; b < s->nr_blocks; b++)
		memcpy(k->nr[b], s->blocks[b].nr, sizeof(*k->nr));
	count_untied(s, &k->null);
	return &k->null;
}

/* T, in @unit; and its distribution, unless that is NULL. */
static size_t rank_sum(const struct strata *s, unsigned int unit,
		       struct stats_null *null)
{
	size_t *groups =
		xcalloc(s->nr[STATS_BASE] + s->nr[STATS_NEW], sizeof(*groups));
	size_t t = 0;

	for (size_t b = 0; b < s->nr_blocks; b++) {
		const struct stratum *block = &s->blocks[b];
		size_t nr_groups = 0, base = 0;

		for (size_t i = 0; i < stratum_size(block);) {
			size_t size = tied_with(block, i), new = 0;

			for (size_t k = i; k < i + size; k++)
				new += block->boots[k].arm == STATS_NEW;
			t += unit * new *base + unit *new *(size - new) / 2;
			base += size - new;
			groups[nr_groups++] = size;
			i += size;
		}
		if (null)
			stats_null_add_block(null, groups, nr_groups,
					     block->nr[STATS_NEW]);
	}
	free(groups);
	return t;
}

static double two_sided(const struct stats_null *null, size_t t)
{
	double below = stats_null_below(null, t);

	return fmin(1, 2 * fmin(below, stats_null_above(null, t)));
}

/* Given which boots are tied. */
static double rank_sum_p(const struct strata *s)
{
	struct stats_null null;
	double p;
	size_t t;

	if (!s->tied)
		return two_sided(continuous_null(s), rank_sum(s, 1, NULL));
	stats_null_init(&null, 2, s->small);
	t = rank_sum(s, 2, &null);
	p = two_sided(&null, t);
	stats_null_free(&null);
	return p;
}

/* NEW - BASE; of logarithms, where all values have one: on the scale of an estimate. */
static void shifts(struct strata *s, struct differences *d)
{
	if (s->positive)
		take_logarithms(s);
	differences_init(d, s);
}

/*
 * How many of the lowest T are so improbable, with as many of the highest ones, that
 * the test rejects them at this level?
 */
static size_t rejected_below(const struct stats_null *null, double alpha)
{
	size_t low = 0, high = null->top / 2;

	if (2 * stats_null_below(null, 0) > alpha * (1 + STATS_FUZZ))
		return 0;
	/* T <= low is improbable, T <= high is not. */
	while (low + 1 < high) {
		size_t mid = low + (high - low) / 2;

		if (2 * stats_null_below(null, mid) <= alpha * (1 + STATS_FUZZ))
			low = mid;
		else
			high = mid;
	}
	return low + 1;
}

/*
 * The shifts that the test does not reject: from the kth difference to the kth
 * from the end, where k is the least T that is not improbable.
 */
static struct stats_interval interval(const struct stats_null *null,
				      const struct differences *d, double alpha)
{
	struct stats_interval ci = { .known = false };
	size_t nr = rejected_below(null, alpha);

	if (!nr)
		return ci;
	ci.known = true;
	ci.lower = difference_at(d, nr - 1);
	ci.upper = difference_at(d, null->top - nr);
	ci.coverage = 1 - 2 * stats_null_below(null, nr - 1);
	return ci;
}

/* The estimate and its intervals. */
static void find_shift(const struct strata *s, const struct differences *d,
		       struct stats_estimate *est)
{
	const struct stats_null *null = continuous_null(s);

	est->shift = differences_median(d);
	est->p_min = fmin(1, 2 * stats_null_below(null, 0));
	est->ci95 = interval(null, d, 0.05);
	est->ci90 = interval(null, d, 0.10);
}

/*
 * Where boots are normal, T moves with the shift at such a rate that the test is
 * as good as a t-test with this many boots, as 1 / variance of the estimate in
 * units of that of one boot. In one block it is 3 / pi, Pitman's efficiency,
 * times base x new / (boots + 1).
 */
static double rank_information(const struct strata *s)
{
	double variance = 0;

	for (size_t b = 0; b < s->nr_blocks; b++) {
		const struct stratum *block = &s->blocks[b];

		variance += (double)block->nr[STATS_BASE] *
			    block->nr[STATS_NEW] * (stratum_size(block) + 1.0);
	}
	return 3 / M_PI * s->pairs * s->pairs / variance;
}

/*
 * Least squares with an effect for each block and one for the arm. In a block
 * the arms differ by d with a variance of 1 / w, w = base x new / (base + new),
 * in units of that of one boot; the estimate is the mean of d with weights w.
 */
static void fit_blocks(const struct strata *s, struct stats_estimate *est)
{
	double *d = xcalloc(s->nr_blocks, sizeof(*d));
	double *w = xcalloc(s->nr_blocks, sizeof(*w));
	double sum_w = 0, sum_wd = 0, within = 0, between = 0, largest = 0;
	double df = (double)(s->nr[STATS_BASE] + s->nr[STATS_NEW]) -
		    s->nr_blocks - 1;
	double shift;

	for (size_t b = 0; b < s->nr_blocks; b++) {
		const struct stratum *block = &s->blocks[b];
		double mean[STATS_ARMS] = { 0 }, squares[STATS_ARMS] = { 0 };

		for (size_t i = 0; i < stratum_size(block); i++) {
			enum stats_arm arm = block->boots[i].arm;

			mean[arm] += block->boots[i].value / block->nr[arm];
		}
		for (size_t i = 0; i < stratum_size(block); i++) {
			enum stats_arm arm = block->boots[i].arm;
			double off = block->boots[i].value - mean[arm];

			squares[arm] += off * off;
		}
		within += squares[STATS_BASE] + squares[STATS_NEW];
		d[b] = mean[STATS_NEW] - mean[STATS_BASE];
		w[b] = (double)block->nr[STATS_BASE] * block->nr[STATS_NEW] /
		       stratum_size(block);
		sum_w += w[b];
		sum_wd += w[b] * d[b];
		largest = fmax(largest, fmax(fabs(mean[STATS_BASE]),
					     fabs(mean[STATS_NEW])));
	}
	shift = sum_wd / sum_w;
	for (size_t b = 0; b < s->nr_blocks; b++)
		between += w[b] * (d[b] - shift) * (d[b] - shift);

	if (df > 0 && isfinite(within + between)) {
		est->sd_known = true;
		est->df = df;
		est->sd = sqrt((within + between) / df);
		est->block_t =
			stats_t_of(shift, est->sd / sqrt(sum_w), df, largest);
		/* Rounding is no spread. */
		if (!est->block_t.known)
			est->sd = 0;
		est->se = est->sd / sqrt(rank_information(s));
	}
	free(d);
	free(w);
}

static void find_medians(const struct strata *s, struct stats_estimate *est)
{
	for (int arm = 0; arm < STATS_ARMS; arm++) {
		double *v = xcalloc(s->nr[arm], sizeof(*v));
		size_t nr = 0;

		for (size_t b = 0; b < s->nr_blocks; b++) {
			const struct stratum *block = &s->blocks[b];

			for (size_t i = 0; i < stratum_size(block); i++) {
				if (block->boots[i].arm == (enum stats_arm)arm)
					v[nr++] = block->boots[i].value;
			}
		}
		est->median[arm] = stats_median(v, nr);
		free(v);
	}
}

/**
 * stats_estimate() - compare the boots of two kernels
 * @boots: one number a boot, in any order
 * @nr: length of @boots
 * @est: result; set only when 0 is returned
 *
 * Only boots of the same block are compared.
 *
 * The estimate is the median of NEW - BASE over all pairs, of logarithms (Hodges
 * and Lehmann 1963, here within strata). Where some boot measured zero or less
 * there is no ratio: everything is done on the numbers themselves, and @scale is
 * %STATS_DIFFERENCE.
 *
 * The test is on T, the pairs in which NEW is larger, tied ones counting half:
 * the sum of Mann and Whitney's U (1947) over blocks. Its distribution is exact,
 * over all ways to choose the boots of NEW within each block, with ties the
 * conditional one of midranks. The two-sided p is twice the smaller tail, as in
 * R's wilcox.test(). Beyond %STATS_EXACT_BOOTS boots of an arm in one block, or
 * %STATS_EXACT_PAIRS pairs in all, it is the normal approximation with
 * corrections for ties and continuity, and @exact says so.
 *
 * Of blocks with one boot of each arm, as pairs of layouts are, this is the sign test
 * without those that are tied, and the estimate is the median of the differences.
 *
 * The intervals are order statistics of the differences (Bauer 1972), from the
 * distribution of T without ties; they hold the true shift at least as often as
 * @coverage says with them. Unlike R's, an interval is not known where even the
 * widest does not have the level asked for, and one that has exactly that level is
 * taken. 95 % wants 4 + 4 boots in one block, or 3 + 3 in two.
 *
 * The t-test is of least squares with an effect for each block, R's
 * lm(y ~ block + arm). @sd is from its residuals, so that 1 + 1 boots a block are
 * enough. @se is @sd / sqrt(I), where I is the information of the rank test,
 * 3 / pi x pairs^2 / sum over blocks of base x new x (boots + 1), for normal boots.
 *
 * Return: 0; -EINVAL when a value is not finite or an arm none; -ENODATA when no
 * block has boots of both; -ERANGE when values are so far apart that a double does not hold their ratio or
 * difference.
 */
int stats_estimate(const struct stats_boot *boots, size_t nr,
		   struct stats_estimate *est)
{
	struct stats_estimate e = { .scale = STATS_RATIO };
	struct differences d;
	struct strata s;
	int err = strata_build(&s, boots, nr);

	if (err)
		goto out;

	e.unused = s.unused;
	e.blocks = s.nr_blocks;
	e.pairs = s.pairs;
	e.exact = s.small;
	memcpy(e.boots, s.nr, sizeof(e.boots));
	find_medians(&s, &e);
	e.p = rank_sum_p(&s);
	if (!s.positive)
		e.scale = STATS_DIFFERENCE;

	shifts(&s, &d);
	if (stats_shift_is_sane(&e, difference_at(&d, 0)) &&
	    stats_shift_is_sane(&e, difference_at(&d, s.pairs - 1)))
		find_shift(&s, &d, &e);
	else
		err = -ERANGE;
	differences_free(&d);
	if (err)
		goto out;

	fit_blocks(&s, &e);
	if (e.scale == STATS_RATIO)
		e.ratio = exp(e.shift);
	*est = e;
out:
	strata_free(&s);
	return err;
}

static void widen(const struct stats_estimate *est, struct stats_interval *ci)
{
	ci->lower -= est->doubt;
	ci->upper += est->doubt;
	if (!ci->known || !stats_shift_is_sane(est, ci->lower) ||
	    !stats_shift_is_sane(est, ci->upper))
		*ci = (struct stats_interval){ .known = false };
}

/**
 * stats_widen() - allow for what the boots of a kernel have in common
 * @boots: as stats_estimate() took them
 * @nr: length of @boots
 * @doubt: how far off NEW - BASE may be, whatever the boots are, on the scale of @est
 * @est: estimate of @boots
 *
 * An interval is wider by @doubt at either end, and so holds the true shift at least
 * as often as it would without. What is tested is whether the shift is larger than
 * @doubt: @p is that of boots of NEW that are nearer to BASE by it, or 1 where the
 * estimate is not larger.
 */
void stats_widen(const struct stats_boot *boots, size_t nr, double doubt,
		 struct stats_estimate *est)
{
	struct stats_boot *near;
	struct stats_estimate e;

	if (!(doubt > 0))
		return;
	est->doubt = doubt;
	widen(est, &est->ci95);
	widen(est, &est->ci90);
	if (fabs(est->shift) <= doubt) {
		est->p = 1;
		return;
	}
	near = xcalloc(nr, sizeof(*near));
	for (size_t i = 0; i < nr; i++) {
		double by = est->shift > 0 ? -doubt : doubt;

		near[i] = boots[i];
		if (near[i].arm != STATS_NEW)
			continue;
		if (est->scale == STATS_RATIO)
			near[i].value *= exp(by);
		else
			near[i].value += by;
	}
	est->p = stats_estimate(near, nr, &e) ? 1 : fmax(est->p, e.p);
	free(near);
}

/**
 * stats_effect() - a shift as it is shown
 * @est: what it is of
 * @shift: @est->shift, the end of an interval, @est->mde
 *
 * Return: NEW / BASE, or NEW - BASE in the unit of the metric, by @est->scale.
 */
double stats_effect(const struct stats_estimate *est, double shift)
{
	return est->scale == STATS_RATIO ? exp(shift) : shift;
}

/**
 * stats_shift_is_sane() - does a double hold what a shift comes to?
 * @est: what it is of
 * @shift: shift
 */
bool stats_shift_is_sane(const struct stats_estimate *est, double shift)
{
	double effect = stats_effect(est, shift);

	return isfinite(effect) && (est->scale == STATS_DIFFERENCE || effect > 0);
}

/**
 * stats_plan_of() - the plan of boots
 * @boots: as stats_estimate() takes them; their values do not matter
 * @nr: length of @boots
 * @level: that the test must not exceed
 * @plan: result, also where there is no test of them; @t and @t_90 are 0
 *
 * Return: 0, or an error of stats_estimate().
 */
int stats_plan_of(const struct stats_boot *boots, size_t nr, double level,
		  struct stats_plan *plan)
{
	const struct stats_null *null;
	struct strata s;
	int err = strata_build(&s, boots, nr);

	*plan = (struct stats_plan){ 0 };
	if (err)
		goto out;
	plan->nr = xcalloc(s.nr_blocks, sizeof(*plan->nr));
	plan->nr_blocks = s.nr_blocks;
	plan->pairs = s.pairs;
	for (size_t b = 0; b < s.nr_blocks; b++)
		memcpy(plan->nr[b], s.blocks[b].nr, sizeof(*plan->nr));

	null = continuous_null(&s);
	plan->rank = rejected_below(null, level);
	plan->rank_90 = rejected_below(null, 0.10);
	if (plan->rank)
		plan->attained = 2 * stats_null_below(null, plan->rank - 1);
out:
	strata_free(&s);
	return err;
}

/**
 * stats_spread_of() - stats_spread() of boots
 * @boots: as stats_estimate() takes them, and has an estimate of
 * @nr: length of @boots
 *
 * Return: it, on the scale of their estimate; 0 where most do not differ.
 */
double stats_spread_of(const struct stats_boot *boots, size_t nr)
{
	struct differences d;
	struct strata s;
	double spread = 0;

	if (!strata_build(&s, boots, nr)) {
		shifts(&s, &d);
		spread = differences_spread(&d);
		differences_free(&d);
	}
	strata_free(&s);
	return spread;
}

/**
 * stats_attained() - the level that the test really has
 * @boots: as stats_estimate() takes them; their values do not matter
 * @nr: length of @boots
 * @level: that it must not exceed
 *
 * Ranks are discrete: of few boots there are few values that p can have.
 *
 * Return: the largest two-sided p, without ties, that is not above @level; 0 if so
 * few boots have none, or there is no test of them.
 */
double stats_attained(const struct stats_boot *boots, size_t nr, double level)
{
	struct stats_plan plan;

	stats_plan_of(boots, nr, level, &plan);
	free(plan.nr);
	return plan.attained;
}

/**
 * stats_interval_at() - an interval of another level
 * @boots: as stats_estimate() takes them
 * @nr: length of @boots
 * @est: their estimate
 * @level: probability that it does not hold the true shift, at most
 *
 * Return: the interval, as those of stats_estimate() are; not known where so few
 * boots have none.
 */
struct stats_interval stats_interval_at(const struct stats_boot *boots, size_t nr,
					const struct stats_estimate *est,
					double level)
{
	struct stats_interval ci = { .known = false };
	struct differences d;
	struct strata s;

	if (!strata_build(&s, boots, nr)) {
		shifts(&s, &d);
		ci = interval(continuous_null(&s), &d, level);
		widen(est, &ci);
		differences_free(&d);
	}
	strata_free(&s);
	return ci;
}
