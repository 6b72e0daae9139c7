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
#include "letter/answer.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Fewer rows than these are no table, where there are more. */
#define ROWS_FEWEST 3
#define REASON_MAX 120
#define URL_MAX 198

/**
 * struct room - how much a letter names
 * @names: scenarios of a kind, or kernels, before the rest is counted
 * @patches: subjects of patches, or stages in between
 * @explains: scenarios and columns are explained
 * @airy: a blank line is before the table
 * @others: how many other operations are faster or slower is said
 */
struct room {
	size_t names;
	size_t patches;
	bool explains;
	bool airy;
	bool others;
};

static const struct room rooms[] = {
	{ 4, 3, true, true, true },    { 4, 1, true, true, true },
	{ 4, 1, false, true, true },   { 4, 1, false, false, true },
	{ 4, 0, false, false, true },  { 2, 0, false, false, true },
	{ 2, 0, false, false, false }, { 1, 0, false, false, false },
	{ 0, 0, false, false, false },
};

struct brief {
	const struct comparison *cmp;
	const struct letter_options *opt;
	const struct room *room;
	struct letter_ops ops;
	size_t rows; /* of @ops, shown */
	bool times_told;
	FILE *f;
};

static void say(const struct brief *b, char *text)
{
	if (text)
		print_wrapped(b->f, LETTER_WIDTH, 0, text);
	free(text);
}

/* "and 3 more" of what is counted and not named. */
static void join_rest(char **text, size_t nr, size_t named)
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

static size_t count_tally(const struct comparison *cmp, enum tally tally)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += line_tally(&cmp->lines[i]) == tally;
	return n;
}

static void join_untold(char **text, const struct comparison *cmp, const char *of)
{
	size_t unknown = count_tally(cmp, TALLY_UNKNOWN);

	if (unknown)
		join_text(text, "; ", "%zu of %zu %s cannot be told", unknown,
			  cmp->nr_lines, of);
}

static void join_one_sided(char **text, const struct comparison *cmp,
			   const char *of)
{
	size_t missing = count_one_sided(cmp);

	if (missing)
		join_text(text, "; ", "%zu of %zu %s %s no number on a side",
			  missing, cmp->nr_lines, of,
			  missing == 1 ? "has" : "have");
}

/* What the answer says failed, as a sentence in the words of a mail, or NULL. */
static char *failed_sentence(const struct brief *b)
{
	const struct brevity brevity = {
		.named = b->room->names,
		.reason = b->room->names > 2 ? REASON_MAX : 0,
		.fault = b->room->explains ? REASON_MAX : 0,
		.cut = !b->room->names,
	};
	char *text = failed_text(b->cmp, &brevity), *plain;

	if (!text)
		return NULL;
	plain = plain_words(text);
	free(text);
	text = xasprintf("Failed: %s.", plain);
	free(plain);
	return text;
}

/* "a and 2 more skipped in old, new: why" without what comes after the names. */
static size_t names_end(const char *text)
{
	const char *end = strstr(text, " skipped in ");

	if (!end)
		end = strstr(text, " unavailable in ");
	return end ? (size_t)(end - text) : strlen(text);
}

/* What is not there, by name; how many reasons there are for it, where there is no room. */
static void join_absent(char **text, const struct brief *b,
			const struct comparison *cmp,
			const struct comparison *counts)
{
	size_t nr;
	char **texts = absent_texts(cmp, counts, &nr), *names = NULL;

	for (size_t i = 0; i < nr; i++) {
		char *plain = plain_words(texts[i]);

		if (i < b->room->names)
			join_text(&names, ", ", "%.*s",
				  (int)MIN(names_end(plain), REASON_MAX), plain);
		free(plain);
		free(texts[i]);
	}
	if (names)
		join_rest(&names, nr, MIN(nr, b->room->names));
	if (nr)
		join_text(text, "; ", "not %s: %s", counts ? "timed" : "measured",
			  names ? names : fmt_count(nr, "thing"));
	free(names);
	free(texts);
}

/* What is not known, or NULL. */
static char *untold_text(const struct brief *b)
{
	const struct comparison *cmp = b->cmp, *times = times_beside(cmp);
	char *text = NULL;

	if (cmp->nr_cols > 1 && !cmp->nr_differ) {
		join_untold(&text, cmp, "rows");
		join_one_sided(&text, cmp, "rows");
	}
	if (times && !cmp->nr_differ) {
		/* Of the headline and the others it is said with them. */
		if (!b->times_told)
			join_untold(&text, times, "timed rows");
		join_one_sided(&text, times, "timed rows");
	}
	join_absent(&text, b, cmp, NULL);
	if (cmp->times)
		join_absent(&text, b, cmp->times, cmp);
	if (cmp->untimed) {
		char *why = plain_words(cmp->untimed);

		join_text(&text, "; ", "not timed: %.*s%s", REASON_MAX, why,
			  strlen(why) > REASON_MAX ? "..." : "");
		free(why);
	}
	return text;
}

