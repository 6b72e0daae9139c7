// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The format of Go's benchmarks, which benchstat reads: a line for each boot, so
 * that it sees as many samples as there are. Of two kernels the key "side" tells
 * them apart: benchstat -col side.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"
#include "render/render.h"

/* A word, as a unit or a value has to be one. */
static void put_word(const char *s, FILE *f)
{
	char *plain = plain_text(s);

	for (const char *c = plain; *c; c++)
		fputc(isspace((unsigned char)*c) ? '_' : *c, f);
	free(plain);
}

struct unit {
	const char *name;
	enum better better;
	bool exact;
};

static struct unit *find_unit(struct unit *units, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(units[i].name, name))
			return &units[i];
	return NULL;
}

/* What is said of a unit has to be true of all rows that have it. */
static struct unit *collect_units(const struct comparison *cmp, size_t *nr)
{
	struct unit *units = NULL;

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct record_row *key = cmp->lines[i].key;
		struct unit *unit = find_unit(units, *nr, key->unit);

		if (!unit) {
			unit = xappend(units, *nr);
			*unit = (struct unit){ key->unit, key->better,
					       key->exact };
		}
		unit->exact &= key->exact;
		if (unit->better != key->better)
			unit->better = BETTER_NEITHER;
	}
	return units;
}

static void put_units(const struct comparison *cmp, FILE *f)
{
	size_t nr;
	struct unit *units = collect_units(cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		bool directed = units[i].better != BETTER_NEITHER;

		if (!directed && !units[i].exact)
			continue;
		fputs("Unit ", f);
		put_word(units[i].name, f);
		if (directed)
			fprintf(f, " better=%s", better_names[units[i].better]);
		if (units[i].exact)
			fputs(" assume=exact", f);
		fputc('\n', f);
	}
	free(units);
}

static long long callers(const struct record_row *row)
{
	static const char *const names[] = { "threads", "processes" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (record_param(row, names[i]) > 0)
			return record_param(row, names[i]);
	return 1;
}

static void put_benchmark(const struct record_row *row, double value, FILE *f)
{
	char number[NUMBER_SIZE];

	fprintf(f, "Benchmark%c%s/op=%s/metric=%s-%lld\t%.0f\t%s ",
		toupper((unsigned char)*row->scenario), row->scenario + 1,
		row->op, row->metric, callers(row), row->ops * row->nr_batches,
		print_number(value, number));
	put_word(row->unit, f);
	fputc('\n', f);
}

/* One line of what boots of a layout measured: benchstat takes each for a sample. */
static void put_layout(const struct boot *layout, const struct record_row *key,
		       FILE *f)
{
	double *values = xcalloc(layout->nr_recs, sizeof(*values));
	const struct record_row *row, *last = NULL;
	size_t nr = 0;

	for (size_t r = 0; r < layout->nr_recs; r++) {
		row = record_find_row(layout->recs[r], key);
		if (!row || row->shared)
			continue;
		values[nr++] = row->value;
		last = row;
	}
	if (last)
		put_benchmark(last, stats_median(values, nr), f);
	free(values);
}

static void put_column(const struct comparison *cmp, const struct column *col,
		       FILE *f)
{
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct record_row *key = cmp->lines[i].key, *row;

		for (size_t b = 0; draws_layouts(cmp) && b < col->nr_boots; b++)
			put_layout(&col->boots[b], key, f);
		for (size_t r = 0; !draws_layouts(cmp) && r < col->nr_recs; r++) {
			row = record_find_row(col->recs[r], key);
			if (row)
				put_benchmark(row, row->value, f);
		}
	}
}

static void put_key(const char *key, const char *value, FILE *f)
{
	char *plain = plain_text(value);

	fprintf(f, "%s: %s\n", key, plain);
	free(plain);
}

int export_gobench(const struct comparison *cmp, FILE *f)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		fputs("# ", f);
		put_key(cmp->cols[c].name, kernel_id(cmp->cols[c].recs[0]), f);
	}
	put_key("tier", tiers[cmp->cols[0].recs[0]->tier].name, f);
	put_units(cmp, f);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		if (cmp->nr_cols > 1)
			put_key("side", cmp->cols[c].name, f);
		put_column(cmp, &cmp->cols[c], f);
	}
	return ferror(f) ? -EIO : 0;
}
