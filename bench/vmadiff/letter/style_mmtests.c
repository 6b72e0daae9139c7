// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of mmtests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "styles.h"
#include "tables/tables.h"

/* The gain, 0.00% for the first column itself; none of what is another shape. */
static const char *mmtests_gain(const struct line *l, bool first)
{
	const char *gain;

	if (first)
		return "0.00%";
	if (line_tally(l) == TALLY_SHAPE)
		return "SHAPE";
	if (has_no_ratio(l) && l->diff != 0)
		return "-";
	gain = fmt_hundredths(l->key->better == BETTER_HIGHER ? l->ratio
							      : 2 - l->ratio);
	return gain + (*gain == '+'); /* it has no sign there */
}

/* Two digits, where these are few enough to be read. */
static const char *mmtests_value(double v)
{
	return fabs(v) < 1e9 && (v == 0 || fabs(v) >= 0.005)
		       ? fmt_text("%.2f", v)
		       : fmt_value(v);
}

static void add_mmtests_cell(struct grid *g, const struct table *t, size_t i,
			     size_t c, const struct parts *w)
{
	const struct line *line = line_against(t, i, c);
	const char *marks =
		tally_marks[c ? line_tally(line) : TALLY_SAME].mmtests;

	grid_cell(g, TINT_NONE, "%*s %c%*s%c", w->value,
		  mmtests_value(t->lines[i]->values[c]), marks[0], w->change,
		  mmtests_gain(line, !c), marks[1]);
}

/* Plain text of a record, as a heading. */
static const char *release_text(const struct column *col)
{
	char *plain = plain_words(col->recs[0]->release);
	const char *text = fmt_text("%.*s", CUT(plain, 30));

	free(plain);
	return text;
}

void print_mmtests(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct parts w = { 9, 7, 10 };
	struct grid *g = grid_new();

	for (size_t i = 0; i < t->nr; i++) {
		widen(&w.more, row_name(t->lines[i], "-"));
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			widen(&w.value, mmtests_value(t->lines[i]->values[c]));
			widen(&w.change, mmtests_gain(line_against(t, i, c), !c));
		}
	}
	/* The kernel above the name that it was given. */
	grid_column(g, "", true, 0);
	grid_column(g, "", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, release_text(&cmp->cols[c]), false, 0);
	grid_cell(g, TINT_NONE, "%s", "vmabench");
	grid_cell(g, TINT_NONE, "%s", "");
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s", cmp->cols[c].name);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		bool cost = line->key->metric_id == METRIC_LATENCY;

		grid_cell(g, TINT_NONE, "%-9s", cost ? "Med" : "Count");
		grid_cell(g, TINT_NONE, "%-*s", w.more, row_name(line, "-"));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			add_mmtests_cell(g, t, i, c, &w);
	}
	print_grid(g, TEXT, true, t->f);
	explain(t,
		"Columns: Med, " NAME_OF_MEDIAN
		" in ns of one operation; Count, what one operation executes or leaves, exact. In brackets the gain against the first column, positive is better; * instead of brackets: significant, of a count that it differs; - where the first column is 0 and there is no percentage.");
	explain_shape(t, "SHAPE: " NO_GAIN ".");
	explain_change(t);
	explain_images(t);
	explain_seeds(t);
	explain_trees(t);
}
