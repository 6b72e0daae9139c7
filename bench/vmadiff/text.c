// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison to be read: the summary first, then one table per metric. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vmadiff.h"

/* Operations named per finding; the rest is counted. One screen holds them. */
#define SUMMARY_OPS 5

/* clang-format off */
static const struct {
	const char *name;
	enum tint tint;
	bool named;
} findings[] = {
	[FOUND_SHAPE]	= { "shape changed",	TINT_DOUBT, true },
	[FOUND_WORSE]	= { "worse",		TINT_BAD,   true },
	[FOUND_BETTER]	= { "better",		TINT_GOOD,  true },
	[FOUND_OTHER]	= { "other change",	TINT_NONE,  true },
	[FOUND_SAME]	= { "exactly equal",	TINT_NONE,  false },
	[FOUND_UNKNOWN]	= { "cannot be told",	TINT_DOUBT, true },
};
/* clang-format on */

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

/* Append one metric's change, on the next line if this one is full. */
static int print_change(const struct comparison *cmp, const struct line *line,
			int column, const struct output *out)
{
	const struct record_row *first = line->rows[0];
	const struct record_row *last = line->rows[cmp->nr_cols - 1];
	char text[256];
	int len;

	len = snprintf(text, sizeof(text), " %s %s>%s",
		       metric_head(line->key->metric),
		       fmt_value(row_value(first)), fmt_value(row_value(last)));
	/* 2>1 needs no percentage. */
	if (line->diff != 0 && line->ratio > 0 && first->value >= 10)
		len += snprintf(text + len, sizeof(text) - len, " (%s)",
				fmt_percent(line->ratio));
	if (line_finding(line) == FOUND_UNKNOWN)
		len += snprintf(text + len, sizeof(text) - len, " %s",
				verdict_name(line->verdict));

	if (column + len > out->width)
		column = fprintf(out->f, "\n   ") - 1;
	fputs(text, out->f);
	return column + len;
}

/*
 * One finding: how many rows, then the operations they belong to, each with
 * all of its metrics, the largest change first.
 */
static void print_finding(const struct comparison *cmp, enum finding which,
			  const struct output *out)
{
	const struct line **lines = NULL;
	enum tint tint;
	size_t n = 0, ops = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (line_finding(&cmp->lines[i]) != which)
			continue;
		lines = xgrow(lines, n, sizeof(*lines));
		lines[n++] = &cmp->lines[i];
	}

	tint = n ? findings[which].tint : TINT_NONE;
	fprintf(out->f, "%s%-16s %4zu row%s%s\n", tint_on(out, tint),
		findings[which].name, n, n == 1 ? "" : "s", tint_off(out, tint));
	if (n)
		qsort(lines, n, sizeof(*lines), summary_cmp);
	for (size_t i = 0; findings[which].named && i < n; i++) {
		const struct line *op = lines[i];
		int column;

		if (!op || ops++ >= SUMMARY_OPS)
			continue;
		column = fprintf(out->f, "  %s %s:", op->key->scenario,
				 op->key->op);
		for (size_t j = i; j < n; j++) {
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

static size_t count_notes(const struct comparison *cmp, bool failures)
{
	size_t n = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];

		n += failures ? rec->nr_failures : rec->nr_skips;
	}
	return n;
}

/**
 * print_summary() - what got worse, what better, what cannot be told
 * @cmp: comparison, built
 * @out: where to; always plain text, also inside Markdown
 */
