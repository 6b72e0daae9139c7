// SPDX-License-Identifier: GPL-2.0-or-later
/* Stages side by side: each one's value, and its change against the first. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "tables/tables.h"

/* Behind a change; the order is that of the legend. */
/* clang-format off */
static const struct {
	const char *mark;
	const char *text;
} marks[NR_VERDICTS] = {
	[EXACT_SAME]		= { "=", "exactly equal" },
	[EXACT_CHANGED]		= { "*", "a count that changed" },
	[SHAPE_CHANGED]		= { "S", "SHAPE-CHANGED" },
	[INCONCLUSIVE]		= { "?", "INCONCLUSIVE" },
	[MISSING]		= { "-", "MISSING" },
	[NONDETERMINISTIC]	= { "N", "NONDETERMINISTIC" },
	[NOT_COMPARABLE]	= { "X", "NOT-COMPARABLE" },
	[REGRESSED]		= { "R", "REGRESSED" },
	[IMPROVED]		= { "I", "IMPROVED" },
	[CHANGED]		= { "C", "CHANGED" },
	[TRIVIAL]		= { "t", "TRIVIAL" },
	[EQUIVALENT]		= { "e", "EQUIVALENT" },
	[UNSTABLE]		= { "u", "UNSTABLE" },
	[SEED_DEPENDENT]	= { "s", "SEED-DEPENDENT" },
	[LAYOUT]		= { "l", "LAYOUT" },
	[LAYOUT_DEPENDENT]	= { "d", "LAYOUT-DEPENDENT" },
	[LUCK]			= { "k", "LUCK" },
};
/* clang-format on */

static void add_stage(struct grid *g, const struct comparison *cmp,
		      const struct line *line)
{
	enum tint tint = tally_tint(line_tally(line));
	const char *change = "";

	if (isnan(line->values[line->col])) {
		add_line_value(g, cmp, line, line->col);
		return;
	}
	if (line->verdict != EXACT_SAME && !isnan(line->diff) && line->diff != 0)
		change = isnan(line->ratio) ? fmt_diff(line->diff)
					    : fmt_points(line->ratio);
	grid_cell(g, tint, "%s%s%s %s%s", fmt_value(line->values[line->col]),
		  *change ? " " : "", change, marks[line->verdict].mark,
		  line_is_marked(line) ? "'" : "");
}

static struct grid *stages_grid(const struct comparison *cmp,
				const size_t *lines, size_t nr, bool grouped)
{
	const struct line *last = NULL;
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	add_columns(g, cmp, 0);
	for (size_t i = 0; i < nr; i++) {
		const struct line *line = &cmp->lines[lines[i]];

		add_line_name(g, line, grouped, &last);
		add_line_value(g, cmp, line, 0);
		for (size_t c = 1; c < cmp->nr_cols; c++)
			add_stage(g, cmp, &cmp->against[c][lines[i]]);
	}
	return g;
}

/**
 * print_stages_of() - a table of some lines, a column per stage
 * @cmp: comparison, built
 * @lines: indices of lines, in order of output
 * @nr: length of @lines, not 0
 * @out: text or Markdown
 */
void print_stages_of(const struct comparison *cmp, const size_t *lines,
		     size_t nr, const struct output *out)
{
	struct grid *g = stages_grid(cmp, lines, nr, false);

	if (!grid_fits(g, out)) {
		grid_free(g);
		g = stages_grid(cmp, lines, nr, true);
	}
	grid_print(g, out);
}

static bool is_any_marked(const struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->nr_lines; i++)
			if (line_is_marked(&cmp->against[c][i]))
				return true;
	return false;
}

/**
 * print_stage_legend() - what the marks mean
 * @cmp: comparison, built
 * @out: text
 */
void print_stage_legend(const struct comparison *cmp, const struct output *out)
{
	char *text = xasprintf("Change in %% against %s%s", cmp->cols[0].name,
			       cmp->nr_holm + cmp->nr_bh
				       ? fmt_text(", of a measurement %s",
						  name_of_change(cmp))
				       : "");
	const char *sep = "; ";

	for (enum verdict v = 0; v < NR_VERDICTS; v++) {
		bool used = false;

		for (size_t c = 1; c < cmp->nr_cols && !used; c++)
			for (size_t i = 0; i < cmp->nr_lines && !used; i++)
				used = cmp->against[c][i].verdict == v;
		if (!used || !marks[v].mark || v == MISSING)
			continue;
		join_text(&text, sep, "%s %s", marks[v].mark, marks[v].text);
		sep = ", ";
	}
	if (is_any_marked(cmp))
		join_text(&text, sep,
			  "' not steady in more than a tenth of the %ss",
			  counted_as(cmp));
	fputc('\n', out->f);
	print_wrapped(out->f, out->width, 0, text);
	free(text);
}

static bool any_missing(const struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->nr_lines; i++)
			if (line_tally(&cmp->against[c][i]) == TALLY_MISSING)
				return true;
	return false;
}

/**
 * print_stage_summary() - how many rows of each stage got worse, better, ...
 * @cmp: comparison, built
 * @out: text
 */
void print_stage_summary(const struct comparison *cmp, const struct output *out)
{
	struct grid *g = grid_new();

	print_kernels(cmp, "each", out);
	print_differences(cmp, out);

	grid_column(g, "rows", true, 0);
	add_columns(g, cmp, 1);
	for (enum tally t = 0; t < NR_TALLIES; t++) {
		if (t == TALLY_EQUIVALENT && !(cmp->nr_holm + cmp->nr_bh))
			continue;
		if (t == TALLY_MISSING && !any_missing(cmp))
			continue;
		grid_cell(g, TINT_NONE, "%s", tally_name(t));
		for (size_t c = 1; c < cmp->nr_cols; c++) {
			size_t n = 0;

			for (size_t i = 0; i < cmp->nr_lines; i++)
				n += line_tally(&cmp->against[c][i]) == t;
			grid_cell(g, n ? tally_tint(t) : TINT_NONE, "%zu", n);
		}
	}
	grid_print(g, out);
	fputc('\n', out->f);
	print_counts(cmp, 1, out);
	print_caveats(cmp, out);
}
