// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The paragraph for a cover letter: plain text that "git format-patch
 * --cover-letter" and "git am" leave as it is. Texts of records are indented and
 * cut, so that whatever they hold starts no line.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "export/export.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define WORSE_NAMED 12
#define ITEM_MAX 600
#define ROWS_SAID 12
#define WORDS_MAX 2000
#define TITLE_MAX 198

/* The ">" of "->mmap()", which neither quotes a mail nor cuts it. */
static bool is_member(const char *text, const char *c)
{
	return *c == '>' && c > text && c[-1] == '-' &&
	       (isalpha((unsigned char)c[1]) || c[1] == '_');
}

/* What a record says, in ASCII that ends no line and cuts no patch. */
static char *plain_word(const char *s, size_t max)
{
	char *text = xasprintf("%.*s", (int)max, s);

	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~' ||
		    (strchr("<>%", *c) && !is_member(text, c)))
			*c = '?';
	return text;
}

/**
 * plain_words() - the same of a sentence: arrows of a call trace become words
 * @s: text of a record
 *
 * Return: text, to be given to free(). Where a line of a mail would begin with it, it
 * has to be indented all the same.
 */
char *plain_words(const char *s)
{
	const char *from = s;
	char *text, *plain;
	size_t size;
	FILE *m = open_text(&text, &size);

	for (; *s; s++) {
		if (is_member(from, s))
			fputc(*s, m);
		else if (*s == '<' || *s == '>')
			fputs(*s == '<' ? "from" : "to", m);
		else if (*s == '%')
			fputs(" percent", m);
		else
			fputc(*s, m);
	}
	fclose(m);
	plain = plain_word(text, WORDS_MAX);
	free(text);
	return plain;
}

static void print_prose(char *text, FILE *f)
{
	print_wrapped(f, LETTER_WIDTH, 0, text);
	free(text);
}

/* A line of a list; frees it. */
void letter_item(char *text, FILE *f)
{
	print_hanging(f, LETTER_WIDTH, 2, "-", text);
	free(text);
}

/**
 * print_letter_line() - a text of a record in a line of its own
 * @text: text, or NULL for none
 * @max: characters of it that are printed
 * @f: where to
 *
 * Indented, it starts no line of a mail.
 */
void print_letter_line(const char *text, size_t max, FILE *f)
{
	char *plain = text ? plain_word(text, max) : NULL;
	size_t len = plain ? strlen(plain) : 0;

	while (len && plain[len - 1] == ' ')
		plain[--len] = '\0';
	if (len)
		fprintf(f, "  %s\n", plain);
	free(plain);
}

/* "  name   what a record says", which is cut where the line ends. */
static void print_fact(const char *name, const char *value, FILE *f)
{
	char *key = plain_word(name, 14);
	int room = LETTER_WIDTH - 2 - (int)MAX(strlen(key), 10) - 1;
	char *text = plain_word(value, room);
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	if (len)
		fprintf(f, "  %-10s %s\n", key, text);
	free(key);
	free(text);
}

static void print_machine(const struct comparison *cmp, FILE *f)
{
	const struct record *rec = cmp->cols[0].recs[0];
	bool metal = is_timed(rec);
	char *seeds = seeds_text(cmp, true);
	const char *value;

	fputs(rec->tier == TIER_NATIVE ? "Timed on:\n"
	      : metal		       ? "Measured on:\n"
				       : "Counted in:\n",
	      f);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		const char *id = kernel_id(col->recs[0]);

		print_fact(col->name,
			   metal ? fmt_text("%s of %s",
					    fmt_count(col->nr_boots,
						      counted_as(cmp)),
					    id)
				 : id,
			   f);
		if (code_twin(cmp, c))
			print_fact("",
				   fmt_text("code identical to %s",
					    code_twin(cmp, c)),
				   f);
	}
	if ((value = header_text(rec, "env", "cpu")))
		print_fact("CPU", value, f);
	if ((value = header_text(rec, "env", "qemu"))) {
		/* "QEMU emulator version N": N is what fits. */
		const char *number = strstr(value, " version ");

		print_fact("QEMU",
			   number ? number + strlen(" version ") : value, f);
	}
	if (seeds)
		print_fact("seeds", seeds, f);
	if ((value = header_text(rec, "suite", "revision")))
		print_fact("vmabench", value, f);
	free(seeds);
}

