// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data of the pictures of the native tier: what its layouts and their boots say of an
 * operation, in each stage.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

/* Operations that are legible in one picture. */
#define OPS_DRAWN 8

static bool is_headline(const struct record_series *series,
			const struct line *line)
{
	for (size_t i = 0; i < series->nr_headlines; i++)
		if (!strcmp(series->headlines[i].scenario, line->key->scenario) &&
		    !strcmp(series->headlines[i].op, line->key->op))
			return true;
	return false;
}

static bool is_drawn(const struct comparison *times, const struct line *line)
{
	return line->key->metric_id == METRIC_LATENCY && !isnan(line->diff) &&
	       line_is_drawn(times, line);
}

/* First what the series is about, then what changed, the largest change first. */
static int rank_cmp(const void *a, const void *b, void *series)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	bool hx = is_headline(series, x), hy = is_headline(series, y);
	double rx = x->ratio > 0 ? fabs(log(x->ratio)) : 0;
	double ry = y->ratio > 0 ? fabs(log(y->ratio)) : 0;

	if (hx != hy)
		return hx ? -1 : 1;
	if (rx != ry)
		return rx > ry ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* @cmp: what the boots are beside, or their own comparison */
static const struct line **choose(const struct comparison *cmp,
				  const struct comparison *times, size_t *nr)
{
	const struct line **list = xcalloc(times->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < times->nr_lines; i++)
		if (is_drawn(times, &times->lines[i]))
			list[(*nr)++] = &times->lines[i];
	qsort_r(list, *nr, sizeof(*list), rank_cmp,
		(void *)comparison_series(cmp));
	if (*nr > OPS_DRAWN)
		*nr = OPS_DRAWN;
	return list;
}

static double boot_value(const struct boot *boot, const struct record_row *key)
{
	const struct column one = { .boots = (struct boot *)boot, .nr_boots = 1 };

	return column_value(&one, key, NULL, NULL);
}

static double record_value(struct record *rec, const struct record_row *key)
{
	const struct boot boot = { .recs = &rec, .nr_recs = 1 };

	return boot_value(&boot, key);
}

/* What was booted how often, for the caption. */
static void print_sample(const struct comparison *times, FILE *f)
{
	fputs("# sample: native tier, inside of the kernel\n# columns:", f);
	for (size_t c = 0; c < times->nr_cols; c++)
		fprintf(f, " %s", times->cols[c].name);
	fputc('\n', f);
	for (size_t c = 0; c < times->nr_cols; c++)
		fprintf(f, "# kernel: %s: %s, %s of %s\n", times->cols[c].name,
			kernel_id(times->cols[c].recs[0]),
			fmt_count(times->cols[c].nr_recs, "boot"),
			fmt_count(times->cols[c].nr_boots, counted_as(times)));
}

/* "437.5 > 196.7 ns, -236.0 [-243.7, -229.3]", in a buffer as of fmt_text(). */
static const char *change_text(const struct line *line)
{
	const char *pair = fmt_text("%s > %s ns", fmt_value(line->values[0]),
				    fmt_value(line->values[line->col]));

	if (!line->has_est || !line_interval(line)->known)
		return pair;
	return fmt_text("%s, %s %s%s", pair, ns_text(line, line->est.shift),
			line_is_small(line) ? "=" : "", ns_interval_text(line));
}

/* An axis, and whether any mark is beyond it. */
struct axis {
	double low;
	double high;
	bool beyond;
};

/* A boot that went wrong must not hide what all others say: it is put at the edge. */
#define REACH 0.3

static void widen(struct axis *axis, double v, double median)
{
	double low = median * (1 - REACH), high = median * (1 + REACH);

	axis->beyond |= v < low || v > high;
	axis->low = fmin(axis->low, fmax(v, low));
	axis->high = fmax(axis->high, fmin(v, high));
}

static void print_axis(struct axis *axis, FILE *f)
{
	double room = 0.03 * (axis->high - axis->low) + 0.1;

	axis->low -= room;
	axis->high += room;
	if (axis->beyond)
		fputs("# beyond: x\n", f);
}

/* A value, or where the axis ends, and which of the two. */
static void print_mark(const struct axis *axis, double v, FILE *f)
{
	print_data_value(isnan(v) ? v : fmax(axis->low, fmin(axis->high, v)), f);
	fprintf(f, "\t%d", v < axis->low || v > axis->high);
}

