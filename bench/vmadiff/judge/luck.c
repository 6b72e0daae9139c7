// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel and variants of it, whose changes mean nothing: by how much each row moves all
 * the same. What a series moves by as much may be luck.
 */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "judge/judge.h"

#define VARIANTS_NAMED 3

/* How far a row goes, less what the first column has, which is one of its values. */
static void span_of(const struct comparison *cmp, const struct line *line,
		    double *low, double *high)
{
	*low = *high = 0;
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		double diff = line->values[c] - line->values[0];

		*low = fmin(*low, diff);
		*high = fmax(*high, diff);
	}
}

static bool has_moved(const struct comparison *cmp, const struct line *line)
{
	double low, high;

	span_of(cmp, line, &low, &high);
	return low < 0 || high > 0;
}

/* A row that not all have, or that is not the same twice, has no luck. */
static bool is_told(const struct comparison *cmp, const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (isnan(line->values[c]) ||
		    (c && (cmp->against[c][line - cmp->lines].verdict ==
				   NONDETERMINISTIC ||
			   cmp->against[c][line - cmp->lines].verdict ==
				   NOT_COMPARABLE)))
			return false;
	return line->key->exact;
}

/* "data_8, percpu_8 and 2 more", that a row is not the same in. */
static char *movers_text(const struct comparison *cmp, const struct line *line)
{
	char *text = NULL;
	size_t nr = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++)
		if (line->values[c] != line->values[0] && nr++ < VARIANTS_NAMED)
			join_text(&text, ", ", "%s", cmp->cols[c].name);
	if (nr > VARIANTS_NAMED)
		join_text(&text, " and ", "%zu more", nr - VARIANTS_NAMED);
	return text;
}

/* A line a metric: of how many rows how many moved, and how far. */
static void print_metrics(const struct comparison *cmp, const struct output *out)
{
	struct grid *g = grid_new();

	grid_column(g, "metric", true, 0);
	grid_column(g, "rows", false, 0);
	grid_column(g, "moved", false, 0);
	grid_column(g, "least", false, 0);
	grid_column(g, "most", false, 0);
	for (size_t i = 0; i < cmp->nr_lines;) {
		const char *metric = cmp->lines[i].key->metric;
		double least = 0, most = 0, low, high;
		size_t rows = 0, moved = 0;

		for (; i < cmp->nr_lines &&
		       !strcmp(cmp->lines[i].key->metric, metric);
		     i++) {
			if (!is_told(cmp, &cmp->lines[i]))
				continue;
			span_of(cmp, &cmp->lines[i], &low, &high);
			least = fmin(least, low);
			most = fmax(most, high);
			rows++;
			moved += has_moved(cmp, &cmp->lines[i]);
		}
		if (!moved &&
		    !(rows && metric_is_headline(metric_by_name(metric))))
			continue;
		grid_cell(g, TINT_NONE, "%s", metric);
		grid_cell(g, TINT_NONE, "%zu", rows);
		grid_cell(g, TINT_NONE, "%zu", moved);
		grid_cell(g, TINT_NONE, "%s", fmt_diff(least));
		grid_cell(g, TINT_NONE, "%s", fmt_diff(most));
	}
	grid_print(g, out);
}

static void print_rows(const struct comparison *cmp, const struct output *out)
{
	struct grid *g = grid_new();

	grid_column(g, "row", true, 0);
	grid_column(g, "base", false, 0);
	grid_column(g, "least", false, 0);
	grid_column(g, "most", false, 0);
	grid_column(g, "moved by", true, 1);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		char *movers;
		double low, high;

		if (!is_told(cmp, line) || !has_moved(cmp, line))
			continue;
		span_of(cmp, line, &low, &high);
		movers = movers_text(cmp, line);
		grid_cell(g, TINT_NONE, "%s %s %s", line->key->scenario,
			  line->key->op, line->key->metric);
		grid_cell(g, TINT_NONE, "%s", fmt_value(line->values[0]));
		grid_cell(g, TINT_NONE, "%s", fmt_diff(low));
		grid_cell(g, TINT_NONE, "%s", fmt_diff(high));
		grid_cell(g, TINT_NONE, "%s", movers);
		free(movers);
	}
	grid_print(g, out);
}

static const char *code_of(const struct column *col)
{
	return json_string_value(json_object_get(col->recs[0]->kernel, "code"));
}