static const char *change_text(const struct line *line)
{
	return fmt_text("%s %s %s to %s", line->key->scenario, line->key->op,
			fmt_value(line->values[0]),
			fmt_value(line->values[line->col]));
}

/* Those that do the same as before, or those that do not. */
static char *worse_of(const struct comparison *cmp, const char *metric, bool shape)
{
	char *text = NULL;
	size_t nr, named = 0;
	const struct line **lines = story_dearer(cmp, metric, &nr);

	for (size_t i = 0; i < nr; i++) {
		char *range;

		if ((line_tally(lines[i]) == TALLY_SHAPE) != shape ||
		    named++ >= WORSE_NAMED)
			continue;
		range = story_range(lines[i]);
		join_text(&text, "; ", "%s (%s)", change_text(lines[i]), range);
		free(range);
	}
	if (named > WORSE_NAMED)
		join_text(&text, "; ", "and %zu more, by no more",
			  named - WORSE_NAMED);
	free(lines);
	return text;
}

static bool metric_is_first(const struct comparison *cmp, size_t i)
{
	return !i ||
	       strcmp(cmp->lines[i - 1].key->metric, cmp->lines[i].key->metric);
}

static size_t print_lost_merges(const struct comparison *cmp, FILE *f)
{
	size_t nr;
	const struct line **lost = story_lost_merges(cmp, &nr);
	char *text = NULL;

	for (size_t i = 0; i < nr; i++)
		join_text(&text, "; ", "%s", change_text(lost[i]));
	if (text)
		letter_item(xasprintf("more VMAs afterwards: %s", text), f);
	free(text);
	free(lost);
	return nr;
}

/* Text of a record in an item: in ASCII, and not all of a long one. */
static void print_item_of(char *text, FILE *f)
{
	letter_item(plain_word(text, ITEM_MAX), f);
	free(text);
}

static size_t print_other_ends(const struct comparison *cmp, FILE *f)
{
	size_t nr;
	const struct line **ends = story_other_ends(cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		char *change = shape_change(cmp, ends[i]);

		letter_item(xasprintf("%s %s ends otherwise: %s",
				      ends[i]->key->scenario, ends[i]->key->op,
				      change),
			    f);
		free(change);
	}
	free(ends);
	return nr;
}

/* Those of a column, of one kind; return: how many there are. */
static size_t print_notes_of(const char *column, const char *what,
			     enum note_kind kind,
			     const struct export_note *notes, size_t nr, FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct export_note *note = &notes[i];

		if (note->kind != kind || strcmp(note->column, column) ||
		    n++ >= WORSE_NAMED)
			continue;
		print_item_of(xasprintf("%s in %s: %s%s%s: %s", what, column,
					note->scenario, note->op ? " " : "",
					note->op ? note->op : "", note->text),
			      f);
	}
	if (n > WORSE_NAMED)
		letter_item(xasprintf("%s in %s: %zu more, see the report",
				      what, column, n - WORSE_NAMED),
			    f);
	return n;
}

static size_t print_worse_tails(const struct comparison *cmp, FILE *f)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];
	size_t named = 0;

	for (size_t i = 0; i < tails->nr; i++) {
		const struct line *tail = &tails->list[i];
		char *range;

		if (tail->verdict != REGRESSED)
			continue;
		range = story_range(tail);
		letter_item(xasprintf("%s of %s %s: %s to %s ns (%s%s)",
				      tail->quantile->name, tail->key->scenario,
				      tail->key->op, fmt_value(tail->values[0]),
				      fmt_value(tail->values[tail->col]), range,
				      tail->widened_by_ns > 0
					      ? fmt_text(", clock step %s ns",
							 fmt_value(tail->widened_by_ns))
					      : ""),
			    f);
		free(range);
		named++;
	}
	return named;
}

/* Commits without a record, and rows that differ although their code does not. */
static void print_broken(const struct comparison *whole, FILE *f)
{
	for (size_t i = 0; i < whole->nr_refused; i++) {
		char *why = plain_words(whole->refused[i].reason);

		if (whole->refused[i].stage_failed)
			letter_item(xasprintf("%s: %s", whole->refused[i].name,
					      why),
				    f);
		free(why);
	}
	for (size_t c = 1; c < whole->nr_cols; c++) {
		char *text = contradiction_text(whole, c, ROWS_SAID);
		char *plain = text ? plain_words(text) : NULL;

		if (plain)
			letter_item(xasprintf("CONTRADICTION: %s", plain), f);
		free(plain);
		free(text);
	}
}

