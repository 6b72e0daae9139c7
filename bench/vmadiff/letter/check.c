// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A patch on standard input, and what it was measured to do, as b4 asks a command for
 * it. "b4 prep --check" takes each line for a warning, one with "ERROR:" for a failure,
 * and silence for a success; a "b4 review" check wants an array of JSON objects. The
 * patch is found among the stages by its subject.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "letter/answer.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define SUBJECT_MAX 1000
#define LINE_MAX_BYTES 4096
#define NAMES 3

struct finding {
	bool fails;
	char *text;
};

struct findings {
	struct finding *list;
	size_t nr;
};

static void add(struct findings *f, bool fails, char *text)
{
	if (text)
		*xappend(f->list, f->nr) = (struct finding){ fails, text };
}

/* In place: without line end, "[PATCH v2 1/3] " and blanks in front. */
static char *bare(char *subject)
{
	size_t len;

	for (;;) {
		subject += strspn(subject, " \t");
		if (*subject != '[' || !strchr(subject, ']'))
			break;
		subject = strchr(subject, ']') + 1;
	}
	len = strlen(subject);
	while (len && isspace((unsigned char)subject[len - 1]))
		subject[--len] = '\0';
	return subject;
}

/**
 * read_subject() - the subject of the mail that a stream begins with
 * @in: stream, which is read to its end
 *
 * Return: without what is in brackets before it, to be given to free(); NULL where
 * there is none.
 */
static char *read_subject(FILE *in)
{
	char line[LINE_MAX_BYTES], *raw = NULL, *subject;
	bool header = true, inside = false;

	while (fgets(line, sizeof(line), in)) {
		if (*line == '\n' || *line == '\r')
			header = false;
		if (!header)
			continue; /* whoever writes it waits for us */
		if (inside && isblank((unsigned char)*line)) {
			join_text(&raw, " ", "%.*s",
				  CUT(bare(line), SUBJECT_MAX));
			continue;
		}
		inside = !raw && !strncasecmp(line, "Subject:", 8);
		if (inside)
			join_text(&raw, "", "%.*s",
				  CUT(bare(line + 8), SUBJECT_MAX));
	}
	subject = raw ? xasprintf("%s", bare(raw)) : NULL;
	free(raw);
	return subject;
}

/* The column of a subject, 0 if there is none: the first is no patch of the series. */
static size_t find_subject(const struct comparison *cmp, const char *subject)
{
	size_t found = 0;

	for (size_t c = 1; c < cmp->nr_cols && !found; c++) {
		char *other = stage_subject(cmp, c);

		if (other && !strcmp(other, subject))
			found = c;
		free(other);
	}
	return found;
}

/* Does a series say that a stage ends with the patch of that subject? */
static bool ends_with(const struct comparison *cmp, const char *stage,
		      const char *subject)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_stages; i++)
		if (!strcmp(series->stages[i].stage, stage))
			return series->stages[i].patch &&
			       !strcmp(series->stages[i].patch, subject);
	return false;
}

/* Is a kernel of that subject among those that have no record that can be read? */
static const struct refused *find_failed(const struct comparison *cmp,
					 const char *subject)
{
	char *quoted = xasprintf("(\"%s\")", subject);
	const struct refused *found = NULL;

	for (size_t i = 0; i < cmp->nr_refused && !found; i++)
		if ((cmp->refused[i].stage_failed &&
		     strstr(cmp->refused[i].reason, quoted)) ||
		    ends_with(cmp, cmp->refused[i].name, subject))
			found = &cmp->refused[i];
	free(quoted);
	return found;
}

/* Does any operation cost more by what matters, or do less than before? */
static bool has_regressed(const struct comparison *cmp)
{
	enum metric_id cost = cost_metric(cmp->cols[0].recs[0]);

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->verdict == NOW_FAILS || result_changed(cmp, line) ||
		    (line->key->metric_id == METRIC_VMAS && worst_diff(line) > 0) ||
		    (line->key->metric_id == cost && is_dearer(line) &&
		     !(worst_ratio(line) < 1 + cmp->delta)))
			return true;
	}
	return false;
}

static void judge(const struct comparison *cmp, const char *how,
		  struct findings *f)
{
	char *worse = cmp->nr_differ ? NULL : worse_clauses(cmp, NAMES, NAMES);
	size_t unknown = 0;

