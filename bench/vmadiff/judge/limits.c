// SPDX-License-Identifier: GPL-2.0-or-later
/* A row held against the limits of its rule. */
#include <math.h>

#include "base/base.h"
#include "gate.h"

/* A difference in the unit of the row, and in percent. */
struct change {
	double diff;
	double percent;
};

/**
 * change_percent() - a difference as a part of what there was
 * @diff: difference
 * @base: what there was
 *
 * Return: percent; infinite of nothing.
 */
double change_percent(double diff, double base)
{
	return diff == 0 ? 0 : 100 * diff / fabs(base);
}

static struct change change_of(double diff, double base)
{
	return (struct change){ diff, change_percent(diff, base) };
}

/* A shift of an estimate, which may be a ratio. */
static struct change change_of_shift(const struct stats_estimate *est,
				     double shift)
{
	double base = est->median[STATS_BASE];
	double effect = stats_effect(est, shift);

	if (est->scale == STATS_RATIO)
		return (struct change){ (effect - 1) * base, (effect - 1) * 100 };
	return change_of(effect, base);
}

/* How much of what a limit is on a change has. */
static double amount(enum limit_kind kind, struct change c)
{
	switch (kind) {
	case MAX_INCREASE:
		return c.diff;
	case MAX_DECREASE:
		return -c.diff;
	case MAX_INCREASE_PERCENT:
		return c.percent;
	default:
		return -c.percent;
	}
}

/* Which limit is a change beyond? Return: enum limit_kind, or -1 for none. */
static int limit_exceeded(const struct rule *rule, struct change c)
{
	for (int i = 0; i < NR_LIMITS; i++)
		if (rule->limits[i].set &&
		    amount(i, c) > rule->limits[i].value * (1 + 1e-12))
			return i;
	return -1;
}

/* What the policy says of a row of which nothing can be said. */
static enum ruling rule_on(struct judged *j, enum handling handling)
{
	switch (handling) {
	case HANDLE_PASS:
		j->let_through = true;
		return RULED_PASS;
	case HANDLE_STRICT:
		return RULED_UNSURE;
	default:
		return RULED_REGRESSED;
	}
}

static enum ruling judge_exact(struct judged *j)
{
	const struct line *line = j->line;

	if (!rule_has_limits(j->rule))
		return count_got_worse(line) ? RULED_REGRESSED : RULED_PASS;
	j->limit =
		limit_exceeded(j->rule, change_of(line->diff, line->values[0]));
	return j->limit < 0 ? RULED_PASS : RULED_REGRESSED;
}

/* Where the 90 % interval of a change lies. */
enum place {
	WITHIN,	 /* all of it within the limits */
	BEYOND,	 /* all of it beyond one of them */
	BETWEEN, /* or it is not known */
};

static enum place place_of(const struct rule *rule,
			   const struct stats_estimate *est, int *limit)
{
	const struct stats_interval *ci = &est->ci90;
	int lower, upper;

	if (!ci->known)
		return BETWEEN;
	lower = limit_exceeded(rule, change_of_shift(est, ci->lower));
	upper = limit_exceeded(rule, change_of_shift(est, ci->upper));
	if (lower < 0 && upper < 0)
		return WITHIN;
	if (lower < 0 || upper < 0 || (ci->lower < 0 && ci->upper > 0))
		return BETWEEN;
	/* At the end that is nearer to no change at all. */
	*limit = ci->lower < 0 ? upper : lower;
	return BEYOND;
}

/*
 * Is a difference significant, or as large as so few boots can show? Of many rows
 * some are beyond a limit of 0 by chance.
 */
static bool is_different(const struct line *line)
{
	return line->est.p <= fmax(line->level, line->est.p_min) * (1 + 1e-9);
}

/*
 * Where boots are not steady: is what a part of them says half way from the estimate
 * to a limit, or the limit if it is beyond?
 */
static bool step_reaches(const struct rule *rule, const struct line *line,
			 int exceeded)
{
	const struct stats_estimate *est = &line->est;
	struct change all = change_of_shift(est, est->shift);

	for (int i = 0; i < NR_LIMITS; i++) {
		double limit = rule->limits[i].value;
		double from = amount(i, all) - limit;

		if (!rule->limits[i].set || (exceeded >= 0 && i != exceeded))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(line->parts); k++) {
			struct change part = change_of_shift(est, line->parts[k]);
			double to = amount(i, part) - limit;

			if (from < 0 ? !(to < from / 2) : !(to > from / 2))
				return true;
		}
	}
	return false;
}