/* Variants whose code is the same, so that data alone can have moved. */
static void print_same_code(const struct comparison *cmp, const struct output *out)
{
	const char *code = code_of(&cmp->cols[0]), *other;
	char *text = NULL;

	for (size_t c = 1; code && c < cmp->nr_cols; c++) {
		other = code_of(&cmp->cols[c]);
		if (other && !strcmp(code, other))
			join_text(&text, ", ", "%s", cmp->cols[c].name);
	}
	if (text) {
		fputc('\n', out->f);
		print_hanging(out->f, out->width, 2,
			      "The compiler made the same code of: ", text);
	}
	free(text);
}

static void print_luck(const struct comparison *cmp, const struct output *out)
{
	size_t rows = 0, moved = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (!is_told(cmp, &cmp->lines[i]))
			continue;
		rows++;
		moved += has_moved(cmp, &cmp->lines[i]);
	}
	print_wrapped(out->f, out->width, 0,
		      fmt_text("Luck of %s, %s: %s that change nothing move %zu of %s",
			       cmp->cols[0].recs[0]->stage
				       ? cmp->cols[0].recs[0]->stage
				       : cmp->cols[0].name,
			       kernel_id(cmp->cols[0].recs[0]),
			       fmt_count(cmp->nr_cols - 1, "variant"), moved,
			       fmt_count(rows, "row")));
	fputc('\n', out->f);
	print_metrics(cmp, out);
	if (moved) {
		fputc('\n', out->f);
		print_rows(cmp, out);
	}
	print_same_code(cmp, out);
}

/* Did a variant call functions of the same code more or less often? */
static bool calls_moved(const struct comparison *cmp, const struct line *line)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const struct line *of = &cmp->against[c][line - cmp->lines];

		if (of->verdict == EXACT_CHANGED &&
		    lies_in_same_code(cmp, of, false) &&
		    !lies_in_same_code(cmp, of, true))
			return true;
	}
	return false;
}

static json_t *rows_of(const struct comparison *cmp)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		double low, high;

		if (!is_told(cmp, line))
			continue;
		span_of(cmp, line, &low, &high);
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:s, s:s, s:f, s:f, s:f, s:b}",
						"scenario", line->key->scenario,
						"version", line->key->version,
						"op", line->key->op, "metric",
						line->key->metric, "base",
						line->values[0], "low", low,
						"high", high, "calls",
						calls_moved(cmp, line)));
	}
	return rows;
}

static int write_luck(const struct comparison *cmp, const char *path)
{
	const struct record *base = cmp->cols[0].recs[0];
	json_t *variants = json_array(), *all;
	char *text;
	int err;

	for (size_t c = 1; c < cmp->nr_cols; c++)
		json_array_append_new(variants, json_string(cmp->cols[c].name));
	all = json_pack("{s:{s:s, s:i, s:i}, s:s*, s:O, s:O, s:o, s:o}",
			"schema", "name", LUCK_SCHEMA, "major", LUCK_MAJOR,
			"minor", LUCK_MINOR, "stage", base->stage, "kernel",
			base->kernel, "env", base->env, "variants", variants,
			"rows", rows_of(cmp));
	text = json_dumps(all, JSON_INDENT(1));
	err = write_file_atomic(path, text, strlen(text), MODE_DERIVED);
	if (err)
		warnx("cannot write %s: %s", path, why_not_written(err));
	json_decref(all);
	free(text);
	return err;
}

/**
 * print_luck_report() - say how far the rows of a kernel move by luck
 * @cmp: a kernel and variants of it, built
 * @path: file to write, or NULL
 * @out: where to print it
 *
 * Return: %STATUS_DATA where records cannot be compared, or there is no room for it.
 */
enum status print_luck_report(const struct comparison *cmp, const char *path,
			      const struct output *out)
{
	for (size_t i = 0; i < cmp->nr_differ; i++)
		warnx("cannot be compared: %s", cmp->differ[i]);
	if (cmp->nr_differ)
		return STATUS_DATA;
	if (is_timed(cmp->cols[0].recs[0])) {
		warnx("%s is timed: luck is of what is counted",
		      cmp->cols[0].name);
		return STATUS_DATA;
	}
	print_luck(cmp, out);
	return path && write_luck(cmp, path) ? STATUS_DATA : STATUS_OK;
}
