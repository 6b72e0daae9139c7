// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data of pictures that compare the last column with the first: effects with
 * intervals, distributions, boots in their order.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

/* Tails of which the distribution is drawn, evenly in their logarithm. */
#define TAIL_STEPS 10 /* per decade */
#define TAIL_DECADES 4

static const struct column *last_column(const struct comparison *cmp)
{
	return &cmp->cols[cmp->nr_cols - 1];
}

/* The headline, or any row that has a cost, where none of them has changed. */
const struct line *main_line(const struct comparison *cmp)
{
	const struct line *line = headline_line(cmp);

	for (size_t i = 0; i < cmp->nr_lines && !line; i++)
		if (cmp->lines[i].key->metric_id ==
		    cost_metric(cmp->cols[0].recs[0]))
			line = &cmp->lines[i];
	return line;
}

/**
 * print_data_sample() - how much was measured, for the caption
 * @cmp: comparison
 * @f: where to
 */
void print_data_sample(const struct comparison *cmp, FILE *f)
{
	const struct column *base = &cmp->cols[0], *new = last_column(cmp);
	char *seeds = seeds_text(cmp, true);
	const struct line *line = main_line(cmp);

	if (seeds && line)
		fprintf(f,
			"# sample: exact: seed %.*s; least and largest change with seeds %s: %s %s %s %%\n",
			(int)strcspn(seeds, " "), seeds, seeds,
			line->key->scenario, line->key->op, spread_text(line));
	else if (!is_timed(base->recs[0]))
		fprintf(f,
			"# sample: exact: 1 boot, every count repeats to the digit\n");
	else if (cmp->nr_cols == 1)
		fprintf(f, "# sample: %s\n",
			fmt_count(base->nr_boots, counted_as(cmp)));
	else
		fprintf(f, "# sample: %zu %ss of %s, %zu of %s\n", base->nr_boots,
			counted_as(cmp), base->name, new->nr_boots, new->name);
	free(seeds);
}

/* "15.6 to 42.7" in percent, of a line whose change has one sign with all seeds. */
static const char *size_text(const struct line *line)
{
	const struct effect ends = effect_ends(line);
	bool up = line->ratio > 1;
	const char *near = fmt_points(up ? ends.low : ends.high) + 1;
	const char *far = fmt_points(up ? ends.high : ends.low) + 1;

	if (!line->spread.nr || ends.low == ends.high)
		return fmt_points(line->ratio) + 1;
	return fmt_text("%s to %s", near, far);
}

/* A line that moved: what it takes more or less of, and whether it does the same. */
static char *change_text(const struct comparison *cmp, const struct line *line)
{
	bool timed = is_timed(cmp->cols[0].recs[0]);
	char *seeds = line->spread.nr ? seeds_text(cmp, true) : NULL;
	char *text =
		xasprintf("%s takes %s %% %s than %s in %s %s",
			  last_column(cmp)->name, size_text(line),
			  line->ratio > 1
				  ? (timed ? "more time" : "more instructions")
			  : timed ? "less time"
				  : "fewer instructions",
			  cmp->cols[0].name, line->key->scenario, line->key->op);

	if (seeds)
		join_text(&text, " ", "with seeds %s", seeds);
	if (line_tally(line) == TALLY_SHAPE)
		join_text(&text, ", ", "with " OTHER_SHAPE);
	free(seeds);
	return text;
}

static bool depends_on_seed(const struct line *line)
{
	const struct effect ends = effect_ends(line);

	return line->verdict == SEED_DEPENDENT ||
	       (line->spread.nr && ends.low < ends.high &&
		(ends.low - 1) * (ends.high - 1) <= 0);
}

/**
 * finding_text() - what the last column takes in an operation beside the first
 * @cmp: comparison, built
 * @line: its cost
 *
 * It says no more than the verdict of the line does.
 *
 * Return: a sentence, to be given to free().
 */
char *finding_text(const struct comparison *cmp, const struct line *line)
{
	const char *base = cmp->cols[0].name, *new = last_column(cmp)->name;
	const char *scenario = line->key->scenario, *op = line->key->op;
	bool timed = is_timed(cmp->cols[0].recs[0]);

	if (depends_on_seed(line))
		return xasprintf("whether %s takes more instructions than %s in %s %s depends on the seed (%s %%)",
				 new, base, scenario, op, spread_text(line));
	switch (line_tally(line)) {
	case TALLY_SAME:
		return xasprintf("%s takes as many instructions as %s in %s %s",
				 new, base, scenario, op);
	case TALLY_EQUIVALENT:
		return xasprintf("%s and %s differ by less than the threshold in %s %s",
				 new, base, scenario, op);
	case TALLY_UNKNOWN:
	case TALLY_MISSING:
		return xasprintf("whether %s takes more %s than %s in %s %s cannot be told",
				 new, timed ? "time" : "instructions", base,
				 scenario, op);
	default:
		return change_text(cmp, line);
	}
}

