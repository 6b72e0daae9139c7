// SPDX-License-Identifier: GPL-2.0-or-later
/* What goes between the marks of a page. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "html.h"
#include "tables/tables.h"

/**
 * html_put() - a piece of the page
 * @p: page
 * @fmt: markup; each %s in it, of all conversions the only one, is a text, whatever
 *	is in that: it is escaped, and cut where it is long
 */
void html_put(const struct page *p, const char *fmt, ...)
{
	const char *mark;
	va_list ap;

	va_start(ap, fmt);
	for (; (mark = strstr(fmt, "%s")); fmt = mark + 2) {
		fwrite(fmt, 1, mark - fmt, p->f);
		put_html(va_arg(ap, const char *), p->f);
	}
	va_end(ap);
	fputs(fmt, p->f);
}

void html_section(const struct page *p, const char *id, const char *title)
{
	html_put(p, "<section id=%s aria-labelledby=h-%s><h2 id=h-%s>%s</h2>\n",
		 id, id, id, title);
}

void html_table(const struct page *p, struct grid *g)
{
	grid_print(g, &(const struct output){ .f = p->f, .markup = HTML });
}

void add_values(struct grid *g, const struct comparison *cmp,
		const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_number(g, TINT_NONE, line->values[c],
			    fmt_value(line->values[c]));
}

/* EXACT-CHANGED does not say in which direction. */
void add_verdict(struct grid *g, const struct comparison *cmp,
		 const struct line *line)
{
	enum tally tally = line_tally(line);

	grid_cell(g, tally_tint(tally), "%s%s%s", verdict_name(line->verdict),
		  line->verdict != EXACT_CHANGED ? ""
		  : tally == TALLY_WORSE	 ? ", worse"
		  : tally == TALLY_BETTER	 ? ", better"
						 : "",
		  line_is_marked(line)
			  ? fmt_text(", not steady in more than a tenth of its %ss",
				     counted_as(cmp))
			  : "");
}

void html_base64(const struct page *p, const void *data, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = data;

	for (size_t i = 0; i < len; i += 3) {
		unsigned int v = b[i] << 16;

		if (i + 1 < len)
			v |= b[i + 1] << 8;
		if (i + 2 < len)
			v |= b[i + 2];
		fputc(digits[v >> 18], p->f);
		fputc(digits[v >> 12 & 63], p->f);
		fputc(i + 1 < len ? digits[v >> 6 & 63] : '=', p->f);
		fputc(i + 2 < len ? digits[v & 63] : '=', p->f);
	}
}

const char *tally_class(enum tally tally)
{
	static const char *const names[] = {
		[TALLY_SHAPE] = "shape",	   [TALLY_WORSE] = "worse",
		[TALLY_BETTER] = "better",	   [TALLY_OTHER] = "other",
		[TALLY_EQUIVALENT] = "equivalent", [TALLY_SAME] = "same",
		[TALLY_UNKNOWN] = "unknown",	   [TALLY_MISSING] = "unknown",
	};

	return names[tally];
}

/**
 * read_small_file() - a file, whole or not at all
 * @path: its name
 * @max: most bytes
 * @len: filled
 *
 * Return: its bytes with a 0 behind them, to be given to free(); NULL where it is
 * not there, empty or larger.
 */
char *read_small_file(const char *path, size_t max, size_t *len)
{
	FILE *f = fopen_input(path);
	char *data;

	if (!f)
		return NULL;
	data = xcalloc(max + 2, 1);
	*len = fread(data, 1, max + 1, f);
	if (ferror(f) || !*len || *len > max) {
		free(data);
		data = NULL;
	} else {
		data[*len] = '\0';
	}
	fclose(f);
	return data;
}