static void print_moved(const struct comparison *cmp, FILE *f)
{
	if (!cmp->moved)
		return;
	fputs("What each commit moved, against the one before it:\n", f);
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const char *who =
			header_text(cmp->cols[c].recs[0], "info", "commit");
		char *what = moved_text(cmp, c);
		char *said = xasprintf("%s: %.*s%s%s", cmp->cols[c].name,
				       CUT(who ? who : "", 200),
				       who ? ": " : "", what);

		if (cmp->moved[c].nr)
			letter_item(plain_words(said), f);
		free(said);
		free(what);
	}
	letter_item(xasprintf("%s", unmoved_text(cmp)), f);
	fputc('\n', f);
}

/* What the runner says went wrong, in any boot; return: how much. */
static size_t print_faults(const struct comparison *whole, FILE *f)
{
	size_t nr_notes, nr = 0;
	struct export_note *notes = collect_export_notes(whole, &nr_notes);

	for (size_t c = 0; c < whole->nr_cols; c++) {
		const char *name = whole->cols[c].name;

		nr += print_notes_of(name, "failed", NOTE_FAILURE, notes,
				     nr_notes, f);
		nr += print_notes_of(name, "not declared", NOTE_UNDECLARED,
				     notes, nr_notes, f);
	}
	free(notes);
	return nr;
}

static void count_findings(const struct comparison *whole, FILE *f)
{
	size_t nr = 0;

	for (size_t c = 0; c < whole->nr_cols; c++)
		nr += whole->cols[c].recs[0]->nr_findings;
	if (nr)
		letter_item(xasprintf("%s about a kernel, see the report",
				      fmt_count(nr, "finding")),
			    f);
}

/* By metric; return: how many items. */
static size_t print_dearer(const struct comparison *cmp, FILE *f)
{
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const char *metric = cmp->lines[i].key->metric;

		if (!metric_is_first(cmp, i))
			continue;
		for (int shape = 0; shape < 2; shape++) {
			char *text = worse_of(cmp, metric, shape);

			if (text)
				letter_item(xasprintf("%s%s%s: %s",
						      metric_title(metric),
						      shape ? ", " : "",
						      shape ? verdict_name(SHAPE_CHANGED)
							    : "",
						      text),
					    f);
			nr += !!text;
			free(text);
		}
	}
	return nr;
}

static void print_rows(const struct comparison *cmp, const char *of, size_t nr,
		       const char *what, FILE *f)
{
	if (nr)
		letter_item(xasprintf("%zu of %zu rows%s %s", nr, cmp->nr_lines,
				      of, what),
			    f);
}

static void print_unknown(const struct comparison *cmp, const char *of, FILE *f)
{
	size_t unknown = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		unknown += line_tally(&cmp->lines[i]) == TALLY_UNKNOWN;
	print_rows(cmp, of, unknown, "cannot be told", f);
	print_rows(cmp, of, count_one_sided(cmp), "have no number on a side", f);
}

/* Not a word is left out of what got worse, broke, or cannot be told. */
static void print_worse(const struct comparison *cmp, FILE *f)
{
	size_t named = 0;

	fputs("What got worse:\n", f);
	if (!cmp->nr_differ)
		named += print_lost_merges(cmp, f) + print_other_ends(cmp, f) +
			 print_worse_tails(cmp, f) + print_dearer(cmp, f);
	named += print_faults(cmp->whole, f);
	for (size_t s = 0; s < cmp->nr_seeds; s++)
		named += print_faults(cmp->seeds[s], f);
	if (times_beside(cmp) && !cmp->nr_differ)
		named += print_worse_tails(cmp->times, f) +
			 print_dearer(cmp->times, f);
	if (cmp->times)
		named += print_faults(cmp->times, f);
	if (cmp->nr_differ)
		letter_item(xasprintf("NOT-COMPARABLE: %s that had to match %s; no number is given",
				      fmt_count(cmp->nr_differ, "key"),
				      cmp->nr_differ == 1 ? "does not" : "do not"),
			    f);
	else
		print_unknown(cmp, "", f);
	if (times_beside(cmp) && !cmp->nr_differ)
		print_unknown(cmp->times, " of the native tier", f);
	count_findings(cmp->whole, f);
	if (!cmp->nr_differ && !named)
		fputs("- nothing that was measured\n", f);
	print_broken(cmp->whole, f);
}

