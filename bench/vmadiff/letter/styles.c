// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a cover letter as its readers know it: ours, that of the 0-day
 * robot, of mmtests, of Fastpath. The numbers are the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Of a table: two blanks in front, which a mail and a quote leave alone. */
#define TABLE_WIDTH 78
#define INDENT "  "
/* The robot says nothing of a deviation below it, in parts of the mean. */
#define SHOWN_DEVIATION 0.02

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

static void print_grid(struct grid *g, enum markup markup, bool tight, FILE *f)
{
	struct output out = { .width = TABLE_WIDTH - (int)strlen(INDENT),
			      .markup = markup,
			      .tight = tight };
	char *text;
	size_t size;

	out.f = open_text(&text, &size);
	grid_print(g, &out);
	fclose(out.f);
	print_indented(text, f);
	free(text);
}

/* What the columns are, below the table. */
static void explain(const struct table *t, const char *text)
{
	fputc('\n', t->f);
	print_wrapped(t->f, 72, 0, text);
}

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

static const char *change_of(const struct line *line)
{
	return isnan(line->ratio) || line->values[0] == 0 ||
			       line->key->metric_id == METRIC_VMAS
		       ? fmt_diff(line->diff)
		       : fmt_percent(line->ratio);
}

static const char *interval_of(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	if (!line->has_est || !est->ci95.known)
		return "-";
	if (est->scale == STATS_RATIO)
		return fmt_range(exp(est->ci95.lower), exp(est->ci95.upper));
	return fmt_text("%s..%s", fmt_diff(est->ci95.lower),
			fmt_diff(est->ci95.upper));
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
		if (noisy)
			grid_cell(g, TINT_NONE, "%s", interval_of(line));
		if (!single)
			grid_cell(g, TINT_NONE, "%s",
				  verdict_name(line->verdict));
	}
	print_grid(g, TEXT, false, t->f);
	text = xasprintf("Columns: %s of one operation, or what the row says (stores, vma+, node+: maple-tree stores, VMAs and maple nodes allocated; vmas: VMAs afterwards)%s Lower is better.",
			 is_timed(cmp->cols[0].recs[0]) ? "median ns"
							: "kernel instructions",
			 single	 ? "."
			 : noisy ? "; change of the last column against the first in percent, the interval that holds it in 95 of 100 such experiments, and what follows from it."
				 : "; change of the last column against the first. EXACT: a count that repeats to the digit, without an interval, and not a time.");
	explain(t, text);
	free(text);
}

/* Deviation between boots as a part of the mean, NAN for one boot. */
static double deviation(const struct column *col, const struct line *line,
			double *mean)
{
	double sum = 0, squares = 0, d;
	size_t n = 0;

	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_row *row =
			record_find_row(col->recs[r], line->key);

		if (!row)
			continue;
		sum += row->value;
		n++;
	}
	*mean = n ? sum / (double)n : NAN;
	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_row *row =
			record_find_row(col->recs[r], line->key);

		if (!row)
			continue;
		d = row->value - *mean;
		squares += d * d;
	}
	return n > 1 && *mean != 0 ? sqrt(squares / (double)(n - 1)) / *mean
				   : NAN;
}

static const char *deviation_text(double part)
{
	return part >= SHOWN_DEVIATION ? fmt_text("+-%.0f%%", part * 100) : "";
}

static const char *word_of(const struct line *line)
{
	switch (line_tally(line)) {
	case TALLY_BETTER:
		return "improvement";
	case TALLY_WORSE:
		return "regression";
	default:
		return "change";
	}
}

static void add_lkp_row(struct grid *g, const struct comparison *cmp,
			const struct line *line)
{
	double mean, part = deviation(&cmp->cols[0], line, &mean);

	grid_cell(g, TINT_NONE, "%10s %-5s", fmt_value(mean),
		  deviation_text(part));
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const struct line *l = &cmp->against[c][line - cmp->lines];

		part = deviation(&cmp->cols[c], line, &mean);
		grid_cell(g, TINT_NONE, "%10s %10s %-5s", change_of(l),
			  fmt_value(mean), deviation_text(part));
	}
	grid_cell(g, TINT_NONE, "%s%s", row_name(line, "."),
		  is_cost(line) ? fmt_text(".%s", line->key->metric) : "");
}

static void print_lkp(const struct table *t)
{
	/* Below the headings: of the first column, of the others. */
	static const char *const below[][2] = {
		{ "----------------", "---------------------------" },
		{ "%stddev", "%change         %stddev" },
		{ "\\  ", "|                \\  " },
	};
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();
	const struct line *head = headline_line(cmp);
	size_t last = cmp->nr_cols - 1;

	if (head && last)
		fprintf(t->f, INDENT "vmabench: %s %s %s\n\n",
			row_name(head, "."), change_of(head), word_of(head));
	fputs(INDENT "commit:\n", t->f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		fprintf(t->f, INDENT INDENT "%s\n", cmp->cols[c].name);
	fputc('\n', t->f);
	add_columns(g, cmp, 0);
	grid_column(g, "", true, 0);
	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		for (size_t c = 0; c <= last; c++)
			grid_cell(g, TINT_NONE, "%s", below[i][!!c]);
		grid_cell(g, TINT_NONE, "%s", "");
	}
	for (size_t i = 0; i < t->nr; i++)
		add_lkp_row(g, cmp, t->lines[i]);
	print_grid(g, TEXT, true, t->f);
	explain(t,
		"Columns: mean over boots, %stddev where it is above 2% of the mean (an exact count has none), and the change against the first column. Lower is better. The row is scenario, operation, metric.");
}

