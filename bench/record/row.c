// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows, and what their batches come to. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* What a batch, an operation, or a bin may be. */
static int check_value(struct parser *p, const struct record_row *row,
		       const char *where, double v)
{
	if (v >= 0 || metric_can_be_negative(row->metric_id))
		return 0;
	return refuse(p, "\"%s\" holds a negative value of %s", where,
		      row->metric);
}

static int read_number(struct parser *p, const struct record_row *row,
		       const char *where, json_t *v, double *out)
{
	if (!json_is_number(v))
		return refuse(p, "\"%s\" holds something that is not a number",
			      where);
	*out = json_number_value(v);
	return check_value(p, row, where, *out);
}

/*
 * An array that scan_line() has left to the library, taken out of its boxes. Of
 * "per_op" it is where the batches were, which have been judged by then.
 */
static int unbox(struct parser *p, const struct record_row *row,
		 const char *where, const json_t *arr)
{
	json_t *v;
	size_t i;
	int err;

	scan_reserve(&p->scan, json_array_size(arr));
	json_array_foreach(arr, i, v) {
		err = read_number(p, row, where, v, &p->scan.batches[i]);
		if (err)
			return err;
	}
	return 0;
}

static int unbox_batches(struct parser *p, const struct record_row *row,
			 const json_t *line)
{
	const json_t *arr = json_object_get(line, "batches");

	p->scan.nr_batches = json_array_size(arr);
	if (!p->scan.nr_batches)
		return refuse(p,
			      "\"batches\" is missing, empty, or not an array");
	return unbox(p, row, "batches", arr);
}

/* What tells whether the batches of another run are the same. */
static uint64_t digest_batches(const double *v, size_t nr)
{
	uint64_t lanes[4] = { nr }, bits, digest = 0;

	for (size_t i = 0; i < nr; i++) {
		/* Four, as one waits for its multiplication. */
		uint64_t *lane = &lanes[i % ARRAY_SIZE(lanes)];

		memcpy(&bits, &v[i], sizeof(bits));
		*lane = (*lane ^ bits) * 0x9e3779b97f4a7c15ULL;
		*lane ^= *lane >> 32;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lanes); i++)
		digest = (digest ^ lanes[i]) * 0x9e3779b97f4a7c15ULL;
	return digest;
}

static double sum_batches(struct record_row *row, const double *v)
{
	double sum = 0;

	row->whole = true;
	for (size_t i = 0; i < row->nr_batches; i++) {
		sum += v[i];
		row->whole &= v[i] == rint(v[i]) &&
			      fabs(v[i]) < RECORD_COUNT_LIMIT &&
			      fabs(sum) < RECORD_COUNT_LIMIT;
	}
	row->total = row->whole ? (int64_t)sum : 0;
	return sum;
}

/* Those that had the core to themselves, in order. Return: how many. */
static size_t take_alone(const struct record *rec, const struct record_row *row,
			 const double *v, double *alone)
{
	size_t nr = 0;

	for (size_t i = 0; i < rec->nr_disturbances; i++) {
		const struct record_disturbances *d = &rec->disturbances[i];

		if (!d->shared || d->nr_batches != (int64_t)row->nr_batches ||
		    strcmp(d->scenario, row->scenario) || strcmp(d->op, row->op))
			continue;
		for (size_t k = 0; k < row->nr_batches; k++)
			if (!d->shared[k])
				alone[nr++] = v[k];
		return nr;
	}
	memcpy(alone, v, row->nr_batches * sizeof(*v));
	return row->nr_batches;
}

/* The median, and whether it stands for all of them. */
static void judge_batches(struct parser *p, struct record_row *row,
			  const double *v, size_t nr)
{
	struct batches *b = &p->batches;

	batches_judge(b, v, nr, RECORD_STEADY_TOLERANCE);
	/* As stats_median() of values, and not of totals, would be rounded. */
	row->value = nr % 2 ? b->high / row->ops
			    : b->low / row->ops / 2 + b->high / row->ops / 2;
	row->before = row->after = row->value;
	if (b->steady.is == STATS_STEADY || b->steady.is == STATS_TOO_SHORT)
		return;
	row->unsteady = stats_steadiness_name(b->steady.is);
	row->step = b->steady.step;
	row->before = b->steady.before / row->ops;
	row->after = b->steady.after / row->ops;
}

