// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison in full, for people: report.md. */
#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "html.h"
#include "letter/letter.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

/* What each stage did to the address space: the ground under every number. */
static void print_shapes(const struct comparison *cmp, const struct output *out)
{
	struct grid *g = grid_new();
	const struct line *line;

	grid_column(g, "operation", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, true, 0);

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		line = &cmp->lines[i];
		if (!line_starts_op(cmp, i))
			continue;
		grid_cell(g, TINT_NONE, "%s %s", line->key->scenario,
			  line->key->op);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			const struct record_shape *s;

			s = record_find_shape(cmp->cols[c].recs[0],
					      line->key->scenario, line->key->op);
			if (s)
				grid_cell(g, TINT_NONE, "%s, %lld to %lld",
					  s->outcome, (long long)s->vmas_before,
					  (long long)s->vmas_after);
			else
				grid_cell(g, TINT_NONE, "-");
		}
	}
	grid_print(g, out);
}

static void print_pictures(const struct comparison *cmp, FILE *f)
{
	for (size_t i = 0; i < nr_pictures; i++)
		if (picture_has_data(&pictures[i], cmp))
			fprintf(f, "![%s](plots/%s.svg)\n\n", pictures[i].title,
				pictures[i].name);
}

/* Of the same operations as the pictures. */
static void print_all_objects(const struct comparison *cmp,
			      const struct operation *chosen, size_t nr, FILE *f)
{
	const struct output out = { .f = f, .width = 100 };

	for (size_t i = 0; i < nr; i++) {
		struct grid *g = chosen[i].metric == METRIC_INSNS
					 ? objects_grid(cmp, chosen[i].scenario,
							chosen[i].op, false)
					 : NULL;

		if (!g)
			continue;
		grid_free(g);
		fputs("```\n", f);
		print_objects(cmp, &chosen[i], &out, false);
		fputs("```\n\n", f);
	}
}

static void print_bills(const struct comparison *cmp, FILE *f)
{
	const struct output out = { .f = f, .width = 100 };
	size_t nr;
	struct operation *chosen = choose_waterfalls(cmp, &nr);

	/* Of the headline: its instructions come first, and its cache lines if known. */
	for (size_t i = 0; i < nr && (!i || chosen[i].metric != METRIC_INSNS);
	     i++) {
		fprintf(f, "## Where the %s went\n\n```\n",
			bill_count(chosen[i].metric)->noun);
		print_bill(cmp, &chosen[i], &out, &(const struct bill_view){ 0 });
		fputs("```\n\n", f);
	}
	for (size_t i = 0; i < nr; i++)
		fprintf(f, "![%s %s: %s by function](plots/%s.svg)\n\n",
			chosen[i].scenario, chosen[i].op,
			metrics[chosen[i].metric].title,
			waterfall_name(&chosen[i]));
	print_all_objects(cmp, chosen, nr, f);
	free(chosen);
}

static void print_title(const struct comparison *cmp, const char *from, FILE *f)
{
	char *title = series_title(cmp), *ops = operations_text(cmp);
	char *what = cmp->nr_cols > 1
			     ? xasprintf("%s%s %s to %s", ops, from,
					 cmp->cols[0].name,
					 cmp->cols[cmp->nr_cols - 1].name)
			     : xasprintf("%s on %s, compared with nothing", ops,
					 cmp->cols[0].name);
	size_t nr;
	struct series_of *list = collect_series(cmp, &nr);
	const char *sep = ": ";

	if (title) {
		fputs("# ", f);
		put_markdown(title, f);
		fputs("\n\n", f);
	}
	fprintf(f, "%s%s", title ? "" : "# ", what);
	for (size_t i = 0; i < nr; i++) {
		if (!list[i].link)
			continue;
		fputs(sep, f);
		put_markdown_link(list[i].link, f);
		sep = ", ";
	}
	fputs("\n\n", f);
	free(list);
	free(what);
	free(ops);
	free(title);
}

