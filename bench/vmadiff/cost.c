// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What one operation costs: instructions in the exact tier, the median of its
 * time on metal. Tables and pictures that are of both tiers show this.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vmadiff.h"

/* Of a tier whose boots are timed: metal, or a guest that is measured like it. */
bool is_metal(const struct record *rec)
{
	return strcmp(rec->tier, "exact");
}

/* The metric that holds the cost. */
const char *cost_metric(const struct record *rec)
{
	return is_metal(rec) ? "latency" : "insns";
}

const char *cost_unit(const struct record *rec)
{
	return is_metal(rec) ? "ns, median" : "instructions";
}

/**
 * operation_cost() - cost of one operation
 * @rec: record
 * @scenario: name
 * @op: operation
 *
 * Return: in cost_unit(), NAN when the record does not say.
 */
double operation_cost(const struct record *rec, const char *scenario,
		      const char *op)
{
	const struct record_row key = {
		.scenario = scenario,
		.op = op,
		.metric = cost_metric(rec),
		.pass = is_metal(rec) ? "time" : "insns",
	};
	const struct record_row *row = record_find_row(rec, &key);

	if (!row || !is_metal(rec))
		return row_value(row);
	return hist_quantile(row->hist, row->nr_hist, 0.5);
}

/**
 * absence() - why a record has no number of an operation
 * @rec: record
 * @key: row with scenario, op and metric set
 * @tint: filled
 *
 * Return: "failed", "skipped", or "-" where the record does not say.
 */
const char *absence(const struct record *rec, const struct record_row *key,
		    enum tint *tint)
{
	*tint = TINT_BAD;
	if (find_note(rec->failures, rec->nr_failures, key->scenario, key->op))
		return "failed";
	*tint = TINT_DOUBT;
	if (find_skip(rec, key))
		return "skipped";
	return "-";
}

/**
 * column_absence() - why none of the records of a column has a number
 * @col: column
 * @key: as in absence()
 * @tint: filled
 *
 * Return: as absence().
 */
const char *column_absence(const struct column *col,
			   const struct record_row *key, enum tint *tint)
{
	const char *why = "-";

	for (size_t r = 0; r < col->nr_recs; r++) {
		why = absence(col->recs[r], key, tint);
		if (*tint == TINT_BAD)
			return why;
	}
	return why;
}

/**
 * column_cost() - cost of one operation, the median over the boots of a column
 * @col: column
 * @scenario: name
 * @op: operation
 *
 * Return: in cost_unit(), NAN when no record says.
 */
double column_cost(const struct column *col, const char *scenario, const char *op)
{
	double *costs = xcalloc(col->nr_recs, sizeof(*costs)), cost;
	size_t nr = 0;

	for (size_t r = 0; r < col->nr_recs; r++) {
		cost = operation_cost(col->recs[r], scenario, op);
		if (!isnan(cost))
			costs[nr++] = cost;
	}
	cost = stats_median(costs, nr);
	free(costs);
	return cost;
}
