// SPDX-License-Identifier: GPL-2.0-or-later
/* What operations cost at layouts of the maple tree. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* The slots of any kind of node. */
#define ENTRIES_MAX 31

/**
 * tree_layout_cmp() - order of layouts: depth, entries, slot, a gap in front first, nodes
 *	above
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
	if (a->behind != b->behind)
		return a->behind - b->behind;
	return memcmp(a->above, b->above, sizeof(a->above));
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

/* Pairs [slot, entries], the parent of the leaf first; where they are said, of all. */
static int read_above(struct parser *p, json_t *obj, struct tree_layout *at)
{
	json_t *above = json_object_get(obj, "above"), *pair;
	size_t i;

	if (!above)
		return 0;
	if (json_array_size(above) != (size_t)at->depth - 1)
		return refuse(p,
			      "\"above\" is not an array of %lld, one for each level above the leaves",
			      (long long)at->depth - 1);
	json_array_foreach(above, i, pair) {
		const json_t *slot = json_array_get(pair, 0);
		const json_t *entries = json_array_get(pair, 1);
		json_int_t s = json_integer_value(slot);
		json_int_t e = json_integer_value(entries);

		if (json_array_size(pair) != 2 || !json_is_integer(slot) ||
		    !json_is_integer(entries) || e < 1 || e > ENTRIES_MAX ||
		    s < 0 || s >= e)
			return refuse(p,
				      "\"above\" holds something that is not [slot, entries]");
		at->above[i].slot = (int8_t)s;
		at->above[i].entries = (int8_t)e;
	}
	return 0;
}

static int read_at(struct parser *p, const char *what, json_t *obj,
		   struct tree_layout *at)
{
	json_t *behind;
	int err;

	if (!json_is_object(obj))
		return refuse(p, "\"%s\" is missing or not an object", what);
	if ((err = get_integer(p, obj, "depth", 1, TREE_DEPTH_MAX, &at->depth)) ||
	    (err = get_integer(p, obj, "entries", 1, ENTRIES_MAX, &at->entries)) ||
	    (err = get_integer(p, obj, "slot", 0, at->entries - 1, &at->slot)))
		return err;
	behind = json_object_get(obj, "behind");
	if (!json_is_boolean(behind))
		return refuse(p,
			      "\"behind\" is missing or neither true nor false");
	at->behind = json_is_true(behind);
	return read_above(p, obj, at);
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
				      "\"totals\" holds \"%.*s\", which is no metric",
				      CUT(name, 80));
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
	    (err = read_at(p, "layout", json_object_get(line, "layout"),
			   &tree->at)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &tree->ops)))
		return err;
	return read_totals(p, line, tree);
}

int read_tree_count(struct parser *p, json_t *line)
{
	json_t *left_out = json_object_get(line, "left_out"), *v;
	struct record *rec = p->rec;
	struct record_tree_count *count =
		xappend(rec->tree_counts, rec->nr_tree_counts);
	struct tree_layout unused;
	const char *version;
	size_t i;
	int err;

	count->line = p->line;
	if ((err = get_name(p, line, "scenario", &count->scenario)) ||
	    (err = get_label(p, line, "version", &version)) ||
	    (err = get_name(p, line, "op", &count->op)) ||
	    (err = get_integer(p, line, "measured", 0, OPS_MAX, &count->measured)))
		return err;
	if (!json_is_array(left_out))
		return refuse(p, "\"left_out\" is missing or not an array");
	json_array_foreach(left_out, i, v) {
		err = read_at(p, "left_out", v, &unused);
		if (err)
			return err;
	}
	count->left_out = json_array_size(left_out);
	return 0;
}

static int tree_count_cmp(const void *a, const void *b)
{
	const struct record_tree_count *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

/* A record that lost layouts compares others than it says. */
static int check_counts(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_tree_count *twice;

	twice = sort_unique(rec->tree_counts, rec->nr_tree_counts,
			    sizeof(*rec->tree_counts), tree_count_cmp);
	if (twice) {
		p->line = twice[0].line > twice[1].line ? twice[0].line
							: twice[1].line;
		return refuse(p, "layouts of %s %s are counted twice",
			      twice->scenario, twice->op);
	}
	for (size_t c = 0; c < rec->nr_tree_counts; c++) {
		const struct record_tree_count *count = &rec->tree_counts[c];
		int64_t nr = 0;

		for (size_t i = 0; i < rec->nr_trees; i++)
			nr += !strcmp(rec->trees[i].scenario, count->scenario) &&
			      !strcmp(rec->trees[i].op, count->op);
		p->line = count->line;
		if (nr != count->measured)
			return refuse(p,
				      "\"measured\" is %lld, and the record has %lld layouts of %s %s",
				      (long long)count->measured, (long long)nr,
				      count->scenario, count->op);
	}
	return 0;
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
	int err = check_counts(p);

	if (err)
		return err;
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