	if (cmp->nr_differ) {
		add(f, false, story_result(cmp));
		return;
	}
	for (size_t i = 0; i < cmp->nr_lines; i++)
		unknown += line_tally(&cmp->lines[i]) == TALLY_UNKNOWN;
	if (worse)
		add(f, has_regressed(cmp),
		    xasprintf("%s against %s, %s: %s", story_last_name(cmp),
			      cmp->cols[0].name, how, worse));
	if (unknown)
		add(f, false,
		    xasprintf("%s against %s, %s: %zu of %zu rows cannot be told",
			      story_last_name(cmp), cmp->cols[0].name, how,
			      unknown, cmp->nr_lines));
	free(worse);
}

/* What failed in either kernel, whichever of them is to blame. */
static void add_faults(const struct comparison *cmp, struct findings *f)
{
	char *failed = faults_of_pair(cmp);

	if (failed)
		add(f, false,
		    xasprintf("%s against %s: %s", story_last_name(cmp),
			      cmp->cols[0].name, failed));
	free(failed);
}

static void judge_column(const struct comparison *cmp, size_t c,
			 struct findings *f, char **summary)
{
	struct comparison *pair = pick_pair(cmp, c - 1, c);

	judge(pair, is_timed(cmp->cols[0].recs[0]) ? "timed" : "counted", f);
	if (times_beside(pair))
		judge(pair->times, "timed", f);
	add_faults(pair, f);
	*summary = perf_paragraph(pair);
	free_pair(pair);
}

/* Each finding a line, as "b4 prep --check" reads it. */
static void print_lines(const struct findings *f, FILE *out)
{
	for (size_t i = 0; i < f->nr; i++) {
		char *plain = one_line(f->list[i].text);

		fprintf(out, "%s%s\n", f->list[i].fails ? "ERROR: " : "", plain);
		free(plain);
	}
}

/* An object for all of them, as "b4 review" reads it. */
static void print_json(const struct findings *f, const char *summary, FILE *out)
{
	const char *status = f->nr ? "warn" : "pass";
	char *details = NULL;

	for (size_t i = 0; i < f->nr; i++) {
		if (f->list[i].fails)
			status = "fail";
		join_text(&details, "; ", "%s", f->list[i].text);
	}
	fprintf(out,
		"[{\"tool\":\"vmabench\",\"status\":\"%s\",\"summary\":", status);
	put_json_string(summary, out);
	if (details) {
		fputs(",\"details\":", out);
		put_json_string(details, out);
	}
	fputs("}]\n", out);
	free(details);
}

/**
 * check_patch() - what a patch was measured to do, for b4
 * @cmp: comparison, built; all of it
 * @format: "lines", which NULL stands for, or "json"
 * @in: the patch as a mail
 * @f: where to
 *
 * Return: %STATUS_OK whatever was found; %STATUS_USAGE where @in has no subject, or
 * @format is none.
 */
enum status check_patch(const struct comparison *cmp, const char *format,
			FILE *in, FILE *f)
{
	struct findings found = { 0 };
	const struct refused *failed;
	char *subject, *summary = NULL;
	size_t c;

	if (format && strcmp(format, "lines") && strcmp(format, "json")) {
		warnx("--format %s: is lines or json, of a patch", format);
		return STATUS_USAGE;
	}
	subject = read_subject(in);
	if (!subject || !*subject) {
		warnx("standard input has no line \"Subject:\": a patch as git format-patch writes it is wanted");
		free(subject);
		return STATUS_USAGE;
	}
	c = find_subject(cmp, subject);
	failed = c ? NULL : find_failed(cmp, subject);
	if (c) {
		judge_column(cmp, c, &found, &summary);
	} else {
		summary =
			failed ? xasprintf("%s: %s", failed->name, failed->reason)
			       : xasprintf("no stage that was measured is \"%s\"",
					   subject);
		add(&found, failed, xasprintf("%s", summary));
	}
	if (format && !strcmp(format, "json"))
		print_json(&found, summary, f);
	else
		print_lines(&found, f);
	for (size_t i = 0; i < found.nr; i++)
		free(found.list[i].text);
	free(found.list);
	free(summary);
	free(subject);
	return STATUS_OK;
}
