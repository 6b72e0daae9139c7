// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a row differ where the code does, or where it is the same? */
#include <stddef.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/* What tells which row a count by function adds up to. */
static const struct {
	enum metric_id metric;
	enum region_kind region;
	enum insn_class class;
	size_t count; /* of a struct record_function */
} sums[] = {
#define COUNT(name) offsetof(struct record_function, name)
	{ METRIC_INSNS, REGION_OP, CLASS_TASK, COUNT(insns) },
	{ METRIC_INSNS_DEFERRED, REGION_DRAIN, CLASS_RCU, COUNT(insns) },
	{ METRIC_INSNS_IRQ, REGION_OP, CLASS_IRQ, COUNT(insns) },
	{ METRIC_LINES_READ, REGION_OP, CLASS_TASK, COUNT(lines_read) },
	{ METRIC_LINES_WRITTEN, REGION_OP, CLASS_TASK, COUNT(lines_written) },
	{ METRIC_LINES_CODE, REGION_OP, CLASS_TASK, COUNT(lines_code) },
	{ METRIC_PAGES, REGION_OP, CLASS_TASK, COUNT(pages) },
	{ METRIC_MEM_LOADS, REGION_OP, CLASS_TASK, COUNT(loads) },
	{ METRIC_MEM_STORES, REGION_OP, CLASS_TASK, COUNT(stores) },
#undef COUNT
};

/**
 * struct side - the functions of an operation, of one kernel
 * @rec: its record
 * @fns: its functions
 */
struct side {
	const struct record *rec;
	const struct record_functions *fns;
};

static int64_t count_at(const struct record_function *fn, size_t at)
{
	int64_t n = 0;

	if (fn)
		memcpy(&n, (const char *)fn + at, sizeof(n));
	return n;
}

/* Is a count of one operation the same in both? */
static bool same_count(const struct side *a, const struct record_function *x,
		       const struct side *b, const struct record_function *y,
		       size_t at)
{
	return (double)count_at(x, at) * (double)b->fns->ops ==
	       (double)count_at(y, at) * (double)a->fns->ops;
}

/* What a side did not execute has its code all the same, if the other kernel's is known. */
static bool same_code(const struct side *a, const struct side *b, const char *name)
{
	const char *code = record_find_code(a->rec, name);
	const char *other = record_find_code(b->rec, name);

	return code && other && !strcmp(code, other);
}

/*
 * Was it called as often? It then did the same, but for where it and its data were; of
 * @at, where that is not instructions, it has to have executed the same.
 */
static bool did_the_same(const struct side *a, const struct record_function *x,
			 const struct side *b, const struct record_function *y,
			 size_t at)
{
	if (!x || !y)
		return false;
	return same_count(a, x, b, y, offsetof(struct record_function, calls)) &&
	       (at == offsetof(struct record_function, insns) ||
		same_count(a, x, b, y, offsetof(struct record_function, insns)));
}

/* Do only functions of the same code differ in what is counted @at? */
static bool only_same_code_differs(const struct side *a, const struct side *b,
				   size_t at, bool as_often)
{
	size_t i = 0, j = 0;

	while (i < a->fns->nr_functions || j < b->fns->nr_functions) {
		const struct record_function *x = NULL, *y = NULL;
		const char *name;
		int d = i == a->fns->nr_functions ? 1
			: j == b->fns->nr_functions
				? -1
				: strcmp(a->fns->functions[i].name,
					 b->fns->functions[j].name);

		name = d <= 0 ? a->fns->functions[i].name
			      : b->fns->functions[j].name;
		if (d <= 0)
			x = &a->fns->functions[i++];
		if (d >= 0)
			y = &b->fns->functions[j++];
		if (same_count(a, x, b, y, at))
			continue;
		if (!same_code(a, b, name) ||
		    (as_often && !did_the_same(a, x, b, y, at)))
			return false;
	}
	return true;
}

/* The functions that a row is the sum of, in a column. */
static bool find_side(const struct column *col, const struct line *line,
		      size_t sum, struct side *side)
{
	side->rec = col->recs[0];
	side->fns = record_find_functions(side->rec, line->key->scenario,
					  line->key->op, sums[sum].region,
					  sums[sum].class);
	return side->fns;
}

/* Where that is counted by function; else that of the instructions. */
static size_t sum_of(const struct line *line)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(sums) && sums[i].metric != line->key->metric_id)
		i++;
	return i < ARRAY_SIZE(sums) ? i : 0;
}

/**
 * lies_in_same_code() - do only functions differ that have the same code?
 * @cmp: comparison
 * @line: row that is exact, and is not equal
 * @as_often: and were they called as often?
 *
 * Of a metric that is not counted by function, those count whose instructions differ.
 *
 * Return: true if so; false, too, where a record does not say what code a function has.
 */
bool lies_in_same_code(const struct comparison *cmp, const struct line *line,
		       bool as_often)
{
	size_t sum = sum_of(line);
	struct side a, b;

	return find_side(&cmp->cols[0], line, sum, &a) &&
	       find_side(&cmp->cols[line->col], line, sum, &b) &&
	       only_same_code_differs(&a, &b, sums[sum].count, as_often);
}
