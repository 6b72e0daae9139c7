// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenMetrics text, version 1.0.0. A column of numbers is a family of gauges, of
 * each metric where its unit is that of the row; what is text is labels of one
 * family of infos.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"
#include "render/render.h"

#define PREFIX "vmabench"

/* "ns/op" is ns_per_op: what a name may be made of. */
static char *unit_name(const char *unit)
{
	char *name = xcalloc(strlen(unit) + 1, strlen("_per_")), *to = name;

	for (const char *c = unit; *c; c++) {
		if (*c == '/')
			to = stpcpy(to, "_per_");
		else
			*to++ = isalnum((unsigned char)*c) ? tolower(*c) : '_';
	}
	return name;
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), tail = strlen(end);

	return len >= tail && !strcmp(s + len - tail, end);
}

/* The name of a family ends in its unit. */
static char *family_name(const struct export_column *col, const char *metric,
			 const char *unit)
{
	char *stem = xasprintf("%s_%s%s%s", PREFIX, metric ? metric : "",
			       metric ? "_" : "", col->name);
	char *suffix = xasprintf("%s%s", *unit ? "_" : "", unit), *name;

	name = xasprintf("%s%s", stem, ends_with(stem, suffix) ? "" : suffix);
	free(suffix);
	free(stem);
	return name;
}

static void put_labels(const struct comparison *cmp, const struct line *line,
		       bool keys_alone, FILE *f)
{
	const char *between = "{";

	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];
		struct cell cell;
		char *text;

		if (!column_applies(col, cmp) || col->type == CELL_NUMBER ||
		    (keys_alone && !(col->use & USE_KEY)))
			continue;
		cell = column_cell(col, cmp, line);
		if (cell.type == CELL_NONE)
			continue;
		text = cell_text(&cell);
		fprintf(f, "%s%s=", between, col->name);
		put_json_string(text, f); /* of labels the same two are escaped */
		free(text);
		between = ",";
	}
	fputc('}', f);
}

struct family {
	const struct comparison *cmp;
	const struct export_column *col;
	json_t *names; /* of families that are there */
	char *name;
	const char *unit;
	FILE *f;
	bool started;
};

/*
 * Of a foreign metric "x_mde" the difference, and of "x" the one that can be
 * detected, would be one family: the later one gets further underscores in front.
 */
static void take_name(struct family *family)
{
	while (json_object_get(family->names, family->name)) {
		char *other = xasprintf("%s_%s", PREFIX,
					family->name + strlen(PREFIX));

		free(family->name);
		family->name = other;
	}
	json_object_set_new(family->names, family->name, json_true());
}

/* A family that has no sample is not there. */
static void put_sample(struct family *family, const struct line *line)
{
	struct cell cell = column_cell(family->col, family->cmp, line);
	char number[NUMBER_SIZE];

	if (cell.type != CELL_NUMBER)
		return;
	if (!family->started) {
		take_name(family);
		fprintf(family->f, "# TYPE %s gauge\n", family->name);
		if (*family->unit)
			fprintf(family->f, "# UNIT %s %s\n", family->name,
				family->unit);
		family->started = true;
	}
	fputs(family->name, family->f);
	put_labels(family->cmp, line, true, family->f);
	fprintf(family->f, " %s\n", print_number(cell.number, number));
}

struct line_list {
	const struct line **list;
	size_t nr;
};

/* One family: of @metric and @unit, or of all lines where @metric is NULL. */
static void put_family(const struct comparison *cmp,
		       const struct export_column *col, const char *metric,
		       const char *unit, const struct line_list *lines,
		       json_t *names, FILE *f)
{
	char *suffix = unit_name(unit);
	struct family family = {
		.cmp = cmp,
		.col = col,
		.names = names,
		.name = family_name(col, metric, suffix),
		.unit = suffix,
		.f = f,
	};

	for (size_t i = 0; i < lines->nr; i++)
		if (!metric || !strcmp(lines->list[i]->key->unit, unit))
			put_sample(&family, lines->list[i]);
	free(family.name);
	free(suffix);
}

static bool unit_is_new(const struct line_list *lines, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(lines->list[j]->key->unit, lines->list[i]->key->unit))
			return false;
	return true;
}

/* Lines are in order of metrics; a foreign metric may have several units. */
static void put_families(const struct comparison *cmp,
			 const struct export_column *col,
			 const struct line_list *all, json_t *names, FILE *f)
{
	for (size_t from = 0, end; from < all->nr; from = end) {
		const char *metric = all->list[from]->key->metric;
		struct line_list lines = { .list = all->list + from };

		for (end = from; end < all->nr; end++)
			if (strcmp(all->list[end]->key->metric, metric))
				break;
		lines.nr = end - from;
		for (size_t i = 0; i < lines.nr; i++)
			if (unit_is_new(&lines, i))
				put_family(cmp, col, metric,
					   lines.list[i]->key->unit, &lines,
					   names, f);
	}
}

int export_openmetrics(const struct comparison *cmp, FILE *f)
{
	json_t *names = json_object();
	struct line_list lines;

	lines.list = collect_export_lines(cmp, &lines.nr);
	fprintf(f, "# TYPE %s_row info\n", PREFIX);
	for (size_t i = 0; i < lines.nr; i++) {
		fprintf(f, "%s_row_info", PREFIX);
		put_labels(cmp, lines.list[i], false, f);
		fputs(" 1\n", f);
	}
	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];

		if (!column_applies(col, cmp) || col->type != CELL_NUMBER)
			continue;
		if (column_is_in_row_unit(col))
			put_families(cmp, col, &lines, names, f);
		else
			put_family(cmp, col, NULL, col->unit ? col->unit : "",
				   &lines, names, f);
	}
	json_decref(names);
	free(lines.list);
	fputs("# EOF\n", f);
	return ferror(f) ? -EIO : 0;
}
