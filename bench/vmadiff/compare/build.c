// SPDX-License-Identifier: GPL-2.0-or-later
/* Records side by side, and what may be said about the last against the first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/param.h>

#include "base/base.h"
#include "compare/compare.h"

static int line_cmp(const void *a, const void *b)
{
	const struct record_row *x = *(const struct record_row *const *)a;
	const struct record_row *y = *(const struct record_row *const *)b;
	int d = (int)x->metric_id - (int)y->metric_id;

	if (d)
		return d;
	d = strcmp(x->metric, y->metric);
	return d ? d : record_row_cmp(x, y);
}

/**
 * note_metric() - is a skip about one metric, and not about operations?
 * @note: skip
 *
 * Return: length of the metric's name, with which its reason begins; 0 if not.
 */
size_t note_metric(const struct record_note *note)
{
	static const char word[] = " unavailable: ";
	size_t len =
		strspn(note->reason, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return strncmp(note->reason + len, word, strlen(word)) ? 0 : len;
}

/**
 * find_note() - why an operation has no numbers
 * @notes: skips or failures of one record
 * @nr: how many
 * @scenario: name
 * @op: operation; a note without one stands for all of its scenario
 */
const struct record_note *find_note(const struct record_note *notes, size_t nr,
				    const char *scenario, const char *op)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(notes[i].scenario, scenario) &&
		    (!notes[i].op || !strcmp(notes[i].op, op)) &&
		    !note_metric(&notes[i]))
			return &notes[i];
	return NULL;
}

/**
 * find_skip() - why a row was not measured
 * @rec: record
 * @key: row with scenario, op and metric set
 *
 * Return: the skip of the metric, else of the operation, or NULL.
 */
const struct record_note *find_skip(const struct record *rec,
				    const struct record_row *key)
{
	for (size_t i = 0; i < rec->nr_skips; i++) {
		const struct record_note *skip = &rec->skips[i];
		size_t len = note_metric(skip);

		if (len && !strcmp(skip->scenario, key->scenario) &&
		    len == strlen(key->metric) &&
		    !strncmp(skip->reason, key->metric, len))
			return skip;
	}
	return find_note(rec->skips, rec->nr_skips, key->scenario, key->op);
}

/**
 * find_failure() - what went wrong with an operation
 * @col: column
 * @key: row with scenario and op set
 *
 * Return: the failure in the first record that has one, or NULL.
 */
const struct record_note *find_failure(const struct column *col,
				       const struct record_row *key)
{
	const struct record_note *note = NULL;

	for (size_t r = 0; r < col->nr_recs && !note; r++)
		note = find_note(col->recs[r]->failures,
				 col->recs[r]->nr_failures, key->scenario,
				 key->op);
	return note;
}

/* The runner had two runs in hand and says that they differ. */
static bool runner_says_so(const struct record *rec, const struct line *line)
{
	static const char word[] = "nondeterministic";
	const struct record_note *note;

	note = find_note(rec->failures, rec->nr_failures, line->key->scenario,
			 line->key->op);
	return note && !strncasecmp(note->reason, word, strlen(word));
}

/* Of what is exact: a boot of metal that disagrees is a measurement. */
static bool is_nondeterministic(const struct comparison *cmp,
				const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		bool metal = is_timed(col->recs[0]);

		if (metal && line->rows[c])
			continue;
		for (size_t i = 0; i < col->nr_recs; i++) {
			const struct record_row *row =
				record_find_row(col->recs[i], line->key);

			if (!metal && row != line->rows[c] &&
			    !(row && record_same_row(line->rows[c], row)))
				return true;
			if (runner_says_so(col->recs[i], line))
				return true;
		}
		if (!metal && !trees_repeat(col, line->key))
			return true;
	}
	return false;
}

