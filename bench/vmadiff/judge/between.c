// SPDX-License-Identifier: GPL-2.0-or-later
/* For a bisection: is a kernel like the good one, or like the bad one? */
#include <err.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "judge/judge.h"

/* Exit status as git bisect run understands it. */
enum {
	GOOD = 0,
	BAD = 1,
	SKIP = 125,
	ABORT = 128,
};

static const struct record_row *find(const struct record *rec, const char *row)
{
	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *r = &rec->rows[i];

		if (!strcmp(row,
			    fmt_text("%s/%s/%s", r->scenario, r->op, r->metric)))
			return r;
	}
	return NULL;
}

/* Nearer to the one than to the other; halfway between is neither. */
static int judge(const struct record_row *good, const struct record_row *bad,
		 const struct record_row *new, const char *row)
{
	double to_good, to_bad;

	if (!good || !bad || good->value == bad->value) {
		warnx("%s does not tell the good kernel from the bad one", row);
		return ABORT;
	}
	if (!new) {
		printf("%s: no value: neither good nor bad\n", row);
		return SKIP;
	}
	to_good = fabs(new->value - good->value);
	to_bad = fabs(new->value - bad->value);
	printf("%s: %s (good %s, bad %s): %s\n", row, fmt_value(new->value),
	       fmt_value(good->value), fmt_value(bad->value),
	       to_good < to_bad	  ? "good"
	       : to_bad < to_good ? "bad"
				  : "neither");
	return to_good < to_bad ? GOOD : to_bad < to_good ? BAD : SKIP;
}

/**
 * between() - judge a record by a good and a bad one
 * @paths: of the records: good, bad, the one to judge
 * @row: "SCENARIO/OP/METRIC"
 *
 * Return: 0 good, 1 bad, 125 neither, 128 where that cannot be asked.
 */
int between(char *const *paths, const char *row)
{
	struct record *recs[3];
	int status = ABORT;

	for (int i = 0; i < 3; i++)
		recs[i] = read_or_say(paths[i]);
	if (recs[0] && recs[1] && recs[2])
		status = judge(find(recs[0], row), find(recs[1], row),
			       find(recs[2], row), row);
	for (int i = 0; i < 3; i++)
		record_free(recs[i]);
	return status;
}
