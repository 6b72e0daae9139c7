// SPDX-License-Identifier: GPL-2.0-or-later
/* What changes at equal layouts of the maple tree: in words, as a table, one by one. */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/* The end that is nearer to nothing comes first. */
static bool is_downward(const struct tree_span *span, double nothing)
{
	return fabs(span->low - nothing) > fabs(span->high - nothing);
}

/* Without the digits behind the point of what has four before it. */
static double rounded(double v)
{
	return fabs(v) >= 1000 ? rint(v) : v;
}

static const char *diff_text(double v)
{
	return v == 0 ? "0" : fmt_diff(rounded(v));
}

/** tree_diff_text() - "-2046 to -2581", or one number where there is one */
const char *tree_diff_text(const struct tree_span *span)
{
	bool down = is_downward(span, 0);

	if (isnan(span->median) || span->low == span->high)
		return isnan(span->median) ? "-" : diff_text(span->low);
	return fmt_text("%s to %s", diff_text(down ? span->high : span->low),
			diff_text(down ? span->low : span->high));
}

/** tree_ratio_text() - "-15.5 to -43.6%" */
const char *tree_ratio_text(const struct tree_span *span)
{
	bool down = is_downward(span, 1);
	const char *first = fmt_points(down ? span->high : span->low);
	const char *last = fmt_points(down ? span->low : span->high);

	if (isnan(span->median))
		return "-";
	return !strcmp(first, last) ? fmt_text("%s%%", last)
				    : fmt_text("%s to %s%%", first, last);
}

/* "4973..12039" */
static const char *values_text(const struct tree_span *span)
{
	return span->low == span->high
		       ? fmt_value(rounded(span->low))
		       : fmt_text("%s..%s", fmt_value(rounded(span->low)),
				  fmt_value(rounded(span->high)));
}

/* "-2581..-2046" */
static const char *diffs_text(const struct tree_span *span)
{
	return span->low == span->high ? fmt_diff(rounded(span->low))
				       : fmt_text("%s..%s", diff_text(span->low),
						  diff_text(span->high));
}

static const char *ratios_text(const struct tree_span *span)
{
	if (isnan(span->median))
		return "-";
	if (!strcmp(fmt_points(span->low), fmt_points(span->high)))
		return fmt_points(span->low);
	return fmt_range(span->low, span->high);
}

/**
 * tree_points_text() - a change at equal layouts of the tree, in a narrow column
 * @line: line
 *
 * Return: "-43.6..-15.5" in percent, "+0..+3" where there is no ratio, "=" where all are
 * equal, "-" where there are none.
 */
const char *tree_points_text(const struct line *line)
{
	const struct tree_change *change = line->tree;

	if (!change)
		return "-";
	if (change->equal == change->nr)
		return "=";
	return isnan(change->ratio.median) ? diffs_text(&change->diff)
					   : ratios_text(&change->ratio);
}

/** tree_shares_text() - "less in 40 of 64 tree layouts, more in 20, equal in 4" */
char *tree_shares_text(const struct tree_change *change)
{
	bool less_first = change->less >= change->more;
	const struct {
		const char *name;
		size_t nr;
	} shares[] = {
		{ less_first ? "less" : "more",
		  less_first ? change->less : change->more },
		{ less_first ? "more" : "less",
		  less_first ? change->more : change->less },
		{ "equal", change->equal },
	};
	char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		if (shares[i].nr)
			join_text(&text, ", ", "%s in %zu%s", shares[i].name,
				  shares[i].nr,
				  text ? ""
				       : fmt_text(" of %zu tree layout%s",
						  change->nr,
						  change->nr == 1 ? "" : "s"));
	return text;
}

/* "two groups" */
static const char *groups_number(size_t nr)
{
	static const char *const numbers[] = { "no",	"one",	"two",
					       "three", "four", "five" };

	return nr < ARRAY_SIZE(numbers) ? fmt_text("%s groups", numbers[nr])
					: fmt_text("%zu groups", nr);
}

/**
 * tree_groups_text() - what tells apart how layouts change
 * @change: change
 * @ranges: how each group changes, too
 *
 * Return: "two groups: leaf with room -42.7 to -43.6%, leaf full -15.5 to -18.5%", to be
 * given to free(); NULL where there are no groups.
 */
