// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what failed, and what cannot be told. */
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

/* "a: BUILD-FAILED why; b: BOOT-FAILED why" */
static char *reasons_text(const struct comparison *cmp, const struct brevity *b)
{
	char *text = NULL;

	for (size_t i = 0; i < cmp->nr_refused; i++) {
		char *reason;

		if (!cmp->refused[i].stage_failed)
			continue;
		reason = short_reason(cmp->refused[i].reason, b, 40);
		join_text(&text, "; ", "%s%s", cmp->refused[i].name, reason);
		free(reason);
	}
	return text;
}

/* "2 of 9 stages: a: BUILD-FAILED ...; b: ...", or "5 of 9 stages (a, b, ...), of which" */
static char *stages_failed(const struct comparison *cmp, const struct brevity *b)
{
	const struct refused *first = NULL;
	struct mentions names = { 0 };
	char *named, *reasons, *text = NULL;
	size_t nr = 0;
	bool each;

	for (size_t i = 0; i < cmp->nr_refused; i++) {
		if (!cmp->refused[i].stage_failed)
			continue;
		first = first ? first : &cmp->refused[i];
		add_mention(&names, cmp->refused[i].name);
		nr++;
	}
	each = nr == 1 || (nr <= b->named && b->reason);
	named = mentions_text(&names, b, 2);
	reasons = each ? reasons_text(cmp, b)
		  : nr ? short_reason(first->reason, b, 40)
		       : NULL;
	if (nr == 1)
		text = xasprintf("%s", reasons);
	else if (each && nr)
		text = xasprintf("%zu of %zu stages: %s", nr, cmp->nr_cols + nr,
				 reasons);
	else if (nr)
		text = xasprintf("%zu of %zu stages%s, of which %s%s", nr,
				 cmp->nr_cols + nr, named, first->name, reasons);
	free(reasons);
	free(named);
	return text;
}

/* Records that could not be read. */
static char *records_refused(const struct comparison *cmp,
			     const struct brevity *b)
{
	const struct refused *first = NULL;
	size_t nr = 0;
	char *reason, *text;

	for (size_t i = 0; i < cmp->nr_refused; i++) {
		if (cmp->refused[i].stage_failed)
			continue;
		first = first ? first : &cmp->refused[i];
		nr++;
	}
	if (!nr)
		return NULL;
	reason = short_reason(first->reason, b, 40);
	text = xasprintf("%s refused, of %s%s",
			 count_text(nr, "record is", "records are"),
			 first->name, reason);
	free(reason);
	return text;
}

/* Which notes of a record are a fault, and what is said of scenarios that have one. */
struct fault {
	enum note_kind kind;
	const char *one;
	const char *many;
};

/* clang-format off */
static const struct fault faults[] = {
	{ NOTE_FAILURE, "scenario failed", "scenarios failed" },
	{ NOTE_UNDECLARED, "scenario has a shape that it does not declare",
	  "scenarios have a shape that they do not declare" },
	{ NOTE_FINDING, "scenario shows that something is wrong with the kernel",
	  "scenarios show that something is wrong with the kernel" },
};
/* clang-format on */

/* Scenarios and the first reason of a kind of fault; notes are by column. */
struct faulty {
	struct mentions scenarios;
	const char *reason;
	const char *column;
	bool in_others;
};

static struct faulty find_faulty(const struct comparison *cmp, enum note_kind kind)
{
	struct faulty found = { 0 };
	size_t nr;
	struct export_note *notes = collect_export_notes(cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		if (notes[i].kind != kind)
			continue;
		if (!found.reason) {
			found.reason = notes[i].text;
			found.column = notes[i].column;
		}
		found.in_others |= strcmp(found.column, notes[i].column) != 0;
		add_mention(&found.scenarios, notes[i].scenario);
	}
	free(notes);
	return found;
}

/* "in noretry 2 scenarios failed (a, b): reason of the first", or NULL. */
static char *notes_text(const struct comparison *cmp, const struct fault *fault,
			const struct brevity *b)
{
	const struct brevity why = { .reason = b->fault };
	struct faulty found = find_faulty(cmp, fault->kind);
	size_t nr = found.scenarios.nr;
	char *named = mentions_text(&found.scenarios, b, 2), *reason, *text;

	reason = nr ? short_reason(found.reason, &why, 0) : NULL;
	text = nr ? xasprintf("%s%s%s%s%s%s", found.in_others ? "" : "in ",
			      found.in_others ? "" : found.column,
			      found.in_others ? "" : " ",
			      count_text(nr, fault->one, fault->many), named,
			      reason)
		  : NULL;
	free(reason);
	free(named);
	return text;
}

