// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a count is not what it was in the record before. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "range.h"

#define NO_COMMIT SIZE_MAX

/**
 * struct walk - a row, from record to record
 * @last: commit of the last value; %NO_COMMIT before the first
 * @before: commit of the last record
 * @count: what that has of the row
 */
struct walk {
	size_t last;
	size_t before;
	enum range_count count;
};

static bool is_there(enum range_count count)
{
	return count == COUNT_THERE || count == COUNT_APART;
}

static struct range_step *add_step(struct range *r, size_t row, size_t commit,
				   size_t since, enum range_step_kind kind)
{
	struct range_step *step = xappend(r->steps, r->nr_steps);

	step->row = row;
	step->commit = commit;
	step->since = since;
	step->kind = kind;
	step->tally = TALLY_OTHER;
	r->commits[commit].nr_steps++;
	if (kind == STEP_MOVED)
		r->rows[row].nr_steps++;
	else
		r->rows[row].nr_other++;
	return step;
}

/* Without regard to what became of the operation. */
static enum tally step_direction(const struct record_row *key, double from,
				 double to)
{
	if (key->better == BETTER_NEITHER)
		return TALLY_OTHER;
	return (to > from) == (key->better == BETTER_LOWER) ? TALLY_WORSE
							    : TALLY_BETTER;
}

/* The row is there; what was before it is in @w. */
static void see_value(struct range *r, size_t i, size_t commit,
		      const struct walk *w)
{
	const struct range_row *row = &r->rows[i];
	struct range_step *step;

	if (row->counts[commit] == COUNT_APART) {
		add_step(r, i, commit, w->last, STEP_APART);
	} else if (w->last == NO_COMMIT) {
		add_step(r, i, commit, w->before, STEP_APPEARED);
	} else if (row->values[w->last] != row->values[commit]) {
		step = add_step(r, i, commit, w->last, STEP_MOVED);
		step->from = row->values[w->last];
		step->to = row->values[commit];
		step->tally = step_direction(&row->key, step->from, step->to);
	} else if (!is_there(w->count)) {
		add_step(r, i, commit, w->before, STEP_BACK);
	}
}

/* It is not, and was in the record before, or failed there, or fails only now. */
static void see_nothing(struct range *r, size_t i, size_t commit,
			const struct walk *w)
{
	enum range_count count = r->rows[i].counts[commit];

	if (count == COUNT_FAILED)
		add_step(r, i, commit, w->before, STEP_FAILED);
	else if (is_there(w->count))
		add_step(r, i, commit, w->before,
			 count == COUNT_SKIPPED ? STEP_SKIPPED : STEP_VANISHED);
}

static void find_steps_of(struct range *r, size_t i)
{
	const struct range_row *row = &r->rows[i];
	struct walk w = { .last = NO_COMMIT, .before = NO_COMMIT };

	for (size_t c = 0; c < r->nr_commits; c++) {
		enum range_count count = row->counts[c];

		if (r->commits[c].state != RANGE_MEASURED)
			continue;
		/* What the first record has is what others are held against. */
		if (w.before == NO_COMMIT)
			;
		else if (is_there(count))
			see_value(r, i, c, &w);
		else if (count != w.count)
			see_nothing(r, i, c, &w);
		if (is_there(count))
			w.last = c;
		w.before = c;
		w.count = count;
	}
}

