// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what cannot be told. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "export/export.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

/* "9 of 18 times are INCONCLUSIVE (a, b and 3 more)", and why, if it is the plan's fault */
static char *doubtful_times(const struct comparison *times,
			    enum verdict verdict, const struct brevity *b)
{
	const char *why = NULL;
	struct mentions names = { 0 };
	size_t nr = 0, all = 0;
	char *reason, *text;

	for (size_t i = 0; i < times->nr_lines; i++) {
		const struct line *line = &times->lines[i];

		if (line->key->metric_id != METRIC_LATENCY || isnan(line->diff))
			continue;
		all++;
		if (line->verdict != verdict)
			continue;
		add_mention(&names, line->key->scenario);
		if (!nr++ && verdict == INCONCLUSIVE)
			why = line_reason(times, line);
	}
	text = counted_text(nr, &names, b, 0,
			    fmt_text("of %s is %s", fmt_count(all, "time"),
				     verdict_name(verdict)),
			    fmt_text("of %s are %s", fmt_count(all, "time"),
				     verdict_name(verdict)));
	if (why) {
		reason = short_reason(why, b, 40);
		join_text(&text, "", "%s", reason);
		free(reason);
	}
	return text;
}

/* Operations that were counted, and have no time on either side or on one. */
static char *untimed_operations(const struct comparison *cmp,
				const struct brevity *b)
{
	const struct comparison *times = cmp->times;
	struct mentions names = { 0 };

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i], *ns;

		if (line->key->metric_id != METRIC_INSNS ||
		    !line_is_drawn(cmp, line) || isnan(line->diff))
			continue;
		ns = find_line(times, line->key->scenario, line->key->op,
			       METRIC_LATENCY);
		if (!ns || isnan(ns->diff))
			add_mention(&names, line->key->scenario);
	}
	return counted_text(names.nr, &names, b, 0,
			    "scenario was counted and not timed",
			    "scenarios were counted and not timed");
}

/* Layouts, or boots, that no row could use. */
static size_t count_unused(const struct comparison *times)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < times->nr_lines; i++)
		if (times->lines[i].has_est && times->lines[i].est.unused < least)
			least = times->lines[i].est.unused;
	return least == SIZE_MAX ? 0 : least;
}

static bool lacks_row(const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_rows; i++)
		if (rec->rows[i].shared)
			return true;
	return false;
}

/* "4 layouts, and rows of 41 of 64 boots, are left out" */
static char *left_out(const struct comparison *cmp)
{
	const struct comparison *times = timed_part(cmp);
	size_t unused = count_unused(times), boots = 0, all = 0;
	char *text = NULL;

	for (size_t c = 0; c < times->nr_cols; c++) {
		all += times->cols[c].nr_recs;
		for (size_t r = 0; r < times->cols[c].nr_recs; r++)
			boots += lacks_row(times->cols[c].recs[r]);
	}
	if (unused)
		join_text(&text, "", "%s", fmt_count(unused, timed_as(cmp)));
	if (boots)
		join_text(&text, ", and ", "rows of %zu of %s", boots,
			  fmt_count(all, "boot"));
	if (text)
		join_text(&text, " ",
			  unused == 1 && !boots ? "is left out" : "are left out");
	return text;
}

/* Scenarios that a column skipped, and metrics that it does not have. */
static char *skipped(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions scenarios = { 0 }, missing = { 0 };
	char *text;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];

		for (size_t i = 0; i < rec->nr_skips; i++) {
			size_t len = note_metric(&rec->skips[i]);

			if (!len)
				add_mention(&scenarios, rec->skips[i].scenario);
			else
				add_mention(&missing,
					    fmt_text("%.*s in %s", (int)len,
						     rec->skips[i].reason,
						     cmp->cols[c].name));
		}
	}
	text = counted_text(scenarios.nr, &scenarios, b, 0,
			    "scenario was skipped", "scenarios were skipped");
	add_part(&text, counted_text(missing.nr, &missing, b, 1,
				     "metric was unavailable",
				     "metrics were unavailable"));
	return text;
}