/* Of all marks, in percent of the first column. */
static struct axis times_axis(const struct comparison *times,
			      const struct line **lines, size_t nr)
{
	struct axis axis = { INFINITY, -INFINITY, false };

	for (size_t i = 0; i < nr; i++) {
		const double *values = lines[i]->values;

		for (size_t c = 0; c < times->nr_cols; c++) {
			const struct column *col = &times->cols[c];

			for (size_t b = 0; b < col->nr_boots; b++) {
				double v = boot_value(&col->boots[b],
						      lines[i]->key);

				if (!isnan(v))
					widen(&axis, 100 * v / values[0],
					      100 * values[c] / values[0]);
			}
		}
	}
	return axis;
}

/* Marks of a row: its layouts one below the other, in the order of their numbers. */
static void print_marks(const struct comparison *times, const struct line *line,
			size_t row, const struct axis *axis, FILE *f)
{
	for (size_t c = 0; c < times->nr_cols; c++) {
		const struct column *col = &times->cols[c];

		for (size_t i = 0; i < col->nr_boots; i++) {
			double v = boot_value(&col->boots[i], line->key);

			if (isnan(v))
				continue;
			fprintf(f, "%zu\t%zu\t%g", row, c + 1,
				((double)i + 0.5) / (double)col->nr_boots);
			print_mark(axis, 100 * v / line->values[0], f);
			fputc('\n', f);
		}
	}
}

/**
 * print_times_data() - data of the picture "times": what each layout says
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA where nothing was timed in the native tier.
 */
int print_times_data(const struct comparison *cmp, FILE *f)
{
	const struct comparison *times = native_part(cmp);
	const struct line **lines;
	struct axis axis;
	char *finding;
	size_t nr;

	if (!times)
		return -ENODATA;
	lines = choose(cmp, times, &nr);
	if (!nr) {
		free(lines);
		return -ENODATA;
	}
	finding = finding_text(times, lines[0]);
	fprintf(f,
		"# picture: times\n# title: %s: %s and %s ns\n"
		"# subtitle: a mark is a layout of the code, the bar is their median; [ ] is the 95 %% interval of the change in ns, =[ ] that of 90 %%\n"
		"# unit: time of one call, percent of the median of %s\n",
		finding, fmt_value(lines[0]->values[0]),
		fmt_value(lines[0]->values[lines[0]->col]), times->cols[0].name);
	free(finding);
	axis = times_axis(times, lines, nr);
	print_axis(&axis, f);
	fprintf(f, "# read: %zu\n# range: %g %g\n", nr, axis.low, axis.high);
	print_sample(times, f);
	for (size_t i = 0; i < nr; i++) {
		fprintf(f, "%s %s", lines[i]->key->scenario, lines[i]->key->op);
		for (size_t c = 0; c < times->nr_cols; c++)
			print_data_value(100 * lines[i]->values[c] /
						 lines[i]->values[0],
					 f);
		fprintf(f, "\t%s\t%s\n", change_text(lines[i]),
			change_kind(lines[i]));
	}
	fputs("\n\n", f);
	for (size_t i = 0; i < nr; i++)
		print_marks(times, lines[i], i, &axis, f);
	free(lines);
	return 0;
}

/* Of all boots, in percent of the median of their column: panels have one scale. */
static struct axis layouts_axis(const struct comparison *times,
				const struct line *line)
{
	struct axis axis = { 100, 100, false };

	for (size_t c = 0; c < times->nr_cols; c++) {
		const struct column *col = &times->cols[c];

		for (size_t r = 0; r < col->nr_recs; r++) {
			double v = record_value(col->recs[r], line->key);

			if (!isnan(v))
				widen(&axis, 100 * v / line->values[c], 100);
		}
	}
	return axis;
}

/* The place of a layout among those of all columns; they are sorted in each. */
static size_t find_place(const int64_t *numbers, size_t nr, int64_t number)
{
	size_t i = 0;

	while (i < nr && numbers[i] < number)
		i++;
	return i;
}