static int step_commit_cmp(const void *a, const void *b)
{
	const struct range_step *x = a, *y = b;

	if (x->commit != y->commit)
		return x->commit < y->commit ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static bool is_shape(const struct range *r, const struct range_step *step)
{
	const struct range_row *row = &r->rows[step->row];

	return step->kind == STEP_MOVED &&
	       (row->is_word || row->key.metric_id == METRIC_VMAS);
}

static bool same_op(const struct range *r, const struct range_step *a,
		    const struct range_step *b)
{
	const struct record_row *x = &r->rows[a->row].key;
	const struct record_row *y = &r->rows[b->row].key;

	return !strcmp(x->scenario, y->scenario) && !strcmp(x->op, y->op);
}

/*
 * An operation that leaves other VMAs, or ends otherwise, does not do the same for more
 * or less: losing a merge is no gain, whatever it costs. Steps are by commit and row, so
 * that those of an operation are next to each other.
 */
static void mark_shapes(struct range *r)
{
	for (size_t from = 0, end; from < r->nr_steps; from = end) {
		bool shape = false;

		for (end = from; end < r->nr_steps &&
				 r->steps[end].commit == r->steps[from].commit &&
				 same_op(r, &r->steps[from], &r->steps[end]);
		     end++)
			shape |= is_shape(r, &r->steps[end]);
		for (size_t i = from; shape && i < end; i++)
			r->steps[i].tally = TALLY_SHAPE;
	}
}

static int row_cmp(const void *a, const void *b)
{
	const struct range_row *x = a, *y = b;

	return record_row_cmp(&x->key, &y->key);
}

/**
 * range_find_steps() - find out which commit moved which row
 * @r: range that was read; its rows are sorted, and @steps are filled
 */
void range_find_steps(struct range *r)
{
	if (r->nr_rows)
		qsort(r->rows, r->nr_rows, sizeof(*r->rows), row_cmp);
	for (size_t i = 0; i < r->nr_rows; i++)
		find_steps_of(r, i);
	if (r->nr_steps)
		qsort(r->steps, r->nr_steps, sizeof(*r->steps), step_commit_cmp);
	mark_shapes(r);
	range_sort_steps(r);
}

/**
 * range_find_contradictions() - steps where the code is what it was
 * @r: range
 * @first: set to the first of them, if there is one
 *
 * Where kernel and program are the same, the count depends on something that is not code.
 *
 * Return: how many.
 */
size_t range_find_contradictions(const struct range *r, size_t *first)
{
	size_t nr = 0;

	for (size_t i = 0; i < r->nr_steps; i++) {
		const struct range_step *step = &r->steps[i];
		const struct range_commit *from, *to;

		if (step->kind != STEP_MOVED)
			continue;
		from = &r->commits[step->since];
		to = &r->commits[step->commit];
		if (!to->code || from->code != to->code ||
		    from->suite != to->suite)
			continue;
		if (!nr++)
			*first = i;
	}
	return nr;
}

/* As it is in the file stages, or in the same manner. */
const char *range_state_name(enum range_state state)
{
	static const char *const names[] = {
		[RANGE_MEASURED] = "MEASURED",
		[RANGE_BUILD_FAILED] = "BUILD-FAILED",
		[RANGE_BOOT_FAILED] = "BOOT-FAILED",
		[RANGE_FAILED] = "FAILED",
		[RANGE_NO_RECORD] = "NO-RECORD",
		[RANGE_OTHER] = "OTHER-COMMIT",
		[RANGE_REFUSED] = "REFUSED",
		[RANGE_UNLIKE] = "NOT-COMPARABLE",
	};

	return names[state];
}

/**
 * range_status() - exit status that a range deserves
 * @r: range
 *
 * Return: %STATUS_DATA before %STATUS_UNSURE before %STATUS_OK.
 */
enum status range_status(const struct range *r)
{
	enum status status = STATUS_OK;
	size_t first;

	for (size_t c = 0; c < r->nr_commits; c++) {
		enum range_state state = r->commits[c].state;

		if (state >= RANGE_OTHER)
			return STATUS_DATA;
		if (state != RANGE_MEASURED)
			status = STATUS_UNSURE;
	}
	for (size_t i = 0; i < r->nr_steps; i++)
		if (r->steps[i].kind == STEP_APART)
			return STATUS_DATA;
	for (size_t i = 0; i < r->nr_notes; i++)
		if (r->notes[i].failed)
			status = STATUS_UNSURE;
	if (r->nr_undeclared || range_find_contradictions(r, &first))
		status = STATUS_UNSURE;
	return status;
}
