// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one table of columns that exports have. A format walks it; a column that is
 * added here is in all of them, and results/README.md has to say what it means.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"
#include "render/render.h"

static struct cell no_cell(void)
{
	return (struct cell){ .type = CELL_NONE };
}

static struct cell text_cell(const char *s)
{
	return (struct cell){ .type = s ? CELL_TEXT : CELL_NONE, .text = s };
}

static struct cell number_cell(double v)
{
	return (struct cell){
		.type = isfinite(v) ? CELL_NUMBER : CELL_NONE,
		.number = v,
	};
}

/* A text of the row; @offset is its place in struct record_row. */
static struct cell get_text(const struct comparison *cmp,
			    const struct line *line, size_t offset)
{
	const char *row = (const char *)line->key;

	(void)cmp;
	return text_cell(*(const char *const *)(const void *)(row + offset));
}

enum field {
	QUANTILE,
	BETTER,
	EXACT,
	SET,
	PARAMS,
	ADJUSTMENT,
	VERDICT,
	REASON,
};

static struct cell get_field(const struct comparison *cmp,
			     const struct line *line, size_t field)
{
	const struct record_row *key = line->key;

	switch ((enum field)field) {
	case QUANTILE:
		return text_cell(line->quantile ? line->quantile->name : NULL);
	case BETTER:
		return text_cell(better_names[key->better]);
	case EXACT:
		return (struct cell){ .type = CELL_FLAG, .flag = key->exact };
	case SET:
		return text_cell(set_names[key->set]);
	case PARAMS:
		if (!json_object_size(key->params))
			return no_cell();
		return (struct cell){ .type = CELL_PARAMS, .params = key->params };
	case ADJUSTMENT:
		return text_cell(!line->has_est	     ? NULL
				 : line->exploratory ? "benjamini-hochberg"
						     : "holm");
	case VERDICT:
		return text_cell(verdict_name(line->verdict));
	case REASON:
		return text_cell(line_reason(cmp, line));
	}
	return no_cell();
}

/* The values of all records of a column, to be given to free(). */
static double *values_of(const struct column *col, const struct line *line,
			 size_t *nr)
{
	double *v = xcalloc(col->nr_recs, sizeof(*v));

	*nr = 0;
	for (size_t i = 0; i < col->nr_recs; i++) {
		const struct record_row *row =
			record_find_row(col->recs[i], line->key);

		if (row && !row->shared)
			v[(*nr)++] = row->value;
	}
	return v;
}

static const struct column *last_column(const struct comparison *cmp)
{
	return &cmp->cols[cmp->nr_cols - 1];
}

static const struct column *side(const struct comparison *cmp, size_t arm)
{
	return arm ? last_column(cmp) : &cmp->cols[0];
}

static struct cell get_value(const struct comparison *cmp,
			     const struct line *line, size_t arm)
{
	return number_cell(line->values[side(cmp, arm) - cmp->cols]);
}

/* What was compared, or has the row: boots, or layouts where these are drawn. */
static struct cell get_counted(const struct comparison *cmp,
			       const struct line *line, size_t arm)
{
	if (line->has_est)
		return number_cell(line->est.boots[arm]);
	/* Of what is not estimated, and not in the exact tier, those that have it. */
	if (line->boots[STATS_BASE] + line->boots[STATS_NEW])
		return number_cell(line->boots[arm]);
	return number_cell(side(cmp, arm)->nr_boots);
}

static struct cell get_layouts(const struct comparison *cmp,
			       const struct line *line, size_t arm)
{
	return draws_layouts(cmp) ? get_counted(cmp, line, arm) : no_cell();
}

/* Of layouts all that have the row, and are not left out. */
static struct cell get_boots(const struct comparison *cmp,
			     const struct line *line, size_t arm)
{
	size_t nr;

	if (!draws_layouts(cmp))
		return get_counted(cmp, line, arm);
	free(values_of(side(cmp, arm), line, &nr));
	return number_cell(nr);
}

static struct cell get_extreme(const struct comparison *cmp,
			       const struct line *line, size_t highest)
{
	size_t nr;
	double *v = values_of(&cmp->cols[0], line, &nr);
	struct cell cell = no_cell();

	if (nr) {
		stats_median(v, nr); /* sorts it */
		cell = number_cell(v[highest ? nr - 1 : 0]);
	}
	free(v);
	return cell;
}

