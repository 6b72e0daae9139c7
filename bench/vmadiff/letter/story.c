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
#include "tables/tables.h"

/* Scenarios that a sentence names. */
#define NAMED 4

/* The last column: what everything is compared with the first for. */
const char *story_last_name(const struct comparison *cmp)
{
	return cmp->cols[cmp->nr_cols - 1].name;
}

/*
 * Does it cost more than before? What is of another shape may, too; of a
 * measurement its interval says so, for there is no verdict on it.
 */
static bool is_dearer(const struct line *line)
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

static int change_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	double rx = isnan(x->ratio) ? INFINITY : fabs(log(worst_ratio(x)));
	double ry = isnan(y->ratio) ? INFINITY : fabs(log(worst_ratio(y)));

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

/* Rows that got worse in any way, shown or not. */
static size_t count_worse(const struct comparison *cmp)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += is_dearer(&cmp->lines[i]) ||
		     line_tally(&cmp->lines[i]) == TALLY_WORSE;
	return n;
}

/* Operations whose cost is known before and after, in the table or left out of it. */
static size_t count_costs(const struct comparison *cmp, bool shown)
{
	enum metric_id cost = cost_metric(cmp->cols[0].recs[0]);
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == cost &&
		     is_cost_row(cmp, &cmp->lines[i]) == shown &&
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

	if (*change == '=')
		change = "no difference";
	if (line->spread.nr && !line_is_equal(line))
		snprintf(range, 64, "%s, %s with %zu seeds", change,
			 spread_text(line), line->spread.nr);
	else if (!line->has_est || !est->ci95.known)
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

static char *measured_result(const struct comparison *cmp, const struct line *line)
{
	char *takes = takes_text(cmp, line, "ns (" NAME_OF_MEDIAN ")"), *text;
	char range[64];

	story_range(line, range);
	if (!line->has_est || !line->est.ci95.known)
		text = xasprintf("%s, %s; with %zu + %zu boots there is no interval, and the verdict is %s.",
				 takes, range, cmp->cols[0].nr_boots,
				 cmp->cols[cmp->nr_cols - 1].nr_boots,
				 verdict_name(line->verdict));
	else
		text = xasprintf("%s; the change, over all pairs of boots of a block, is %s, from %zu + %zu boots in %s: %s.",
				 takes, range, line->est.boots[STATS_BASE],
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
	return xasprintf(" and %s instead of %s maple-tree store%s%s",
			 fmt_value(stores->values[last]),
			 fmt_value(stores->values[0]),
			 stores->values[0] == 1 ? "" : "s",
			 stores->spread.diff[0] == stores->spread.diff[1]
				 ? ""
				 : fmt_text(" (%s with %zu seeds)",
					    spread_text(stores),
					    stores->spread.nr));
}

static char *counted_result(const struct comparison *cmp, const struct line *line)
{
	char *takes = takes_text(cmp, line, "instructions");
	char *stores = stores_too(cmp, line), *text;
	char range[64];

	story_range(line, range);
	text = xasprintf("%s (%s%s)%s; these are counts, which repeat to the digit%s.",
			 takes, range, shape_too(line), stores,
			 cmp->nr_seeds ? " for each seed"
				       : " and have no interval");
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

	for (size_t i = 0; i < nr; i++)
		if (lines[i]->values[0] != lines[0]->values[0] ||
		    lines[i]->values[last] != lines[0]->values[last] ||
		    !(lines[i]->diff > 0))
			return NULL;
	return nr ? lines[0] : NULL;
}

/* Did all of them merge in the first column? */
static bool all_merged(const struct comparison *cmp, const struct line **lines,
		       size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *shape =
			record_find_shape(cmp->cols[0].recs[0],
					  lines[i]->key->scenario,
					  lines[i]->key->op);

		if (!shape || strcmp(shape->outcome, "merged"))
			return false;
	}
	return true;
}

static char *lost_text(const struct comparison *cmp, const struct line **lost,
		       size_t nr)
{
	const struct line *same = common_counts(cmp, lost, nr);
	const char *counts;

	if (!same || !all_merged(cmp, lost, nr))
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

/* "at most by +11.2% (usb_stream_read_append mmap)" */
static const char *most_text(const struct line *line)
{
	return fmt_text("at most by %s (%s %s)",
			isnan(line->ratio) ? fmt_diff(worst_diff(line))
					   : fmt_percent(worst_ratio(line)),
			line->key->scenario, line->key->op);
}

/* Rows that cost more, by what is said of them. */
enum dear {
	DEAR,	       /* in the table */
	DEAR_SHAPE,    /* the same, and does not do what it did before */
	DEAR_LEFT_OUT, /* of the table */
	NR_DEARS,
};

struct dearer {
	size_t nr[NR_DEARS];
	const struct line *most[NR_DEARS];
};

static struct dearer find_dearer(const struct comparison *cmp)
{
	const char *metric = metrics[cost_metric(cmp->cols[0].recs[0])].name;
	struct dearer d = { 0 };
	size_t nr;
	const struct line **list = story_dearer(cmp, metric, &nr);

	for (size_t i = 0; i < nr; i++) {
		enum dear which = !is_cost_row(cmp, list[i]) ? DEAR_LEFT_OUT
				  : line_tally(list[i]) == TALLY_SHAPE
					  ? DEAR_SHAPE
					  : DEAR;

		/* The largest change is first. */
		if (!d.nr[which]++)
			d.most[which] = list[i];
	}
	free(list);
	return d;
}

/*
 * How many of the operations in the table cost more, and which most; those that do
 * not do the same as before apart from those that do. NULL where there is none.
 */
static char *dear_text(const struct comparison *cmp)
{
	bool insns = cost_metric(cmp->cols[0].recs[0]) == METRIC_INSNS;
	const struct dearer d = find_dearer(cmp);
	size_t shown = d.nr[DEAR] + d.nr[DEAR_SHAPE];
	char *text;

	if (!shown && !d.nr[DEAR_LEFT_OUT])
		return NULL;
	text = xasprintf("%zu of %zu operations in the table %s", shown,
			 count_costs(cmp, true),
			 !insns	      ? shown == 1 ? "is slower" : "are slower"
			 : shown == 1 ? "takes more instructions"
				      : "take more instructions");
	if (d.nr[DEAR] && d.nr[DEAR_SHAPE])
		join_text(&text, ": ",
			  "%zu with " OTHER_SHAPE
			  " than before, %s, and %zu with the same, %s",
			  d.nr[DEAR_SHAPE], most_text(d.most[DEAR_SHAPE]),
			  d.nr[DEAR], most_text(d.most[DEAR]));
	else if (d.nr[DEAR_SHAPE])
		join_text(&text, ", ", "with " OTHER_SHAPE " than before, %s",
			  most_text(d.most[DEAR_SHAPE]));
	else if (shown)
		join_text(&text, ", ", "%s", most_text(d.most[DEAR]));
	if (d.nr[DEAR_LEFT_OUT])
		join_text(&text, "; ", "of %zu that it leaves out %zu %s, %s",
			  count_costs(cmp, false), d.nr[DEAR_LEFT_OUT],
			  d.nr[DEAR_LEFT_OUT] == 1 ? "does" : "do",
			  most_text(d.most[DEAR_LEFT_OUT]));
	return text;
}

/**
 * story_worse() - the second sentence: what got worse, whatever it is
 * @cmp: comparison of two columns or more, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_worse(const struct comparison *cmp)
{
	size_t nr_lost, nr_ends, nr_failing, nr = 0;
	const struct line **lost, **ends, **failing;
	char *parts[4], *list, *text;

	if (cmp->nr_differ)
		return xasprintf("Nothing can be said of what got better or worse.");
	lost = story_lost_merges(cmp, &nr_lost);
	ends = story_other_ends(cmp, &nr_ends);
	failing = story_failing(cmp, &nr_failing);
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
	parts[nr] = dear_text(cmp);
	nr += !!parts[nr];
	list = join_parts(parts, nr);
	if (nr)
		text = xasprintf("What got worse: %s.", list);
	else if (count_worse(cmp))
		text = xasprintf("What got worse: %s of other metrics.",
				 fmt_count(count_worse(cmp), "row"));
	else
		text = xasprintf("Nothing that was measured and can be told got worse.");
	free(list);
	free(lost);
	free(ends);
	free(failing);
	return text;
}

/* What a stage of a tree is: an id and a subject, or a patch of a mailbox. */
static const char *commit_text(const struct column *col)
{
	return header_text(col->recs[0], "info", "commit");
}

/* The id that a commit of a tree begins with, or NULL. */
static char *commit_id(const struct column *col)
{
	const char *commit = commit_text(col);
	size_t len = commit ? strspn(commit, "0123456789abcdef") : 0;

	return len >= 7 && len <= 40 ? xasprintf("%.*s", (int)len, commit) : NULL;
}

/* Is it one that tree-series.sh made of a mailbox or a folder of patches? */
static bool is_patch(const struct column *col)
{
	return commit_text(col) &&
	       !strncmp(commit_text(col), "patch ", strlen("patch "));
}

/*
 * Are there but the ends of a range? Their names have the places, s00_base and
 * s07_last, and nothing between them failed.
 */
static bool ends_only(const struct comparison *cmp)
{
	const char *name = cmp->cols[cmp->nr_cols - 1].name;

	return cmp->nr_cols == 2 && !cmp->nr_refused && name[0] == 's' &&
	       strtol(name + 1, NULL, 10) > 1;
}

/* Which commits of a tree, where the stages are of one; else NULL. */
static char *commits_text(const struct comparison *cmp)
{
	const struct column *last = &cmp->cols[cmp->nr_cols - 1];
	char *from = commit_id(&cmp->cols[0]), *to = commit_id(last);
	char *text = NULL;

	if (from && is_patch(last))
		text = xasprintf("SERIES=\"$SERIES\" BASE=%s", from);
	else if (from && to && cmp->nr_cols > 1)
		text = xasprintf("RANGE=%s..%s", from, to);
	else if (from)
		text = xasprintf("RANGE=%s^..%s", from, from);
	free(from);
	free(to);
	return text;
}

/* The stages by name; one alone has to be measured by itself. */
static char *stages_command(const struct comparison *cmp, const char *seeds)
{
	const char *set = cmp->has_extended ? " SET=extended" : "";
	char *stages = NULL, *command;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *stage = cmp->cols[c].recs[0]->stage;

		join_text(&stages, " ", "%s", stage ? stage : "?");
	}
	if (cmp->nr_cols > 1)
		command = xasprintf("make series STAGES='%s'%s%s", stages,
				    seeds, set);
	else
		command = xasprintf("make && scripts/kernel.sh build %s && scripts/exact.sh %s results/%s.jsonl --set %s",
				    stages, stages, stages,
				    cmp->has_extended ? "extended" : "primary");
	free(stages);
	return command;
}

/**
 * story_command() - the one line that measures it again
 * @cmp: comparison
 *
 * Return: a shell command of names that the reader of records has checked, to be
 * given to free(). $TREE and $SERIES are the reader's own.
 */
char *story_command(const struct comparison *cmp)
{
	char *numbers = seeds_text(cmp, false);
	char *seeds = numbers ? xasprintf(" SEEDS='%s'", numbers)
			      : xasprintf("%s", "");
	char *commits = commits_text(cmp->whole), *command;

	if (is_timed(cmp->cols[0].recs[0]))
		command = xasprintf("%smake bench, once a boot of each kernel",
				    cmp->has_extended ? "SET=extended " : "");
	else if (commits)
		command = xasprintf("make series TREE=\"$TREE\" %s%s%s%s",
				    commits,
				    ends_only(cmp->whole) ? " FIRST_AND_LAST=1"
							  : "",
				    seeds,
				    cmp->has_extended ? " SET=extended" : "");
	else
		command = stages_command(cmp, seeds);
	free(commits);
	free(numbers);
	free(seeds);
	return command;
}
