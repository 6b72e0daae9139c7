// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The result in two sentences: what the series does, and what it costs (worse.c). The
 * page and the cover letter say the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* The last column: what everything is compared with the first for. */
const char *story_last_name(const struct comparison *cmp)
{
	return cmp->cols[cmp->nr_cols - 1].name;
}

/*
 * Does it cost more than before? What is of another shape may, too; of a
 * measurement its interval says so, for there is no verdict on it.
 */
bool is_dearer(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	if (isnan(line->diff))
		return false;
	if (line_tally(line) != TALLY_SHAPE && line->verdict != SEED_DEPENDENT)
		return line_tally(line) == TALLY_WORSE;
	/* Lost merging is told by itself. */
	if (line->key->metric_id == METRIC_VMAS)
		return false;
	/* With any seed. */
	if (line->spread.nr)
		return line->key->better == BETTER_LOWER ? worst_diff(line) > 0
		       : line->key->better == BETTER_HIGHER ? worst_diff(line) < 0
							    : false;
	if (!line->has_est)
		return count_got_worse(line);
	return est->ci95.known && (line->key->better == BETTER_LOWER
					   ? est->ci95.lower > 0
					   : line->key->better == BETTER_HIGHER &&
						     est->ci95.upper < 0);
}

/* In what is said of it: ns of a time, and otherwise a ratio. */
static double size_of(const struct line *line)
{
	if (line->key->metric_id != METRIC_LATENCY)
		return isnan(line->ratio) ? INFINITY
					  : fabs(log(worst_ratio(line)));
	return fabs(line->has_est ? shift_ns(line, line->est.shift) : line->diff);
}

static int change_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	double rx = size_of(x), ry = size_of(y);

	if (rx != ry)
		return rx > ry ? -1 : 1;
	/* From nothing: in the unit of the metric. */
	if (isnan(x->ratio) && worst_diff(x) != worst_diff(y))
		return worst_diff(x) > worst_diff(y) ? -1 : 1;
	return x < y ? -1 : x > y;
}

/**
 * story_dearer() - rows of a metric that cost more than before, shown or not
 * @cmp: comparison, built
 * @metric: metric
 * @nr: filled: how many
 *
 * Return: lines, the largest change first, to be given to free().
 */
const struct line **story_dearer(const struct comparison *cmp,
				 const char *metric, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	if (cmp->nr_cols < 2 || cmp->nr_differ)
		return list;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (is_dearer(&cmp->lines[i]) &&
		    !strcmp(cmp->lines[i].key->metric, metric))
			list[(*nr)++] = &cmp->lines[i];
	qsort(list, *nr, sizeof(*list), change_cmp);
	return list;
}

/**
 * story_lost_merges() - operations that leave more VMAs than before
 * @cmp: comparison, built
 * @nr: filled: how many
 *
 * Return: lines of the metric "vmas", to be given to free().
 */