/* Rows with a verdict, in any column. */
static char *verdict_rows(const struct comparison *cmp, enum verdict verdict,
			  const struct brevity *b)
{
	struct mentions names = { 0 };
	char *named, *text;
	size_t nr = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			if (cmp->against[c][i].verdict != verdict)
				continue;
			add_mention(&names, cmp->against[c][i].key->scenario);
			nr++;
		}
	}
	named = mentions_text(&names, b, 0);
	text = nr ? xasprintf("%s %s%s", count_text(nr, "row is", "rows are"),
			      verdict_name(verdict), named)
		  : NULL;
	free(named);
	return text;
}

/* "a and b have the same code, and 2 rows differ; 3 more kernels contradict theirs" */
static char *contradicting(const struct comparison *cmp)
{
	char *text = NULL;
	size_t more = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		size_t nr;

		free(contradictions(cmp, c, &nr));
		if (!nr)
			continue;
		if (text)
			more++;
		else
			text = xasprintf("%s and %s have the same code, and %s",
					 cmp->cols[c - 1].name, cmp->cols[c].name,
					 count_text(nr, "row differs",
						    "rows differ"));
	}
	if (more)
		join_text(&text, ", ",
			  "as do rows of %s with the code of the one before",
			  count_text(more, "more kernel", "more kernels"));
	return text;
}

static char *not_comparable(const struct comparison *cmp, const struct brevity *b)
{
	char *reason, *text;

	if (!cmp->nr_differ)
		return NULL;
	reason = short_reason(cmp->differ[0], b, 40);
	text = xasprintf("%s and %s are NOT-COMPARABLE, %s that had to match %s%s",
			 cmp->cols[0].name, story_last_name(cmp),
			 fmt_count(cmp->nr_differ, "key"),
			 cmp->nr_differ == 1 ? "does not" : "do not", reason);
	free(reason);
	return text;
}

/* Does the last kernel show something that is wrong, and that the first does not? */
static bool has_more_findings(const struct comparison *cmp)
{
	size_t nr;
	struct export_note *notes = collect_export_notes(cmp, &nr);
	const char *last = story_last_name(cmp);
	bool more = false;

	for (size_t i = 0; i < nr; i++) {
		bool known = false;

		if (notes[i].kind != NOTE_FINDING ||
		    strcmp(notes[i].column, last))
			continue;
		for (size_t k = 0; k < nr; k++)
			known |= notes[k].kind == NOTE_FINDING &&
				 strcmp(notes[k].column, last) &&
				 !strcmp(notes[k].scenario, notes[i].scenario);
		more |= !known;
	}
	free(notes);
	return more;
}

/**
 * faults_text() - what failed of kernels that have records
 * @cmp: comparison, built; its own columns, whatever it was picked from
 * @b: how much of it
 * @of_patch: what is wrong with the first kernel, too, is no fault
 */
char *faults_text(const struct comparison *cmp, const struct brevity *b,
		  bool of_patch)
{
	char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (!of_patch || faults[i].kind != NOTE_FINDING ||
		    has_more_findings(cmp))
			add_part(&text, notes_text(cmp, &faults[i], b));
	add_part(&text, contradicting(cmp));
	/* Where nothing is comparable, that is said already. */
	if (!cmp->nr_differ)
		add_part(&text, verdict_rows(cmp, NOT_COMPARABLE, b));
	add_part(&text, verdict_rows(cmp, NONDETERMINISTIC, b));
	return text;
}

/* What makes of the exit status what it is. */
static char *failures_of(const struct comparison *cmp, const struct brevity *b)
{
	char *text = NULL;

	add_part(&text, not_comparable(cmp, b));
	add_part(&text, stages_failed(cmp, b));
	add_part(&text, records_refused(cmp, b));
	add_part(&text, faults_text(cmp, b, false));
	return text;
}

/* The same of what was measured besides, under a name, which it frees. */
static void add_failures_of(char **text, char *name,
			    const struct comparison *cmp, const struct brevity *b)
{
	char *part = failures_of(cmp, b);

	if (part)
		add_part(text, xasprintf("%s: %s", name, part));
	free(part);
	free(name);
}

