// SPDX-License-Identifier: GPL-2.0-or-later
/* One record, to be read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

static void show_header(const struct record *rec, const struct output *out)
{
	const char *key, *differences;
	json_t *v;

	fprintf(out->f, "%-10s %s\n%-10s %s\n", "kernel", kernel_id(rec),
		"tier", tiers[rec->tier].name);
	if (rec->stage)
		fprintf(out->f, "%-10s %s\n", "stage", rec->stage);
	json_object_foreach(rec->env, key, v) {
		fprintf(out->f, "%-10s %s\n", key, json_string_value(v));
	}
	differences = header_text(rec, "info", "config_differences");
	if (differences) {
		fprintf(out->f, "%-10s not as in the exact tier:\n", "config");
		print_wrapped(out->f, out->width, 11, differences);
	}
}

/* The highest quantile that is known: one outlier is not to set the scale. */
static double high_end(const struct record_row *row)
{
	for (size_t q = nr_quantiles; q-- > 0;) {
		double v = hist_quantile(row->hist, row->nr_hist, quantiles[q].q);

		if (!isnan(v))
			return v;
	}
	return row->hist[row->nr_hist - 1].value;
}

static void show_distributions(const struct record *rec, const struct output *out)
{
	struct grid *g = grid_new();
	const char *unit = NULL;
	double low = INFINITY, high = 0;
	char *spark;
	bool unavailable = false;

	grid_column(g, "operation", true, 0);
	for (size_t q = 0; q < nr_quantiles; q++)
		grid_column(g, quantiles[q].name, false, 0);
	grid_column(g, "distribution", true, 1);
	grid_column(g, "samples", false, 2);
	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!row->nr_hist)
			continue;
		low = fmin(low, fmax(row->hist[0].value, 1e-9));
		high = fmax(high, high_end(row));
	}

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!row->nr_hist)
			continue;
		if (!unit)
			fprintf(out->f, "\n%s%s%s, single calls [%s]\n",
				tint_on(out, TINT_HEAD),
				metric_title(row->metric),
				tint_off(out, TINT_HEAD), row->unit);
		unit = row->unit;
		grid_cell(g, TINT_NONE, "%s %s", row->scenario, row->op);
		for (size_t q = 0; q < nr_quantiles; q++) {
			double v = hist_quantile(row->hist, row->nr_hist,
						 quantiles[q].q);

			unavailable |= isnan(v);
			grid_cell(g, TINT_NONE, "%s", fmt_value(v));
		}
		spark = spark_text(row, low, high, out);
		grid_cell(g, TINT_NONE, "%s", spark);
		free(spark);
		grid_cell(g, TINT_NONE, "%.0f",
			  hist_count(row->hist, row->nr_hist));
	}
	if (!unit) {
		grid_free(g);
		return;
	}
	grid_print(g, out);
	fprintf(out->f, "distribution: from %s to %s and above, logarithmic\n",
		fmt_value(low), fmt_value(high));
	if (rec->clock_step_ns > 0)
		fprintf(out->f,
			"the clock advances by %s ns, a bucket is up to 1/256 wide: interpolated\n",
			fmt_value(rec->clock_step_ns));
	if (unavailable)
		fprintf(out->f, "- : fewer than %d samples above it%s\n",
			QUANTILE_MIN_ABOVE,
			rec->clock_step_ns > 0 ? ", or less than two steps from p50"
					       : "");
}

static int name_cmp(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	int d = (int)metric_by_name(x) - (int)metric_by_name(y);

	return d ? d : strcmp(x, y);
}

/**
 * enum table - what is in a table of its own
 * @VALUES: all that is in no other one
 * @LINES: cache lines and pages
 * @BODIES: system calls, the same inside of the kernel, and the difference
 * @LEFTOVERS: what operations left behind: few of them are asked
 */
enum table {
	VALUES,
	LINES,
	BODIES,
	LEFTOVERS
};

static enum table table_of(const struct record_row *row)
{
	const struct bill_count *count = bill_count(row->metric_id);

	if (row->pass_id == PASS_BODY)
		return BODIES;
	if (count && count->rule)
		return LINES;
	return metric_is_leftover(row->metric_id) ? LEFTOVERS : VALUES;
}

