// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a cover letter as its readers know it: ours, that of the 0-day
 * robot, of mmtests, of Fastpath. The numbers are the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Of a table: two blanks in front, which a mail and a quote leave alone. */
#define TABLE_WIDTH 78
#define INDENT "  "
/* The robot says nothing of a deviation below it, in parts of the mean. */
#define SHOWN_DEVIATION 0.02
#define LKP_FACT_MAX 190

struct table {
	const struct comparison *cmp;
	const struct line **lines;
	size_t nr;
	FILE *f;
};

static bool is_noisy(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (t->lines[i]->has_est)
			return true;
	return false;
}

static void print_indented(const char *text, FILE *f)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t end = len;

		while (end && text[end - 1] == ' ')
			end--;
		if (end)
			fprintf(f, INDENT "%.*s", (int)end, text);
		fputc('\n', f);
		text += len + !!text[len];
	}
}

static void print_in(struct grid *g, struct output out, FILE *f)
{
	char *text;
	size_t size;

	out.width -= (int)strlen(INDENT);
	out.f = open_text(&text, &size);
	grid_print(g, &out);
	fclose(out.f);
	print_indented(text, f);
	free(text);
}

static void print_grid(struct grid *g, enum markup markup, bool tight, FILE *f)
{
	print_in(g,
		 (struct output){
			 .width = TABLE_WIDTH, .markup = markup, .tight = tight },
		 f);
}

/**
 * print_letter_grid() - a table of a letter, indented
 * @g: table; given back
 * @width: columns, as far as its columns may be left out
 * @f: where to
 */
void print_letter_grid(struct grid *g, int width, FILE *f)
{
	print_in(g, (struct output){ .width = width }, f);
}

/* A row of the table, of a column against the first. */
static const struct line *line_against(const struct table *t, size_t i, size_t c)
{
	return c ? &t->cmp->against[c][t->lines[i] - t->cmp->lines] : t->lines[i];
}

/* What the columns are, below the table. */
static void explain(const struct table *t, const char *text)
{
	fputc('\n', t->f);
	print_wrapped(t->f, 72, 0, text);
}

/* Only where the table has such a row. */
static void explain_shape(const struct table *t, const char *text)
{
	for (size_t i = 0; i < t->nr; i++) {
		for (size_t c = 1; c < t->cmp->nr_cols; c++) {
			if (line_tally(line_against(t, i, c)) != TALLY_SHAPE)
				continue;
			print_wrapped(t->f, 72, 0, text);
			return;
		}
	}
}

/* Why it is not what two columns come to. */
static void explain_change(const struct table *t)
{
	if (is_noisy(t))
		print_wrapped(t->f, 72, 0,
			      fmt_text("The change of a measurement is %s.",
				       name_of_change(t->cmp)));
}

/* And what is in it besides what the patch does. */
static void explain_images(const struct table *t)
{
	char *note = is_noisy(t) ? layouts_note(t->cmp) : NULL;
	char *text = note ? xasprintf("Note that %s.", note) : NULL;

	if (text)
		print_wrapped(t->f, 72, 0, text);
	free(text);
	free(note);
}

/*
 * What each style calls and marks a direction; line_tally() alone says which it
 * is. The order is that of enum tally.
 */
/* clang-format off */
static const struct {
	const char *word;	/* of the robot, in its subject */
	const char *lkp;	/* before a change */
	const char *mmtests;	/* around a gain */
	const char *fastpath;	/* before a change */
} tally_marks[NR_TALLIES] = {
	[TALLY_SHAPE]	= { "change of shape",	"S ",	"()",	"(S) " },
	[TALLY_WORSE]	= { "regression",	"",	"**",	"(R) " },
	[TALLY_BETTER]	= { "improvement",	"",	"**",	"(I) " },
	[TALLY_OTHER]	= { "change",		"",	"**",	"" },
	[TALLY_EQUIVALENT] = { "change",	"",	"()",	"" },
	[TALLY_SAME]	= { "change",		"",	"()",	"" },
	[TALLY_UNKNOWN]	= { "change",		"",	"()",	"" },
	[TALLY_MISSING]	= { "change",		"",	"()",	"" },
};
/* clang-format on */

