// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a short letter: an operation a line, what it costs, and how many cache
 * lines, stores and VMAs it takes; those that changed, the most important ones first.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define INDENT 2

/* What is counted beside the cost, and what goes first where it is too wide. */
static const struct {
	enum metric_id metric;
	const char *head;
	int drop;
} counts[] = {
	{ METRIC_LINES_READ, "lines", 101 },
	{ METRIC_MAPLE_STORES, "stores", 100 },
	{ METRIC_VMAS, "VMAs", 99 },
};

/* Behind a change, and what the legend says of it. */
static const struct {
	enum verdict verdict;
	const char *mark;
	const char *text;
} marks[] = {
	{ SHAPE_CHANGED, "S", "S: another outcome (VMAs or result), no gain" },
	{ LAYOUT, "L", "L: the layout of the tree moved it, not the code" },
	{ LAYOUT_DEPENDENT, "D", "D: most layouts of the tree say otherwise" },
};

static bool is_headline(const struct comparison *cmp, const struct line *line)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_headlines; i++)
		if (!strcmp(series->headlines[i].scenario, line->key->scenario) &&
		    !strcmp(series->headlines[i].op, line->key->op))
			return true;
	return false;
}

/* What the series is about, what got worse, what is another operation now, the rest. */
static int rank_of(const struct comparison *cmp, const struct line *line)
{
	if (line == headline_line(cmp))
		return 0;
	if (line_tally(line) == TALLY_SHAPE)
		return 2;
	if (is_dearer(line) || line_tally(line) == TALLY_WORSE)
		return 1;
	return is_headline(cmp, line) ? 3 : 4;
}

struct ranked {
	const struct line *line;
	int rank;
	double size;
};

