// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The whole table as JSON, its schema in results/README.md. Printed here and not
 * by jansson, which does not print a double in as few digits as it takes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"
#include "export/export.h"
#include "record/record.h"
#include "render/render.h"

#define EXPORT_SCHEMA "vmabench-export"
#define EXPORT_MAJOR 1
#define EXPORT_MINOR 0

static void put_string_or_null(const char *s, FILE *f)
{
	if (s)
		put_json_string(s, f);
	else
		fputs("null", f);
}

static void put_member(const char *between, const char *name, const char *s,
		       FILE *f)
{
	fprintf(f, "%s\"%s\":", between, name);
	put_string_or_null(s, f);
}

static void put_params(json_t *params, FILE *f)
{
	const char *between = "", *name;
	json_t *v;

	fputc('{', f);
	json_object_foreach(params, name, v) {
		fprintf(f, "%s\"%s\":%lld", between, name,
			(long long)json_integer_value(v));
		between = ",";
	}
	fputc('}', f);
}

static void put_cell(const struct cell *cell, FILE *f)
{
	char number[NUMBER_SIZE];

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
		put_params(cell->params, f);
		break;
	}
}

static const char *type_name(enum cell_type type)
{
	static const char *const names[] = {
		[CELL_NONE] = "null",	  [CELL_TEXT] = "string",
		[CELL_NUMBER] = "number", [CELL_FLAG] = "boolean",
		[CELL_PARAMS] = "object",
	};

	return names[type];
}

static void put_columns(const struct comparison *cmp, FILE *f)
{
	const char *between = "";

	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];

		if (!column_applies(col, cmp))
			continue;
		fputs(between, f);
		put_member("\n  {", "name", col->name, f);
		put_member(",", "type", type_name(col->type), f);
		put_member(",", "unit", col->unit, f);
		fputc('}', f);
		between = ",";
	}
}

static void put_record(const struct column *col, FILE *f)
{
	const struct record *rec = col->recs[0];
	const char *between = "";

	put_member("\n  {", "column", col->name, f);
	put_member(",", "stage", rec->stage, f);
	put_member(",", "release", rec->release, f);
	put_member(",", "build_id",
		   json_string_value(json_object_get(rec->kernel, "build_id")),
		   f);
	fputs(",\"files\":[", f);
	for (size_t r = 0; r < col->nr_recs; r++) {
		fputs(between, f);
		put_json_string(base_name(col->recs[r]->path), f);
		between = ",";
	}
	fputs("]}", f);
}

static void put_row(const struct comparison *cmp, const struct line *line,
		    FILE *f)
{
	const char *between = "\n  {";

	for (size_t c = 0; c < nr_export_columns; c++) {
		struct cell cell;

		if (!column_applies(&export_columns[c], cmp))
			continue;
		cell = column_cell(&export_columns[c], cmp, line);
		fprintf(f, "%s\"%s\":", between, export_columns[c].name);
		put_cell(&cell, f);
		between = ",";
	}
	fputc('}', f);
}

static void put_rows(const struct comparison *cmp, FILE *f)
{
	const struct line **lines;
	size_t nr;

	lines = collect_export_lines(cmp, &nr);
	for (size_t i = 0; i < nr; i++) {
		fputs(i ? "," : "", f);
		put_row(cmp, lines[i], f);
	}
	free(lines);
}

static void put_strings(char **list, size_t nr, FILE *f)
{
	for (size_t i = 0; i < nr; i++) {
		fputs(i ? "," : "", f);
		put_json_string(list[i], f);
	}
}

static void put_notes(const struct comparison *cmp, FILE *f)
{
	struct export_note *notes;
	size_t nr;

	notes = collect_export_notes(cmp, &nr);
	for (size_t i = 0; i < nr; i++) {
		fputs(i ? "," : "", f);
		put_member("\n  {", "kind", note_kind_name(notes[i].kind), f);
		put_member(",", "column", notes[i].column, f);
		put_member(",", "scenario", notes[i].scenario, f);
		put_member(",", "op", notes[i].op, f);
		put_member(",", "name", notes[i].name, f);
		put_member(",", "text", notes[i].text, f);
		fputc('}', f);
	}
	free(notes);
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
	fprintf(f, "{\"schema\":{\"name\":\"%s\",\"major\":%d,\"minor\":%d}",
		EXPORT_SCHEMA, EXPORT_MAJOR, EXPORT_MINOR);
	put_member(",\n", "tier", tiers[cmp->cols[0].recs[0]->tier].name, f);
	fputs(",\n\"records\":[", f);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		fputs(c ? "," : "", f);
		put_record(&cmp->cols[c], f);
	}
	fputs("],\n\"differing\":[", f);
	put_strings(cmp->differ, cmp->nr_differ, f);
	fputs("],\n\"allowed\":[", f);
	put_strings(cmp->allowed, cmp->nr_allowed, f);
	fputs("],\n\"columns\":[", f);
	put_columns(cmp, f);
	fputs("],\n\"rows\":[", f);
	put_rows(cmp, f);
	fputs("],\n\"notes\":[", f);
	put_notes(cmp, f);
	fputs("]}\n", f);
	return ferror(f) ? -EIO : 0;
}
