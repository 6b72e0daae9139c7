// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many VMAs adjacent mappings take: one where the kernel merges them, one
 * each where it does not. The table, and the data of the picture "vmas".
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vmadiff.h"

/**
 * struct adjacent - one scenario that maps page beside page
 * @scenario: name
 * @op: operation
 * @mappings: how many it maps
 * @differs: not as many VMAs in all columns
 */
struct adjacent {
	const char *scenario;
	const char *op;
	int64_t mappings;
	bool differs;
};

static const struct record_shape *find_shape(const struct comparison *cmp,
					     size_t col, const struct adjacent *a)
{
	const struct record_shape *shape;

	shape = record_find_shape(cmp->cols[col].recs[0], a->scenario, a->op);
	return shape && shape->adjacent ? shape : NULL;
}

static int name_cmp(const void *a, const void *b)
{
	const struct adjacent *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

/* What differs comes first. */
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
		const struct record_shape *shape = find_shape(cmp, c, a);

		if (seen && shape && shape->vmas_after != seen->vmas_after)
			return true;
		seen = shape ? shape : seen;
	}
	return false;
}

/* Scenarios that any column has such a count of, in order of output. */
static struct adjacent *collect(const struct comparison *cmp, size_t *nr)
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
static int64_t common_mappings(const struct adjacent *list, size_t nr)
{
	for (size_t i = 1; i < nr; i++)
		if (list[i].mappings != list[0].mappings)
			return 0;
	return list[0].mappings;
}

static const char *mappings_text(int64_t mappings)
{
	return mappings ? fmt_text("%lld", (long long)mappings) : "N";
}

static size_t count_differing(const struct adjacent *list, size_t nr)
{
	size_t n = 0;

	while (n < nr && list[n].differs)
		n++;
	return n;
}

/* "fail", "skip" or "-": what there is room for. */
static const char *short_absence(const struct comparison *cmp, size_t col,
				 const struct adjacent *a, enum tint *tint)
{
	const struct record *rec = cmp->cols[col].recs[0];
	const struct record_row key = { .scenario = a->scenario,
					.op = a->op,
					.metric = cost_metric(rec) };

	return fmt_text("%.4s", absence(rec, &key, tint));
}

static void add_cell(struct grid *g, const struct comparison *cmp, size_t col,
		     const struct adjacent *a, bool narrow)
{
	const struct record_shape *shape = find_shape(cmp, col, a);
	const char *why;
	enum tint tint;
	double cost;

	if (!shape) {
		why = short_absence(cmp, col, a, &tint);
		grid_cell(g, tint, "%s", why);
		return;
	}
	cost = column_cost(&cmp->cols[col], a->scenario, a->op);
	grid_cell(g, a->differs ? TINT_DOUBT : TINT_NONE,
		  narrow ? "%lld/%s" : "%lld (%s)", (long long)shape->vmas_after,
		  isnan(cost) ? "-" : fmt_text("%.0f", cost));
}

static void add_row(struct grid *g, const struct comparison *cmp,
		    const struct adjacent *a, bool with_mappings, bool narrow)
{
	const char *mark = "";

	if (cmp->nr_cols > 1)
		mark = a->differs ? "* " : "  ";
	/* The only operation, as a rule. */
	if (!strcmp(a->op, "mmap"))
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
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false, 0);
	for (size_t i = 0; i < nr; i++)
		add_row(g, cmp, &list[i], with_mappings, narrow);
	return g;
}

static void print_head(const struct comparison *cmp, const char *mappings,
		       bool narrow, const struct output *out)
{
	fprintf(out->f, "\n%s%sVMAs that %s adjacent mappings take%s%s\n%s",
		out->markdown ? "## " : "", tint_on(out, TINT_HEAD), mappings,
		cmp->nr_cols > 1 ? ", by stage" : "", tint_off(out, TINT_HEAD),
		out->markdown ? "\n" : "");
	fprintf(out->f, "%s what one mmap() costs [%s]%s\n%s",
		narrow ? "after the slash" : "in parentheses",
		cost_unit(cmp->cols[0].recs[0]),
		cmp->nr_cols > 1 ? "; * differs between stages" : "",
		out->markdown ? "\n" : "");
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
	struct adjacent *list;
	bool narrow = false;
	struct grid *g;
	size_t nr;

	list = collect(cmp, &nr);
	if (!nr)
		return 0;
	g = adjacent_grid(cmp, list, nr, narrow);
	if (!grid_fits(g, out)) {
		grid_free(g);
		narrow = true;
		g = adjacent_grid(cmp, list, nr, narrow);
	}
	print_head(cmp, mappings_text(common_mappings(list, nr)), narrow, out);
	grid_print(g, out);
	grid_free(g);
	free(list);
	return nr;
}