/* In percent; "-" is what gnuplot does not take for a missing row. */
static void print_ends(const struct effect *ends, FILE *f)
{
	if (!ends) {
		fputs("\t-\t-", f);
		return;
	}
	print_data_value(percent(ends->low), f);
	print_data_value(percent(ends->high), f);
}

static void print_effect(const struct line *line, FILE *f)
{
	const struct stats_estimate *est = &line->est;
	const struct effect ends = effect_ends(line);
	bool known = line->spread.nr ? ends.low < ends.high
				     : line->has_est && est->ci95.known &&
					       est->scale == STATS_RATIO;

	fprintf(f, "%s %s", line->key->scenario, line->key->op);
	print_data_value((line->ratio - 1) * 100, f);
	print_ends(known ? &ends : NULL, f);
	if (known)
		fprintf(f, "\t%s%% (%s)", fmt_points(line->ratio),
			fmt_range(ends.low, ends.high));
	else
		fprintf(f, "\t%s%%", fmt_points(line->ratio));
	fprintf(f, "\t%s\n", change_kind(line));
}

/**
 * title_line() - what the title of a picture of costs is about
 * @cmp: comparison, built
 *
 * Return: the headline, or where that is equal what changed most; NULL where nothing
 * did.
 */
const struct line *title_line(const struct comparison *cmp)
{
	const struct line *line = main_line(cmp);

	return line && has_effect(cmp, line) && !line_is_equal(line)
		       ? line
		       : biggest_change(cmp, cost_metric(cmp->cols[0].recs[0]));
}

static void print_effects_title(const struct comparison *cmp, size_t nr, FILE *f)
{
	const struct line *top = title_line(cmp);
	size_t unmerged = count_unmerged(cmp);
	char *text =
		top ? finding_text(cmp, top)
		    : xasprintf("no operation changes: %s takes as %s as %s in all %zu",
				last_column(cmp)->name,
				is_timed(cmp->cols[0].recs[0])
					? "much time"
					: "many instructions",
				cmp->cols[0].name, nr);

	if (unmerged)
		join_text(&text, "; ", "%s of mapping no longer merge%s",
			  fmt_count(unmerged, "kind"), unmerged == 1 ? "s" : "");
	fprintf(f, "# title: %s\n", text);
	free(text);
}

/**
 * print_effects_data() - data of the picture "effects", a forest plot
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA when no row can be compared.
 */
int print_effects_data(const struct comparison *cmp, FILE *f)
{
	const struct record *rec = cmp->cols[0].recs[0];
	size_t nr = 0, better = 0, worse = 0, shape = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (!has_effect(cmp, &cmp->lines[i]))
			continue;
		nr++;
		better += *change_kind(&cmp->lines[i]) == 'b';
		worse += *change_kind(&cmp->lines[i]) == 'w';
		shape += *change_kind(&cmp->lines[i]) == 's';
	}
	if (!nr)
		return -ENODATA;
	fputs("# picture: effects\n", f);
	print_effects_title(cmp, nr, f);
	fprintf(f,
		"# subtitle: %s of each operation, %s against %s: of %zu operations %zu better, %zu worse, %zu with " OTHER_SHAPE
		", %zu none of these\n",
		is_timed(rec) ? "time" : "instructions", last_column(cmp)->name,
		cmp->cols[0].name, nr, better, worse, shape,
		nr - better - worse - shape);
	fprintf(f, "# spoken: 5 6\n# unit: change of %s, percent%s\n",
		is_timed(rec) ? "time" : "instructions",
		is_timed(rec) ? fmt_text(", over pairs of %ss, 95 %% interval",
					 counted_as(cmp))
		: cmp->nr_seeds ? " (exact), lines over all seeds"
				: " (exact)");
	print_data_columns(cmp, f);
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (has_effect(cmp, &cmp->lines[i]))
			print_effect(&cmp->lines[i], f);
	return 0;
}

