// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far a row moves where nothing is changed that means anything: luck. It was measured
 * of variants of a kernel. A change that is no larger, and lies in functions whose code
 * is the same in both kernels, which are called as often, is said to be that. How often
 * they are called may differ where it did between variants: a row that allocates pages
 * or waits for a timer does so more or less often by luck.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "compare/compare.h"

static int row_cmp(const void *a, const void *b)
{
	const struct luck_row *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	d = d ? d : strcmp(x->op, y->op);
	d = d ? d : strcmp(x->metric, y->metric);
	return d ? d : strcmp(x->version, y->version);
}

/**
 * luck_of() - how far a row moves by luck
 * @cmp: comparison
 * @key: row
 *
 * Return: the row, NULL where that is not known.
 */
const struct luck_row *luck_of(const struct comparison *cmp,
			       const struct record_row *key)
{
	const struct luck_row want = { .scenario = key->scenario,
				       .op = key->op,
				       .metric = key->metric,
				       .version = key->version };

	if (!cmp->luck || !cmp->luck->nr_rows)
		return NULL;
	return bsearch(&want, cmp->luck->rows, cmp->luck->nr_rows, sizeof(want),
		       row_cmp);
}

/**
 * line_is_luck() - may what changed be luck?
 * @cmp: comparison
 * @line: row that is exact, and is not equal
 *
 * Each kernel has its own luck, so that two are as far apart as the least and the most
 * that variants of one had.
 */
bool line_is_luck(const struct comparison *cmp, const struct line *line)
{
	const struct luck_row *luck = luck_of(cmp, line->key);
	double worst = fabs(line->diff);

	if (line->spread.nr)
		worst = MAX(fabs(line->spread.diff[0]),
			    fabs(line->spread.diff[1]));
	/* Of values of one operation, which are quotients. */
	return luck && worst <= luck->high - luck->low + 1e-9 &&
	       lies_in_same_code(cmp, line, !luck->calls);
}

/**
 * judge_luck() - let changes that may be luck be neither better nor worse
 * @cmp: comparison with its lines judged
 */
void judge_luck(struct comparison *cmp)
{
	for (size_t c = 1; cmp->luck && c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->nr_lines; i++)
			if (cmp->against[c][i].verdict == EXACT_CHANGED &&
			    line_is_luck(cmp, &cmp->against[c][i]))
				cmp->against[c][i].verdict = LUCK;
}

/**
 * luck_text() - why a change may be luck
 * @cmp: comparison
 * @line: row that is %LUCK
 *
 * Return: in a few words, to be given to free().
 */
char *luck_text(const struct comparison *cmp, const struct line *line)
{
	const struct luck_row *luck = luck_of(cmp, line->key);

	if (!luck || !cmp->luck)
		return xasprintf("no more than what changes that change nothing do");
	return xasprintf("%g to %+g over %zu variants that change nothing, and in functions that are the same",
			 luck->low, luck->high, cmp->luck->nr_variants);
}

static const char *read_luck_row(json_t *v, struct luck_row *row)
{
	*row = (struct luck_row){
		.scenario = json_string_value(json_object_get(v, "scenario")),
		.version = json_string_value(json_object_get(v, "version")),
		.op = json_string_value(json_object_get(v, "op")),
		.metric = json_string_value(json_object_get(v, "metric")),
		.low = json_number_value(json_object_get(v, "low")),
		.high = json_number_value(json_object_get(v, "high")),
		.calls = json_is_true(json_object_get(v, "calls")),
	};
	if (!row->scenario || !row->version || !row->op || !row->metric)
		return "a row has no \"scenario\", \"version\", \"op\" or \"metric\"";
	if (!json_is_number(json_object_get(v, "low")) ||
	    !json_is_number(json_object_get(v, "high")) || row->low > 0 ||
	    row->high < 0)
		return "\"low\" of a row is not a number up to 0, or \"high\" not one from 0 on";
	return NULL;
}

static const char *read_luck(struct luck *luck)
{
	json_t *schema = json_object_get(luck->all, "schema");
	json_t *rows = json_object_get(luck->all, "rows"), *v;
	const char *name = json_string_value(json_object_get(schema, "name"));
	const char *wrong = NULL;
	size_t i;

	if (!name || strcmp(name, LUCK_SCHEMA) != 0)
		return "it is no file of make luck";
	if (json_integer_value(json_object_get(schema, "major")) != LUCK_MAJOR)
		return "its schema major is unknown";
	if (!json_is_array(rows))
		return "\"rows\" is missing or not an array";
	luck->nr_variants =
		json_array_size(json_object_get(luck->all, "variants"));
	luck->rows = xcalloc(json_array_size(rows) + 1, sizeof(*luck->rows));
	json_array_foreach(rows, i, v) {
		wrong = read_luck_row(v, &luck->rows[luck->nr_rows++]);
		if (wrong)
			return wrong;
	}
	qsort(luck->rows, luck->nr_rows, sizeof(*luck->rows), row_cmp);
	return NULL;
}

/* Both may be missing. */
static bool same_value(const json_t *a, const json_t *b)
{
	return a && b ? json_equal(a, b) : a == b;
}

/* What has to be the same for a kernel to have that luck. */
static char *other_kernel(const struct luck *luck, const struct comparison *cmp)
{
	static const char *const keys[] = { "release", "config_sha256" };
	json_t *kernel = json_object_get(luck->all, "kernel");
	const struct record *rec = cmp->cols[0].recs[0];

	if (is_timed(rec))
		return xasprintf("it is of what is counted, and %s is timed",
				 cmp->cols[0].name);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!same_value(json_object_get(kernel, keys[i]),
				json_object_get(rec->kernel, keys[i])))
			return xasprintf("it is of a kernel whose %s is not that of %s; make luck measures it anew",
					 keys[i], cmp->cols[0].name);
	if (!same_value(json_object_get(luck->all, "env"), rec->env))
		return xasprintf("it was measured on another machine than %s; make luck measures it anew",
				 cmp->cols[0].name);
	return NULL;
}

/**
 * comparison_use_luck() - learn how far rows move by luck
 * @cmp: comparison with all of its records, not yet built
 * @path: what make luck has written, or NULL
 *
 * Return: NULL, or why the file is of no use, to be given to free().
 */
char *comparison_use_luck(struct comparison *cmp, const char *path)
{
	const char *wrong;
	struct luck *luck;
	char *why = NULL;

	if (!path)
		return NULL;
	luck = xcalloc(1, sizeof(*luck));
	luck->all = read_json_file(path, &why);
	wrong = luck->all ? read_luck(luck) : NULL;
	if (wrong)
		why = xasprintf("%s", wrong);
	else if (luck->all)
		why = other_kernel(luck, cmp);
	if (why) {
		free_luck(luck);
		return why;
	}
	cmp->luck = luck;
	return NULL;
}

/** free_luck() - give back what comparison_use_luck() has read */
void free_luck(struct luck *luck)
{
	if (!luck)
		return;
	json_decref(luck->all);
	free(luck->rows);
	free(luck);
}