/* Batches or samples: what a row of each boot is made of, in all. */
static struct cell get_batches(const struct comparison *cmp,
			       const struct line *line, size_t samples)
{
	const struct column *col = &cmp->cols[0];
	double sum = 0;

	for (size_t i = 0; i < col->nr_recs; i++) {
		const struct record_row *row =
			record_find_row(col->recs[i], line->key);

		if (row)
			sum += samples ? hist_count(row->hist, row->nr_hist)
				       : row->nr_batches;
	}
	return samples && sum == 0 ? no_cell() : number_cell(sum);
}

static struct cell get_quantile(const struct comparison *cmp,
				const struct line *line, size_t which)
{
	return number_cell(column_value(&cmp->cols[0], line->key,
					&quantiles[which], NULL));
}

enum bound {
	LOWER_END,
	UPPER_END,
	LOWER_90,
	UPPER_90,
	MDE,
	MIDDLE
};

/* A shift, where it is one of this scale. */
static struct cell get_bound(const struct line *line, enum stats_scale scale,
			     size_t bound)
{
	const struct stats_estimate *est = &line->est;
	const struct stats_interval *ci = bound < LOWER_90 ? &est->ci95
							   : &est->ci90;
	double shift = bound == LOWER_END || bound == LOWER_90 ? ci->lower
							       : ci->upper;

	if (bound == MDE)
		shift = line->mde.shift;
	if (!line->has_est || est->scale != scale ||
	    !(bound == MDE ? line->mde.is == STATS_MDE_KNOWN : ci->known))
		return no_cell();
	return number_cell(stats_effect(est, shift));
}

static struct cell get_ratio_bound(const struct comparison *cmp,
				   const struct line *line, size_t bound)
{
	(void)cmp;
	return get_bound(line, STATS_RATIO, bound);
}

static struct cell get_diff_bound(const struct comparison *cmp,
				  const struct line *line, size_t bound)
{
	(void)cmp;
	return get_bound(line, STATS_DIFFERENCE, bound);
}

/* What was estimated in the unit of the row, of which a ratio is not. */
static struct cell get_change(const struct comparison *cmp,
			      const struct line *line, size_t bound)
{
	const struct stats_interval *ci = bound < LOWER_90 ? &line->est.ci95
							   : &line->est.ci90;
	bool lower = bound == LOWER_END || bound == LOWER_90;

	(void)cmp;
	if (!line->has_est || (bound != MIDDLE && !ci->known))
		return no_cell();
	return number_cell(change_in_unit(line, bound == MIDDLE ? line->est.shift
						: lower		? ci->lower
								: ci->upper));
}

enum number {
	DIFF,
	RATIO,
	UNSTEADY, /* this and what follows: of rows with an estimate */
	P_ADJUSTED,
	P_ALONE,
	P_BLOCK_T,
	COVERAGE,
	P_MIN,
	LEVEL,
	DELTA,
	FLOOR,
};

static struct cell get_number(const struct comparison *cmp,
			      const struct line *line, size_t which)
{
	const struct stats_estimate *est = &line->est;

	if (which >= UNSTEADY && !line->has_est)
		return no_cell();
	switch ((enum number)which) {
	case DIFF:
		return number_cell(line->diff);
	case RATIO:
		return number_cell(line->ratio);
	case UNSTEADY:
		return number_cell(line->unsteady);
	case P_ADJUSTED:
		return number_cell(line->p);
	case P_ALONE:
		return number_cell(est->p);
	case P_BLOCK_T:
		return number_cell(est->block_t.known ? est->block_t.p : NAN);
	case COVERAGE:
		return number_cell(est->ci95.known ? est->ci95.coverage : NAN);
	case P_MIN:
		return number_cell(est->p_min);
	case LEVEL:
		return number_cell(line->level);
	case DELTA:
		return number_cell(line->delta);
	case FLOOR:
		return number_cell(cmp->floor_from ? cmp->floor : NAN);
	}
	return no_cell();
}

