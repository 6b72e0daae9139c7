// SPDX-License-Identifier: GPL-2.0-or-later
/* One line a row, a field a column: CSV for programs, Markdown for people. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"
#include "render/render.h"

/* A column without a single cell is left out. */
static bool column_has_cells(const struct export_column *col,
			     const struct comparison *cmp,
			     const struct line **lines, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (column_cell(col, cmp, lines[i]).type != CELL_NONE)
			return true;
	return false;
}

static const char *digits(const struct export_column *col, double v)
{
	if (!strcmp(col->name, "p"))
		return fmt_text("%.2g", v);
	if (col->unit && !strcmp(col->unit, "ratio"))
		return fmt_text("%.4g", v);
	return fmt_value(v);
}

static void add_cell(struct grid *g, const struct export_column *col,
		     struct cell cell, bool brief)
{
	char *text = cell_text(&cell);

	if (cell.type == CELL_NUMBER)
		grid_number(g, TINT_NONE, cell.number,
			    brief ? digits(col, cell.number) : text);
	else
		grid_cell(g, TINT_NONE, "%s", text);
	free(text);
}

/* A row of each line; @brief: the columns that matter, with the digits that do. */
static void print_export_table(const struct comparison *cmp, bool brief,
			       const struct output *out)
{
	bool *shown = xcalloc(nr_export_columns, sizeof(*shown));
	struct grid *g = grid_new();
	const struct line **lines;
	size_t nr;

	lines = collect_export_lines(cmp, &nr);
	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];

		shown[c] = column_applies(col, cmp) &&
			   (!brief || (col->use & USE_BRIEF &&
				       column_has_cells(col, cmp, lines, nr)));
		if (shown[c])
			grid_column(g, col->name, col->type != CELL_NUMBER, 0);
	}
	for (size_t i = 0; i < nr; i++)
		for (size_t c = 0; c < nr_export_columns; c++)
			if (shown[c])
				add_cell(g, &export_columns[c],
					 column_cell(&export_columns[c], cmp,
						     lines[i]),
					 brief);
	grid_print(g, out);
	free(lines);
	free(shown);
}

/*
 * As RFC 4180 has it, UTF-8, with a line of names. What is not there is empty;
 * numbers read back as the same doubles.
 */
int export_csv(const struct comparison *cmp, FILE *f)
{
	print_export_table(cmp, false,
			   &(const struct output){ .f = f, .markup = CSV });
	return ferror(f) ? -EIO : 0;
}

static void put_markdown_notes(const struct comparison *cmp, FILE *f)
{
	struct export_note *notes;
	size_t nr;

	notes = collect_export_notes(cmp, &nr);
	if (nr)
		fputc('\n', f);
	for (size_t i = 0; i < nr; i++) {
		fprintf(f, "- %s, ", note_kind_name(notes[i].kind));
		put_markdown(notes[i].column, f);
		fprintf(f, ": %s%s%s%s%s: ", notes[i].scenario,
			notes[i].op ? " " : "", notes[i].op ? notes[i].op : "",
			notes[i].name ? ": " : "",
			notes[i].name ? notes[i].name : "");
		put_markdown(notes[i].text, f);
		fputc('\n', f);
	}
	free(notes);
}

static void put_item(const char *name, const char *text, FILE *f)
{
	fputs("- ", f);
	put_markdown(name, f);
	fputs(": ", f);
	put_markdown(text, f);
	fputc('\n', f);
}

static void put_markdown_records(const struct comparison *cmp, FILE *f)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		put_item(cmp->cols[c].name, kernel_id(cmp->cols[c].recs[0]), f);
	for (size_t i = 0; i < cmp->nr_differ; i++)
		put_item("NOT-COMPARABLE", cmp->differ[i], f);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		put_item("allowed to differ", cmp->allowed[i], f);
	fputc('\n', f);
}

/* A table as GitHub's Markdown has it, for people. */
int export_markdown(const struct comparison *cmp, FILE *f)
{
	put_markdown_records(cmp, f);
	print_export_table(cmp, true,
			   &(const struct output){ .f = f, .markup = MARKDOWN });
	put_markdown_notes(cmp, f);
	return ferror(f) ? -EIO : 0;
}
