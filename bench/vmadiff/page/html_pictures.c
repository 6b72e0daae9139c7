// SPDX-License-Identifier: GPL-2.0-or-later
/* The pictures of a report, in the order of their weight. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "html.h"
#include "tables/tables.h"

#define PICTURE_MAX (4 * 1024 * 1024)
#define CAPTION_MAX (16 * 1024)
#define PICTURES_MAX 64

/*
 * What answers the question comes first and is seen; the others are behind a fold. A
 * name stands for NAME-ANYTHING, too; "headline" is the waterfall of the headline, and
 * "headline-METRIC" that of another count of it.
 */
/* clang-format off */
static const struct {
	const char *name;
	bool seen;
} weights[] = {
	{ "effects",	true },
	{ "vmas",	true },
	{ "fill",	true },
	{ "times",	true },
	{ "ecdf",	true },
	{ "latency",	true },
	{ "headline",	true },
	{ "headline-lines_read", true },
	{ "waterfall-patches", false },
	{ "counts",	false },
	{ "insns",	false },
	{ "shift",	false },
	{ "population",	false },
	{ "threads",	false },
	{ "waterfall",	false },
	{ "flame",	false },
	{ "layouts",	false },
	{ "boots",	false },
};
/* clang-format on */

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

struct drawn {
	char *name;
	size_t weight; /* index in weights[], or behind all */
};

static bool is_of_kind(const char *name, const char *kind)
{
	size_t len = strlen(kind);

	return !strncmp(name, kind, len) && (!name[len] || name[len] == '-');
}

/* "headline" and what follows it of a waterfall of the headline, else the name itself. */
static const char *kind_of(const struct page *p, const char *name)
{
	const struct line *line = p->last ? headline_line(p->cmp) : NULL;
	const char *waterfall;

	if (!line)
		return name;
	waterfall =
		fmt_text("waterfall-%s-%s", line->key->scenario, line->key->op);
	return is_of_kind(name, waterfall)
		       ? fmt_text("headline%s", name + strlen(waterfall))
		       : name;
}

static size_t weight_of(const struct page *p, const char *name)
{
	const char *kind = kind_of(p, name);
	size_t i = 0;

	while (i < ARRAY_SIZE(weights) && strcmp(kind, weights[i].name))
		i++;
	if (i < ARRAY_SIZE(weights))
		return i;
	i = 0;
	while (i < ARRAY_SIZE(weights) && !is_of_kind(kind, weights[i].name))
		i++;
	return i;
}

static int weight_cmp(const void *a, const void *b)
{
	const struct drawn *x = a, *y = b;

	return x->weight != y->weight
		       ? (x->weight > y->weight) - (x->weight < y->weight)
		       : strcmp(x->name, y->name);
}

/* That of layouts of the maple tree is in their section, where there is one. */
static bool is_elsewhere(const struct page *p, const char *file)
{
	return has_tree_section(p) && !strcmp(file, "fill.svg");
}

/* Without ".svg", to be given to free_pictures(). */
static struct drawn *find_pictures(const struct page *p, size_t *nr)
{
	struct dirent **names;
	int n = scandir(p->opt->pictures, &names, is_picture, alphasort);
	struct drawn *list = xcalloc(PICTURES_MAX, sizeof(*list));

	*nr = 0;
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (*nr < PICTURES_MAX && !is_elsewhere(p, name)) {
			list[*nr].name =
				xasprintf("%.*s", (int)strlen(name) - 4, name);
			list[*nr].weight = weight_of(p, list[*nr].name);
			(*nr)++;
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	qsort(list, *nr, sizeof(*list), weight_cmp);
	return list;
}

static void free_pictures(struct drawn *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(list[i].name);
	free(list);
}

/* The lines of a text in one. */
static void join_lines(char *text)
{
	size_t n = strlen(text);

	for (char *c = text; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
}

/**
 * html_picture() - a picture, if it is there
 * @p: page
 * @name: of its files
 *
 * NAME.txt: the finding in its first line, what there is to see in the others.
 */
void html_picture(const struct page *p, const char *name)
{
	const char *dir = p->opt->pictures ? p->opt->pictures : "";
	char *path = xasprintf("%s/%s.svg", dir, name);
	char *words = xasprintf("%s/%s.txt", dir, name);
	size_t len = 0, text_len;
	char *svg = read_small_file(path, PICTURE_MAX, &len);
	char *text = read_small_file(words, CAPTION_MAX, &text_len);
	char *alt = text, *title = text ? strsep(&alt, "\n") : NULL;

	if (svg) {
		if (alt)
			join_lines(alt);
		html_put(p, "<figure class=picture><img alt=\"%s%s%s\"",
			 title && *title ? title : name,
			 alt && *alt ? ". " : "", alt && *alt ? alt : "");
		fputs(" src=\"data:image/svg+xml;base64,", p->f);
		html_base64(p, svg, len);
		html_put(p, "\"><figcaption>%s</figcaption></figure>\n",
			 title && *title ? title : name);
	}
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

static bool is_seen(const struct drawn *picture)
{
	return picture->weight < ARRAY_SIZE(weights) &&
	       weights[picture->weight].seen;
}

/* Images, not elements: a picture cannot do anything to the page. */
void html_pictures(const struct page *p)
{
	struct drawn *list;
	bool folded = false;
	size_t nr;

	if (!p->opt->pictures)
		return;
	put_missing_pictures(p);
	list = find_pictures(p, &nr);
	if (nr)
		html_section(p, "pictures", "Pictures");
	for (size_t i = 0; i < nr; i++) {
		if (i && !folded && !is_seen(&list[i])) {
			fprintf(p->f, "<details><summary><h3>%s</h3></summary>\n",
				fmt_count(nr - i, "more picture"));
			folded = true;
		}
		html_picture(p, list[i].name);
	}
	fputs(folded ? "</details>\n" : "", p->f);
	if (nr)
		fputs("</section>\n", p->f);
	free_pictures(list, nr);
}
