// SPDX-License-Identifier: GPL-2.0-or-later
/* A row held against the limits of its rule. */
#include <math.h>

#include "base/base.h"
#include "export/export.h"
#include "gate.h"

/* Fewer than what is printed: boots need not be normal, nor as these were. */
#define MISSES_AIMED 0.75

/* What rounding may add to a limit. */
#define LIMIT_FUZZ 1e-12

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
		    amount(i, c) > rule->limits[i].value * (1 + LIMIT_FUZZ))
			return i;
	return -1;
}

/* What the policy says of a row of which nothing can be said. */
static enum ruling rule_on(enum handling handling)
{
	switch (handling) {
	case HANDLE_PASS:
		return RULED_LET_THROUGH;
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

static bool is_increase(enum limit_kind kind)
{
	return kind == MAX_INCREASE || kind == MAX_INCREASE_PERCENT;
}

/* Where a limit is on the scale of an estimate; infinite where nothing reaches it. */
static double limit_shift(const struct stats_estimate *est,
			  enum limit_kind kind, double limit)
{
	double base = fabs(est->median[STATS_BASE]);
	bool percent = kind == MAX_INCREASE_PERCENT ||
		       kind == MAX_DECREASE_PERCENT;
	double diff = (is_increase(kind) ? 1 : -1) *
		      (percent ? limit / 100 * base : limit);

	if (est->scale == STATS_DIFFERENCE)
		return diff;
	return diff > -base ? log1p(diff / base) : -INFINITY;
}

/**
 * caught_percent() - the change for which a measured row fails
 * @j: row, adjusted
 *
 * In %STATS_CAUGHT of such gates: beyond its limit by what boots like these find so
 * often at the level of the gate; where it has limits in both directions, the larger one.
 *
 * Return: percent of BASE; infinite where that is unattainable, NAN where it is not
 * known.
 */
double caught_percent(const struct judged *j)
{
	const struct stats_estimate *est = &j->line->est;
	double nearest[] = { -INFINITY, INFINITY }, worst = NAN;

	if (!j->line->has_est)
		return NAN;
	if (!(j->attained > 0))
		return INFINITY;
	if (j->caught.is != STATS_MDE_KNOWN)
		return NAN;
	for (int i = 0; i < NR_LIMITS; i++) {
		double shift;

		if (!j->rule->limits[i].set)
			continue;
		shift = limit_shift(est, i, j->rule->limits[i].value);
		if (is_increase(i))
			nearest[1] = fmin(nearest[1], shift);
		else
			nearest[0] = fmax(nearest[0], shift);
	}
	if (!rule_has_limits(j->rule))
		nearest[1] = 0;
	for (int up = 0; up < 2; up++) {
		double shift = nearest[up] + (up ? 1 : -1) * j->caught.shift;

		if (isfinite(shift))
			worst = fmax(worst,
				     fabs(change_of_shift(est, shift).percent));
	}
	return isfinite(worst) ? worst : NAN;
}

/* In percent, rounded up, so that what is printed is enough. */
const char *caught_text(double percent)
{
	if (isnan(percent))
		return "-";
	return isinf(percent) ? "none"
			      : fmt_text("%.2f", ceil(percent * 100) / 100);
}

/*
 * How far beyond its limit, or from no change, has a row to be? Where boots are not
 * steady it can miss the gate in two ways, each of which has half of what is missed.
 */
static struct stats_mde find_caught(const struct comparison *cmp,
				    const struct judged *j)
{
	const struct line *line = j->line;
	double missed =
		MISSES_AIMED * (1 - STATS_CAUGHT) / (line->unsteady ? 2 : 1);
	/* By its verdict, a row has to reach what matters, too. */
	double delta = rule_has_limits(j->rule) ? 0 : line->delta;
	struct stats_mde caught =
		line_mde(cmp, line, j->level, delta, 1 - missed);

	/* 1.25 % of what is normal are beyond it, and there are two parts. */
	if (caught.is == STATS_MDE_KNOWN)
		caught.shift = fmax(caught.shift, line_turn(cmp, line, 2.2414));
	return caught;
}

/**
 * adjust_rows() - how sure has a gate to be of each of its rows?
 * @cmp: comparison, built
 * @list: rows with their rules; of those that are measured the interval is found
 * @nr: length of @list
 *
 * Bonferroni's adjustment over the measured rows of the gate, with and without limits:
 * where nothing differs 5 % of gates fail, at most, whatever depends on what. Boots
 * that are so few that there is no such interval cannot make a row fail, and do not
 * let it pass.
 */
void adjust_rows(const struct comparison *cmp, struct judged *list, size_t nr)
{
	size_t measured = 0;

	for (size_t i = 0; i < nr; i++)
		measured += list[i].line->has_est;
	for (size_t i = 0; i < nr; i++) {
		const struct line *line = list[i].line;
		struct stats_boot *boots;
		size_t nr_boots;

		if (!line->has_est || tells_nothing(cmp, line))
			continue;
		boots = line_boots(cmp, line, &nr_boots);
		list[i].level = STATS_ALPHA / measured;
		list[i].attained = stats_attained(boots, nr_boots, list[i].level);
		list[i].ci = stats_interval_at(boots, nr_boots, &line->est,
					       list[i].level);
		free(boots);
		list[i].caught = find_caught(cmp, &list[i]);
	}
}

static int limit_at(const struct judged *j, double shift)
{
	return limit_exceeded(j->rule, change_of_shift(&j->line->est, shift));
}

/* Does all of an interval keep to the limits? */
static bool is_within(const struct judged *j, const struct stats_interval *ci)
{
	return ci->known && limit_at(j, ci->lower) < 0 &&
	       limit_at(j, ci->upper) < 0;
}

/* The limit that all of an interval is beyond, -1 for none. */
static int limit_beyond(const struct judged *j, const struct stats_interval *ci)
{
	if (!ci->known || (ci->lower < 0 && ci->upper > 0) ||
	    limit_at(j, ci->lower) < 0)
		return -1;
	/* Of both ends, the one that is nearer to no change at all. */
	return limit_at(j, ci->lower < 0 ? ci->upper : ci->lower);
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

/* By the verdict that a row has among the rows of the gate. */
static enum ruling judge_by_verdict(const struct comparison *cmp,
				    struct judged *j)
{
	struct line line = *j->line;

	line.level = j->level;
	switch (estimate_verdict(cmp, &line)) {
	case REGRESSED:
		return RULED_REGRESSED;
	case UNSTABLE:
		return rule_on(j->rule->unstable);
	/* A change that nobody calls better or worse need not be harmless. */
	case CHANGED:
	case INCONCLUSIVE:
		return rule_on(j->rule->inconclusive);
	default:
		return RULED_PASS;
	}
}

/*
 * Has a boot of NEW a count that is further up or down than that of any boot of BASE, by
 * more than a limit? An interval does not see what is so in a few boots.
 */
static bool count_is_beyond(const struct comparison *cmp, const struct judged *j)
{
	double low[] = { INFINITY, INFINITY }, high[] = { -INFINITY, -INFINITY };
	double up, down;
	size_t nr;
	struct stats_boot *boots = line_boots(cmp, j->line, &nr);

	for (size_t i = 0; i < nr; i++) {
		enum stats_arm arm = boots[i].arm;

		low[arm] = fmin(low[arm], boots[i].value);
		high[arm] = fmax(high[arm], boots[i].value);
	}
	free(boots);
	up = fmax(0, high[STATS_NEW] - high[STATS_BASE]);
	down = fmin(0, low[STATS_NEW] - low[STATS_BASE]);
	return limit_exceeded(j->rule, change_of(up, high[STATS_BASE])) >= 0 ||
	       limit_exceeded(j->rule, change_of(down, low[STATS_BASE])) >= 0;
}

/*
 * A row breaks a limit where all of its interval is beyond, of a confidence that is
 * adjusted for the rows of the gate, and keeps to its limits where all of its 90 %
 * interval does. Between the two nothing can be told, nor where so few boots have no
 * such interval.
 */
static enum ruling judge_noisy(const struct comparison *cmp, struct judged *j)
{
	const struct line *line = j->line;
	const struct rule *rule = j->rule;
	int limit = limit_beyond(j, &j->ci);

	if (!(j->attained > 0))
		return rule_on(rule->inconclusive);
	if (!rule_has_limits(rule))
		return judge_by_verdict(cmp, j);
	if (limit < 0 && !is_within(j, &line->est.ci90))
		return rule_on(rule->inconclusive);
	if (line->unsteady && step_reaches(rule, line, limit)) {
		j->unsteady = true;
		return rule_on(rule->unstable);
	}
	if (limit < 0 && line->varies && count_is_beyond(cmp, j))
		return rule_on(rule->inconclusive);
	j->limit = limit;
	return limit < 0 ? RULED_PASS : RULED_REGRESSED;
}

/*
 * Most layouts of the tree do not say what the row does. Where it is worse at most of
 * them, what counts is by how much; otherwise nothing can be told.
 */
static enum ruling judge_layouts(struct judged *j)
{
	const struct tree_change *tree = j->line->tree;

	if (line_tally(j->line) != TALLY_WORSE)
		return rule_on(j->rule->inconclusive);
	if (!rule_has_limits(j->rule))
		return RULED_REGRESSED;
	j->limit = limit_exceeded(j->rule, change_of(tree->diff.median,
						     tree->base.median));
	return j->limit < 0 ? RULED_PASS : RULED_REGRESSED;
}

/* By the numbers or the verdict, whatever boots miss it. */
static enum ruling judge_numbers(const struct comparison *cmp, struct judged *j)
{
	switch (j->line->verdict) {
	case NOT_COMPARABLE:
	case NONDETERMINISTIC:
		return RULED_BROKEN;
	case SHAPE_CHANGED:
		if (j->rule->shape_changed == HANDLE_FAIL)
			return RULED_REGRESSED;
		return j->line->key->exact && !j->line->varies
			       ? judge_exact(j)
			       : judge_noisy(cmp, j);
	case NOW_FAILS:
		return RULED_REGRESSED; /* be it "missing" that may pass */
	case MISSING:
		return rule_on(isnan(j->line->values[0]) ? j->rule->added
							 : j->rule->missing);
	case EXACT_SAME:
	case EXACT_CHANGED:
	case LUCK: /* that it may be luck is said, and changes no limit */
		return judge_exact(j);
	case LAYOUT:
		return RULED_PASS;
	case LAYOUT_DEPENDENT:
		return judge_layouts(j);
	default:
		return judge_noisy(cmp, j);
	}
}

/**
 * boots_left_out() - boots of a side that measured a row and are compared with nothing
 * @cmp: comparison, built
 * @line: one of its lines
 * @arm: which side
 *
 * Boots of BASE may be of older sessions, and without NEW say nothing about it. A layout
 * of BASE that NEW has none of may be one that does not boot.
 */
size_t boots_left_out(const struct comparison *cmp, const struct line *line,
		      enum stats_arm arm)
{
	if (!line->has_est || (arm == STATS_BASE && !draws_layouts(cmp)))
		return 0;
	return line->boots[arm] - line->est.boots[arm];
}

/**
 * boots_say_nothing() - is there a boot that the ruling on a row is not of?
 * @cmp: comparison, built
 * @line: one of its lines
 */
bool boots_say_nothing(const struct comparison *cmp, const struct line *line)
{
	return line_misses_boots(cmp, line) ||
	       boots_left_out(cmp, line, STATS_BASE) ||
	       boots_left_out(cmp, line, STATS_NEW);
}

/**
 * judge_row() - what becomes of a row
 * @cmp: comparison, built
 * @j: row and rule; the rest is set
 *
 * A row that boots miss, or of which boots of NEW are left out, or layouts, may fail by
 * the others, but it does not pass. Where some of NEW miss it because it fails there, and nowhere in
 * BASE, it fails whatever the others say.
 */
enum ruling judge_row(const struct comparison *cmp, struct judged *j)
{
	enum ruling ruling = judge_numbers(cmp, j);

	if (ruling != RULED_BROKEN && line_misses_boots(cmp, j->line) &&
	    line_failure(cmp, j->line))
		return RULED_REGRESSED;
	if (ruling == RULED_PASS && boots_say_nothing(cmp, j->line))
		return rule_on(j->rule->inconclusive);
	return ruling;
}

static void join_interval(char **why, const struct stats_estimate *est,
			  const struct stats_interval *ci, double percent)
{
	join_text(why, "; ", "%.4g %% interval %s", percent,
		  interval_ends(est, ci));
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

	if (j->limit >= 0) {
		/* line_summary() has that of a row by itself. */
		if (j->level < STATS_ALPHA)
			join_interval(why, est, &j->ci, 100 * (1 - j->level));
		return;
	}
	/* line_summary() has it of what is small. */
	if (!line_is_small(line) && est->ci90.known)
		join_interval(why, est, &est->ci90, 90);
	if (cmp->cols[line->col].confounded)
		return;
	if (tells_nothing(cmp, line))
		join_text(why, "; ", ONE_LAYOUT);
	else if (!(j->attained > 0))
		join_text(why, "; ",
			  "a failure is unattainable with this plan: so few %ss are not significant among the rows of the gate",
			  counted_as(cmp));
	else if (j->unsteady)
		join_text(why, "; ",
			  "steps inside %s reach half way to the limit",
			  fmt_count(line->unsteady, counted_as(cmp)));
	else if (!is_within(j, &est->ci90))
		join_text(why, "; ", "neither within the limits nor beyond");
	else if (line->varies && count_is_beyond(cmp, j))
		join_text(why, "; ",
			  "a %s of new is beyond what any of base counts by more than the limit",
			  counted_as(cmp));
	if (isfinite(caught_percent(j)))
		join_text(why, "; ", "%s %% is caught in %g of 100",
			  caught_text(caught_percent(j)), 100 * STATS_CAUGHT);
}
