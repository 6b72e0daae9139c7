// SPDX-License-Identifier: GPL-2.0-or-later
/* The mail of the 0-day robot. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "styles.h"
#include "tables/tables.h"

/* The robot says nothing of a deviation below it, in parts of the mean. */
#define SHOWN_DEVIATION 0.02
#define LKP_FACT_MAX 190

/* Deviation between boots, or layouts, as a part of the mean, NAN for one. */
static double deviation(const struct column *col, const struct line *line,
			double *mean)
{
	double *values = xcalloc(col->nr_boots + 1, sizeof(*values));
	double sum = 0, squares = 0;
	size_t n = 0;

	for (size_t i = 0; i < col->nr_boots; i++) {
		const struct column one = { .boots = &col->boots[i],
					    .nr_boots = 1 };

		values[n] = column_value(&one, line->key, NULL, NULL);
		if (isnan(values[n]))
			continue;
		sum += values[n++];
	}
	*mean = n ? sum / (double)n : NAN;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - *mean) * (values[i] - *mean);
	free(values);
	return n > 1 && *mean != 0 ? sqrt(squares / (double)(n - 1)) / *mean
				   : NAN;
}

static const char *deviation_text(double part)
{
	return part >= SHOWN_DEVIATION ? fmt_text("+-%.0f%%", part * 100) : "";
}

static const char *lkp_change(const struct line *line)
{
	return fmt_text("%s%s", tally_marks[line_tally(line)].lkp,
			change_of(line));
}

static struct parts lkp_parts(const struct table *t)
{
	struct parts w = { 10, 10, 5 };

	for (size_t i = 0; i < t->nr; i++) {
		for (size_t c = 0; c < t->cmp->nr_cols; c++) {
			double mean, part = deviation(&t->cmp->cols[c],
						      t->lines[i], &mean);

			widen(&w.value, fmt_value(mean));
			widen(&w.more, deviation_text(part));
			if (c)
				widen(&w.change,
				      lkp_change(line_against(t, i, c)));
		}
	}
	return w;
}

static void add_lkp_row(struct grid *g, const struct table *t, size_t i,
			const struct parts *w)
{
	const struct line *line = t->lines[i];

	for (size_t c = 0; c < t->cmp->nr_cols; c++) {
		double mean, part = deviation(&t->cmp->cols[c], line, &mean);

		grid_cell(g, TINT_NONE, "%*s%*s %-*s", c ? w->change + 1 : 0,
			  c ? fmt_text("%s ", lkp_change(line_against(t, i, c)))
			    : "",
			  w->value, fmt_value(mean), w->more,
			  deviation_text(part));
	}
	grid_cell(g, TINT_NONE, "vmabench.%s%s", row_name(line, "."),
		  is_cost(line) ? fmt_text(".%s", line->key->metric) : "");
}

