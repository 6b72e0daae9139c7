// SPDX-License-Identifier: GPL-2.0-or-later
/* What the cache lines of one operation are part of, in two kernels. */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

enum {
	READ,
	WRITTEN,
	NR_USES
};

/* One kind of object: lines of one operation, in both kernels. */
struct pair {
	const char *name;
	double v[NR_USES][BILL_SIDES];
};

static double diff_of(const struct pair *p, int use)
{
	return p->v[use][BILL_NEW] - p->v[use][BILL_BASE];
}

static bool is_equal(const struct pair *p)
{
	return diff_of(p, READ) == 0 && diff_of(p, WRITTEN) == 0;
}

static double weight(const struct pair *p)
{
	return fabs(diff_of(p, READ)) + fabs(diff_of(p, WRITTEN));
}

/* What has changed most comes first, then what has most lines. */
static int pair_cmp(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (weight(x) != weight(y))
		return weight(x) < weight(y) ? 1 : -1;
	if (x->v[READ][BILL_NEW] != y->v[READ][BILL_NEW])
		return x->v[READ][BILL_NEW] < y->v[READ][BILL_NEW] ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void set_side(struct pair *p, enum bill_side side,
		     const struct record_object *o, int64_t ops)
{
	p->v[READ][side] = (double)o->lines_read / (double)ops;
	p->v[WRITTEN][side] = (double)o->lines_written / (double)ops;
}

/* All that either of them has, to be freed. */
static struct pair *pair_up(const struct record_objects *base,
			    const struct record_objects *new, size_t *nr)
{
	struct pair *pairs =
		xcalloc(base->nr_objects + new->nr_objects + 1, sizeof(*pairs));
	size_t i = 0, j = 0;

	*nr = 0;
	while (i < base->nr_objects || j < new->nr_objects) {
		struct pair *p = &pairs[(*nr)++];
		int d = i == base->nr_objects  ? 1
			: j == new->nr_objects ? -1
					       : strcmp(base->objects[i].name,
							new->objects[j].name);

		p->name = d > 0 ? new->objects[j].name : base->objects[i].name;
		if (d <= 0)
			set_side(p, BILL_BASE, &base->objects[i++], base->ops);
		if (d >= 0)
			set_side(p, BILL_NEW, &new->objects[j++], new->ops);
	}
	qsort(pairs, *nr, sizeof(*pairs), pair_cmp);
	return pairs;
}

static void add_pair_values(struct grid *g, const struct pair *p)
{
	for (int use = 0; use < NR_USES; use++) {
		double diff = diff_of(p, use);
		const char *base = fmt_value(p->v[use][BILL_BASE]);

		grid_cell(g, TINT_NONE, "%s",
			  diff == 0 ? base
				    : fmt_text("%s > %s", base,
					       fmt_value(p->v[use][BILL_NEW])));
		grid_number(g,
			    diff < 0   ? TINT_GOOD
			    : diff > 0 ? TINT_BAD
				       : TINT_SOFT,
			    diff, fmt_diff(diff));
	}
}

static void fold_pair(struct pair *sum, const struct pair *p)
{
	for (int use = 0; use < NR_USES; use++)
		for (int side = 0; side < BILL_SIDES; side++)
			sum->v[use][side] += p->v[use][side];
}

/* Columns that a comparison of objects is of; NULL where there is none. */
static const struct record_objects *objects_in(const struct comparison *cmp,
					       size_t c, const char *scenario,
					       const char *op)
{
	return record_find_objects(cmp->cols[c].recs[0], scenario, op);
}

/**
 * objects_grid() - cache lines by object, from the base of the bill to the last column
 * @cmp: comparison, built
 * @scenario: name
 * @op: operation
 * @all: name those that are equal as well
 *
 * Return: a table, NULL where one of them does not know, or they are not comparable.
 */
struct grid *objects_grid(const struct comparison *cmp, const char *scenario,
			  const char *op, bool all)
{
	const struct record_objects *base =
		objects_in(cmp, cmp->bill_base, scenario, op);
	const struct record_objects *new =
		objects_in(cmp, cmp->nr_cols - 1, scenario, op);
	struct pair *pairs, equal = { 0 }, total = { 0 };
	size_t nr, nr_equal = 0;
	struct grid *g;

	if (!base || !new || base->reason || new->reason ||
	    strcmp(base->version, new->version))
		return NULL;
	g = grid_new();
	grid_column(g, "object", true, 0);
	grid_column(g, "read", false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "written", false, 0);
	grid_column(g, "diff", false, 0);
	pairs = pair_up(base, new, &nr);
	for (size_t i = 0; i < nr; i++) {
		fold_pair(&total, &pairs[i]);
		if (is_equal(&pairs[i]) && !all) {
			fold_pair(&equal, &pairs[i]);
			nr_equal++;
			continue;
		}
		grid_cell(g, TINT_NONE, "%s", pairs[i].name);
		add_pair_values(g, &pairs[i]);
	}
	if (nr_equal) {
		grid_cell(g, TINT_NONE, "%s",
			  fmt_count(nr_equal, "equal object"));
		add_pair_values(g, &equal);
	}
	grid_cell(g, TINT_HEAD, "total");
	add_pair_values(g, &total);
	free(pairs);
	return g;
}

static double share_unknown(const struct record_objects *objs)
{
	int64_t all = objs->sum.lines_read + objs->sum.lines_written;
	int64_t unknown = 0;

	for (size_t i = 0; i < objs->nr_objects; i++)
		if (!strcmp(objs->objects[i].name, RECORD_OBJECT_UNKNOWN))
			unknown = objs->objects[i].lines_read +
				  objs->objects[i].lines_written;
	return all ? (double)unknown / (double)all : 0;
}

/**
 * objects_legend() - what a table of objects shows, and how much it does not know
 * @cmp: comparison, built
 * @scenario: name
 * @op: operation
 *
 * Return: sentences, to be given to free().
 */
char *objects_legend(const struct comparison *cmp, const char *scenario,
		     const char *op)
{
	const char *what =
		"Different 64-byte lines that one operation reads and writes, by the slab cache or other part of the kernel's memory that they belong to.";
	double base =
		share_unknown(objects_in(cmp, cmp->bill_base, scenario, op));
	double new =
		share_unknown(objects_in(cmp, cmp->nr_cols - 1, scenario, op));

	if (base == 0 && new == 0)
		return xasprintf("%s That is known of all lines.", what);
	return xasprintf("%s That is not known of %.1f %% of the lines in %s, and of %.1f %% in %s.",
			 what, 100 * base, cmp->cols[cmp->bill_base].name,
			 100 * new, cmp->cols[cmp->nr_cols - 1].name);
}

/* Why there is no table. */
static void say_no_objects(const struct comparison *cmp, const char *scenario,
			   const char *op)
{
	const size_t cols[] = { cmp->bill_base, cmp->nr_cols - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(cols); i++) {
		const struct record_objects *objs =
			objects_in(cmp, cols[i], scenario, op);

		if (objs && !objs->reason)
			continue;
		warnx("%s: does not know which objects %s %s touches: %s",
		      cmp->cols[cols[i]].recs[0]->path, scenario, op,
		      objs ? objs->reason
			   : "an older vmabench wrote it, measure anew");
		return;
	}
}

/**
 * print_objects() - what the cache lines of an operation are part of
 * @cmp: comparison, built
 * @o: operation, of class task
 * @out: where to
 * @all: name those that are equal as well
 *
 * Return: %STATUS_OK; %STATUS_DATA where that is not known, after saying why.
 */
enum status print_objects(const struct comparison *cmp, const struct operation *o,
			  const struct output *out, bool all)
{
	struct grid *g = objects_grid(cmp, o->scenario, o->op, all);
	char *text;

	if (!g) {
		say_no_objects(cmp, o->scenario, o->op);
		return STATUS_DATA;
	}
	text = xasprintf("%s %s, %s to %s: cache lines by object [lines/op]",
			 o->scenario, o->op, cmp->cols[cmp->bill_base].name,
			 cmp->cols[cmp->nr_cols - 1].name);
	fputs(tint_on(out, TINT_HEAD), out->f);
	print_wrapped(out->f, out->width, 0, text);
	fputs(tint_off(out, TINT_HEAD), out->f);
	free(text);
	grid_print(g, out);
	text = objects_legend(cmp, o->scenario, o->op);
	print_wrapped(out->f, out->width, 0, text);
	free(text);
	return STATUS_OK;
}