const struct line **story_lost_merges(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	if (cmp->nr_cols < 2 || cmp->nr_differ)
		return list;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->metric_id == METRIC_VMAS &&
		    worst_diff(&cmp->lines[i]) > 0 &&
		    !result_changed(cmp, &cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	return list;
}

/**
 * story_other_ends() - operations that end with another error, or with one at all
 * @cmp: comparison, built
 * @nr: filled: how many
 *
 * Return: a line of each, to be given to free().
 */
const struct line **story_other_ends(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines && cmp->nr_cols > 1; i++)
		if (line_starts_op(cmp, i) && !cmp->nr_differ &&
		    result_changed(cmp, &cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	return list;
}

/**
 * story_interval() - the interval that goes with a verdict, "-11.0..-9.4"
 * @line: line with an estimate, of which line_interval() is known
 */
const char *story_interval(const struct line *line)
{
	const struct stats_interval *ci = line_interval(line);

	if (line->est.scale == STATS_RATIO)
		return fmt_range(exp(ci->lower), exp(ci->upper));
	return fmt_text("%s..%s", fmt_diff(ci->lower), fmt_diff(ci->upper));
}

/**
 * story_range() - the change of a line with its interval, in brackets of a text
 * @line: line
 * @range: filled: "-43.0%", or "-10.2%, 95% interval -11.0..-9.4";
 *	90% of what is said to be small
 */
void story_range(const struct line *line, char range[64])
{
	const struct stats_interval *ci = line_interval(line);
	int percent = line_is_small(line) ? 90 : 95;
	const char *change = isnan(line->ratio) ||
					     line->key->metric_id == METRIC_VMAS
				     ? fmt_diff(line->diff)
				     : fmt_percent(line->ratio);

	if (*change == '=')
		change = "no difference";
	if (line->spread.nr && !line_is_equal(line)) {
		const char *spread = spread_text(line);
		bool wide = strstr(spread, "..");

		snprintf(range, 64, "%s%s%s with %s", change, wide ? ", " : "",
			 wide ? spread : "", fmt_count(line->spread.nr, "seed"));
	} else if (!line->has_est || !ci->known) {
		snprintf(range, 64, "%s", change);
	} else {
		change = line->est.scale == STATS_RATIO
				 ? fmt_percent(line->ratio)
				 : fmt_diff(line->diff);
		snprintf(range, 64, "%s, %d%% interval %s", change, percent,
			 story_interval(line));
	}
}

/* "new against base: a mmap takes 3 instead of 4 ns" */
static char *takes_text(const struct comparison *cmp, const struct line *line,
			const char *unit)
{
	return xasprintf("%s against %s: %s %s takes %s instead of %s %s",
			 story_last_name(cmp), cmp->cols[0].name,
			 line->key->scenario, line->key->op,
			 fmt_value(line->values[cmp->nr_cols - 1]),
			 fmt_value(line->values[0]), unit);
}

/* ", SHAPE-CHANGED" beside a number that is of something else then, or nothing. */
static const char *shape_too(const struct line *line)
{
	return line_tally(line) != TALLY_SHAPE
		       ? ""
		       : fmt_text(", %s", verdict_name(line->verdict));
}

/* The verdict; of one that cannot be told, why, where it is the plan that is to blame. */
static const char *told(const struct comparison *cmp, const struct line *line)
{
	const char *why = line->verdict == INCONCLUSIVE ? line_reason(cmp, line)
							: NULL;

	return fmt_text("%s%s%s", verdict_name(line->verdict), why ? "; " : "",
			why ? why : "");
}

static char *measured_result(const struct comparison *cmp, const struct line *line)
{
	char *takes = takes_text(cmp, line, "ns (" NAME_OF_MEDIAN ")"), *text;
	char range[64];

	story_range(line, range);
	if (!line->has_est || !line->est.ci95.known)
		text = xasprintf("%s, %s; with %zu + %zu %ss there is no interval, and the verdict is %s.",
				 takes, range, cmp->cols[0].nr_boots,
				 cmp->cols[cmp->nr_cols - 1].nr_boots,
				 counted_as(cmp), told(cmp, line));
	else
		text = xasprintf("%s; the change, over all pairs of %ss of a block, is %s, from %zu + %zu %ss in %s: %s.",
				 takes, counted_as(cmp), range,
				 line->est.boots[STATS_BASE],
				 line->est.boots[STATS_NEW], counted_as(cmp),
				 fmt_count(count_blocks(&cmp->cols[0]), "block"),
				 told(cmp, line));
	free(takes);
	return text;
}

/* " and 1 instead of 2 maple-tree stores", or nothing. */
static char *stores_too(const struct comparison *cmp, const struct line *line)
{
	size_t last = cmp->nr_cols - 1;
	const struct line *stores = find_line(cmp, line->key->scenario,
					      line->key->op, METRIC_MAPLE_STORES);

	if (!stores || isnan(stores->diff) || stores->diff == 0)
		return xasprintf("%s", "");
	return xasprintf(" and %s instead of %s maple-tree store%s%s",
			 fmt_value(stores->values[last]),
			 fmt_value(stores->values[0]),
			 stores->values[0] == 1 ? "" : "s",
			 stores->spread.diff[0] == stores->spread.diff[1]
				 ? ""
				 : fmt_text(" (%s with %s)", spread_text(stores),
					    fmt_count(stores->spread.nr, "seed")));
}

/* ", and reads 84 instead of 129.8 cache lines", or nothing. */
static char *lines_too(const struct comparison *cmp, const struct line *line)
{
	char *lines =
		lines_read_text(find_line(cmp, line->key->scenario,
					  line->key->op, METRIC_LINES_READ));
	char *text = xasprintf("%s%s", lines ? ", and " : "", lines ? lines : "");

	free(lines);
	return text;
}

static char *counted_result(const struct comparison *cmp,
			    const struct line *line, bool brief)
{
	char *takes = takes_text(cmp, line, "instructions");
	char *stores = stores_too(cmp, line), *lines = lines_too(cmp, line),
	     *text;
	char range[64];

	story_range(line, range);
	text = xasprintf("%s (%s%s)%s%s%s%s.", takes, range, shape_too(line),
			 stores, lines,
			 brief ? ""
			       : "; these are counts, which repeat to the digit",
			 brief		 ? ""
			 : cmp->nr_seeds ? " for each seed"
					 : " and have no interval");
	free(lines);
	free(stores);
	free(takes);
	return text;
}

static char *result(const struct comparison *cmp, bool brief)
{
	const struct line *line = headline_line(cmp);

	if (cmp->nr_cols < 2)
		return xasprintf("One kernel was measured, and is compared with nothing.");
	if (cmp->nr_differ)
		return xasprintf("%s and %s are NOT-COMPARABLE: %s that had to match %s.",
				 cmp->cols[0].name, story_last_name(cmp),
				 fmt_count(cmp->nr_differ, "key"),
				 cmp->nr_differ == 1 ? "does not" : "do not");
	if (!line)
		return xasprintf("%s against %s: no cost of an operation is known to have changed.",
				 story_last_name(cmp), cmp->cols[0].name);
	return line->key->exact && !is_timed(cmp->cols[0].recs[0])
		       ? counted_result(cmp, line, brief)
		       : measured_result(cmp, line);
}

/**
 * story_result() - the first sentence: what the series does
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_result(const struct comparison *cmp)
{
	return result(cmp, false);
}

/**
 * story_result_brief() - the same, where what a count is is said elsewhere
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_result_brief(const struct comparison *cmp)
{
	return result(cmp, true);
}