#define NO_GAIN                                  \
	"the operation is one with " OTHER_SHAPE \
	" than in the first column, which is no gain whatever it costs"

static bool is_cost(const struct line *line)
{
	return line->key->metric_id == METRIC_INSNS ||
	       line->key->metric_id == METRIC_LATENCY;
}

static const char *row_name(const struct line *line, const char *sep)
{
	if (is_cost(line))
		return fmt_text("%s%s%s", line->key->scenario, sep,
				line->key->op);
	return fmt_text("%s%s%s%s%s", line->key->scenario, sep, line->key->op,
			sep, metric_head(line->key->metric));
}

/* In a style that has no column for it: how far changes go with all seeds. */
static void explain_seeds(const struct table *t)
{
	char *all = seeds_text(t->cmp, true), *text = NULL;

	for (size_t i = 0; all && i < t->nr; i++)
		if (!line_is_equal(t->lines[i]))
			join_text(&text, "; ", "%s %s",
				  row_name(t->lines[i], " "),
				  spread_text(t->lines[i]));
	if (all)
		print_wrapped(t->f, 72, 0,
			      "The table is of the first of several seeds, each of which is another set of mappings besides.");
	if (text) {
		char *said =
			xasprintf("Least and largest change of %s with seeds %s: %s.",
				  story_last_name(t->cmp), all, text);

		print_wrapped(t->f, 72, 0, said);
		free(said);
	}
	free(text);
	free(all);
}

/* In the unit of the metric, where a ratio says nothing. */
static bool has_no_ratio(const struct line *line)
{
	return isnan(line->ratio) || line->values[0] == 0 ||
	       line->key->metric_id == METRIC_VMAS;
}

static const char *change_of(const struct line *line)
{
	return has_no_ratio(line) ? fmt_diff(line->diff)
				  : fmt_percent(line->ratio);
}

static const char *interval_of(const struct line *line)
{
	if (!line->has_est || !line_interval(line)->known)
		return "-";
	return fmt_text("%s%s", line_is_small(line) ? "=" : "",
			story_interval(line));
}

static bool has_small(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (line_is_small(t->lines[i]))
			return true;
	return false;
}

static bool has_lines(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (is_of_lines(t->lines[i]))
			return true;
	return false;
}

static void print_own(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	bool noisy = is_noisy(t), single = cmp->nr_cols < 2;
	char *text;
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false,
			    c && c + 1 < cmp->nr_cols ? 1 + (int)c : 0);
	if (!single)
		grid_column(g, "change", false, 0);
	if (cmp->nr_seeds)
		grid_column(g, "all seeds", false, 0);
	if (noisy)
		grid_column(g, "95% interval", false, 0);
	if (!single)
		grid_column(g, "verdict", true, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];

		grid_cell(g, TINT_NONE, "%s", row_name(line, " "));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%s", fmt_value(line->values[c]));
		if (!single)
			grid_cell(g, TINT_NONE, "%s", change_of(line));
		if (cmp->nr_seeds)
			grid_cell(g, TINT_NONE, "%s", spread_text(line));
		if (noisy)
			grid_cell(g, TINT_NONE, "%s", interval_of(line));
		if (!single)
			grid_cell(g, TINT_NONE, "%s",
				  verdict_name(line->verdict));
	}
	print_grid(g, TEXT, false, t->f);
	text = xasprintf("Columns: %s of one operation, or what the row says (%sstores, vma+, node+: maple-tree stores, VMAs and maple nodes allocated; vmas: VMAs afterwards)%s Lower is better.",
			 is_timed(cmp->cols[0].recs[0]) ? NAME_OF_MEDIAN " in ns"
							: "kernel instructions",
			 has_lines(t)
				 ? "lines-r, lines-w: different cache lines of data read and written; "
				 : "",
			 single	 ? "."
			 : noisy ? "; change of the last column against the first in percent, the interval that holds it in 95 of 100 such experiments, and what follows from it."
				 : "; change of the last column against the first. EXACT: a count that repeats to the digit, without an interval, and not a time.");
	explain(t, text);
	free(text);
	explain_shape(t, "SHAPE-CHANGED: " NO_GAIN ".");
	if (has_small(t))
		print_wrapped(t->f, 72, 0,
			      "=: the 90% interval, of which TRIVIAL and EQUIVALENT are.");
	explain_change(t);
	explain_images(t);
	text = seeds_note(cmp);
	if (text)
		print_wrapped(t->f, 72, 0, text);
	free(text);
}

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

