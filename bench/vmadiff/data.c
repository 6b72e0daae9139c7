// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data files of the pictures: tab separated, one operation a line, what the
 * picture has to say about them in "# key: value" lines at the top. gnuplot
 * draws what is here and computes nothing.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "util.h"
#include "vmadiff.h"

/* The columns after the operation, and what ran in each. */
static void print_columns(const struct comparison *cmp, FILE *f)
{
	fputs("# columns:", f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		fprintf(f, " %s", cmp->cols[c].name);
	fputc('\n', f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		fprintf(f, "# kernel: %s: %s\n", cmp->cols[c].name,
			kernel_id(cmp->cols[c].recs[0]));
}

/* Rows of one metric; "?" where a stage has none. */
static size_t print_block(const struct comparison *cmp, const char *metric,
			  FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->metric, metric))
			continue;
		fprintf(f, "%s %s", line->key->scenario, line->key->op);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			if (line->rows[c])
				fprintf(f, "\t%.15g", line->rows[c]->value);
			else
				fputs("\t?", f);
		}
		fputc('\n', f);
		n++;
	}
	return n;
}

/* How the lines of a metric fell, for the second line of a title. */
static void count_changes(const struct comparison *cmp, const char *metric,
			  size_t *less, size_t *more, size_t *equal)
{
	*less = *more = *equal = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->metric, metric) || isnan(line->diff))
			continue;
		if (line->diff < 0)
			(*less)++;
		else if (line->diff > 0)
			(*more)++;
		else
			(*equal)++;
	}
}

/**
 * print_insns_data() - data of the picture "insns"
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA when no record counts instructions.
 */
int print_insns_data(const struct comparison *cmp, FILE *f)
{
	const struct line *top = biggest_change(cmp, "insns");
	const char *from = cmp->cols[0].name;
	const char *to = cmp->cols[cmp->nr_cols - 1].name;
	size_t less, more, equal;

	count_changes(cmp, "insns", &less, &more, &equal);
	fprintf(f, "# picture: insns\n# title: %s to %s: ", from, to);
	if (top)
		fprintf(f, "%s %s takes %.*f %% %s instructions\n",
			top->key->scenario, top->key->op,
			fabs(top->ratio - 1) < 0.1, fabs(top->ratio - 1) * 100,
			top->diff < 0 ? "fewer" : "more");
	else
		fprintf(f, "the same instruction counts\n");
	fprintf(f,
		"# subtitle: of %zu operations %zu take fewer, %zu more, %zu exactly as many\n",
		less + more + equal, less, more, equal);
	fprintf(f,
		"# unit: instructions per operation (executed by the task in the kernel)\n");
	print_columns(cmp, f);
	return print_block(cmp, "insns", f) ? 0 : -ENODATA;
}

/* Operations by what became of their stores and allocations together. */
static void count_operations(const struct comparison *cmp, size_t *less,
			     size_t *more, size_t *ops)
{
	*less = *more = *ops = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		double down = 0, up = 0;

		if (!line_starts_op(cmp, i))
			continue;
		for (size_t j = i; j < cmp->nr_lines; j++) {
			const struct line *line = &cmp->lines[j];
			size_t m = metric_rank(line->key->metric);

			if (m == nr_metrics || !metrics[m].picture ||
			    isnan(line->diff) ||
			    !same_operation(line, &cmp->lines[i]))
				continue;
			down = fmin(down, line->diff);
			up = fmax(up, line->diff);
		}
		(*ops)++;
		*less += down < 0 && up == 0;
		*more += up > 0;
	}
}

static bool in_counts(const struct comparison *cmp, const struct metric *m)
{
	for (size_t i = 0; m->picture && i < cmp->nr_lines; i++)
		if (!strcmp(cmp->lines[i].key->metric, m->name))
			return true;
	return false;
}

/**
 * print_counts_data() - data of the picture "counts"
 * @cmp: comparison, built
 * @f: where to
 *
 * One block per metric, two blank lines apart, as gnuplot's "index" wants.
 *
 * Return: 0, -ENODATA when no record has such counts.
 */
int print_counts_data(const struct comparison *cmp, FILE *f)
{
	const char *from = cmp->cols[0].name;
	const char *to = cmp->cols[cmp->nr_cols - 1].name;
	size_t less, more, ops, blocks = 0;

	count_operations(cmp, &less, &more, &ops);
	fprintf(f, "# picture: counts\n# title: %s to %s: ", from, to);
	if (less + more)
		fprintf(f,
			"%zu of %zu operations store or allocate less, %zu more\n",
			less, ops, more);
	else
		fprintf(f, "exactly equal in all %zu operations\n", ops);
	fprintf(f,
		"# subtitle: writes to the maple tree and slab allocations, counted in a pass of their own\n");
	fprintf(f, "# unit: per operation\n");
	for (size_t i = 0; i < nr_metrics; i++)
		if (in_counts(cmp, &metrics[i]))
			fprintf(f, "# panel: %s\n", metrics[i].title);
	print_columns(cmp, f);

	for (size_t i = 0; i < nr_metrics; i++) {
		if (!in_counts(cmp, &metrics[i]))
			continue;
		fputs(blocks++ ? "\n\n" : "", f);
		print_block(cmp, metrics[i].name, f);
	}
	return blocks ? 0 : -ENODATA;
}

/**
 * print_latency_data() - data of the picture "latency"
 * @rec: record of the metal tier
 * @f: where to
 *
 * A quantile that too few samples back is "?".
 *
 * Return: 0, -ENODATA when the record holds no distribution of latencies.
 */
int print_latency_data(const struct record *rec, FILE *f)
{
	double low = INFINITY, high = 0, p50;
	size_t n = 0;

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (strcmp(row->metric, "latency") || !row->nr_hist)
			continue;
		p50 = hist_quantile(row->hist, row->nr_hist, 0.5);
		if (isnan(p50))
			continue;
		low = fmin(low, p50);
		high = fmax(high, p50);
		n++;
	}
	if (!n)
		return -ENODATA;

	fprintf(f, "# picture: latency\n");
	fprintf(f,
		"# title: Latency of one operation: medians from %.0f to %.0f ns\n",
		low, high);
	fprintf(f,
		"# subtitle: figures are p50 in ns; one boot, the noise between boots is unknown\n");
	fprintf(f, "# unit: ns per operation\n");
	fprintf(f, "# kernel: %s\n", kernel_id(rec));
	fputs("# columns:", f);
	for (size_t q = 0; q < nr_quantiles; q++)
		fprintf(f, " %s", quantiles[q].name);
	fputs(" samples\n", f);

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (strcmp(row->metric, "latency") || !row->nr_hist)
			continue;
		fprintf(f, "%s %s", row->scenario, row->op);
		for (size_t q = 0; q < nr_quantiles; q++) {
			double v = hist_quantile(row->hist, row->nr_hist,
						 quantiles[q].q);

			if (isnan(v))
				fputs("\t?", f);
			else
				fprintf(f, "\t%.15g", v);
		}
		fprintf(f, "\t%.15g\n", hist_count(row->hist, row->nr_hist));
	}
	return 0;
}