static int shape_cmp(const void *a, const void *b)
{
	const struct record_shape *x = *(const struct record_shape *const *)a;
	const struct record_shape *y = *(const struct record_shape *const *)b;
	const int64_t of_x[] = { x->ops, x->vmas_before, x->vmas_after };
	const int64_t of_y[] = { y->ops, y->vmas_before, y->vmas_after };

	for (size_t i = 0; i < ARRAY_SIZE(of_x); i++)
		if (of_x[i] != of_y[i])
			return (of_x[i] > of_y[i]) - (of_x[i] < of_y[i]);
	return strcmp(x->outcome, y->outcome);
}

/**
 * struct shapes - what an operation did in the boots of a column
 * @list: each once
 * @nr: length of @list
 * @unknown: a record does not say it
 */
struct shapes {
	const struct record_shape **list;
	size_t nr;
	bool unknown;
};

static struct shapes shapes_of(const struct column *col,
			       const struct record_row *key)
{
	struct shapes s = { 0 };
	size_t nr = 0;

	for (size_t r = 0; r < col->nr_recs; r++) {
		const struct record_shape *shape =
			record_find_shape(col->recs[r], key->scenario, key->op);

		s.unknown |= !shape;
		/* All are the same, as a rule. */
		if (shape && (!nr || shape_cmp(&s.list[nr - 1], &shape)))
			*xappend(s.list, nr) = shape;
	}
	if (nr)
		qsort(s.list, nr, sizeof(*s.list), shape_cmp);
	for (size_t i = 0; i < nr; i++)
		if (!s.nr || shape_cmp(&s.list[s.nr - 1], &s.list[i]))
			s.list[s.nr++] = s.list[i];
	return s;
}

static bool has_shape(const struct shapes *s, const struct record_shape *shape)
{
	for (size_t i = 0; i < s->nr; i++)
		if (same_shape(s->list[i], shape))
			return true;
	return s->unknown;
}

static bool all_are_in(const struct shapes *s, const struct shapes *other)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!has_shape(other, s->list[i]))
			return false;
	return true;
}

/* Has either column a shape that the other lacks, in any boot? */
static bool has_new_shape(const struct column *a, const struct column *b,
			  const struct record_row *key)
{
	struct shapes of_a = shapes_of(a, key), of_b = shapes_of(b, key);
	bool new = !all_are_in(&of_a, &of_b) || !all_are_in(&of_b, &of_a);

	free(of_a.list);
	free(of_b.list);
	return new;
}

/* @diff: of the row, which may be how many VMAs there are afterwards */
static bool shapes_differ(const struct column *from, const struct column *to,
			  const struct line *line, double diff)
{
	return has_new_shape(from, to, line->key) ||
	       (line->key->metric_id == METRIC_VMAS && !line->varies && diff != 0);
}

/* Has a column, instead of a row, the same one of another pass? */
static bool is_of_another_pass(const struct comparison *cmp, size_t col,
			       size_t other, const struct record_row *key)
{
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->rows[col] && !line->rows[other] &&
		    !strcmp(line->key->scenario, key->scenario) &&
		    !strcmp(line->key->op, key->op) &&
		    !strcmp(line->key->metric, key->metric))
			return true;
	}
	return false;
}

/* Only what the same code did, with the same parameters, in the same unit. */
static const char *line_difference(const struct comparison *cmp,
				   const struct line *line)
{
	const size_t sides[] = { 0, line->col };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		const struct column *col = &cmp->cols[sides[i]];

		if (!line->rows[sides[i]] &&
		    is_of_another_pass(cmp, sides[i], sides[!i], line->key))
			return "pass";
		for (size_t r = 0; r < col->nr_recs; r++) {
			const struct record_row *row =
				record_find_row(col->recs[r], line->key);
			const char *key = row ? row_difference(line->key, row)
					      : NULL;

			if (key && !key_is_allowed(cmp, key))
				return key;
		}
	}
	return NULL;
}

static enum verdict judge(const struct comparison *cmp, struct line *line)
{
	const struct record_row *base = line->rows[0];
	const struct record_row *row = line->rows[line->col];

