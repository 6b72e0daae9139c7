// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is measured with noise: one number a boot, boots of two columns compared
 * within blocks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "compare/compare.h"

/* clang-format off */
const struct quantile quantiles[] = {
	{ "min",   0 },
	{ "p50",   0.5 },
	{ "p90",   0.9 },
	{ "p99",   0.99 },
	{ "p99.9", 0.999 },
};
/* clang-format on */

const size_t nr_quantiles = ARRAY_SIZE(quantiles);

static json_t *boot_key(const struct record *rec, const char *key)
{
	return json_object_get(json_object_get(rec->header, "boot"), key);
}

static int64_t boot_integer(const struct record *rec, const char *key)
{
	return json_integer_value(boot_key(rec, key));
}

static const char *boot_id(const struct record *rec)
{
	return json_string_value(boot_key(rec, "boot_id"));
}

/* The folder that a record is in: its name and how long it is. */
static const char *session_name(const struct record *rec, size_t *len)
{
	const char *end = base_name(rec->path), *start;

	if (end == rec->path) {
		*len = 0;
		return end;
	}
	for (start = --end; start > rec->path && start[-1] != '/'; start--)
		;
	*len = end - start;
	return start;
}

static int session_cmp(const struct record *x, const struct record *y)
{
	size_t nx, ny, n;
	const char *a = session_name(x, &nx), *b = session_name(y, &ny);
	int d;

	n = nx < ny ? nx : ny;
	d = strncmp(a, b, n);
	return d ? d : (nx > ny) - (nx < ny);
}

static int block_cmp(const struct record *x, const struct record *y)
{
	int64_t a = boot_integer(x, "block"), b = boot_integer(y, "block");
	int d = session_cmp(x, y);

	return d ? d : (a > b) - (a < b);
}

static int text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Names of files come last: they may be any. */
static int boot_cmp(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a;
	const struct record *y = *(struct record *const *)b;
	static const char *const keys[] = { "index", "order", "seed" };
	int d = block_cmp(x, y);

	for (size_t i = 0; !d && i < ARRAY_SIZE(keys); i++) {
		int64_t v = boot_integer(x, keys[i]),
			w = boot_integer(y, keys[i]);

		d = (v > w) - (v < w);
	}
	if (!d)
		d = text_cmp(boot_id(x), boot_id(y));
	return d ? d : strcmp(x->path, y->path);
}

/* A name for a layout, to be given to free(); NULL where there is none. */
static char *layout_name(const struct record *rec)
{
	if (rec->layout < 0)
		return NULL;
	return xasprintf("%lld %s", (long long)rec->layout,
			 rec->layout_set ? rec->layout_set : "");
}

/*
 * Were functions of both in one order? It moves times more than boots do: where it is
 * drawn, it is the unit, and boots are repeats of it. In records of one kernel that do
 * not say which others it was drawn for, its number is all that is known.
 *
 * Return: the number of the first boot with the layout of a record, BOOT_NOT_SEEN where
 * there is none.
 */
static size_t find_layout(const struct index *layouts, const struct record *rec)
{
	char *name = layout_name(rec);
	const struct index_entry *entry = name ? index_find(layouts, name) : NULL;

	free(name);
	return entry ? entry->value : BOOT_NOT_SEEN;
}

static void add_layout(struct index *layouts, const struct record *rec,
		       size_t number)
{
	char *name = layout_name(rec);

	if (name)
		index_add(layouts, name, number);
	free(name);
}

/* Runs of one boot may stand for boots, copies of a record never do. */
struct found {
	struct boots_seen boots;
	struct index layouts;
};

/* Several measurements of one boot know nothing more of other boots. */
static void add_to_boot(struct found *found, struct column *col,
			struct record *rec)
{
	size_t number = BOOT_NOT_SEEN;

