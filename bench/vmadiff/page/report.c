// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison in full: summary.json for programs, report.md for people. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"
#include "compare/compare.h"
#include "files.h"
#include "pictures/pictures.h"
#include "record/format.h"
#include "record/record.h"
#include "render/render.h"
#include "tables/tables.h"

#define SUMMARY_SCHEMA "vmabench-summary"

/* Counts print as counts; what JSON cannot hold is null. */
static json_t *number(double v)
{
	if (!isfinite(v))
		return json_null();
	if (v == rint(v) && fabs(v) < 1LL << 53)
		return json_integer((json_int_t)v);
	return json_real(v);
}

static json_t *line_to_json(const struct comparison *cmp, const struct line *line)
{
	const struct record_row *key = line->key;
	json_t *values = json_object();

	for (size_t c = 0; c < cmp->nr_cols; c++)
		json_object_set_new(values, cmp->cols[c].name,
				    number(line->values[c]));

	/* clang-format off */
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:O*, s:o, s:o, s:o, s:s}",
			 "scenario", key->scenario, "op", key->op,
			 "metric", key->metric, "unit", key->unit, "pass", key->pass,
			 "better", key->better, "exact", key->exact,
			 "set", key->extended ? "extended" : "primary",
			 "params", key->params, "values", values, "diff", number(line->diff),
			 "ratio", number(line->ratio),
			 "verdict", verdict_name(line->verdict));
	/* clang-format on */
}

static void add_note(json_t *list, const char *stage,
		     const struct record_note *note)
{
	/* clang-format off */
	json_t *v = json_pack("{s:s, s:s?, s:s?, s:s}",
			      "stage", stage, "scenario", note->scenario,
			      "op", note->op, "reason", note->reason);
	/* clang-format on */

	json_array_append_new(list, v);
}

static void add_notes(json_t *list, const char *stage,
		      const struct record_note *notes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		add_note(list, stage, &notes[i]);
}

static void add_findings(json_t *list, const char *stage, const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_findings; i++) {
		const struct record_finding *finding = &rec->findings[i];

		/* clang-format off */
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s?, s:s, s:s}", "stage", stage,
				  "scenario", finding->scenario,
				  "op", finding->op, "name", finding->name,
				  "text", finding->text));
		/* clang-format on */
	}
}

/* Neighbours with the same code, and the rows of them that differ all the same. */
static json_t *identical_json(const struct comparison *cmp)
{
	json_t *list = json_array();

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const char *twin = code_twin(cmp, c);
		json_t *rows = json_array();
		const struct line **lines;
		size_t nr;

		lines = contradictions(cmp, c, &nr);
		for (size_t i = 0; i < nr; i++)
			/* clang-format off */
			json_array_append_new(rows,
				json_pack("{s:s, s:s, s:s}",
					  "scenario", lines[i]->key->scenario,
					  "op", lines[i]->key->op,
					  "metric", lines[i]->key->metric));
		/* clang-format on */
		if (twin)
			json_array_append_new(list,
					      json_pack("{s:s, s:s, s:O}", "stage",
							cmp->cols[c].name, "to",
							twin, "rows", rows));
		json_decref(rows);
		free(lines);
	}
	return list;
}

/* Of many commits, how many rows each moved against the one before. */
static json_t *moved_json(const struct comparison *cmp)
{
	json_t *moved = json_object();

	for (size_t c = 1; c < cmp->nr_cols; c++)
		json_object_set_new(moved, cmp->cols[c].name,
				    json_integer((json_int_t)cmp->moved[c].nr));
	return moved;
}

