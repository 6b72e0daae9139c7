// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: which of several stages it was. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"

/* "3 of 40 commits changed a row (s02_store_twice, s07_lose_a_merge, s08_drop)" */
static char *moved_commits(const struct comparison *whole,
			   const struct brevity *b)
{
	struct mentions names = { 0 };
	const char *what = fmt_text("of %s changed a row",
				    fmt_count(whole->nr_cols - 1, "commit"));
	size_t nr = 0;

	for (size_t c = 1; c < whole->nr_cols; c++) {
		if (!whole->moved[c].nr)
			continue;
		add_mention(&names, whole->cols[c].name);
		nr++;
	}
	return nr ? counted_text(nr, &names, b, 0, what, what)
		  : xasprintf("0 %s", what);
}

/* "5494.8 in deferred, 3161 from noretry on": where the headline has another value. */
static char *headline_by_stage(const struct comparison *cmp,
			       const struct brevity *b)
{
	const struct line *line = headline_line(cmp);
	const double *values = line ? line->values : NULL;
	struct mentions names = { 0 };
	char *named, *text = NULL;
	double last = NAN;
	size_t nr;

	if (!line || is_timed(cmp->cols[0].recs[0]))
		return NULL;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		/* A stage that has no number is named elsewhere. */
		if (isnan(values[c]) || values[c] == last)
			continue;
		last = values[c];
		add_mention(&names, fmt_text("%s %s", cmp->cols[c].name,
					     fmt_value(last)));
	}
	nr = names.nr;
	named = mentions_text(&names, b, 0);
	if (nr > 1 && *named)
		text = xasprintf("instructions of %s %s, by the first stage that has them%s",
				 line->key->scenario, line->key->op, named);
	free(named);
	return text;
}

/**
 * patches_text() - of more than two stages, which of them changed something
 * @cmp: comparison, built
 * @b: how much of it
 */
char *patches_text(const struct comparison *cmp, const struct brevity *b)
{
	char *text = NULL;

	if (cmp->nr_differ || cmp->whole->nr_cols < 3)
		return NULL;
	if (cmp->whole->moved)
		add_part(&text, moved_commits(cmp->whole, b));
	add_part(&text, headline_by_stage(cmp, b));
	return text;
}