static void judge_alone(struct parser *p, struct record_row *row, const double *v)
{
	double *alone = xcalloc(row->nr_batches, sizeof(*alone));
	size_t nr = take_alone(p->rec, row, v, alone);

	row->shared = nr < row->nr_batches && nr < RECORD_ALONE_MIN;
	if (row->shared)
		judge_batches(p, row, v, row->nr_batches);
	else
		judge_batches(p, row, alone, nr);
	free(alone);
}

/* Pairs of batches do not drift, and tell how well the median is known. */
static void judge_pairs(struct record_row *row, double *v)
{
	if (row->metric_id >= NR_METRICS || !metrics[row->metric_id].difference ||
	    !stats_median_interval(v, row->nr_batches, &row->low, &row->high))
		return;
	row->low /= row->ops;
	row->high /= row->ops;
}

static int read_batches(struct parser *p, struct record_row *row,
			const json_t *line)
{
	const struct scan *scan = &p->scan;
	int err;

	err = scan->has_batches
		      ? check_value(p, row, "batches", scan->batches_min)
		      : unbox_batches(p, row, line);
	if (err)
		return err;
	row->nr_batches = scan->nr_batches;
	row->low = row->high = NAN;
	if (row->nr_batches > RECORD_BATCHES_MAX)
		return refuse(p, "\"batches\" holds %zu, more than %d",
			      row->nr_batches, RECORD_BATCHES_MAX);

	row->digest = digest_batches(scan->batches, row->nr_batches);
	if (row->exact) {
		row->value = sum_batches(row, scan->batches) /
			     (row->ops * row->nr_batches);
		row->before = row->after = row->value;
	} else {
		judge_alone(p, row, scan->batches);
		judge_pairs(row, scan->batches);
	}
	return isfinite(row->value) ? 0 : refuse(p, "\"batches\" overflow");
}

/* Nothing reads single operations yet; what is there must still be right. */
static int check_per_op(struct parser *p, const struct record_row *row,
			const json_t *line)
{
	json_t *arr = json_object_get(line, "per_op");
	const struct scan *scan = &p->scan;
	size_t nr;

	if (!arr || json_is_null(arr))
		return 0;
	nr = scan->has_per_op ? scan->nr_per_op : json_array_size(arr);
	if (nr != row->ops * row->nr_batches)
		return refuse(p,
			      "\"per_op\" holds %zu values, not ops x batches = %.0f",
			      nr, row->ops * row->nr_batches);
	return scan->has_per_op ? check_value(p, row, "per_op", scan->per_op_min)
				: unbox(p, row, "per_op", arr);
}

static int unbox_bin(struct parser *p, const struct record_row *row,
		     json_t *bin, struct hist_bin *b)
{
	json_t *count = json_array_get(bin, 1);
	int err = read_number(p, row, "hist", json_array_get(bin, 0), &b->value);

	if (err)
		return err;
	if (json_array_size(bin) != 2 || !json_is_integer(count))
		return refuse(p,
			      "\"hist\" holds something that is not [value, count]");
	b->count = json_integer_value(count);
	return 0;
}

static int unbox_hist(struct parser *p, struct record_row *row, json_t *arr)
{
	json_t *bin;
	size_t i;
	int err;

	if (!json_is_array(arr))
		return refuse(p, "\"hist\" is not an array");
	if (!json_array_size(arr))
		return 0;
	row->hist = xcalloc(json_array_size(arr), sizeof(*row->hist));
	row->nr_hist = json_array_size(arr);
	json_array_foreach(arr, i, bin) {
		err = unbox_bin(p, row, bin, &row->hist[i]);
		if (err)
			return err;
	}
	return 0;
}

