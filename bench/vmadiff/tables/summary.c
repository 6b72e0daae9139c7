// SPDX-License-Identifier: GPL-2.0-or-later
/* What got worse, what better, what cannot be told: a screen before the tables. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "tables/tables.h"

/* Operations named per tally; the rest is counted. One screen holds them. */
#define SUMMARY_OPS 5
/* Bytes of a reason that are shown; the notes have more. */
#define REASON_MAX 200

/* clang-format off */
static const struct {
	const char *name;
	enum tint tint;
	bool named;
} tallies[] = {
	[TALLY_SHAPE]	= { "shape changed",	TINT_DOUBT, true },
	[TALLY_WORSE]	= { "worse",		TINT_BAD,   true },
	[TALLY_BETTER]	= { "better",		TINT_GOOD,  true },
	[TALLY_OTHER]	= { "other change",	TINT_SOFT,  true },
	[TALLY_EQUIVALENT] = { "equivalent",	TINT_SOFT,  false },
	[TALLY_SAME]	= { "exactly equal",	TINT_SOFT,  false },
	[TALLY_UNKNOWN]	= { "cannot be told",	TINT_DOUBT, true },
	[TALLY_MISSING]	= { "missing",		TINT_DOUBT, true },
};
/* clang-format on */

const char *tally_name(enum tally which)
{
	return tallies[which].name;
}

enum tint tally_tint(enum tally which)
{
	return tallies[which].tint;
}

static double magnitude(const struct line *line)
{
	return line->ratio > 0 ? fabs(log(line->ratio)) : INFINITY;
}

/* By metric, then by how far the ratio is from one. */
static int summary_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	double mx = magnitude(x), my = magnitude(y);
	int d = strcmp(x->key->metric, y->key->metric);

	if (!d && mx != my)
		return mx > my ? -1 : 1;
	return x < y ? -1 : x > y; /* lines are in order of metrics */
}

/* "+10.0%, +9.1..+11.0", "+0.4%", or nothing where 2>1 says it. */
static char *change_text(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	if (line->has_est && est->scale == STATS_RATIO && est->ci95.known &&
	    line->verdict != UNSTABLE)
		return xasprintf(" (%s, %s)", fmt_percent(line->ratio),
				 fmt_range(exp(est->ci95.lower),
					   exp(est->ci95.upper)));
	if (line->tree && line->verdict != LAYOUT)
		return xasprintf(" (layouts %s%s%s)", tree_points_text(line),
				 line->spread.nr ? "; all seeds " : "",
				 line->spread.nr ? spread_text(line) : "");
	if (line->spread.nr && !line_is_equal(line))
		return xasprintf(" (all seeds %s)", spread_text(line));
	if (line->diff != 0 && line->ratio > 0 && line->values[0] >= 10)
		return xasprintf(" (%s)", fmt_percent(line->ratio));
	return xasprintf("%s", "");
}

/* "level shifts in 2 of 24 boots" */
static const char *unsteady_text(const struct comparison *cmp,
				 const struct line *line)
{
	return fmt_text("%s in %zu of %zu %ss", line->why_unsteady,
			line->unsteady, line->est.boots[0] + line->est.boots[1],
			counted_as(cmp));
}

static char *doubt_text(const struct comparison *cmp, const struct line *line)
{
	const char *name = verdict_name(line->verdict);

	if (line->verdict == UNSTABLE)
		return xasprintf(" %s: %s", name, unsteady_text(cmp, line));
	if (line->verdict == LAYOUT || line->verdict == LUCK) {
		char *reason = change_reason(cmp, line);
		char *text = xasprintf(" %s: %s", name, reason);

		free(reason);
		return text;
	}
	if (line->verdict != INCONCLUSIVE || !line->has_est)
		return xasprintf(" %s", name);
	if (line->mde.is == STATS_MDE_UNATTAINABLE)
		return xasprintf(" %s, MDE unattainable with this plan", name);
	if (line->mde.is == STATS_MDE_KNOWN && line->est.scale == STATS_RATIO)
		return xasprintf(" %s, MDE %s%%", name,
				 fmt_size(exp(line->mde.shift)));
	return xasprintf(" %s", name);
}