/* Below the headings, as the robot draws them. */
static void add_lkp_head(struct grid *g, size_t nr_cols, const struct parts *w)
{
	int value = w->value + 1 + w->more;
	char *dashes = xasprintf("%*s", w->change + 1 + value, "");

	memset(dashes, '-', strlen(dashes));
	grid_cell(g, TINT_NONE, "%.*s", value, dashes);
	for (size_t c = 1; c < nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s", dashes);
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", "%stddev");
	for (size_t c = 1; c < nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s%*s", "%change", value, "%stddev");
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", "\\  ");
	for (size_t c = 1; c < nr_cols; c++)
		grid_cell(g, TINT_NONE, "|%*s  ", value + 1, "\\");
	grid_cell(g, TINT_NONE, "%s", "");
	free(dashes);
}

/* "NAME ("subject")", as far as a record knows one. */
static void print_lkp_commit(const struct table *t, size_t c)
{
	char *subject = stage_subject(t->cmp, c);
	char *plain = subject ? plain_words(subject) : NULL;

	fprintf(t->f, INDENT INDENT "%s%s%.120s%s\n", t->cmp->cols[c].name,
		plain ? " (\"" : "", plain ? plain : "", plain ? "\")" : "");
	free(plain);
	free(subject);
}

/* "key: value" of what a record says. */
static void print_lkp_fact(const struct table *t, const char *key,
			   const char *value)
{
	char *text = value ? xasprintf("%s: %s", key, value) : NULL;
	char *plain = text ? plain_words(text) : NULL;

	print_letter_line(plain, LKP_FACT_MAX, t->f);
	free(plain);
	free(text);
}

/* A change of what the robot calls an improvement or a regression has no sign. */
static const char *lkp_size(const struct line *line)
{
	const char *change = change_of(line);

	return change + (*change == '+' || *change == '-');
}

/*
 * What the robot's mail says before its table: the finding, the commit, where it is,
 * test case, machine and parameters; a field that no record has is left out.
 */
static void print_lkp_facts(const struct table *t, const struct line *head)
{
	const struct comparison *cmp = t->cmp;
	const struct record *rec = cmp->cols[cmp->nr_cols - 1].recs[0];
	const char *commit = header_text(rec, "info", "commit");
	const char *link = comparison_series(cmp)->link;
	char *subject = stage_subject(cmp, cmp->nr_cols - 1);
	char *seeds = seeds_text(cmp, true);

	if (head)
		fprintf(t->f, INDENT "vmabench.%s%s %s %s\n\n",
			row_name(head, "."),
			is_cost(head) ? fmt_text(".%s", head->key->metric) : "",
			lkp_size(head), tally_marks[line_tally(head)].word);
	if (commit)
		print_lkp_fact(t, "commit", commit);
	else if (subject)
		print_lkp_fact(t, "commit",
			       fmt_text("%s (\"%.*s\")", story_last_name(cmp),
					CUT(subject, 120)));
	print_letter_line(link, LKP_FACT_MAX, t->f);
	/* Two blank lines are one to git. */
	if (commit || subject || link)
		fputc('\n', t->f);
	print_lkp_fact(t, "testcase", "vmabench");
	print_lkp_fact(t, "test machine", header_text(rec, "env", "cpu"));
	fputs(INDENT "parameters:\n\n", t->f);
	print_lkp_fact(t, "      tier", tiers[rec->tier].name);
	print_lkp_fact(t, "      base kernel", kernel_id(cmp->cols[0].recs[0]));
	print_lkp_fact(t, "      kernel", kernel_id(rec));
	print_lkp_fact(t, "      set", set_names[comparison_set(cmp)]);
	print_lkp_fact(t, "      qemu", header_text(rec, "env", "qemu"));
	print_lkp_fact(t, "      seeds", seeds);
	fputc('\n', t->f);
	free(seeds);
	free(subject);
}

void print_lkp(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();
	const struct line *head = headline_line(cmp);
	const struct parts w = lkp_parts(t);

	print_lkp_facts(t, head);
	fputs(INDENT "commit:\n", t->f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		print_lkp_commit(t, c);
	fputc('\n', t->f);
	add_columns(g, cmp, 0);
	grid_column(g, "", true, 0);
	add_lkp_head(g, cmp->nr_cols, &w);
	for (size_t i = 0; i < t->nr; i++)
		add_lkp_row(g, t, i, &w);
	print_grid(g, TEXT, true, t->f);
	explain(t,
		draws_layouts(cmp)
			? "Columns: mean over layouts, %stddev where it is above 2% of the mean, and the change against the first column. Lower is better. A row is vmabench, scenario, operation, metric."
			: "Columns: mean over boots, %stddev where it is above 2% of the mean (an exact count has none), and the change against the first column. Lower is better. A row is vmabench, scenario, operation, metric.");
	explain_shape(t, "S before a change: " NO_GAIN ".");
	explain_change(t);
	explain_images(t);
	explain_seeds(t);
	explain_trees(t);
}