/* In full: the table of both tiers, and all that is known of the times. */
static void print_times(const struct comparison *cmp, const struct output *out)
{
	const struct selection sel = {
		.headlines = true,
		.full = true,
		.hint = "times.json has them",
	};
	const struct comparison *times = times_beside(cmp);

	print_beside(cmp, out, true);
	if (times) {
		fputs("\n### Of the times\n\n```\n", out->f);
		print_summary(times, out);
		fputs("```\n", out->f);
		print_tables(times, out, &sel, times->nr_cols > 2);
		if (times->nr_cols > 2)
			print_stage_legend(times, out);
		else
			print_estimate_legend(times, out);
	}
	if (cmp->times || cmp->untimed)
		fputc('\n', out->f);
}

/**
 * print_all_stages() - stages.md: of many commits those that moved nothing, too
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0; -ENODATA where report.md has all of them; -EIO.
 */
int print_all_stages(const struct comparison *cmp, FILE *f)
{
	const struct selection sel = { .all = true };
	const struct output out = { .f = f, .width = 80, .markup = MARKDOWN };

	if (cmp->shown == cmp)
		return -ENODATA;
	print_title(cmp, ", each commit from", f);
	fputs("```\n", f);
	print_kernels(cmp, cmp->cols[cmp->nr_cols - 1].name, &out);
	fputs("```\n\n## Tables\n", f);
	print_tables(cmp, &out, &sel, false);
	print_adjacent(cmp, &out);
	fputs("\n## Shapes\n\n", f);
	print_shapes(cmp, &out);
	return ferror(f) ? -EIO : 0;
}

/**
 * print_report() - report.md
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0 or -EIO.
 */
int print_report(const struct comparison *cmp, FILE *f)
{
	const struct selection sel = {
		.full = true,
		.hint = "summary.json has them",
	};
	const struct output out = { .f = f, .width = 80, .markup = MARKDOWN };
	bool exact = !is_timed(cmp->cols[0].recs[0]);

	cmp = cmp->shown;
	print_title(cmp, ",", f);
	if (exact)
		fputs("Counts of one operation, from kernels run in QEMU with a deterministic\n"
		      "clock. They repeat to the digit for these images, this QEMU and this seed.\n"
		      "They are not times: they know nothing of caches, stalls or frequency.\n\n",
		      f);
	if (cmp->nr_cols > 1) {
		fputs("## Answer\n\n```\n", f);
		print_answer(cmp, &out);
		fputs("```\n\n", f);
	}
	fputs("## Summary\n\n```\n", f);
	print_summary(cmp, &out);
	print_env_notes(cmp, &out, true);
	fputs("```\n", f);
	if (cmp != cmp->whole)
		fputs("\nCommits that changed nothing have no column here; "
		      "[stages.md](stages.md) has all.\n",
		      f);
	print_luck_note(cmp, &out);
	print_shape_changes(cmp, &out);
	print_findings(cmp->whole, &out);
	print_adjacent(cmp, &out);
	fputc('\n', f);
	print_pictures(cmp, f);
	print_bills(cmp, f);
	print_times(cmp, &out);
	fputs("## Tables\n\nValues are per operation.", f);
	if (cmp->nr_cols > 1)
		fputs(" *diff* and *change* are the last stage\n"
		      "against the first; `=` is equal to the digit, `-` is not there.",
		      f);
	fputc('\n', f);
	print_tables(cmp, &out, &sel, false);
	print_estimate_legend(cmp, &out);
	print_trees(cmp, &(struct tree_selection){ 0 }, &out);
	print_seeds(cmp->whole, &out);

	fputs("\n## Shapes\n\nWhat became of an operation, and the VMAs in its window before and after a batch.\n\n",
	      f);
	print_shapes(cmp, &out);

	fputs("\n## Failed and skipped\n", f);
	if (!print_notes(cmp->whole, &out))
		fputs("\nNothing.\n", f);
	return ferror(f) ? -EIO : 0;
}
