// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a range: range.json, range.md, plots/steps-NAME.dat. */
#include <stdlib.h>

#include "base/base.h"
#include "folder/folder.h"
#include "parts.h"

static void add_file(struct folder *folder, const char *name, char *text,
		     size_t len)
{
	folder_add(folder, name, text, len, MODE_DERIVED);
}

static void add_json(struct folder *folder, const struct range *r,
		     const struct range_view *view)
{
	char *text;
	size_t len;
	FILE *f = open_text(&text, &len);

	range_print_json(r, view, f);
	fclose(f);
	add_file(folder, "range.json", text, len);
}

/* In full, and with the pictures. */
static void add_report(struct folder *folder, const struct range *r,
		       const struct range_view *view,
		       const struct range_row **rows, size_t nr, size_t left_out)
{
	const struct range_view whole = { .metric = view->metric, .all = true };
	char *text;
	size_t len;
	FILE *f = open_text(&text, &len);
	const struct output out = { .f = f, .width = 80 };

	fputs("# Which commit moved what: ", f);
	put_markdown(r->session, f);
	fputs("\n\nCounts of one operation, from kernels run in QEMU with a deterministic\n"
	      "clock. They repeat to the digit for these images, this QEMU and this seed.\n"
	      "They are not times. A commit moved a row where its count is not that of the\n"
	      "nearest record before it.\n\n```\n",
	      f);
	range_print(r, &whole, &out);
	fputs("```\n", f);
	for (size_t i = 0; i < nr; i++) {
		char *name = steps_name(rows[i]), *row = row_text(rows[i]);

		fprintf(f, "\n![%s over the commits](plots/%s.svg)\n", row, name);
		free(row);
		free(name);
	}
	if (left_out)
		fprintf(f, "\n%s that moved less ha%s no picture.\n",
			fmt_count(left_out, "more row"),
			left_out == 1 ? "s" : "ve");
	fclose(f);
	add_file(folder, "range.md", text, len);
}

static void add_data(struct folder *plots, const struct range *r,
		     const struct range_row *row)
{
	char *name = steps_name(row), *file = xasprintf("%s.dat", name), *text;
	size_t len;
	FILE *f = open_text(&text, &len);

	print_steps_data(r, row, f);
	fclose(f);
	add_file(plots, file, text, len);
	free(file);
	free(name);
}

/**
 * range_write() - write everything that is derived from the records
 * @r: range
 * @view: of which rows
 * @dir: session folder; made if its parent exists
 *
 * Return: as folders_write().
 */
enum status range_write(const struct range *r, const struct range_view *view,
			const char *dir)
{
	struct folder folders[] = {
		{ .path = xasprintf("%s", dir) },
		{ .path = xasprintf("%s/plots", dir) },
	};
	size_t nr, left_out;
	const struct range_row **rows =
		drawn_rows(r, view->metric, &nr, &left_out);
	enum status status;

	add_json(&folders[0], r, view);
	add_report(&folders[0], r, view, rows, nr, left_out);
	for (size_t i = 0; i < nr; i++)
		add_data(&folders[1], r, rows[i]);
	status = folders_write(folders, ARRAY_SIZE(folders));
	folders_free(folders, ARRAY_SIZE(folders));
	free(rows);
	return status;
}