/* Is nothing told of a row that is no time, and said elsewhere? */
static bool is_untold(const struct comparison *cmp, const struct line *line)
{
	(void)cmp;
	return (line->verdict == INCONCLUSIVE || line->verdict == UNSTABLE) &&
	       line->key->metric_id != METRIC_LATENCY;
}

/* Metrics that are not there at all are named instead. */
static bool is_one_sided(const struct comparison *cmp, const struct line *line)
{
	return line_tally(line) == TALLY_MISSING && !is_of_one_side(cmp, line);
}

/* "3 of 34 rows have no number on a side (a, b)" */
static char *rows_of(const struct comparison *cmp,
		     bool (*are)(const struct comparison *cmp,
				 const struct line *line),
		     const char *one, const char *many, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (!are(cmp, &cmp->lines[i]))
			continue;
		add_mention(&names, cmp->lines[i].key->scenario);
		nr++;
	}
	return counted_text(nr, &names, b, 0,
			    fmt_text("of %s %s",
				     fmt_count(cmp->nr_lines, "row"), one),
			    fmt_text("of %s %s",
				     fmt_count(cmp->nr_lines, "row"), many));
}

/* Rows that most layouts of the tree contradict, and what they say instead. */
static char *contradicted(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		char *reason;

		/* What is worse at most layouts is said with what got worse. */
		if (line->verdict != LAYOUT_DEPENDENT ||
		    line_tally(line) == TALLY_WORSE)
			continue;
		reason = tree_reason(cmp, line);
		add_mention(&names,
			    fmt_text("%s %s %s", operation_text(line),
				     metric_head(line->key->metric), reason));
		free(reason);
		nr++;
	}
	return counted_text(nr, &names, b, 2,
			    fmt_text("row is %s", verdict_name(LAYOUT_DEPENDENT)),
			    fmt_text("rows are %s",
				     verdict_name(LAYOUT_DEPENDENT)));
}

/* "not counted in old: a, b and c", named where there is room. */
static char *uncounted(const struct comparison *cmp, const struct brevity *b)
{
	char *text = NULL;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		char *names = lacking_text(cmp, c);

		if (names)
			join_text(&text, "; ", "not counted in %s: %s",
				  cmp->cols[c].name,
				  b->named ? names : "some metrics");
		free(names);
	}
	return text;
}

/* Why nothing was timed, or not all of it. */
static char *untimed(const struct comparison *cmp, const struct brevity *b)
{
	char *reason, *text;

	if (!cmp->untimed)
		return NULL;
	reason = short_reason(cmp->untimed, b, 40);
	text = xasprintf("%s%s",
			 cmp->times ? "times are incomplete"
				    : "time was not measured",
			 reason);
	free(reason);
	return text;
}

/**
 * unknown_text() - what cannot be told
 * @cmp: comparison, built
 * @b: how much of it
 */
char *unknown_text(const struct comparison *cmp, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	char *text = NULL;

	if (cmp->nr_differ)
		return xasprintf("what got better or worse");
	add_part(&text, untimed(cmp, b));
	if (times) {
		add_part(&text, doubtful_times(times, INCONCLUSIVE, b));
		add_part(&text, doubtful_times(times, UNSTABLE, b));
	}
	if (times && times != cmp)
		add_part(&text, untimed_operations(cmp, b));
	add_part(&text, skipped(cmp->whole, b));
	add_part(&text, uncounted(cmp, b));
	add_part(&text, rows_of(cmp, is_one_sided, "has no number on a side",
				"have no number on a side", b));
	if (times) {
		add_part(&text, rows_of(times, is_untold,
					"of another metric cannot be told",
					"of other metrics cannot be told", b));
		add_part(&text, left_out(cmp));
	}
	add_part(&text, verdict_rows(cmp, SEED_DEPENDENT, b));
	add_part(&text, contradicted(cmp, b));
	if (cmp->times && !times)
		add_part(&text, xasprintf("how times changed"));
	if (!text)
		text = xasprintf("nothing, every row has a verdict");
	if (!times && !cmp->times && !cmp->untimed)
		join_text(&text, "; ", "no time was measured");
	return text;
}