/* Append one metric's change, on the next line if this one is full. */
static int print_change(const struct comparison *cmp, const struct line *line,
			int column, const struct output *out)
{
	char *change = change_text(line), *doubt = NULL, *text;
	bool marked = line_is_marked(line);
	int len;

	if (line_tally(line) >= TALLY_UNKNOWN || line->verdict == LAYOUT ||
	    line->verdict == LAYOUT_DEPENDENT || line->verdict == LUCK)
		doubt = doubt_text(cmp, line);
	else if (line->has_est && (line->exploratory || marked))
		doubt = xasprintf(" (%s%s%s)",
				  line->exploratory ? "exploratory" : "",
				  line->exploratory && marked ? "; " : "",
				  marked ? unsteady_text(cmp, line) : "");
	text = xasprintf(" %s %s>%s%s%s", metric_head(line->key->metric),
			 line_value_text(cmp, line, 0),
			 line_value_text(cmp, line, line->col), change,
			 doubt ? doubt : "");
	len = strlen(text);
	if (column + len > out->width)
		column = fprintf(out->f, "\n   ") - 1;
	fputs(text, out->f);
	free(text);
	free(doubt);
	free(change);
	return column + len;
}

/* Of another shape but with the same value, or nothing to see and no noise known. */
static bool line_is_worth_saying(const struct line *line)
{
	if (!line_is_equal(line))
		return true;
	return line->verdict == SHAPE_CHANGED
		       ? line->key->metric_id == METRIC_VMAS
		       : line->verdict != INCONCLUSIVE;
}

static void print_now_fails(const struct comparison *cmp,
			    const struct line **lines, size_t nr,
			    const struct output *out)
{
	const struct line *op = lines[0];
	char *reason =
		plain_text(find_failure(&cmp->cols[op->col], op->key)->reason);
	char *text =
		xasprintf("%s %s: %s: %.*s%s", op->key->scenario, op->key->op,
			  verdict_name(NOW_FAILS), CUT(reason, REASON_MAX),
			  text_width(reason, strlen(reason)) > REASON_MAX ? "..."
									  : "");

	print_wrapped(out->f, out->width, 2, text);
	for (size_t j = 0; j < nr; j++)
		if (lines[j] && same_operation(op, lines[j]) &&
		    lines[j]->verdict == NOW_FAILS)
			lines[j] = NULL;
	free(text);
	free(reason);
}

/**
 * print_lacking() - which metrics a column has no row of, once for all of them
 * @cmp: comparison, built
 * @indent: of the sentences
 * @out: text or Markdown
 */
void print_lacking(const struct comparison *cmp, int indent,
		   const struct output *out)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		char *names = lacking_text(cmp, c), *text;

		if (!names)
			continue;
		text = xasprintf("not counted in %s: %s", cmp->cols[c].name,
				 names);
		print_wrapped(out->f, out->width, indent, text);
		free(text);
		free(names);
	}
}

/*
 * One tally: how many rows, then the operations they belong to, each with
 * all of its metrics, the largest change first.
 */
static void print_tally(const struct comparison *cmp, enum tally which,
			const struct output *out)
{
	bool named = tallies[which].named && !cmp->nr_differ;
	const struct line **lines = NULL;
	size_t n = 0, nr = 0, ops = 0;
	enum tint tint;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (line_tally(&cmp->lines[i]) != which)
			continue;
		n++;
		if (!named || !line_is_worth_saying(&cmp->lines[i]) ||
		    is_of_one_side(cmp, &cmp->lines[i]))
			continue;
		lines = xgrow(lines, nr, sizeof(*lines));
		lines[nr++] = &cmp->lines[i];
	}

	if (!n && which == TALLY_MISSING)
		return;
	tint = n ? tallies[which].tint : TINT_NONE;
	fprintf(out->f, "%s%-16s %4zu row%s%s\n", tint_on(out, tint),
		tallies[which].name, n, n == 1 ? "" : "s", tint_off(out, tint));
	if (n && which == TALLY_MISSING && named)
		print_lacking(cmp, 2, out);
	if (nr)
		qsort(lines, nr, sizeof(*lines), summary_cmp);
	for (size_t i = 0; i < nr; i++) {
		const struct line *op = lines[i];
		int column;

		if (!op || ops++ >= SUMMARY_OPS)
			continue;
		if (op->verdict == NOW_FAILS) {
			print_now_fails(cmp, lines + i, nr - i, out);
			continue;
		}
		column = fprintf(out->f, "  %s %s:", op->key->scenario,
				 op->key->op);
		for (size_t j = i; j < nr; j++) {
			if (!lines[j] || !same_operation(op, lines[j]))
				continue;
			column = print_change(cmp, lines[j], column, out);
			lines[j] = NULL;
		}
		fputc('\n', out->f);
	}
	if (ops > SUMMARY_OPS)
		fprintf(out->f, "  and more, see the tables\n");
	free(lines);
}

