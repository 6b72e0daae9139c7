// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A comparison for programs: summary.json and "export -f json" are this document,
 * its schema in results/README.md. Printed here and not by jansson, which does not
 * print a double in as few digits as it takes.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "render/render.h"

#define SCHEMA "{\"name\": \"vmabench-summary\", \"major\": 2, \"minor\": 3}"

static void put_cell(const struct cell *cell, FILE *f)
{
	char number[NUMBER_SIZE];
	const char *between = "", *name;
	json_t *v;

	switch (cell->type) {
	case CELL_NONE:
		fputs("null", f);
		break;
	case CELL_TEXT:
		put_json_string(cell->text, f);
		break;
	case CELL_NUMBER:
		fputs(print_number(cell->number, number), f);
		break;
	case CELL_FLAG:
		fputs(cell->flag ? "true" : "false", f);
		break;
	case CELL_PARAMS:
		fputc('{', f);
		json_object_foreach(cell->params, name, v) {
			fprintf(f, "%s\"%s\": %lld", between, name,
				(long long)json_integer_value(v));
			between = ", ";
		}
		fputc('}', f);
		break;
	}
}

static void put_columns(const struct comparison *cmp, FILE *f)
{
	static const char *const types[] = {
		[CELL_NONE] = "null",	  [CELL_TEXT] = "string",
		[CELL_NUMBER] = "number", [CELL_FLAG] = "boolean",
		[CELL_PARAMS] = "object",
	};
	size_t n = 0;

	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];

		if (!column_applies(col, cmp))
			continue;
		fputs(json_between(n++), f);
		put_json_member("{", "name", col->name, f);
		put_json_member(", ", "type", types[col->type], f);
		put_json_member(", ", "unit", col->unit, f);
		fputc('}', f);
	}
}

/* An element of a list of texts. */
static void put_text(size_t i, const char *s, FILE *f)
{
	fputs(i ? ", " : "", f);
	put_json_string(s, f);
}

static void put_records(const struct comparison *cmp, FILE *f)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		const struct record *rec = col->recs[0];

		fputs(json_between(c), f);
		put_json_member("{", "column", col->name, f);
		put_json_member(", ", "stage", rec->stage, f);
		put_json_member(", ", "release", rec->release, f);
		put_json_member(", ", "build_id",
				json_string_value(json_object_get(rec->kernel,
								  "build_id")),
				f);
		fputs(", \"files\": [", f);
		for (size_t r = 0; r < col->nr_recs; r++)
			put_text(r, base_name(col->recs[r]->path), f);
		fputs("]}", f);
	}
}

/* "seeds": values with each further seed, where there are any. */
static void put_seed_values(const struct comparison *cmp,
			    const struct line *line, FILE *f)
{
	char number[NUMBER_SIZE];
	char *seeds = seeds_text(cmp, false), *rest = seeds, *name;

	for (size_t s = 0; (name = strsep(&rest, " ")); s++) {
		fputs(s ? ", " : ", \"seeds\": {", f);
		put_json_string(name, f);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			double v = seed_value(cmp->seeds[s], cmp->cols[c].name,
					      line->key);

			fputs(c ? "" : ": {", f);
			put_text(c, cmp->cols[c].name, f);
			fprintf(f, ": %s",
				isfinite(v) ? print_number(v, number) : "null");
		}
		fputc('}', f);
	}
	fputs(seeds ? "}" : "", f);
	free(seeds);
}

static void put_row(const struct comparison *cmp, const struct line *line,
		    FILE *f)
{
	const char *between = "{";
	char number[NUMBER_SIZE];

	for (size_t c = 0; c < nr_export_columns; c++) {
		struct cell cell;

		if (!column_applies(&export_columns[c], cmp))
			continue;
		cell = column_cell(&export_columns[c], cmp, line);
		fprintf(f, "%s\"%s\": ", between, export_columns[c].name);
		put_cell(&cell, f);
		between = ", ";
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		fputs(c ? "" : ", \"values\": {", f);
		put_text(c, cmp->cols[c].name, f);
		fprintf(f, ": %s",
			isfinite(line->values[c])
				? print_number(line->values[c], number)
				: "null");
	}
	fputc('}', f);
	put_seed_values(cmp, line, f);
	fputc('}', f);
}

static void put_rows(const struct comparison *cmp, FILE *f)
{
	const struct line **lines;
	size_t nr;

	lines = collect_export_lines(cmp, &nr);
	for (size_t i = 0; i < nr; i++) {
		fputs(json_between(i), f);
		put_row(cmp, lines[i], f);
	}
	free(lines);
}

static void put_note(const struct export_note *note, size_t nth, FILE *f)
{
	fputs(json_between(nth), f);
	put_json_member("{", "stage", note->column, f);
	put_json_member(", ", "scenario", note->scenario, f);
	put_json_member(", ", "op", note->op, f);
	if (note->kind == NOTE_FINDING)
		put_json_member(", ", "name", note->name, f);
	put_json_member(", ", note->kind == NOTE_FINDING ? "text" : "reason",
			note->text, f);
	fputc('}', f);
}

/* A list of each kind; a record that was refused is a failure of all of its stage. */
static void put_notes(const struct comparison *cmp, FILE *f)
{
	static const char *const lists[] = {
		[NOTE_SKIP] = "skips",
		[NOTE_FAILURE] = "failures",
		[NOTE_UNDECLARED] = "undeclared",
		[NOTE_FINDING] = "findings",
	};
	struct export_note *notes;
	size_t nr;

	notes = collect_export_notes(cmp, &nr);
	for (enum note_kind kind = 0; kind < NR_NOTE_KINDS; kind++) {
		size_t n = 0;

		fprintf(f, ",\n\"%s\": [", lists[kind]);
		for (size_t i = 0; kind == NOTE_FAILURE && i < cmp->nr_refused;
		     i++) {
			const struct export_note note = {
				.kind = kind,
				.column = cmp->refused[i].name,
				.text = cmp->refused[i].reason,
			};

			put_note(&note, n++, f);
		}
		for (size_t i = 0; i < nr; i++)
			if (notes[i].kind == kind)
				put_note(&notes[i], n++, f);
		fputc(']', f);
	}
	free(notes);
}

