// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of rows, commits and steps, wherever it is said. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

/* Commits that are named before the rest is only counted. */
#define NAMED_MAX 4

/** row_text() - "secretmem_append mmap insns", to be given to free() */
char *row_text(const struct range_row *row)
{
	return xasprintf("%s %s %s", row->key.scenario, row->key.op,
			 row->key.metric);
}

/** row_value_text() - a value as a reader can use it, in a buffer as of fmt_text() */
const char *row_value_text(const struct range *r, const struct range_row *row,
			   double v)
{
	if (row->is_word && !isnan(v))
		return fmt_text("%s", r->words[(size_t)v]);
	return fmt_value(v);
}

/** row_change_text() - "-251 (-7.8%)", "+1 (from 0)"; of words nothing */
const char *row_change_text(const struct range_row *row, double from, double to)
{
	double diff = to - from;

	if (row->is_word || isnan(diff))
		return "";
	if (diff == 0)
		return "=";
	if (from <= 0)
		return from == 0 ? fmt_text("%s (from 0)", fmt_diff(diff))
				 : fmt_diff(diff);
	return fmt_text("%s (%s)", fmt_diff(diff), fmt_percent(to / from));
}

/**
 * commit_text() - what a reader knows a commit by
 * @c: commit
 *
 * Return: c0ffee0b1 ("mm: store twice"), to be given to free(); "" where that is not known.
 */
char *commit_text(const struct range_commit *c)
{
	if (!*c->subject)
		return xasprintf("%s", c->id);
	return xasprintf("%s%s(\"%s\")", c->id, *c->id ? " " : "", c->subject);
}

/**
 * nearest_record() - the last commit before another that has counts
 * @r: range
 * @commit: the other, not the first that has some
 */
size_t nearest_record(const struct range *r, size_t commit)
{
	while (commit-- > 0)
		if (r->commits[commit].state == RANGE_MEASURED)
			return commit;
	return 0;
}

/* "s03_a, s04_b and 2 more": commits between two, with counts or without. */
static char *between_text(const struct range *r, size_t since, size_t commit,
			  bool measured, size_t *nr)
{
	char *text = NULL;

	*nr = 0;
	for (size_t c = since + 1; c < commit; c++) {
		if ((r->commits[c].state == RANGE_MEASURED) != measured)
			continue;
		if ((*nr)++ < NAMED_MAX)
			join_text(&text, ", ", "%s", r->commits[c].name);
	}
	if (*nr > NAMED_MAX)
		join_text(&text, " and ", "%zu more", *nr - NAMED_MAX);
	return text;
}

/**
 * span_text() - which commits may have done what is seen in one
 * @r: range
 * @commit: the one with counts
 *
 * Return: "one of s03_a..s05_c: s03_a, s04_b have no record", to be given to free();
 * NULL where it is the commit itself.
 */
char *span_text(const struct range *r, size_t commit)
{
	size_t since = nearest_record(r, commit), nr;
	char *holes, *text;

	if (since + 1 == commit)
		return NULL;
	holes = between_text(r, since, commit, false, &nr);
	text = xasprintf("one of %s..%s: %s ha%s no record",
			 r->commits[since + 1].name, r->commits[commit].name,
			 holes, nr == 1 ? "s" : "ve");
	free(holes);
	return text;
}

/**
 * gap_text() - the same of a row that records before the commit do not have
 * @r: range
 * @step: step of the row
 *
 * Return: "against s02_x: not counted in s03_a", to be given to free(); NULL where the
 * record before has it.
 */
char *gap_text(const struct range *r, const struct range_step *step)
{
	size_t nr;
	char *names, *text;

	if (step->kind != STEP_MOVED ||
	    step->since >= nearest_record(r, step->commit))
		return NULL;
	names = between_text(r, step->since, step->commit, true, &nr);
	text = xasprintf("against %s: not counted in %s",
			 r->commits[step->since].name, names);
	free(names);
	return text;
}

/* The end of the steps of a commit, of which @from is the first. */
size_t steps_end(const struct range *r, size_t from)
{
	size_t end = from;

	while (end < r->nr_steps && r->steps[end].commit == r->steps[from].commit)
		end++;
	return end;
}

bool is_of_metric(const struct range_row *row, const char *metric)
{
	return !metric || !strcmp(row->key.metric, metric);
}

/* Has any of the steps of a commit a row of the metric? */
static bool has_metric(const struct range *r, size_t from, size_t end,
		       const char *metric)
{
	for (size_t i = from; i < end; i++)
		if (is_of_metric(&r->rows[r->steps[i].row], metric))
			return true;
	return false;
}

