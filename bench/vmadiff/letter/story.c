// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The result in two sentences: what the series does, and what it costs. The page
 * and the cover letter say the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"

/* Scenarios that a sentence names. */
#define NAMED 4

/* The last column: what everything is compared with the first for. */
const char *story_last_name(const struct comparison *cmp)
{
	return cmp->cols[cmp->nr_cols - 1].name;
}

static bool is_worse(const struct line *line)
{
	return line_tally(line) == TALLY_WORSE;
}

static int change_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	double rx = isnan(x->ratio) ? INFINITY : fabs(log(x->ratio));
	double ry = isnan(y->ratio) ? INFINITY : fabs(log(y->ratio));

	if (rx != ry)
		return rx > ry ? -1 : 1;
	return x < y ? -1 : x > y;
}

/**
 * story_dearer() - rows of a metric that got worse
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
		if (is_worse(&cmp->lines[i]) && !isnan(cmp->lines[i].diff) &&
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
		    cmp->lines[i].diff > 0 &&
		    !result_changed(cmp, &cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	return list;
}

/* A line of each scenario that has numbers in the first column, and fails now. */
static const struct line **story_failing(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		bool known = line->verdict != NOW_FAILS;

		for (size_t k = 0; k < *nr; k++)
			known |= !strcmp(list[k]->key->scenario,
					 line->key->scenario);
		if (!known)
			list[(*nr)++] = line;
	}
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

static size_t count_worse(const struct comparison *cmp)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += is_worse(&cmp->lines[i]);
	return n;
}

static size_t count_of(const struct comparison *cmp, enum metric_id metric)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == metric &&
		     !isnan(cmp->lines[i].diff);
	return n;
}

/**
 * story_range() - the change of a line with its interval, in brackets of a text
 * @line: line
 * @range: filled: "-43.0%", or "-10.2%, 95% interval -11.0..-9.4"
 */
void story_range(const struct line *line, char range[64])
{
	const struct stats_estimate *est = &line->est;
	const char *change = isnan(line->ratio) ||
					     line->key->metric_id == METRIC_VMAS
				     ? fmt_diff(line->diff)
				     : fmt_percent(line->ratio);

	if (line->diff == 0)
		change = "no difference";
	if (!line->has_est || !est->ci95.known)
		snprintf(range, 64, "%s", change);
	else if (est->scale == STATS_RATIO)
		snprintf(range, 64, "%s, 95%% interval %s",
			 fmt_percent(line->ratio),
			 fmt_range(exp(est->ci95.lower), exp(est->ci95.upper)));
	else
		snprintf(range, 64, "%s, 95%% interval %s..%s",
			 fmt_diff(line->diff), fmt_diff(est->ci95.lower),
			 fmt_diff(est->ci95.upper));
}

/* "new against base: a mmap takes 3 instead of 4 ns (-25.0%)" */
static char *takes_text(const struct comparison *cmp, const struct line *line,
			const char *unit)
{
	char range[64];

	story_range(line, range);
	return xasprintf("%s against %s: %s %s takes %s instead of %s %s (%s)",
			 story_last_name(cmp), cmp->cols[0].name,
			 line->key->scenario, line->key->op,
			 fmt_value(line->values[cmp->nr_cols - 1]),
			 fmt_value(line->values[0]), unit, range);
}

static char *measured_result(const struct comparison *cmp, const struct line *line)
{
	char *takes = takes_text(cmp, line, "ns at the median"), *text;

	if (!line->has_est || !line->est.ci95.known)
		text = xasprintf("%s; with %zu + %zu boots there is no interval, and the verdict is %s.",
				 takes, cmp->cols[0].nr_boots,
				 cmp->cols[cmp->nr_cols - 1].nr_boots,
				 verdict_name(line->verdict));
	else
		text = xasprintf("%s, over %zu + %zu boots in %s: %s.", takes,
				 line->est.boots[STATS_BASE],
				 line->est.boots[STATS_NEW],
				 fmt_count(count_blocks(&cmp->cols[0]), "block"),
				 verdict_name(line->verdict));
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
	return xasprintf(" and %s instead of %s maple-tree store%s",
			 fmt_value(stores->values[last]),
			 fmt_value(stores->values[0]),
			 stores->values[0] == 1 ? "" : "s");
}

static char *counted_result(const struct comparison *cmp, const struct line *line)
{
	char *takes = takes_text(cmp, line, "instructions");
	char *stores = stores_too(cmp, line);
	char *text =
		xasprintf("%s%s; these are counts, which repeat to the digit and have no interval.",
			  takes, stores);

	free(stores);
	free(takes);
	return text;
}

/**
 * story_result() - the first sentence: what the series does
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_result(const struct comparison *cmp)
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
		       ? counted_result(cmp, line)
		       : measured_result(cmp, line);
}

/* "7 kinds of it fail (a, b, c, d and 3 more)"; @one is what one of them does */
static char *named_part(const struct line **lines, size_t nr, const char *one,
			const char *many)
{
	char *names = NULL, *text;

	for (size_t i = 0; i < nr && i < NAMED; i++)
		join_text(&names, ", ", "%s", lines[i]->key->scenario);
	if (nr > NAMED)
		join_text(&names, " ", "and %zu more", nr - NAMED);
	text = xasprintf("%zu %s (%s)", nr, nr == 1 ? one : many, names);
	free(names);
	return text;
}

