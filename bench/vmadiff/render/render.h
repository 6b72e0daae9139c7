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
const char *fmt_points(double ratio);
const char *fmt_size(double ratio);
const char *fmt_p(double p);

int text_width(const char *s, size_t len);
void print_wrapped(FILE *f, int width, int indent, const char *text);
void print_hanging(FILE *f, int width, int indent, const char *head,
		   const char *text);

/* A kernel in a word. */
const char *kernel_id(const struct record *rec);

/* escape.c: what goes between the marks of a format */
#define NUMBER_SIZE 32
const char *print_number(double v, char buf[NUMBER_SIZE]);
void put_json_string(const char *s, FILE *f);
void put_csv(const char *s, FILE *f);
void put_xml(const char *s, FILE *f);
void put_xml_lines(const char *s, FILE *f);
void put_markdown(const char *s, FILE *f);
void put_label(const char *s, FILE *f);

/* grid.c: a table, laid out only when it is printed */
enum tint {
	TINT_NONE,
	TINT_BAD,
	TINT_GOOD,
	TINT_DOUBT,
	TINT_HEAD,
};

struct grid;

struct output {
	FILE *f;
	int width; /* columns of text */
	bool colour;
	bool markdown;
	bool utf8;
	bool split; /* a table that is too wide becomes several */
};

struct grid *grid_new(void);
void grid_column(struct grid *g, const char *head, bool left, int drop);
void grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool grid_fits(const struct grid *g, const struct output *out);
void grid_print(const struct grid *g, const struct output *out);
void grid_span(struct grid *g, const char *text);
void grid_free(struct grid *g);
const char *tint_on(const struct output *out, enum tint tint);
const char *tint_off(const struct output *out, enum tint tint);

#endif