static enum ruling judge_by_verdict(const struct comparison *cmp,
				    struct judged *j)
{
	enum verdict verdict = j->line->has_est ? estimate_verdict(cmp, j->line)
						: j->line->verdict;

	switch (verdict) {
	case REGRESSED:
		return RULED_REGRESSED;
	case UNSTABLE:
		return rule_on(j, j->rule->unstable);
	/* A change that nobody calls better or worse need not be harmless. */
	case CHANGED:
	case INCONCLUSIVE:
		return rule_on(j, j->rule->inconclusive);
	default:
		return RULED_PASS;
	}
}

/*
 * A row keeps to its limits where all of its 90 % interval does, and breaks one where
 * all of it is beyond; between the two nothing can be told.
 */
static enum ruling judge_noisy(const struct comparison *cmp, struct judged *j)
{
	const struct line *line = j->line;
	const struct rule *rule = j->rule;
	enum place place;
	int limit = -1;

	if (!rule_has_limits(rule))
		return judge_by_verdict(cmp, j);
	if (!line->has_est || cmp->cols[line->col].confounded)
		return rule_on(j, rule->inconclusive);

	place = place_of(rule, &line->est, &limit);
	if (place == BETWEEN || (place == BEYOND && !is_different(line)))
		return rule_on(j, rule->inconclusive);
	if (line->unsteady && step_reaches(rule, line, limit)) {
		j->unsteady = true;
		return rule_on(j, rule->unstable);
	}
	if (place == WITHIN)
		return RULED_PASS;
	j->limit = limit;
	return RULED_REGRESSED;
}

/**
 * judge_row() - what becomes of a row
 * @cmp: comparison, built
 * @j: row and rule; the rest is set
 */
enum ruling judge_row(const struct comparison *cmp, struct judged *j)
{
	switch (j->line->verdict) {
	case NOT_COMPARABLE:
	case NONDETERMINISTIC:
		return RULED_BROKEN;
	case SHAPE_CHANGED:
		if (j->rule->shape_changed == HANDLE_FAIL)
			return RULED_REGRESSED;
		return j->line->key->exact ? judge_exact(j) : judge_noisy(cmp, j);
	case NOW_FAILS:
		return RULED_REGRESSED; /* be it "missing" that may pass */
	case MISSING:
		return rule_on(j, isnan(j->line->values[0]) ? j->rule->added
							    : j->rule->missing);
	case EXACT_SAME:
	case EXACT_CHANGED:
		return judge_exact(j);
	default:
		return judge_noisy(cmp, j);
	}
}

/**
 * join_place() - say where a row with limits is, and by which interval
 * @why: text to add to
 * @cmp: comparison, built
 * @j: row, judged
 */
void join_place(char **why, const struct comparison *cmp, const struct judged *j)
{
	const struct line *line = j->line;
	const struct stats_estimate *est = &line->est;
	const struct stats_interval *ci = &est->ci90;
	int limit = -1;

	/* line_summary() has it of what is small. */
	if (line_is_small(line))
		;
	else if (ci->known && est->scale == STATS_RATIO)
		join_text(why, "; ", "90 %% interval %s to %s",
			  fmt_percent(exp(ci->lower)),
			  fmt_percent(exp(ci->upper)));
	else if (ci->known)
		join_text(why, "; ", "90 %% interval %s to %s",
			  fmt_diff(ci->lower), fmt_diff(ci->upper));
	if (j->limit >= 0 || cmp->cols[line->col].confounded)
		return;
	if (j->unsteady)
		join_text(why, "; ",
			  "steps inside %s reach half way to the limit",
			  fmt_count(line->unsteady, "boot"));
	else if (!ci->known)
		join_text(why, "; ", "there is no interval of so few boots");
	else if (place_of(j->rule, est, &limit) == BEYOND)
		join_text(why, "; ",
			  "beyond a limit, and not significant among so many rows");
	else
		join_text(why, "; ", "neither within the limits nor beyond");
}
