// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data files of the pictures: tab separated, one operation a line, what the
 * picture has to say about them in "# key: value" lines at the top. gnuplot
 * draws what is here and computes nothing.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "render/render.h"

/**
 * print_data_columns() - the columns of a data file, and what ran in each
 * @cmp: comparison
 * @f: where to
 *
 * One blank between two names: a release that holds some loses them.
 */
void print_data_columns(const struct comparison *cmp, FILE *f)
{
	print_data_sample(cmp, f);
	fputs("# columns:", f);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		fputc(' ', f);
		for (const char *s = cmp->cols[c].name; *s; s++)
			fputc(*s == ' ' ? '_' : *s, f);
	}
	fputc('\n', f);
	if (cmp->nr_cols == 1)
		fprintf(f, "# kernel: %s\n", kernel_id(cmp->cols[0].recs[0]));
	for (size_t c = 0; cmp->nr_cols > 1 && c < cmp->nr_cols; c++)
		fprintf(f, "# kernel: %s: %s\n", cmp->cols[c].name,
			kernel_id(cmp->cols[c].recs[0]));
}

/* A value and the tab before it; "?" for NAN. */
void print_data_value(double v, FILE *f)
{
	if (isnan(v))
		fputs("\t?", f);
	else
		fprintf(f, "\t%.15g", v);
}

/**
 * change_kind() - the mark of a change in a picture
 * @line: line
 *
 * Return: as in plots/style.gp.
 */
const char *change_kind(const struct line *line)
{
	enum tally tally = line_tally(line);

	return tally == TALLY_BETTER				  ? "better"
	       : tally == TALLY_WORSE				  ? "worse"
	       : tally == TALLY_SHAPE				  ? "shape"
	       : tally == TALLY_SAME || tally == TALLY_EQUIVALENT ? "equal"
								  : "other";
}

/* Rows end in the kind of the change from the first column to the last. */
static size_t print_block(const struct comparison *cmp, enum metric_id metric,
			  FILE *f)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->key->metric_id != metric || !line_is_drawn(cmp, line))
			continue;
		fprintf(f, "%s %s", line->key->scenario, line->key->op);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			print_data_value(line->values[c], f);
		fprintf(f, "\t%s\n", change_kind(line));
		n++;
	}
	return n;
}

/* Operations by what became of them; none is of two kinds. */
struct changes {
	size_t less;
	size_t more;
	size_t equal;
	size_t shape;	/* do not do the same as before, for more or less */
	size_t by_seed; /* one of these with one seed, and another with another */
};

static struct changes count_changes(const struct comparison *cmp,
				    enum metric_id metric)
{
	struct changes n = { 0 };

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		enum tally tally = line_tally(line);

		if (line->key->metric_id != metric || isnan(line->diff) ||
		    !line_is_drawn(cmp, line))
			continue;
		n.less += tally == TALLY_BETTER;
		n.more += tally == TALLY_WORSE;
		n.equal += tally == TALLY_SAME;
		n.shape += tally == TALLY_SHAPE;
		n.by_seed += line->verdict == SEED_DEPENDENT;
	}
	return n;
}

/* "; 6 have other VMAs or another result", or nothing; to be given to free(). */
static char *other_counts(const struct changes *n)
{
	char *text = xasprintf("%s", "");

	if (n->shape)
		join_text(&text, "", "; %zu ha%s " OTHER_SHAPE, n->shape,
			  n->shape == 1 ? "s" : "ve");
	if (n->by_seed)
		join_text(&text, "", "; %zu depend%s on the seed", n->by_seed,
			  n->by_seed == 1 ? "s" : "");
	return text;
}

/* Said of the operations in a picture that is not of all. */
static const char *drawn_set(const struct comparison *cmp)
{
	if (!cmp->has_set[SET_EXTENDED] ||
	    !(cmp->has_set[SET_PRIMARY] || cmp->has_set[SET_MM]))
		return "";
	return fmt_text(" of the %s set", judged_sets(cmp));
}

