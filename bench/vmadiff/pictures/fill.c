// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an operation costs at each layout of the maple tree: the data of the picture
 * "fill". That of layouts of the code, which the native tier times, is "layouts".
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

/* Rows of panels that are legible in one picture. */
#define OPS_DRAWN 4

/* A stripe is as wide as one more entry, and has so much room at either side. */
#define MARGIN 0.1

enum {
	FIRST,
	LAST,
	NR_SIDES
};

/* An operation at one layout; of a record alone there is no last kernel. */
struct point {
	const struct tree_layout *at;
	const struct record_tree *sides[NR_SIDES];
};

/* A row of panels. */
struct panels {
	const char *scenario;
	const char *op;
	const struct tree_change *change; /* NULL of a record alone */
	size_t place;	      /* of a record alone: headline_place() */
	struct point *points; /* by tree_layout_cmp() */
	size_t nr_points;
};

/* A column of panels: a depth, and whether the window is behind another VMA. */
struct group {
	int64_t depth;
	bool behind;
};

/* What is drawn. */
struct fill {
	const struct comparison *cmp;
	size_t nr_sides;
	struct panels *rows; /* the first @nr_drawn are */
	size_t nr_rows;
	size_t nr_drawn;
	struct group *groups;
	size_t nr_groups;
};

static double cost_at(const struct point *point, size_t side)
{
	return point->sides[side] ? tree_value(point->sides[side], METRIC_INSNS)
				  : NAN;
}

static bool splits_at(const struct point *point, size_t side)
{
	return point->sides[side] &&
	       point->sides[side]->totals[METRIC_NODE_SPLITS] > 0;
}

static struct panels *add_row(struct fill *fill, const char *scenario,
			      const char *op)
{
	struct panels *row = xappend(fill->rows, fill->nr_rows);

	row->scenario = scenario;
	row->op = op;
	row->place = headline_place(fill->cmp, scenario, op);
	return row;
}

static void add_point(struct panels *row, const struct record_tree *first,
		      const struct record_tree *last)
{
	*xappend(row->points, row->nr_points) = (struct point){
		.at = &first->at,
		.sides = { first, last },
	};
}

/* Layouts that both kernels were measured at. */
static void add_pairs(struct fill *fill)
{
	size_t nr;
	const struct tree_op **ops = rank_tree_ops(fill->cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		struct panels *row = add_row(fill, ops[i]->scenario, ops[i]->op);

		row->change = find_tree_change(ops[i], METRIC_INSNS);
		for (size_t p = 0; p < ops[i]->nr_pairs; p++)
			add_point(row, ops[i]->pairs[p].base,
				  ops[i]->pairs[p].to);
	}
	free(ops);
}

/* What the series is about comes first. */
static int place_cmp(const void *a, const void *b)
{
	const struct panels *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return d ? d : strcmp(x->op, y->op);
}

/* All layouts of a record, which is sorted. */
static void add_record(struct fill *fill)
{
	const struct record *rec = fill->cmp->cols[0].recs[0];
	struct panels *row = NULL;

	for (size_t i = 0; i < rec->nr_trees; i++) {
		const struct record_tree *tree = &rec->trees[i];

		if (isnan(tree_value(tree, METRIC_INSNS)))
			continue;
		if (!row || strcmp(row->scenario, tree->scenario) ||
		    strcmp(row->op, tree->op))
			row = add_row(fill, tree->scenario, tree->op);
		add_point(row, tree, NULL);
	}
	if (row)
		qsort(fill->rows, fill->nr_rows, sizeof(*fill->rows), place_cmp);
}

static bool is_in(const struct group *group, const struct tree_layout *at)
{
	return group->depth == at->depth && group->behind == at->behind;
}

static int group_cmp(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x->behind - y->behind;
}

static void find_groups(struct fill *fill)
{
	for (size_t r = 0; r < fill->nr_drawn; r++) {
		for (size_t i = 0; i < fill->rows[r].nr_points; i++) {
			const struct tree_layout *at = fill->rows[r].points[i].at;
			size_t g = 0;

			while (g < fill->nr_groups && !is_in(&fill->groups[g], at))
				g++;
			if (g == fill->nr_groups)
				*xappend(fill->groups, fill->nr_groups) =
					(struct group){ at->depth, at->behind };
		}
	}
	qsort(fill->groups, fill->nr_groups, sizeof(*fill->groups), group_cmp);
}

/* Return: -ENODATA where nothing was measured over layouts of the tree. */
static int find_rows(struct fill *fill, const struct comparison *cmp)
{
	fill->cmp = cmp;
	fill->nr_sides = cmp->nr_cols > 1 ? NR_SIDES : 1;
	if (cmp->nr_cols > 1)
		add_pairs(fill);
	else
		add_record(fill);
	if (!fill->nr_rows)
		return -ENODATA;
	fill->nr_drawn = fill->nr_rows < OPS_DRAWN ? fill->nr_rows : OPS_DRAWN;
	find_groups(fill);
	return 0;
}