static json_t *summary_json(const struct comparison *cmp)
{
	json_t *stages = json_array(), *records = json_object();
	json_t *rows = json_array(), *differ = json_array();
	json_t *skips = json_array(), *failures = json_array();
	json_t *findings = json_array(), *undeclared = json_array();

	/* A record that was refused is a failure of all of its stage. */
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		struct record_note note = {
			.reason = cmp->refused[i].reason,
		};

		add_note(failures, cmp->refused[i].name, &note);
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];

		json_array_append_new(stages, json_string(col->name));
		json_object_set_new(records, col->name,
				    json_string(base_name(col->recs[0]->path)));
		/* Repeats say the same; boots each for itself. */
		for (size_t r = 0;
		     r < (is_metal(col->recs[0]) ? col->nr_recs : 1); r++) {
			const struct record *rec = col->recs[r];

			add_notes(skips, col->name, rec->skips, rec->nr_skips);
			add_notes(failures, col->name, rec->failures,
				  rec->nr_failures);
			add_notes(undeclared, col->name, rec->undeclared,
				  rec->nr_undeclared);
			add_findings(findings, col->name, rec);
		}
	}
	for (size_t i = 0; i < cmp->nr_lines; i++)
		json_array_append_new(rows, line_to_json(cmp, &cmp->lines[i]));
	for (size_t i = 0; i < cmp->nr_differ; i++)
		json_array_append_new(differ, json_string(cmp->differ[i]));

	/* clang-format off */
	return json_pack("{s:{s:s, s:i, s:i}, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o*}",
			 "schema", "name", SUMMARY_SCHEMA, "major", 1, "minor", 2,
			 "tier", cmp->cols[0].recs[0]->tier, "stages", stages,
			 "records", records, "rows", rows, "skips", skips,
			 "failures", failures, "undeclared", undeclared,
			 "findings", findings, "differing", differ,
			 "identical", identical_json(cmp),
			 "moved", cmp->moved ? moved_json(cmp) : NULL);
	/* clang-format on */
}

/**
 * print_json() - summary.json
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENOMEM or -EIO.
 */
int print_json(const struct comparison *cmp, FILE *f)
{
	json_t *summary = summary_json(cmp);
	int err;

	if (!summary)
		return -ENOMEM;
	err = json_dumpf(summary, f, JSON_INDENT(1)) ? -EIO : 0;
	fputc('\n', f);
	json_decref(summary);
	return err;
}

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

/* Why the headline changed: the bill, and a picture of each waterfall. */
static void print_bills(const struct comparison *cmp, FILE *f)
{
	const struct output out = { .f = f, .width = 100 };
	struct operation *chosen;
	size_t nr;

	chosen = choose_waterfalls(cmp, &nr);
	if (nr)
		fputs("## Where the instructions went\n\n", f);
	for (size_t i = 0; i < nr; i++) {
		if (strcmp(chosen[i].scenario, SERIES_SCENARIO) ||
		    strcmp(chosen[i].op, SERIES_OP))
			continue;
		fputs("```\n", f);
		print_bill(cmp, &chosen[i], &out, &(const struct bill_view){ 0 });
		fputs("```\n\n", f);
	}
	for (size_t i = 0; i < nr; i++)
		fprintf(f,
			"![%s %s: instructions by function](plots/waterfall-%s-%s.svg)\n\n",
			chosen[i].scenario, chosen[i].op, chosen[i].scenario,
			chosen[i].op);
	free(chosen);
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
	fprintf(f, "# mmap() and munmap(), each commit from %s to %s\n\n```\n",
		cmp->cols[0].name, cmp->cols[cmp->nr_cols - 1].name);
	print_kernels(cmp, cmp->cols[cmp->nr_cols - 1].name, &out);
	fputs("```\n\n## Tables\n", f);
	print_tables(cmp, &out, &sel);
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
	bool exact = !strcmp(cmp->cols[0].recs[0]->tier, "exact");

	cmp = cmp->shown;
	fprintf(f, "# mmap() and munmap(), %s to %s\n\n", cmp->cols[0].name,
		cmp->cols[cmp->nr_cols - 1].name);
	if (exact)
		fputs("Counts of one operation, from kernels run in QEMU with a deterministic\n"
		      "clock. They repeat to the digit for these images, this QEMU and this seed.\n"
		      "They are not times: they know nothing of caches, stalls or frequency.\n\n",
		      f);
	fputs("## Summary\n\n```\n", f);
	print_summary(cmp, &out);
	fputs("```\n", f);
	if (cmp != cmp->whole)
		fputs("\nCommits that changed nothing have no column here; "
		      "[stages.md](stages.md) has all.\n",
		      f);
	print_shape_changes(cmp, &out);
	print_findings(cmp->whole, &out);
	print_adjacent(cmp, &out);
	fputc('\n', f);
	print_pictures(cmp, f);
	print_bills(cmp, f);
	fputs("## Tables\n\nValues are per operation. *diff* and *change* are the last stage\n"
	      "against the first; `=` is equal to the digit, `-` is not there.\n",
	      f);
	print_tables(cmp, &out, &sel);
	print_estimate_legend(cmp, &out);

	fputs("\n## Shapes\n\nWhat became of an operation, and the VMAs in its window before and after a batch.\n\n",
	      f);
	print_shapes(cmp, &out);

	fputs("\n## Failed and skipped\n", f);
	if (!print_notes(cmp->whole, &out))
		fputs("\nNothing.\n", f);
	return ferror(f) ? -EIO : 0;
}
