// SPDX-License-Identifier: GPL-2.0-or-later
/* Drawn here, in the colours of the page: address space, distribution. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "html.h"
#include "tables/tables.h"

#define SPACE_LEFT 150
#define SPACE_WIDTH 430
#define SPACE_ROW 34
#define BOXES_MAX 12 /* more than that are drawn as a few, a gap, a few */
#define BOXES_SHOWN 9

#define POINTS_MAX 120

static const struct record_shape *shape_of(const struct page *p, size_t c,
					   const char *scenario, const char *op)
{
	return record_find_shape(p->cmp->cols[c].recs[0], scenario, op);
}

/* @nr VMAs, beside each other or with holes in between. */
static void put_boxes(const struct page *p, int y, int64_t nr, bool apart,
		      bool more)
{
	int64_t drawn = nr > BOXES_MAX ? BOXES_SHOWN : nr;
	double gap = apart ? 5 : 0, room = nr > BOXES_MAX ? 34 : 0;
	double width;

	if (!nr) {
		fprintf(p->f,
			"<rect class=hole x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\"/>",
			SPACE_LEFT, y, SPACE_WIDTH);
		return;
	}
	width = (SPACE_WIDTH - room - gap * (double)(drawn - 1)) / (double)drawn;
	/* One VMA of a few pages is not the whole window. */
	for (int64_t i = 0; i < drawn; i++) {
		double x = SPACE_LEFT + (double)i * (width + gap);

		if (room > 0 && i >= (drawn + 1) / 2)
			x += room;
		fprintf(p->f,
			"<rect class=%s x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"20\"/>",
			more ? "vma-more" : "vma", x, y, width);
	}
	if (room > 0) {
		double x = SPACE_LEFT + (double)((drawn + 1) / 2) * (width + gap);

		fprintf(p->f, "<text x=\"%.1f\" y=\"%d\">&hellip;</text>",
			x + room / 2 - 7, y + 14);
	}
}

static void html_label(const struct page *p, int y, const char *name, int64_t vmas)
{
	fprintf(p->f, "<text x=\"0\" y=\"%d\">", y + 15);
	html_put(p, "%s</text>", fmt_text("%.*s", CUT(name, 20)));
	fprintf(p->f, "<text class=t-soft x=\"%d\" y=\"%d\">%lld VMA%s</text>",
		SPACE_LEFT + SPACE_WIDTH + 10, y + 15, (long long)vmas,
		vmas == 1 ? "" : "s");
}

/* Columns side by side with the same outcome and VMAs. */
struct group {
	const struct record_shape *shape; /* of the first of them */
	char *name;
};

/* "stock to hook", where these are alike. */
static char *group_name(const struct page *p, size_t from, size_t end)
{
	if (end - from == p->cmp->nr_cols)
		return xasprintf(p->last ? "after, all" : "after");
	if (end - from == 1)
		return xasprintf("%s", p->cmp->cols[from].name);
	return xasprintf("%s..%s", p->cmp->cols[from].name,
			 p->cmp->cols[end - 1].name);
}

static size_t end_of_group(const struct page *p, size_t from,
			   const char *scenario, const char *op)
{
	const struct record_shape *first = shape_of(p, from, scenario, op);
	size_t end = from + 1;

	for (; first && end < p->cmp->nr_cols; end++) {
		const struct record_shape *s = shape_of(p, end, scenario, op);

		if (!s || s->vmas_after != first->vmas_after ||
		    strcmp(s->outcome, first->outcome))
			break;
	}
	return end;
}

/* As many as there are columns at the most; return: how many. */
static size_t find_groups(const struct page *p, const char *scenario,
			  const char *op, struct group *groups)
{
	size_t nr = 0, end;

	for (size_t c = 0; c < p->cmp->nr_cols; c = end) {
		const struct record_shape *s = shape_of(p, c, scenario, op);

		end = end_of_group(p, c, scenario, op);
		if (s)
			groups[nr++] = (struct group){ s, group_name(p, c, end) };
	}
	return nr;
}