/* Parts of a cell, which begin and end where those above and below them do. */
struct parts {
	int value;
	int change;
	int more; /* deviation */
};

static void widen(int *width, const char *text)
{
	*width = MAX(*width, (int)strlen(text));
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
			       fmt_text("%s (\"%.120s\")", story_last_name(cmp),
					subject));
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
	print_lkp_fact(t, "      set",
		       cmp->has_extended ? "extended" : "primary");
	print_lkp_fact(t, "      qemu", header_text(rec, "env", "qemu"));
	print_lkp_fact(t, "      seeds", seeds);
	fputc('\n', t->f);
	free(seeds);
	free(subject);
}

static void print_lkp(const struct table *t)
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
}

/* The gain, 0.00% for the first column itself; none of what is another shape. */
static const char *mmtests_gain(const struct line *l, bool first)
{
	const char *gain;

	if (first)
		return "0.00%";
	if (line_tally(l) == TALLY_SHAPE)
		return "SHAPE";
	if (has_no_ratio(l) && l->diff != 0)
		return "-";
	gain = fmt_hundredths(l->key->better == BETTER_HIGHER ? l->ratio
							      : 2 - l->ratio);
	return gain + (*gain == '+'); /* it has no sign there */
}

/* Two digits, where these are few enough to be read. */
static const char *mmtests_value(double v)
{
	return fabs(v) < 1e9 && (v == 0 || fabs(v) >= 0.005)
		       ? fmt_text("%.2f", v)
		       : fmt_value(v);
}

static void add_mmtests_cell(struct grid *g, const struct table *t, size_t i,
			     size_t c, const struct parts *w)
{
	const struct line *line = line_against(t, i, c);
	const char *marks =
		tally_marks[c ? line_tally(line) : TALLY_SAME].mmtests;

	grid_cell(g, TINT_NONE, "%*s %c%*s%c", w->value,
		  mmtests_value(t->lines[i]->values[c]), marks[0], w->change,
		  mmtests_gain(line, !c), marks[1]);
}

/* Plain text of a record, as a heading. */
static const char *release_text(const struct column *col)
{
	char *plain = plain_words(col->recs[0]->release);
	const char *text = fmt_text("%.30s", plain);

	free(plain);
	return text;
}

static void print_mmtests(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct parts w = { 9, 7, 10 };
	struct grid *g = grid_new();

	for (size_t i = 0; i < t->nr; i++) {
		widen(&w.more, row_name(t->lines[i], "-"));
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			widen(&w.value, mmtests_value(t->lines[i]->values[c]));
			widen(&w.change, mmtests_gain(line_against(t, i, c), !c));
		}
	}
	/* The kernel above the name that it was given. */
	grid_column(g, "", true, 0);
	grid_column(g, "", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, release_text(&cmp->cols[c]), false, 0);
	grid_cell(g, TINT_NONE, "%s", "vmabench");
	grid_cell(g, TINT_NONE, "%s", "");
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s", cmp->cols[c].name);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		bool cost = line->key->metric_id == METRIC_LATENCY;

		grid_cell(g, TINT_NONE, "%-9s", cost ? "Med" : "Count");
		grid_cell(g, TINT_NONE, "%-*s", w.more, row_name(line, "-"));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			add_mmtests_cell(g, t, i, c, &w);
	}
	print_grid(g, TEXT, true, t->f);
	explain(t,
		"Columns: Med, " NAME_OF_MEDIAN
		" in ns of one operation; Count, what one operation executes or leaves, exact. In brackets the gain against the first column, positive is better; * instead of brackets: significant, of a count that it differs; - where the first column is 0 and there is no percentage.");
	explain_shape(t, "SHAPE: " NO_GAIN ".");
	explain_change(t);
	explain_images(t);
	explain_seeds(t);
}