/*
 * Does a record before this one say so, too? Where it is about a metric, of the same one.
 */
static bool is_new_note(struct index *seen, const struct record_note *note,
			size_t rec)
{
	const char *op = note->op ? note->op : "";
	char *place = xasprintf("%s %s", note->scenario, op);
	char *about = xasprintf("%s %s", place, note->reason);
	bool new = index_add(seen, place, rec)->value == rec;

	if (note_metric(note))
		new = index_add(seen, about, rec)->value == rec;
	free(about);
	free(place);
	return new;
}

/* Failures or skips of a column, each once however many boots have it. */
static size_t count_notes(const struct column *col, bool failures)
{
	struct index seen = { 0 };
	size_t n = 0;

	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record *rec = col->recs[r];
		const struct record_note *notes = failures ? rec->failures
							   : rec->skips;
		size_t nr = failures ? rec->nr_failures : rec->nr_skips;

		for (size_t i = 0; i < nr; i++)
			n += is_new_note(&seen, &notes[i], r);
	}
	index_free(&seen);
	return n;
}

static int name_width(const struct comparison *cmp)
{
	size_t width = 10;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		width = MAX(width, strlen(cmp->cols[c].name));
	for (size_t i = 0; i < cmp->nr_refused; i++)
		if (cmp->refused[i].stage_failed)
			width = MAX(width, strlen(cmp->refused[i].name));
	return (int)width;
}

/* One of many: its commit, and what that moved. */
static void print_commit(const struct comparison *cmp, size_t c, int width,
			 const struct output *out)
{
	const struct record *rec = cmp->cols[c].recs[0];
	const char *commit = header_text(rec, "info", "commit");
	char *who = xasprintf("%.*s", CUT(commit ? commit : kernel_id(rec), 200));
	char *plain = plain_text(who);
	char *what = c ? moved_text(cmp, c) : xasprintf("%s", kernel_id(rec));
	const char *twin = code_twin(cmp, c);
	char *text = xasprintf("%s: %s%s%s", plain, what,
			       twin ? ", code identical to " : "",
			       twin ? twin : "");

	print_hanging(out->f, out->width, width + 1, cmp->cols[c].name, text);
	free(text);
	free(what);
	free(plain);
	free(who);
}

/* With all that is known of the reason, which may be a call trace. */
static void print_failed_stage(const struct refused *no, int width,
			       const struct output *out)
{
	char *reason = plain_text(no->reason);

	fputs(tint_on(out, TINT_BAD), out->f);
	print_hanging(out->f, out->width, width + 1, no->name, reason);
	fputs(tint_off(out, TINT_BAD), out->f);
	free(reason);
}

static void print_unmoved(const struct comparison *cmp, const struct output *out)
{
	size_t identical, n = count_unmoved(cmp, &identical);

	if (!cmp->moved)
		return;
	fprintf(out->f, "%s changed nothing", fmt_count(n, "commit"));
	if (identical)
		fprintf(out->f, ", %zu of them with the code of the one before",
			identical);
	fputc('\n', out->f);
}

/**
 * print_kernels() - what is compared
 * @cmp: comparison, built
 * @new: what is said to be compared with the first column
 * @out: text
 */