static void put_space(const struct page *p, const struct group *groups, size_t nr)
{
	const struct record_shape *first = groups[0].shape;
	int height = (int)(nr + 1) * SPACE_ROW, y = 4;

	fprintf(p->f,
		"<figure><svg class=space width=660 height=%d viewBox=\"0 0 660 %d\" role=img aria-label=\"Address space of the scenario before and after, as the caption says\">",
		height, height);
	html_label(p, y, "before", first->vmas_before);
	put_boxes(p, y, first->vmas_before, false, false);
	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *s = groups[i].shape;

		y += SPACE_ROW;
		html_label(p, y, groups[i].name, s->vmas_after);
		put_boxes(p, y, s->vmas_after,
			  !s->adjacent && !strcmp(s->outcome, "not-merged"),
			  s->vmas_after > first->vmas_after);
	}
	fputs("</svg><figcaption>Asserted: ", p->f);
	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *s = groups[i].shape;

		html_put(p, "%s%s: %s; VMAs in the window: ", i ? "; " : "",
			 groups[i].name, s->outcome);
		fprintf(p->f, "%lld before, %lld after %lld operations",
			(long long)s->vmas_before, (long long)s->vmas_after,
			(long long)s->ops);
		if (s->adjacent)
			fprintf(p->f, " (%lld adjacent mappings)",
				(long long)s->adjacent);
	}
	fputs("</figcaption></figure>\n", p->f);
}

/**
 * html_space() - the address space before and after, by kernel
 * @p: page
 * @scenario: name
 * @op: operation
 */
void html_space(const struct page *p, const char *scenario, const char *op)
{
	struct group *groups = xcalloc(p->cmp->nr_cols, sizeof(*groups));
	size_t nr = find_groups(p, scenario, op, groups);

	if (nr)
		put_space(p, groups, nr);
	for (size_t i = 0; i < nr; i++)
		free(groups[i].name);
	free(groups);
}

struct samples {
	struct hist_bin *bins;
	size_t nr;
	double count;
};

static int bin_cmp(const void *a, const void *b)
{
	const struct hist_bin *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

static struct samples collect_samples(const struct column *col,
				      const struct record_row *key)
{
	struct samples s = { 0 };

	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_row *row = record_find_row(col->recs[r], key);

		for (size_t i = 0; row && i < row->nr_hist; i++) {
			s.bins = xgrow(s.bins, s.nr, sizeof(*s.bins));
			s.bins[s.nr++] = row->hist[i];
			s.count += (double)row->hist[i].count;
		}
	}
	if (s.nr)
		qsort(s.bins, s.nr, sizeof(*s.bins), bin_cmp);
	return s;
}

/* 1 - part on a log scale, so that the tail is seen: 0 %, 90 %, 99 %, 99.9 %. */
static double height(double part)
{
	double nines = -log10(fmax(1 - part, 1e-4));

	return 180 - nines / 4 * 160;
}

static double across(double v, double from, double to)
{
	return 50 + log(v / from) / log(to / from) * 570;
}

static void put_axes(const struct page *p, double from, double to)
{
	static const char *const names[] = { "0 %", "90 %", "99 %", "99.9 %",
					     "99.99 %" };
	/* Labels have to fit: fewer to a decade, then not one to each. */
	double decades = ceil(log10(to / from) / 10);
	size_t nr_ticks = decades > 1 ? 1 : 3;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(p->f,
			"<path class=grid d=\"M50 %zuH620\"/><text class=t-soft text-anchor=end x=\"46\" y=\"%zu\">%s</text>",
			180 - i * 40, 184 - i * 40, names[i]);
	for (double v = pow(10, floor(log10(from))); v <= to;
	     v *= pow(10, decades)) {
		static const int ticks[] = { 1, 2, 5 };

		for (size_t i = 0; i < nr_ticks; i++) {
			double x = across(v * ticks[i], from, to);

			if (v * ticks[i] < from || v * ticks[i] > to || x > 600)
				continue;
			fprintf(p->f,
				"<path class=grid d=\"M%.1f 20V180\"/><text class=t-soft x=\"%.1f\" y=\"196\">%s</text>",
				x, x, fmt_value(v * ticks[i]));
		}
	}
	fputs("<text class=t-soft x=\"590\" y=\"212\">ns</text>", p->f);
}

