// SPDX-License-Identifier: GPL-2.0-or-later
/* A table in memory, printed as aligned text or as Markdown. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "render/render.h"

struct grid_column {
	const char *head;
	bool left;
	int drop;
};

struct grid_cell {
	char *text;
	enum tint tint;
	bool span;
};

struct grid {
	struct grid_column *cols;
	size_t nr_cols;
	struct grid_cell *cells;
	size_t nr_cells;
};

struct grid *grid_new(void)
{
	return xcalloc(1, sizeof(struct grid));
}

/**
 * grid_column() - declare the next column, before any cell
 * @g: grid
 * @head: heading, kept by reference
 * @left: aligned left, as names are
 * @drop: 0 is always shown; of the others the highest goes first when the
 *	  table is wider than the output
 */
void grid_column(struct grid *g, const char *head, bool left, int drop)
{
	g->cols = xgrow(g->cols, g->nr_cols, sizeof(*g->cols));
	g->cols[g->nr_cols++] = (struct grid_column){ head, left, drop };
}

/* Cells fill the grid row by row. */
void grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
{
	struct grid_cell *c;
	va_list ap;

	g->cells = xgrow(g->cells, g->nr_cells, sizeof(*g->cells));
	c = &g->cells[g->nr_cells++];
	c->tint = tint;
	c->span = false;
	va_start(ap, fmt);
	if (vasprintf(&c->text, fmt, ap) < 0)
		abort();
	va_end(ap);
}

/**
 * grid_span() - a row that is one text
 * @g: grid, at the start of a row
 * @text: as wide as it likes
 */
void grid_span(struct grid *g, const char *text)
{
	for (size_t c = 0; c < g->nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s", c ? "" : text);
	g->cells[g->nr_cells - g->nr_cols].span = true;
}

const char *tint_on(const struct output *out, enum tint tint)
{
	static const char *const codes[] = {
		[TINT_NONE] = "",	  [TINT_BAD] = "\033[31m",
		[TINT_GOOD] = "\033[32m", [TINT_DOUBT] = "\033[33m",
		[TINT_HEAD] = "\033[1m",
	};

	return out->colour ? codes[tint] : "";
}

const char *tint_off(const struct output *out, enum tint tint)
{
	return out->colour && tint != TINT_NONE ? "\033[0m" : "";
}

static void print_row(const struct grid *g, const struct output *out,
		      const int *widths, int gap, const struct grid_cell *row)
{
	size_t nr = g->nr_cols;
	bool first = true;

	/* No trailing blanks in text. */
	while (row && !out->markdown && nr && !*row[nr - 1].text)
		nr--;
	for (size_t c = 0; c < nr; c++) {
		const char *text = row ? row[c].text : g->cols[c].head;
		enum tint tint = row ? row[c].tint : TINT_HEAD;
		int pad = widths[c] - text_width(text, strlen(text));

		if (widths[c] < 0)
			continue;
		if (pad < 0)
			pad = 0; /* it spans the row */
		if (out->markdown)
			fputs(first ? "| " : " | ", out->f);
		else
			fprintf(out->f, "%*s", first ? 0 : gap, "");
		fprintf(out->f, "%*s%s%s%s", g->cols[c].left ? 0 : pad, "",
			tint_on(out, tint), text, tint_off(out, tint));
		/* Markdown closes the cell. */
		if (g->cols[c].left && (out->markdown || c + 1 < nr))
			fprintf(out->f, "%*s", pad, "");
		first = false;
	}
	fputs(out->markdown ? " |\n" : "\n", out->f);
}

static void print_markdown_rule(const struct grid *g, FILE *f)
{
	for (size_t c = 0; c < g->nr_cols; c++)
		fprintf(f, "%s---%s", c ? " | " : "| ",
			g->cols[c].left ? "" : ":");
	fputs(" |\n", f);
}

static int total_width(const struct grid *g, const int *widths, int gap)
{
	int total = -gap;

	for (size_t c = 0; c < g->nr_cols; c++)
		if (widths[c] >= 0)
			total += widths[c] + gap;
	return total;
}

/*
 * Hide optional columns, dearest last, until the rest fits; if it never does,
 * close the gaps as well. Return: blanks between columns.
 */
static int fit(const struct grid *g, int *widths, int limit)
{
	for (;;) {
		size_t victim = g->nr_cols;

		for (size_t c = 0; c < g->nr_cols; c++) {
			if (widths[c] < 0)
				continue;
			if (g->cols[c].drop &&
			    (victim == g->nr_cols ||
			     g->cols[c].drop > g->cols[victim].drop))
				victim = c;
		}
		if (total_width(g, widths, 2) <= limit)
			return 2;
		if (victim == g->nr_cols)
			return 1;
		widths[victim] = -1;
	}
}

static int *column_widths(const struct grid *g)
{
	int *widths = xcalloc(g->nr_cols, sizeof(*widths));

	for (size_t c = 0; c < g->nr_cols; c++)
		widths[c] = strlen(g->cols[c].head);
	for (size_t i = 0; i < g->nr_cells; i++) {
		const char *text = g->cells[i].text;
		int len = text_width(text, strlen(text));

		if (!g->cells[i].span && len > widths[i % g->nr_cols])
			widths[i % g->nr_cols] = len;
	}
	return widths;
}

/* Is there room for all columns, if need be with one blank between them? */
bool grid_fits(const struct grid *g, const struct output *out)
{
	int *widths = column_widths(g), total = total_width(g, widths, 1);

	free(widths);
	return out->markdown || total <= out->width;
}

static void print_rows(const struct grid *g, const struct output *out,
		       const int *widths, int gap)
{
	print_row(g, out, widths, gap, NULL);
	if (out->markdown)
		print_markdown_rule(g, out->f);
	for (size_t i = 0; i + g->nr_cols <= g->nr_cells; i += g->nr_cols)
		print_row(g, out, widths, gap, &g->cells[i]);
}

/*
 * Tables below each other, of as many columns as fit; each has the first. There is
 * none of columns alone that need not be shown.
 */
static void print_parts(const struct grid *g, const struct output *out,
			const int *widths)
{
	int *part = xcalloc(g->nr_cols, sizeof(*part));
	size_t c = 1, end = g->nr_cols;

	while (end && g->cols[end - 1].drop)
		end--;
	while (c < end) {
		int total = widths[0];

		for (size_t i = 1; i < g->nr_cols; i++)
			part[i] = -1;
		part[0] = widths[0];
		fputs(c > 1 ? "\n" : "", out->f);
		do {
			part[c] = widths[c];
			total += 2 + widths[c++];
		} while (c < g->nr_cols && total + 2 + widths[c] <= out->width);
		print_rows(g, out, part, 2);
	}
	free(part);
}

void grid_print(const struct grid *g, const struct output *out)
{
	int *widths = column_widths(g), gap = 0;

	if (!out->markdown)
		gap = fit(g, widths, out->width);
	if (gap && out->split && total_width(g, widths, gap) > out->width) {
		free(widths);
		widths = column_widths(g);
		print_parts(g, out, widths);
	} else {
		print_rows(g, out, widths, gap);
	}
	free(widths);
}

void grid_free(struct grid *g)
{
	for (size_t i = 0; i < g->nr_cells; i++)
		free(g->cells[i].text);
	free(g->cells);
	free(g->cols);
	free(g);
}
