// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel against itself. What is found to differ is the method's or the
 * machine's doing: how often that happens, how large it is, and what could have
 * been found at all.
 */
#include <err.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "folder/folder.h"
#include "judge/judge.h"

/**
 * struct aa - what came of it
 * @rows: rows with an estimate
 * @below: of these, with p below 5 %, before any adjustment
 * @callable: that could be called different after it, by so many runs
 * @called: and are, whether or not the difference matters
 * @floor: largest effect among the rows of sets that are judged
 * @where: the row that has it
 * @mde: minimal detectable effects that are known, ascending
 * @nr_mde: length of @mde
 */
struct aa {
	size_t rows, below, callable, called;
	double floor;
	const struct line *where;
	double *mde;
	size_t nr_mde;
};

/* Is the least p that there can be small enough, adjusted for all rows? */
static bool is_callable(const struct comparison *cmp, const struct line *line)
{
	size_t rows = line->exploratory ? 1 : cmp->nr_holm;

	return line->est.p_min * rows <= STATS_ALPHA;
}

static void add_line(struct aa *aa, const struct comparison *cmp,
		     const struct line *line)
{
	double effect;

	if (!line->has_est || line->est.scale != STATS_RATIO ||
	    line->key->pass_id != PASS_TIME)
		return;
	aa->rows++;
	aa->below += line->est.p < STATS_ALPHA;
	aa->callable += is_callable(cmp, line);
	aa->called += line->p <= STATS_ALPHA;
	effect = fabs(stats_effect(&line->est, line->est.shift) - 1);
	if (!line->exploratory && effect >= aa->floor) {
		aa->floor = effect;
		aa->where = line;
	}
	if (line->mde.is == STATS_MDE_KNOWN) {
		*xappend(aa->mde, aa->nr_mde) =
			fabs(stats_effect(&line->est, line->mde.shift) - 1);
	}
}

static double median_mde(const struct aa *aa)
{
	return aa->nr_mde ? aa->mde[aa->nr_mde / 2] : NAN;
}

static void print_aa(const struct comparison *cmp, const struct aa *aa,
		     size_t distinct)
{
	printf("%s tier, %s, a kernel against itself, %zu and %zu runs",
	       tiers[cmp->cols[0].recs[0]->tier].name,
	       kernel_id(cmp->cols[0].recs[0]), cmp->cols[0].nr_recs,
	       cmp->cols[1].nr_recs);
	if (draws_layouts(cmp))
		printf(" of %zu and %zu layouts\n\n", cmp->cols[0].nr_boots,
		       cmp->cols[1].nr_boots);
	else
		printf(" of %s\n\n", fmt_count(distinct, "boot"));
	printf("rows compared                %zu\n", aa->rows);
	printf("p below 5 %%, not adjusted    %zu (%.1f expected)\n", aa->below,
	       STATS_ALPHA * (double)aa->rows);
	if (aa->callable)
		printf("called different             %zu (of %zu that could be)\n",
		       aa->called, aa->callable);
	else
		puts("called different             n/a: so few runs call nothing different, whatever it is");
	printf("noise floor                  %.2f %%", 100 * aa->floor);
	if (aa->where)
		printf(" (%s %s %s)", aa->where->key->scenario,
		       aa->where->key->op, aa->where->key->metric);
	if (aa->nr_mde)
		printf("\nminimal detectable effect    %.2f %% (median of rows; largest %.2f %%)\n",
		       100 * median_mde(aa), 100 * aa->mde[aa->nr_mde - 1]);
	else
		printf("\nminimal detectable effect    %s\n",
		       aa->callable
			       ? "not known: too few runs"
			       : "unattainable with this plan: too few runs");
	if (distinct == 1)
		puts("\nAll runs are of one boot: the noise between boots is not in these numbers.");
}

static size_t distinct_boots(const struct comparison *cmp)
{
	json_t *ids = json_object();
	size_t nr;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->cols[c].nr_recs; i++) {
			const json_t *boot =
				json_object_get(cmp->cols[c].recs[i]->header,
						"boot");
			const char *id =
				json_string_value(json_object_get(boot,
								  "boot_id"));

			json_object_set_new(ids, id ? id : "", json_true());
		}
	nr = json_object_size(ids);
	json_decref(ids);
	return nr;
}

static enum status write_aa(const struct comparison *cmp, const struct aa *aa,
			    size_t distinct, const char *dir)
{
	char *text;
	json_t *all =
		json_pack("{s:{s:s, s:i, s:i}, s:f, s:I, s:I, s:o, s:I, s:I, s:s}",
			  "schema", "name", "vmabench-aa", "major", 1, "minor",
			  1, "floor", fmin(aa->floor, 0.999), "rows",
			  (json_int_t)aa->rows, "p_below_5_percent",
			  (json_int_t)aa->below, "called_different",
			  aa->callable ? json_integer((json_int_t)aa->called)
				       : json_null(),
			  "runs",
			  (json_int_t)(cmp->cols[0].nr_recs +
				       cmp->cols[1].nr_recs),
			  "boots", (json_int_t)distinct, "kernel",
			  kernel_id(cmp->cols[0].recs[0]));
	struct folder folder = { .path = xasprintf("%s", dir) };
	enum status status;

	json_object_set_new(all, "mde_median",
			    aa->nr_mde ? json_real(median_mde(aa)) : json_null());
	text = json_dumps(all, JSON_INDENT(1));
	folder_add(&folder, "aa.json", text, strlen(text), MODE_DERIVED);
	status = folders_write(&folder, 1);
	folders_free(&folder, 1);
	json_decref(all);
	return status;
}

/**
 * print_aa_report() - say what a comparison of a kernel with itself came to
 * @cmp: two columns, built
 * @dir: where to write aa.json, or NULL
 *
 * Return: %STATUS_DATA where there is nothing to say it of, or no room for it;
 * %STATUS_USAGE where an aa.json is there that is not of an earlier run.
 */
enum status print_aa_report(const struct comparison *cmp, const char *dir)
{
	size_t distinct = distinct_boots(cmp);
	struct aa aa = { 0 };
	enum status status = STATUS_OK;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		add_line(&aa, cmp, &cmp->lines[i]);
	if (!aa.rows) {
		warnx("no row of pass time has runs on both sides");
		return STATUS_DATA;
	}
	qsort(aa.mde, aa.nr_mde, sizeof(*aa.mde), cmp_doubles);
	print_aa(cmp, &aa, distinct);
	if (dir)
		status = write_aa(cmp, &aa, distinct, dir);
	free(aa.mde);
	return status;
}
