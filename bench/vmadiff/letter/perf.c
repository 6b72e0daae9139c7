// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one patch does, as the paragraph that its message has: numbers with the kernels
 * and what they were measured on. It begins with no word and colon, which git would
 * take for a trailer.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/answer.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Operations that are named with their change, and scenarios of a kind. */
#define OPS_NAMED 2
#define NAMES 2

static bool is_gain(const struct line *line)
{
	return line_tally(line) == TALLY_BETTER;
}

/* "a mmap -6.1%, b mmap -49.9% and 3 more" of what got better besides the headline. */
static char *gains_text(const struct comparison *cmp, const struct letter_ops *ops)
{
	const struct line *headline = headline_line(cmp);
	size_t nr = 0;
	char *text = NULL;

	for (size_t i = 0; i < ops->nr; i++) {
		const struct line *line = ops->list[i];
		char *range;

		if (line == headline || !is_gain(line) || nr++ >= OPS_NAMED)
			continue;
		range = story_range(line);
		join_text(&text, ", ", "%s %s %s", line->key->scenario,
			  line->key->op, range);
		free(range);
	}
	if (nr > OPS_NAMED)
		join_text(&text, " ", "and %zu more", nr - OPS_NAMED);
	return text;
}

/* Does no row differ, nor any quantile, as far as that can be told? */
static bool changes_nothing(const struct comparison *cmp)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];

	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (!line_is_equal(&cmp->lines[i]) &&
		    line_tally(&cmp->lines[i]) != TALLY_EQUIVALENT)
			return false;
	for (size_t i = 0; i < tails->nr; i++)
		if (tails->list[i].verdict == REGRESSED ||
		    tails->list[i].verdict == IMPROVED)
			return false;
	return true;
}

static char *nothing_text(const struct comparison *cmp)
{
	bool timed = is_timed(cmp->cols[0].recs[0]);
	const char *twin = code_twin(cmp, 1);
	char *text =
		xasprintf("It changes nothing that was measured: all %zu rows are %s in %s and %s",
			  cmp->nr_lines,
			  timed ? name_of_small(cmp) : "equal to the digit",
			  cmp->cols[0].name, story_last_name(cmp));

	if (twin)
		join_text(&text, ", ", "which have the same code");
	join_text(&text, "", ".");
	return text;
}

/* The result; which stage is held against which is clear where a patch speaks. */
static char *result_of_patch(const struct comparison *cmp)
{
	const struct line *line = headline_line(cmp);
	char *whole, *text;
	char *names = xasprintf("%s against %s: ", story_last_name(cmp),
				cmp->cols[0].name);
	size_t len = strlen(names);

	/* What it leaves alone is not what a patch is about. */
	if (line && line_is_equal(line)) {
		free(names);
		return NULL;
	}
	whole = story_result_brief(cmp);
	text = xasprintf("%s", whole + (strncmp(whole, names, len) ? 0 : len));
	if (*text >= 'a' && *text <= 'z' && !headline_line(cmp))
		*text = (char)(*text - 'a' + 'A');
	free(names);
	free(whole);
	return text;
}

/* What got better and worse, in sentences. */
static char *changes_text(const struct comparison *cmp)
{
	struct letter_ops ops = collect_letter_ops(cmp);
	const struct comparison *times = times_beside(cmp);
	const struct line *line = headline_line(cmp);
	char *text = result_of_patch(cmp), *more;

	if (text && (more = story_time_brief(cmp, false))) {
		text[strlen(text) - 1] = '\0';
		join_text(&text, "; ", "%s", more);
		free(more);
	}
	if ((more = gains_text(cmp, &ops))) {
		join_text(&text, " ", "%s: %s.",
			  line && is_gain(line) ? "Better, too" : "Better", more);
		free(more);
	}
	more = worse_clauses(cmp, NAMES, NAMES);
	join_text(&text, " ",
		  more ? "What got worse: %s."
		       : "Nothing that was measured and can be told got worse.",
		  more);
	free(more);
	if (times && (more = worse_clauses(times, NAMES, NAMES))) {
		join_text(&text, " ", "Timed: %s.", more);
		free(more);
	}
	if (ops.equal)
		join_text(&text, " ", "%zu of %zu operations are %s.",
			  ops.equal, ops.all,
			  is_timed(cmp->cols[0].recs[0]) ? name_of_small(cmp)
							 : "equal to the digit");
	if (ops.untold)
		join_text(&text, " ", "%zu cannot be told.", ops.untold);
	free(ops.list);
	return text;
}

