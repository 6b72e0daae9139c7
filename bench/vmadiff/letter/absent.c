// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a letter names because it is not there: each metric that was unavailable,
 * each scenario that one column has and another one skipped, and each that was counted
 * and not timed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"

/* Reasons that are named, and bytes of one. */
#define NAMED_MAX 16
#define REASON_MAX 400

/* One reason. */
struct absent {
	const struct record_note *skip; /* the first that has it */
	const struct record *rec;	/* whose it is */
	size_t scenarios;		/* how many of that record have it */
	char *columns;			/* names */
	size_t last;			/* of the columns */
};

/* Has any other column numbers of a scenario that this one skipped? */
static bool others_have(const struct comparison *cmp, size_t col,
			const char *scenario)
{
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->scenario, scenario) || line->rows[col])
			continue;
		for (size_t c = 0; c < cmp->nr_cols; c++)
			if (line->rows[c])
				return true;
	}
	return false;
}

/* Was a scenario counted, of those that a letter shows? */
static bool is_counted(const struct comparison *counts, const char *scenario)
{
	for (size_t i = 0; i < counts->nr_lines; i++)
		if (!strcmp(counts->lines[i].key->scenario, scenario) &&
		    line_is_drawn(counts, &counts->lines[i]))
			return true;
	return false;
}

static bool is_notable(const struct comparison *cmp, size_t col,
		       const struct comparison *counts,
		       const struct record_note *skip)
{
	return note_metric(skip) || others_have(cmp, col, skip->scenario) ||
	       (counts && is_counted(counts, skip->scenario));
}

static struct absent *find_reason(struct absent *list, size_t nr,
				  const char *reason)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(list[i].skip->reason, reason))
			return &list[i];
	return NULL;
}

static void add_column(struct absent *a, const struct comparison *cmp, size_t col)
{
	if (a->columns && a->last == col)
		return;
	join_text(&a->columns, ", ", "%s", cmp->cols[col].name);
	a->last = col;
}

static struct absent *add_skips(struct absent *list, size_t *nr,
				const struct comparison *cmp, size_t col,
				const struct comparison *counts,
				const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_skips; i++) {
		const struct record_note *skip = &rec->skips[i];
		struct absent *a;

		if (!is_notable(cmp, col, counts, skip))
			continue;
		a = find_reason(list, *nr, skip->reason);
		if (!a) {
			list = xgrow(list, *nr, sizeof(*list));
			a = &list[(*nr)++];
			*a = (struct absent){ .skip = skip, .rec = rec };
		}
		a->scenarios += a->rec == rec;
		add_column(a, cmp, col);
	}
	return list;
}

/* "maple_stores unavailable in base: why", "a and 2 more skipped in new: why" */
static char *absent_text(const struct absent *a)
{
	const char *reason = a->skip->reason;
	size_t len = note_metric(a->skip);
	char *what, *text;

	if (len) {
		what = xasprintf("%.*s unavailable", (int)len, reason);
		reason += len + strlen(" unavailable: ");
	} else if (a->scenarios > 1) {
		what = xasprintf("%s and %zu more skipped", a->skip->scenario,
				 a->scenarios - 1);
	} else {
		what = xasprintf("%s skipped", a->skip->scenario);
	}
	text = xasprintf("%s in %s: %.*s%s", what, a->columns,
			 CUT(reason, REASON_MAX),
			 text_width(reason, strlen(reason)) > REASON_MAX ? "..."
									 : "");
	free(what);
	return text;
}

/* "a, b and c unavailable in old: not counted when it was measured", or NULL */
static char *lacking(const struct comparison *cmp, size_t c)
{
	char *names = lacking_text(cmp, c);
	char *text =
		names ? xasprintf("%s unavailable in %s: not counted when it was measured",
				  names, cmp->cols[c].name)
		      : NULL;

	free(names);
	return text;
}

/**
 * count_one_sided() - rows that have no number on a side
 * @cmp: comparison, built
 *
 * Those of metrics that a column lacks are not among them.
 */
size_t count_one_sided(const struct comparison *cmp)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += line_tally(&cmp->lines[i]) == TALLY_MISSING &&
		     !is_of_one_side(cmp, &cmp->lines[i]);
	return n;
}

/**
 * absent_texts() - what is not there, and why, a text for each reason
 * @cmp: comparison, built; one column will do
 * @counts: what was counted beside it, of which all is to be there; or NULL
 * @nr: filled: how many
 *
 * Return: the texts, raw; they and the array are to be given to free().
 */
char **absent_texts(const struct comparison *cmp,
		    const struct comparison *counts, size_t *nr)
{
	struct absent *list = NULL;
	size_t reasons = 0;
	char **texts;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			list = add_skips(list, &reasons, cmp, c, counts,
					 cmp->cols[c].recs[r]);
	texts = xcalloc(reasons + cmp->nr_cols + 1, sizeof(*texts));
	*nr = 0;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		texts[*nr] = lacking(cmp, c);
		*nr += texts[*nr] != NULL;
	}
	for (size_t i = 0; i < reasons; i++) {
		if (*nr < NAMED_MAX)
			texts[(*nr)++] = absent_text(&list[i]);
		else if (*nr == NAMED_MAX)
			texts[(*nr)++] = xasprintf("and %zu more, see the report",
						   reasons - NAMED_MAX);
		free(list[i].columns);
	}
	free(list);
	return texts;
}