/* Which rows the table has not, and what its columns are. */
static void print_rest(const struct brief *b)
{
	const struct letter_ops *ops = &b->ops;
	bool timed = is_timed(b->cmp->cols[0].recs[0]);
	size_t more = ops->nr - b->rows;
	char *text = NULL, *untold = untold_text(b), *note;

	say(b, failed_sentence(b));
	if (more)
		join_text(&text, "", "%zu %soperation%s changed", more,
			  b->rows ? "more " : "", more == 1 ? "" : "s");
	if (ops->all)
		join_text(&text, ", ", "%zu of %zu %s %s", ops->equal, ops->all,
			  ops->equal == 1 ? "is" : "are",
			  timed ? name_of_small(b->cmp) : "equal to the digit");
	if (ops->untold)
		join_text(&text, ", ", "%zu cannot be told", ops->untold);
	if (untold)
		join_text(&text, "; ", "%s", untold);
	free(untold);
	if (!text)
		return;
	join_text(&text, "", "%s",
		  ops_legend(b->cmp, ops, b->rows, b->room->explains));
	if (timed && (note = layouts_note(b->cmp))) {
		join_text(&text, ". ", "Note that %s",
			  b->room->explains ? note
					    : "one image is one layout of code");
		free(note);
	}
	say(b, xasprintf("%s.", text));
	free(text);
}

/* "QEMU emulator version N": N is what fits. */
static const char *qemu_version(const char *text)
{
	const char *number = strstr(text, " version ");
	const char *from = number ? number + strlen(" version ") : text;

	return fmt_text("%.*s", (int)MIN(strcspn(from, " ("), 40), from);
}

/* A name without the marks of those who own it. */
static const char *plain_cpu(const char *cpu)
{
	char *name = xasprintf("%.60s", cpu), *mark;
	const char *text;

	while ((mark = strstr(name, "(R)")))
		memmove(mark, mark + 3, strlen(mark + 3) + 1);
	text = fmt_text("%s", name);
	free(name);
	return text;
}

/**
 * machine_text() - on what it was measured
 * @cmp: comparison
 *
 * Return: "counted in QEMU 7.2.22 (qemu64)", "timed in User Mode Linux (CPU), 32 + 32
 * layouts", to be given to free().
 */
char *machine_text(const struct comparison *cmp)
{
	const struct record *rec = cmp->cols[0].recs[0];
	const char *cpu = header_text(rec, "env", "cpu");
	const char *qemu = header_text(rec, "env", "qemu");
	const char *where = rec->tier == TIER_NATIVE ? " in User Mode Linux"
			    : qemu ? fmt_text(" in QEMU %s", qemu_version(qemu))
				   : "";
	char *seeds = seeds_text(cmp, true), *plain;
	char *raw = xasprintf("%s%s", is_timed(rec) ? "timed" : "counted", where);

	if (cpu)
		join_text(&raw, " ", "(%s)", plain_cpu(cpu));
	if (is_timed(rec) && cmp->nr_cols > 1)
		join_text(&raw, ", ", "%zu + %zu %ss", cmp->cols[0].nr_boots,
			  cmp->cols[cmp->nr_cols - 1].nr_boots, counted_as(cmp));
	if (seeds)
		join_text(&raw, ", ", "seeds %.60s", seeds);
	plain = plain_words(raw);
	free(raw);
	free(seeds);
	return plain;
}

static void print_where(const struct brief *b)
{
	const struct comparison *cmp = b->cmp;
	const struct record *rec = cmp->cols[0].recs[0];
	const char *revision = header_text(rec, "suite", "revision");
	const char *compiler = header_text(rec, "suite", "compiler");
	char *text = machine_text(cmp), *raw, *more;

	if (cmp->times) {
		more = machine_text(cmp->times);
		join_text(&text, "; ", "%s", more);
		free(more);
	}
	*text = (char)(*text - 'a' + 'A');
	raw = xasprintf("vmabench%s%.40s", revision ? " " : "",
			revision ? revision : "");
	if (compiler)
		join_text(&raw, " ", "(%.40s)", compiler);
	more = plain_words(raw);
	join_text(&text, "; ", "%s.", more);
	say(b, text);
	/* Not cut, nor with a full stop behind it. */
	print_letter_line(b->opt->url, URL_MAX, b->f);
	free(raw);
	free(more);
}

/* How far a command goes until the next blank that is not within quotes. */
static size_t word_length(const char *word)
{
	bool inside = false;
	size_t len = 0;

	for (; word[len] && (inside || word[len] != ' '); len++)
		if (word[len] == '\'' || word[len] == '"')
			inside = !inside;
	return len;
}

/* Beside its heading or below it; a shell goes on where a line ends with a backslash. */
static void print_command(const struct brief *b)
{
	static const char heading[] = "To reproduce:";
	char *command = story_command(b->cmp), *word = command;
	bool beside = strlen(heading) + 1 + strlen(command) <= LETTER_WIDTH;
	size_t column = beside ? strlen(heading) : 1;

	fprintf(b->f, "%s%s", heading, beside ? "" : "\n ");
	while (*word) {
		size_t len = word_length(word);

		if (!beside && word != command &&
		    column + 1 + len + strlen(" \\") > LETTER_WIDTH) {
			fputs(" \\\n   ", b->f);
			column = 3;
		}
		fprintf(b->f, " %.*s", (int)len, word);
		column += 1 + len;
		word += len + (word[len] == ' ');
	}
	fputc('\n', b->f);
	free(command);
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
		if (!line_is_equal(lines[i]) && !line_is_small(lines[i]))
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