	if (is_timed(rec))
		number = MIN(find_layout(&found->layouts, rec),
			     boots_seen_find(&found->boots, rec));
	if (number == BOOT_NOT_SEEN) {
		struct boot *boot = xappend(col->boots, col->nr_boots);

		number = col->nr_boots - 1;
		boot->number = boot_integer(rec, "block");
		add_layout(&found->layouts, rec, number);
		boots_seen_add(&found->boots, rec, number);
	}
	*xappend(col->boots[number].recs, col->boots[number].nr_recs) = rec;
}

static void add_boots(const struct comparison *cmp, struct column *col)
{
	struct found found = {
		.boots.by_times = key_is_allowed(cmp, "boot_id"),
	};

	for (size_t r = 0; r < col->nr_recs; r++)
		add_to_boot(&found, col, col->recs[r]);
	boots_seen_free(&found.boots);
	index_free(&found.layouts);
}

static int place_cmp(const void *a, const void *b)
{
	const struct boot *x = *(struct boot *const *)a;
	const struct boot *y = *(struct boot *const *)b;

	return block_cmp(x->recs[0], y->recs[0]);
}

/* Blocks of sessions, counted over all columns. */
static void number_blocks(struct comparison *cmp)
{
	struct boot **all = NULL;
	size_t nr = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->cols[c].nr_boots; i++) {
			*xappend(all, nr) = &cmp->cols[c].boots[i];
		}
	}
	if (nr)
		qsort(all, nr, sizeof(*all), place_cmp);
	for (size_t i = 1; i < nr; i++)
		all[i]->block =
			all[i - 1]->block + !!place_cmp(&all[i - 1], &all[i]);
	free(all);
}

/*
 * Layouts, counted over all columns: one number where what two kernels have in common is
 * at the same addresses. Those that do not say which kernels they were drawn for have
 * a number each.
 */
static void number_layouts(struct comparison *cmp)
{
	struct index layouts = { 0 };
	size_t next = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->cols[c].nr_boots; i++) {
			struct boot *boot = &cmp->cols[c].boots[i];
			const struct record *rec = boot->recs[0];
			size_t same = rec->layout_set
					      ? find_layout(&layouts, rec)
					      : BOOT_NOT_SEEN;

			if (same == BOOT_NOT_SEEN) {
				same = next++;
				add_layout(&layouts, rec, same);
			}
			boot->number = (int64_t)same;
		}
	}
	index_free(&layouts);
}

/**
 * block_of() - which boots a boot is compared with
 * @boot: boot
 * @blocking: of the column that is compared with the first
 *
 * Return: a number that they share.
 */
int64_t block_of(const struct boot *boot, enum blocking blocking)
{
	switch (blocking) {
	case BLOCKS_OF_SESSIONS:
		return boot->block;
	case BLOCKS_BY_NUMBER:
		return boot->number;
	default:
		return 0;
	}
}

static int number_cmp(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The blocks that boots of a column are in, ascending; to be given to free(). */
static int64_t *sorted_blocks(const struct column *col, enum blocking blocking)
{
	int64_t *blocks = xcalloc(col->nr_boots + 1, sizeof(*blocks));

	for (size_t i = 0; i < col->nr_boots; i++)
		blocks[i] = block_of(&col->boots[i], blocking);
	qsort(blocks, col->nr_boots, sizeof(*blocks), number_cmp);
	return blocks;
}

/* Boots of a that have one of b in their block. */
static size_t count_shared(const struct column *a, const struct column *b,
			   enum blocking blocking)
{
	int64_t *blocks = sorted_blocks(b, blocking);
	size_t nr = 0;

	for (size_t i = 0; i < a->nr_boots; i++) {
		int64_t block = block_of(&a->boots[i], blocking);

		nr += bsearch(&block, blocks, b->nr_boots, sizeof(*blocks),
			      number_cmp) != NULL;
	}
	free(blocks);
	return nr;
}

/*
 * Are boots of two columns to be compared by these blocks? What is in no block of both
 * is left out. Layouts of one set are pairs whatever session they are of, as what the
 * kernels have in common is at the same addresses; but where most of them were drawn for
 * one side alone, all are compared with all.
 */
static bool share_blocks(const struct comparison *cmp, const struct column *a,
			 const struct column *b, enum blocking blocking)
{
	size_t nr = count_shared(a, b, blocking);

	if (!draws_layouts(cmp))
		return nr;
	return blocking == BLOCKS_BY_NUMBER &&
	       2 * nr >= MIN(a->nr_boots, b->nr_boots);
}

/**
 * find_boots() - sort the records of each column into boots and blocks
 * @cmp: comparison with all of its records
 *
 * Nothing that follows depends on the order or the names of files.
 */
void find_boots(struct comparison *cmp)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		struct column *col = &cmp->cols[c];

		if (is_timed(col->recs[0]))
			qsort(col->recs, col->nr_recs, sizeof(*col->recs),
			      boot_cmp);
		add_boots(cmp, col);
	}
	number_blocks(cmp);
	if (draws_layouts(cmp))
		number_layouts(cmp);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		struct column *col = &cmp->cols[c];

		while (col->blocking < BLOCKS_NONE &&
		       !share_blocks(cmp, &cmp->cols[0], col, col->blocking))
			col->blocking++;
		if (c)
			find_order(cmp, col);
	}
}