/* Commits that moved something, or one of those before them without counts did. */
size_t count_moving(const struct range *r, const char *metric)
{
	size_t nr = 0, end;

	for (size_t from = 0; from < r->nr_steps; from = end) {
		end = steps_end(r, from);
		nr += has_metric(r, from, end, metric);
	}
	return nr;
}

/* Commits that moved nothing, and have the code of the record before. */
static size_t count_twins(const struct range *r)
{
	size_t nr = 0, before = r->nr_commits;

	for (size_t c = 0; c < r->nr_commits; c++) {
		const struct range_commit *commit = &r->commits[c];

		if (commit->state != RANGE_MEASURED)
			continue;
		nr += before < r->nr_commits && commit->code &&
		      commit->code == r->commits[before].code &&
		      !commit->nr_steps;
		before = c;
	}
	return nr;
}

/**
 * count_range_rows() - what became of rows
 * @r: range
 * @metric: of this one alone, or NULL
 */
struct row_counts count_range_rows(const struct range *r, const char *metric)
{
	struct row_counts n = { 0 };

	for (size_t i = 0; i < r->nr_rows; i++) {
		const struct range_row *row = &r->rows[i];
		bool whole = true;

		if (!is_of_metric(row, metric))
			continue;
		for (size_t c = 0; c < r->nr_commits && whole; c++)
			whole = r->commits[c].state != RANGE_MEASURED ||
				row->counts[c] == COUNT_THERE;
		n.all++;
		n.moved += row->nr_steps != 0;
		n.equal += !row->nr_steps && whole;
		n.partly += !row->nr_steps && !whole;
	}
	return n;
}

/**
 * summary_text() - the range in a sentence
 * @r: range
 * @metric: of this one alone, or NULL
 *
 * Return: the text, to be given to free().
 */
char *summary_text(const struct range *r, const char *metric)
{
	const struct row_counts n = count_range_rows(r, metric);
	size_t moving = count_moving(r, metric), twins = count_twins(r), holes;
	char *text;

	holes = r->nr_commits - r->nr_measured;
	if (!moving)
		text = xasprintf("No commit moved anything: %zu rows of %zu records, one after the other, are equal to the digit",
				 n.equal, r->nr_measured);
	else
		text = xasprintf("%zu of %s moved something; %zu of %zu rows moved, %s equal to the digit in all %zu records",
				 moving, fmt_count(r->nr_measured - 1, "commit"),
				 n.moved, n.all,
				 n.moved + n.partly == n.all ? "none is"
				 : n.partly ? fmt_text("%zu are", n.equal)
					    : "the others are",
				 r->nr_measured);
	if (n.partly)
		join_text(&text, "", "; %zu %s not in all of them", n.partly,
			  n.partly == 1 ? "is" : "are");
	if (twins)
		join_text(&text, "", "; %zu commit%s the code of the one before",
			  twins, twins == 1 ? " has" : "s have");
	if (holes)
		join_text(&text, "", "; of %s nothing is known",
			  fmt_count(holes, "commit"));
	join_text(&text, "", ".");
	return text;
}

/**
 * direction_text() - how many rows of a commit got worse, and better
 * @r: range
 * @from: first of its steps
 * @end: after the last
 * @metric: of this one alone, or NULL
 *
 * Return: "5 rows: 3 worse, 2 better", to be given to free(); NULL where none moved.
 */
char *direction_text(const struct range *r, size_t from, size_t end,
		     const char *metric)
{
	static const struct {
		enum tally tally;
		const char *text;
	} words[] = {
		{ TALLY_SHAPE, OTHER_SHAPE },
		{ TALLY_WORSE, "worse" },
		{ TALLY_BETTER, "better" },
		{ TALLY_OTHER, "neither worse nor better" },
	};
	size_t of[NR_TALLIES] = { 0 }, nr = 0;
	char *text = NULL, *all;

	for (size_t i = from; i < end; i++) {
		const struct range_step *step = &r->steps[i];

		if (step->kind != STEP_MOVED ||
		    !is_of_metric(&r->rows[step->row], metric))
			continue;
		of[step->tally]++;
		nr++;
	}
	if (!nr)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (of[words[i].tally] == nr)
			join_text(&text, ", ", "%s", words[i].text);
		else if (of[words[i].tally])
			join_text(&text, ", ", "%zu %s", of[words[i].tally],
				  words[i].text);
	all = xasprintf("%s: %s", fmt_count(nr, "row"), text);
	free(text);
	return all;
}