	if (is_nondeterministic(cmp, line))
		return NONDETERMINISTIC;
	line->differs = line_difference(cmp, line);
	if (line->differs)
		return NOT_COMPARABLE;
	if (base && !row && find_failure(&cmp->cols[line->col], line->key))
		return NOW_FAILS;
	if (!base || !row)
		return MISSING;
	if (cmp->nr_differ)
		return NOT_COMPARABLE;
	if (!row->exact || line->varies)
		estimate_line(cmp, line);
	if (shapes_differ(&cmp->cols[0], &cmp->cols[line->col], line, line->diff))
		return SHAPE_CHANGED;
	if (!row->exact || line->varies)
		return INCONCLUSIVE; /* until p is adjusted */
	return line->diff == 0 ? EXACT_SAME : EXACT_CHANGED;
}

/* What the columns have of a row; its key is that of the first that has it. */
static struct line make_line(const struct comparison *cmp,
			     const struct record_row *key)
{
	struct line line = { .key = key };

	line.rows = xcalloc(cmp->nr_cols, sizeof(*line.rows));
	line.values = xcalloc(cmp->nr_cols, sizeof(*line.values));
	for (size_t c = cmp->nr_cols; c-- > 0;) {
		const struct column *col = &cmp->cols[c];

		for (size_t r = 0; !line.rows[c] && r < col->nr_recs; r++)
			line.rows[c] = record_find_row(col->recs[r], key);
		line.values[c] = is_timed(col->recs[0])
					 ? column_value(col, key, NULL, NULL)
					 : row_value(line.rows[c]);
		if (line.rows[c])
			line.key = line.rows[c];
	}
	return line;
}

/* And what follows for one of them. */
static void judge_line(const struct comparison *cmp, struct line *line, size_t col)
{
	double base = line->values[0], value = line->values[col];

	line->col = col;
	if (line->key->exact && is_timed(cmp->cols[0].recs[0])) {
		column_value(&cmp->cols[0], line->key, NULL, &line->varies);
		column_value(&cmp->cols[col], line->key, NULL, &line->varies);
	}
	if (is_timed(cmp->cols[0].recs[0]))
		count_boots(cmp, line);
	line->diff = value - base;
	line->ratio = base != 0 ? value / base : NAN;
	line->verdict = judge(cmp, line);
	if (line->verdict == NOT_COMPARABLE)
		line->diff = line->ratio = NAN;
	spread_seeds(cmp, line);
}

/* Each row that any record has, once. */
static const struct record_row **collect_rows(const struct comparison *cmp,
					      size_t *nr)
{
	const struct record *before = NULL;
	const struct record_row **all = NULL;
	size_t n = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++) {
			const struct record *rec = cmp->cols[c].recs[r];

			/* Boots of a kernel have the same ones, as a rule. */
			for (size_t i = 0; i < rec->nr_rows; i++)
				if (!before ||
				    !record_find_row(before, &rec->rows[i]))
					*xappend(all, n) = &rec->rows[i];
			before = rec;
		}
	}
	if (n)
		qsort(all, n, sizeof(*all), line_cmp);
	*nr = 0;
	for (size_t i = 0; i < n; i++)
		if (!*nr || line_cmp(&all[*nr - 1], &all[i]))
			all[(*nr)++] = all[i];
	return all;
}

/**
 * comparison_build() - match the rows of all columns and judge them
 * @cmp: comparison with at least one column
 *
 * A row that any record has becomes a line: nothing is dropped.
 */
void comparison_build(struct comparison *cmp)
{
	const struct record_row **keys;

	if (!cmp->delta)
		cmp->delta = DELTA_DEFAULT;
	cmp->tolerance = cmp->floor_from ? cmp->floor : TOLERANCE_DEFAULT;
	compare_env(cmp);
	find_boots(cmp);
	keys = collect_rows(cmp, &cmp->nr_lines);
	cmp->lines = xcalloc(cmp->nr_lines + 1, sizeof(*cmp->lines));
	cmp->against = xcalloc(cmp->nr_cols, sizeof(*cmp->against));
	cmp->against[cmp->nr_cols - 1] = cmp->lines;
	for (size_t c = 1; c + 1 < cmp->nr_cols; c++)
		cmp->against[c] = xcalloc(cmp->nr_lines + 1, sizeof(*cmp->lines));

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		struct line line = make_line(cmp, keys[i]);

		cmp->has_set[line.key->set] = true;
		for (size_t c = 0; c < cmp->nr_cols; c++)
			if (cmp->against[c])
				cmp->against[c][i] = line;
	}
	free(keys);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		progress_count("comparing rows", i, cmp->nr_lines);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			if (cmp->against[c])
				judge_line(cmp, &cmp->against[c][i], c);
	}
	build_trees(cmp);
	judge_trees(cmp);
	judge_luck(cmp);
	build_tails(cmp);
	adjust_lines(cmp);
	progress_end();

	cmp->bill_base = series_base(cmp);
	cmp->shown = cmp;
	if (!cmp->whole) {
		cmp->whole = cmp;
		pick_moved(cmp);
	}
}

