// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes at layouts of the tree often fall into groups: -43 % where the leaf has room,
 * and -17 % where it is full. They are named by what is known of a layout beforehand, and
 * only where it tells them apart: the changes of one group and those of the next are
 * farther from each other than those of either are among themselves.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/* Nearer ratios are not told apart. */
#define GAP_LEAST 0.01
/* Two properties at once have to explain so much more of the range than one does. */
#define PAIR_GAIN 0.1
/* A single layout is no group. */
#define GROUP_LEAST 2
#define VALUES_MAX 32

/* What the layouts of an operation have in common. */
struct facts {
	int64_t entries_max;
	bool splits_known;
};

/**
 * struct property - what is known of a layout
 * @value: of a layout of a pair: from 0 to below %VALUES_MAX, -1 if it is not known
 * @name: of a value, for a reader
 */
struct property {
	int (*value)(const struct tree_pair *pair, const struct facts *facts);
	const char *(*name)(int value);
};

static int is_full(const struct tree_pair *pair, const struct facts *facts)
{
	return pair->base->at.entries == facts->entries_max;
}

static const char *name_of_fill(int value)
{
	return value ? "leaf full" : "leaf with room";
}

static int splits(const struct tree_pair *pair, const struct facts *facts)
{
	return facts->splits_known ? pair->base->totals[METRIC_NODE_SPLITS] > 0
				   : -1;
}

static const char *name_of_splits(int value)
{
	return value ? "a node splits" : "no node splits";
}

static int is_behind(const struct tree_pair *pair, const struct facts *facts)
{
	(void)facts;
	return pair->base->at.behind;
}

static const char *name_of_behind(int value)
{
	return value ? "behind another VMA" : "after a gap";
}

static int depth_of(const struct tree_pair *pair, const struct facts *facts)
{
	(void)facts;
	return (int)pair->base->at.depth;
}

static const char *name_of_depth(int value)
{
	static const char *const names[VALUES_MAX] = {
		[1] = "depth 1", [2] = "depth 2", [3] = "depth 3",
		[4] = "depth 4", [5] = "depth 5",
	};

	return names[value] ? names[value] : "deeper";
}

/* What is appended there spans two leaves. */
static int is_last(const struct tree_pair *pair, const struct facts *facts)
{
	(void)facts;
	return pair->base->at.slot + 1 >= pair->base->at.entries;
}

static const char *name_of_last(int value)
{
	return value ? "in the last slot" : "before the last slot";
}

static int is_first(const struct tree_pair *pair, const struct facts *facts)
{
	(void)facts;
	return pair->base->at.slot == 0;
}

static const char *name_of_first(int value)
{
	return value ? "in the first slot" : "behind the first slot";
}

/* The first that explains most is taken. */
static const struct property properties[] = {
	{ is_full, name_of_fill },     { splits, name_of_splits },
	{ is_behind, name_of_behind }, { depth_of, name_of_depth },
	{ is_last, name_of_last },     { is_first, name_of_first },
};

/* A change at a layout, what two properties say of that, and the group it is in. */
struct point {
	double size;
	double diff;
	double ratio;
	int value[2];
	size_t group;
};

/* Changes by two properties, or one. */
struct split {
	const struct property *by[2];
	struct point *points;
	size_t nr;
	double least; /* gap that tells apart */
};

/* Where the changes of a group are. */
struct range {
	size_t group;
	size_t nr;
	double low;
	double high;
};

static int range_cmp(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->low < y->low ? -1 : x->low > y->low;
}

/* Of all groups that have a point, the least changes first. Return: how many. */
static size_t find_ranges(const struct split *split, struct range *ranges)
{
	size_t nr = 0;

	for (size_t g = 0; g < split->nr; g++) {
		struct range range = { .group = g };

		for (size_t i = 0; i < split->nr; i++) {
			double size = split->points[i].size;

			if (split->points[i].group != g)
				continue;
			range.low = range.nr ? fmin(range.low, size) : size;
			range.high = range.nr ? fmax(range.high, size) : size;
			range.nr++;
		}
		if (range.nr)
			ranges[nr++] = range;
	}
	qsort(ranges, nr, sizeof(*ranges), range_cmp);
	return nr;
}

