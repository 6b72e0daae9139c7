// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is compared, for readers who know no stage by its name: the series, the
 * kernels, the commits or patches that they differ by.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"

/* Characters of a text of a record, and of the one line of a title. */
#define SAID_MAX 120
#define TITLE_MAX 198
#define SERIES_MAX 2

/* What is said of a stage by the last record that says anything. */
static const struct record_stage *said_of(const struct comparison *cmp,
					  const char *name)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_stages; i++)
		if (!strcmp(series->stages[i].stage, name))
			return &series->stages[i];
	return NULL;
}

/* What is between the quotes of 1234abc ("mm: subject"), to be given to free(). */
static char *quoted(const char *commit)
{
	const char *from = strchr(commit, '"'), *to = strrchr(commit, '"');

	return from && to > from
		       ? xasprintf("%.*s", (int)(to - from - 1), from + 1)
		       : NULL;
}

/**
 * stage_subject() - the subject of the commit or patch that a stage ends with
 * @cmp: comparison
 * @c: column
 *
 * Return: text of a record, to be given to free(); NULL where none says.
 */
char *stage_subject(const struct comparison *cmp, size_t c)
{
	const char *commit = header_text(cmp->cols[c].recs[0], "info", "commit");
	const struct record_stage *said = said_of(cmp, cmp->cols[c].name);

	if (commit)
		return quoted(commit);
	return said && said->patch ? xasprintf("%s", said->patch) : NULL;
}

/* The text of a record as a part of a sentence. */
static char *some_words(const char *text)
{
	char *plain = plain_words(text);
	char *some = xasprintf("%.*s%s", SAID_MAX, plain,
			       strlen(plain) > SAID_MAX ? "..." : "");

	free(plain);
	return some;
}

/* Where a stage is among those that a series is made of, or how many these are. */
static size_t place_of(const struct record_series *series, const char *name)
{
	size_t i = 0;

	while (i < series->nr_stages && strcmp(series->stages[i].stage, name))
		i++;
	return i;
}

/* The subjects of the patches after that of the first column, up to the last. */
static char *patches_text(const struct comparison *cmp, size_t max)
{
	const struct record_series *series = comparison_series(cmp);
	size_t from = place_of(series, cmp->cols[0].name);
	size_t to = place_of(series, story_last_name(cmp)), nr = 0, named = 0;
	char *text = NULL;

	if (from >= to || to == series->nr_stages)
		return NULL;
	for (size_t i = from + 1; i <= to; i++)
		nr += series->stages[i].patch != NULL;
	/* The last ones, of which the last is what the column is named after. */
	for (size_t i = from + 1; i <= to; i++) {
		char *plain;

		if (!series->stages[i].patch || named++ + max < nr)
			continue;
		plain = some_words(series->stages[i].patch);
		join_text(&text, ", ", "\"%s\"", plain);
		free(plain);
	}
	if (text && nr > max)
		join_text(&text, " ", "and %zu before", nr - max);
	return text;
}

/* Release and build; of one release, that is not said again. */
static const char *kernel_text(const struct comparison *cmp, size_t c)
{
	const struct record *rec = cmp->cols[c].recs[0];
	const char *id = header_text(rec, "kernel", "build_id");

	if (c && id && !strcmp(rec->release, cmp->cols[0].recs[0]->release))
		return fmt_text("build %.*s", CUT(id, 12));
	return kernel_id(rec);
}

static void print_stage(const struct comparison *cmp, size_t c, size_t patches,
			FILE *f)
{
	const struct column *col = &cmp->cols[c];
	const struct record_stage *said = said_of(cmp, col->name);
	const char *commit = header_text(col->recs[0], "info", "commit");
	char *text = xasprintf("%s: %s", col->name, kernel_text(cmp, c));
	char *plain = NULL, *between = c ? patches_text(cmp, patches) : NULL;

	if (commit)
		plain = some_words(commit);
	else if (said && said->text)
		plain = some_words(said->text);
	if (plain)
		join_text(&text, commit ? ", " : " ", "%s", plain);
	if (code_twin(cmp, c))
		join_text(&text, ", ", "code identical to %s", code_twin(cmp, c));
	if (!commit && between)
		join_text(&text, "; ", "patches: %s", between);
	letter_item(plain_words(text), f);
	free(between);
	free(plain);
	free(text);
}

/**
 * print_letter_title() - what the series is called, and where it was posted
 * @cmp: comparison
 * @max: characters of a title
 * @f: where to
 *
 * A line each; a link is as long as it is. Indented, it starts no line of a mail.
 */
void print_letter_title(const struct comparison *cmp, size_t max, FILE *f)
{
	size_t nr;
	struct series_of *list = collect_series(cmp, &nr);

	for (size_t i = 0; i < MIN(nr, SERIES_MAX); i++) {
		char *title = xasprintf("%s%s%s", nr > 1 ? list[i].column : "",
					nr > 1 && list[i].title ? ": " : "",
					list[i].title ? list[i].title : "");

		print_letter_line(title, max, f);
		print_letter_line(list[i].link, TITLE_MAX, f);
		free(title);
	}
	if (nr > SERIES_MAX)
		letter_item(xasprintf("and of %zu series more", nr - SERIES_MAX),
			    f);
	free(list);
}

/**
 * print_compared() - the kernels, the first and the last in a line each
 * @cmp: what is shown of a comparison
 * @patches: so many subjects of patches are named, the last ones
 * @f: where to
 */
void print_compared(const struct comparison *cmp, size_t patches, FILE *f)
{
	const struct comparison *whole = cmp->whole;
	size_t between = whole->nr_cols > 2 ? whole->nr_cols - 2 : 0;
	char *names = NULL;

	print_stage(cmp, 0, patches, f);
	for (size_t c = 1; c <= between && c <= patches; c++)
		join_text(&names, ", ", "%s", whole->cols[c].name);
	if (names && between > patches)
		join_text(&names, " ", "and %zu more", between - patches);
	if (between)
		letter_item(names ? xasprintf("between them %s", names)
				  : xasprintf("%s between them",
					      fmt_count(between, "kernel")),
			    f);
	free(names);
	if (cmp->nr_cols > 1)
		print_stage(cmp, cmp->nr_cols - 1, patches, f);
}

/**
 * explained() - what a scenario does, in the words of who wrote the series
 * @cmp: comparison
 * @scenario: its name
 *
 * Return: "secretmem_append maps page beside page of secretmem.", to be given to free();
 * NULL where no record says.
 */
char *explained(const struct comparison *cmp, const char *scenario)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_scenarios; i++) {
		char *words, *text;

		if (strcmp(series->scenarios[i].scenario, scenario) ||
		    !series->scenarios[i].text)
			continue;
		words = some_words(series->scenarios[i].text);
		text = xasprintf("%s %s.", scenario, words);
		free(words);
		return text;
	}
	return NULL;
}