/* What was read, which the columns picked from a comparison share with it. */
static void free_read(struct comparison *cmp)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			record_free(cmp->cols[c].recs[r]);
		free(cmp->cols[c].recs);
	}
	for (size_t i = 0; i < cmp->nr_refused; i++)
		free(cmp->refused[i].why);
	for (size_t s = 0; s < cmp->nr_seeds; s++) {
		comparison_free(cmp->seeds[s]);
		free(cmp->seeds[s]);
	}
	if (cmp->times)
		comparison_free(cmp->times);
	free(cmp->times);
	free(cmp->untimed);
	free(cmp->seeds);
	free(cmp->refused);
	free(cmp->allow);
	free(cmp->floor_from);
	if (cmp->layouts)
		comparison_free(cmp->layouts);
	free(cmp->layouts);
	free_luck(cmp->luck);
}

static void free_column(struct column *col)
{
	for (size_t i = 0; i < col->nr_boots; i++)
		free(col->boots[i].recs);
	free(col->boots);
}

static void free_texts(char **texts, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(texts[i]);
	free(texts);
}

void comparison_free(struct comparison *cmp)
{
	if (cmp->shown && cmp->shown != cmp) {
		comparison_free(cmp->shown);
		free(cmp->shown);
	}
	if (!cmp->whole || cmp->whole == cmp)
		free_read(cmp);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		free(cmp->lines[i].rows);
		free(cmp->lines[i].values);
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		free_column(&cmp->cols[c]);
		if (cmp->against)
			free(cmp->against[c]);
		for (size_t i = 0; cmp->tails && i < cmp->tails[c].nr; i++)
			free(cmp->tails[c].list[i].values);
		if (cmp->tails)
			free(cmp->tails[c].list);
	}
	free_trees(cmp);
	free_texts(cmp->differ, cmp->nr_differ);
	free_texts(cmp->allowed, cmp->nr_allowed);
	free(cmp->cols);
	free(cmp->against);
	free(cmp->tails);
	free(cmp->moved);
}

/**
 * comparison_status() - exit status that a comparison deserves
 * @cmp: comparison, built
 *
 * Return: %STATUS_DATA before %STATUS_UNSURE before %STATUS_OK.
 */
enum status comparison_status(const struct comparison *cmp)
{
	enum status status = STATUS_OK;

	if (cmp->nr_differ || cmp->times_refused)
		return STATUS_DATA;
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		if (!cmp->refused[i].stage_failed)
			return STATUS_DATA;
		status = STATUS_UNSURE;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t i = 0; cmp->against[c] && i < cmp->nr_lines; i++) {
			enum verdict verdict = cmp->against[c][i].verdict;

			if (verdict == NOT_COMPARABLE)
				return STATUS_DATA;
			if (verdict == NONDETERMINISTIC)
				status = STATUS_UNSURE;
		}
	}
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		size_t nr;

		free(contradictions(cmp, c, &nr));
		if (nr)
			status = STATUS_UNSURE;
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			if (cmp->cols[c].recs[r]->nr_failures +
			    cmp->cols[c].recs[r]->nr_undeclared)
				status = STATUS_UNSURE;
	}
	for (size_t s = 0; s < cmp->nr_seeds; s++)
		status = MAX(status, comparison_status(cmp->seeds[s]));
	if (cmp->times)
		status = MAX(status, comparison_status(cmp->times));
	return status;
}

