// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many VMAs adjacent mappings take: one where the kernel merges them, one
 * each where it does not.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/**
 * adjacent_shape() - what a column says of a scenario that maps page beside page
 * @cmp: comparison
 * @col: column
 * @a: scenario
 *
 * Return: the shape, NULL where the column has none.
 */
const struct record_shape *adjacent_shape(const struct comparison *cmp,
					  size_t col, const struct adjacent *a)
{
	const struct record_shape *shape =
		record_find_shape(cmp->cols[col].recs[0], a->scenario, a->op);

	return shape && shape->adjacent ? shape : NULL;
}

static int name_cmp(const void *a, const void *b)
{
	const struct adjacent *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

static int adjacent_cmp(const void *a, const void *b)
{
	const struct adjacent *x = a, *y = b;

	return x->differs != y->differs ? y->differs - x->differs
					: name_cmp(a, b);
}

static bool vmas_differ(const struct comparison *cmp, const struct adjacent *a)
{
	const struct record_shape *seen = NULL;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record_shape *shape = adjacent_shape(cmp, c, a);

		if (seen && shape && shape->vmas_after != seen->vmas_after)
			return true;
		seen = shape ? shape : seen;
	}
	return false;
}

/**
 * collect_adjacent() - scenarios that any column counts the VMAs of
 * @cmp: comparison; one column will do
 * @nr: filled: how many
 *
 * Return: what differs first, then by name, to be given to free(); NULL for none.
 */
struct adjacent *collect_adjacent(const struct comparison *cmp, size_t *nr)
{
	struct adjacent *list = NULL;
	size_t n = 0;

	*nr = 0;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];

		for (size_t i = 0; i < rec->nr_shapes; i++) {
			const struct record_shape *s = &rec->shapes[i];

			if (!s->adjacent)
				continue;
			list = xgrow(list, n, sizeof(*list));
			list[n++] = (struct adjacent){
				.scenario = s->scenario,
				.op = s->op,
				.mappings = s->adjacent,
			};
		}
	}
	if (!n)
		return NULL;

	qsort(list, n, sizeof(*list), name_cmp);
	for (size_t i = 0; i < n; i++) {
		if (*nr && !name_cmp(&list[*nr - 1], &list[i]))
			continue;
		list[*nr] = list[i];
		list[*nr].differs = vmas_differ(cmp, &list[i]);
		(*nr)++;
	}
	qsort(list, *nr, sizeof(*list), adjacent_cmp);
	return list;
}

/* How many mappings all of them are of, 0 where that differs. */
int64_t common_mappings(const struct adjacent *list, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (list[i].mappings != list[0].mappings)
			return 0;
	return list[0].mappings;
}

/* "mmap()", where all of them are made by that. */
static const char *common_op(const struct adjacent *list, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (strcmp(list[i].op, list[0].op))
			return "operation";
	return fmt_text("%s()", list[0].op);
}

const char *mappings_text(int64_t mappings)
{
	return mappings ? fmt_text("%lld", (long long)mappings) : "N";
}

/**
 * adjacent_absence() - why there is no adjacent_shape()
 * @cmp: comparison
 * @col: column
 * @a: scenario
 */
enum absence adjacent_absence(const struct comparison *cmp, size_t col,
			      const struct adjacent *a)
{
	const struct record *rec = cmp->cols[col].recs[0];
	const struct record_row key = { .scenario = a->scenario,
					.op = a->op,
					.metric = metrics[cost_metric(rec)].name };

	return absence(rec, &key);
}

static void add_cell(struct grid *g, const struct comparison *cmp, size_t col,
		     const struct adjacent *a, bool narrow)
{
	const struct record_shape *shape = adjacent_shape(cmp, col, a);
	enum absence why;
	double cost;

	if (!shape) {
		why = adjacent_absence(cmp, col, a);
		/* What there is room for. */
		grid_cell(g, absence_tint(why), "%.4s", absence_name(why));
		return;
	}
	cost = column_cost(&cmp->cols[col], a->scenario, a->op);
	grid_cell(g, a->differs ? TINT_DOUBT : TINT_NONE,
		  narrow ? "%lld/%s" : "%lld (%s)",
		  (long long)shape->vmas_after, fmt_value(rint(cost)));
}

/* It need not be named then. */
static bool stands_for_scenario(const struct comparison *cmp,
				const struct adjacent *a)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *op =
			record_first_op(cmp->cols[c].recs[0], a->scenario, NULL);

		if (op)
			return !strcmp(op, a->op);
	}
	return true;
}

static void add_row(struct grid *g, const struct comparison *cmp,
		    const struct adjacent *a, bool with_mappings, bool narrow)
{
	const char *mark = "";

	if (cmp->nr_cols > 1)
		mark = a->differs ? "* " : "  ";
	if (stands_for_scenario(cmp, a))
		grid_cell(g, TINT_NONE, "%s%s", mark, a->scenario);
	else
		grid_cell(g, TINT_NONE, "%s%s %s", mark, a->scenario, a->op);
	if (with_mappings)
		grid_cell(g, TINT_NONE, "%lld", (long long)a->mappings);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		add_cell(g, cmp, c, a, narrow);
}

static struct grid *adjacent_grid(const struct comparison *cmp,
				  const struct adjacent *list, size_t nr,
				  bool narrow)
{
	bool with_mappings = !common_mappings(list, nr);
	struct grid *g = grid_new();

	grid_column(g, cmp->nr_cols > 1 ? "  scenario" : "scenario", true, 0);
	if (with_mappings)
		grid_column(g, "N", false, 0);
	add_columns(g, cmp, 0);
	for (size_t i = 0; i < nr; i++)
		add_row(g, cmp, &list[i], with_mappings, narrow);
	return g;
}

static void print_head(const struct comparison *cmp, const char *mappings,
		       const char *op, bool narrow, const struct output *out)
{
	print_section(out,
		      fmt_text("VMAs that %s adjacent mappings take%s",
			       mappings, cmp->nr_cols > 1 ? ", by stage" : ""));
	fprintf(out->f, "%s what one %s costs [%s]%s\n%s",
		narrow ? "after the slash" : "in parentheses", op,
		cost_unit(cmp->cols[0].recs[0]),
		cmp->nr_cols > 1 ? "; * differs between stages" : "",
		out->markup == MARKDOWN ? "\n" : "");
}

/**
 * print_adjacent() - the table of VMAs by stage
 * @cmp: comparison; one column will do
 * @out: text or Markdown
 *
 * Prints nothing where no scenario counts the VMAs of adjacent mappings. A
 * count that a column does not have is the reason in short, never 0.
 *
 * Return: rows printed.
 */
size_t print_adjacent(const struct comparison *cmp, const struct output *out)
{
	bool narrow = false;
	struct grid *g;
	size_t nr;
	struct adjacent *list = collect_adjacent(cmp, &nr);

	if (!nr)
		return 0;
	g = adjacent_grid(cmp, list, nr, narrow);
	if (!grid_fits(g, out)) {
		grid_free(g);
		narrow = true;
		g = adjacent_grid(cmp, list, nr, narrow);
	}
	print_head(cmp, mappings_text(common_mappings(list, nr)),
		   common_op(list, nr), narrow, out);
	grid_print(g, out);
	free(list);
	return nr;
}