/* What was timed before and after, or NULL. */
static const struct line *timed_line(const struct comparison *cmp)
{
	const struct line *line = main_line(cmp);

	return line && is_timed(cmp->cols[0].recs[0]) && line->rows[0] &&
			       line->rows[line->col] && line->rows[0]->nr_hist &&
			       line->rows[line->col]->nr_hist
		       ? line
		       : NULL;
}

static double tail_value(const struct column *col, const struct line *line,
			 double tail)
{
	const struct quantile q = { "", 1 - tail };

	return column_value(col, line->key, &q, NULL);
}

/* Of the operation of a line: how a quantile of its calls changed, NULL if unknown. */
static const struct line *tail_line(const struct comparison *cmp,
				    const struct line *line, const char *quantile)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];

	for (size_t i = 0; i < tails->nr; i++)
		if (same_operation(&tails->list[i], line) &&
		    tails->list[i].ratio > 0 &&
		    !strcmp(tails->list[i].quantile->name, quantile))
			return &tails->list[i];
	return NULL;
}

/* p50 of single calls, and what its verdict says of the two. */
static void print_medians(const struct comparison *cmp, const struct line *line,
			  FILE *f)
{
	const struct line *p50 = tail_line(cmp, line, "p50");
	enum tally tally = p50 ? line_tally(p50) : TALLY_UNKNOWN;

	fprintf(f, "# title: p50 of %s %s %s %s ns in %s %s %s ns in %s",
		line->key->scenario, line->key->op,
		tally == TALLY_BETTER  ? "falls from"
		: tally == TALLY_WORSE ? "rises from"
				       : "is",
		fmt_value(tail_value(&cmp->cols[0], line, 0.5)),
		cmp->cols[0].name,
		tally == TALLY_BETTER || tally == TALLY_WORSE ? "to" : "and",
		fmt_value(tail_value(last_column(cmp), line, 0.5)),
		last_column(cmp)->name);
	if (tally == TALLY_EQUIVALENT || tally == TALLY_SAME)
		fputs("; the difference is less than the threshold", f);
	else if (tally != TALLY_BETTER && tally != TALLY_WORSE)
		fputs("; whether it changes cannot be told", f);
	fputc('\n', f);
}

/**
 * print_ecdf_data() - data of the picture "ecdf": how many calls take longer
 * @cmp: comparison, built
 * @f: where to
 *
 * A point is the median over boots of a quantile of each: boots count alike,
 * however many samples they have.
 *
 * Return: 0, -ENODATA without distributions on both sides.
 */
int print_ecdf_data(const struct comparison *cmp, FILE *f)
{
	const struct line *line = timed_line(cmp);

	if (!line)
		return -ENODATA;
	fputs("# picture: ecdf\n", f);
	print_medians(cmp, line, f);
	fprintf(f,
		"# subtitle: calls that take longer than that, both axes logarithmic; quantiles are medians over %ss\n"
		"# unit: ns per operation\n",
		counted_as(cmp));
	print_data_columns(cmp, f);
	for (int i = 0; i <= TAIL_STEPS * TAIL_DECADES; i++) {
		double tail = 0.99 * pow(10, -(double)i / TAIL_STEPS);
		double base = tail_value(&cmp->cols[0], line, tail);
		double new = tail_value(last_column(cmp), line, tail);

		if (isnan(base) && isnan(new))
			continue;
		fprintf(f, "%.6g", tail);
		print_data_value(base, f);
		print_data_value(new, f);
		fputc('\n', f);
	}
	return 0;
}

static void print_shift_title(const struct comparison *cmp,
			      const struct line *line, FILE *f)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];
	size_t nr = 0, less = 0, more = 0;

	for (size_t i = 0; i < tails->nr; i++) {
		const struct line *tail = &tails->list[i];

		if (!same_operation(tail, line) || !(tail->ratio > 0))
			continue;
		nr++;
		less += line_tally(tail) == TALLY_BETTER;
		more += line_tally(tail) == TALLY_WORSE;
	}
	fprintf(f, "# title: of %s of %s %s ", fmt_count(nr, "quantile"),
		line->key->scenario, line->key->op);
	if (less + more)
		fprintf(f, "%zu %s in %s, %zu %s\n", less,
			less == 1 ? "falls" : "fall", last_column(cmp)->name,
			more, more == 1 ? "rises" : "rise");
	else
		fprintf(f, "none is shown to change in %s\n",
			last_column(cmp)->name);
}

/**
 * print_shift_data() - data of the picture "shift": change by quantile
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA without quantiles on both sides.
 */