enum tree_number {
	TREE_LAYOUTS,
	TREE_BETTER,
	TREE_WORSE,
	TREE_DIFF,
	TREE_DIFF_LEAST,
	TREE_DIFF_MOST,
	TREE_RATIO,
	TREE_RATIO_LEAST,
	TREE_RATIO_MOST,
};

/* Of layouts of the maple tree; nothing where the row was not measured over these. */
static struct cell get_tree(const struct comparison *cmp,
			    const struct line *line, size_t which)
{
	const struct tree_change *tree = line->tree;

	(void)cmp;
	if (!tree)
		return no_cell();
	switch ((enum tree_number)which) {
	case TREE_LAYOUTS:
		return number_cell(tree->nr);
	case TREE_BETTER:
		return number_cell(tree_better(tree));
	case TREE_WORSE:
		return number_cell(tree_worse(tree));
	case TREE_DIFF:
		return number_cell(tree->diff.median);
	case TREE_DIFF_LEAST:
		return number_cell(tree->diff.low);
	case TREE_DIFF_MOST:
		return number_cell(tree->diff.high);
	case TREE_RATIO:
		return number_cell(tree->ratio.median);
	case TREE_RATIO_LEAST:
		return number_cell(tree->ratio.low);
	case TREE_RATIO_MOST:
		return number_cell(tree->ratio.high);
	}
	return no_cell();
}

static struct cell get_outcome(const struct comparison *cmp,
			       const struct line *line, size_t arm)
{
	const struct record_shape *shape =
		record_find_shape(side(cmp, arm)->recs[0], line->key->scenario,
				  line->key->op);

	return shape ? text_cell(shape->outcome) : no_cell();
}

#define KEY(member) offsetof(struct record_row, member)