static const char *fastpath_cell(const struct line *line)
{
	const char *mark = tally_marks[line_tally(line)].fastpath, *gain;

	if (has_no_ratio(line) && line->diff != 0)
		return fmt_text("%s%s", mark, fmt_diff(line->diff));
	if (has_no_ratio(line))
		return fmt_text("%s0.00%%", mark);
	gain = fmt_hundredths(line->ratio);
	return fmt_text("%s%s", mark, gain + (*gain == '+')); /* no sign there */
}

/* What several rows are of, and which of them one is; with its unit. */
static const char *fastpath_group(const struct line *line)
{
	return fmt_text("vmabench/%s", metric_head(line->key->metric));
}

static void print_fastpath(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();

	grid_column(g, "Benchmark", true, 0);
	grid_column(g, "Result Class", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g,
			    fmt_text("%s%s", cmp->cols[c].name,
				     c ? "" : " (base)"),
			    false, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		bool same = i && !strcmp(line->key->metric,
					 t->lines[i - 1]->key->metric);

		grid_cell(g, TINT_NONE, "%s", same ? "" : fastpath_group(line));
		grid_cell(g, TINT_NONE, "%s %s (%s)", line->key->scenario,
			  line->key->op, line->key->unit);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%12s",
				  c ? fastpath_cell(line_against(t, i, c))
				    : fmt_value(line->values[0]));
	}
	print_grid(g, BOXED, false, t->f);
	explain(t,
		"The first column is the baseline, the others are relative to it; lower is better. (R) is a statistically significant regression, (I) an improvement: of an exact count, that it differs at all; of a measurement, that the adjusted p is below 5% and the 90% interval not within what does not matter. Of VMAs, and where the baseline is 0, the change is a difference.");
	explain_shape(t, "(S): " NO_GAIN ".");
	explain_change(t);
	explain_images(t);
	explain_seeds(t);
	print_wrapped(t->f, 72, 0,
		      fmt_text("Reading example: %s: %s in %s, and in %s %s against that.",
			       row_name(t->lines[0], " "),
			       fmt_value(t->lines[0]->values[0]),
			       cmp->cols[0].name, story_last_name(cmp),
			       fastpath_cell(t->lines[0])));
	print_wrapped(t->f, 72, 0,
		      is_timed(cmp->cols[0].recs[0])
			      ? "Caveat: one machine; see the report for what cannot be told."
			      : "Caveat: counts of a guest in QEMU, which know nothing of caches, stalls or time.");
}

/* clang-format off */
static const struct {
	const char *name;
	void (*print)(const struct table *t);
	bool has_head;	/* says itself what is compared */
} styles[] = {
	{ "own",	print_own,	false },
	{ "lkp",	print_lkp,	true },
	{ "mmtests",	print_mmtests,	false },
	{ "fastpath",	print_fastpath,	false },
	{ "perf",	print_own,	false },
};
/* clang-format on */

/* Does a style say itself what is compared? */
bool style_has_head(const char *style)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (style && !strcmp(styles[i].name, style))
			return styles[i].has_head;
	return false;
}

/**
 * letter_style_is_known() - is there such a style? If not, say which there are
 * @style: name, or NULL for the first
 */
bool letter_style_is_known(const char *style)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (!style || !strcmp(styles[i].name, style))
			return true;
	say_no_such("style", style, letter_styles(), NULL);
	return false;
}

/** letter_styles() - what --style takes */
struct names letter_styles(void)
{
	return NAMES_OF(styles);
}

/* Is it ours, and of nobody's robot? */
bool style_is_own(const char *style)
{
	return !style || !strcmp(style, styles[0].name);
}

/**
 * print_letter_table() - rows in a style
 * @cmp: comparison, built
 * @style: one that letter_style_is_known()
 * @lines: lines of @cmp->lines
 * @nr: length of @lines, not 0
 * @f: where to
 */
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f)
{
	const struct table t = { cmp, lines, nr, f };

	for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
		if (style && strcmp(styles[i].name, style))
			continue;
		/* The others are of changes. */
		if (cmp->nr_cols < 2)
			print_own(&t);
		else
			styles[i].print(&t);
		return;
	}
}