/* Metrics without a distribution that the record has, in order of output. */
static const char **collect_metrics(const struct record *rec, enum table table,
				    size_t *nr)
{
	const char **names = NULL;
	size_t n = 0, k = 0;

	for (size_t i = 0; i < rec->nr_rows; i++) {
		if (rec->rows[i].nr_hist || table_of(&rec->rows[i]) != table)
			continue;
		names = xgrow(names, n, sizeof(*names));
		names[n++] = rec->rows[i].metric;
	}
	if (n)
		qsort(names, n, sizeof(*names), name_cmp);
	for (size_t i = 0; i < n; i++)
		if (!k || strcmp(names[k - 1], names[i]))
			names[k++] = names[i];
	*nr = k;
	return names;
}

static const char *unit_of(const struct record *rec, const char *metric)
{
	for (size_t i = 0; i < rec->nr_rows; i++)
		if (!strcmp(rec->rows[i].metric, metric))
			return rec->rows[i].unit;
	return "?";
}

static bool same_op(const struct record_row *a, const struct record_row *b)
{
	return !strcmp(a->scenario, b->scenario) && !strcmp(a->op, b->op);
}

/* Has an operation, whose rows are @rows to before @end, any of the metrics? */
static bool has_any(const struct record_row *rows, const struct record_row *end,
		    const char **names, size_t nr)
{
	for (const struct record_row *row = rows; row < end; row++)
		for (size_t m = 0; m < nr; m++)
			if (!strcmp(row->metric, names[m]))
				return true;
	return false;
}

/* Of a difference, by its batches. */
static void show_interval(struct grid *g, const struct record_row *row)
{
	if (isnan(row->low))
		grid_cell(g, TINT_NONE, "-");
	else
		grid_cell(g, TINT_NONE, "[%s, %s]", fmt_value(row->low),
			  fmt_value(row->high));
}

/* Everything else: a line per operation, a column per metric. */
static void show_values(const struct record *rec, enum table table,
			const struct output *out)
{
	size_t nr;
	const char **names = collect_metrics(rec, table, &nr);
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	for (size_t m = 0; m < nr; m++)
		grid_column(g, metric_head(names[m]), false,
			    table == BODIES || table == LINES ||
					    metric_is_headline(metric_by_name(names[m]))
				    ? 0
				    : 1 + (int)m);
	if (table == BODIES)
		grid_column(g, "95 %", false, 0);
	grid_column(g, "outcome", true, 1);

	for (size_t i = 0, end; i < rec->nr_rows; i = end) {
		const struct record_row *op = &rec->rows[i];
		const struct record_row *last = op;
		const struct record_shape *shape;

		for (end = i; end < rec->nr_rows; end++)
			if (!same_op(op, &rec->rows[end]))
				break;
		if (!has_any(op, &rec->rows[end], names, nr))
			continue;

		shape = record_find_shape(rec, op->scenario, op->op);
		grid_cell(g, TINT_NONE, "%s %s", op->scenario, op->op);
		for (size_t m = 0; m < nr; m++) {
			double v = NAN;

			for (size_t j = i; j < end; j++) {
				if (strcmp(rec->rows[j].metric, names[m]))
					continue;
				v = rec->rows[j].value;
				last = &rec->rows[j];
			}
			grid_cell(g, TINT_NONE, "%s", fmt_value(v));
		}
		if (table == BODIES)
			show_interval(g, last);
		grid_cell(g, TINT_NONE, "%s", shape ? shape->outcome : "-");
	}
	if (nr) {
		fputc('\n', out->f);
		grid_print(g, out);
		fputc('\n', out->f);
	} else {
		grid_free(g);
	}
	for (size_t m = 0; m < nr; m++)
		if (strcmp(metric_head(names[m]), names[m]))
			fprintf(out->f, "%-10s %s: %s [%s]\n",
				metric_head(names[m]), names[m],
				metric_title(names[m]), unit_of(rec, names[m]));
	free(names);
}

/**
 * show_record() - print one record as tables
 * @cmp: comparison whose only column it is
 * @out: where to, as text
 */
void show_record(const struct comparison *cmp, const struct output *out)
{
	const struct column column = { .recs = cmp->cols[0].recs, .nr_recs = 1 };
	const struct record *rec = column.recs[0];

	show_header(rec, out);
	show_warnings(rec, out);
	show_distributions(rec, out);
	show_values(rec, VALUES, out);
	show_values(rec, LINES, out);
	show_values(rec, BODIES, out);
	show_values(rec, LEFTOVERS, out);
	print_adjacent(cmp, out);
	print_findings(cmp, out);
	if (rec->nr_skips + rec->nr_failures + rec->nr_undeclared)
		fputc('\n', out->f);
	print_column_notes(&column, 1, out);
}
