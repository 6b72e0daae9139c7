// SPDX-License-Identifier: GPL-2.0-or-later
/* What commits of many did to the rows, in words. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/* A value, or why there is none, in a word. */
const char *value_text(double value, enum absence why)
{
	return isnan(value) ? absence_name(why) : fmt_value(value);
}

/* "maple_stores secretmem_append mmap 1 > 2" */
static char *change_text(const struct record_row *row, double from, double to,
			 enum absence from_absent, enum absence to_absent)
{
	return xasprintf("%s %s %s %s > %s%s", row->metric, row->scenario,
			 row->op, value_text(from, from_absent),
			 value_text(to, to_absent),
			 from >= 10 && !isnan(to) && from != to
				 ? fmt_text(" (%s)", fmt_percent(to / from))
				 : "");
}

/* ", with s05_broken, which was not measured, before it", or nothing. */
static char *unmeasured_text(const struct comparison *cmp, const char *name)
{
	const struct comparison *whole = cmp->whole;
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < whole->nr_refused; i++) {
		const struct refused *no = &whole->refused[i];

		if (no->place >= whole->nr_cols ||
		    strcmp(whole->cols[no->place].name, name))
			continue;
		join_text(&text, "", "%s%s",
			  *text ? ", " : "; not measured before it: ", no->name);
	}
	return text;
}

/* Is the row as it was with the first seed, and moved with another alone? */
static bool moved_by_seed(const struct comparison *cmp, const struct moved *moved)
{
	return cmp->whole->nr_seeds && moved->from == moved->to &&
	       moved->most->metric_id != METRIC_VMAS;
}

/**
 * moved_text() - what a commit of many did to the rows
 * @cmp: comparison with @moved
 * @c: column, not the first
 *
 * Return: words, to be given to free().
 */
char *moved_text(const struct comparison *cmp, size_t c)
{
	const struct moved *moved = &cmp->moved[c];
	char *gap, *most, *text;

	if (!moved->nr)
		return xasprintf("changed nothing");
	gap = unmeasured_text(cmp, cmp->cols[c].name);
	most = change_text(moved->most, moved->from, moved->to,
			   moved->from_absent, moved->to_absent);
	text = xasprintf("%s, %s%s%s%s", fmt_count(moved->nr, "row"),
			 moved->nr == 1 ? "" : "most ", most,
			 moved_by_seed(cmp, moved)
				 ? " with the first seed, another with others"
				 : "",
			 gap);
	free(most);
	free(gap);
	return text;
}

/* How many of many commits changed nothing, in a buffer as of fmt_text(). */
const char *unmoved_text(const struct comparison *cmp)
{
	size_t identical, nr = count_unmoved(cmp, &identical);

	return fmt_text("%s changed nothing, %zu of them with the code of the one before",
			fmt_count(nr, "commit"), identical);
}

/**
 * contradiction_text() - the rows of contradictions(), in words
 * @cmp: comparison, built
 * @c: column, compared with the one before
 * @max: rows that are named before the rest is only counted
 *
 * Return: words, to be given to free(); NULL where there is none.
 */
char *contradiction_text(const struct comparison *cmp, size_t c, size_t max)
{
	size_t nr;
	const struct line **lines = contradictions(cmp, c, &nr);
	char *text, *change;

	if (!nr) {
		free(lines);
		return NULL;
	}
	text = xasprintf("%s and %s have the same code at the same addresses, and %zu row%s all the same: the measurement depends on something that is not code:",
			 cmp->cols[c - 1].name, cmp->cols[c].name, nr,
			 nr == 1 ? " differs" : "s differ");
	for (size_t i = 0; i < nr && i < max; i++) {
		/* Rows that contradict each other are there. */
		change = change_text(lines[i]->key, lines[i]->values[c - 1],
				     lines[i]->values[c], ABSENT_UNTOLD,
				     ABSENT_UNTOLD);
		join_text(&text, i ? "; " : " ", "%s", change);
		free(change);
	}
	if (nr > max)
		join_text(&text, "; ", "and %zu more", nr - max);
	free(lines);
	return text;
}
