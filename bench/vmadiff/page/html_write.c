// SPDX-License-Identifier: GPL-2.0-or-later
/* What goes between the marks of a page. */
#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "html.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

#define PICTURE_MAX (4 * 1024 * 1024)
#define CAPTION_MAX (16 * 1024)
#define PICTURES_MAX 64

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
void add_verdict(struct grid *g, const struct line *line)
{
	enum tally tally = line_tally(line);

	grid_cell(g, tally_tint(tally), "%s%s%s", verdict_name(line->verdict),
		  line->verdict != EXACT_CHANGED ? ""
		  : tally == TALLY_WORSE	 ? ", worse"
		  : tally == TALLY_BETTER	 ? ", better"
						 : "",
		  line_is_marked(line)
			  ? ", not steady in more than a tenth of its boots"
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
	FILE *f = fopen(path, "re");
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

/**
 * read_missing_pictures() - which pictures there are not, and why
 * @opt: what is published
 *
 * Return: what scripts/plot.sh says, a line each, to be given to free(); or NULL.
 */
char *read_missing_pictures(const struct publish_options *opt)
{
	char *path =
		xasprintf("%s/missing.txt", opt->pictures ? opt->pictures : "");
	size_t len;
	char *text = opt->pictures ? read_small_file(path, CAPTION_MAX, &len)
				   : NULL;

	free(path);
	return text;
}

static int is_picture(const struct dirent *e)
{
	const char *dot = strrchr(e->d_name, '.');

	return *e->d_name != '.' && dot && !strcmp(dot, ".svg");
}

/* NAME.txt: the finding in its first line, what there is to see in the others. */
static void put_picture(const struct page *p, const char *name)
{
	char *bare = xasprintf("%.*s", (int)strlen(name) - 4, name);
	char *path = xasprintf("%s/%s", p->opt->pictures, name);
	char *words = xasprintf("%s/%s.txt", p->opt->pictures, bare);
	char *title = NULL, *alt, *text;
	size_t len = 0, text_len;
	char *svg = read_small_file(path, PICTURE_MAX, &len);

	text = read_small_file(words, CAPTION_MAX, &text_len);
	if (svg) {
		alt = text;
		title = alt ? strsep(&alt, "\n") : NULL;
		for (char *c = alt; c && *c; c++)
			if (*c == '\n' || *c == '\t')
				*c = ' ';
		for (size_t n = alt ? strlen(alt) : 0; n && alt[n - 1] == ' ';)
			alt[--n] = '\0';
		if (alt && *alt)
			html_put(p,
				 "<figure class=picture><img loading=lazy alt=\"%s\"",
				 alt);
		else
			html_put(p,
				 "<figure class=picture><img loading=lazy alt=\"Picture %s of the tables on this page\"",
				 bare);
		fputs(" src=\"data:image/svg+xml;base64,", p->f);
		html_base64(p, svg, len);
		html_put(p, "\"><figcaption>%s</figcaption></figure>\n",
			 title && *title ? title : bare);
	}
	free(bare);
	free(text);
	free(svg);
	free(words);
	free(path);
}

static void put_missing_pictures(const struct page *p)
{
	char *missing = read_missing_pictures(p->opt), *rest = missing, *line;

	if (!missing)
		return;
	fputs("<p>Pictures that could not be drawn:</p>\n<ul>\n", p->f);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			html_put(p, "<li class=long>%s</li>\n", line);
	fputs("</ul>\n", p->f);
	free(missing);
}

/* Images, not elements: a picture cannot do anything to the page. */
void html_pictures(const struct page *p)
{
	struct dirent **names;
	int nr;

	if (!p->opt->pictures)
		return;
	put_missing_pictures(p);
	nr = scandir(p->opt->pictures, &names, is_picture, alphasort);
	if (nr > 0)
		html_section(p, "pictures", "Pictures");
	for (int i = 0; i < nr; i++) {
		if (i < PICTURES_MAX)
			put_picture(p, names[i]->d_name);
		free(names[i]);
	}
	if (nr > 0)
		fputs("</section>\n", p->f);
	if (nr >= 0)
		free(names);
}