/* clang-format off */
const struct export_column export_columns[] = {
	{ "scenario",	 CELL_TEXT, NULL, USE_KEY | USE_PAIR | USE_SINGLE | USE_BRIEF, get_text, KEY(scenario) },
	{ "op",		 CELL_TEXT, NULL, USE_KEY | USE_PAIR | USE_SINGLE | USE_BRIEF, get_text, KEY(op) },
	{ "metric",	 CELL_TEXT, NULL, USE_KEY | USE_PAIR | USE_SINGLE | USE_BRIEF, get_text, KEY(metric) },
	{ "pass",	 CELL_TEXT, NULL, USE_KEY | USE_PAIR | USE_SINGLE, get_text, KEY(pass) },
	{ "quantile",	 CELL_TEXT, NULL, USE_KEY | USE_PAIR | USE_BRIEF, get_field, QUANTILE },
	{ "unit",	 CELL_TEXT, NULL, USE_PAIR | USE_SINGLE | USE_BRIEF, get_text, KEY(unit) },
	{ "better",	 CELL_TEXT, NULL, USE_PAIR | USE_SINGLE, get_field, BETTER },
	{ "exact",	 CELL_FLAG, NULL, USE_PAIR | USE_SINGLE, get_field, EXACT },
	{ "set",	 CELL_TEXT, NULL, USE_PAIR | USE_SINGLE, get_field, SET },
	{ "params",	 CELL_PARAMS, NULL, USE_PAIR | USE_SINGLE, get_field, PARAMS },
	{ "version",	 CELL_TEXT, NULL, USE_PAIR | USE_SINGLE, get_text, KEY(version) },

	{ "base",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR | USE_BRIEF, get_value, STATS_BASE },
	{ "new",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR | USE_BRIEF, get_value, STATS_NEW },
	{ "base_boots",	 CELL_NUMBER, "boots", USE_PAIR, get_boots, STATS_BASE },
	{ "new_boots",	 CELL_NUMBER, "boots", USE_PAIR, get_boots, STATS_NEW },
	{ "base_layouts", CELL_NUMBER, "layouts", USE_PAIR, get_layouts, STATS_BASE },
	{ "new_layouts", CELL_NUMBER, "layouts", USE_PAIR, get_layouts, STATS_NEW },
	{ "unsteady",	 CELL_NUMBER, "boots", USE_PAIR, get_number, UNSTEADY },
	{ "diff",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR | USE_BRIEF, get_number, DIFF },
	{ "ratio",	 CELL_NUMBER, "ratio", USE_PAIR | USE_BRIEF, get_number, RATIO },
	{ "ratio_lower", CELL_NUMBER, "ratio", USE_PAIR | USE_BRIEF, get_ratio_bound, LOWER_END },
	{ "ratio_upper", CELL_NUMBER, "ratio", USE_PAIR | USE_BRIEF, get_ratio_bound, UPPER_END },
	{ "diff_lower",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_diff_bound, LOWER_END },
	{ "diff_upper",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_diff_bound, UPPER_END },
	{ "ratio_lower_90", CELL_NUMBER, "ratio", USE_PAIR, get_ratio_bound, LOWER_90 },
	{ "ratio_upper_90", CELL_NUMBER, "ratio", USE_PAIR, get_ratio_bound, UPPER_90 },
	{ "diff_lower_90", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_diff_bound, LOWER_90 },
	{ "diff_upper_90", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_diff_bound, UPPER_90 },
	{ "change",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_change, MIDDLE },
	{ "change_lower", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_change, LOWER_END },
	{ "change_upper", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_change, UPPER_END },
	{ "change_lower_90", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_change, LOWER_90 },
	{ "change_upper_90", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_change, UPPER_90 },
	{ "coverage",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, COVERAGE },
	{ "p",		 CELL_NUMBER, "ratio", USE_PAIR | USE_BRIEF, get_number, P_ADJUSTED },
	{ "p_alone",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, P_ALONE },
	{ "p_block_t",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, P_BLOCK_T },
	{ "p_min",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, P_MIN },
	{ "level",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, LEVEL },
	{ "adjustment",	 CELL_TEXT, NULL, USE_PAIR, get_field, ADJUSTMENT },
	{ "mde_ratio",	 CELL_NUMBER, "ratio", USE_PAIR, get_ratio_bound, MDE },
	{ "mde_diff",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_diff_bound, MDE },
	{ "delta",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, DELTA },
	{ "floor",	 CELL_NUMBER, "ratio", USE_PAIR, get_number, FLOOR },
	{ "tree_layouts", CELL_NUMBER, "layouts", USE_PAIR, get_tree, TREE_LAYOUTS },
	{ "tree_better", CELL_NUMBER, "layouts", USE_PAIR, get_tree, TREE_BETTER },
	{ "tree_worse",	 CELL_NUMBER, "layouts", USE_PAIR, get_tree, TREE_WORSE },
	{ "tree_diff",	 CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_tree, TREE_DIFF },
	{ "tree_diff_least", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_tree, TREE_DIFF_LEAST },
	{ "tree_diff_most", CELL_NUMBER, UNIT_OF_ROW, USE_PAIR, get_tree, TREE_DIFF_MOST },
	{ "tree_ratio",	 CELL_NUMBER, "ratio", USE_PAIR, get_tree, TREE_RATIO },
	{ "tree_ratio_least", CELL_NUMBER, "ratio", USE_PAIR, get_tree, TREE_RATIO_LEAST },
	{ "tree_ratio_most", CELL_NUMBER, "ratio", USE_PAIR, get_tree, TREE_RATIO_MOST },
	{ "verdict",	 CELL_TEXT, NULL, USE_PAIR | USE_BRIEF, get_field, VERDICT },
	{ "base_outcome", CELL_TEXT, NULL, USE_PAIR, get_outcome, STATS_BASE },
	{ "new_outcome", CELL_TEXT, NULL, USE_PAIR, get_outcome, STATS_NEW },
	{ "reason",	 CELL_TEXT, NULL, USE_PAIR, get_field, REASON },

	{ "value",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE | USE_BRIEF, get_value, STATS_BASE },
	{ "lowest",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_extreme, false },
	{ "highest",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_extreme, true },
	{ "boots",	 CELL_NUMBER, "boots", USE_SINGLE | USE_BRIEF, get_boots, STATS_BASE },
	{ "layouts",	 CELL_NUMBER, "layouts", USE_SINGLE, get_layouts, STATS_BASE },
	{ "batches",	 CELL_NUMBER, "batches", USE_SINGLE, get_batches, false },
	{ "samples",	 CELL_NUMBER, "samples", USE_SINGLE, get_batches, true },
	{ "min",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_quantile, 0 },
	{ "p50",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_quantile, 1 },
	{ "p90",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_quantile, 2 },
	{ "p99",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_quantile, 3 },
	{ "p99_9",	 CELL_NUMBER, UNIT_OF_ROW, USE_SINGLE, get_quantile, 4 },
	{ "outcome",	 CELL_TEXT, NULL, USE_SINGLE | USE_BRIEF, get_outcome, STATS_BASE },
};
/* clang-format on */