/* Which batches of a boot its number is of, where they are not steady. */
enum part {
	BEFORE, /* those before the likeliest change */
	AFTER,
	WHOLE,
};

static bool row_is_steady(const struct record_row *row, double tolerance)
{
	return !row->unsteady || row->step < tolerance;
}

static double row_number(const struct record_row *row,
			 const struct quantile *quantile, enum part part)
{
	double level = part == BEFORE  ? row->before
		       : part == AFTER ? row->after
				       : row->value;
	double q;

	if (!quantile)
		return level;
	/* It is of the same operations, and moves as their batches do. */
	q = hist_quantile(row->hist, row->nr_hist, quantile->q);
	return row->value > 0 ? q * (level / row->value) : q;
}

/**
 * struct question - which number of each boot is asked for
 * @row: key of the row
 * @quantile: of its distribution, NULL for its value
 * @tolerance: a step that is smaller is none
 */
struct question {
	const struct record_row *row;
	const struct quantile *quantile;
	double tolerance;
};

static double record_value(const struct record *rec, const struct question *q,
			   enum part part)
{
	const struct record_row *row = record_find_row(rec, q->row);

	if (!row || row->shared)
		return NAN;
	return row_number(row, q->quantile,
			  row_is_steady(row, q->tolerance) ? WHOLE : part);
}

/* The number of one boot, NAN if it has none. */
static double boot_value(const struct boot *boot, const struct question *q,
			 enum part part)
{
	double *values, v;
	size_t nr = 0;

	if (boot->nr_recs == 1)
		return record_value(boot->recs[0], q, part);
	values = xcalloc(boot->nr_recs, sizeof(*values));
	for (size_t i = 0; i < boot->nr_recs; i++) {
		v = record_value(boot->recs[i], q, part);
		if (!isnan(v))
			values[nr++] = v;
	}
	v = stats_median(values, nr);
	free(values);
	return v;
}

/**
 * column_value() - the value of a row in a column
 * @col: column
 * @key: row
 * @quantile: of its distribution, NULL for its value
 * @varies: set where the boots do not agree; may be NULL
 *
 * Return: the median over boots, NAN if none has it.
 */
double column_value(const struct column *col, const struct record_row *key,
		    const struct quantile *quantile, bool *varies)
{
	const struct question q = { .row = key, .quantile = quantile };
	double *values = xcalloc(col->nr_boots, sizeof(*values)), v;
	size_t nr = 0;

	for (size_t i = 0; i < col->nr_boots; i++) {
		v = boot_value(&col->boots[i], &q, WHOLE);
		if (isnan(v))
			continue;
		if (varies && nr && v != values[0])
			*varies = true;
		values[nr++] = v;
	}
	v = stats_median(values, nr);
	free(values);
	return v;
}

