// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what failed. */
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
	char *counted = counted_text(nr, &found.scenarios, b, 2, fault->one,
				     fault->many);
	char *reason, *text;

	if (!counted)
		return NULL;
	reason = short_reason(found.reason, &why, 0);
	text = found.in_others
		       ? xasprintf("%s%s", counted, reason)
		       : xasprintf("in %s %s%s", found.column, counted, reason);
	free(reason);
	free(counted);
	return text;
}

/* Rows with a verdict, in any column. */
char *verdict_rows(const struct comparison *cmp, enum verdict verdict,
		   const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			if (cmp->against[c][i].verdict != verdict)
				continue;
			add_mention(&names, cmp->against[c][i].key->scenario);
			nr++;
		}
	}
	return counted_text(nr, &names, b, 0,
			    fmt_text("row is %s", verdict_name(verdict)),
			    fmt_text("rows are %s", verdict_name(verdict)));
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
