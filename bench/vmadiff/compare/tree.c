// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layout of the maple tree: where a window lies in it decides what an operation
 * costs as much as the code does. A kernel that was measured over layouts is compared
 * with another one layout by layout, so that what is left is the code.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/**
 * tree_layout_text() - a layout of the tree, for a reader
 * @at: layout
 *
 * Return: "depth 2, slot 5 of 12, behind another VMA", to be given to free().
 */
char *tree_layout_text(const struct tree_layout *at)
{
	return xasprintf("depth %lld, slot %lld of %lld%s", (long long)at->depth,
			 (long long)at->slot, (long long)at->entries,
			 at->behind ? ", behind another VMA" : "");
}

/** tree_layout_short() - the same as one word: "d2-s5-e12-b" */
char *tree_layout_short(const struct tree_layout *at)
{
	return xasprintf("d%lld-s%lld-e%lld%s", (long long)at->depth,
			 (long long)at->slot, (long long)at->entries,
			 at->behind ? "-b" : "");
}

/** tree_value() - what was counted at a layout, per operation; NAN if it was not */
double tree_value(const struct record_tree *tree, enum metric_id metric)
{
	int64_t total = metric < NR_METRICS ? tree->totals[metric] : -1;

	return total < 0 ? NAN : (double)total / (double)tree->ops;
}

/**
 * tree_span_of() - median and ends of numbers
 * @values: numbers, NAN are left out; sorted in place
 * @nr: how many
 */
struct tree_span tree_span_of(double *values, size_t nr)
{
	struct tree_span span = { NAN, NAN, NAN };
	size_t n = 0;

	for (size_t i = 0; i < nr; i++)
		if (!isnan(values[i]))
			values[n++] = values[i];
	if (!n)
		return span;
	span.median = stats_median(values, n);
	span.low = values[0];
	span.high = values[n - 1];
	return span;
}

/* Where the layouts of an operation begin, and how many they are. */
struct slice {
	const struct record_tree *list;
	size_t nr;
};

static bool is_of(const struct record_tree *tree, const char *scenario,
		  const char *op)
{
	return !strcmp(tree->scenario, scenario) && !strcmp(tree->op, op);
}

static struct slice find_slice(const struct record *rec, const char *scenario,
			       const char *op)
{
	struct slice slice = { 0 };

	for (size_t i = 0; i < rec->nr_trees; i++) {
		if (!is_of(&rec->trees[i], scenario, op))
			continue;
		if (!slice.nr++)
			slice.list = &rec->trees[i];
	}
	return slice;
}

/** count_trees() - layouts that an operation was measured at */
size_t count_trees(const struct record *rec, const char *scenario, const char *op)
{
	return find_slice(rec, scenario, op).nr;
}

static bool same_tree(const struct record_tree *a, const struct record_tree *b)
{
	return !tree_layout_cmp(&a->at, &b->at) && a->ops == b->ops &&
	       !memcmp(a->totals, b->totals, sizeof(a->totals));
}

/**
 * trees_repeat() - is an operation the same at all layouts, in all repeats of a kernel?
 * @col: column of the exact tier
 * @key: row with scenario and op set
 */
bool trees_repeat(const struct column *col, const struct record_row *key)
{
	struct slice first = find_slice(col->recs[0], key->scenario, key->op);

	for (size_t r = 1; r < col->nr_recs; r++) {
		struct slice again =
			find_slice(col->recs[r], key->scenario, key->op);

		if (again.nr != first.nr)
			return false;
		for (size_t i = 0; i < first.nr; i++)
			if (!same_tree(&first.list[i], &again.list[i]))
				return false;
	}
	return true;
}

/* Both are in order. What differs in version is another program, and no pair. */
static void pair_up(struct tree_op *op, struct slice base, struct slice to)
{
	size_t i = 0, j = 0;

	op->pairs = xcalloc(base.nr + 1, sizeof(*op->pairs));
	while (i < base.nr && j < to.nr) {
		int d = tree_layout_cmp(&base.list[i].at, &to.list[j].at);

		if (!d && !strcmp(base.list[i].version, to.list[j].version))
			op->pairs[op->nr_pairs++] = (struct tree_pair){
				&base.list[i],
				&to.list[j],
			};
		i += d <= 0;
		j += d >= 0;
	}
	op->only_base = base.nr - op->nr_pairs;
	op->only_new = to.nr - op->nr_pairs;
}

/* Return: whether both count it anywhere. */
static bool measure(const struct tree_op *op, enum metric_id metric,
		    struct tree_change *change)
{
	double *base = xcalloc(4 * op->nr_pairs, sizeof(*base));
	double *value = base + op->nr_pairs;
	double *diff = value + op->nr_pairs;
	double *ratio = diff + op->nr_pairs;
	size_t n = 0;