/* What is wrong with the batches of a boot, NULL if nothing is. */
static const char *boot_unsteady(const struct boot *boot,
				 const struct question *q)
{
	for (size_t i = 0; i < boot->nr_recs; i++) {
		const struct record_row *row =
			record_find_row(boot->recs[i], q->row);

		if (row && !row->shared && !row_is_steady(row, q->tolerance))
			return row->unsteady;
	}
	return NULL;
}

/* The boots of a column that have the row. Return: how many there are now. */
static size_t gather_column(const struct column *col, const struct question *q,
			    enum blocking blocking, enum stats_arm arm,
			    enum part part, struct stats_boot *boots, size_t nr)
{
	for (size_t i = 0; i < col->nr_boots; i++) {
		double v = boot_value(&col->boots[i], q, part);

		if (isnan(v))
			continue;
		boots[nr++] = (struct stats_boot){
			arm, block_of(&col->boots[i], blocking), v
		};
	}
	return nr;
}

static struct question question_of(const struct comparison *cmp,
				   const struct line *line)
{
	return (struct question){ line->key, line->quantile, cmp->tolerance };
}

/* The boots of both, to be given to free(). */
static struct stats_boot *gather(const struct comparison *cmp,
				 const struct line *line, enum part part,
				 size_t *nr)
{
	const struct column *base = &cmp->cols[0], *new = &cmp->cols[line->col];
	const struct question q = question_of(cmp, line);
	struct stats_boot *boots =
		xcalloc(base->nr_boots + new->nr_boots, sizeof(*boots));

	*nr = gather_column(base, &q, new->blocking, STATS_BASE, part, boots, 0);
	*nr = gather_column(new, &q, new->blocking, STATS_NEW, part, boots, *nr);
	return boots;
}

/**
 * line_boots() - what the boots of a line measured
 * @cmp: comparison, with its boots found
 * @line: line
 * @nr: filled: how many have it, of both columns
 *
 * Return: array as stats_estimate() takes it, to be given to free().
 */
struct stats_boot *line_boots(const struct comparison *cmp,
			      const struct line *line, size_t *nr)
{
	return gather(cmp, line, WHOLE, nr);
}

static bool estimate(const struct comparison *cmp, const struct line *line,
		     enum part part, struct stats_estimate *est)
{
	size_t nr;
	struct stats_boot *boots = gather(cmp, line, part, &nr);
	int err = stats_estimate(boots, nr, est);

	free(boots);
	return !err;
}

static double part_shift(const struct comparison *cmp, const struct line *line,
			 enum part part)
{
	struct stats_estimate est;

	if (!estimate(cmp, line, part, &est) || est.scale != line->est.scale)
		return NAN;
	return est.shift;
}

/*
 * How far the clock may have moved the quantiles of a column, on the scale of the
 * estimate: the same way in all boots, so that their spread does not say it.
 */
static double column_doubt(const struct column *col, const struct line *line)
{
	double *doubts = NULL, doubt;
	size_t nr = 0;

	for (size_t i = 0; i < col->nr_recs; i++) {
		const struct record_row *row =
			record_find_row(col->recs[i], line->key);
		double q = line->quantile->q, v = NAN;

		if (row)
			v = hist_quantile(row->hist, row->nr_hist, q);
		if (isnan(v))
			continue;
		doubt = hist_doubt(row->hist, row->nr_hist, q);
		if (line->est.scale == STATS_RATIO)
			doubt = v > 0 ? log1p(doubt / v) : INFINITY;
		*xappend(doubts, nr) = doubt;
	}
	doubt = stats_median(doubts, nr);
	free(doubts);
	return doubt;
}

/* The longer one of the two columns that a line compares, 0 if neither is known. */
static double line_step_ns(const struct comparison *cmp, const struct line *line)
{
	const struct column *cols[] = { &cmp->cols[0], &cmp->cols[line->col] };
	double step_ns = 0;

	for (int c = 0; c < 2; c++)
		for (size_t r = 0; r < cols[c]->nr_recs; r++)
			step_ns = fmax(step_ns, cols[c]->recs[r]->clock_step_ns);
	return step_ns;
}

