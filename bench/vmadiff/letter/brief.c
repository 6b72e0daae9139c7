// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The section of a cover letter: at most LETTER_LINES lines that say all that a reader
 * of a mailing list asks for. What a list has no room to name it counts; rows of the
 * table go first, and no kind of thing that got worse goes at all.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "brief.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Fewer rows than these are no table, where there are more. */
#define ROWS_FEWEST 3

static const struct room rooms[] = {
	{ 4, 3, true, true, true },    { 4, 1, true, true, true },
	{ 4, 1, false, true, true },   { 4, 1, false, false, true },
	{ 4, 0, false, false, true },  { 2, 0, false, false, true },
	{ 2, 0, false, false, false }, { 1, 0, false, false, false },
	{ 0, 0, false, false, false },
};

void say(const struct brief *b, char *text)
{
	if (text)
		print_wrapped(b->f, LETTER_WIDTH, 0, text);
	free(text);
}

/* "and 3 more" of what is counted and not named. */
void join_rest(char **text, size_t nr, size_t named)
{
	if (nr > named && named)
		join_text(text, " ", "and %zu more", nr - named);
}

/* Which of many commits moved a row. */
static char *by_commit(const struct brief *b)
{
	const struct comparison *cmp = b->cmp;
	size_t max = 2 * b->room->names, nr = 0, named = 0;
	char *names = NULL, *text;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		if (!cmp->moved[c].nr || nr++ >= max)
			continue;
		join_text(&names, ", ", "%s %s", cmp->cols[c].name,
			  fmt_count(cmp->moved[c].nr, "row"));
		named++;
	}
	join_rest(&names, nr, named);
	text = xasprintf("%s moved rows%s%s; %s.", fmt_count(nr, "commit"),
			 names ? ": " : "", names ? names : "",
			 unmoved_text(cmp));
	free(names);
	return text;
}

/* What the headline is at each stage, where there are more than two. */
static char *by_stage(const struct brief *b)
{
	const struct comparison *cmp = b->cmp;
	const struct line *line = headline_line(cmp);
	size_t max = 2 * b->room->names, named = 0;
	char *text = NULL, *said;

	if (cmp->moved)
		return by_commit(b);
	if (cmp->nr_cols < 3 || !line || cmp->nr_differ || !max)
		return NULL;
	for (size_t c = 0; c + 1 < cmp->nr_cols && named < max; c++, named++)
		join_text(&text, ", ", "%s %s", cmp->cols[c].name,
			  fmt_value(line->values[c]));
	if (cmp->nr_cols - 1 > named)
		join_text(&text, ", ", "%zu more", cmp->nr_cols - 1 - named);
	join_text(&text, ", ", "%s %s.", story_last_name(cmp),
		  fmt_value(line->values[cmp->nr_cols - 1]));
	said = xasprintf("By stage: %s", text);
	free(text);
	return said;
}

static void join_sentence(char **text, char *more)
{
	if (more)
		join_text(text, " ", "%s", more);
	free(more);
}

static void print_result(struct brief *b)
{
	const struct comparison *cmp = b->cmp;
	const struct line *headline = headline_line(cmp);
	char *text, *time;

	/* It failed, which is said with what else did. */
	if (cmp->nr_differ)
		return;
	text = story_result_brief(cmp);
	time = story_time_brief(cmp, b->room->others);
	b->times_told = time && b->room->others;
	if (time) {
		/* The same sentence goes on. */
		text[strlen(text) - 1] = '\0';
		join_text(&text, "; ", "%s", time);
	}
	free(time);
	join_sentence(&text, by_stage(b));
	if (headline && b->room->explains && cmp->nr_cols > 1)
		join_sentence(&text, explained(cmp, headline->key->scenario));
	say(b, text);
}

/* What got worse of what was timed, or counted: clauses, or NULL. */
static char *worse_of(const struct brief *b, const struct comparison *cmp)
{
	return worse_clauses(cmp, b->room->names,
			     b->room->explains ? b->room->names : 0);
}

static void print_worse(const struct brief *b)
{
	const struct comparison *times = times_beside(b->cmp);
	char *text = NULL, *counted, *timed;

	if (b->cmp->nr_cols < 2 || b->cmp->nr_differ)
		return;
	counted = worse_of(b, b->cmp);
	timed = times ? worse_of(b, times) : NULL;
	if (counted)
		join_text(&text, "", "%s", counted);
	if (timed)
		join_text(&text, "; ", "timed, %s", timed);
	say(b,
	    text ? xasprintf("What got worse: %s.", text)
		 : xasprintf("Nothing that was measured and can be told got worse."));
	free(timed);
	free(counted);
	free(text);
}