/* Is each of two groups whole, and farther from the other than it is wide? */
static bool are_apart(const struct split *split, const struct range *a,
		      const struct range *b)
{
	double gap = b->low - a->high;

	return a->nr >= GROUP_LEAST && b->nr >= GROUP_LEAST &&
	       gap >= split->least && gap > a->high - a->low &&
	       gap > b->high - b->low;
}

/* Return: how many groups are left, of which the ranges are. */
static size_t merge_groups(const struct split *split, struct range *ranges)
{
	size_t nr = find_ranges(split, ranges), at = 1;

	while (at < nr) {
		if (are_apart(split, &ranges[at - 1], &ranges[at])) {
			at++;
			continue;
		}
		for (size_t i = 0; i < split->nr; i++)
			if (split->points[i].group == ranges[at].group)
				split->points[i].group = ranges[at - 1].group;
		nr = find_ranges(split, ranges);
		at = 1;
	}
	return nr;
}

static bool same_values(const struct point *a, const struct point *b)
{
	return a->value[0] == b->value[0] && a->value[1] == b->value[1];
}

/* Return: whether the properties are known of all layouts. */
static bool divide(const struct split *split, const struct tree_op *op,
		   const struct facts *facts)
{
	size_t n = 0;

	for (size_t i = 0; i < op->nr_pairs; i++) {
		struct point *point = &split->points[n];

		if (isnan(point->size))
			return false;
		for (int k = 0; k < 2; k++) {
			point->value[k] =
				split->by[k] ? split->by[k]->value(&op->pairs[i],
								   facts)
					     : 0;
			if (point->value[k] < 0 || point->value[k] >= VALUES_MAX)
				return false;
		}
		point->group = n++;
		for (size_t j = 0; j + 1 < n; j++)
			if (same_values(&split->points[j], point)) {
				point->group = split->points[j].group;
				break;
			}
	}
	return true;
}

/* How much of the range of all changes groups explain: all of it is 1, nothing 0. */
static double explained(const struct range *ranges, size_t nr)
{
	double all = ranges[nr - 1].high - ranges[0].low, widest = 0;

	for (size_t g = 0; g < nr; g++)
		widest = fmax(widest, ranges[g].high - ranges[g].low);
	return nr < 2 ? 0 : 1 - widest / all;
}

/* Does a group have all layouts with those values of a property that it has any of? */
static bool is_whole(const struct split *split, size_t group, int k)
{
	for (size_t i = 0; i < split->nr; i++)
		for (size_t j = 0; j < split->nr; j++)
			if (split->points[i].group == group &&
			    split->points[j].group != group &&
			    split->points[i].value[k] == split->points[j].value[k])
				return false;
	return true;
}

static bool is_new(const struct split *split, size_t at, bool use[2])
{
	for (size_t j = 0; j < at; j++)
		if (split->points[j].group == split->points[at].group &&
		    (!use[0] ||
		     split->points[j].value[0] == split->points[at].value[0]) &&
		    (!use[1] ||
		     split->points[j].value[1] == split->points[at].value[1]))
			return false;
	return true;
}

/* By one property, if that is enough; else by both. */
static char *name_group(const struct split *split, size_t group)
{
	bool use[2] = { true, split->by[1] };
	char *text = NULL;

	if (split->by[1] && is_whole(split, group, 0))
		use[1] = false;
	else if (split->by[1] && is_whole(split, group, 1))
		use[0] = false;
	for (size_t i = 0; i < split->nr; i++) {
		const struct point *point = &split->points[i];

		if (point->group != group || !is_new(split, i, use))
			continue;
		join_text(&text, " or ", "%s%s%s",
			  use[0] ? split->by[0]->name(point->value[0]) : "",
			  use[0] && use[1] ? " " : "",
			  use[1] ? split->by[1]->name(point->value[1]) : "");
	}
	return text;
}