/* Widen the intervals of a quantile, and say so where a tenth of one is the clock's. */
static void widen_quantile(const struct comparison *cmp, struct line *line,
			   const struct stats_boot *boots, size_t nr)
{
	const struct stats_interval *ci = &line->est.ci95;
	double doubt = column_doubt(&cmp->cols[0], line) +
		       column_doubt(&cmp->cols[line->col], line);

	stats_widen(boots, nr, doubt, &line->est);
	if (ci->known && 20 * line->est.doubt > ci->upper - ci->lower)
		line->widened_by_ns = line_step_ns(cmp, line);
}

static void count_unsteady(const struct column *col, const struct question *q,
			   struct line *line)
{
	for (size_t i = 0; i < col->nr_boots; i++) {
		const char *why = boot_unsteady(&col->boots[i], q);

		line->unsteady += !!why;
		if (!line->why_unsteady)
			line->why_unsteady = why;
	}
}

/**
 * count_boots() - how many boots of a line have it
 * @cmp: comparison, with its boots found
 * @line: line with its column; @boots are set
 */
void count_boots(const struct comparison *cmp, struct line *line)
{
	size_t nr;
	struct stats_boot *boots = line_boots(cmp, line, &nr);

	for (size_t i = 0; i < nr; i++)
		line->boots[boots[i].arm]++;
	free(boots);
}

/**
 * line_misses_boots() - is a row that both sides have not in all of their boots?
 * @cmp: comparison, built
 * @line: one of its lines
 *
 * What the others would have measured is not known, and they may miss it because of
 * what they would have.
 */
bool line_misses_boots(const struct comparison *cmp, const struct line *line)
{
	const size_t *boots = line->boots;

	return boots[STATS_BASE] && boots[STATS_NEW] &&
	       (boots[STATS_BASE] < cmp->cols[0].nr_boots ||
		boots[STATS_NEW] < cmp->cols[line->col].nr_boots);
}

/**
 * line_failure() - why boots of NEW miss a row that none of BASE fails
 * @cmp: comparison, built
 * @line: one of its lines
 *
 * Return: what the first of them says, NULL if there is none.
 */
const char *line_failure(const struct comparison *cmp, const struct line *line)
{
	const struct column *new = &cmp->cols[line->col];
	const struct record_row *key = line->key;

	if (find_failure(&cmp->cols[0], key))
		return NULL;
	for (size_t r = 0; r < new->nr_recs; r++) {
		const struct record *rec = new->recs[r];
		const struct record_note *note =
			find_note(rec->failures, rec->nr_failures,
				  key->scenario, key->op);

		if (note && !record_find_row(rec, key))
			return note->reason;
	}
	return NULL;
}

/**
 * boots_text() - in how many boots a row is
 * @cmp: comparison, built
 * @line: one of its lines
 *
 * Return: text, to be given to free().
 */
char *boots_text(const struct comparison *cmp, const struct line *line)
{
	const struct column *base = &cmp->cols[0], *new = &cmp->cols[line->col];

	return xasprintf("in %zu of %zu %ss of %s, in %zu of %zu of %s",
			 line->boots[STATS_BASE], base->nr_boots,
			 counted_as(cmp), base->name, line->boots[STATS_NEW],
			 new->nr_boots, new->name);
}

/**
 * estimate_line() - compare the boots of one line
 * @cmp: comparison, with its boots found
 * @line: line with its values; the estimate is filled, p is not yet adjusted
 *
 * Where no block has boots of both there is no estimate.
 */