/* Neighbours with the same code, and the rows of them that differ all the same. */
static void put_identical(const struct comparison *cmp, FILE *f)
{
	size_t n = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const struct line **lines;
		size_t nr;

		if (!code_twin(cmp, c))
			continue;
		lines = contradictions(cmp, c, &nr);
		fputs(json_between(n++), f);
		put_json_member("{", "stage", cmp->cols[c].name, f);
		put_json_member(", ", "to", code_twin(cmp, c), f);
		fputs(", \"rows\": [", f);
		for (size_t i = 0; i < nr; i++) {
			put_json_member(i ? ", {" : "{", "scenario",
					lines[i]->key->scenario, f);
			put_json_member(", ", "op", lines[i]->key->op, f);
			put_json_member(", ", "metric", lines[i]->key->metric, f);
			fputc('}', f);
		}
		fputs("]}", f);
		free(lines);
	}
}

/* Of many commits, how many rows each moved against the one before. */
static void put_moved(const struct comparison *cmp, FILE *f)
{
	if (!cmp->moved) {
		fputs("null", f);
		return;
	}
	fputc('{', f);
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		put_text(c - 1, cmp->cols[c].name, f);
		fprintf(f, ": %zu", cmp->moved[c].nr);
	}
	fputc('}', f);
}

/* "name": {"median": 1, "least": 0, "most": 2}, null of what is not there. */
static void put_span(const char *name, const struct tree_span *span, FILE *f)
{
	const struct {
		const char *name;
		double value;
	} members[] = {
		{ "median", span->median },
		{ "least", span->low },
		{ "most", span->high },
	};
	char number[NUMBER_SIZE];

	fprintf(f, ", \"%s\": {", name);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		fprintf(f, "%s\"%s\": %s", i ? ", " : "", members[i].name,
			isfinite(members[i].value)
				? print_number(members[i].value, number)
				: "null");
	fputc('}', f);
}

static void put_groups(const struct tree_change *change, FILE *f)
{
	fputs(", \"groups\": [", f);
	for (size_t g = 0; g < change->nr_groups; g++) {
		put_json_member(g ? ", {" : "{", "name", change->groups[g].name,
				f);
		fprintf(f, ", \"layouts\": %zu", change->groups[g].nr);
		put_span("diff", &change->groups[g].diff, f);
		put_span("ratio", &change->groups[g].ratio, f);
		fputc('}', f);
	}
	fputc(']', f);
}

static void put_tree(const struct tree_op *op, const struct tree_change *change,
		     FILE *f)
{
	put_json_member("{", "scenario", op->scenario, f);
	put_json_member(", ", "op", op->op, f);
	put_json_member(", ", "metric", metrics[change->metric].name, f);
	fprintf(f, ", \"layouts\": %zu, \"base_alone\": %zu, \"new_alone\": %zu",
		change->nr, op->only_base, op->only_new);
	fprintf(f, ", \"better\": %zu, \"worse\": %zu, \"equal\": %zu",
		tree_better(change), tree_worse(change), change->equal);
	put_span("base", &change->base, f);
	put_span("new", &change->value, f);
	put_span("diff", &change->diff, f);
	put_span("ratio", &change->ratio, f);
	put_groups(change, f);
	fputc('}', f);
}

/* The last stage against the first at equal layouts of the maple tree. */
static void put_trees(const struct comparison *cmp, FILE *f)
{
	const struct trees *trees = &cmp->trees[cmp->nr_cols - 1];
	size_t n = 0;

	for (size_t i = 0; i < trees->nr; i++) {
		for (size_t m = 0; m < trees->list[i].nr_changes; m++) {
			fputs(json_between(n++), f);
			put_tree(&trees->list[i], &trees->list[i].changes[m], f);
		}
	}
}

/**
 * export_json() - everything, for programs
 * @cmp: comparison, built, or one record in it
 * @f: where to
 *
 * Members are always there and always in the same order; a line a row.
 *
 * Return: 0 or -EIO.
 */
int export_json(const struct comparison *cmp, FILE *f)
{
	fputs("{\"schema\": " SCHEMA, f);
	put_json_member(",\n", "tier", tiers[cmp->cols[0].recs[0]->tier].name, f);
	fputs(",\n\"stages\": [", f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		put_text(c, cmp->cols[c].name, f);
	fputs("],\n\"records\": [", f);
	put_records(cmp, f);
	fputs("],\n\"differing\": [", f);
	for (size_t i = 0; i < cmp->nr_differ; i++)
		put_text(i, cmp->differ[i], f);
	fputs("],\n\"allowed\": [", f);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		put_text(i, cmp->allowed[i], f);
	fputs("],\n\"columns\": [", f);
	put_columns(cmp, f);
	fputs("],\n\"rows\": [", f);
	put_rows(cmp, f);
	fputc(']', f);
	put_notes(cmp, f);
	fputs(",\n\"identical\": [", f);
	put_identical(cmp, f);
	fputs("],\n\"moved\": ", f);
	put_moved(cmp, f);
	fputs(",\n\"tree_layouts\": [", f);
	put_trees(cmp, f);
	fputs("]}\n", f);
	return ferror(f) ? -EIO : 0;
}
