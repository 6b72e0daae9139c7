// SPDX-License-Identifier: GPL-2.0-or-later
/* What each patch of a series changed, against the one before it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"
#include "compare/compare.h"
#include "html.h"
#include "record/format.h"
#include "render/render.h"

#define STEP_ROWS 12
#define STEP_FUNCTIONS 8

/**
 * struct step - a row that one patch changed
 * @line: row
 * @ratio: after by before
 */
struct step {
	const struct line *line;
	double ratio;
};

static int step_cmp(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	double dx = fabs(log(x->ratio)), dy = fabs(log(y->ratio));

	if (x->line->key->extended != y->line->key->extended)
		return x->line->key->extended - y->line->key->extended;
	if (dx != dy)
		return dx > dy ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* Rows of one metric that column @c changed, the primary set first. */
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

static void put_steps(const struct page *p, enum metric_id metric, size_t c)
{
	size_t nr, all;
	bool exact;
	struct step *list = steps_of(p->cmp, metric, c, &nr, &all);

	if (!nr) {
		if (all)
			fprintf(p->f, "<p>%s: none of %zu rows changed.</p>\n",
				metrics[metric].title, all);
		free(list);
		return;
	}
	exact = list[0].line->key->exact;
	fprintf(p->f,
		"<div class=scroll tabindex=0 role=group aria-label=Table><table class=sort><caption>%s: %zu of %zu %s%s",
		metrics[metric].title, nr, all,
		exact ? "rows changed"
		      : "medians differ, which are not tested against each other here",
		nr > STEP_ROWS ? "; the largest of the primary set first" : "");
	fputs("</caption><thead><tr><th scope=col>operation</th>", p->f);
	for (size_t side = c - 1; side <= c; side++) {
		fputs("<th scope=col class=n>", p->f);
		html_text(p, p->cmp->cols[side].name);
		fputs("</th>", p->f);
	}
	fputs("<th scope=col class=n>difference</th><th scope=col class=n>change</th></tr></thead><tbody>\n",
	      p->f);
	for (size_t i = 0; i < nr && i < STEP_ROWS; i++) {
		const struct line *line = list[i].line;
		double from = line->values[c - 1], to = line->values[c];
		bool lower = line->key->better == BETTER_LOWER ||
			     metric == METRIC_VMAS;

		fputs("<tr><th scope=row>", p->f);
		html_textf(p, "%s %s", line->key->scenario, line->key->op);
		fputs("</th>", p->f);
		html_number(p, from, fmt_value(from));
		html_number(p, to, fmt_value(to));
		html_number(p, to - from, fmt_diff(to - from));
		fprintf(p->f,
			"<td class=\"n %s\" data-v=\"%.15g\">%s</td></tr>\n",
			!lower || !exact ? "soft"
			: to < from	 ? "good"
					 : "bad",
			isfinite(list[i].ratio) ? list[i].ratio : to - from,
			isfinite(list[i].ratio) ? fmt_percent(list[i].ratio)
						: "-");
	}
	fputs("</tbody></table></div>\n", p->f);
	if (nr > STEP_ROWS)
		fprintf(p->f,
			"<p class=soft>And %zu more, in <a href=\"#rows\">all rows</a>.</p>\n",
			nr - STEP_ROWS);
	free(list);
}

static void put_step(const struct page *p, size_t c)
{
	static const enum metric_id counts[] = { METRIC_MAPLE_STORES,
						 METRIC_VMAS, METRIC_VMA_ALLOCS };
	const struct line *headline = headline_line(p->cmp);
	struct operation o = { .region = REGION_OP, .class = CLASS_TASK };
	bool metal = is_timed(p->cmp->cols[c].recs[0]);

	fputs("<h3>", p->f);
	html_textf(p, "%s, after %s", p->cmp->cols[c].name,
		   p->cmp->cols[c - 1].name);
	fputs("</h3>\n", p->f);
	if (code_twin(p->cmp, c)) {
		fputs("<p>Code identical to ", p->f);
		html_text(p, code_twin(p->cmp, c));
		fputs(".</p>\n", p->f);
	}
	if (metal)
		fputs("<p class=soft>Medians over boots, without intervals: those are against "
		      "the first column, above and in all rows.</p>\n",
		      p->f);
	put_steps(p, cost_metric(p->cmp->cols[c].recs[0]), c);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		put_steps(p, counts[i], c);
	if (!headline)
		return;
	o.scenario = headline->key->scenario;
	o.op = headline->key->op;
	html_bill(p, c - 1, c, &o, STEP_FUNCTIONS);
}

/**
 * html_stages() - what each patch changed
 * @p: page
 */
void html_stages(const struct page *p)
{
	fputs("<section id=patches aria-labelledby=h-patches><h2 id=h-patches>Patch by patch</h2>\n"
	      "<p>Each kernel against the one before it.</p>\n",
	      p->f);
	for (size_t c = 1; c < p->cmp->nr_cols; c++)
		put_step(p, c);
	fputs("</section>\n", p->f);
}