static int64_t *collect_layouts(const struct comparison *times, size_t *nr)
{
	int64_t *numbers = NULL;

	*nr = 0;
	for (size_t c = 0; c < times->nr_cols; c++) {
		for (size_t i = 0; i < times->cols[c].nr_boots; i++) {
			int64_t number = times->cols[c].boots[i].number;
			size_t at = find_place(numbers, *nr, number);

			if (at < *nr && numbers[at] == number)
				continue;
			numbers = xgrow(numbers, *nr, sizeof(*numbers));
			memmove(&numbers[at + 1], &numbers[at],
				(*nr - at) * sizeof(*numbers));
			numbers[at] = number;
			++*nr;
		}
	}
	return numbers;
}

/* The boots of a layout at its place, in the order they were run; and its median. */
static void print_layout(const struct boot *boot, const struct record_row *key,
			 const struct axis *axis, size_t place, FILE *f)
{
	double median = boot_value(boot, key);

	for (size_t r = 0; r < boot->nr_recs; r++) {
		double at = ((double)r + 0.5) / (double)boot->nr_recs;

		fprintf(f, "%g", (double)place + 0.1 + 0.8 * at);
		print_mark(axis, record_value(boot->recs[r], key), f);
		fprintf(f, "\t%g", (double)place + 0.5);
		print_data_value(r ? NAN : median, f);
		fputc('\n', f);
	}
}

/* What layouts of a column take at least and at most. */
struct extremes {
	double low;
	double high;
	size_t nr;
};

static struct extremes layout_extremes(const struct column *col,
				       const struct record_row *key)
{
	struct extremes e = { INFINITY, -INFINITY, 0 };

	for (size_t i = 0; i < col->nr_boots; i++) {
		double v = boot_value(&col->boots[i], key);

		if (isnan(v))
			continue;
		e.low = fmin(e.low, v);
		e.high = fmax(e.high, v);
		e.nr++;
	}
	return e;
}

/* Do the layouts of the first and of the last kernel keep apart? */
static const char *apart_text(const struct comparison *times,
			      const struct line *line)
{
	const struct column *base = &times->cols[0],
			    *new = &times->cols[line->col];
	const struct extremes a = layout_extremes(base, line->key);
	const struct extremes b = layout_extremes(new, line->key);
	const char *range = fmt_text("%s to %s ns and %s to %s ns",
				     fmt_value(b.low), fmt_value(b.high),
				     fmt_value(a.low), fmt_value(a.high));

	if (b.high < a.low || a.high < b.low)
		return fmt_text("each of %zu layouts of %s is %s than all %zu of %s (%s)",
				b.nr, new->name,
				b.high < a.low ? "faster" : "slower", a.nr,
				base->name, range);
	return fmt_text("%zu layouts of %s and %zu of %s overlap (%s)", b.nr,
			new->name, a.nr, base->name, range);
}

/**
 * print_layouts_data() - data of the picture "layouts": boots in order, by layout
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA where nothing was timed in the native tier.
 */
int print_layouts_data(const struct comparison *cmp, FILE *f)
{
	const struct comparison *times = native_part(cmp);
	const struct line **lines, *line;
	int64_t *numbers;
	size_t nr, nr_layouts;
	struct axis axis;

	if (!times)
		return -ENODATA;
	lines = choose(cmp, times, &nr);
	line = lines[0];
	free(lines);
	if (!nr)
		return -ENODATA;
	numbers = collect_layouts(times, &nr_layouts);
	axis = layouts_axis(times, line);
	fprintf(f,
		"# picture: layouts\n# title: %s %s: %s\n"
		"# subtitle: a mark is a boot, in the order they were run within a layout of the code; a bar is the median of one, which counts once\n"
		"# unit: ns per operation\n# read: 0\n# layouts: %zu\n",
		line->key->scenario, line->key->op, apart_text(times, line),
		nr_layouts);
	print_axis(&axis, f);
	for (size_t c = 0; c < times->nr_cols; c++)
		fprintf(f, "# range: %g %g\n", axis.low * line->values[c] / 100,
			axis.high * line->values[c] / 100);
	print_sample(times, f);
	for (size_t c = 0; c < times->nr_cols; c++) {
		const struct column *col = &times->cols[c];
		const struct axis panel = {
			axis.low * line->values[c] / 100,
			axis.high * line->values[c] / 100,
			axis.beyond,
		};

		fputs(c ? "\n\n" : "", f);
		for (size_t i = 0; i < col->nr_boots; i++)
			print_layout(&col->boots[i], line->key, &panel,
				     find_place(numbers, nr_layouts,
						col->boots[i].number),
				     f);
	}
	free(numbers);
	return 0;
}
