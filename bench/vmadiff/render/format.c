// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "render/render.h"

#define BUFFER 320

/* Below and from here on the digits of a percentage say nothing. */
#define SMALL 0.0005
#define LARGE 99999.5

/* One printf() may take several results. */
static char *next_buffer(void)
{
	static char bufs[8][BUFFER];
	static size_t i;

	return bufs[i++ % ARRAY_SIZE(bufs)];
}

/**
 * fmt_text() - a few words in one of the static buffers
 * @fmt: printf() format
 */
const char *fmt_text(const char *fmt, ...)
{
	char *buf = next_buffer();
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, BUFFER, fmt, ap);
	va_end(ap);
	buf[text_whole(buf, strlen(buf))] = '\0';
	return buf;
}

/* @wide: for what has more digits than anybody reads */
static const char *format(double v, const char *whole, const char *big,
			  const char *small, const char *tiny, const char *wide)
{
	const char *fmt = tiny;
	char *buf = next_buffer();
	double a = fabs(v);

	if (a >= 1e15)
		fmt = wide;
	else if (a == rint(a) || a >= 1e5)
		fmt = whole;
	else if (a >= 100)
		fmt = big;
	else if (a >= 0.005)
		fmt = small;
	snprintf(buf, BUFFER, fmt, v);
	return buf;
}

/**
 * fmt_value() - a value, with the digits that a reader can use
 * @v: value, NAN for none
 */
const char *fmt_value(double v)
{
	return isnan(v) ? "-" : format(v, "%.0f", "%.1f", "%.2f", "%.1g", "%.6g");
}

/**
 * fmt_diff() - a difference, signed; never rounded to nothing
 * @v: difference, NAN for none
 */
const char *fmt_diff(double v)
{
	if (isnan(v))
		return "-";
	return v == 0 ? "="
		      : format(v, "%+.0f", "%+.1f", "%+.2f", "%+.1g", "%+.6g");
}

/*
 * A change in percent, signed and never with an exponent: one that is too small for its
 * digits is "less than", one that is too large is "more than", neither is rounded to
 * nothing. @digits: of one that is neither.
 */
static const char *format_percent(double pc, int digits, const char *unit)
{
	char sign = pc < 0 ? '-' : '+';
	double a = fabs(pc);

	if (a < SMALL)
		return fmt_text("%c<%g%s", sign, 2 * SMALL, unit);
	if (a >= LARGE)
		return fmt_text("%c>%.0f%s", sign, floor(LARGE), unit);
	if (a < 0.5 * pow(10, -digits))
		digits = (int)ceil(-log10(a));
	return fmt_text("%c%.*f%s", sign, digits, a, unit);
}

/**
 * fmt_percent() - a ratio as relative change
 * @ratio: new by old, NAN for none
 */
const char *fmt_percent(double ratio)
{
	double pc = (ratio - 1) * 100;

	if (isnan(pc))
		return "-";
	return pc == 0 ? "=" : format_percent(pc, fabs(pc) < 999.5, "%");
}

/**
 * fmt_hundredths() - the same with two digits, as mmtests and Fastpath have it
 * @ratio: new by old, NAN for none
 *
 * Never rounded to nothing: 0.00% is equal.
 */
const char *fmt_hundredths(double ratio)
{
	double pc = (ratio - 1) * 100;

	if (isnan(pc))
		return "-";
	return pc == 0 ? "0.00%"
		       : format_percent(pc, fabs(pc) < 999.5 ? 2 : 0, "%");
}

/**
 * fmt_points() - a ratio as relative change in percent, without the sign of it
 * @ratio: new by old, NAN for none
 */
const char *fmt_points(double ratio)
{
	double pc = (ratio - 1) * 100, a = fabs(pc);

	if (isnan(pc))
		return "-";
	return pc == 0 ? "0" : format_percent(pc, a < 0.095 ? 2 : a < 99.95, "");
}

/**
 * fmt_size() - the same of what has no direction
 * @ratio: 1 or more
 */
const char *fmt_size(double ratio)
{
	return fmt_points(ratio) + (ratio > 1);
}

/**
 * fmt_p() - a probability, rounded half up
 * @p: from 0 to 1
 *
 * That of a rank test is a fraction such as 1/8, which printf() rounds to an even digit.
 */
const char *fmt_p(double p)
{
	int digits = p < 0.01 ? 4 : p < 0.1 ? 3 : 2;
	double unit = pow(10, digits);

	if (p >= 0.995)
		return "1";
	if (p < 0.0001)
		return "<0.0001";
	return fmt_text("%.*f", digits, floor(p * unit + 0.5 + 1e-9) / unit);
}

/**
 * fmt_range() - two ratios as relative changes in percent, "-1.0..+0.4"
 * @low: lower one
 * @high: upper one
 */
const char *fmt_range(double low, double high)
{
	return fmt_text("%s..%s", fmt_points(low), fmt_points(high));
}

/**
 * fmt_count() - a number of things, "1 boot" or "3 boots"
 * @nr: how many
 * @what: one of them
 */
const char *fmt_count(size_t nr, const char *what)
{
	return fmt_text("%zu %s%s", nr, what, nr == 1 ? "" : "s");
}

/* A file in memory; once it is closed, @text is to be given to free(). */
FILE *open_text(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (!f)
		abort();
	return f;
}

/**
 * print_hanging() - a text beside its name, folded: what goes on is indented
 * @f: where to
 * @width: columns of a line; a word that is longer is not broken
 * @indent: where @text begins, in each line
 * @head: what is at the left of it in the first line; NULL where @text begins there
 * @text: words
 */
void print_hanging(FILE *f, int width, int indent, const char *head,
		   const char *text)
{
	int column = 0;

	fprintf(f, "%-*s", head ? indent : 0, head ? head : "");
	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");
		int chars = text_width(text, len);

		if (column && column + 1 + chars > width) {
			fprintf(f, "\n%*s", indent, "");
			column = 0;
		}
		fputs(column ? " " : "", f);
		column = chars + (column ? column + 1 : indent);
		fwrite(text, 1, len, f);
		text += len;
	}
	fputc('\n', f);
}

/**
 * print_wrapped() - a text in lines of words
 * @f: where to
 * @width: columns of a line
 * @indent: blanks at the start of each line
 * @text: words
 */
void print_wrapped(FILE *f, int width, int indent, const char *text)
{
	print_hanging(f, width, indent, text[strspn(text, " ")] ? "" : NULL,
		      text);
}

/*
 * Release and the start of the build id, enough to tell two builds apart. Text
 * of strangers: it is cut before it is made plain, so that no mark is cut.
 */
const char *kernel_id(const struct record *rec)
{
	const char *id = header_text(rec, "kernel", "build_id");
	char *raw = id ? xasprintf("%.*s (build %.*s)", CUT(rec->release, 64),
				   CUT(id, 12))
		       : xasprintf("%.*s", CUT(rec->release, 90));
	char *plain = plain_text(raw);
	const char *text = fmt_text("%s", plain);

	free(plain);
	free(raw);
	return text;
}

/**
 * header_text() - a string of the header of a record
 * @rec: record
 * @object: object in it
 * @key: in that
 *
 * Return: text, NULL where there is none.
 */
const char *header_text(const struct record *rec, const char *object,
			const char *key)
{
	json_t *o = json_object_get(rec->header, object);

	return json_string_value(json_object_get(o, key));
}