static void free_fill(struct fill *fill)
{
	for (size_t r = 0; r < fill->nr_rows; r++)
		free(fill->rows[r].points);
	free(fill->rows);
	free(fill->groups);
}

/* Of a record alone: from the least to the most that it takes. */
static struct tree_span row_span(const struct panels *row)
{
	double *values = xcalloc(row->nr_points, sizeof(*values));
	struct tree_span span;

	for (size_t i = 0; i < row->nr_points; i++)
		values[i] = cost_at(&row->points[i], FIRST);
	span = tree_span_of(values, row->nr_points);
	free(values);
	return span;
}

/* "2046 to 2581", or one number where they are the same. */
static const char *range_text(double low, double high)
{
	return low == high
		       ? fmt_value(low)
		       : fmt_text("%s to %s", fmt_value(low), fmt_value(high));
}

/* What the title says of the first row; to be given to free(). */
static char *title_of_change(const struct comparison *cmp,
			     const struct panels *row)
{
	const struct tree_change *change = row->change;
	const char *from = cmp->cols[0].name;
	const char *to = cmp->cols[cmp->nr_cols - 1].name;
	const char *layouts = fmt_count(change->nr, "layout");

	if (change->less == change->nr || change->more == change->nr)
		return xasprintf("%s takes %s %s instructions than %s in %s %s, at %s%s of the maple tree",
				 to,
				 range_text(fmin(fabs(change->diff.low),
						 fabs(change->diff.high)),
					    fmax(fabs(change->diff.low),
						 fabs(change->diff.high))),
				 change->less ? "fewer" : "more", from,
				 row->scenario, row->op,
				 change->nr == 1 ? "" : "each of ", layouts);
	if (change->equal == change->nr)
		return xasprintf("%s takes as many instructions as %s in %s %s, at %s%s of the maple tree",
				 to, from, row->scenario, row->op,
				 change->nr == 1 ? "" : "each of ", layouts);
	return xasprintf("of %s of the maple tree, %s takes fewer instructions than %s in %s %s at %zu, more at %zu, as many at %zu",
			 layouts, to, from, row->scenario, row->op,
			 change->less, change->more, change->equal);
}

static char *title_of_record(const struct comparison *cmp,
			     const struct panels *row)
{
	const struct tree_span span = row_span(row);

	return xasprintf("%s takes %s instructions in %s %s, over %s of the maple tree",
			 cmp->cols[0].name, range_text(span.low, span.high),
			 row->scenario, row->op,
			 fmt_count(row->nr_points, "layout"));
}

static size_t count_splits(const struct fill *fill)
{
	size_t n = 0;

	for (size_t r = 0; r < fill->nr_drawn; r++)
		for (size_t i = 0; i < fill->rows[r].nr_points; i++)
			for (size_t s = 0; s < NR_SIDES; s++)
				n += splits_at(&fill->rows[r].points[i], s);
	return n;
}

static void print_heading(const struct fill *fill, FILE *f)
{
	const struct comparison *cmp = fill->cmp;
	char *title = fill->rows[0].change
			      ? title_of_change(cmp, &fill->rows[0])
			      : title_of_record(cmp, &fill->rows[0]);

	fprintf(f, "# picture: fill\n# title: %s\n# subtitle: ", title);
	free(title);
	if (fill->nr_drawn < fill->nr_rows)
		fprintf(f, "%zu of %zu operations; ", fill->nr_drawn,
			fill->nr_rows);
	fputs("instructions per operation; a stripe is one fill of the leaf, from left to right in it the slot of the window\n"
	      "# unit: instructions per operation (executed by the task in the kernel)\n",
	      f);
	fprintf(f, "# read: %zu\n# spoken: %zu\n", fill->nr_drawn,
		fill->nr_sides + 2);
	if (count_splits(fill))
		fputs("# split: a node splits\n", f);
	print_data_sample(cmp, f);
}

/* The two that are drawn. */
static void print_kernels_drawn(const struct fill *fill, FILE *f)
{
	const struct comparison *cmp = fill->cmp;
	const struct column *cols[] = { &cmp->cols[0],
					&cmp->cols[cmp->nr_cols - 1] };

	fputs("# columns:", f);
	for (size_t s = 0; s < fill->nr_sides; s++) {
		fputc(' ', f);
		for (const char *c = cols[s]->name; *c; c++)
			fputc(*c == ' ' ? '_' : *c, f);
	}
	fputc('\n', f);
	for (size_t s = 0; s < fill->nr_sides; s++)
		fprintf(f, "# kernel: %s: %s\n", cols[s]->name,
			kernel_id(cols[s]->recs[0]));
}

/* The most layouts in one stripe of one panel. */
static size_t most_slots(const struct panels *row)
{
	const struct tree_layout *last = NULL;
	size_t n[2] = { 0 }, most = 0;

	for (size_t i = 0; i < row->nr_points; i++) {
		const struct tree_layout *at = row->points[i].at;

		if (last &&
		    (last->depth != at->depth || last->entries != at->entries))
			n[0] = n[1] = 0;
		n[at->behind]++;
		most = n[at->behind] > most ? n[at->behind] : most;
		last = at;
	}
	return most;
}