char *tree_groups_text(const struct tree_change *change, bool ranges)
{
	size_t nr = change->nr_groups;
	char *text = NULL, *list;
	bool ratios = true;

	for (size_t g = 0; g < nr; g++)
		ratios &= !isnan(change->groups[g].ratio.median);
	for (size_t g = 0; g < nr; g++) {
		const struct tree_group *group = &change->groups[g];

		join_text(&text, ", ", "%s%s%s", group->name, ranges ? " " : "",
			  !ranges  ? ""
			  : ratios ? tree_ratio_text(&group->ratio)
				   : tree_diff_text(&group->diff));
	}
	if (!nr)
		return NULL;
	list = xasprintf("%s: %s", groups_number(nr), text);
	free(text);
	return list;
}

/* "2422 instructions less" */
static char *median_text(const struct tree_change *change)
{
	double median = change->diff.median;
	const char *unit = metrics[change->metric].title;

	if (median == 0)
		return xasprintf("as many %s", unit);
	return xasprintf("%s %s %s", fmt_value(rounded(fabs(median))), unit,
			 median < 0 ? "less" : "more");
}

/* Do all layouts change in one direction? */
static bool agree(const struct tree_change *change)
{
	return change->less == change->nr || change->more == change->nr;
}

/**
 * tree_text() - a change at equal layouts of the tree, behind "takes"
 * @change: change
 * @detail: what is said of groups
 *
 * Return: the median, at how many layouts, and how far: "2422 instructions less (in 64 of
 * 64 tree layouts: -2046 to -2581), -15.5 to -43.6%, two groups: leaf with room, leaf
 * full", to be given to free().
 */
char *tree_text(const struct tree_change *change, enum tree_detail detail)
{
	char *shares = tree_shares_text(change), *median = median_text(change);
	char *groups = detail != TREE_SHORT
			       ? tree_groups_text(change, detail == TREE_RANGES)
		       : change->nr_groups
			       ? xasprintf("%s", groups_number(change->nr_groups))
			       : NULL;
	char *text;

	/* "less" or "more" is said in front of it, then. */
	text = xasprintf("%s (%s: %s)", median,
			 shares + (agree(change) ? strlen("less ") : 0),
			 tree_diff_text(&change->diff));
	if (!isnan(change->ratio.median))
		join_text(&text, ", ", "%s", tree_ratio_text(&change->ratio));
	if (groups)
		join_text(&text, ", ", "%s", groups);
	free(groups);
	free(median);
	free(shares);
	return text;
}

/**
 * tree_brief_text() - the same where there is room for one number
 * @change: change
 *
 * Return: "-15.5 to -43.6% in 64 of 64 tree layouts", or where they do not agree "-1.2 to
 * +3.4%, more in 40 of 64 tree layouts, less in 24", to be given to free().
 */
char *tree_brief_text(const struct tree_change *change)
{
	const char *by = isnan(change->ratio.median)
				 ? tree_diff_text(&change->diff)
				 : tree_ratio_text(&change->ratio);
	char *shares = tree_shares_text(change), *text;

	text = agree(change) ? xasprintf("%s %s", by, shares + strlen("less "))
			     : xasprintf("%s, %s", by, shares);
	free(shares);
	return text;
}

/* What the headline is of comes first, then instructions, and what changed. */
static bool is_worth_a_row(const struct tree_change *change,
			   const struct tree_selection *sel)
{
	if (sel->metric)
		return !strcmp(metrics[change->metric].name, sel->metric);
	return sel->all || change->metric == METRIC_INSNS ||
	       change->equal < change->nr;
}

static enum tint tint_of(const struct tree_change *change)
{
	size_t better = tree_better(change), worse = tree_worse(change);

	if (change->equal == change->nr)
		return TINT_NONE;
	return 2 * worse > change->nr	 ? TINT_BAD
	       : 2 * better > change->nr ? TINT_GOOD
					 : TINT_DOUBT;
}

static void add_change(struct grid *g, const struct tree_op *op,
		       const struct tree_change *change, bool first)
{
	enum tint tint = tint_of(change);

	if (first)
		grid_span(g, fmt_text("%s %s", op->scenario, op->op));
	grid_cell(g, TINT_NONE, "  %s",
		  metric_head(metrics[change->metric].name));
	grid_cell(g, TINT_NONE, "%zu", change->nr);
	grid_cell(g, TINT_NONE, "%s", values_text(&change->base));
	grid_cell(g, TINT_NONE, "%s", values_text(&change->value));
	grid_cell(g, tint, "%s", fmt_diff(rounded(change->diff.median)));
	grid_cell(g, tint, "%s", diffs_text(&change->diff));
	grid_cell(g, tint, "%s",
		  change->equal == change->nr ? "="
					      : ratios_text(&change->ratio));
	grid_cell(g, tint, "%zu/%zu/%zu", tree_better(change),
		  tree_worse(change), change->equal);
}