const size_t nr_export_columns = ARRAY_SIZE(export_columns);

/**
 * column_applies() - is there such a column of these records?
 * @col: column
 * @cmp: comparison, or the one record in it
 */
bool column_applies(const struct export_column *col, const struct comparison *cmp)
{
	return col->use & (cmp->nr_cols > 1 ? USE_PAIR : USE_SINGLE);
}

struct cell column_cell(const struct export_column *col,
			const struct comparison *cmp, const struct line *line)
{
	return col->get(cmp, line, col->arg);
}

/* Are its numbers in the unit of each row? */
bool column_is_in_row_unit(const struct export_column *col)
{
	return col->unit && !strcmp(col->unit, UNIT_OF_ROW);
}

static const char *missing_reason(const struct record *rec,
				  const struct record_row *key)
{
	const struct record_note *note = find_note(rec->failures,
						   rec->nr_failures,
						   key->scenario, key->op);

	if (!note)
		note = find_skip(rec, key);
	return note ? note->reason : NULL;
}

/**
 * line_reason() - why there is no more to be said
 * @cmp: comparison, built
 * @line: one of its lines
 *
 * Return: what the record that lacks the row says, what differs, or NULL.
 */
const char *line_reason(const struct comparison *cmp, const struct line *line)
{
	if (line->verdict == NOT_COMPARABLE)
		return line->differs	? line->differs
		       : cmp->nr_differ ? cmp->differ[0]
					: NULL;
	if (line->verdict == UNSTABLE)
		return fmt_text("%zu %s%s not steady", line->unsteady,
				counted_as(cmp),
				line->unsteady == 1 ? " is" : "s are");
	if (line->verdict == INCONCLUSIVE && cmp->cols[line->col].confounded) {
		char *order = order_text(cmp, &cmp->cols[line->col]);
		const char *text = fmt_text("%s", order);

		free(order);
		return text;
	}
	if (line->verdict == INCONCLUSIVE && line->has_est &&
	    tells_nothing(cmp, line))
		return ONE_LAYOUT;
	if (line->verdict == INCONCLUSIVE &&
	    line->mde.is == STATS_MDE_UNATTAINABLE)
		return fmt_text("unattainable with this plan: so few %ss, compared in so many rows",
				counted_as(cmp));
	if (line->verdict == NOW_FAILS)
		return find_failure(&cmp->cols[line->col], line->key)->reason;
	if (line->verdict == SHAPE_CHANGED) {
		char *change = shape_change(cmp, line);
		const char *text = change ? fmt_text("%s", change) : NULL;

		free(change);
		return text;
	}
	if (line->verdict == LAYOUT || line->verdict == LAYOUT_DEPENDENT ||
	    line->verdict == LUCK) {
		char *reason = change_reason(cmp, line);
		const char *text = fmt_text("%s", reason);

		free(reason);
		return text;
	}
	if (line->widened_by_ns > 0)
		return fmt_text("clock step %s ns, for which the interval is wider",
				fmt_value(line->widened_by_ns));
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *why = NULL;

		if (!line->rows[c])
			why = missing_reason(cmp->cols[c].recs[0], line->key);
		if (why)
			return why;
	}
	return NULL;
}

static int export_line_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;
	int d = (int)x->key->metric_id - (int)y->key->metric_id;

	if (d)
		return d;
	d = strcmp(x->key->metric, y->key->metric);
	if (!d)
		d = record_row_cmp(x->key, y->key);
	return d ? d : (x->quantile > y->quantile) - (x->quantile < y->quantile);
}

/**
 * collect_export_lines() - all there is to export: values and quantiles of tails
 * @cmp: comparison, built, or one record in it
 * @nr: how many
 *
 * Return: lines by metric, scenario, op, the value before the quantiles; to be
 * given to free().
 */
