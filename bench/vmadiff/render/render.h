/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers, texts and tables for people. */
#ifndef RENDER_H
#define RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record/record.h"

/* format.c: numbers for people; the buffer is one of a few static ones */
const char *fmt_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *fmt_value(double v);
const char *fmt_diff(double v);
const char *fmt_percent(double ratio);
const char *fmt_hundredths(double ratio);
const char *fmt_points(double ratio);
const char *fmt_size(double ratio);
const char *fmt_p(double p);
const char *fmt_range(double low, double high);
const char *fmt_count(size_t nr, const char *what);

FILE *open_text(char **text, size_t *size);
void print_wrapped(FILE *f, int width, int indent, const char *text);
void print_hanging(FILE *f, int width, int indent, const char *head,
		   const char *text);

const char *kernel_id(const struct record *rec);
const char *header_text(const struct record *rec, const char *object,
			const char *key);

/* escape.c: what goes between the marks of a format */
#define NUMBER_SIZE 32
const char *print_number(double v, char buf[NUMBER_SIZE]);
void put_json_string(const char *s, FILE *f);
const char *json_between(size_t i);
void put_json_member(const char *between, const char *name, const char *s,
		     FILE *f);
void put_csv(const char *s, FILE *f);
void put_xml(const char *s, FILE *f);
void put_xml_lines(const char *s, FILE *f);
void put_html(const char *s, FILE *f);
void put_html_names(const char *s, FILE *f);
void put_markdown(const char *s, FILE *f);
void put_markdown_link(const char *s, FILE *f);
char *markdown_text(const char *s);

/* grid.c: a table, laid out only when it is drawn */
enum tint {
	TINT_NONE,
	TINT_SOFT, /* on a page; no colour of a terminal */
	TINT_BAD,
	TINT_GOOD,
	TINT_DOUBT,
	TINT_HEAD,
};

/* What a table is drawn in; grid_draw.c has a backend for each. */
enum markup {
	TEXT,
	BOXED, /* text with lines around it */
	MARKDOWN,
	HTML,
	CSV,
	NR_MARKUPS,
};

struct output {
	FILE *f;
	int width; /* columns of text */
	enum markup markup;
	bool colour;
	bool utf8;
	bool split; /* a table that is too wide becomes several */
	bool tight; /* one blank between columns */
};

/**
 * struct grid_column - a column
 * @head: its heading
 * @left: aligned left, as names are, and not right, as numbers
 * @drop: 0 is always shown; of the others the highest goes first where text is
 *	  wider than the output
 * @names: on a page its cells name their rows, instead of those of the first
 * @class: of its cells on a page, or NULL
 */
struct grid_column {
	char *head;
	bool left;
	int drop;
	bool names;
	const char *class;
};

/**
 * struct grid_cell - a cell
 * @text: whatever it says; a backend escapes it
 * @tint: colour, which says no more than the text
 * @span: it has the rest of its row
 * @number: @value is what the cell is a number of
 * @value: what a page sorts by
 * @class: on a page, besides that of its column, or NULL
 * @link: on a page where it leads to, or NULL; to be freed
 * @note: on a page a second line, or NULL; to be freed
 * @html: on a page instead of the text: markup, escaped where it has to be; or
 *	NULL; to be freed
 */
struct grid_cell {
	char *text;
	enum tint tint;
	bool span;
	bool number;
	double value;
	const char *class;
	char *link;
	char *note;
	char *html;
};

struct grid;

struct grid *grid_new(void);
void grid_caption(struct grid *g, const char *class, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct grid_column *grid_column(struct grid *g, const char *head, bool left,
				int drop);
struct grid_cell *grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct grid_cell *grid_number(struct grid *g, enum tint tint, double v,
			      const char *text);
void grid_span(struct grid *g, const char *text);
bool grid_fits(const struct grid *g, const struct output *out);
void grid_print(struct grid *g, const struct output *out);
void grid_free(struct grid *g);
const char *tint_on(const struct output *out, enum tint tint);
const char *tint_off(const struct output *out, enum tint tint);
const char *tinted(const struct output *out, enum tint tint, const char *text);

#endif