static void print_note(const struct output *out, const char *text)
{
	if (out->markup == MARKDOWN) {
		fputs("\n- ", out->f);
		put_markdown(text, out->f);
		fputc('\n', out->f);
	} else {
		print_hanging(out->f, out->width, 2, "", text);
	}
}

/* Layouts of a record that the tree does not have. */
static size_t count_left_out(const struct record *rec, const struct tree_op *op)
{
	for (size_t i = 0; i < rec->nr_tree_counts; i++)
		if (!strcmp(rec->tree_counts[i].scenario, op->scenario) &&
		    !strcmp(rec->tree_counts[i].op, op->op))
			return rec->tree_counts[i].left_out;
	return 0;
}

/* What a row has no room for: groups, and layouts without a pair. */
static void print_notes_of(const struct comparison *cmp, const struct tree_op *op,
			   const struct tree_selection *sel,
			   const struct output *out)
{
	const struct {
		const char *column;
		size_t nr;
	} alone[] = {
		{ cmp->cols[0].name, op->only_base },
		{ cmp->cols[cmp->nr_cols - 1].name, op->only_new },
	};

	for (size_t m = 0; m < op->nr_changes; m++) {
		const struct tree_change *change = &op->changes[m];
		char *groups = tree_groups_text(change, true);

		if (groups && is_worth_a_row(change, sel))
			print_note(out,
				   fmt_text("%s %s %s, %s", op->scenario, op->op,
					    metric_head(metrics[change->metric].name),
					    groups));
		free(groups);
	}
	if (sel->all && count_left_out(cmp->cols[0].recs[0], op))
		print_note(out,
			   fmt_text("%s %s: of %zu layouts that were tried no tree was found for %zu",
				    op->scenario, op->op,
				    count_trees(cmp->cols[0].recs[0],
						op->scenario, op->op) +
					    count_left_out(cmp->cols[0].recs[0],
							   op),
				    count_left_out(cmp->cols[0].recs[0], op)));
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		if (alone[i].nr)
			print_note(out,
				   fmt_text("%s %s: %s of %s %s not in the other, and compared with nothing",
					    op->scenario, op->op,
					    fmt_count(alone[i].nr, "layout"),
					    alone[i].column,
					    alone[i].nr == 1 ? "is" : "are"));
}

static const struct trees *last_trees(const struct comparison *cmp)
{
	return &cmp->trees[cmp->nr_cols - 1];
}

/* Where an operation comes, and how much it changed. */
struct ranked {
	const struct tree_op *op;
	size_t place;
	double size;
};

static int rank_cmp(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	/* As they are in the list. */
	return x->op < y->op ? -1 : x->op > y->op;
}

/**
 * rank_tree_ops() - operations whose instructions were counted over layouts
 * @cmp: comparison, built
 * @nr: filled: how many
 *
 * Return: first what the series is about, then what changed, the largest change first;
 * to be given to free().
 */
const struct tree_op **rank_tree_ops(const struct comparison *cmp, size_t *nr)
{
	const struct trees *trees = last_trees(cmp);
	struct ranked *list = xcalloc(trees->nr + 1, sizeof(*list));
	const struct tree_op **ops = xcalloc(trees->nr + 1, sizeof(const void *));

	*nr = 0;
	for (size_t i = 0; i < trees->nr; i++) {
		const struct tree_op *op = &trees->list[i];
		const struct tree_change *change =
			find_tree_change(op, METRIC_INSNS);

		if (change)
			list[(*nr)++] = (struct ranked){
				op, headline_place(cmp, op->scenario, op->op),
				fabs(change->diff.median)
			};
	}
	qsort(list, *nr, sizeof(*list), rank_cmp);
	for (size_t i = 0; i < *nr; i++)
		ops[i] = list[i].op;
	free(list);
	return ops;
}

static struct grid *start_table(const struct comparison *cmp, const char *first)
{
	struct grid *g = grid_new();

	grid_column(g, first, true, 0);
	grid_column(g, "n", false, 0)->class = "wide";
	grid_column(g, cmp->cols[0].name, false, 1)->class = "wide";
	grid_column(g, cmp->cols[cmp->nr_cols - 1].name, false, 2)->class =
		"wide";
	grid_column(g, "median", false, 0);
	grid_column(g, "diff", false, 3)->class = "wide";
	grid_column(g, "change %", false, 0);
	grid_column(g, "b/w/=", false, 0);
	return g;
}

