// SPDX-License-Identifier: GPL-2.0-or-later
/* What each patch of a series changed, against the one before it. */
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "html.h"
#include "tables/tables.h"

#define STEP_ROWS 12
#define STEP_FUNCTIONS 8

/* A row that one patch changed. */
struct step {
	const struct line *line;
	double ratio; /* after by before */
};

static int step_cmp(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	double dx = fabs(log(x->ratio)), dy = fabs(log(y->ratio));

	if (set_is_judged(x->line->key->set) != set_is_judged(y->line->key->set))
		return set_is_judged(x->line->key->set) ? -1 : 1;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static struct step *steps_of(const struct comparison *cmp, enum metric_id metric,
			     size_t c, size_t *nr, size_t *all)
{
	struct step *list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = *all = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		double from = line->values[c - 1], to = line->values[c];

		if (line->key->metric_id != metric || isnan(from) || isnan(to))
			continue;
		(*all)++;
		if (from == to)
			continue;
		list[*nr].line = line;
		list[(*nr)++].ratio = from > 0 && to >= 0 ? to / from : INFINITY;
	}
	qsort(list, *nr, sizeof(*list), step_cmp);
	return list;
}

static void add_step(struct grid *g, const struct comparison *cmp,
		     const struct step *step, size_t c)
{
	const struct line *line = step->line;
	double from = line->values[c - 1], to = line->values[c];
	enum tally tally = step_tally(cmp, line, c);
	bool ratio = isfinite(step->ratio);
	struct grid_cell *cell;

	grid_cell(g, TINT_NONE, "%s %s", line->key->scenario, line->key->op);
	grid_number(g, TINT_NONE, from, fmt_value(from));
	grid_number(g, TINT_NONE, to, fmt_value(to));
	grid_number(g, TINT_NONE, to - from, fmt_diff(to - from));
	cell = grid_number(g,
			   tally >= TALLY_UNKNOWN ? TINT_SOFT : tally_tint(tally),
			   ratio ? step->ratio : to - from,
			   ratio ? fmt_percent(step->ratio) : "-");
	if (tally == TALLY_SHAPE)
		cell->note = xasprintf("%s", OTHER_SHAPE);
}

static void put_steps(const struct page *p, enum metric_id metric, size_t c)
{
	size_t nr, all;
	struct grid *g;
	struct step *list = steps_of(p->cmp, metric, c, &nr, &all);

	if (!nr) {
		if (all)
			fprintf(p->f, "<p>%s: none of %zu rows changed.</p>\n",
				metrics[metric].title, all);
		free(list);
		return;
	}
	g = grid_new();
	grid_caption(g, "sort", "%s: %zu of %zu %s%s", metrics[metric].title,
		     nr, all,
		     list[0].line->key->exact
			     ? "rows changed"
			     : "medians differ, which are not tested against each other here",
		     nr <= STEP_ROWS
			     ? ""
			     : fmt_text("; the largest of the %s set first",
					judged_sets(p->cmp)));
	grid_column(g, "operation", true, 0);
	grid_column(g, p->cmp->cols[c - 1].name, false, 0);
	grid_column(g, p->cmp->cols[c].name, false, 0);
	grid_column(g, "difference", false, 0);
	grid_column(g, "change", false, 0);
	for (size_t i = 0; i < nr && i < STEP_ROWS; i++)
		add_step(g, p->cmp, &list[i], c);
	html_table(p, g);
	if (nr > STEP_ROWS)
		fprintf(p->f,
			"<p class=soft>And %zu more, in <a href=\"#rows\">all rows</a>.</p>\n",
			nr - STEP_ROWS);
	free(list);
}