static void print_axes(const struct fill *fill, FILE *f)
{
	int64_t low = INT64_MAX, high = 0;
	size_t slots = 0;

	for (size_t r = 0; r < fill->nr_drawn; r++) {
		const struct panels *row = &fill->rows[r];
		size_t most = most_slots(row);
		double top = 0;

		for (size_t i = 0; i < row->nr_points; i++) {
			int64_t entries = row->points[i].at->entries;

			low = entries < low ? entries : low;
			high = entries > high ? entries : high;
			for (size_t s = 0; s < NR_SIDES; s++)
				top = fmax(top, cost_at(&row->points[i], s));
		}
		slots = most > slots ? most : slots;
		fprintf(f, "# high: %.15g\n", top);
	}
	fprintf(f, "# fills: %lld %lld\n# slots: %zu\n", (long long)low,
		(long long)high, slots);
	for (size_t g = 0; g < fill->nr_groups; g++)
		fprintf(f, "# group: depth %lld%s\n",
			(long long)fill->groups[g].depth,
			fill->groups[g].behind ? ", behind another VMA" : "");
}

/* As the verdict of a row has it: all layouts have to agree. */
static const char *kind_of(const struct tree_change *change)
{
	if (!change)
		return "other";
	return change->equal == change->nr ? "equal"
	       : !tree_worse(change)	   ? "better"
	       : !tree_better(change)	   ? "worse"
					   : "other";
}

/* "120 layouts: -2422 (-2046 to -2581)" */
static const char *row_text(const struct tree_change *change)
{
	const struct tree_span *diff = &change->diff;
	const char *layouts = fmt_count(change->nr, "layout");

	if (change->equal == change->nr)
		return fmt_text("%s: equal", layouts);
	if (diff->low == diff->high)
		return fmt_text("%s: %s", layouts, tree_diff_text(diff));
	return fmt_text("%s: %s (%s)", layouts,
			diff->median == 0 ? "0" : fmt_diff(diff->median),
			tree_diff_text(diff));
}

static void print_row(const struct panels *row, FILE *f)
{
	const struct tree_change *change = row->change;
	const struct tree_span span = row_span(row);

	fprintf(f, "%s %s", row->scenario, row->op);
	if (change) {
		print_data_value(change->base.median, f);
		print_data_value(change->value.median, f);
		fprintf(f, "\t%s", row_text(change));
	} else {
		print_data_value(span.median, f);
		fprintf(f, "\t%s: %s", fmt_count(row->nr_points, "layout"),
			range_text(span.low, span.high));
	}
	fprintf(f, "\t%s\n", kind_of(change));
}

/* Where a layout stands: its stripe, and in that its slot. */
static double place_of(const struct tree_layout *at)
{
	double part = ((double)at->slot + 0.5) / ((double)at->entries + 1);

	return (double)at->entries - 0.5 + MARGIN + (1 - 2 * MARGIN) * part;
}

/* A block, with an empty line between two stripes; none where no layout is of it. */
static void print_panel(const struct fill *fill, size_t r, size_t g, FILE *f)
{
	const struct panels *row = &fill->rows[r];
	int64_t entries = -1;

	for (size_t i = 0; i < row->nr_points; i++) {
		const struct point *point = &row->points[i];

		if (!is_in(&fill->groups[g], point->at))
			continue;
		if (entries < 0)
			fprintf(f, "\n\n# panel: %zu %zu\n", r + 1, g + 1);
		else if (entries != point->at->entries)
			fputc('\n', f);
		entries = point->at->entries;
		fprintf(f, "%g", place_of(point->at));
		for (size_t s = 0; s < fill->nr_sides; s++)
			print_data_value(cost_at(point, s), f);
		for (size_t s = 0; s < fill->nr_sides; s++)
			fprintf(f, "\t%d", splits_at(point, s));
		fputc('\n', f);
	}
}

/**
 * print_fill_data() - data of the picture "fill": cost against how full the leaf is
 * @cmp: comparison, built; one column will do
 * @f: where to
 *
 * Return: 0, -ENODATA where nothing was measured over layouts of the maple tree.
 */
int print_fill_data(const struct comparison *cmp, FILE *f)
{
	struct fill fill = { 0 };

	if (find_rows(&fill, cmp))
		return -ENODATA;
	print_heading(&fill, f);
	print_kernels_drawn(&fill, f);
	print_axes(&fill, f);
	for (size_t r = 0; r < fill.nr_drawn; r++)
		print_row(&fill.rows[r], f);
	for (size_t r = 0; r < fill.nr_drawn; r++)
		for (size_t g = 0; g < fill.nr_groups; g++)
			print_panel(&fill, r, g, f);
	free_fill(&fill);
	return 0;
}