const struct line **collect_export_lines(const struct comparison *cmp, size_t *nr)
{
	const struct lines none = { 0 };
	const struct lines *tails = cmp->tails ? &cmp->tails[cmp->nr_cols - 1]
					       : &none;
	const struct line **list;
	size_t n = 0;

	list = xcalloc(cmp->nr_lines + tails->nr + 1, sizeof(*list));
	for (size_t i = 0; i < cmp->nr_lines; i++)
		list[n++] = &cmp->lines[i];
	for (size_t i = 0; i < tails->nr; i++)
		list[n++] = &tails->list[i];
	qsort(list, n, sizeof(*list), export_line_cmp);
	*nr = n;
	return list;
}

/**
 * line_path() - a row in one word
 * @line: line
 *
 * Return: "SCENARIO/OP/METRIC", and of a quantile ":p99" after it; to be given to
 * free().
 */
char *line_path(const struct line *line)
{
	const struct record_row *key = line->key;

	return xasprintf("%s/%s/%s%s%s", key->scenario, key->op, key->metric,
			 line->quantile ? ":" : "",
			 line->quantile ? line->quantile->name : "");
}

const char *note_kind_name(enum note_kind kind)
{
	static const char *const names[] = {
		[NOTE_SKIP] = "skip",
		[NOTE_FAILURE] = "failure",
		[NOTE_UNDECLARED] = "undeclared",
		[NOTE_FINDING] = "finding",
	};

	return names[kind];
}

struct notes {
	struct export_note *list;
	size_t nr;
	struct index seen;
};

/* Every boot says the same: once is enough. Nothing that a note has holds a newline. */
static void add_note(struct notes *notes, const struct export_note *note)
{
	char *key = xasprintf("%d\n%s\n%s\n%s\n%s\n%s", note->kind, note->column,
			      note->scenario, note->op ? note->op : "",
			      note->name ? note->name : "", note->text);

	if (index_add(&notes->seen, key, notes->nr)->value == notes->nr)
		*xappend(notes->list, notes->nr) = *note;
	free(key);
}

static void add_notes(struct notes *notes, enum note_kind kind,
		      const char *column, const struct record_note *list,
		      size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct export_note note = {
			.kind = kind,
			.column = column,
			.scenario = list[i].scenario,
			.op = list[i].op,
			.name = list[i].name,
			.text = list[i].reason,
		};

		add_note(notes, &note);
	}
}

static void add_record_notes(struct notes *notes, const char *column,
			     const struct record *rec)
{
	add_notes(notes, NOTE_SKIP, column, rec->skips, rec->nr_skips);
	add_notes(notes, NOTE_FAILURE, column, rec->failures, rec->nr_failures);
	add_notes(notes, NOTE_UNDECLARED, column, rec->undeclared,
		  rec->nr_undeclared);
	add_notes(notes, NOTE_FINDING, column, rec->findings, rec->nr_findings);
}

/**
 * collect_export_notes() - skips, failures, undeclared shapes and findings of all
 *	records
 * @cmp: comparison
 * @nr: how many
 *
 * Return: them, by column, each once; to be given to free().
 */
struct export_note *collect_export_notes(const struct comparison *cmp, size_t *nr)
{
	struct notes notes = { 0 };

	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			add_record_notes(&notes, cmp->cols[c].name,
					 cmp->cols[c].recs[r]);
	index_free(&notes.seen);
	*nr = notes.nr;
	return notes.list;
}

/**
 * cell_text() - a cell as text
 * @cell: cell
 *
 * Return: the text, plain, to be given to free(); empty where there is nothing.
 */
char *cell_text(const struct cell *cell)
{
	char number[NUMBER_SIZE], *text = NULL;
	const char *name;
	json_t *v;

	switch (cell->type) {
	case CELL_TEXT:
		return plain_text(cell->text);
	case CELL_NUMBER:
		return xasprintf("%s", print_number(cell->number, number));
	case CELL_FLAG:
		return xasprintf("%s", cell->flag ? "true" : "false");
	case CELL_PARAMS:
		json_object_foreach(cell->params, name, v)
			join_text(&text, " ", "%s=%lld", name,
				  (long long)json_integer_value(v));
		return text;
	default:
		return xasprintf("%s", "");
	}
}
