// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what its sentences are made of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "answer.h"
#include "base/base.h"
#include "render/render.h"

/* A copy of it, unless it is among them. */
void add_mention(struct mentions *names, const char *name)
{
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->list[i], name))
			return;
	*xappend(names->list, names->nr) = xasprintf("%s", name);
}

/* What is joined by semicolons; frees @part, which may be NULL. */
void add_part(char **text, char *part)
{
	if (part)
		join_text(text, "; ", "%s", part);
	free(part);
}

/**
 * mentions_text() - names in brackets
 * @names: names; all of it is freed
 * @b: how many of them are said
 * @least: of which so many are in any case, unless it is terse
 *
 * Return: " (a, b and 3 more)", to be given to free(); empty where none is to be said.
 */
char *mentions_text(struct mentions *names, const struct brevity *b, size_t least)
{
	size_t in_any_case = least - MIN(least, b->terse);
	size_t named = MIN(names->nr, MAX(b->named, in_any_case));
	char *text = NULL, *in_brackets;

	for (size_t i = 0; i < named; i++)
		join_text(&text, ", ", "%s", names->list[i]);
	if (text && named < names->nr)
		join_text(&text, " and ", "%zu more", names->nr - named);
	in_brackets = text ? xasprintf(" (%s)", text) : xasprintf("%s", "");
	free(text);
	for (size_t i = 0; i < names->nr; i++)
		free(names->list[i]);
	free(names->list);
	*names = (struct mentions){ 0 };
	return in_brackets;
}

/**
 * counted_text() - how many there are, and which
 * @nr: how many
 * @names: their names, as many or fewer; all of it is freed
 * @b: how many of them are said
 * @least: as in mentions_text()
 * @one: what one of them is or does: "row is left out"
 * @many: and several: "rows are left out"
 *
 * Return: "3 rows are left out (a, b and 1 more)", to be given to free(); NULL where @nr
 * is 0.
 */
char *counted_text(size_t nr, struct mentions *names, const struct brevity *b,
		   size_t least, const char *one, const char *many)
{
	char *named = mentions_text(names, b, least), *text = NULL;

	if (nr)
		text = xasprintf("%zu %s%s", nr, nr == 1 ? one : many, named);
	free(named);
	return text;
}

/* "1 row is" or "3 rows are", in a buffer as of fmt_text() */
const char *count_text(size_t nr, const char *one, const char *many)
{
	return fmt_text("%zu %s", nr, nr == 1 ? one : many);
}

/**
 * short_reason() - the start of what a record gives as a reason, in one line
 * @reason: any text
 * @b: how much of it
 * @least: of which so many bytes are in any case, unless what is too long is cut
 *
 * Return: ": did not boot...", to be given to free(); empty where none is to be said.
 */
char *short_reason(const char *reason, const struct brevity *b, size_t least)
{
	size_t len = strlen(reason), kept = b->cut ? 0 : MAX(b->reason, least);
	char *start, *plain;

	if (!kept)
		return xasprintf("%s", "");
	while (len > kept && kept && (reason[kept] & 0xc0) == 0x80)
		kept--;
	start = xasprintf(": %.*s%s", (int)kept, reason, len > kept ? "..." : "");
	plain = one_line(start);
	free(start);
	return plain;
}
const char *operation_text(const struct line *line)
{
	return fmt_text("%s %s", line->key->scenario, line->key->op);
}

enum metric_id cost_of(const struct comparison *cmp)
{
	return cost_metric(cmp->cols[0].recs[0]);
}

/* Rows of a metric that both ends have. */
size_t count_rows(const struct comparison *cmp, enum metric_id metric)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == metric &&
		     !isnan(cmp->lines[i].diff);
	return n;
}