/**
 * failed_text() - what failed, named: it comes first
 * @cmp: comparison, built
 * @b: how much of it
 */
char *failed_text(const struct comparison *cmp, const struct brevity *b)
{
	char *text = failures_of(cmp->whole, b);

	for (size_t s = 0; s < cmp->nr_seeds; s++)
		add_failures_of(&text,
				xasprintf("seed %lld",
					  comparison_seed(cmp->seeds[s])),
				cmp->seeds[s], b);
	if (cmp->times)
		add_failures_of(&text, xasprintf("native tier"), cmp->times, b);
	return text;
}

/* "9 of 18 times are INCONCLUSIVE (a, b and 3 more)", and why, if it is the plan's fault */
static char *doubtful_times(const struct comparison *times,
			    enum verdict verdict, const struct brevity *b)
{
	const char *why = NULL;
	struct mentions names = { 0 };
	size_t nr = 0, all = 0;
	char *named, *reason, *text;

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
	reason = why ? short_reason(why, b, 40) : xasprintf("%s", "");
	named = mentions_text(&names, b, 0);
	text = nr ? xasprintf("%zu of %s %s %s%s%s", nr, fmt_count(all, "time"),
			      nr == 1 ? "is" : "are", verdict_name(verdict),
			      named, reason)
		  : NULL;
	free(reason);
	free(named);
	return text;
}

/* Operations that were counted, and have no time on either side or on one. */
static char *untimed_operations(const struct comparison *cmp,
				const struct brevity *b)
{
	const struct comparison *times = cmp->times;
	struct mentions names = { 0 };
	char *named, *text;
	size_t nr;

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
	nr = names.nr;
	named = mentions_text(&names, b, 0);
	text = nr ? xasprintf("%s counted and not timed%s",
			      count_text(nr, "scenario was", "scenarios were"),
			      named)
		  : NULL;
	free(named);
	return text;
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
static char *left_out(const struct comparison *times)
{
	size_t unused = count_unused(times), boots = 0, all = 0;
	char *text = NULL;

	for (size_t c = 0; c < times->nr_cols; c++) {
		all += times->cols[c].nr_recs;
		for (size_t r = 0; r < times->cols[c].nr_recs; r++)
			boots += lacks_row(times->cols[c].recs[r]);
	}
	if (unused)
		join_text(&text, "", "%s", fmt_count(unused, counted_as(times)));
	if (boots)
		join_text(&text, ", and ", "rows of %zu of %s", boots,
			  fmt_count(all, "boot"));
	if (text)
		join_text(&text, " ",
			  unused == 1 && !boots ? "is left out" : "are left out");
	return text;
}

/* "2 metrics were unavailable (a, b)" */
static char *unavailable(struct mentions *names, const struct brevity *b)
{
	size_t nr = names->nr;
	char *named = mentions_text(names, b, 1), *text;

	text = nr ? xasprintf("%s unavailable%s",
			      count_text(nr, "metric was", "metrics were"), named)
		  : NULL;
	free(named);
	return text;
}

/* Scenarios that a column skipped, and metrics that it does not have. */
static char *skipped(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions scenarios = { 0 }, missing = { 0 };
	char *named, *text;
	size_t nr;

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
	nr = scenarios.nr;
	named = mentions_text(&scenarios, b, 0);
	text = nr ? xasprintf("%s skipped%s",
			      count_text(nr, "scenario was", "scenarios were"),
			      named)
		  : NULL;
	free(named);
	add_part(&text, unavailable(&missing, b));
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
	char *named, *text;
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (!are(cmp, &cmp->lines[i]))
			continue;
		add_mention(&names, cmp->lines[i].key->scenario);
		nr++;
	}
	named = mentions_text(&names, b, 0);
	text = nr ? xasprintf("%zu of %s %s%s", nr,
			      fmt_count(cmp->nr_lines, "row"),
			      nr == 1 ? one : many, named)
		  : NULL;
	free(named);
	return text;
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
		add_part(&text, left_out(times));
	}
	add_part(&text, verdict_rows(cmp, SEED_DEPENDENT, b));
	if (cmp->times && !times)
		add_part(&text, xasprintf("how times changed"));
	if (!text)
		text = xasprintf("nothing, every row has a verdict");
	if (!times && !cmp->times && !cmp->untimed)
		join_text(&text, "; ", "no time was measured");
	return text;
}