static void put_curve(const struct page *p, size_t c, const struct samples *s,
		      double from, double to)
{
	size_t stride = s->nr / POINTS_MAX + 1, n = 0;
	double *x = xcalloc(s->nr, sizeof(*x)), *y = xcalloc(s->nr, sizeof(*y));
	double seen = 0;

	for (size_t i = 0; i < s->nr; i++) {
		seen += (double)s->bins[i].count;
		if (i % stride && i + 1 < s->nr && 1 - seen / s->count > 0.02)
			continue;
		x[n] = (double)s->bins[i].value;
		y[n++] = seen / s->count;
	}
	html_put(p, "<path class=%s data-name=\"%s\" data-x=\"",
		 fmt_text("c%zu", c % 5), p->cmp->cols[c].name);
	for (size_t i = 0; i < n; i++)
		fprintf(p->f, "%s%.6g", i ? " " : "", x[i]);
	fputs("\" data-y=\"", p->f);
	for (size_t i = 0; i < n; i++)
		fprintf(p->f, "%s%.6g", i ? " " : "", y[i]);
	fputs("\" d=\"M50 180", p->f);
	for (size_t i = 0; i < n; i++)
		fprintf(p->f, "H%.1fV%.1f", across(fmax(x[i], from), from, to),
			height(y[i]));
	fputs("\"/>", p->f);
	fprintf(p->f,
		"<path class=c%zu d=\"M60 %zuh28\"/><text x=\"94\" y=\"%zu\">",
		c % 5, 30 + 18 * c, 34 + 18 * c);
	html_put(p, "%s</text>", fmt_text("%.*s", CUT(p->cmp->cols[c].name, 40)));
	free(x);
	free(y);
}

static void put_quantiles(const struct page *p, const struct record_row *key)
{
	struct grid *g = grid_new();

	grid_caption(g, NULL,
		     "Quantiles of single calls, median over %ss [ns], whose p50 is not the " NAME_OF_MEDIAN
		     " below; - has fewer than %d samples above it, or is less than two steps of the clock above p50",
		     counted_as(p->cmp), QUANTILE_MIN_ABOVE);
	grid_column(g, "kernel", true, 0);
	for (size_t q = 0; q < nr_quantiles; q++)
		grid_column(g, quantiles[q].name, false, 0);
	for (size_t c = 0; c < p->cmp->nr_cols; c++) {
		grid_cell(g, TINT_NONE, "%s", p->cmp->cols[c].name);
		for (size_t q = 0; q < nr_quantiles; q++) {
			double v = column_value(&p->cmp->cols[c], key,
						&quantiles[q], NULL);

			grid_number(g, TINT_NONE, v, fmt_value(v));
		}
	}
	html_table(p, g);
}

static void put_distribution(const struct page *p, const struct record_row *key,
			     const struct samples *all)
{
	double from = INFINITY, to = 0;

	for (size_t c = 0; c < p->cmp->nr_cols; c++) {
		if (!all[c].nr)
			continue;
		from = fmin(from, fmax(1, (double)all[c].bins[0].value));
		to = fmax(to, (double)all[c].bins[all[c].nr - 1].value);
	}
	if (!(to > 0))
		return;
	to = fmax(to, from * 1.5);
	fprintf(p->f,
		"<figure class=ecdf><svg class=space width=640 height=216 viewBox=\"0 0 640 216\" data-from=\"%.6g\" data-to=\"%.6g\" role=img aria-label=\"Part of the operations that take this long or less, by kernel; the table of quantiles has the numbers\">",
		from, to);
	put_axes(p, from, to);
	for (size_t c = 0; c < p->cmp->nr_cols; c++)
		if (all[c].nr)
			put_curve(p, c, &all[c], from, to);
	html_put(p,
		 "</svg><figcaption>%s %s: part of the operations that take so long or less, all boots together; the upper end is stretched</figcaption></figure>\n",
		 key->scenario, key->op);
	put_quantiles(p, key);
}

/**
 * html_distribution() - latency of single operations, by kernel
 * @p: page
 * @scenario: name
 * @op: operation
 *
 * Writes nothing of the exact tier, which knows no time.
 */
void html_distribution(const struct page *p, const char *scenario, const char *op)
{
	const struct line *line = find_line(p->cmp, scenario, op, METRIC_LATENCY);
	struct samples *all;

	if (!line)
		return;
	all = xcalloc(p->cmp->nr_cols, sizeof(*all));
	for (size_t c = 0; c < p->cmp->nr_cols; c++)
		all[c] = collect_samples(&p->cmp->cols[c], line->key);
	put_distribution(p, line->key, all);
	for (size_t c = 0; c < p->cmp->nr_cols; c++)
		free(all[c].bins);
	free(all);
}
