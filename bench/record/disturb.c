// SPDX-License-Identifier: GPL-2.0-or-later
/* The batches that something else has disturbed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

static const char *const causes[NR_CAUSES] = {
	[CAUSE_SWITCH] = "switches",	 [CAUSE_STEAL] = "steal",
	[CAUSE_QUOTA] = "quota",	 [CAUSE_THROTTLE] = "throttles",
	[CAUSE_FREQUENCY] = "frequency", [CAUSE_SHARED] = "shared",
	[CAUSE_HOST] = "host_faults",
};

/*
 * [batch, what], by batch, which is marked with a bit. The first one of a level is
 * where it starts from.
 */
static int read_seen(struct parser *p, json_t *line, enum cause cause,
		     struct record_disturbances *d, unsigned char *marks)
{
	const char *key = causes[cause];
	bool level = cause == CAUSE_FREQUENCY;
	int64_t *nr = &d->by[cause];
	json_t *seen = json_object_get(line, key), *pair;
	int64_t batch, what, last = -1;
	size_t i;
	int err;

	*nr = -1;
	if (!seen || json_is_null(seen))
		return 0;
	if (!json_is_array(seen))
		return refuse(p, "\"%s\" is neither an array nor null", key);
	*nr = 0;
	json_array_foreach(seen, i, pair) {
		if (json_array_size(pair) != 2)
			return refuse(p,
				      "\"%s\" holds something that is not [batch, count]",
				      key);
		if ((err = read_count(p, key, json_array_get(pair, 0), &batch)) ||
		    (err = read_count(p, key, json_array_get(pair, 1), &what)))
			return err;
		/* A level may move in the batch that it starts with. */
		if (batch >= d->nr_batches || batch < last ||
		    (batch == last && !(level && i == 1)))
			return refuse(p,
				      "\"%s\" names batch %lld, which is not in order or not there",
				      key, (long long)batch);
		last = batch;
		if (level && !i)
			continue;
		marks[batch] |= (unsigned char)(1u << cause);
		++*nr;
	}
	return 0;
}

/* Rows whose value is of the other batches have to know of them. */
static int keep_shared(struct parser *p, struct record_disturbances *d,
		       const unsigned char *marks)
{
	enum cause cause = d->by[CAUSE_SHARED] < 0 ? CAUSE_HOST : CAUSE_SHARED;

	if (d->by[CAUSE_SHARED] < 0 && d->by[CAUSE_HOST] < 0)
		return 0;
	for (size_t r = 0; r < p->rec->nr_rows; r++) {
		const struct record_row *row = &p->rec->rows[r];

		if (!strcmp(row->scenario, d->scenario) && !strcmp(row->op, d->op))
			return refuse(p, "\"%s\" comes after a row of %s %s",
				      causes[cause], d->scenario, d->op);
	}
	d->shared = xcalloc((size_t)d->nr_batches, sizeof(*d->shared));
	for (int64_t i = 0; i < d->nr_batches; i++)
		d->shared[i] = marks[i] & (1u << CAUSE_SHARED | 1u << CAUSE_HOST);
	return 0;
}

int read_disturbances(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_disturbances *d =
		xappend(rec->disturbances, rec->nr_disturbances);
	unsigned char *marks;
	json_t *unused;
	int err;

	if ((err = get_name(p, line, "scenario", &d->scenario)) ||
	    (err = get_name(p, line, "op", &d->op)) ||
	    (err = get_integer(p, line, "of", 1, RECORD_BATCHES_MAX,
			       &d->nr_batches)))
		return err;
	if (json_object_get(line, "unavailable") &&
	    (err = get_strings(p, line, "unavailable", &unused)))
		return err;

	marks = xcalloc((size_t)d->nr_batches, 1);
	for (int i = 0; !err && i < NR_CAUSES; i++)
		err = read_seen(p, line, (enum cause)i, d, marks);
	for (int64_t i = 0; i < d->nr_batches; i++) {
		d->disturbed += marks[i] != 0;
		/* Who is stopped for his quota is switched from: no other task. */
		if (marks[i] & 1u << CAUSE_QUOTA && marks[i] & 1u << CAUSE_SWITCH)
			d->by[CAUSE_SWITCH]--;
	}
	if (!err)
		err = keep_shared(p, d, marks);
	free(marks);
	if (err)
		return err;

	/* Boxed pairs take room; only the counts stay. */
	for (int i = 0; i < NR_CAUSES; i++)
		json_object_del(line, causes[i]);
	return 0;
}

static void add_known(int64_t *sum, int64_t nr)
{
	if (nr < 0)
		return;
	*sum = *sum < 0 ? nr : *sum + nr;
}

/**
 * record_add_disturbances() - what happened in all of a record
 * @sum: added to; to be started with %RECORD_UNDISTURBED
 * @rec: record
 */
void record_add_disturbances(struct record_disturbances *sum,
			     const struct record *rec)
{
	for (size_t i = 0; i < rec->nr_disturbances; i++) {
		const struct record_disturbances *d = &rec->disturbances[i];

		sum->nr_batches += d->nr_batches;
		sum->disturbed += d->disturbed;
		for (int c = 0; c < NR_CAUSES; c++)
			add_known(&sum->by[c], d->by[c]);
	}
}