/* Of one record, which is no worse than any other. */
static void print_wrong(const struct comparison *cmp, FILE *f)
{
	char *text;
	size_t size;
	FILE *m = open_text(&text, &size);

	print_faults(cmp->whole, m);
	count_findings(cmp->whole, m);
	print_broken(cmp->whole, m);
	fclose(m);
	if (size)
		fprintf(f, "What went wrong:\n%s\n", text);
	free(text);
}

static void print_absent_of(const struct comparison *cmp,
			    const struct comparison *counts, FILE *f)
{
	const char *tier = counts ? "native tier: " : "";
	size_t nr;
	char **texts = absent_texts(cmp, counts, &nr);

	for (size_t i = 0; i < nr; i++) {
		print_item_of(xasprintf("%s%s", tier, texts[i]), f);
		free(texts[i]);
	}
	free(texts);
}

/* Each metric, and each scenario that another column has, by its name. */
static void print_absent(const struct comparison *cmp, FILE *f)
{
	char *text;
	size_t size;
	FILE *m = open_text(&text, &size);

	print_absent_of(cmp, NULL, m);
	if (cmp->times)
		print_absent_of(cmp->times, cmp, m);
	if (cmp->untimed) {
		char *why = plain_words(cmp->untimed);

		print_item_of(xasprintf("time: %s", why), m);
		free(why);
	}
	fclose(m);
	if (size)
		fprintf(f, "What was not measured:\n%s\n", text);
	free(text);
}

/* All rows, and all that is known of them. */
static void print_long(const struct comparison *cmp, const char *style, FILE *m)
{
	const struct line **lines;
	char *command, *time;
	size_t nr;

	print_letter_title(cmp, TITLE_MAX, m);
	free(collect_series(cmp, &nr));
	if (nr)
		fputc('\n', m);
	print_prose(story_result(cmp), m);
	if ((time = story_time(cmp)))
		print_prose(time, m);
	if (cmp->nr_cols > 1)
		print_prose(story_worse(cmp), m);
	fputc('\n', m);
	lines = letter_rows(cmp, &nr);
	if (nr && !cmp->nr_differ) {
		print_letter_table(cmp, style, lines, nr, m);
		fputc('\n', m);
	}
	free(lines);
	print_letter_times(cmp, style, m);
	if (cmp->nr_cols > 1) {
		print_worse(cmp, m);
		fputc('\n', m);
	} else {
		print_wrong(cmp, m);
	}
	print_absent(cmp, m);
	print_moved(cmp, m);
	print_machine(cmp, m);
	if (cmp->times)
		print_machine(cmp->times, m);
	command = story_command(cmp);
	fprintf(m, "\nTo reproduce:\n  %s\n", command);
	free(command);
}

/**
 * print_letter() - a section of a cover letter
 * @cmp: comparison, built
 * @opt: what it is like
 * @f: where to
 *
 * Return: 0 or -EIO; -EINVAL when the text is not fit for a mail.
 */
int print_letter(const struct comparison *cmp, const struct letter_options *opt,
		 FILE *f)
{
	bool is_perf = opt->style && !strcmp(opt->style, "perf");
	char *text;
	size_t size, bad;
	FILE *m = open_text(&text, &size);

	cmp = cmp->shown;
	if (opt->per_patch && cmp->nr_cols > 1) {
		print_patches(cmp->whole, m);
	} else if (is_perf && cmp->nr_cols > 1) {
		struct comparison *pair = pick_pair(cmp, 0, cmp->nr_cols - 1);

		print_prose(perf_paragraph(pair), m);
		free_pair(pair);
	} else if (opt->all || cmp->nr_cols < 2) {
		print_long(cmp, opt->style, m);
	} else {
		char *brief = style_is_own(opt->style) ? brief_letter(cmp, opt)
						       : styled_letter(cmp, opt);

		fputs(brief, m);
		free(brief);
	}
	fclose(m);

	bad = lint_letter("cover-letter.txt", text, size, stderr);
	fwrite(text, 1, size, f);
	free(text);
	return bad ? -EINVAL : ferror(f) ? -EIO : 0;
}
