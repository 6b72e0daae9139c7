// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: how much is equal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

/* Counts that both ends have, by what is said of them. */
static void count_tallies(const struct comparison *cmp, size_t nr[NR_TALLIES])
{
	memset(nr, 0, NR_TALLIES * sizeof(*nr));
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->exact)
			nr[line_tally(&cmp->lines[i])]++;
}

static char *counts_text(const struct comparison *cmp, const struct brevity *b)
{
	size_t nr[NR_TALLIES], changed, all;
	char *text;

	count_tallies(cmp, nr);
	changed = nr[TALLY_SHAPE] + nr[TALLY_WORSE] + nr[TALLY_BETTER] +
		  nr[TALLY_OTHER];
	all = changed + nr[TALLY_SAME] + nr[TALLY_EQUIVALENT];
	if (!all)
		return NULL;
	if (!changed)
		return xasprintf("all %s are equal to the digit",
				 fmt_count(all, "count"));
	if (!b->named)
		return xasprintf("%zu of %s %s equal to the digit, %zu changed",
				 nr[TALLY_SAME], fmt_count(all, "count"),
				 nr[TALLY_SAME] == 1 ? "is" : "are", changed);
	text = xasprintf("%zu of %s %s equal to the digit, %zu better, %zu worse",
			 nr[TALLY_SAME], fmt_count(all, "count"),
			 nr[TALLY_SAME] == 1 ? "is" : "are", nr[TALLY_BETTER],
			 nr[TALLY_WORSE]);
	if (nr[TALLY_OTHER])
		join_text(&text, ", ", "%zu neither", nr[TALLY_OTHER]);
	if (nr[TALLY_SHAPE])
		join_text(&text, ", ", "%zu %s", nr[TALLY_SHAPE],
			  verdict_name(SHAPE_CHANGED));
	return text;
}

/**
 * name_of_small() - what is said of times that do not differ by what matters
 * @cmp: comparison of what is timed
 */
const char *name_of_small(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].verdict == TRIVIAL)
			return "EQUIVALENT or TRIVIAL";
	return verdict_name(EQUIVALENT);
}

/* "4 of 18 times are EQUIVALENT" */
static char *times_text(const struct comparison *times)
{
	size_t small = 0;

	for (size_t i = 0; i < times->nr_lines; i++)
		small += times->lines[i].key->metric_id == METRIC_LATENCY &&
			 line_tally(&times->lines[i]) == TALLY_EQUIVALENT;
	return small ? xasprintf("%zu of %s %s %s", small,
				 fmt_count(count_rows(times, METRIC_LATENCY),
					   "time"),
				 small == 1 ? "is" : "are", name_of_small(times))
		     : NULL;
}

/* Rows of a verdict that is neither better nor worse, and why it is not. */
static char *moved_rows(const struct comparison *cmp, const struct brevity *b,
			enum verdict verdict, const char *one, const char *many)
{
	struct mentions names = { 0 };
	const struct line *first = NULL;
	size_t nr = 0;
	char *text, *reason;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->verdict != verdict)
			continue;
		first = first ? first : line;
		add_mention(&names, operation_text(line));
		nr++;
	}
	if (b->terse) {
		one = fmt_text("row is %s", verdict_name(verdict));
		many = fmt_text("rows are %s", verdict_name(verdict));
	}
	text = counted_text(nr, &names, b, 1, one, many);
	if (!text || b->terse)
		return text;
	reason = change_reason(cmp, first);
	join_text(&text, ", ", "%s: %s", verdict_name(verdict), reason);
	free(reason);
	return text;
}

/* At equal layouts of the tree nothing did. */
static char *moved_layouts(const struct comparison *cmp, const struct brevity *b)
{
	return moved_rows(cmp, b, LAYOUT,
			  "row moved with the tree layout and not with the code",
			  "rows moved with the tree layout and not with the code");
}

static char *moved_luck(const struct comparison *cmp, const struct brevity *b)
{
	return moved_rows(cmp, b, LUCK, "row moved by no more than luck",
			  "rows moved by no more than luck");
}

/**
 * equal_text() - how much is exactly equal, and how much is not
 * @cmp: comparison, built
 * @b: how much of it
 */
char *equal_text(const struct comparison *cmp, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	char *text = NULL;

	if (cmp->nr_differ)
		return NULL;
	add_part(&text, counts_text(cmp, b));
	add_part(&text, moved_layouts(cmp, b));
	add_part(&text, moved_luck(cmp, b));
	if (times)
		add_part(&text, times_text(times));
	return text;
}
