// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a series is about. Its records say so; of those that do not, it is what
 * changed most.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/**
 * comparison_series() - what the last stage that says so says of its series
 * @cmp: comparison
 *
 * Return: the series; an empty one where no record says anything.
 */
const struct record_series *comparison_series(const struct comparison *cmp)
{
	static const struct record_series none;

	for (size_t c = cmp->nr_cols; c-- > 0;) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++) {
			const struct record_series *s =
				&cmp->cols[c].recs[r]->series;

			if (s->title || s->nr_headlines || s->nr_stages ||
			    s->nr_scenarios)
				return s;
		}
	}
	return &none;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/**
 * collect_series() - what the stages are of, each series once
 * @cmp: comparison
 * @nr: filled: how many; more than one where stages of two series are compared
 *
 * Return: array in the order of the columns, to be given to free().
 */
struct series_of *collect_series(const struct comparison *cmp, size_t *nr)
{
	struct series_of *list = xcalloc(cmp->nr_cols, sizeof(*list));

	*nr = 0;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record_series *s = &cmp->cols[c].recs[0]->series;
		size_t k = 0;

		if (!s->title && !s->link)
			continue;
		while (k < *nr && !(same_text(list[k].title, s->title) &&
				    same_text(list[k].link, s->link)))
			k++;
		if (k == *nr)
			list[(*nr)++] = (struct series_of){ s->title, s->link,
							    cmp->cols[c].name };
	}
	return list;
}

/**
 * series_title() - what is compared, as those who made it call it
 * @cmp: comparison
 *
 * Return: the title, or of two series "A (base) and B (new)", to be given to free();
 * NULL where no record says.
 */
char *series_title(const struct comparison *cmp)
{
	size_t nr;
	struct series_of *list = collect_series(cmp, &nr);
	char *text = NULL;

	for (size_t i = 0; i < nr; i++)
		if (list[i].title && nr > 1)
			join_text(&text, " and ", "%s (%s)", list[i].title,
				  list[i].column);
		else if (list[i].title)
			join_text(&text, "", "%s", list[i].title);
	free(list);
	return text;
}

/**
 * find_line() - the line of the last column against the first
 * @cmp: comparison, built
 * @scenario: name
 * @op: operation
 * @metric: metric
 *
 * Return: the line, or NULL.
 */
const struct line *find_line(const struct comparison *cmp, const char *scenario,
			     const char *op, enum metric_id metric)
{
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct record_row *key = cmp->lines[i].key;

		if (!strcmp(key->scenario, scenario) && !strcmp(key->op, op) &&
		    key->metric_id == metric)
			return &cmp->lines[i];
	}
	return NULL;
}

/**
 * headline_line() - the one row that is named first
 * @cmp: comparison, built
 *
 * The cost of the first headline of the series that both ends have, else what
 * changed most.
 *
 * Return: the line, NULL where nothing has a cost.
 */
const struct line *headline_line(const struct comparison *cmp)
{
	const struct record_series *series = comparison_series(cmp);
	enum metric_id metric = cost_metric(cmp->cols[0].recs[0]);

	for (size_t i = 0; i < series->nr_headlines; i++) {
		const struct line *line =
			find_line(cmp, series->headlines[i].scenario,
				  series->headlines[i].op, metric);

		if (line && !isnan(line->values[0]) &&
		    !isnan(line->values[cmp->nr_cols - 1]))
			return line;
	}
	return biggest_change(cmp, metric);
}

/**
 * headline_place() - the place of an operation among what the series is about
 * @cmp: comparison
 * @scenario: name
 * @op: operation
 *
 * Return: from 0 on; how many headlines there are where it is none of them.
 */
size_t headline_place(const struct comparison *cmp, const char *scenario,
		      const char *op)
{
	const struct record_series *series = comparison_series(cmp);
	size_t i = 0;

	while (i < series->nr_headlines &&
	       (strcmp(series->headlines[i].scenario, scenario) ||
		strcmp(series->headlines[i].op, op)))
		i++;
	return i;
}

/**
 * series_base() - the column that bills start from
 * @cmp: comparison
 *
 * Return: the stage that the series was written against, else the first.
 */
size_t series_base(const struct comparison *cmp)
{
	const char *base = comparison_series(cmp)->base;

	for (size_t c = 0; base && c + 1 < cmp->nr_cols; c++)
		if (!strcmp(cmp->cols[c].name, base))
			return c;
	return 0;
}

#define OPS_NAMED 3

/* Names of operations in the order of the lines, each once. */
static size_t collect_ops(const struct comparison *cmp, bool changed,
			  const char **ops)
{
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		size_t k = 0;

		if (!line_is_drawn(cmp, line) ||
		    (changed && (line->diff == 0 || isnan(line->diff))))
			continue;
		while (k < nr && strcmp(ops[k], line->key->op))
			k++;
		if (k == nr)
			ops[nr++] = line->key->op;
	}
	return nr;
}

/**
 * operations_text() - the operations that a comparison is about
 * @cmp: comparison, built
 *
 * Those that are not equal to the digit; all of them where there is none.
 *
 * Return: "mmap() and munmap()", to be given to free().
 */
char *operations_text(const struct comparison *cmp)
{
	const char **ops = xcalloc(cmp->nr_lines + 1, sizeof(*ops));
	size_t nr = collect_ops(cmp, true, ops), named;
	char *text = NULL;

	if (!nr)
		nr = collect_ops(cmp, false, ops);
	named = nr <= OPS_NAMED ? nr : OPS_NAMED - 1;
	for (size_t k = 0; k < named; k++)
		join_text(&text, k + 1 < nr ? ", " : " and ", "%s()", ops[k]);
	if (named < nr)
		join_text(&text, " and ", "%zu more operations", nr - named);
	free(ops);
	return text ? text : xasprintf("%s", "");
}
