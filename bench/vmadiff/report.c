// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a session: summary.json, report.md, plots/NAME.dat. */
#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"
#include "vmadiff.h"

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
				    number(row_value(line->rows[c])));

	/* clang-format off */
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:s}",
			 "scenario", key->scenario, "op", key->op,
			 "metric", key->metric, "unit", key->unit, "pass", key->pass,
			 "better", key->better, "exact", key->exact,
			 "values", values, "diff", number(line->diff),
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

static json_t *summary_json(const struct comparison *cmp)
{
	json_t *stages = json_array(), *records = json_object();
	json_t *rows = json_array(), *differ = json_array();
	json_t *skips = json_array(), *failures = json_array();

	/* A record that was refused is a failure of all of its stage. */
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		struct record_note note = {
			.reason = cmp->refused[i].reason,
		};

		add_note(failures, cmp->refused[i].name, &note);
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		const struct record *rec = col->recs[0];

		json_array_append_new(stages, json_string(col->name));
		json_object_set_new(records, col->name,
				    json_string(base_name(rec->path)));
		add_notes(skips, col->name, rec->skips, rec->nr_skips);
		add_notes(failures, col->name, rec->failures, rec->nr_failures);
	}
	for (size_t i = 0; i < cmp->nr_lines; i++)
		json_array_append_new(rows, line_to_json(cmp, &cmp->lines[i]));
	for (size_t i = 0; i < cmp->nr_differ; i++)
		json_array_append_new(differ, json_string(cmp->differ[i]));

	/* clang-format off */
	return json_pack("{s:{s:s, s:i, s:i}, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema", "name", SUMMARY_SCHEMA, "major", 1, "minor", 0,
			 "tier", cmp->cols[0].recs[0]->tier, "stages", stages,
			 "records", records, "rows", rows, "skips", skips,
			 "failures", failures, "differing", differ);
	/* clang-format on */
}

static int print_json(const struct comparison *cmp, FILE *f)
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

static bool want_all(const struct line *line, const void *arg)
{
	(void)line;
	(void)arg;
	return true;
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
	grid_free(g);
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
		print_bill(cmp, &chosen[i], &out, 0, false);
		fputs("```\n\n", f);
	}
	for (size_t i = 0; i < nr; i++)
		fprintf(f,
			"![%s %s: instructions by function](plots/waterfall-%s-%s.svg)\n\n",
			chosen[i].scenario, chosen[i].op, chosen[i].scenario,
			chosen[i].op);
	free(chosen);
}

static int print_report(const struct comparison *cmp, FILE *f)
{
	const struct output out = { .f = f, .width = 80, .markdown = true };
	bool exact = !strcmp(cmp->cols[0].recs[0]->tier, "exact");

	fprintf(f, "# mmap() and munmap(), %s to %s\n\n", cmp->cols[0].name,
		cmp->cols[cmp->nr_cols - 1].name);
	if (exact)
		fputs("Counts of one operation, from kernels run in QEMU with a deterministic\n"
		      "clock. They repeat to the digit for these images, this QEMU and this seed.\n"
		      "They are not times: they know nothing of caches, stalls or frequency.\n\n",
		      f);
	fputs("## Summary\n\n```\n", f);
	print_summary(cmp, &out);
	fputs("```\n\n", f);
	if (exact)
		fputs("![Instructions per operation](plots/insns.svg)\n\n"
		      "![Stores and allocations per operation](plots/counts.svg)\n\n",
		      f);

	print_bills(cmp, f);
	fputs("## Tables\n\nValues are per operation. *diff* and *change* are the last stage\n"
	      "against the first; `=` is equal to the digit, `-` is not there.\n",
	      f);
	print_tables(cmp, &out, want_all, NULL);

	fputs("\n## Shapes\n\nWhat became of an operation, and the VMAs in its window before and after a batch.\n\n",
	      f);
	print_shapes(cmp, &out);

	fputs("\n## Failed and skipped\n", f);
	if (!print_notes(cmp, &out))
		fputs("\nNothing.\n", f);
	return ferror(f) ? -EIO : 0;
}

/* What goes into one file, and under which name. */
struct output_file {
	const char *name;
	int (*print)(const struct comparison *cmp, FILE *f);
	int (*print_operation)(const struct comparison *cmp,
			       const struct operation *o, FILE *f);
	const struct operation *operation;
};

/* Print into memory first: a file is written whole or not at all. */
static int write_file(const char *dir, const struct output_file *file,
		      const struct comparison *cmp)
{
	char *path = xasprintf("%s/%s", dir, file->name), *buf = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&buf, &len);
	int err;

	if (!f) {
		free(path);
		return -ENOMEM;
	}
	err = file->print ? file->print(cmp, f)
			  : file->print_operation(cmp, file->operation, f);
	if (fclose(f) && !err)
		err = -ENOMEM;
	if (!err)
		err = write_file_atomic(path, buf, len, MODE_DERIVED);
	if (err && err != -ENODATA)
		warnx("cannot write %s: %s%s", path, strerror(-err),
		      err == -ENOSPC ? "; the records are intact, free some "
				       "space and run again"
				     : "");
	free(buf);
	free(path);
	return err;
}

static int write_waterfalls(const char *dir, const struct comparison *cmp)
{
	struct operation *chosen;
	size_t nr;
	int err = 0;

	chosen = choose_waterfalls(cmp, &nr);
	for (size_t i = 0; !err && i < nr; i++) {
		char *name = xasprintf("plots/waterfall-%s-%s.dat",
				       chosen[i].scenario, chosen[i].op);
		const struct output_file file = {
			.name = name,
			.print_operation = print_waterfall_data,
			.operation = &chosen[i],
		};

		err = write_file(dir, &file, cmp);
		free(name);
	}
	free(chosen);
	return err;
}

static int make_dir(const char *path)
{
	int err = mkdir(path, 0755) ? -errno : 0;

	if (!err || err == -EEXIST)
		return 0;
	warnx("cannot make the directory %s: %s", path, strerror(-err));
	return err;
}

/**
 * write_session() - write everything that is derived from the records
 * @cmp: comparison, built
 * @dir: session folder; made if its parent exists
 *
 * Return: 0 or the first error, after saying what could not be written.
 */
int write_session(const struct comparison *cmp, const char *dir)
{
	static const struct output_file files[] = {
		{ .name = "summary.json", .print = print_json },
		{ .name = "report.md", .print = print_report },
		{ .name = "plots/insns.dat", .print = print_insns_data },
		{ .name = "plots/counts.dat", .print = print_counts_data },
	};
	char *plots = xasprintf("%s/plots", dir);
	int err = make_dir(dir);

	if (!err)
		err = make_dir(plots);
	for (size_t i = 0; !err && i < ARRAY_SIZE(files); i++) {
		err = write_file(dir, &files[i], cmp);
		if (err == -ENODATA) /* no such rows: no such picture */
			err = 0;
	}
	if (!err)
		err = write_waterfalls(dir, cmp);
	free(plots);
	return err;
}