static void print_all(struct brief *b)
{
	const struct comparison *cmp = b->cmp;

	print_letter_title(cmp, LETTER_WIDTH - 2, b->f);
	print_compared(cmp, b->room->patches, b->f);
	fputc('\n', b->f);
	print_result(b);
	print_worse(b);
	if (b->room->airy && !cmp->nr_differ)
		fputc('\n', b->f);
	if (b->rows)
		print_letter_ops(cmp, &b->ops, b->rows, b->f);
	print_rest(b);
	print_where(b);
	print_command(b);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* The letter with so many rows; filled: how many lines it has. */
static char *compose(struct brief *b, size_t rows, size_t *lines)
{
	char *text;
	size_t size;

	b->f = open_text(&text, &size);
	b->rows = rows;
	print_all(b);
	fclose(b->f);
	*lines = count_lines(text);
	return text;
}

/* The most rows that there is room for, of those that there are. */
static char *compose_in(struct brief *b, const struct room *room, size_t *lines)
{
	size_t rows = b->ops.nr;
	char *text;

	b->room = room;
	for (;;) {
		size_t over;

		text = compose(b, rows, lines);
		if (*lines <= LETTER_LINES || !rows)
			return text;
		free(text);
		over = *lines - LETTER_LINES;
		rows -= MIN(rows, over);
	}
}

/* Rows that changed, of those of the long letter. */
static size_t only_changed(const struct line **lines, size_t nr)
{
	size_t changed = 0;

	for (size_t i = 0; i < nr; i++)
		if ((!line_is_equal(lines[i]) && !line_is_small(lines[i])) ||
		    lines[i]->verdict == LAYOUT_DEPENDENT)
			lines[changed++] = lines[i];
	return changed;
}

static void print_styled_table(const struct comparison *cmp, const char *style,
			       FILE *f)
{
	size_t nr;
	const struct line **lines = letter_rows(cmp, &nr);

	nr = cmp->nr_differ ? 0 : only_changed(lines, nr);
	if (nr) {
		print_letter_table(cmp, style, lines, nr, f);
		fputc('\n', f);
	}
	free(lines);
}

/**
 * styled_letter() - the same with the table that somebody else's readers know
 * @cmp: what is shown of a comparison
 * @opt: what is said besides, with the style
 *
 * Return: text, to be given to free(): as long as its rows that changed are.
 */
char *styled_letter(const struct comparison *cmp, const struct letter_options *opt)
{
	struct brief b = { .cmp = cmp,
			   .opt = opt,
			   .room = &rooms[0],
			   .ops = collect_letter_ops(cmp) };
	char *text;
	size_t size;

	b.f = open_text(&text, &size);
	b.rows = b.ops.nr;
	if (!style_has_head(opt->style)) {
		print_letter_title(cmp, LETTER_WIDTH - 2, b.f);
		print_compared(cmp, b.room->patches, b.f);
		fputc('\n', b.f);
	}
	print_styled_table(cmp, opt->style, b.f);
	if (times_beside(cmp))
		print_styled_table(times_beside(cmp), opt->style, b.f);
	print_result(&b);
	print_worse(&b);
	b.rows = 0;
	b.ops.nr = 0;
	print_rest(&b);
	print_where(&b);
	print_command(&b);
	fclose(b.f);
	free(b.ops.list);
	return text;
}

/**
 * brief_letter() - the section of a cover letter, short
 * @cmp: what is shown of a comparison
 * @opt: what is said besides
 *
 * Return: at most LETTER_LINES lines, to be given to free().
 */
char *brief_letter(const struct comparison *cmp, const struct letter_options *opt)
{
	struct brief b = { .cmp = cmp, .opt = opt, .ops = collect_letter_ops(cmp) };
	size_t few = MIN(b.ops.nr, ROWS_FEWEST), lines;
	char *text = NULL;
	bool fits = false;

	/* Names go for the sake of a few rows, but not all of them for one row more. */
	do {
		for (size_t i = 0; i < ARRAY_SIZE(rooms) && !fits; i++) {
			free(text);
			text = compose_in(&b, &rooms[i], &lines);
			fits = lines <= LETTER_LINES && b.rows >= few;
		}
	} while (!fits && few--);
	free(b.ops.list);
	return text;
}
