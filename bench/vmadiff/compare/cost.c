// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one operation costs: instructions in the exact tier, its time in the others.
 * Tables and pictures that are of any tier show this.
 */
#include <string.h>
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

/**
 * lacks_metric() - was a metric counted in no operation of a column?
 * @cmp: comparison, built
 * @c: column
 * @line: a line of the metric
 *
 * It came to be counted after the column was measured, or before: which is said once,
 * and not of each row. What a record gives a reason for is told by that.
 */
bool lacks_metric(const struct comparison *cmp, size_t c, const struct line *line)
{
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *other = &cmp->lines[i];

		if (!strcmp(other->key->metric, line->key->metric) &&
		    (other->rows[c] ||
		     column_absence(&cmp->cols[c], other->key) != ABSENT_UNTOLD))
			return false;
	}
	return true;
}

/* The same of either column of a line. */
bool is_of_one_side(const struct comparison *cmp, const struct line *line)
{
	return line->verdict == MISSING && (lacks_metric(cmp, 0, line) ||
					    lacks_metric(cmp, line->col, line));
}

/**
 * lacking_text() - the metrics that a column lacks and another has
 * @cmp: comparison, built
 * @c: column
 *
 * Return: "a, b and c", to be given to free(); NULL where there is none.
 */
char *lacking_text(const struct comparison *cmp, size_t c)
{
	const char *last = "", *held = NULL;
	char *text = NULL;

	/* Lines are by metric. */
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const char *metric = cmp->lines[i].key->metric;

		if (!strcmp(metric, last))
			continue;
		last = metric;
		if (!lacks_metric(cmp, c, &cmp->lines[i]))
			continue;
		if (held)
			join_text(&text, ", ", "%s", held);
		held = metric;
	}
	if (held)
		join_text(&text, " and ", "%s", held);
	return text;
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
