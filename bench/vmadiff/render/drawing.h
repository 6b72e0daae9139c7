/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A grid on its way to a backend. */
#ifndef DRAWING_H
#define DRAWING_H

#include "render.h"

/**
 * struct grid - a table
 * @cols: columns
 * @nr_cols: how many
 * @cells: row by row
 * @nr_cells: how many
 * @caption: what it is, or NULL
 * @class: of a table on a page, or NULL
 */
struct grid {
	struct grid_column *cols;
	size_t nr_cols;
	struct grid_cell *cells;
	size_t nr_cells;
	char *caption;
	const char *class;
};

/**
 * struct drawing - a table and the room it gets
 * @g: table
 * @out: where to
 * @head: the row of headings
 * @widths: of columns; below 0 of one that is not shown
 * @gap: blanks between columns
 */
struct drawing {
	const struct grid *g;
	const struct output *out;
	struct grid_cell *head;
	int *widths;
	int gap;
};

enum place {
	ABOVE,
	BELOW_HEAD,
	BETWEEN,
	BELOW,
};

/**
 * struct backend - how a markup has tables
 * @row: draw a row, which may be that of headings
 * @divide: draw what is at a place between rows
 */
struct backend {
	void (*row)(const struct drawing *d, const struct grid_cell *row);
	void (*divide)(const struct drawing *d, enum place place);
};

extern const struct backend grid_backends[NR_MARKUPS];

#endif
