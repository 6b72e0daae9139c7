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

/* "-43.0%", or where a percentage says nothing "+3" */
static const char *plain_change(const struct line *line)
{
	const char *change = isnan(line->ratio) ||
					     line->key->metric_id == METRIC_VMAS
				     ? fmt_diff(line->diff)
				     : fmt_percent(line->ratio);

	return *change == '=' ? "no difference" : change;
}

/* ", -42.7..-15.6 with 3 seeds", or where it is the same with all " with 3 seeds" */
static const char *with_seeds(const struct line *line)
{
	const char *spread = spread_text(line);

	if (!line->spread.nr || line_is_equal(line))
		return "";
	return fmt_text("%s%s with %s", strstr(spread, "..") ? ", " : "",
			strstr(spread, "..") ? spread : "",
			fmt_count(line->spread.nr, "seed"));
}

/**
 * story_range() - the change of a line with how far it goes, in brackets of a text
 * @line: line
 *
 * Return: "-43.0%", "-10.2%, 95% interval -11.0..-9.4" (90% of what is said to be
 * small), "-42.5%, -42.7..-15.6 with 3 seeds; -15.5 to -43.6% in 64 of 64 tree layouts",
 * to be given to free().
 */
char *story_range(const struct line *line)
{
	const struct stats_interval *ci = line_interval(line);
	char *text, *tree;

	if (line->has_est && ci->known && !line->spread.nr)
		return xasprintf("%s, %d%% interval %s",
				 line->est.scale == STATS_RATIO
					 ? fmt_percent(line->ratio)
					 : fmt_diff(line->diff),
				 line_is_small(line) ? 90 : 95,
				 story_interval(line));
	text = xasprintf("%s%s", plain_change(line), with_seeds(line));
	if (!line->tree || line->verdict == LAYOUT)
		return text;
	tree = tree_brief_text(line->tree);
	join_text(&text, "; ", "%s", tree);
	free(tree);
	return text;
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
	char *range = story_range(line);

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
	free(range);
	free(takes);
	return text;
}

/* "1 instead of 2 maple-tree stores (...)", to be given to free(). */
char *stores_text(const struct line *line)
{
	const struct spread *spread = &line->spread;
	const struct tree_change *tree = line->tree;

	if (tree && tree->diff.low < tree->diff.high)
		return tree_text(tree, TREE_SHORT);
	return xasprintf("%s instead of %s maple-tree store%s%s",
			 fmt_value(line->values[line->col]),
			 fmt_value(line->values[0]),
			 line->values[0] == 1 ? "" : "s",
			 spread->diff[0] == spread->diff[1]
				 ? ""
				 : fmt_text(" (%s with %s)", spread_text(line),
					    fmt_count(spread->nr, "seed")));
}

/* Of the row, where the sentence is of layouts of the tree: "with seed 1 3 instead of 4" */
static char *of_row(const struct comparison *cmp, const struct line *line)
{
	return xasprintf("with seed %lld %s instead of %s, %s%s",
			 comparison_seed(cmp), fmt_value(line->values[line->col]),
			 fmt_value(line->values[0]), plain_change(line),
			 with_seeds(line));
}

/**
 * insns_text() - how many instructions an operation takes, behind "takes"
 * @cmp: comparison, built
 * @line: line of it, of instructions
 * @detail: what is said of groups of layouts of the tree
 * @row: where it was measured over these, what the row is, too
 *
 * Return: "3161 instead of 5494.8 instructions (-42.5%)", or what tree_text() has; with
 * the verdict that layouts have given it. To be given to free().
 */
char *insns_text(const struct comparison *cmp, const struct line *line,
		 enum tree_detail detail, bool row)
{
	char *reason = tree_reason(cmp, line), *more = NULL, *text;

	if (line->tree && line->verdict != LAYOUT) {
		text = tree_text(line->tree, detail);
		if (row)
			more = of_row(cmp, line);
		else if (line->spread.nr)
			more = xasprintf("%s%% with %s", spread_text(line),
					 fmt_count(line->spread.nr, "seed"));
		if (more)
			join_text(&text, ", ", "%s", more);
		/* The shares are said. */
		if (reason)
			join_text(&text, ", ", "%s", verdict_name(line->verdict));
	} else {
		more = story_range(line);
		text = xasprintf("%s instead of %s instructions (%s%s%s)",
				 fmt_value(line->values[line->col]),
				 fmt_value(line->values[0]), more,
				 line_tally(line) == TALLY_SHAPE ? ", " : "",
				 line_tally(line) == TALLY_SHAPE
					 ? verdict_name(line->verdict)
					 : "");
		if (reason)
			join_text(&text, ", ", "%s: %s",
				  verdict_name(line->verdict), reason);
	}
	free(more);
	free(reason);
	return text;
}

static char *counted_result(const struct comparison *cmp,
			    const struct line *line, bool brief)
{
	const struct line *stores = find_line(cmp, line->key->scenario,
					      line->key->op, METRIC_MAPLE_STORES);
	char *lines =
		lines_read_text(find_line(cmp, line->key->scenario,
					  line->key->op, METRIC_LINES_READ));
	char *insns =
		insns_text(cmp, line, brief ? TREE_NAMES : TREE_RANGES, !brief);
	char *text = xasprintf("%s against %s: %s %s takes %s",
			       story_last_name(cmp), cmp->cols[0].name,
			       line->key->scenario, line->key->op, insns);

	if (stores && !isnan(stores->diff) && stores->diff != 0) {
		char *too = stores_text(stores);

		join_text(&text, line->tree ? ", and " : " and ", "%s", too);
		free(too);
	}
	if (lines)
		join_text(&text, ", and ", "%s", lines);
	if (!brief)
		join_text(&text, "; ",
			  "these are counts, which repeat to the digit%s",
			  cmp->nr_seeds ? " for each seed"
					: " and have no interval");
	join_text(&text, "", ".");
	free(lines);
	free(insns);
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
