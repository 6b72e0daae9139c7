// SPDX-License-Identifier: GPL-2.0-or-later
/* What changed by no more than luck, and where. */
#include <stdlib.h>

#include "base/base.h"
#include "tables/tables.h"

/* Rows of a column that may be luck; the first of them. */
static size_t count_luck(const struct comparison *cmp, size_t c,
			 const struct line **first)
{
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->against[c][i].verdict == LUCK && !nr++)
			*first = &cmp->against[c][i];
	return nr;
}

/**
 * print_luck_note() - that what changed of some rows may be luck
 * @cmp: comparison, built
 * @out: text or Markdown
 *
 * Of the last column; nothing where there is none, or where luck is not known.
 */
void print_luck_note(const struct comparison *cmp, const struct output *out)
{
	const struct line *first = NULL;
	size_t nr;
	char *text;

	if (!cmp->luck || cmp->nr_cols < 2)
		return;
	nr = count_luck(cmp, cmp->nr_cols - 1, &first);
	if (!nr)
		return;
	text = xasprintf("%s: %s, the first one %s %s %s, changed by no more than %zu variants of a kernel move, whose changes mean nothing; and only functions whose code is the same in both kernels, which are called as often, have a part in that. It is neither better nor worse.",
			 verdict_name(LUCK), fmt_count(nr, "row"),
			 first->key->scenario, first->key->op,
			 first->key->metric, cmp->luck->nr_variants);
	fputc('\n', out->f);
	if (out->markup == MARKDOWN)
		fprintf(out->f, "%s\n", text);
	else
		print_wrapped(out->f, out->width, 0, text);
	free(text);
}
