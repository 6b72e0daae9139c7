// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of a letter as ours is. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "styles.h"
#include "tables/tables.h"

static const char *interval_of(const struct line *line)
{
	if (!line->has_est || !line_interval(line)->known)
		return "-";
	return fmt_text("%s%s", line_is_small(line) ? "=" : "",
			story_interval(line));
}

static bool has_small(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (line_is_small(t->lines[i]))
			return true;
	return false;
}

static bool has_lines(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (is_of_lines(t->lines[i]))
			return true;
	return false;
}

void print_own(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	bool noisy = is_noisy(t), single = cmp->nr_cols < 2;
	char *text;
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false,
			    c && c + 1 < cmp->nr_cols ? 1 + (int)c : 0);
	if (!single)
		grid_column(g, "change", false, 0);
	if (cmp->nr_seeds)
		grid_column(g, "all seeds", false, 0);
	if (noisy)
		grid_column(g, "95% interval", false, 0);
	if (!single)
		grid_column(g, "verdict", true, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];

		grid_cell(g, TINT_NONE, "%s", row_name(line, " "));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%s", fmt_value(line->values[c]));
		if (!single)
			grid_cell(g, TINT_NONE, "%s", change_of(line));
		if (cmp->nr_seeds)
			grid_cell(g, TINT_NONE, "%s", spread_text(line));
		if (noisy)
			grid_cell(g, TINT_NONE, "%s", interval_of(line));
		if (!single)
			grid_cell(g, TINT_NONE, "%s",
				  verdict_name(line->verdict));
	}
	print_grid(g, TEXT, false, t->f);
	text = xasprintf("Columns: %s of one operation, or what the row says (%sstores, vma+, node+: maple-tree stores, VMAs and maple nodes allocated; vmas: VMAs afterwards)%s Lower is better.",
			 is_timed(cmp->cols[0].recs[0]) ? NAME_OF_MEDIAN " in ns"
							: "kernel instructions",
			 has_lines(t)
				 ? "lines-r, lines-w: different cache lines of data read and written; "
				 : "",
			 single	 ? "."
			 : noisy ? "; change of the last column against the first in percent, the interval that holds it in 95 of 100 such experiments, and what follows from it."
				 : "; change of the last column against the first. EXACT: a count that repeats to the digit, without an interval, and not a time.");
	explain(t, text);
	free(text);
	explain_shape(t, "SHAPE-CHANGED: " NO_GAIN ".");
	if (has_small(t))
		print_wrapped(t->f, 72, 0,
			      "=: the 90% interval, of which TRIVIAL and EQUIVALENT are.");
	explain_change(t);
	explain_images(t);
	text = seeds_note(cmp);
	if (text)
		print_wrapped(t->f, 72, 0, text);
	free(text);
	explain_trees(t);
}