static char *measured_text(const struct comparison *cmp)
{
	const char *revision =
		header_text(cmp->cols[1].recs[0], "suite", "revision");
	char *where = machine_text(cmp), *more;
	char *text = xasprintf("By vmabench%s%.*s, %s", revision ? " " : "",
			       CUT(revision ? revision : "", 40), where);

	free(where);
	join_text(&text, ", ", "%s against", kernel_id(cmp->cols[1].recs[0]));
	join_text(&text, " ", "%s", kernel_id(cmp->cols[0].recs[0]));
	if (times_beside(cmp)) {
		more = machine_text(cmp->times);
		join_text(&text, "; ", "%s", more);
		free(more);
	}
	more = plain_words(text);
	free(text);
	return more;
}

/**
 * faults_of_pair() - what failed in either of two columns, counted or timed
 * @cmp: comparison of two columns, built
 *
 * Return: words of a mail, to be given to free(); NULL where nothing did.
 */
char *faults_of_pair(const struct comparison *cmp)
{
	const struct brevity b = { .named = NAMES };
	char *text = faults_text(cmp, &b, true), *timed, *plain;

	timed = cmp->times ? faults_text(cmp->times, &b, true) : NULL;
	if (timed)
		join_text(&text, "; ", "native tier: %s", timed);
	plain = text ? plain_words(text) : NULL;
	free(timed);
	free(text);
	return plain;
}

/**
 * perf_paragraph() - what the last column does to the first, for its message
 * @cmp: comparison of two columns, built
 *
 * Return: a paragraph in one line, to be given to free().
 */
char *perf_paragraph(const struct comparison *cmp)
{
	char *what = cmp->nr_differ ? story_result(cmp)
		     : changes_nothing(cmp) && (!times_beside(cmp) ||
						changes_nothing(cmp->times))
			     ? nothing_text(cmp)
			     : changes_text(cmp);
	char *where = measured_text(cmp), *failed = faults_of_pair(cmp);
	char *text = xasprintf("%s%s%s%s %s.", what, failed ? " Failed: " : "",
			       failed ? failed : "", failed ? "." : "", where);

	free(failed);
	free(where);
	free(what);
	return text;
}

/* What did not build or boot, or cannot be read, before this column, or after the last. */
static void print_failed(const struct comparison *cmp, size_t place, FILE *f)
{
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		const struct refused *no = &cmp->refused[i];
		char *why;

		if (no->place != place)
			continue;
		why = plain_words(no->reason);
		letter_item(xasprintf("%s: %s: %s", no->name,
				      no->stage_failed ? "not measured"
						       : "a record is refused",
				      why),
			    f);
		fputc('\n', f);
		free(why);
	}
}

/**
 * print_patches() - a paragraph for each stage, of what it does to the one before it
 * @cmp: comparison, built; all of it
 * @f: where to
 */
void print_patches(const struct comparison *cmp, FILE *f)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		struct comparison *pair = pick_pair(cmp, c - 1, c);
		char *subject = stage_subject(cmp, c), *text;

		print_failed(cmp, c, f);
		text = xasprintf("%s%s%s%s", cmp->cols[c].name,
				 subject ? " (\"" : "", subject ? subject : "",
				 subject ? "\")" : "");
		letter_item(plain_words(text), f);
		free(text);
		text = perf_paragraph(pair);
		print_wrapped(f, LETTER_WIDTH, 0, text);
		if (c + 1 < cmp->nr_cols)
			fputc('\n', f);
		free(text);
		free(subject);
		free_pair(pair);
	}
	print_failed(cmp, cmp->nr_cols, f);
}
