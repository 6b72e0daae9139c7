/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the styles of a table share; what each prints is in a file of its name. */
#ifndef STYLES_H
#define STYLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare/compare.h"
#include "render/render.h"

#define INDENT "  "

#define NO_GAIN                                  \
	"the operation is one with " OTHER_SHAPE \
	" than in the first column, which is no gain whatever it costs"

/**
 * struct table - the rows that a letter shows
 * @cmp: comparison, built
 * @lines: lines of it
 * @nr: length of @lines, not 0
 * @f: where to
 */
struct table {
	const struct comparison *cmp;
	const struct line **lines;
	size_t nr;
	FILE *f;
};

/**
 * struct tally_mark - what each style calls and marks a direction
 * @word: of the robot, in its subject
 * @lkp: before a change
 * @mmtests: around a gain
 * @fastpath: before a change
 */
struct tally_mark {
	const char *word;
	const char *lkp;
	const char *mmtests;
	const char *fastpath;
};

extern const struct tally_mark tally_marks[NR_TALLIES];

/* Parts of a cell, which begin and end where those above and below them do. */
struct parts {
	int value;
	int change;
	int more; /* deviation, or a name */
};

/* styles.c */
bool is_noisy(const struct table *t);
void print_grid(struct grid *g, enum markup markup, bool tight, FILE *f);
const struct line *line_against(const struct table *t, size_t i, size_t c);
void explain(const struct table *t, const char *text);
void explain_shape(const struct table *t, const char *text);
void explain_change(const struct table *t);
void explain_images(const struct table *t);
void explain_seeds(const struct table *t);
void explain_trees(const struct table *t);
bool is_cost(const struct line *line);
const char *row_name(const struct line *line, const char *sep);
bool has_no_ratio(const struct line *line);
const char *change_of(const struct line *line);
void widen(int *width, const char *text);

/* style_own.c, style_lkp.c, style_mmtests.c, style_fastpath.c */
void print_own(const struct table *t);
void print_lkp(const struct table *t);
void print_mmtests(const struct table *t);
void print_fastpath(const struct table *t);

#endif
