// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cache lines of data, in words: a patch may cost every operation some, and hardly an
 * instruction.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* What there is a sentence of, and its verbs. */
static const struct {
	enum metric_id metric;
	const char *one;
	const char *many;
} touched[] = {
	{ METRIC_LINES_READ, "reads", "read" },
	{ METRIC_LINES_WRITTEN, "writes", "write" },
};

/* Has a row a sentence here? */
bool is_of_lines(const struct line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(touched); i++)
		if (line->key->metric_id == touched[i].metric)
			return true;
	return false;
}

/**
 * lines_read_text() - what one operation reads, where that changed
 * @line: its lines, may be NULL
 *
 * Return: "reads 84 instead of 129.8 cache lines", to be given to free(); or NULL.
 */
char *lines_read_text(const struct line *line)
{
	if (!line || isnan(line->diff) || line->diff == 0)
		return NULL;
	return xasprintf("reads %s instead of %s cache lines",
			 fmt_value(line->values[line->col]),
			 fmt_value(line->values[0]));
}

/* Operations of which both ends have a count. */
static size_t count_known(const struct comparison *cmp, enum metric_id metric)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == metric &&
		     !isnan(cmp->lines[i].diff);
	return n;
}

/* Of a list that is not empty: "3 more", or "1 to 4 more" */
static const char *amount_text(const struct line **list, size_t nr, bool *alike)
{
	double least = INFINITY, most = 0;
	const char *from, *to;

	for (size_t i = 0; i < nr; i++) {
		least = fmin(least, worst_diff(list[i]));
		most = fmax(most, worst_diff(list[i]));
	}
	from = fmt_diff(least) + 1;
	to = fmt_diff(most) + 1;
	*alike = !strcmp(from, to);
	return *alike ? fmt_text("%s more", to)
		      : fmt_text("%s to %s more", from, to);
}

/* " (a mmap, b mmap +2 and 3 more)": by how much, where that is not the same of all */
static char *named_text(const struct line **list, size_t nr, size_t names,
			bool alike)
{
	char *text = NULL, *in_brackets;

	for (size_t i = 0; i < nr && i < names; i++)
		join_text(&text, ", ", "%s %s%s%s", list[i]->key->scenario,
			  list[i]->key->op, alike ? "" : " ",
			  alike ? "" : fmt_diff(worst_diff(list[i])));
	if (text && nr > names)
		join_text(&text, " and ", "%zu more", nr - names);
	in_brackets = text ? xasprintf(" (%s)", text) : xasprintf("%s", "");
	free(text);
	return in_brackets;
}

/* Those that do the same as before come first. Return: how many do. */
static size_t same_first(const struct line **list, size_t nr)
{
	const struct line **others = xcalloc(nr + 1, sizeof(*others));
	size_t same = 0, n = 0;

	for (size_t i = 0; i < nr; i++) {
		if (line_tally(list[i]) == TALLY_SHAPE)
			others[n++] = list[i];
		else
			list[same++] = list[i];
	}
	memcpy(list + same, others, n * sizeof(*others));
	free(others);
	return same;
}

/* "2 of 20 operations read 3 more cache lines of data (a mmap, b mmap)" */
static char *first_of(const struct comparison *cmp, size_t which, size_t names)
{
	enum metric_id metric = touched[which].metric;
	size_t nr;
	const struct line **list = story_dearer(cmp, metrics[metric].name, &nr);
	size_t same = same_first(list, nr), told = same ? same : nr;
	char *named, *text = NULL;
	const char *amount;
	bool alike;

	if (nr) {
		amount = amount_text(list, told, &alike);
		named = named_text(list, told, names, alike);
		text = xasprintf("%zu of %s%s %s %s cache lines of data%s", told,
				 fmt_count(count_known(cmp, metric), "operation"),
				 same ? "" : ", with another outcome,",
				 told == 1 ? touched[which].one
					   : touched[which].many,
				 amount, named);
		free(named);
	}
	if (same && same < nr)
		join_text(&text, ", ", "%zu with another outcome %s", nr - same,
			  amount_text(list + same, nr - same, &alike));
	free(list);
	return text;
}

/* "12 write 2 more", of all of them. */
static char *next_of(const struct comparison *cmp, size_t which)
{
	size_t nr;
	const struct line **list =
		story_dearer(cmp, metrics[touched[which].metric].name, &nr);
	bool alike;
	char *text = !nr ? NULL
			 : xasprintf("%zu %s %s", nr,
				     nr == 1 ? touched[which].one
					     : touched[which].many,
				     amount_text(list, nr, &alike));

	free(list);
	return text;
}

/* "17 operations read more", "12 write more": where there is no room. */
static char *count_of(const struct comparison *cmp, size_t which, bool first)
{
	size_t nr;

	free(story_dearer(cmp, metrics[touched[which].metric].name, &nr));
	return nr ? xasprintf("%s %s more%s",
			      first ? fmt_count(nr, "operation")
				    : fmt_text("%zu", nr),
			      nr == 1 ? touched[which].one : touched[which].many,
			      first ? " cache lines of data" : "")
		  : NULL;
}

/**
 * more_lines() - which operations touch more data than before
 * @cmp: comparison, built
 * @names: so many of them are named, the others counted; 0: by how much is not said either
 *
 * Return: "17 of 20 operations read 3 more cache lines of data (a mmap and 16 more), 12
 * write 2 more", to be given to free(); NULL where none does.
 */
char *more_lines(const struct comparison *cmp, size_t names)
{
	char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(touched); i++) {
		char *part = !names ? count_of(cmp, i, !text)
			     : text ? next_of(cmp, i)
				    : first_of(cmp, i, names);

		if (part)
			join_text(&text, ", ", "%s", part);
		free(part);
	}
	return text;
}