/* "*" says that the difference is real, as mmtests has it. */
static bool is_significant(const struct line *line)
{
	return line->verdict == EXACT_CHANGED ||
	       line->verdict == SHAPE_CHANGED || line->verdict == REGRESSED ||
	       line->verdict == IMPROVED || line->verdict == CHANGED;
}

static const char *mmtests_cell(const struct line *l, double value, bool first)
{
	double gain = first ? 0 : (1 - l->ratio) * 100;
	const char *marks = !first && is_significant(l) ? "**" : "()";

	if (l->key->better == BETTER_HIGHER)
		gain = -gain;
	if (isnan(gain))
		return fmt_text("%9s %-9s", fmt_value(value), "(    -)");
	return fmt_text("%9s %c%6.2f%%%c", fmt_value(value), marks[0], gain,
			marks[1]);
}

static void print_mmtests(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();

	grid_column(g, "", true, 0);
	grid_column(g, "", true, 0);
	add_columns(g, cmp, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		bool cost = line->key->metric_id == METRIC_LATENCY;

		grid_cell(g, TINT_NONE, "%-5s", cost ? "Med" : "Count");
		grid_cell(g, TINT_NONE, "%-10s", row_name(line, "-"));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%s",
				  mmtests_cell(c ? &cmp->against[c][line - cmp->lines]
						 : line,
					       line->values[c], !c));
	}
	print_grid(g, TEXT, true, t->f);
	explain(t,
		"Columns: Med, median ns of one operation; Count, what one operation executes or leaves, exact. In brackets the gain against the first column, positive is better; * instead of brackets: significant, of a count that it differs.");
}

static const char *fastpath_cell(const struct line *line)
{
	const char *class = "";
	double change = fabs(line->ratio - 1) * 100;

	if (line_tally(line) == TALLY_BETTER)
		class = "(I) ";
	else if (line_tally(line) == TALLY_WORSE ||
		 (line->verdict == SHAPE_CHANGED && line->diff > 0))
		class = "(R) ";
	if (line->diff == 0)
		return "0.00%";
	if (isnan(line->ratio))
		return fmt_text("%s%s", class, fmt_diff(line->diff));
	return fmt_text("%s%s%.2f%%", class, line->ratio < 1 ? "-" : "+", change);
}

static void print_fastpath(const struct table *t)
{
	const struct comparison *cmp = t->cmp;
	struct grid *g = grid_new();

	grid_column(g, "Benchmark", true, 0);
	add_columns(g, cmp, 0);
	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];

		grid_cell(g, TINT_NONE, "%s", row_name(line, " "));
		for (size_t c = 0; c < cmp->nr_cols; c++)
			grid_cell(g, TINT_NONE, "%12s",
				  c ? fastpath_cell(&cmp->against[c][line - cmp->lines])
				    : fmt_value(line->values[0]));
	}
	print_grid(g, BOXED, false, t->f);
	explain(t,
		"The first column is the baseline, the others are relative to it; lower is better. (R) is a statistically significant regression, (I) an improvement: of an exact count, that it differs at all; of a measurement, that the adjusted p is below 5% and the 90% interval not within what does not matter.");
	if (t->nr && cmp->nr_cols > 1)
		print_wrapped(t->f, 72, 0,
			      fmt_text("Reading example: %s has %s in %s and is at %s of it in %s.",
				       row_name(t->lines[0], " "),
				       fmt_value(t->lines[0]->values[0]),
				       cmp->cols[0].name,
				       fastpath_cell(t->lines[0]),
				       story_last_name(cmp)));
	print_wrapped(t->f, 72, 0,
		      is_timed(cmp->cols[0].recs[0])
			      ? "Caveat: one machine; see the report for what cannot be told."
			      : "Caveat: counts of a guest in QEMU, which know nothing of caches, stalls or time.");
}

/* clang-format off */
static const struct {
	const char *name;
	void (*print)(const struct table *t);
} styles[] = {
	{ "own",	print_own },
	{ "lkp",	print_lkp },
	{ "mmtests",	print_mmtests },
	{ "fastpath",	print_fastpath },
};
/* clang-format on */

/**
 * letter_style_is_known() - is there such a style? If not, say which there are
 * @style: name, or NULL for the first
 */
bool letter_style_is_known(const char *style)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (!style || !strcmp(styles[i].name, style))
			return true;
	fprintf(stderr, "vmadiff: unknown style \"%s\"; the styles are", style);
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		fprintf(stderr, " %s", styles[i].name);
	fputc('\n', stderr);
	return false;
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