/**
 * struct moves - what became of the scenarios from the first to the last column
 * @more: take more VMAs
 * @less: take fewer
 * @known: have a count in both
 * @from: VMAs before of those that take more, 0 where these differ
 * @to: and after
 */
struct moves {
	size_t more;
	size_t less;
	size_t known;
	int64_t from;
	int64_t to;
};

static struct moves count_moves(const struct comparison *cmp,
				const struct adjacent *list, size_t nr)
{
	struct moves m = { 0 };

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *from = find_shape(cmp, 0, &list[i]);
		const struct record_shape *to =
			find_shape(cmp, cmp->nr_cols - 1, &list[i]);

		if (!from || !to)
			continue;
		m.known++;
		m.less += to->vmas_after < from->vmas_after;
		if (to->vmas_after <= from->vmas_after)
			continue;
		if (!m.more++) {
			m.from = from->vmas_after;
			m.to = to->vmas_after;
		} else if (from->vmas_after != m.from || to->vmas_after != m.to) {
			m.from = m.to = 0;
		}
	}
	return m;
}

/* A single record: who merges. */
static size_t count_merged(const struct comparison *cmp,
			   const struct adjacent *list, size_t nr)
{
	size_t merged = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *shape = find_shape(cmp, 0, &list[i]);

		merged += shape && shape->vmas_after == 1;
	}
	return merged;
}

static void print_title(const struct comparison *cmp,
			const struct adjacent *list, size_t nr, FILE *f)
{
	struct moves m = count_moves(cmp, list, nr);

	fputs("# title: ", f);
	if (cmp->nr_cols == 1) {
		fprintf(f, "%zu of %zu kinds of mapping merge into one VMA\n",
			count_merged(cmp, list, nr), nr);
		return;
	}
	fprintf(f, "%s to %s: ", cmp->cols[0].name,
		cmp->cols[cmp->nr_cols - 1].name);
	if (m.more && m.from)
		fprintf(f, "%zu kinds of mapping go from %lld VMA%s to %lld\n",
			m.more, (long long)m.from, m.from == 1 ? "" : "s",
			(long long)m.to);
	else if (m.more || m.less)
		fprintf(f,
			"of %zu kinds of mapping %zu take more VMAs, %zu fewer\n",
			m.known, m.more, m.less);
	else
		fprintf(f, "all %zu kinds of mapping take as many VMAs\n",
			m.known);
}

/**
 * print_vmas_data() - data of the picture "vmas"
 * @cmp: comparison, built; one column will do
 * @f: where to
 *
 * Rows: scenario and operation, mappings, VMAs by column, or why there are none.
 *
 * Return: 0, -ENODATA when no scenario counts the VMAs of adjacent mappings.
 */
int print_vmas_data(const struct comparison *cmp, FILE *f)
{
	struct adjacent *list;
	enum tint unused;
	size_t nr;

	list = collect(cmp, &nr);
	if (!nr)
		return -ENODATA;
	fputs("# picture: vmas\n", f);
	print_title(cmp, list, nr, f);
	fprintf(f, "# subtitle: VMAs that %s adjacent mappings take%s\n",
		mappings_text(common_mappings(list, nr)),
		cmp->nr_cols > 1 ? "; above the line, what differs between stages"
				 : "");
	fprintf(f, "# mappings: %s\n", mappings_text(common_mappings(list, nr)));
	fprintf(f, "# differing: %zu\n", count_differing(list, nr));
	print_data_columns(cmp, f);
	for (size_t i = 0; i < nr; i++) {
		fprintf(f, "%s %s\t%lld", list[i].scenario, list[i].op,
			(long long)list[i].mappings);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			const struct record_shape *shape =
				find_shape(cmp, c, &list[i]);

			if (shape)
				fprintf(f, "\t%lld",
					(long long)shape->vmas_after);
			else
				fprintf(f, "\t%s",
					short_absence(cmp, c, &list[i], &unused));
		}
		fputc('\n', f);
	}
	free(list);
	return 0;
}