/**
 * tree_table() - what changed of one operation, a metric a row
 * @cmp: comparison, built
 * @op: operation of it
 * @sel: which metrics
 */
struct grid *tree_table(const struct comparison *cmp, const struct tree_op *op,
			const struct tree_selection *sel)
{
	struct grid *g = start_table(cmp, "metric");

	for (size_t m = 0; m < op->nr_changes; m++)
		if (is_worth_a_row(&op->changes[m], sel))
			add_change(g, op, &op->changes[m], false);
	return g;
}

/**
 * print_trees() - what changed at equal layouts of the tree, an operation a block
 * @cmp: comparison, built
 * @sel: which metrics
 * @out: text or Markdown
 */
void print_trees(const struct comparison *cmp, const struct tree_selection *sel,
		 const struct output *out)
{
	const struct trees *trees = last_trees(cmp);
	struct grid *g;

	if (cmp->nr_cols < 2 || !trees->nr)
		return;
	print_section(out, fmt_text("Tree layouts, %s to %s", cmp->cols[0].name,
				    cmp->cols[cmp->nr_cols - 1].name));
	g = start_table(cmp, "operation");
	for (size_t i = 0; i < trees->nr; i++) {
		const struct tree_op *op = &trees->list[i];
		bool first = true;

		for (size_t m = 0; m < op->nr_changes; m++) {
			if (!is_worth_a_row(&op->changes[m], sel))
				continue;
			add_change(g, op, &op->changes[m], first);
			first = false;
		}
	}
	grid_print(g, out);
	for (size_t i = 0; i < trees->nr; i++)
		print_notes_of(cmp, &trees->list[i], sel, out);
	print_note(out,
		   "A layout is where the window lies in the maple tree: depth, slot in the leaf, entries in it, with another VMA directly in front or a gap. Both kernels are compared at n of them, layout by layout; b/w/=: at so many it is better, worse, and equal to the digit.");
}

/* A cell for what one side has at a layout, and what the other one has. */
static void add_layout(struct grid *g, const struct tree_pair *pair,
		       enum metric_id metric)
{
	double base = tree_value(pair->base, metric);
	double value = tree_value(pair->to, metric);
	double splits = tree_value(pair->base, METRIC_NODE_SPLITS);
	double splits_to = tree_value(pair->to, METRIC_NODE_SPLITS);
	bool same = splits == splits_to || isnan(splits_to - splits);
	char *at = tree_layout_text(&pair->base->at);
	enum tint tint =
		value == base ? TINT_NONE
		: (value < base) == (metrics[metric].better == BETTER_LOWER)
			? TINT_GOOD
			: TINT_BAD;

	grid_cell(g, TINT_NONE, "%s", at);
	grid_cell(g, TINT_NONE, "%s", fmt_value(base));
	grid_cell(g, TINT_NONE, "%s", fmt_value(value));
	grid_cell(g, tint, "%s", fmt_diff(value - base));
	grid_cell(g, tint, "%s", fmt_percent(base != 0 ? value / base : NAN));
	grid_cell(g, TINT_NONE, "%s%s%s", fmt_value(splits), same ? "" : ">",
		  same ? "" : fmt_value(splits_to));
	free(at);
}

/**
 * print_tree_layouts() - one operation, a line per layout of the tree
 * @cmp: comparison, built
 * @op: operation of it, with layouts on both sides
 * @metric: metric that both count
 * @out: text
 */
void print_tree_layouts(const struct comparison *cmp, const struct tree_op *op,
			enum metric_id metric, const struct output *out)
{
	const char *base = cmp->cols[0].name;
	const char *new = cmp->cols[cmp->nr_cols - 1].name;
	struct grid *g = grid_new();

	fprintf(out->f, "\n%s%s %s%s, %s to %s: %s [%s]\n",
		tint_on(out, TINT_HEAD), op->scenario, op->op,
		tint_off(out, TINT_HEAD), base, new, metrics[metric].title,
		metrics[metric].unit);
	grid_column(g, "tree layout", true, 0);
	grid_column(g, base, false, 0);
	grid_column(g, new, false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "change", false, 0);
	grid_column(g, "splits", false, 1);
	for (size_t i = 0; i < op->nr_pairs; i++)
		add_layout(g, &op->pairs[i], metric);
	grid_print(g, out);
}
