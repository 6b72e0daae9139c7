// SPDX-License-Identifier: GPL-2.0-or-later
/* A table in memory: its rows, and what of it there is room for. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "drawing.h"

struct grid *grid_new(void)
{
	return xcalloc(1, sizeof(struct grid));
}

/**
 * grid_caption() - what the table is, where a page needs to be told
 * @g: grid
 * @class: of the table, or NULL
 * @fmt: printf() format
 */
void grid_caption(struct grid *g, const char *class, const char *fmt, ...)
{
	va_list ap;

	g->class = class;
	va_start(ap, fmt);
	if (vasprintf(&g->caption, fmt, ap) < 0)
		abort();
	va_end(ap);
}

/**
 * grid_column() - declare the next column, before any cell
 * @g: grid
 * @head: heading
 * @left: see struct grid_column
 * @drop: likewise
 *
 * Return: the column, good until the next one.
 */
struct grid_column *grid_column(struct grid *g, const char *head, bool left,
				int drop)
{
	struct grid_column *col;

	g->cols = xgrow(g->cols, g->nr_cols, sizeof(*g->cols));
	col = &g->cols[g->nr_cols++];
	col->head = xasprintf("%s", head);
	col->left = left;
	col->drop = drop;
	return col;
}

/**
 * grid_cell() - the next cell; cells fill the grid row by row
 * @g: grid
 * @tint: colour
 * @fmt: printf() format
 *
 * Return: the cell, good until the next one.
 */
struct grid_cell *grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
{
	struct grid_cell *cell;
	va_list ap;

	g->cells = xgrow(g->cells, g->nr_cells, sizeof(*g->cells));
	cell = &g->cells[g->nr_cells++];
	cell->tint = tint;
	va_start(ap, fmt);
	if (vasprintf(&cell->text, fmt, ap) < 0)
		abort();
	va_end(ap);
	return cell;
}

/**
 * grid_number() - a cell that sorts by its number
 * @g: grid
 * @tint: colour
 * @v: number, NAN where there is none
 * @text: what is shown of it
 */
struct grid_cell *grid_number(struct grid *g, enum tint tint, double v,
			      const char *text)
{
	struct grid_cell *cell = grid_cell(g, tint, "%s", text);

	cell->number = true;
	cell->value = v;
	return cell;
}

/**
 * grid_span() - one text that has the rest of its row, or all of it
 * @g: grid
 * @text: as wide as it likes
 */
void grid_span(struct grid *g, const char *text)
{
	grid_cell(g, TINT_NONE, "%s", text)->span = true;
	while (g->nr_cells % g->nr_cols)
		grid_cell(g, TINT_NONE, "%s", "");
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
	int *widths = xcalloc(g->nr_cols + 1, sizeof(*widths));

	for (size_t c = 0; c < g->nr_cols; c++)
		widths[c] = text_width(g->cols[c].head, strlen(g->cols[c].head));
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
	return out->markup != TEXT || total <= out->width;
}

static void draw(const struct drawing *d)
{
	const struct backend *b = &grid_backends[d->out->markup];
	const struct grid *g = d->g;

	b->divide(d, ABOVE);
	b->row(d, d->head);
	b->divide(d, BELOW_HEAD);
	for (size_t i = 0; i + g->nr_cols <= g->nr_cells; i += g->nr_cols)
		b->row(d, &g->cells[i]);
	b->divide(d, BELOW);
}

/*
 * Tables below each other, of as many columns as fit; each has the first. There is
 * none of columns alone that need not be shown.
 */
static void draw_parts(struct drawing *d, const int *widths)
{
	const struct grid *g = d->g;
	size_t c = 1, end = g->nr_cols;

	d->gap = 2;
	while (end && g->cols[end - 1].drop)
		end--;
	while (c < end) {
		int total = widths[0];

		d->widths[0] = widths[0];
		for (size_t i = 1; i < g->nr_cols; i++)
			d->widths[i] = -1;
		fputs(c > 1 ? "\n" : "", d->out->f);
		do {
			d->widths[c] = widths[c];
			total += 2 + widths[c++];
		} while (c < g->nr_cols && total + 2 + widths[c] <= d->out->width);
		draw(d);
	}
}

/* Before it is measured: a mark of Markdown is longer than what it is of. */
static void escape_text(char **text)
{
	char *escaped = markdown_text(*text);

	free(*text);
	*text = escaped;
}

static void escape_all(struct grid *g)
{
	for (size_t c = 0; c < g->nr_cols; c++)
		escape_text(&g->cols[c].head);
	for (size_t i = 0; i < g->nr_cells; i++)
		escape_text(&g->cells[i].text);
}

/**
 * grid_print() - draw a table, and free it
 * @g: grid; without columns there is nothing to draw
 * @out: where to, and as what
 */
void grid_print(struct grid *g, const struct output *out)
{
	struct drawing d = { .g = g, .out = out, .gap = out->tight ? 1 : 2 };
	int *all;

	if (out->markup == MARKDOWN)
		escape_all(g);
	d.head = xcalloc(g->nr_cols + 1, sizeof(*d.head));
	for (size_t c = 0; c < g->nr_cols; c++)
		d.head[c] = (struct grid_cell){ .text = g->cols[c].head,
						.tint = TINT_HEAD };
	d.widths = column_widths(g);
	all = column_widths(g);
	if (out->markup == TEXT && !out->tight)
		d.gap = fit(g, d.widths, out->width);
	if (out->markup == TEXT && out->split &&
	    total_width(g, d.widths, d.gap) > out->width)
		draw_parts(&d, all);
	else if (g->nr_cols)
		draw(&d);
	free(all);
	free(d.widths);
	free(d.head);
	grid_free(g);
}

void grid_free(struct grid *g)
{
	for (size_t i = 0; i < g->nr_cells; i++) {
		free(g->cells[i].text);
		free(g->cells[i].link);
		free(g->cells[i].note);
		free(g->cells[i].html);
	}
	for (size_t c = 0; c < g->nr_cols; c++)
		free(g->cols[c].head);
	free(g->caption);
	free(g->cells);
	free(g->cols);
	free(g);
}