/* "6 take fewer, 1 more, 9 as many", what there is of them. */
static void print_insns_title(const struct comparison *cmp,
			      const struct changes *n, size_t all, FILE *f)
{
	const char *from = cmp->cols[0].name;
	const char *to = cmp->cols[cmp->nr_cols - 1].name;

	fputs("# title: ", f);
	if (!all)
		fprintf(f, "no operation has counts of both %s and %s\n", from,
			to);
	else if (n->equal == all)
		fprintf(f,
			"all %zu operations take as many instructions in %s as in %s\n",
			all, to, from);
	else
		fprintf(f,
			"of %zu operations%s %zu take fewer instructions in %s than in %s, %zu more, %zu as many\n",
			all, drawn_set(cmp), n->less, to, from, n->more,
			n->equal);
}

/* -ENODATA when no record counts instructions. */
static int print_insns_data(const struct comparison *cmp, FILE *f)
{
	const struct changes n = count_changes(cmp, METRIC_INSNS);
	size_t all = n.less + n.more + n.equal + n.shape + n.by_seed;
	char *others = other_counts(&n);

	fputs("# picture: insns\n", f);
	print_insns_title(cmp, &n, all, f);
	fprintf(f,
		"# subtitle: instructions per operation in each stage%s\n"
		"# unit: instructions per operation (executed by the task in the kernel)\n",
		others);
	free(others);
	print_data_columns(cmp, f);
	return print_block(cmp, METRIC_INSNS, f) ? 0 : -ENODATA;
}

/* The same by their stores and allocations together; @more wins over @less. */
static struct changes count_operations(const struct comparison *cmp)
{
	struct changes n = { 0 };

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		bool seen[NR_TALLIES] = { false }, by_seed = false;

		if (!line_is_drawn(cmp, &cmp->lines[i]) ||
		    !line_starts_op(cmp, i))
			continue;
		for (size_t j = i; j < cmp->nr_lines; j++) {
			const struct line *line = &cmp->lines[j];
			enum metric_id m = line->key->metric_id;

			if (m != NR_METRICS && metrics[m].picture &&
			    !isnan(line->diff) &&
			    same_operation(line, &cmp->lines[i])) {
				seen[line_tally(line)] = true;
				by_seed |= line->verdict == SEED_DEPENDENT;
			}
		}
		if (by_seed)
			n.by_seed++;
		else if (seen[TALLY_SHAPE])
			n.shape++;
		else if (seen[TALLY_WORSE])
			n.more++;
		else if (seen[TALLY_BETTER])
			n.less++;
		else
			n.equal += seen[TALLY_SAME];
	}
	return n;
}

static bool in_counts(const struct comparison *cmp, enum metric_id m)
{
	for (size_t i = 0; metrics[m].picture && i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->metric_id == m &&
		    line_is_drawn(cmp, &cmp->lines[i]))
			return true;
	return false;
}

/* One block per metric, two blank lines apart, as gnuplot's "index" wants. */
static int print_counts_data(const struct comparison *cmp, FILE *f)
{
	const char *from = cmp->cols[0].name;
	const char *to = cmp->cols[cmp->nr_cols - 1].name;
	const struct changes n = count_operations(cmp);
	size_t all = n.less + n.more + n.equal + n.shape + n.by_seed, blocks = 0;
	char *others = other_counts(&n);

	fputs("# picture: counts\n# title: ", f);
	if (!all)
		fprintf(f, "no operation has counts of both %s and %s\n", from,
			to);
	else if (n.equal == all)
		fprintf(f,
			"all %zu operations store and allocate as much in %s as in %s\n",
			all, to, from);
	else
		fprintf(f,
			"of %zu operations%s %zu store or allocate less in %s than in %s, %zu more, %zu as much\n",
			all, drawn_set(cmp), n.less, to, from, n.more, n.equal);
	fprintf(f,
		"# subtitle: maple-tree stores and slab allocations per operation in each stage, counted in a pass of their own%s\n"
		"# unit: per operation\n",
		others);
	free(others);
	for (enum metric_id i = 0; i < NR_METRICS; i++)
		if (in_counts(cmp, i))
			fprintf(f, "# panel: %s\n", metrics[i].title);
	print_data_columns(cmp, f);

	for (enum metric_id i = 0; i < NR_METRICS; i++) {
		if (!in_counts(cmp, i))
			continue;
		fputs(blocks++ ? "\n\n" : "", f);
		print_block(cmp, i, f);
	}
	return blocks ? 0 : -ENODATA;
}

static bool latency_is_drawn(const struct comparison *cmp,
			     const struct record_row *row)
{
	return row->metric_id == METRIC_LATENCY && row->nr_hist &&
	       row_is_drawn(cmp, row);
}