/* Is no row of any column UNSTABLE? */
bool comparison_is_stable(const struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->nr_lines; i++)
			if (cmp->against[c][i].verdict == UNSTABLE)
				return false;
	return true;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[EXACT_SAME] = "EXACT-SAME",
		[EXACT_CHANGED] = "EXACT-CHANGED",
		[SHAPE_CHANGED] = "SHAPE-CHANGED",
		[INCONCLUSIVE] = "INCONCLUSIVE",
		[MISSING] = "MISSING",
		[NOW_FAILS] = "NOW-FAILS",
		[NONDETERMINISTIC] = "NONDETERMINISTIC",
		[NOT_COMPARABLE] = "NOT-COMPARABLE",
		[REGRESSED] = "REGRESSED",
		[IMPROVED] = "IMPROVED",
		[CHANGED] = "CHANGED",
		[TRIVIAL] = "TRIVIAL",
		[EQUIVALENT] = "EQUIVALENT",
		[UNSTABLE] = "UNSTABLE",
		[SEED_DEPENDENT] = "SEED-DEPENDENT",
		[LAYOUT] = "LAYOUT",
		[LAYOUT_DEPENDENT] = "LAYOUT-DEPENDENT",
		[LUCK] = "LUCK",
	};

	return names[v];
}

/* The value of a row, NAN if there is no row. */
double row_value(const struct record_row *row)
{
	return row ? row->value : NAN;
}

/* Has a count moved in the wrong direction, whatever its verdict? */
bool count_got_worse(const struct line *line)
{
	enum better better = line->key->better;

	return (line->diff > 0 && better == BETTER_LOWER) ||
	       (line->diff < 0 && better == BETTER_HIGHER);
}

/* What a count that is not equal is counted as. */
static enum tally count_tally(enum better better, double diff)
{
	if (better == BETTER_NEITHER)
		return TALLY_OTHER;
	return (diff > 0) == (better == BETTER_LOWER) ? TALLY_WORSE
						      : TALLY_BETTER;
}

/**
 * line_tally() - the direction of a line: worse, better, or neither
 * @line: line
 *
 * All that is said, marked, coloured or counted as worse or better asks here. An
 * operation that leaves other VMAs, or ends otherwise, does not do the same for
 * more or less: losing a merge is no gain, whatever it costs.
 */
enum tally line_tally(const struct line *line)
{
	switch (line->verdict) {
	case EXACT_SAME:
		return TALLY_SAME;
	case EQUIVALENT:
	case TRIVIAL:
		return TALLY_EQUIVALENT;
	case SHAPE_CHANGED:
		return TALLY_SHAPE;
	case REGRESSED:
	case NOW_FAILS:
		return TALLY_WORSE;
	case IMPROVED:
		return TALLY_BETTER;
	case CHANGED:
	case LAYOUT:
	case LUCK:
		return TALLY_OTHER;
	case LAYOUT_DEPENDENT:
		return 2 * tree_worse(line->tree) > line->tree->nr
			       ? TALLY_WORSE
			       : TALLY_UNKNOWN;
	case EXACT_CHANGED:
		return count_tally(line->key->better, line->diff);
	case MISSING:
		return TALLY_MISSING;
	default:
		return TALLY_UNKNOWN;
	}
}

/**
 * change_reason() - why a row that moved is not said to be better or worse
 * @cmp: comparison, built
 * @line: line
 *
 * Return: in a few words, to be given to free(); NULL where the verdict needs none.
 */
char *change_reason(const struct comparison *cmp, const struct line *line)
{
	switch (line->verdict) {
	case LAYOUT:
	case LAYOUT_DEPENDENT:
		return tree_reason(cmp, line);
	case LUCK:
		return luck_text(cmp, line);
	default:
		return NULL;
	}
}

/*
 * Is it not steady, which its verdict does not say? Of many boots some always are, and a
 * mark on every row would tell nothing of any.
 */