/* The same counts for all of them, or NULL. */
static const struct line *common_counts(const struct comparison *cmp,
					const struct line **lines, size_t nr)
{
	size_t last = cmp->nr_cols - 1;

	for (size_t i = 1; i < nr; i++)
		if (lines[i]->values[0] != lines[0]->values[0] ||
		    lines[i]->values[last] != lines[0]->values[last])
			return NULL;
	return nr ? lines[0] : NULL;
}

static char *lost_text(const struct comparison *cmp, const struct line **lost,
		       size_t nr)
{
	const struct line *same = common_counts(cmp, lost, nr);
	const char *counts;

	if (!same)
		return named_part(lost, nr,
				  "kind of mapping leaves more VMAs than before",
				  "kinds of mapping leave more VMAs than before");
	counts = fmt_text("%s VMAs instead of %s",
			  fmt_value(same->values[cmp->nr_cols - 1]),
			  fmt_value(same->values[0]));
	return named_part(lost, nr,
			  fmt_text("kind of mapping no longer merges and leaves %s",
				   counts),
			  fmt_text("kinds of mapping no longer merge and leave %s",
				   counts));
}

/* "a, b, and c"; frees the parts. */
static char *join_parts(char **parts, size_t nr)
{
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < nr; i++) {
		join_text(&text, i + 1 < nr ? ", " : ", and ", "%s", parts[i]);
		free(parts[i]);
	}
	return text;
}

/**
 * story_worse() - the second sentence: what got worse, whatever it is
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_worse(const struct comparison *cmp)
{
	enum metric_id metric = cost_metric(cmp->cols[0].recs[0]);
	size_t nr_lost, nr_ends, nr_failing, nr_dear, nr = 0;
	const struct line **lost, **ends, **failing, **dear;
	char *parts[4], *list, *text;

	if (cmp->nr_cols < 2 || cmp->nr_differ)
		return xasprintf("Nothing can be said of what got better or worse.");
	lost = story_lost_merges(cmp, &nr_lost);
	ends = story_other_ends(cmp, &nr_ends);
	failing = story_failing(cmp, &nr_failing);
	dear = story_dearer(cmp, metrics[metric].name, &nr_dear);
	if (nr_lost)
		parts[nr++] = lost_text(cmp, lost, nr_lost);
	if (nr_failing)
		parts[nr++] = named_part(failing, nr_failing,
					 "scenario fails now",
					 "scenarios fail now");
	if (nr_ends)
		parts[nr++] = named_part(ends, nr_ends,
					 "operation ends with another result",
					 "operations end with another result");
	if (nr_dear)
		parts[nr++] =
			xasprintf("%zu of %zu operations %s, at most by %s (%s %s)",
				  nr_dear, count_of(cmp, metric),
				  metric == METRIC_INSNS ? "take more instructions"
							 : "are slower",
				  isnan(dear[0]->ratio)
					  ? fmt_diff(dear[0]->diff)
					  : fmt_percent(dear[0]->ratio),
				  dear[0]->key->scenario, dear[0]->key->op);
	list = join_parts(parts, nr);
	if (nr)
		text = xasprintf("What got worse: %s.", list);
	else if (count_worse(cmp))
		text = xasprintf("What got worse: %s of other metrics, listed below.",
				 fmt_count(count_worse(cmp), "row"));
	else
		text = xasprintf("Nothing that was measured and can be told got worse.");
	free(list);
	free(lost);
	free(ends);
	free(failing);
	free(dear);
	return text;
}

/* The id that a commit of a tree begins with, or NULL. */
static char *commit_id(const struct column *col)
{
	const char *commit = header_text(col->recs[0], "info", "commit");
	size_t len = commit ? strspn(commit, "0123456789abcdef") : 0;

	return len >= 7 && len <= 40 ? xasprintf("%.*s", (int)len, commit) : NULL;
}

/* "FROM..TO" where the stages are commits of a tree, else NULL. */
static char *range_of(const struct comparison *cmp)
{
	char *from = commit_id(&cmp->cols[0]);
	char *to = commit_id(&cmp->cols[cmp->nr_cols - 1]);
	char *range = from && to ? xasprintf("%s..%s", from, to) : NULL;

	free(from);
	free(to);
	return range;
}

/**
 * story_command() - the one line that measures it again
 * @cmp: comparison
 *
 * Return: a shell command of names that the reader of records has checked, to be
 * given to free().
 */
char *story_command(const struct comparison *cmp)
{
	const char *set = cmp->has_extended ? " SET=extended" : "";
	char *stages = NULL, *range, *command;

	if (is_timed(cmp->cols[0].recs[0]))
		return xasprintf("%smake bench, once a boot of each kernel",
				 cmp->has_extended ? "SET=extended " : "");
	range = range_of(cmp);
	if (range) {
		command = xasprintf("make series TREE=\"$TREE\" RANGE=%s%s",
				    range, set);
		free(range);
		return command;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *stage = cmp->cols[c].recs[0]->stage;

		join_text(&stages, " ", "%s", stage ? stage : "?");
	}
	command = xasprintf("make series STAGES='%s'%s", stages, set);
	free(stages);
	return command;
}