void print_kernels(const struct comparison *cmp, const char *new,
		   const struct output *out)
{
	bool metal = is_timed(cmp->cols[0].recs[0]);
	int width = name_width(cmp);
	char *tail;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		const char *commit = header_text(col->recs[0], "info", "commit");
		const char *twin = code_twin(cmp, c);

		if (cmp->moved) {
			print_commit(cmp, c, width, out);
			continue;
		}
		fprintf(out->f, "%-*s %s", width, col->name,
			kernel_id(col->recs[0]));
		if (draws_layouts(cmp))
			fprintf(out->f, ", %s of %s",
				fmt_count(col->nr_recs, "boot"),
				fmt_count(col->nr_boots, "layout"));
		else if (metal)
			fprintf(out->f, ", %s in %s",
				fmt_count(col->nr_boots, "boot"),
				fmt_count(count_blocks(col), "block"));
		if (commit)
			fprintf(out->f, "\n%*s %.*s", width, "",
				CUT(commit, 200));
		fputc('\n', out->f);
		if (twin)
			fprintf(out->f, "%*s code identical to %s\n", width, "",
				twin);
	}
	for (size_t i = 0; i < cmp->nr_refused; i++)
		if (cmp->refused[i].stage_failed)
			print_failed_stage(&cmp->refused[i], width, out);
	print_unmoved(cmp, out);
	tail = cmp->nr_cols < 2
		       ? xasprintf("%s tier, compared with nothing",
				   tiers[cmp->cols[0].recs[0]->tier].name)
		       : xasprintf("%s tier, %s against %s, rows = scenario x operation x metric",
				   tiers[cmp->cols[0].recs[0]->tier].name, new,
				   cmp->cols[0].name);
	print_wrapped(out->f, cmp->moved ? out->width : INT_MAX, 0, tail);
	free(tail);
	tail = seeds_note(cmp);
	if (tail)
		print_wrapped(out->f, out->width, 0, tail);
	fputc('\n', out->f);
	free(tail);
}

static const char *row_text(const struct record_row *row, const char *key)
{
	if (!row)
		return "of another";
	if (!strcmp(key, "version"))
		return row->version;
	if (!strcmp(key, "pass"))
		return row->pass;
	if (!strcmp(key, "unit"))
		return row->unit;
	if (!strcmp(key, "better"))
		return better_names[row->better];
	if (!strcmp(key, "exact"))
		return row->exact ? "true" : "false";
	return "params";
}

/* Lines of one scenario for which a key differs; 0 but for the first of them. */
static size_t count_differing(const struct comparison *cmp,
			      const struct line *lines, size_t at)
{
	const struct line *line = &lines[at];
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (!lines[i].differs || strcmp(lines[i].differs, line->differs) ||
		    strcmp(lines[i].key->scenario, line->key->scenario))
			continue;
		if (i < at)
			return 0;
		n++;
	}
	return n;
}

static void print_row_difference(const struct comparison *cmp,
				 const struct line *line, size_t nr,
				 const struct output *out)
{
	const struct column *base = &cmp->cols[0], *col = &cmp->cols[line->col];
	const char *a = row_text(line->rows[0], line->differs);
	const char *b = row_text(line->rows[line->col], line->differs);

	fprintf(out->f, "    %s of %s: ", line->differs, line->key->scenario);
	if (strcmp(a, b))
		fprintf(out->f, "\"%.*s\" in %s, \"%.*s\" in %s", CUT(a, 30),
			base->name, CUT(b, 30), col->name);
	else
		fprintf(out->f, "not the same in %s and %s", base->name,
			col->name);
	fprintf(out->f, " (%s)\n", fmt_count(nr, "row"));
}

/* No count may differ where the code is the same: of all columns, shown or not. */
static void print_contradictions(const struct comparison *cmp,
				 const struct output *out)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		char *text = contradiction_text(cmp, c, ROWS_NAMED);

		if (!text)
			continue;
		fprintf(out->f, "%s:\n", tinted(out, TINT_BAD, "CONTRADICTION"));
		print_wrapped(out->f, out->width, 4, text);
		fputc('\n', out->f);
		free(text);
	}
}

static void print_allowed(const char *what, const struct output *out)
{
	fprintf(out->f, "%s: %s\n",
		tinted(out, TINT_DOUBT, "allowed to differ"), what);
}