static int ranked_cmp(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* Does a line say that something is otherwise than before? */
static bool has_changed(const struct line *line)
{
	enum tally tally = line_tally(line);

	if (line->verdict == SEED_DEPENDENT || line->verdict == LAYOUT_DEPENDENT)
		return true;
	return tally != TALLY_SAME && tally != TALLY_EQUIVALENT &&
	       tally != TALLY_UNKNOWN && tally != TALLY_MISSING;
}

/* The same of any row of its operation that a letter shows. */
static bool op_has_changed(const struct line *cost, const struct line **rows,
			   size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (same_operation(rows[i], cost) && has_changed(rows[i]))
			return true;
	return false;
}

static double size_of(const struct line *line)
{
	double size = fabs(log(worst_ratio(line)));

	return isnan(size) ? INFINITY : size;
}

/**
 * collect_letter_ops() - operations that a letter shows or counts
 * @cmp: comparison, built
 *
 * Return: those that changed, the most important one first, and how many of the
 * others are equal or cannot be told; @list is to be given to free().
 */
struct letter_ops collect_letter_ops(const struct comparison *cmp)
{
	struct letter_ops ops = { 0 };
	struct ranked *list = xcalloc(cmp->nr_lines + 1, sizeof(*list));
	size_t nr_rows;
	const struct line **rows = letter_rows(cmp, &nr_rows);

	ops.list = xcalloc(cmp->nr_lines + 1, sizeof(*ops.list));
	for (size_t i = 0; i < nr_rows && cmp->nr_cols > 1 && !cmp->nr_differ;
	     i++) {
		enum tally tally = line_tally(rows[i]);

		if (!is_cost_row(cmp, rows[i]))
			continue;
		ops.all++;
		if (op_has_changed(rows[i], rows, nr_rows))
			list[ops.nr++] = (struct ranked){ rows[i],
							  rank_of(cmp, rows[i]),
							  size_of(rows[i]) };
		else if (tally == TALLY_SAME || tally == TALLY_EQUIVALENT)
			ops.equal++;
		else
			ops.untold++;
	}
	qsort(list, ops.nr, sizeof(*list), ranked_cmp);
	for (size_t i = 0; i < ops.nr; i++)
		ops.list[i] = list[i].line;
	free(rows);
	free(list);
	return ops;
}

/* "2>1", or "1" where that is so on both sides. */
static const char *both(const struct line *line, size_t last)
{
	if (!line)
		return "-";
	if (line->values[0] == line->values[last])
		return fmt_value(line->values[0]);
	return fmt_text("%s>%s", fmt_value(line->values[0]),
			fmt_value(line->values[last]));
}

static const char *change_of(const struct line *line)
{
	return isnan(line->ratio) || line->values[0] == 0
		       ? fmt_diff(line->diff)
		       : fmt_percent(line->ratio);
}

/* What only a few rows have: a letter, or a verdict that is no change. */
static const char *mark_of(const struct line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (line->verdict == marks[i].verdict)
			return marks[i].mark;
	return line->verdict == EXACT_CHANGED ? "" : verdict_name(line->verdict);
}

static void add_row(struct grid *g, const struct comparison *cmp,
		    const struct line *line, bool noisy)
{
	size_t last = cmp->nr_cols - 1;

	grid_cell(g, TINT_NONE, "%s %s", line->key->scenario, line->key->op);
	for (size_t c = 0; c <= last; c++)
		grid_cell(g, TINT_NONE, "%s", fmt_value(line->values[c]));
	grid_cell(g, TINT_NONE, "%s", change_of(line));
	if (noisy)
		grid_cell(g, TINT_NONE, "%s%s", line_is_small(line) ? "=" : "",
			  line->has_est && line_interval(line)->known
				  ? story_interval(line)
				  : "-");
	if (cmp->nr_seeds)
		grid_cell(g, TINT_NONE, "%s", spread_text(line));
	if (!noisy && has_trees(cmp))
		grid_cell(g, TINT_NONE, "%s", tree_points_text(line));
	grid_cell(g, TINT_NONE, "%s", mark_of(line));
	for (size_t i = 0; !noisy && i < ARRAY_SIZE(counts); i++)
		grid_cell(g, TINT_NONE, "%s",
			  both(find_line(cmp, line->key->scenario,
					 line->key->op, counts[i].metric),
			       last));
}

/**
 * print_letter_ops() - the table of a short letter
 * @cmp: comparison, built
 * @ops: what collect_letter_ops() says; filled: which columns there are
 * @rows: so many of them
 * @f: where to
 */
void print_letter_ops(const struct comparison *cmp, struct letter_ops *ops,
		      size_t rows, FILE *f)
{
	bool noisy = is_timed(cmp->cols[0].recs[0]);
	struct grid *g = grid_new();
	char *text;
	size_t size, head;
	FILE *m = open_text(&text, &size);

	grid_column(g, noisy ? "ns of one" : "instructions of one", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false,
			    c && c + 1 < cmp->nr_cols ? 100 + (int)c : 0);
	grid_column(g, "change", false, 0);
	if (noisy)
		grid_column(g, "95% interval", false, 1);
	if (cmp->nr_seeds)
		grid_column(g, "all seeds", false, 1);
	if (!noisy && has_trees(cmp))
		grid_column(g, TREE_HEAD, false, 2);
	grid_column(g, "", true, 0);
	for (size_t i = 0; !noisy && i < ARRAY_SIZE(counts); i++)
		grid_column(g, counts[i].head, false, counts[i].drop);
	for (size_t i = 0; i < rows; i++)
		add_row(g, cmp, ops->list[i], noisy);
	print_letter_grid(g, LETTER_WIDTH, m);
	fclose(m);
	fputs(text, f);
	/* Where it is too wide, columns are left out. */
	head = strcspn(text, "\n");
	text[head] = '\0';
	ops->stores = strstr(text, " stores") != NULL;
	ops->vmas = strstr(text, " VMAs") != NULL;
	free(text);
}

/**
 * ops_legend() - what marks and columns are, as far as these rows need it
 * @cmp: comparison, built
 * @ops: what print_letter_ops() has filled
 * @rows: so many of them
 * @columns: columns, too
 *
 * Return: ". S: ...", or nothing, to be given to free().
 */
char *ops_legend(const struct comparison *cmp, const struct letter_ops *ops,
		 size_t rows, bool columns)
{
	bool noisy = is_timed(cmp->cols[0].recs[0]);
	char *text =
		xasprintf("%s",
			  !columns || !rows ? ""
			  : noisy ? ". Columns are medians of batch means"
			  : ops->stores && ops->vmas
				  ? ". Stores are of the maple tree, VMAs afterwards"
			  : ops->stores ? ". Stores are of the maple tree"
			  : ops->vmas	? ". VMAs are those afterwards"
					: "");

	for (size_t m = 0; m < ARRAY_SIZE(marks); m++) {
		bool used = false;

		for (size_t i = 0; i < rows; i++)
			used |= ops->list[i]->verdict == marks[m].verdict;
		if (used)
			join_text(&text, "", ". %s", marks[m].text);
	}
	return text;
}
