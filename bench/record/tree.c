// SPDX-License-Identifier: GPL-2.0-or-later
/* What operations cost at layouts of the maple tree. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* Of the kernel: MAPLE_HEIGHT_MAX, and the slots of any kind of node. */
#define DEPTH_MAX 31
#define ENTRIES_MAX 31

/**
 * tree_layout_cmp() - order of layouts: depth, entries, slot, a gap in front first
 * @a: layout of the tree
 * @b: another
 */
int tree_layout_cmp(const struct tree_layout *a, const struct tree_layout *b)
{
	if (a->depth != b->depth)
		return a->depth < b->depth ? -1 : 1;
	if (a->entries != b->entries)
		return a->entries < b->entries ? -1 : 1;
	if (a->slot != b->slot)
		return a->slot < b->slot ? -1 : 1;
	return a->behind - b->behind;
}

/**
 * record_tree_cmp() - order of what a record has: scenario, op, layout
 * @a: a struct record_tree
 * @b: another
 */
int record_tree_cmp(const void *a, const void *b)
{
	const struct record_tree *x = a, *y = b;
	int d;

	if ((d = strcmp(x->scenario, y->scenario)) || (d = strcmp(x->op, y->op)))
		return d;
	return tree_layout_cmp(&x->at, &y->at);
}

static int read_at(struct parser *p, json_t *line, struct tree_layout *at)
{
	json_t *obj = json_object_get(line, "layout"), *behind;
	int err;

	if (!json_is_object(obj))
		return refuse(p, "\"layout\" is missing or not an object");
	if ((err = get_integer(p, obj, "depth", 1, DEPTH_MAX, &at->depth)) ||
	    (err = get_integer(p, obj, "entries", 1, ENTRIES_MAX, &at->entries)) ||
	    (err = get_integer(p, obj, "slot", 0, at->entries, &at->slot)))
		return err;
	behind = json_object_get(obj, "behind");
	if (!json_is_boolean(behind))
		return refuse(p,
			      "\"behind\" is missing or neither true nor false");
	at->behind = json_is_true(behind);
	return 0;
}

/* A metric that is not known here is one of a later minor. */
static int read_totals(struct parser *p, json_t *line, struct record_tree *tree)
{
	json_t *totals = json_object_get(line, "totals"), *v;
	const char *name;
	int err;

	for (size_t m = 0; m < NR_METRICS; m++)
		tree->totals[m] = -1;
	if (!json_is_object(totals) || !json_object_size(totals))
		return refuse(p, "\"totals\" is missing, empty or not an object");
	json_object_foreach(totals, name, v) {
		enum metric_id id = metric_by_name(name);
		int64_t count;

		err = read_count(p, "totals", v, &count);
		if (err)
			return err;
		if (id < NR_METRICS)
			tree->totals[id] = count;
		else if (p->minor <= RECORD_MINOR)
			return refuse(p,
				      "\"totals\" holds \"%.80s\", which is no metric",
				      name);
	}
	return 0;
}

int read_tree(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_tree *tree = xappend(rec->trees, rec->nr_trees);
	int err;

	tree->line = p->line;
	if ((err = get_name(p, line, "scenario", &tree->scenario)) ||
	    (err = get_label(p, line, "version", &tree->version)) ||
	    (err = get_name(p, line, "op", &tree->op)) ||
	    (err = read_at(p, line, &tree->at)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &tree->ops)))
		return err;
	return read_totals(p, line, tree);
}

/* Rows of the same operation are of the same code, or the record is of two. */
static int check_version(struct parser *p, const struct record_tree *tree)
{
	for (size_t i = 0; i < p->rec->nr_rows; i++) {
		const struct record_row *row = &p->rec->rows[i];

		if (strcmp(row->scenario, tree->scenario) ||
		    strcmp(row->op, tree->op) ||
		    !strcmp(row->version, tree->version))
			continue;
		p->line = tree->line;
		return refuse(p,
			      "a layout of %s %s is of another version than its rows",
			      tree->scenario, tree->op);
	}
	return 0;
}

/* Once all lines are there. */
int check_trees(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_tree *twice, *last = NULL;
	int err = 0;

	twice = sort_unique(rec->trees, rec->nr_trees, sizeof(*rec->trees),
			    record_tree_cmp);
	if (twice) {
		p->line = twice[0].line > twice[1].line ? twice[0].line
							: twice[1].line;
		return refuse(p,
			      "depth %lld, slot %lld of %lld%s of %s %s is in the file twice",
			      (long long)twice->at.depth,
			      (long long)twice->at.slot,
			      (long long)twice->at.entries,
			      twice->at.behind ? ", behind another VMA" : "",
			      twice->scenario, twice->op);
	}
	for (size_t i = 0; !err && i < rec->nr_trees; i++) {
		const struct record_tree *this = &rec->trees[i];

		if (!last || strcmp(last->scenario, this->scenario) ||
		    strcmp(last->op, this->op) ||
		    strcmp(last->version, this->version))
			err = check_version(p, this);
		last = this;
	}
	return err;
}