void estimate_line(const struct comparison *cmp, struct line *line)
{
	const struct question q = question_of(cmp, line);
	size_t nr;
	struct stats_boot *boots = line_boots(cmp, line, &nr);

	line->has_est = !stats_estimate(boots, nr, &line->est);
	if (line->has_est && line->quantile)
		widen_quantile(cmp, line, boots, nr);
	free(boots);
	if (!line->has_est)
		return;
	count_unsteady(&cmp->cols[0], &q, line);
	count_unsteady(&cmp->cols[line->col], &q, line);
	for (enum part part = BEFORE; part <= AFTER; part++)
		line->parts[part] = line->unsteady ? part_shift(cmp, line, part)
						   : line->est.shift;
	line->p = line->est.p;
	line->delta = cmp->delta;
	line->ratio = line->est.scale == STATS_RATIO ? line->est.ratio : NAN;
	/* Named before any of it was measured: the times of sets that are judged. */
	line->exploratory = line->quantile || !set_is_judged(line->key->set) ||
			    line->key->pass_id != PASS_TIME ||
			    !metric_is_headline(line->key->metric_id);
}

/* Of a latency: a batch is as many steps of the clock as its operations share. */
static double resolution_of(const struct comparison *cmp, const struct line *line)
{
	double step_ns = line_step_ns(cmp, line);

	if (line->key->metric_id != METRIC_LATENCY)
		return 0;
	return line->quantile || !(line->key->ops > 0)
		       ? step_ns
		       : step_ns / line->key->ops;
}

/**
 * line_mde() - the least change that boots of a line could have shown
 * @cmp: comparison, with its boots found
 * @line: line with an estimate
 * @level: what p must not exceed
 * @delta: what is said to be smaller does not count
 * @power: in which part of such experiments
 */
struct stats_mde line_mde(const struct comparison *cmp, const struct line *line,
			  double level, double delta, double power)
{
	const struct stats_aim aim = {
		.level = tells_nothing(cmp, line) ? 0 : level,
		.delta = delta,
		.power = power,
		.resolution = resolution_of(cmp, line),
		.robust = draws_layouts(cmp),
	};
	size_t nr;
	struct stats_boot *boots = line_boots(cmp, line, &nr);
	struct stats_mde mde = stats_mde(boots, nr, &line->est, &aim);

	free(boots);
	return mde;
}

/* Mean and variance of the mean of how far parts of the boots of an arm are from all. */
static void moved(const struct stats_boot *part, const struct stats_boot *whole,
		  size_t nr, enum stats_arm arm, enum stats_scale scale,
		  double *mean, double *variance)
{
	double n = 0, sum = 0, squares = 0;

	for (size_t i = 0; i < nr; i++) {
		double by = scale == STATS_RATIO
				    ? log(part[i].value / whole[i].value)
				    : part[i].value - whole[i].value;

		if (whole[i].arm != arm || !isfinite(by))
			continue;
		n++;
		sum += by;
		squares += by * by;
	}
	*mean = n ? sum / n : 0;
	*variance = n > 1 ? (squares - sum * *mean) / (n - 1) / n : 0;
}

/**
 * line_turn() - the change that steps inside boots seldom reach half way to
 * @cmp: comparison, with its boots found
 * @line: line with an estimate
 * @sigmas: how seldom, as that many standard errors
 *
 * Of what a part of the boots says less what all of them do: steps that come at random
 * are as likely to be in another experiment, and what all boots of a kernel have is
 * sure to be.
 *
 * Return: shift; 0 where all boots are steady.
 */
double line_turn(const struct comparison *cmp, const struct line *line,
		 double sigmas)
{
	size_t nr, nr_part;
	struct stats_boot *whole;
	double turn = 0;

	if (!line->unsteady)
		return 0;
	whole = gather(cmp, line, WHOLE, &nr);
	for (enum part part = BEFORE; part <= AFTER; part++) {
		struct stats_boot *boots = gather(cmp, line, part, &nr_part);
		double mean[STATS_ARMS], variance[STATS_ARMS], by, noise;

		for (int arm = 0; nr_part == nr && arm < STATS_ARMS; arm++)
			moved(boots, whole, nr, arm, line->est.scale,
			      &mean[arm], &variance[arm]);
		free(boots);
		if (nr_part != nr)
			continue;
		by = fabs(mean[STATS_NEW] - mean[STATS_BASE]);
		noise = variance[STATS_NEW] + variance[STATS_BASE];
		if (by < 2 * sqrt(noise))
			by = 0;
		turn = fmax(turn,
			    2 * by + sigmas * sqrt(line->est.se * line->est.se +
						   4 * noise));
	}
	free(whole);
	return turn;
}

