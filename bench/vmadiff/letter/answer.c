// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The answer: what "make series" ends with, on one screen. Sentences that are computed
 * of the comparison: what failed, the gain, the cost, what no longer merges, what is
 * equal, what cannot be told. Where they would not fit, they name less and count more.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

/* Of the 24 of a terminal, what series.sh, make and the shell leave. */
#define ANSWER_LINES 15
/* Where sentences begin. */
#define INDENT 9
/* Of a sentence, where it fits in no other way. */
#define LINES_MAX 2

static const struct brevity brevities[] = {
	{ .named = 6, .reason = 200, .fault = 200 },
	{ .named = 3, .reason = 120, .fault = 120 },
	{ .named = 2, .reason = 80, .fault = 80 },
	{ .named = 1, .reason = 50, .fault = 50 },
	{ .named = 0, .reason = 30, .fault = 30 },
	{ .named = 0, .reason = 30, .fault = 30, .terse = 1 },
	{ .named = 0, .reason = 30, .fault = 30, .terse = 2 },
	{ .terse = 2, .cut = true },
};

/* clang-format off */
static const struct {
	const char *head;
	char *(*text)(const struct comparison *cmp, const struct brevity *b);
} sentences[] = {
	{ "Failed:",  failed_text },
	{ "Gain:",    gain_text },
	{ "Cost:",    cost_text },
	{ "Merging:", merging_text },
	{ "Patches:", patches_text },
	{ "Equal:",   equal_text },
	{ "Unknown:", unknown_text },
};
/* clang-format on */

/* Where times are: beside what was counted, or in it; NULL where there are none. */
const struct comparison *timed_part(const struct comparison *cmp)
{
	return is_timed(cmp->cols[0].recs[0]) ? cmp : times_beside(cmp);
}

/* "layout", or "code layout" where there are some of the tree, too. */
const char *timed_as(const struct comparison *cmp)
{
	const struct comparison *times = timed_part(cmp);

	return draws_layouts(times) && has_trees(cmp) ? "code layout"
						      : counted_as(times);
}

/* "32 layouts a side" */
static char *layouts_text(const struct comparison *cmp)
{
	const struct comparison *times = timed_part(cmp);
	size_t base = times->cols[0].nr_boots;
	size_t last = times->cols[times->nr_cols - 1].nr_boots;

	if (base != last)
		return xasprintf("%zu and %s", base,
				 fmt_count(last, timed_as(cmp)));
	return xasprintf("%s%s", fmt_count(base, timed_as(cmp)),
			 has_trees(cmp) ? "" : " a side");
}

/* What is compared, and how it was measured. */
static char *title_text(const struct comparison *cmp)
{
	const struct comparison *whole = cmp->whole, *times = timed_part(cmp);
	size_t nr = whole->nr_cols;
	char *layouts = times ? layouts_text(cmp) : NULL;
	char *seeds = seeds_text(cmp, true), *text;

	for (size_t i = 0; i < whole->nr_refused; i++)
		nr += whole->refused[i].stage_failed;
	text = xasprintf("%s against %s%s: ", story_last_name(cmp),
			 cmp->cols[0].name,
			 nr > 2 ? fmt_text(", of %zu stages", nr) : "");
	if (times != cmp)
		join_text(&text, "", "counted in QEMU%s%s%s%s",
			  seeds ? " with seeds " : "", seeds ? seeds : "",
			  times ? ", timed natively (" : "",
			  times ? fmt_text("%s)", layouts) : "");
	else
		join_text(&text, "", "timed, %s tier, in %s",
			  tiers[cmp->cols[0].recs[0]->tier].name, layouts);
	free(layouts);
	free(seeds);
	return text;
}

/* What there is no room for becomes "...": text of one column a byte, mostly. */
static void cut_sentence(char *sentence, int width)
{
	size_t room = LINES_MAX * (size_t)(width - INDENT) * 9 / 10;
	size_t len = strlen(sentence);

	if (len <= room)
		return;
	for (len = room - 3; (sentence[len] & 0xc0) == 0x80; len--)
		;
	/* At the end of a word, unless it is a very long one. */
	for (size_t i = len; i > len / 2; i--)
		if (sentence[i] == ' ') {
			len = i;
			break;
		}
	strcpy(sentence + len, "...");
}

/* Was its end cut? */
static bool ends_open(const char *words)
{
	size_t len = strlen(words);

	return len > 3 && !strcmp(words + len - 3, "...");
}

/* A sentence under its head, as brief as that; nothing where there is none to say. */
static char *draft(const struct comparison *cmp, size_t i, int width,
		   const struct brevity *b)
{
	char *words = sentences[i].text(cmp, b), *sentence, *text;
	size_t size;
	FILE *f = open_text(&text, &size);

	if (words) {
		sentence = xasprintf("%s%s", words, ends_open(words) ? "" : ".");
		if (b->cut)
			cut_sentence(sentence, width);
		print_hanging(f, width, INDENT, sentences[i].head, sentence);
		free(sentence);
		free(words);
	}
	fclose(f);
	return text;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/*
 * Sentences in as few lines as there are. They get briefer in turn, the last one first,
 * so that none loses its names for the sake of another one's.
 */
static void fit(const struct comparison *cmp, int width, size_t lines,
		char *texts[])
{
	const size_t nr = ARRAY_SIZE(sentences);

	for (size_t i = 0; i < nr; i++)
		texts[i] = draft(cmp, i, width, &brevities[0]);
	for (size_t step = 0; step < nr * (ARRAY_SIZE(brevities) - 1); step++) {
		size_t i = nr - 1 - step % nr, sum = 0;

		for (size_t k = 0; k < nr; k++)
			sum += count_lines(texts[k]);
		if (sum <= lines)
			return;
		if (!*texts[i])
			continue;
		free(texts[i]);
		texts[i] = draft(cmp, i, width, &brevities[1 + step / nr]);
	}
}

/**
 * print_answer() - what a series does, costs, and leaves open, on one screen
 * @cmp: comparison of two columns or more, built
 * @out: text
 */
void print_answer(const struct comparison *cmp, const struct output *out)
{
	char *texts[ARRAY_SIZE(sentences)], *title = title_text(cmp->shown);
	char *first;
	size_t size;
	FILE *f = open_text(&first, &size);

	print_wrapped(f, out->width, 0, fmt_text("%s.", title));
	fclose(f);
	fit(cmp->shown, out->width,
	    ANSWER_LINES - MIN(ANSWER_LINES, count_lines(first)), texts);
	fputs(first, out->f);
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		fputs(texts[i], out->f);
		free(texts[i]);
	}
	free(first);
	free(title);
}
