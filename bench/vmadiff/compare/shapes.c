// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of the address space, where a column does not do what the first does. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/**
 * same_shape() - did an operation do the same to the address space?
 * @a: its shape
 * @b: that of another record
 *
 * VMAs of another number of operations are not compared.
 */
bool same_shape(const struct record_shape *a, const struct record_shape *b)
{
	return !strcmp(a->outcome, b->outcome) &&
	       (a->ops != b->ops || (a->vmas_before == b->vmas_before &&
				     a->vmas_after == b->vmas_after));
}

/* Does it say how operations ended, and not what became of VMAs? */
static bool outcome_is_result(const char *outcome)
{
	return !strncmp(outcome, "failed:", strlen("failed:")) ||
	       !strcmp(outcome, "succeeded") ||
	       !strcmp(outcome, "mixed-results");
}

/* The first shape of a column that is not @like; any, without that. */
static const struct record_shape *find_other(const struct column *col,
					     const struct record_row *key,
					     const struct record_shape *like)
{
	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_shape *s =
			record_find_shape(col->recs[r], key->scenario, key->op);

		if (s && (!like || !same_shape(s, like)))
			return s;
	}
	return NULL;
}

/* "200 VMAs (fragmented)", or with what it began with "1 to 200 VMAs (...)". */
static char *shape_text(const struct record_shape *s, bool before)
{
	char *text = NULL;

	if (before)
		text = xasprintf("%lld to ", (long long)s->vmas_before);
	join_text(&text, "", "%lld VMA%s (%s)", (long long)s->vmas_after,
		  s->vmas_after == 1 ? "" : "s", s->outcome);
	return text;
}

/* A shape of the first column, and one of another that is not the same. */
struct change {
	const struct record_shape *from;
	const struct record_shape *to;
};

/* Return: false where the shapes are the same, in all boots, or one is not known. */
static bool find_change(const struct comparison *cmp, const struct line *line,
			struct change *c)
{
	const struct column *base = &cmp->cols[0], *col = &cmp->cols[line->col];

	c->from = find_other(base, line->key, NULL);
	c->to = c->from ? find_other(col, line->key, c->from) : NULL;
	/* The first boot of each may agree where another one does not. */
	if (c->from && !c->to) {
		c->to = find_other(col, line->key, NULL);
		c->from = c->to ? find_other(base, line->key, c->to) : NULL;
	}
	return c->from && c->to;
}

/**
 * shape_change() - the shapes of the first column and of another, if they differ
 * @cmp: comparison, built
 * @line: line of the other column
 *
 * Return: "1 VMA (merged) in base, 200 VMAs (unexpected) in new", to be given to
 * free(); NULL where the shapes are the same.
 */
char *shape_change(const struct comparison *cmp, const struct line *line)
{
	char *a, *b, *text;
	struct change c;
	bool before;

	if (!find_change(cmp, line, &c))
		return NULL;
	before = c.from->vmas_before != c.to->vmas_before;
	a = shape_text(c.from, before);
	b = shape_text(c.to, before);
	text = xasprintf("%s in %s, %s in %s", a, cmp->cols[0].name, b,
			 cmp->cols[line->col].name);
	free(a);
	free(b);
	return text;
}

/**
 * result_changed() - do operations end with another error, or with one at all?
 * @cmp: comparison, built
 * @line: line of the column that is compared with the first
 */
bool result_changed(const struct comparison *cmp, const struct line *line)
{
	struct change c;

	return find_change(cmp, line, &c) &&
	       strcmp(c.from->outcome, c.to->outcome) &&
	       (outcome_is_result(c.from->outcome) ||
		outcome_is_result(c.to->outcome));
}

/**
 * shape_is_consequence() - does an operation only find what another one has left?
 * @cmp: comparison, built
 * @line: line of the column that is compared with the first
 *
 * It leaves the same as in the first column.
 */
bool shape_is_consequence(const struct comparison *cmp, const struct line *line)
{
	struct change c;

	return find_change(cmp, line, &c) &&
	       c.from->vmas_before != c.to->vmas_before &&
	       c.from->vmas_after == c.to->vmas_after &&
	       !result_changed(cmp, line);
}