/* Is the step of the clock known of a column's records? Of a part of them is not. */
static bool step_is_known(const struct column *col)
{
	for (size_t r = 0; r < col->nr_recs; r++)
		if (!(col->recs[r]->clock_step_ns > 0))
			return false;
	return true;
}

/* Of one side the lower end of a bucket, of the other one interpolated. */
static bool quantiles_differ(const struct comparison *cmp, size_t col)
{
	return step_is_known(&cmp->cols[0]) != step_is_known(&cmp->cols[col]) &&
	       !key_is_allowed(cmp, CLOCK_STEP_KEY);
}

/* A quantile of what is a line already. */
static bool make_tail(const struct comparison *cmp, const struct line *of,
		      const struct quantile *quantile, struct line *tail)
{
	size_t col = of->col;

	*tail = (struct line){
		.key = of->key,
		.rows = of->rows,
		.quantile = quantile,
		.col = col,
		.diff = NAN,
		.ratio = NAN,
		.verdict = of->verdict,
	};
	tail->values = xcalloc(cmp->nr_cols, sizeof(*tail->values));
	for (size_t c = 0; c < cmp->nr_cols; c++)
		tail->values[c] =
			column_value(&cmp->cols[c], of->key, quantile, NULL);
	if (isnan(tail->values[0]) && isnan(tail->values[col])) {
		free(tail->values);
		return false;
	}
	if (of->verdict == NOT_COMPARABLE || of->verdict == MISSING ||
	    of->verdict == NOW_FAILS)
		return true;
	if (isnan(tail->values[0]) || isnan(tail->values[col])) {
		tail->verdict = MISSING;
		return true;
	}
	if (quantiles_differ(cmp, col)) {
		tail->verdict = NOT_COMPARABLE;
		tail->differs = CLOCK_STEP_KEY;
		return true;
	}
	tail->diff = tail->values[col] - tail->values[0];
	count_boots(cmp, tail);
	estimate_line(cmp, tail);
	if (tail->verdict != SHAPE_CHANGED)
		tail->verdict = INCONCLUSIVE;
	return true;
}

static bool has_distribution(const struct comparison *cmp, const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (line->rows[c] && line->rows[c]->nr_hist)
			return true;
	return false;
}

/* Blocks of the plan that boots of a column are in. */
size_t count_blocks(const struct column *col)
{
	int64_t *blocks = sorted_blocks(col, BLOCKS_OF_SESSIONS);
	size_t n = 0;

	for (size_t i = 0; i < col->nr_boots; i++)
		n += !i || blocks[i] != blocks[i - 1];
	free(blocks);
	return n;
}

/**
 * build_tails() - lines of the quantiles of each distribution
 * @cmp: comparison with its lines
 *
 * A quantile of a boot has 100 samples above it, or it is not there. One that is
 * interpolated is not compared with one that is not.
 */
void build_tails(struct comparison *cmp)
{
	cmp->tails = xcalloc(cmp->nr_cols, sizeof(*cmp->tails));
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		struct lines *tails = &cmp->tails[c];

		for (size_t i = 0; i < cmp->nr_lines; i++) {
			const struct line *of = &cmp->against[c][i];

			progress_count("comparing quantiles of rows", i,
				       cmp->nr_lines);
			if (!has_distribution(cmp, of))
				continue;
			for (size_t q = 0; q < nr_quantiles; q++) {
				struct line tail;

				if (quantiles[q].q <= 0 ||
				    !make_tail(cmp, of, &quantiles[q], &tail))
					continue;
				*xappend(tails->list, tails->nr) = tail;
			}
		}
	}
}