static double p50_of(const struct record_row *row)
{
	return hist_quantile(row->hist, row->nr_hist, 0.5);
}

/* A quantile that too few samples back is "?". */
static int print_latency_data(const struct comparison *cmp, FILE *f)
{
	const struct record *rec = cmp->cols[0].recs[0];
	const struct record_row *low = NULL, *high = NULL;

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!latency_is_drawn(cmp, row) || isnan(p50_of(row)))
			continue;
		if (!low || p50_of(row) < p50_of(low))
			low = row;
		if (!high || p50_of(row) > p50_of(high))
			high = row;
	}
	if (!low)
		return -ENODATA;

	fprintf(f,
		"# picture: latency\n"
		"# title: p50 of single calls is from %.0f ns (%s %s) to %.0f ns (%s %s)\n"
		"# subtitle: latency of each operation, the figure is p50 in ns; one boot, the noise between boots is unknown\n"
		"# unit: ns per operation\n",
		p50_of(low), low->scenario, low->op, p50_of(high),
		high->scenario, high->op);
	print_data_sample(cmp, f);
	fprintf(f, "# kernel: %s\n", kernel_id(rec));
	fputs("# columns:", f);
	for (size_t q = 0; q < nr_quantiles; q++)
		fprintf(f, " %s", quantiles[q].name);
	fputs(" samples\n", f);

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!latency_is_drawn(cmp, row))
			continue;
		fprintf(f, "%s %s", row->scenario, row->op);
		for (size_t q = 0; q < nr_quantiles; q++)
			print_data_value(hist_quantile(row->hist, row->nr_hist,
						       quantiles[q].q),
					 f);
		fprintf(f, "\t%.15g\n", hist_count(row->hist, row->nr_hist));
	}
	return 0;
}

/* clang-format off */
const struct picture pictures[] = {
	{ "effects", "Effect on each operation, with its interval",
	  print_effects_data, .of_stages = true },
	{ "ecdf", "Latencies before and after, with the tail",
	  print_ecdf_data, "it is of latencies on metal, the exact tier has none", .of_stages = true },
	{ "shift", "Change of latency by quantile",
	  print_shift_data, "it is of latencies on metal, with quantiles that 100 samples back", .of_stages = true },
	{ "boots", "Boots in the order they were run",
	  print_boots_data, "it is of several boots on metal", .of_stages = true },
	{ "times", "Time in the kernel, by layout of the code",
	  print_times_data, "it is of boots of the native tier (--times)", .of_stages = true },
	{ "layouts", "Boots in order, by layout of the code",
	  print_layouts_data, "it is of boots of the native tier (--times)", .of_stages = true },
	{ "waterfall-patches", "Instructions patch by patch",
	  print_patches_data, "it is of three or more stages of the exact tier", .of_stages = true },
	{ "insns", "Instructions per operation",
	  print_insns_data, .of_stages = true },
	{ "counts", "Stores and allocations per operation",
	  print_counts_data, .of_stages = true },
	{ "fill", "Cost against how full the leaf of the maple tree is",
	  print_fill_data, "it is of records of the exact tier that were measured over layouts of the maple tree", .of_stages = true, .of_record = true },
	{ "vmas", "VMAs of adjacent mappings",
	  print_vmas_data, .of_stages = true, .of_record = true },
	{ "population", "Cost against the number of other VMAs",
	  print_population_data, .of_stages = true, .of_record = true },
	{ "threads", "Throughput and p99 against threads and processes",
	  print_threads_data, .of_record = true },
	{ "latency", "Latency of one operation",
	  print_latency_data, .of_record = true },
};
/* clang-format on */

const size_t nr_pictures = ARRAY_SIZE(pictures);

/* Is a picture of as many records as there are? */
bool picture_fits(const struct picture *picture, const struct comparison *cmp)
{
	return cmp->nr_cols > 1 ? picture->of_stages : picture->of_record;
}

/* Is there anything to draw? The picture of nothing is not made. */
bool picture_has_data(const struct picture *picture, const struct comparison *cmp)
{
	char *buf;
	size_t len;
	FILE *f;
	int err;

	if (!picture_fits(picture, cmp))
		return false;
	f = open_text(&buf, &len);
	err = picture->print(cmp, f);
	fclose(f);
	free(buf);
	return !err;
}