	*change = (struct tree_change){ .metric = metric };
	for (size_t i = 0; i < op->nr_pairs; i++) {
		double a = tree_value(op->pairs[i].base, metric);
		double b = tree_value(op->pairs[i].to, metric);

		if (isnan(b - a))
			continue;
		base[n] = a;
		value[n] = b;
		diff[n] = b - a;
		ratio[n++] = a != 0 ? b / a : NAN;
		change->less += b < a;
		change->more += b > a;
		change->equal += b == a;
	}
	change->nr = n;
	change->base = tree_span_of(base, n);
	change->value = tree_span_of(value, n);
	change->diff = tree_span_of(diff, n);
	change->ratio = tree_span_of(ratio, n);
	free(base);
	return n;
}

static void add_op(struct trees *trees, const struct record *base,
		   const struct record *to, const struct record_tree *key)
{
	struct tree_op *op = xappend(trees->list, trees->nr);

	op->scenario = key->scenario;
	op->op = key->op;
	pair_up(op, find_slice(base, key->scenario, key->op),
		find_slice(to, key->scenario, key->op));
	op->changes = xcalloc(NR_METRICS, sizeof(*op->changes));
	for (size_t m = 0; op->nr_pairs && m < NR_METRICS; m++) {
		struct tree_change *change = &op->changes[op->nr_changes];

		if (!measure(op, (enum metric_id)m, change))
			continue;
		group_layouts(op, change);
		op->nr_changes++;
	}
}

static const struct tree_op *find_op(const struct trees *trees,
				     const char *scenario, const char *op)
{
	for (size_t i = 0; i < trees->nr; i++)
		if (!strcmp(trees->list[i].scenario, scenario) &&
		    !strcmp(trees->list[i].op, op))
			return &trees->list[i];
	return NULL;
}

static int op_cmp(const void *a, const void *b)
{
	const struct tree_op *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

/* All operations that either of two kernels was measured over layouts of. */
static void build_column(struct trees *trees, const struct record *base,
			 const struct record *to)
{
	const struct record *const recs[] = { base, to };

	for (size_t r = 0; r < ARRAY_SIZE(recs); r++)
		for (size_t i = 0; i < recs[r]->nr_trees; i++) {
			const struct record_tree *tree = &recs[r]->trees[i];

			if (!find_op(trees, tree->scenario, tree->op))
				add_op(trees, base, to, tree);
		}
	if (trees->nr)
		qsort(trees->list, trees->nr, sizeof(*trees->list), op_cmp);
}

/**
 * build_trees() - pair the layouts of all columns with those of the first
 * @cmp: comparison, its columns compared
 *
 * What is not comparable is not compared.
 */
void build_trees(struct comparison *cmp)
{
	cmp->trees = xcalloc(cmp->nr_cols, sizeof(*cmp->trees));
	for (size_t c = 1; c < cmp->nr_cols && !cmp->nr_differ; c++)
		if (!is_timed(cmp->cols[c].recs[0]))
			build_column(&cmp->trees[c], cmp->cols[0].recs[0],
				     cmp->cols[c].recs[0]);
}

/** free_trees() - give back what build_trees() made */
void free_trees(struct comparison *cmp)
{
	for (size_t c = 0; cmp->trees && c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->trees[c].nr; i++) {
			struct tree_op *op = &cmp->trees[c].list[i];

			for (size_t m = 0; m < op->nr_changes; m++) {
				struct tree_change *change = &op->changes[m];

				for (size_t g = 0; g < change->nr_groups; g++)
					free(change->groups[g].name);
				free(change->groups);
			}
			free(op->changes);
			free(op->pairs);
		}
		free(cmp->trees[c].list);
	}
	free(cmp->trees);
}

/**
 * find_tree() - layouts of an operation
 * @cmp: comparison, built
 * @c: column, not the first
 * @scenario: name
 * @op: operation
 *
 * Return: the operation, or NULL where it was not measured over layouts.
 */
const struct tree_op *find_tree(const struct comparison *cmp, size_t c,
				const char *scenario, const char *op)
{
	return find_op(&cmp->trees[c], scenario, op);
}

/** find_tree_change() - of a metric; NULL where it is not there, or there is no @op */
const struct tree_change *find_tree_change(const struct tree_op *op,
					   enum metric_id metric)
{
	for (size_t m = 0; op && m < op->nr_changes; m++)
		if (op->changes[m].metric == metric)
			return &op->changes[m];
	return NULL;
}

/** has_trees() - was anything measured at layouts of the tree that both ends have? */
bool has_trees(const struct comparison *cmp)
{
	const struct trees *trees = &cmp->trees[cmp->nr_cols - 1];

	for (size_t i = 0; i < trees->nr; i++)
		if (trees->list[i].nr_pairs)
			return true;
	return false;
}