/**
 * print_differences() - the keys that had to match and do not, and rows that had to
 * @cmp: comparison, built
 * @out: text
 */
void print_differences(const struct comparison *cmp, const struct output *out)
{
	bool said = cmp->nr_differ;

	print_contradictions(cmp->whole, out);
	if (cmp->nr_differ) {
		fprintf(out->f, "%s: these had to match and do not\n",
			tinted(out, TINT_BAD, "NOT-COMPARABLE"));
		for (size_t i = 0; i < cmp->nr_differ; i++)
			fprintf(out->f, "    %s\n", cmp->differ[i]);
	}
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const struct line *lines = cmp->against[c];

		for (size_t i = 0; i < cmp->nr_lines; i++) {
			size_t nr = lines[i].differs
					    ? count_differing(cmp, lines, i)
					    : 0;

			if (nr && !said)
				fprintf(out->f, "%s rows:\n",
					tinted(out, TINT_BAD, "NOT-COMPARABLE"));
			said |= nr;
			if (nr)
				print_row_difference(cmp, &lines[i], nr, out);
		}
	}
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		print_allowed(cmp->allowed[i], out);
	for (size_t i = 0; i < cmp->nr_allow; i++)
		if (!strcmp(cmp->allow[i], "version") ||
		    !strcmp(cmp->allow[i], "boot_id"))
			print_allowed(cmp->allow[i], out);
	if (said || cmp->nr_allow)
		fputc('\n', out->f);
}

static void print_verdicts(const struct comparison *cmp, size_t from,
			   const struct output *out)
{
	int column = fprintf(out->f, "verdicts:");
	const char *sep = "";

	for (enum verdict v = 0; v < NR_VERDICTS; v++) {
		const char *text;
		size_t n = 0;

		for (size_t c = from; c < cmp->nr_cols; c++)
			for (size_t i = 0; i < cmp->nr_lines; i++)
				n += cmp->against[c][i].verdict == v;
		if (!n)
			continue;
		text = fmt_text("%zu %s", n, verdict_name(v));
		column += fprintf(out->f, "%s", sep);
		if (column + (int)strlen(text) + 3 > out->width)
			column = fprintf(out->f, "\n         ") - 1;
		column += fprintf(out->f, " %s", text);
		sep = ",";
	}
	fputc('\n', out->f);
}

/**
 * print_counts() - how many rows of each verdict, and what is not there
 * @cmp: comparison, built
 * @from: first of the columns whose verdicts are counted
 * @out: text
 */
void print_counts(const struct comparison *cmp, size_t from,
		  const struct output *out)
{
	size_t failed = 0, skipped = 0, undeclared = 0, missing = 0;

	if (cmp->nr_cols > 1)
		print_verdicts(cmp, from, out);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		failed += count_notes(&cmp->cols[c], true);
		skipped += count_notes(&cmp->cols[c], false);
		undeclared += cmp->cols[c].recs[0]->nr_undeclared;
		for (size_t i = 0; i < cmp->nr_lines; i++)
			missing += !cmp->lines[i].rows[c];
	}
	fprintf(out->f, "%zu failed, %zu skipped, %zu values missing%s\n",
		failed, skipped, missing,
		cmp->nr_cols > 1 ? " in all columns together" : "");
	if (undeclared)
		fprintf(out->f, "%s of a shape that is not declared\n",
			fmt_count(undeclared, "operation"));
}

/**
 * print_summary() - what got worse, what better, what cannot be told
 * @cmp: comparison, built; of one column that it is compared with nothing
 * @out: where to; always plain text, also inside Markdown
 */
void print_summary(const struct comparison *cmp, const struct output *out)
{
	size_t last = cmp->nr_cols - 1;

	print_kernels(cmp, cmp->cols[last].name, out);
	print_differences(cmp, out);
	for (enum tally f = 0; last && f < NR_TALLIES; f++)
		if (f != TALLY_EQUIVALENT || cmp->nr_holm + cmp->nr_bh)
			print_tally(cmp, f, out);
	print_counts(cmp, last, out);
	if (last)
		print_caveats(cmp, out);
}
