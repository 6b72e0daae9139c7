// SPDX-License-Identifier: GPL-2.0-or-later
/* Warnings, and batches that something else has disturbed. */
#include <stdlib.h>

#include "base/base.h"
#include "tables/tables.h"

/* One cause: in how many batches, or that nobody knows. */
static void add_cause(char **known, char **unknown, const char *name, int64_t nr)
{
	if (nr < 0)
		join_text(unknown, ", ", "%s", name);
	else
		join_text(known, ", ", "%s %lld", name, (long long)nr);
}

/* NULL where the records say nothing about it. */
static char *disturbed_text(const struct record *const *recs, size_t nr_recs)
{
	struct record_disturbances sum = RECORD_UNDISTURBED;
	char *known = NULL, *unknown = NULL, *text;

	for (size_t r = 0; r < nr_recs; r++)
		record_add_disturbances(&sum, recs[r]);
	if (!sum.nr_batches)
		return NULL;
	add_cause(&known, &unknown, "other tasks", sum.by[CAUSE_SWITCH]);
	add_cause(&known, &unknown, "steal time", sum.by[CAUSE_STEAL]);
	add_cause(&known, &unknown, "throttling", sum.by[CAUSE_THROTTLE]);
	add_cause(&known, &unknown, "another frequency", sum.by[CAUSE_FREQUENCY]);
	/* Records of earlier versions, or of other tiers, do not have these. */
	if (sum.by[CAUSE_SHARED] >= 0)
		add_cause(&known, &unknown, "a core that was shared or slower",
			  sum.by[CAUSE_SHARED]);
	if (sum.by[CAUSE_HOST] >= 0)
		add_cause(&known, &unknown, "pages that the host had to find",
			  sum.by[CAUSE_HOST]);
	if (sum.by[CAUSE_QUOTA] >= 0)
		add_cause(&known, &unknown, "the cgroup's quota",
			  sum.by[CAUSE_QUOTA]);
	text = xasprintf("%lld of %lld batches were disturbed%s%s%s%s%s",
			 (long long)sum.disturbed, (long long)sum.nr_batches,
			 known ? " (" : "", known ? known : "", known ? ")" : "",
			 unknown ? "; not known: " : "", unknown ? unknown : "");
	free(known);
	free(unknown);
	return text;
}

static void print_named(const char *name, const char *text,
			const struct output *out)
{
	char *line = xasprintf("%s: %s", name, text);

	print_wrapped(out->f, out->width, 2, line);
	free(line);
}

/**
 * say_disturbed() - how many batches of each column were disturbed, and by what
 * @cmp: comparison
 * @out: text
 *
 * Records before minor 3 say nothing about it, and nothing is said of them.
 */
void say_disturbed(const struct comparison *cmp, const struct output *out)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		char *text =
			disturbed_text((const struct record *const *)col->recs,
				       col->nr_recs);

		if (text)
			print_named(col->name, text, out);
		free(text);
	}
}

/**
 * show_warnings() - what one record warns of
 * @rec: record
 * @out: text
 *
 * Prints nothing, no heading either, where there is nothing to say.
 */
void show_warnings(const struct record *rec, const struct output *out)
{
	char *text = disturbed_text(&rec, 1);

	if (rec->nr_warnings || text)
		print_section(out, "Warnings");
	for (size_t i = 0; i < rec->nr_warnings; i++)
		print_named(rec->warnings[i].name, rec->warnings[i].reason, out);
	if (text)
		print_wrapped(out->f, out->width, 2, text);
	free(text);
}
