// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a short letter: which rows the table has not, and what is not known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "brief.h"
#include "letter/answer.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define REASON_MAX 120

static bool is_time(const struct line *line)
{
	return line->key->metric_id == METRIC_LATENCY;
}

static size_t count_tally(const struct comparison *cmp, enum tally tally)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += line_tally(&cmp->lines[i]) == tally;
	return n;
}

static void join_untold(char **text, const struct comparison *cmp)
{
	size_t unknown = count_tally(cmp, TALLY_UNKNOWN);

	if (unknown)
		join_text(text, "; ", "%zu of %zu rows cannot be told", unknown,
			  cmp->nr_lines);
}

/* The same of what was timed beside it; of so many times as the answer says. */
static void join_untold_times(char **text, const struct comparison *times)
{
	size_t unknown = count_tally(times, TALLY_UNKNOWN), of_times = 0, nr = 0;

	for (size_t i = 0; i < times->nr_lines; i++) {
		const struct line *line = &times->lines[i];

		if (!is_time(line) || isnan(line->diff))
			continue;
		nr++;
		of_times += line_tally(line) == TALLY_UNKNOWN;
	}
	if (of_times)
		join_text(text, "; ", "%zu of %s cannot be told", of_times,
			  fmt_count(nr, "time"));
	if (unknown > of_times)
		join_text(text, "; ",
			  "%s of other metrics that were timed cannot be told",
			  fmt_count(unknown - of_times, "row"));
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
		.terse = b->room->names ? 0 : 2,
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
		join_untold(&text, cmp);
		join_one_sided(&text, cmp, "rows");
	}
	if (times && !cmp->nr_differ) {
		/* Of the headline and the others it is said with them. */
		if (!b->times_told)
			join_untold_times(&text, times);
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
void print_rest(const struct brief *b)
{
	const struct letter_ops *ops = &b->ops;
	bool timed = is_timed(b->cmp->cols[0].recs[0]);
	size_t more = ops->nr - b->rows;
	char *text = NULL, *untold = untold_text(b), *note, *legend;

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
	legend = ops_legend(b->cmp, ops, b->rows, b->room->explains);
	join_text(&text, "", "%s", legend);
	free(legend);
	if (timed && (note = layouts_note(b->cmp))) {
		join_text(&text, ". ", "Note that %s",
			  b->room->explains ? note
					    : "one image is one layout of code");
		free(note);
	}
	say(b, xasprintf("%s.", text));
	free(text);
}
