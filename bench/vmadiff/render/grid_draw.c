// SPDX-License-Identifier: GPL-2.0-or-later
/* The backends of a table: each knows how to draw a row, and what divides rows. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "drawing.h"

const char *tint_on(const struct output *out, enum tint tint)
{
	static const char *const codes[] = {
		[TINT_NONE] = "",	   [TINT_SOFT] = "",
		[TINT_BAD] = "\033[31m",   [TINT_GOOD] = "\033[32m",
		[TINT_DOUBT] = "\033[33m", [TINT_HEAD] = "\033[1m",
	};

	return out->colour ? codes[tint] : "";
}

const char *tint_off(const struct output *out, enum tint tint)
{
	return *tint_on(out, tint) ? "\033[0m" : "";
}

/* A few words in a colour, in a buffer as of fmt_text(). */
const char *tinted(const struct output *out, enum tint tint, const char *text)
{
	return fmt_text("%s%s%s", tint_on(out, tint), text, tint_off(out, tint));
}

/* A cell, as wide as its column; @last: nothing follows it. */
static void put_padded(const struct drawing *d, size_t c,
		       const struct grid_cell *cell, bool last)
{
	FILE *f = d->out->f;
	bool left = d->g->cols[c].left;
	int pad = d->widths[c] - text_width(cell->text, strlen(cell->text));

	if (pad < 0)
		pad = 0; /* it spans the row */
	fprintf(f, "%*s%s%s%s", left ? 0 : pad, "", tint_on(d->out, cell->tint),
		cell->text, tint_off(d->out, cell->tint));
	if (left && !last)
		fprintf(f, "%*s", pad, "");
}

static void text_row(const struct drawing *d, const struct grid_cell *row)
{
	size_t nr = d->g->nr_cols;
	int gap = 0;

	while (row != d->head && nr && !*row[nr - 1].text)
		nr--;
	for (size_t c = 0; c < nr; c++) {
		if (d->widths[c] < 0)
			continue;
		fprintf(d->out->f, "%*s", gap, "");
		put_padded(d, c, &row[c], c + 1 == nr);
		gap = d->gap;
	}
	fputc('\n', d->out->f);
}

static void no_divider(const struct drawing *d, enum place place)
{
	(void)d;
	(void)place;
}

static void boxed_divider(const struct drawing *d, enum place place)
{
	for (size_t c = 0; c < d->g->nr_cols; c++) {
		fputc('+', d->out->f);
		for (int i = 0; i < d->widths[c] + 2; i++)
			fputc(place == BELOW_HEAD ? '=' : '-', d->out->f);
	}
	fputs("+\n", d->out->f);
}

static void piped_row(const struct drawing *d, const struct grid_cell *row)
{
	for (size_t c = 0; c < d->g->nr_cols; c++) {
		fputs(c ? " | " : "| ", d->out->f);
		put_padded(d, c, &row[c], false);
	}
	fputs(" |\n", d->out->f);
}

/* Rows whose first cell is empty go on with what the row before is of. */
static void boxed_row(const struct drawing *d, const struct grid_cell *row)
{
	if (row != d->head && row != d->g->cells && *row[0].text)
		boxed_divider(d, BETWEEN);
	piped_row(d, row);
}

static void markdown_divider(const struct drawing *d, enum place place)
{
	if (place != BELOW_HEAD)
		return;
	for (size_t c = 0; c < d->g->nr_cols; c++)
		fprintf(d->out->f, "%s---%s", c ? " | " : "| ",
			d->g->cols[c].left ? "" : ":");
	fputs(" |\n", d->out->f);
}

static void csv_row(const struct drawing *d, const struct grid_cell *row)
{
	for (size_t c = 0; c < d->g->nr_cols; c++) {
		fputs(c ? "," : "", d->out->f);
		if (row[c].number)
			fputs(row[c].text, d->out->f); /* no formula */
		else
			put_csv(row[c].text, d->out->f);
	}
	fputs("\r\n", d->out->f);
}

static size_t naming_column(const struct grid *g)
{
	for (size_t c = 0; c < g->nr_cols; c++)
		if (g->cols[c].names)
			return c;
	return 0;
}

static void put_classes(const struct drawing *d, const struct grid_column *col,
			const struct grid_cell *cell)
{
	static const char *const tints[] = {
		[TINT_SOFT] = "soft", [TINT_BAD] = "bad",
		[TINT_GOOD] = "good", [TINT_DOUBT] = "doubt",
		[TINT_HEAD] = NULL,
	};
	const char *const classes[] = { col->left || cell->span ? NULL : "n",
					col->class, cell->class,
					tints[cell->tint] };
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		if (!classes[i])
			continue;
		fprintf(d->out->f, "%s%s", any ? " " : " class=\"", classes[i]);
		any = true;
	}
	fputs(any ? "\"" : "", d->out->f);
}

static void put_content(const struct grid_cell *cell, FILE *f)
{
	if (cell->link) {
		fputs("<a href=\"", f);
		put_xml(cell->link, f);
		fputs("\">", f);
	}
	if (cell->html)
		fputs(cell->html, f);
	else
		put_html_names(cell->text, f);
	fputs(cell->link ? "</a>" : "", f);
	if (cell->note) {
		fputs("<br><span class=soft>", f);
		put_html(cell->note, f);
		fputs("</span>", f);
	}
}

static void html_row(const struct drawing *d, const struct grid_cell *row)
{
	size_t nr = d->g->nr_cols, names = naming_column(d->g);
	FILE *f = d->out->f;

	fputs("<tr>", f);
	for (size_t c = 0; c < nr; c++) {
		bool head = row == d->head || c == names;

		fputs(head ? "<th" : "<td", f);
		if (head)
			fprintf(f, " scope=%s", row == d->head ? "col" : "row");
		put_classes(d, &d->g->cols[c], &row[c]);
		if (row[c].span)
			fprintf(f, " colspan=%zu", nr - c);
		if (row[c].number && isnan(row[c].value))
			fputs(" data-v=NaN", f);
		else if (row[c].number)
			fprintf(f, " data-v=\"%.15g\"", row[c].value);
		fputc('>', f);
		put_content(&row[c], f);
		fputs(head ? "</th>" : "</td>", f);
		if (row[c].span)
			break;
	}
	fputs("</tr>\n", f);
}

static void html_divider(const struct drawing *d, enum place place)
{
	FILE *f = d->out->f;

	if (place == BELOW_HEAD)
		fputs("</thead><tbody>\n", f);
	if (place == BELOW)
		fputs("</tbody></table></div>\n", f);
	if (place != ABOVE)
		return;
	fputs("<div class=scroll tabindex=0 role=group aria-label=Table><table",
	      f);
	if (d->g->class)
		fprintf(f, " class=\"%s\"", d->g->class);
	fputs("><caption>", f);
	put_html(d->g->caption ? d->g->caption : "", f);
	fputs("</caption>\n<thead>", f);
}

const struct backend grid_backends[] = {
	[TEXT] = { text_row, no_divider },
	[BOXED] = { boxed_row, boxed_divider },
	[MARKDOWN] = { piped_row, markdown_divider },
	[HTML] = { html_row, html_divider },
	[CSV] = { csv_row, no_divider },
};