static void keep_groups(const struct split *split, const struct range *ranges,
			size_t nr, struct tree_change *change)
{
	double *diff = xcalloc(2 * split->nr, sizeof(*diff));
	double *ratio = diff + split->nr;

	for (size_t g = 0; g < change->nr_groups; g++)
		free(change->groups[g].name);
	free(change->groups);
	change->groups = xcalloc(nr, sizeof(*change->groups));
	change->nr_groups = nr;
	for (size_t g = 0; g < nr; g++) {
		struct tree_group *group = &change->groups[g];

		for (size_t i = 0; i < split->nr; i++) {
			if (split->points[i].group != ranges[g].group)
				continue;
			diff[group->nr] = split->points[i].diff;
			ratio[group->nr++] = split->points[i].ratio;
		}
		group->name = name_group(split, ranges[g].group);
		group->diff = tree_span_of(diff, group->nr);
		group->ratio = tree_span_of(ratio, group->nr);
	}
	free(diff);
}

/* Take a split by these properties if it explains more than @best. Return: the better. */
static double try_split(struct split *split, const struct tree_op *op,
			const struct facts *facts, struct tree_change *change,
			double best)
{
	struct range *ranges;
	double score;
	size_t nr;

	if (!divide(split, op, facts))
		return best;
	ranges = xcalloc(split->nr, sizeof(*ranges));
	nr = merge_groups(split, ranges);
	score = explained(ranges, nr);
	if (score > best)
		keep_groups(split, ranges, nr, change);
	free(ranges);
	return fmax(score, best);
}

static struct facts facts_of(const struct tree_op *op)
{
	struct facts facts = { .splits_known = true };

	for (size_t i = 0; i < op->nr_pairs; i++) {
		const struct record_tree *base = op->pairs[i].base;

		if (base->at.entries > facts.entries_max)
			facts.entries_max = base->at.entries;
		facts.splits_known &= base->totals[METRIC_NODE_SPLITS] >= 0;
	}
	return facts;
}

/* As a ratio, where there is one at all layouts. */
static struct point *make_points(const struct tree_op *op,
				 const struct tree_change *change, bool *ratios)
{
	struct point *points = xcalloc(op->nr_pairs, sizeof(*points));

	*ratios = true;
	for (size_t i = 0; i < op->nr_pairs; i++) {
		double base = tree_value(op->pairs[i].base, change->metric);
		double value = tree_value(op->pairs[i].to, change->metric);

		points[i].diff = value - base;
		points[i].ratio = base != 0 ? value / base : NAN;
		*ratios &= base != 0;
	}
	for (size_t i = 0; i < op->nr_pairs; i++)
		points[i].size = *ratios ? points[i].ratio : points[i].diff;
	return points;
}

/**
 * group_layouts() - find out whether something tells apart how an operation changes
 * @op: operation with its pairs
 * @change: metric of it, all but groups
 */
void group_layouts(const struct tree_op *op, struct tree_change *change)
{
	const struct facts facts = facts_of(op);
	struct split split = { .nr = op->nr_pairs };
	double best = 0;
	bool ratios;

	split.points = make_points(op, change, &ratios);
	split.least = ratios ? GAP_LEAST : 0;
	for (size_t a = 0; a < ARRAY_SIZE(properties); a++) {
		split.by[0] = &properties[a];
		best = try_split(&split, op, &facts, change, best);
	}
	/* Two of them are harder to say, and have to be worth it. */
	best = best ? best + PAIR_GAIN : 0;
	for (size_t a = 0; a < ARRAY_SIZE(properties); a++) {
		for (size_t b = a + 1; b < ARRAY_SIZE(properties); b++) {
			split.by[0] = &properties[a];
			split.by[1] = &properties[b];
			best = try_split(&split, op, &facts, change, best);
		}
	}
	free(split.points);
}
