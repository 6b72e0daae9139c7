// SPDX-License-Identifier: GPL-2.0-or-later
/* What became of the address space, where a column does not do what the first does. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

static void print_change(const struct line *line, const char *text,
			 const struct output *out)
{
	char *whole =
		xasprintf("%s %s: %s", line->key->scenario, line->key->op, text);

	if (out->markup == MARKDOWN)
		fprintf(out->f, "- %s\n", whole);
	else
		print_wrapped(out->f, out->width, 2, whole);
	free(whole);
}

/**
 * print_shape_changes() - operations whose shape is not that of the first column
 * @cmp: comparison, built
 * @out: text or Markdown
 *
 * Of each column that differs from the first and from the one before it, but for
 * operations that only find another shape, and leave the same. Prints nothing, no
 * heading either, where nothing has changed.
 *
 * Return: lines printed.
 */
size_t print_shape_changes(const struct comparison *cmp, const struct output *out)
{
	size_t printed = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		char *last = NULL;

		if (!line_starts_op(cmp, i) || cmp->nr_differ)
			continue;
		for (size_t c = 1; c < cmp->nr_cols; c++) {
			const struct line *line = &cmp->against[c][i];
			char *text =
				line->differs || shape_is_consequence(cmp, line)
					? NULL
					: shape_change(cmp, line);
			size_t len =
				text ? strlen(text) - strlen(cmp->cols[c].name)
				     : 0;

			if (text && !(last && !strncmp(text, last, len))) {
				if (!printed++)
					print_section(out, "Shapes that changed");
				print_change(line, text, out);
			}
			free(last);
			last = text;
		}
		free(last);
	}
	return printed;
}
