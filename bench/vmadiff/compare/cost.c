// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one operation costs: instructions in the exact tier, its time in the others.
 * Tables and pictures that are of any tier show this.
 */
#include <sys/param.h>

#include "base/base.h"
#include "compare/compare.h"

/* Of a tier whose boots are timed: metal, or a guest that is measured like it. */
bool is_timed(const struct record *rec)
{
	return tiers[rec->tier].timed;
}

/* The metric that holds the cost. */
enum metric_id cost_metric(const struct record *rec)
{
	return is_timed(rec) ? METRIC_LATENCY : METRIC_INSNS;
}

const char *cost_unit(const struct record *rec)
{
	return is_timed(rec) ? "ns, " NAME_OF_MEDIAN : "instructions";
}

/**
 * absence() - why a record has no number of an operation
 * @rec: record
 * @key: row with scenario, op and metric set
 */
enum absence absence(const struct record *rec, const struct record_row *key)
{
	if (find_note(rec->failures, rec->nr_failures, key->scenario, key->op))
		return ABSENT_FAILED;
	return find_skip(rec, key) ? ABSENT_SKIPPED : ABSENT_UNTOLD;
}

static enum absence absence_of_row(const struct record *rec,
				   const struct record_row *key)
{
	const struct record_row *row = record_find_row(rec, key);

	return row && row->shared ? ABSENT_SHARED : absence(rec, key);
}

/**
 * column_absence() - why none of the records of a column has a number
 * @col: column
 * @key: row
 *
 * Return: that it failed, if one of them says so, else that it was skipped, else that
 * what was measured does not count.
 */
enum absence column_absence(const struct column *col, const struct record_row *key)
{
	enum absence why = ABSENT_UNTOLD;

	for (size_t r = 0; r < col->nr_recs; r++)
		why = MAX(why, absence_of_row(col->recs[r], key));
	return why;
}

/* In place of the number. */
const char *absence_name(enum absence why)
{
	static const char *const names[] = {
		[ABSENT_UNTOLD] = "-",
		[ABSENT_SHARED] = "shared",
		[ABSENT_SKIPPED] = "skipped",
		[ABSENT_FAILED] = "failed",
	};

	return names[why];
}

/**
 * absence_reason() - the same in words
 * @col: column without a number
 * @key: row
 *
 * Return: of a skip or a failure what the first record says that has one, raw.
 */
const char *absence_reason(const struct column *col, const struct record_row *key)
{
	const struct record_note *note = NULL;

	switch (column_absence(col, key)) {
	case ABSENT_FAILED:
		return find_failure(col, key)->reason;
	case ABSENT_SKIPPED:
		for (size_t r = 0; r < col->nr_recs && !note; r++)
			note = find_skip(col->recs[r], key);
		return note->reason;
	case ABSENT_SHARED:
		return "no boot had enough of a core to itself";
	default:
		return "its records do not say why";
	}
}

/**
 * column_cost() - cost of one operation in a column of a comparison that is built
 * @col: column
 * @scenario: name
 * @op: operation
 *
 * Return: column_value() in cost_unit(), NAN when no record says.
 */
double column_cost(const struct column *col, const char *scenario, const char *op)
{
	bool timed = is_timed(col->recs[0]);
	const struct record_row key = {
		.scenario = scenario,
		.op = op,
		.metric = metrics[cost_metric(col->recs[0])].name,
		.pass = pass_names[timed ? PASS_TIME : PASS_INSNS],
	};

	return column_value(col, &key, NULL, NULL);
}