static void put_bill(const struct page *p, size_t base, size_t new,
		     const struct operation *o, size_t max)
{
	const char *from = p->cmp->cols[base].name, *to = p->cmp->cols[new].name;
	const struct bill_view view = { .max = max, .brief = true };
	unsigned int marks;
	struct bill bill;
	struct grid *g;

	if (p->cmp->nr_differ || make_bill(p->cmp, base, new, o, &bill))
		return;
	if (bill.nr_lines && bill.lines[0].diff) {
		g = bill_grid(&bill, from, to, &view, &marks);
		grid_caption(g, NULL,
			     "Function bill of %s %s, %s to %s: %s of one operation, %s; the differences add up to the total",
			     o->scenario, o->op, from, to,
			     metrics[o->metric].title,
			     bill_count(o->metric)->rule
				     ? "each charged to the function that is the first to touch it"
				     : "callees left out");
		html_table(p, g);
	}
	bill_free(&bill);
}

/**
 * html_objects() - what the cache lines of one operation are part of, behind a fold
 * @p: page
 * @scenario: name
 * @op: operation
 *
 * Writes nothing where the first column or the last does not know.
 */
void html_objects(const struct page *p, const char *scenario, const char *op)
{
	struct grid *g = p->cmp->nr_differ
				 ? NULL
				 : objects_grid(p->cmp, scenario, op, true);
	char *legend;

	if (!g)
		return;
	legend = objects_legend(p->cmp, scenario, op);
	fputs("<details><summary>Cache lines by object</summary>\n", p->f);
	grid_caption(g, NULL, "Cache lines of one %s by object, %s to %s", op,
		     p->cmp->cols[p->cmp->bill_base].name,
		     p->cmp->cols[p->last].name);
	html_table(p, g);
	html_put(p, "<p class=soft>%s</p>\n</details>\n", legend);
	free(legend);
}

/**
 * html_bills() - the bills of one operation between two columns
 * @p: page
 * @base: column
 * @new: column
 * @of: operation; what is counted is instructions, then cache lines of data
 * @max: functions named; the rest is one row
 *
 * Writes nothing where a record has no functions, or none that differs.
 */
void html_bills(const struct page *p, size_t base, size_t new,
		const struct operation *of, size_t max)
{
	static const enum metric_id counts[] = { METRIC_INSNS, METRIC_LINES_READ };
	struct operation o = *of;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		o.metric = counts[i];
		put_bill(p, base, new, &o, max);
	}
}

static void put_step(const struct page *p, size_t c)
{
	static const enum metric_id counts[] = { METRIC_LINES_READ,
						 METRIC_MAPLE_STORES,
						 METRIC_VMAS, METRIC_VMA_ALLOCS };
	const struct line *headline = headline_line(p->cmp);
	struct operation o = { .region = REGION_OP, .class = CLASS_TASK };
	bool metal = is_timed(p->cmp->cols[c].recs[0]);

	html_put(p, "<h3>%s, after %s</h3>\n", p->cmp->cols[c].name,
		 p->cmp->cols[c - 1].name);
	if (code_twin(p->cmp, c))
		html_put(p, "<p>Code identical to %s.</p>\n",
			 code_twin(p->cmp, c));
	if (metal)
		html_put(p,
			 "<p class=soft>Medians over %ss (each a " NAME_OF_MEDIAN
			 "), without intervals: "
			 "those are against the first column, above and in all rows.</p>\n",
			 counted_as(p->cmp));
	put_steps(p, cost_metric(p->cmp->cols[c].recs[0]), c);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		put_steps(p, counts[i], c);
	if (!headline)
		return;
	o.scenario = headline->key->scenario;
	o.op = headline->key->op;
	html_bills(p, c - 1, c, &o, STEP_FUNCTIONS);
}

/* Of two kernels there is one step, and the verdicts are of it. */
bool has_patches(const struct page *p)
{
	return p->cmp->nr_cols > 2 && !p->cmp->nr_differ;
}

/**
 * html_stages() - what each patch changed
 * @p: page
 */
void html_stages(const struct page *p)
{
	html_section(p, "patches", "Patch by patch");
	fputs("<p>Each kernel against the one before it.</p>\n", p->f);
	html_seeds(p);
	for (size_t c = 1; c < p->cmp->nr_cols; c++)
		put_step(p, c);
	fputs("</section>\n", p->f);
}