void print_summary(const struct comparison *cmp, const struct output *out)
{
	const struct column *last = &cmp->cols[cmp->nr_cols - 1];
	size_t missing = 0;
	bool noisy = false;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		fprintf(out->f, "%-10s %s\n", cmp->cols[c].name,
			kernel_id(cmp->cols[c].recs[0]));
	fprintf(out->f,
		"%s tier, %s against %s, rows = scenario x operation x metric\n\n",
		cmp->cols[0].recs[0]->tier, last->name, cmp->cols[0].name);

	if (cmp->nr_differ) {
		fprintf(out->f,
			"%sNOT-COMPARABLE%s: these had to match and do not\n",
			tint_on(out, TINT_BAD), tint_off(out, TINT_BAD));
		for (size_t i = 0; i < cmp->nr_differ; i++)
			fprintf(out->f, "    %s\n", cmp->differ[i]);
	}
	for (enum finding f = 0; f < NR_FINDINGS; f++)
		print_finding(cmp, f, out);

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		noisy |= cmp->lines[i].verdict == INCONCLUSIVE;
		for (size_t c = 0; c < cmp->nr_cols; c++)
			missing += !cmp->lines[i].rows[c];
	}
	fprintf(out->f,
		"%zu failed, %zu skipped, %zu values missing in all columns together\n",
		count_notes(cmp, true), count_notes(cmp, false), missing);
	if (noisy)
		fputs("\nOne boot each: the noise between boots is unknown, so that a measured\n"
		      "difference is INCONCLUSIVE however large. Ratios are of medians.\n",
		      out->f);
}

static void add_value(struct grid *g, const struct comparison *cmp,
		      const struct line *line, size_t c)
{
	const struct record *rec = cmp->cols[c].recs[0];
	const struct record_row *key = line->key;

	if (line->rows[c])
		grid_cell(g, TINT_NONE, "%s", fmt_value(line->rows[c]->value));
	else if (find_note(rec->failures, rec->nr_failures, key->scenario,
			   key->op))
		grid_cell(g, TINT_BAD, "failed");
	else if (find_note(rec->skips, rec->nr_skips, key->scenario, key->op))
		grid_cell(g, TINT_DOUBT, "skipped");
	else
		grid_cell(g, TINT_DOUBT, "-");
}

static void add_line(struct grid *g, const struct comparison *cmp,
		     const struct line *line)
{
	enum finding f = line_finding(line);
	enum tint tint = findings[f].tint;

	grid_cell(g, TINT_NONE, "%s %s", line->key->scenario, line->key->op);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		add_value(g, cmp, line, c);
	grid_cell(g, tint, "%s", fmt_diff(line->diff));
	grid_cell(g, tint, "%s", fmt_percent(line->ratio));
	grid_cell(g, tint, "%s", verdict_name(line->verdict));
}

static struct grid *comparison_grid(const struct comparison *cmp)
{
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "change", false, 2);
	grid_column(g, "verdict", true, 1);
	return g;
}

static void print_heading(const struct record_row *key, const struct output *out)
{
	const char *better = key->better;

	if (!strcmp(better, "neither"))
		better = "neither direction";
	fprintf(out->f, "\n%s%s%s%s: %s [%s], %s is better%s\n%s",
		out->markdown ? "### " : "", tint_on(out, TINT_HEAD),
		key->metric, tint_off(out, TINT_HEAD),
		metric_title(key->metric), key->unit, better,
		key->exact ? "" : ", medians", out->markdown ? "\n" : "");
}

/**
 * print_tables() - one table per metric, scenario and operation down, columns
 *		    across, the last against the first at the right
 * @cmp: comparison, built
 * @out: text or Markdown
 * @want: which lines
 * @arg: handed to @want
 *
 * Return: lines printed.
 */
size_t print_tables(const struct comparison *cmp, const struct output *out,
		    bool (*want)(const struct line *line, const void *arg),
		    const void *arg)
{
	struct grid *g = NULL;
	size_t printed = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		bool more = i + 1 < cmp->nr_lines &&
			    !strcmp(line->key->metric, line[1].key->metric);

		if (want(line, arg)) {
			if (!g) {
				print_heading(line->key, out);
				g = comparison_grid(cmp);
			}
			add_line(g, cmp, line);
			printed++;
		}
		if (g && !more) {
			grid_print(g, out);
			grid_free(g);
			g = NULL;
		}
	}
	return printed;
}