bool line_is_marked(const struct line *line)
{
	size_t boots = line->boots[STATS_BASE] + line->boots[STATS_NEW];

	return 10 * line->unsteady > boots && line->verdict != UNSTABLE;
}

/**
 * line_is_small() - is a row said to be within what does not matter?
 * @line: line
 */
bool line_is_small(const struct line *line)
{
	return line->has_est &&
	       (line->verdict == EQUIVALENT || line->verdict == TRIVIAL);
}

/**
 * line_interval() - the interval that goes with a verdict
 * @line: line with an estimate
 *
 * Return: of 90 % for what line_is_small(), which is said by that one; else of 95 %.
 */
const struct stats_interval *line_interval(const struct line *line)
{
	return line_is_small(line) ? &line->est.ci90 : &line->est.ci95;
}

/**
 * pair_tally() - line_tally() of any two columns
 * @from: column
 * @to: the other
 * @line: line
 * @base: its value in @from
 * @value: and in @to
 *
 * Such a pair is not tested: of what is measured with noise nothing is told.
 */
enum tally pair_tally(const struct column *from, const struct column *to,
		      const struct line *line, double base, double value)
{
	double diff = value - base;

	if (isnan(diff))
		return TALLY_MISSING;
	if (shapes_differ(from, to, line, diff))
		return TALLY_SHAPE;
	if (!line->key->exact || line->varies)
		return TALLY_UNKNOWN;
	return diff == 0 ? TALLY_SAME : count_tally(line->key->better, diff);
}

/* The same of a column, not the first, against the one before it. */
enum tally step_tally(const struct comparison *cmp, const struct line *line,
		      size_t c)
{
	return pair_tally(&cmp->cols[c - 1], &cmp->cols[c], line,
			  line->values[c - 1], line->values[c]);
}

bool same_operation(const struct line *a, const struct line *b)
{
	return !strcmp(a->key->scenario, b->key->scenario) &&
	       !strcmp(a->key->op, b->key->op);
}

/**
 * comparison_set() - the set that was measured, as far as that can be told by its rows
 * @cmp: comparison, built
 */
enum scenario_set comparison_set(const struct comparison *cmp)
{
	return cmp->has_set[SET_EXTENDED] ? SET_EXTENDED
	       : cmp->has_set[SET_MM] && !cmp->has_set[SET_PRIMARY]
		       ? SET_MM
		       : SET_PRIMARY;
}

/** judged_sets() - names of the sets that are judged row by row, of those that there are */
const char *judged_sets(const struct comparison *cmp)
{
	if (!cmp->has_set[SET_MM])
		return set_names[SET_PRIMARY];
	return cmp->has_set[SET_PRIMARY] ? "primary and mm" : set_names[SET_MM];
}

/** row_is_drawn() - pictures are of sets that are judged, where there is one: more cannot be read */
bool row_is_drawn(const struct comparison *cmp, const struct record_row *row)
{
	return set_is_judged(row->set) ||
	       !(cmp->has_set[SET_PRIMARY] || cmp->has_set[SET_MM]);
}

bool line_is_drawn(const struct comparison *cmp, const struct line *line)
{
	return row_is_drawn(cmp, line->key);
}

/* Is line @i the first of its scenario and operation? */
bool line_starts_op(const struct comparison *cmp, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_operation(&cmp->lines[j], &cmp->lines[i]))
			return false;
	return true;
}

/*
 * The line of @metric that is drawn and whose ratio is farthest from one, or NULL. One
 * of another shape only where there is no other.
 */
const struct line *biggest_change(const struct comparison *cmp,
				  enum metric_id metric)
{
	const struct line *best = NULL;
	bool shape, best_shape = false;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->key->metric_id != metric || !(line->ratio > 0) ||
		    line->diff == 0 || !line_is_drawn(cmp, line))
			continue;
		shape = line_tally(line) == TALLY_SHAPE;
		if (!best || (best_shape && !shape) ||
		    (shape == best_shape &&
		     fabs(log(line->ratio)) > fabs(log(best->ratio)))) {
			best = line;
			best_shape = shape;
		}
	}
	return best;
}
