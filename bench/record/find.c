// SPDX-License-Identifier: GPL-2.0-or-later
/* What was read, by name. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/**
 * sort_unique() - sort what is to be there once
 * @array: elements
 * @nr: how many; may be 0, @array is NULL then
 * @size: of one
 * @cmp: their order
 *
 * Return: an element that is equal to the next one, NULL if there is none.
 */
void *sort_unique(void *array, size_t nr, size_t size,
		  int (*cmp)(const void *a, const void *b))
{
	char *at = array;

	if (!nr)
		return NULL;
	qsort(array, nr, size, cmp);
	for (size_t i = 1; i < nr; i++, at += size)
		if (!cmp(at, at + size))
			return at;
	return NULL;
}

/* Of names_keep(), one is at one place. */
static int name_cmp(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

/**
 * record_row_cmp() - order of rows: scenario, op, metric, pass
 * @a: a struct record_row
 * @b: another
 */
int record_row_cmp(const void *a, const void *b)
{
	const struct record_row *x = a, *y = b;
	int d;

	if ((d = name_cmp(x->scenario, y->scenario)) ||
	    (d = name_cmp(x->op, y->op)) || (d = name_cmp(x->metric, y->metric)))
		return d;
	return name_cmp(x->pass, y->pass);
}

/**
 * record_find_row() - the row of one record that matches another's
 * @rec: record to search
 * @key: row with scenario, op, metric and pass set
 *
 * Return: the row or NULL.
 */
const struct record_row *record_find_row(const struct record *rec,
					 const struct record_row *key)
{
	if (!rec->nr_rows)
		return NULL;
	/* Boots of a kernel have the same rows, mostly. */
	if (key->place < rec->nr_rows &&
	    !record_row_cmp(key, &rec->rows[key->place]))
		return &rec->rows[key->place];
	return bsearch(key, rec->rows, rec->nr_rows, sizeof(*key),
		       record_row_cmp);
}

/**
 * record_find_shape() - what one operation did to the address space
 * @rec: record to search
 * @scenario: name
 * @op: operation
 *
 * Return: the shape or NULL.
 */
const struct record_shape *record_find_shape(const struct record *rec,
					     const char *scenario, const char *op)
{
	for (size_t i = 0; i < rec->nr_shapes; i++)
		if (!strcmp(rec->shapes[i].scenario, scenario) &&
		    !strcmp(rec->shapes[i].op, op))
			return &rec->shapes[i];
	return NULL;
}

/**
 * record_find_functions() - the functions of one operation
 * @rec: record to search
 * @scenario: name
 * @op: operation
 * @region: between its markers, or what it left to RCU
 * @class: what they were executed for
 *
 * Return: the functions or NULL.
 */
const struct record_functions *record_find_functions(const struct record *rec,
						     const char *scenario,
						     const char *op,
						     enum region_kind region,
						     enum insn_class class)
{
	const struct record_functions key = {
		.scenario = scenario,
		.op = op,
		.region = region,
		.class = class,
	};

	if (!rec->nr_functions)
		return NULL;
	return bsearch(&key, rec->functions, rec->nr_functions, sizeof(key),
		       functions_cmp);
}

static int by_function(const void *key, const void *code)
{
	return strcmp(key, ((const struct record_code *)code)->name);
}

/**
 * record_find_code() - what a function of the kernel does
 * @rec: record
 * @function: its name
 *
 * Return: its hash; NULL where the record does not say.
 */
const char *record_find_code(const struct record *rec, const char *function)
{
	const struct record_code *code;

	if (!rec->nr_code)
		return NULL;
	code = bsearch(function, rec->code, rec->nr_code, sizeof(*rec->code),
		       by_function);
	return code ? code->hash : NULL;
}

/**
 * record_find_objects() - what the task touched in one operation, by object
 * @rec: record to search
 * @scenario: name
 * @op: operation
 *
 * Return: the objects, or why there are none; NULL if the record says neither.
 */
const struct record_objects *record_find_objects(const struct record *rec,
						 const char *scenario,
						 const char *op)
{
	const struct record_objects key = {
		.scenario = scenario,
		.op = op,
		.region = REGION_OP,
		.class = CLASS_TASK,
	};

	if (!rec->nr_objects)
		return NULL;
	return bsearch(&key, rec->objects, rec->nr_objects, sizeof(key),
		       objects_cmp);
}

/**
 * record_find_stacks() - the call chains of one operation
 * @rec: record to search
 * @scenario: name
 * @op: operation
 *
 * Return: the stacks or NULL.
 */
const struct record_stacks *record_find_stacks(const struct record *rec,
					       const char *scenario,
					       const char *op)
{
	const struct record_stacks key = { .scenario = scenario, .op = op };

	if (!rec->nr_stacks)
		return NULL;
	return bsearch(&key, rec->stacks, rec->nr_stacks, sizeof(key),
		       stacks_cmp);
}

/**
 * record_param() - what a row was measured with
 * @row: row
 * @name: parameter
 *
 * Return: its value, -1 if the row has no such parameter.
 */
int64_t record_param(const struct record_row *row, const char *name)
{
	json_t *v = json_object_get(row->params, name);

	return v ? json_integer_value(v) : -1;
}

/**
 * record_same_row() - did two runs of an exact row agree, batch by batch?
 * @a: row, or NULL
 * @b: the same one of another record, or NULL
 *
 * Return: false also if either is not there, or is not exact.
 */
bool record_same_row(const struct record_row *a, const struct record_row *b)
{
	return a && b && a->exact && b->exact && a->ops == b->ops &&
	       a->nr_batches == b->nr_batches && a->value == b->value &&
	       a->digest == b->digest;
}

/**
 * record_first_op() - the operation that stands for a scenario
 * @rec: record
 * @scenario: name
 * @metric: of those that have a row of it; NULL for any
 *
 * Return: the one that the scenario runs first, which is what its rows in the file
 * begin with; NULL where it has none.
 */
const char *record_first_op(const struct record *rec, const char *scenario,
			    const char *metric)
{
	const struct record_row *first = NULL;

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!strcmp(row->scenario, scenario) &&
		    (!metric || !strcmp(row->metric, metric)) &&
		    (!first || row->line < first->line))
			first = row;
	}
	return first ? first->op : NULL;
}