static int read_hist(struct parser *p, struct record_row *row, const json_t *line)
{
	json_t *arr = json_object_get(line, "hist");
	const struct scan *scan = &p->scan;
	int err = 0;

	if (!arr || json_is_null(arr))
		return 0;
	if (scan->has_hist) {
		row->hist = xcalloc(scan->nr_hist, sizeof(*row->hist));
		row->nr_hist = scan->nr_hist;
		memcpy(row->hist, scan->hist, scan->nr_hist * sizeof(*row->hist));
	} else {
		err = unbox_hist(p, row, arr);
	}

	for (size_t i = 0; !err && i < row->nr_hist; i++) {
		struct hist_bin *b = &row->hist[i];

		err = check_value(p, row, "hist", b->value);
		if (!err && !(b->count > 0 && b->count < RECORD_COUNT_LIMIT))
			err = refuse(p,
				     "\"hist\" holds something that is not [value, count]");
		if (!err && i && b->value <= b[-1].value)
			err = refuse(p, "\"hist\" is not ascending");
		b->spread = hist_spread(b->value, p->rec->clock_step_ns);
	}
	return err;
}

/* Optional: a scenario is of the primary set unless it says otherwise. */
static int get_set(struct parser *p, json_t *line, enum scenario_set *set)
{
	const char *name;
	int err;

	*set = SET_PRIMARY;
	if (!json_object_get(line, "set"))
		return 0;
	err = get_name(p, line, "set", &name);
	if (err)
		return err;
	*set = set_by_name(name);
	if (*set == NR_SETS)
		return refuse(p, "\"set\" is \"%s\": primary, extended or mm",
			      name);
	return 0;
}

/* What a line says of a row before its arrays, but for "params", which a record has. */
static int read_head(struct parser *p, json_t *line, struct record_row *row)
{
	const char *better;
	json_t *exact = json_object_get(line, "exact");
	int64_t ops;
	int err;

	*row = (struct record_row){ 0 };
	if ((err = get_name(p, line, "scenario", &row->scenario)) ||
	    (err = get_label(p, line, "version", &row->version)) ||
	    (err = get_name(p, line, "op", &row->op)) ||
	    (err = get_name(p, line, "metric", &row->metric)) ||
	    (err = get_label(p, line, "unit", &row->unit)) ||
	    (err = get_name(p, line, "pass", &row->pass)) ||
	    (err = get_name(p, line, "better", &better)) ||
	    (err = get_set(p, line, &row->set)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &ops)))
		return err;

	row->metric_id = metric_by_name(row->metric);
	row->pass_id = pass_by_name(row->pass);
	row->better = better_by_name(better);
	if (row->better == NR_BETTERS)
		return refuse(p, "\"better\" is \"%s\": lower, higher or neither",
			      better);
	if (!json_is_boolean(exact))
		return refuse(p, "\"exact\" is missing or not a boolean");
	row->exact = json_is_true(exact);
	row->ops = ops;
	return 0;
}

int read_row(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_row *row = xappend(rec->rows, rec->nr_rows);
	int err = p->is_known ? 0 : read_head(p, line, &p->row);

	if (err)
		return err;
	*row = p->row;
	row->line = p->line;
	if ((err = get_params(p, line, &row->params)) ||
	    (err = read_batches(p, row, line)) ||
	    (err = check_per_op(p, row, line)))
		return err;
	return read_hist(p, row, line);
}

int sort_rows(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_row *twice = sort_unique(rec->rows, rec->nr_rows,
						     sizeof(*rec->rows),
						     record_row_cmp);

	for (size_t i = 0; i < rec->nr_rows; i++)
		rec->rows[i].place = i;
	if (!twice)
		return 0;
	p->line = twice[0].line > twice[1].line ? twice[0].line : twice[1].line;
	return refuse(p, "row %s %s %s is in the file twice", twice->scenario,
		      twice->op, twice->metric);
}
