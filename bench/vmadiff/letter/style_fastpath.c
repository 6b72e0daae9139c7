// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of Fastpath. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "styles.h"
#include "tables/tables.h"

static const char *fastpath_cell(const struct line *line)
{
	const char *mark = tally_marks[line_tally(line)].fastpath, *gain;

	if (has_no_ratio(line) && line->diff != 0)
		return fmt_text("%s%s", mark, fmt_diff(line->diff));
	if (has_no_ratio(line))
		return fmt_text("%s0.00%%", mark);
	gain = fmt_hundredths(line->ratio);
	return fmt_text("%s%s", mark, gain + (*gain == '+')); /* no sign there */
}

/* What several rows are of, and which of them one is; with its unit. */
static const char *fastpath_group(const struct line *line)
{
	return fmt_text("vmabench/%s", metric_head(line->key->metric));
}

void print_fastpath(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();

	grid_column(g, "Benchmark", true, 0);
	grid_column(g, "Result Class", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g,
			    fmt_text("%s%s", cmp->cols[c].name,
				     c ? "" : " (base)"),
			    false, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		bool same = i && !strcmp(line->key->metric,
					 t->lines[i - 1]->key->metric);

		grid_cell(g, TINT_NONE, "%s", same ? "" : fastpath_group(line));
		grid_cell(g, TINT_NONE, "%s %s (%s)", line->key->scenario,
			  line->key->op, line->key->unit);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%12s",
				  c ? fastpath_cell(line_against(t, i, c))
				    : fmt_value(line->values[0]));
	}
	print_grid(g, BOXED, false, t->f);
	explain(t,
		"The first column is the baseline, the others are relative to it; lower is better. (R) is a statistically significant regression, (I) an improvement: of an exact count, that it differs at all; of a measurement, that the adjusted p is below 5% and the 90% interval not within what does not matter. Of VMAs, and where the baseline is 0, the change is a difference.");
	explain_shape(t, "(S): " NO_GAIN ".");
	explain_change(t);
	explain_images(t);
	explain_seeds(t);
	explain_trees(t);
	print_wrapped(t->f, 72, 0,
		      fmt_text("Reading example: %s: %s in %s, and in %s %s against that.",
			       row_name(t->lines[0], " "),
			       fmt_value(t->lines[0]->values[0]),
			       cmp->cols[0].name, story_last_name(cmp),
			       fastpath_cell(t->lines[0])));
	print_wrapped(t->f, 72, 0,
		      is_timed(cmp->cols[0].recs[0])
			      ? "Caveat: one machine; see the report for what cannot be told."
			      : "Caveat: counts of a guest in QEMU, which know nothing of caches, stalls or time.");
}