int print_shift_data(const struct comparison *cmp, FILE *f)
{
	const struct line *line = timed_line(cmp);
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];
	struct effect ends;
	size_t nr = 0;

	for (size_t i = 0; line && i < tails->nr; i++)
		nr += same_operation(&tails->list[i], line) &&
		      tails->list[i].ratio > 0;
	if (!nr)
		return -ENODATA;
	fputs("# picture: shift\n", f);
	print_shift_title(cmp, line, f);
	fprintf(f,
		"# subtitle: change of each quantile of single calls, %s against %s\n",
		last_column(cmp)->name, cmp->cols[0].name);
	fprintf(f,
		"# spoken: 5 6\n# unit: change of time, percent, 95 %% interval over %ss\n",
		counted_as(cmp));
	print_data_columns(cmp, f);
	for (size_t i = 0; i < tails->nr; i++) {
		const struct line *tail = &tails->list[i];

		if (!same_operation(tail, line) || !(tail->ratio > 0))
			continue;
		/* Two words, as the names of all rows. */
		fprintf(f, "quantile %s", tail->quantile->name);
		print_data_value((tail->ratio - 1) * 100, f);
		ends = effect_ends(tail);
		print_ends(tail->has_est && tail->est.ci95.known ? &ends : NULL,
			   f);
		fprintf(f, "\t%s%% of %s ns\t%s\n", fmt_points(tail->ratio),
			fmt_value(tail->values[0]), change_kind(tail));
	}
	return 0;
}

/* A boot and when it was run. */
struct placed {
	const struct boot *boot;
	int64_t block; /* as they are compared */
	size_t col;
};

static int64_t boot_order(const struct boot *boot)
{
	const json_t *b = json_object_get(boot->recs[0]->header, "boot");

	return json_integer_value(json_object_get(b, "order"));
}

/* Other sessions have blocks of the same numbers that were run side by side. */
static int64_t placed_block(const struct comparison *cmp, const struct boot *boot)
{
	return last_column(cmp)->blocking == BLOCKS_BY_NUMBER
		       ? boot->number
		       : (int64_t)boot->block;
}

static int placed_cmp(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int64_t ox = boot_order(x->boot), oy = boot_order(y->boot);

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (ox != oy)
		return ox < oy ? -1 : 1;
	return x->col < y->col ? -1 : x->col > y->col;
}

/**
 * print_boots_data() - data of the picture "boots": each in the order it was run
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA when a boot has no order: there is one alone of each; and where
 * boots are repeats of layouts, of which there is another picture.
 */
int print_boots_data(const struct comparison *cmp, FILE *f)
{
	const struct line *line = main_line(cmp);
	struct placed *all = NULL;
	size_t nr = 0;
	char *finding;

	if (!line || !is_timed(cmp->cols[0].recs[0]) || draws_layouts(cmp))
		return -ENODATA;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct boot *boots = cmp->cols[c].boots;

		for (size_t i = 0; i < cmp->cols[c].nr_boots; i++) {
			all = xgrow(all, nr, sizeof(*all));
			all[nr++] = (struct placed){
				&boots[i], placed_block(cmp, &boots[i]), c
			};
		}
	}
	if (!all || nr <= cmp->nr_cols) {
		free(all);
		return -ENODATA;
	}
	qsort(all, nr, sizeof(*all), placed_cmp);
	finding = finding_text(cmp, line);
	fprintf(f, "# picture: boots\n# title: %s: %s and %s ns over %zu boots\n",
		finding, fmt_value(line->values[0]),
		fmt_value(line->values[line->col]), nr);
	free(finding);
	fputs("# subtitle: a mark per boot in the order they were run, lines between blocks; a slope is drift\n"
	      "# unit: ns per operation, " NAME_OF_MEDIAN " of a boot\n",
	      f);
	print_data_columns(cmp, f);
	for (size_t i = 1; i < nr; i++)
		if (all[i].block != all[i - 1].block)
			fprintf(f, "# block: %g\n", i + 0.5);
	for (size_t i = 0; i < nr; i++) {
		struct column one = { .boots = (struct boot *)all[i].boot,
				      .nr_boots = 1 };

		fprintf(f, "%zu", i + 1);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			print_data_value(c == all[i].col
						 ? column_value(&one, line->key,
								NULL, NULL)
						 : NAN,
					 f);
		fputc('\n', f);
	}
	free(all);
	return 0;
}
