/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records side by side, and what may be said about each column against the first.
 * It prints nothing.
 */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "record/record.h"

/* Effects below it do not matter, unless the user says something else. */
#define DELTA_DEFAULT 0.01
/* A step among the batches of a boot that does not matter, where no A/A run is known. */
#define TOLERANCE_DEFAULT 0.01

/*
 * Two medians of one row, by which name readers tell them apart: that of a quantile
 * is "p50 of single calls".
 */
#define NAME_OF_MEDIAN "median of batch means"
/* Why a row with a single one is INCONCLUSIVE. */
#define ONE_LAYOUT \
	"one layout of a kernel: what differs may be where its functions happen to be"
/* With fewer layouts a side, one that is unlike the others says too much. */
#define LAYOUTS_FEW 12

/* What is said of an operation with TALLY_SHAPE, in a few words. */
#define OTHER_SHAPE "other VMAs or another result"

/* Of the header; quantiles are interpolated where it is there. */
#define CLOCK_STEP_KEY "clock_step_ns"

/* Points of a distribution that are shown, in this order. */
struct quantile {
	const char *name;
	double q;
};

extern const struct quantile quantiles[];
extern const size_t nr_quantiles;

enum verdict {
	EXACT_SAME,
	EXACT_CHANGED,
	SHAPE_CHANGED,
	INCONCLUSIVE,
	MISSING,
	NOW_FAILS, /* has a value in the first column, and failed in this one */
	NONDETERMINISTIC,
	NOT_COMPARABLE,
	/* of what is measured with noise, as stats_verdict() has them */
	REGRESSED,
	IMPROVED,
	CHANGED,
	TRIVIAL,
	EQUIVALENT,
	UNSTABLE,
	SEED_DEPENDENT, /* one thing with one seed, and another one with another */
	LAYOUT, /* of the tree: it moved, and costs the same at equal ones */
	LAYOUT_DEPENDENT, /* most layouts of the tree do not say what the row does */
	LUCK, /* no more than what changes that mean nothing move it by */
	NR_VERDICTS,
};

/* Where a verdict is counted in the summary, in the order it is printed. */
enum tally {
	TALLY_SHAPE,
	TALLY_WORSE,
	TALLY_BETTER,
	TALLY_OTHER,	  /* changed, and neither direction is better */
	TALLY_EQUIVALENT, /* or so little different that it does not matter */
	TALLY_SAME,
	TALLY_UNKNOWN,
	TALLY_MISSING, /* a side has no number */
	NR_TALLIES,
};

/* Why a column has no number of a row. */
enum absence {
	ABSENT_UNTOLD, /* the record does not say */
	ABSENT_SHARED, /* in no boot enough batches had the core to themselves */
	ABSENT_SKIPPED,
	ABSENT_FAILED,
};

/**
 * struct boot - one boot of a kernel, the unit of a measurement with noise
 * @recs: its records; more than one only if it was measured several times, or if it
 *	stands for the boots of one layout
 * @nr_recs: length of @recs
 * @number: its layout, as a number that is the same in all columns; else the header's
 *	boot.block
 * @block: @number and the session, as one number that is the same in all columns
 */
struct boot {
	struct record **recs;
	size_t nr_recs;
	int64_t number;
	size_t block;
};

/* What tells which boots of two columns were run side by side. */
enum blocking {
	BLOCKS_OF_SESSIONS, /* blocks of sessions that both have boots of */
	BLOCKS_BY_NUMBER, /* other sessions, but blocks of the same numbers; layouts */
	BLOCKS_NONE, /* neither: all boots are one block */
};

/* Which boots ran first, of those that are compared with each other. */
enum boot_order {
	ORDER_UNKNOWN,
	ORDER_MIXED,
	ORDER_BASE_FIRST, /* of the first column, in most pairs or all */
	ORDER_NEW_FIRST,  /* of this one */
};

/**
 * struct column - one stage, or one side of a comparison
 * @name: heading
 * @recs: its records; in the exact tier all but the first are repeats that must
 *	be identical, on metal they are of any number of boots of one kernel
 * @nr_recs: length of @recs
 * @boots: @recs by boot
 * @nr_boots: length of @boots
 * @blocking: how its boots are compared with those of the first column
 * @order: which of these ran first
 * @pairs_in_order: pairs of boots within blocks in which it did
 * @pairs: of so many
 * @confounded: nearly all of one column did, so that a drift looks like a change, and
 *	nobody has allowed it
 */
struct column {
	const char *name;
	struct record **recs;
	size_t nr_recs;
	struct boot *boots;
	size_t nr_boots;
	enum blocking blocking;
	enum boot_order order;
	size_t pairs_in_order;
	size_t pairs;
	bool confounded;
};

/**
 * struct spread - how far a change goes over several seeds
 * @nr: seeds that have it, the first included; 0 where there is but one
 * @ratio: least and largest; NAN if all say nothing
 * @diff: likewise
 */
struct spread {
	size_t nr;
	double ratio[2];
	double diff[2];
};

/**
 * struct tree_pair - a layout of the tree that two kernels were measured at
 * @base: in the first column
 * @to: in the other; of the same layout
 */
struct tree_pair {
	const struct record_tree *base;
	const struct record_tree *to;
};

/**
 * struct tree_span - how far numbers go over layouts of the tree
 * @median: of all
 * @low: the least
 * @high: the largest
 *
 * NAN where there are none.
 */
struct tree_span {
	double median;
	double low;
	double high;
};

/**
 * struct tree_group - layouts with something in common, which change alike
 * @name: what they have in common, for a reader: "leaf full"
 * @nr: how many they are
 * @diff: what the second kernel takes more, per operation
 * @ratio: what it takes by what the first one does
 */
struct tree_group {
	char *name;
	size_t nr;
	struct tree_span diff;
	struct tree_span ratio;
};

/**
 * struct tree_change - how a metric of an operation changes at equal layouts
 * @metric: what is counted
 * @nr: layouts at which both kernels counted it, at least 1
 * @less: at how many of these the second one takes less
 * @more: and more
 * @equal: and the same to the digit
 * @base: values of the first one, per operation
 * @value: of the second one
 * @diff: the second less the first, layout by layout
 * @ratio: the second by the first; of layouts at which the first is 0 there is none
 * @groups: where something that is known of layouts tells apart how they change, by
 *	@diff; else none
 * @nr_groups: length of @groups, 0 or at least 2
 */
struct tree_change {
	enum metric_id metric;
	size_t nr;
	size_t less;
	size_t more;
	size_t equal;
	struct tree_span base;
	struct tree_span value;
	struct tree_span diff;
	struct tree_span ratio;
	struct tree_group *groups;
	size_t nr_groups;
};

/**
 * struct tree_op - layouts of one operation, of a column and the first one
 * @scenario: name
 * @op: operation
 * @pairs: layouts that both have, in the order of tree_layout_cmp()
 * @nr_pairs: length of @pairs, may be 0
 * @only_base: layouts that the first one alone has
 * @only_new: and the other one
 * @changes: by metric, of those that both count at any of @pairs
 * @nr_changes: length of @changes
 */
struct tree_op {
	const char *scenario;
	const char *op;
	struct tree_pair *pairs;
	size_t nr_pairs;
	size_t only_base;
	size_t only_new;
	struct tree_change *changes;
	size_t nr_changes;
};

/**
 * struct trees - operations that were measured over layouts of the tree
 * @list: by scenario and op
 * @nr: length of @list
 */
struct trees {
	struct tree_op *list;
	size_t nr;
};

/**
 * struct line - one scenario x operation x metric over all columns
 * @key: any row of it
 * @rows: its row in each column, of the first record that has it, or NULL
 * @values: its value in each column, the median over boots; NAN if there is none
 * @quantile: @values are this one of each boot's distribution; NULL for the value
 * @col: column that is compared with the first: the last one in @cmp->lines
 * @diff: value of @col less the first, NAN if either is missing
 * @ratio: value of @col by the first, over boots @est.ratio; NAN if that says
 *	nothing
 * @verdict: what may be said about @col against the first
 * @differs: key of the row that had to match and does not, or NULL
 * @varies: an exact row whose value is not the same in all boots of a kernel
 * @boots: that have the row, of both; 0 in the exact tier
 * @unsteady: boots whose batches are not steady, of both: a mark, whatever the verdict
 * @why_unsteady: what is wrong with the first of them, for a reader
 * @has_est: @est and what follows it are set: a row that is not exact, or varies,
 *	with boots on both sides
 * @est: @col against the first, over boots
 * @widened_by_ns: step of the clock that has a part in the intervals of a quantile, 0
 *	if it has none to speak of
 * @parts: its shift, where boots that are not steady are taken for what they were
 *	before their step, and after it; NAN if there is none
 * @p: @est.p, adjusted for the rows tested with it
 * @level: what @est.p must not exceed for @p to be below 5 %, given the other rows
 * @mde: the least change that would have been found at @level
 * @exploratory: adjusted by Benjamini-Hochberg, not by Holm: not of a set that is judged
 * @delta: effect below which a difference does not matter, as a ratio less 1
 * @spread: the change over all seeds, of which the rest of a line is the first
 * @tree: the change at equal layouts of the tree, NULL where it was not measured
 */
struct line {
	const struct record_row *key;
	const struct record_row **rows;
	double *values;
	const struct quantile *quantile;
	size_t col;
	double diff;
	double ratio;
	enum verdict verdict;
	const char *differs;
	bool varies;
	size_t boots[STATS_ARMS];
	size_t unsteady;
	const char *why_unsteady;
	bool has_est;
	struct stats_estimate est;
	double widened_by_ns;
	double parts[2];
	double p;
	double level;
	struct stats_mde mde;
	bool exploratory;
	double delta;
	struct spread spread;
	const struct tree_change *tree;
};

/**
 * struct lines - all that is known of one column against the first
 * @list: the lines, by metric, scenario, op
 * @nr: length of @list
 */
struct lines {
	struct line *list;
	size_t nr;
};

/**
 * struct refused - a record that could not be read, or was never made
 * @name: column it was meant for
 * @why: what record_read() says, with the path as it was given
 * @reason: the same from the file name on: reports name no folders
 * @stage_failed: its kernel did not build or boot, there is no record
 * @place: how many columns come before it
 */
struct refused {
	const char *name;
	char *why;
	const char *reason;
	bool stage_failed;
	size_t place;
};

/**
 * struct moved - what a commit did to the rows, against the column before it
 * @nr: rows that are not equal to the digit
 * @most: row that changed most; NULL where @nr is 0
 * @from: its value before, NAN if there is none
 * @to: its value
 * @from_absent: why there is no @from
 * @to_absent: why there is no @to
 * @twin: name of the column before, where that has the same code; else NULL
 */
struct moved {
	size_t nr;
	const struct record_row *most;
	double from;
	double to;
	enum absence from_absent;
	enum absence to_absent;
	const char *twin;
};

/* Of the file that "make luck" writes; results/README.md has its fields. */
#define LUCK_SCHEMA "vmabench-luck"
#define LUCK_MAJOR 1
#define LUCK_MINOR 1

/**
 * struct luck_row - how far a row moved where nothing was changed that means anything
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation
 * @metric: what was counted
 * @low: the least that a variant had, less what the kernel itself has; 0 or less
 * @high: the most, likewise; 0 or more
 * @calls: a variant called functions of the same code more or less often for it
 */
struct luck_row {
	const char *scenario;
	const char *version;
	const char *op;
	const char *metric;
	double low;
	double high;
	bool calls;
};

/**
 * struct luck - what make luck has found
 * @rows: sorted
 * @nr_rows: length of @rows
 * @nr_variants: kernels that were built
 * @all: the file, which owns the strings
 */
struct luck {
	struct luck_row *rows;
	size_t nr_rows;
	size_t nr_variants;
	json_t *all;
};

/**
 * struct comparison - columns side by side
 * @cols: in the order given; the first is the base
 * @nr_cols: length of @cols
 * @lines: the last column against the first, by metric, scenario, op
 * @nr_lines: length of @lines
 * @against: of each column but the first, the lines of it against the first, in
 *	the order of @lines; the last are @lines
 * @tails: of each column but the first, quantiles of its distributions
 * @trees: of each column but the first, what changed at equal layouts of the tree
 * @nr_holm: rows that were tested as the primary family
 * @nr_bh: exploratory rows
 * @nr_tails: quantiles that were tested
 * @delta: effect below which a difference does not matter, as a ratio less 1; 0 is
 *	%DELTA_DEFAULT
 * @floor: what an A/A run of the machine made up, as a ratio less 1
 * @floor_from: the file that says so; NULL where no A/A run is known
 * @layouts: boots of a kernel in the native tier, whose layouts say how far one is from
 *	another; NULL where that is not known
 * @luck: how far rows move by luck; NULL where that is not known. What is picked shares it
 * @tolerance: a step among the batches of a boot below which it is steady
 * @allow: keys whose difference is allowed
 * @nr_allow: length of @allow
 * @allowed: differences that had to be allowed, as text
 * @nr_allowed: length of @allowed
 * @differ: provenance keys that had to match and do not, as text
 * @nr_differ: length of @differ
 * @refused: records that could not be read
 * @nr_refused: length of @refused
 * @seeds: the same columns with further seeds, built; what is picked shares them
 * @nr_seeds: length of @seeds
 * @times: the same stages timed in the native tier, built, as far as they were; NULL
 *	where fewer than two were. What is picked shares them
 * @untimed: why stages, or boots of them, were not timed or cannot be read, or NULL
 * @times_refused: a record was refused, and there is no @times to say so
 * @bill_base: column that bills start from
 * @has_set: there are lines of it
 * @moved: of each column, in a series of many commits; else NULL
 * @whole: what this was picked from, itself as a rule
 * @shown: what a reader is shown of it: the columns that moved something, where
 *	there are many; itself as a rule
 */
struct comparison {
	struct column *cols;
	size_t nr_cols;
	struct line *lines;
	size_t nr_lines;
	struct line **against;
	struct lines *tails;
	struct trees *trees;
	size_t nr_holm;
	size_t nr_bh;
	size_t nr_tails;
	double delta;
	double floor;
	char *floor_from;
	struct comparison *layouts;
	struct luck *luck;
	double tolerance;
	const char **allow;
	size_t nr_allow;
	char **allowed;
	size_t nr_allowed;
	char **differ;
	size_t nr_differ;
	struct refused *refused;
	size_t nr_refused;
	struct comparison **seeds;
	size_t nr_seeds;
	struct comparison *times;
	char *untimed;
	bool times_refused;
	size_t bill_base;
	bool has_set[NR_SETS];
	struct moved *moved;
	const struct comparison *whole;
	struct comparison *shown;
};

/* add.c: which records are compared */
struct record *read_or_say(const char *path);
int comparison_add(struct comparison *cmp, const char *name, const char *stage,
		   const char *path);
int comparison_add_boots(struct comparison *cmp, const char *name,
			 const char *stage, const char *path);
size_t failed_word(const char *text);
bool comparison_add_failed(struct comparison *cmp, const char *name,
			   const char *text);
void comparison_allow(struct comparison *cmp, const char *key);
int comparison_use_aa(struct comparison *cmp, const char *path);

/* build.c */
void comparison_build(struct comparison *cmp);
void comparison_free(struct comparison *cmp);
enum status comparison_status(const struct comparison *cmp);
bool comparison_is_stable(const struct comparison *cmp);
const char *verdict_name(enum verdict v);
double row_value(const struct record_row *row);
enum tally line_tally(const struct line *line);
char *change_reason(const struct comparison *cmp, const struct line *line);
bool line_is_marked(const struct line *line);
bool line_is_small(const struct line *line);
const struct stats_interval *line_interval(const struct line *line);
enum tally pair_tally(const struct column *from, const struct column *to,
		      const struct line *line, double base, double value);
enum tally step_tally(const struct comparison *cmp, const struct line *line,
		      size_t c);
const struct record_note *find_note(const struct record_note *notes, size_t nr,
				    const char *scenario, const char *op);
size_t note_metric(const struct record_note *note);
const struct record_note *find_skip(const struct record *rec,
				    const struct record_row *key);
const struct record_note *find_failure(const struct column *col,
				       const struct record_row *key);
bool count_got_worse(const struct line *line);
bool same_operation(const struct line *a, const struct line *b);
enum scenario_set comparison_set(const struct comparison *cmp);
const char *judged_sets(const struct comparison *cmp);
bool row_is_drawn(const struct comparison *cmp, const struct record_row *row);
bool line_is_drawn(const struct comparison *cmp, const struct line *line);
bool line_starts_op(const struct comparison *cmp, size_t i);
const struct line *biggest_change(const struct comparison *cmp,
				  enum metric_id metric);

/* seeds.c: the same with other mappings besides */
long long comparison_seed(const struct comparison *cmp);
char *seeds_text(const struct comparison *cmp, bool first);
char *seeds_note(const struct comparison *cmp);
char *comparison_add_seed(struct comparison *cmp, struct comparison *seed);
double seed_value(const struct comparison *seed, const char *column,
		  const struct record_row *key);
void spread_seeds(const struct comparison *cmp, struct line *line);
bool line_is_equal(const struct line *line);
double worst_ratio(const struct line *line);
double worst_diff(const struct line *line);
double best_ratio(const struct line *line);

/* tree.c, tree_groups.c, tree_judge.c: the same at equal layouts of the maple tree */
void build_trees(struct comparison *cmp);
void free_trees(struct comparison *cmp);
double tree_value(const struct record_tree *tree, enum metric_id metric);
struct tree_span tree_span_of(double *values, size_t nr);
void group_layouts(const struct tree_op *op, struct tree_change *change);
const struct tree_op *find_tree(const struct comparison *cmp, size_t c,
				const char *scenario, const char *op);
const struct tree_change *find_tree_change(const struct tree_op *op,
					   enum metric_id metric);
char *tree_layout_text(const struct tree_layout *at);
char *tree_layout_short(const struct tree_layout *at);
bool trees_repeat(const struct column *col, const struct record_row *key);
void judge_trees(struct comparison *cmp);
size_t tree_better(const struct tree_change *change);
size_t tree_worse(const struct tree_change *change);
char *tree_reason(const struct comparison *cmp, const struct line *line);
bool has_trees(const struct comparison *cmp);
size_t count_trees(const struct record *rec, const char *scenario,
		   const char *op);

/* luck.c: what changes that mean nothing do to a row */
char *comparison_use_luck(struct comparison *cmp, const char *path);
void judge_luck(struct comparison *cmp);
const struct luck_row *luck_of(const struct comparison *cmp,
			       const struct record_row *key);
bool lies_in_same_code(const struct comparison *cmp, const struct line *line,
		       bool as_often);
bool line_is_luck(const struct comparison *cmp, const struct line *line);
char *luck_text(const struct comparison *cmp, const struct line *line);
void free_luck(struct luck *luck);

/* times.c: what was timed beside what was counted */
const struct comparison *times_beside(const struct comparison *cmp);
const struct comparison *native_part(const struct comparison *cmp);
const struct record_row **timed_operations(const struct comparison *cmp,
					   size_t *nr);
const struct line *time_line(const struct comparison *times,
			     const struct record_row *key, size_t c);
double shift_ns(const struct line *line, double shift);
size_t count_records(const struct column *col, const struct record_row *key);
const struct column *find_stage(const struct comparison *cmp, const char *name);

/* series.c: what it is about */
/**
 * struct series_of - a series that stages are of
 * @title: or NULL
 * @link: or NULL
 * @column: the first of it
 */
struct series_of {
	const char *title;
	const char *link;
	const char *column;
};

struct series_of *collect_series(const struct comparison *cmp, size_t *nr);
char *series_title(const struct comparison *cmp);
const struct record_series *comparison_series(const struct comparison *cmp);
const struct line *find_line(const struct comparison *cmp, const char *scenario,
			     const char *op, enum metric_id metric);
const struct line *headline_line(const struct comparison *cmp);
size_t headline_place(const struct comparison *cmp, const char *scenario,
		      const char *op);
size_t series_base(const struct comparison *cmp);
char *operations_text(const struct comparison *cmp);

/* range.c: a series of many commits */
void pick_moved(struct comparison *cmp);
struct comparison *pick_pair(const struct comparison *cmp, size_t from,
			     size_t to);
void free_pair(struct comparison *pair);
size_t count_unmoved(const struct comparison *cmp, size_t *identical);
const char *code_twin(const struct comparison *cmp, size_t c);
const struct line **contradictions(const struct comparison *cmp, size_t c,
				   size_t *nr);

/* boots.c: what is measured with noise */
void find_boots(struct comparison *cmp);
double column_value(const struct column *col, const struct record_row *key,
		    const struct quantile *quantile, bool *varies);
void estimate_line(const struct comparison *cmp, struct line *line);
void count_boots(const struct comparison *cmp, struct line *line);
bool line_misses_boots(const struct comparison *cmp, const struct line *line);
const char *line_failure(const struct comparison *cmp, const struct line *line);
char *boots_text(const struct comparison *cmp, const struct line *line);
struct stats_boot *line_boots(const struct comparison *cmp,
			      const struct line *line, size_t *nr);
struct stats_mde line_mde(const struct comparison *cmp, const struct line *line,
			  double level, double delta, double power);
double line_turn(const struct comparison *cmp, const struct line *line,
		 double sigmas);
void build_tails(struct comparison *cmp);
size_t count_blocks(const struct column *col);
int64_t block_of(const struct boot *boot, enum blocking blocking);

/* layouts.c: the order of functions, where it is drawn and where it is not */
bool draws_layouts(const struct comparison *cmp);
const char *counted_as(const struct comparison *cmp);
bool are_pairs(const struct comparison *cmp, const struct column *col);
const char *name_of_change(const struct comparison *cmp);
const char *name_of_test(const struct comparison *cmp);
double change_in_unit(const struct line *line, double shift);
bool tells_nothing(const struct comparison *cmp, const struct line *line);
char *comparison_use_layouts(struct comparison *cmp, const char *path);
char *layouts_note(const struct comparison *cmp);

/* families.c: rows that are tested together */
void adjust_lines(struct comparison *cmp);
enum verdict estimate_verdict(const struct comparison *cmp,
			      const struct line *line);

/* order.c: which boots ran first */
void find_order(struct comparison *cmp, struct column *col);
char *order_text(const struct comparison *cmp, const struct column *col);
size_t count_shared_boots(const struct column *a, const struct column *b);

/* env.c: what has to be equal */
void compare_env(struct comparison *cmp);
bool key_is_allowed(const struct comparison *cmp, const char *key);
bool key_is_known(const struct comparison *cmp, const char *key);
const char *row_difference(const struct record_row *a,
			   const struct record_row *b);

/* cost.c: what one operation costs, and why that is not known */
bool is_timed(const struct record *rec);
enum metric_id cost_metric(const struct record *rec);
const char *cost_unit(const struct record *rec);
enum absence absence(const struct record *rec, const struct record_row *key);
double column_cost(const struct column *col, const char *scenario,
		   const char *op);
enum absence column_absence(const struct column *col,
			    const struct record_row *key);
bool lacks_metric(const struct comparison *cmp, size_t c,
		  const struct line *line);
bool is_of_one_side(const struct comparison *cmp, const struct line *line);
char *lacking_text(const struct comparison *cmp, size_t c);
const char *absence_name(enum absence why);
const char *absence_reason(const struct column *col,
			   const struct record_row *key);

/* shapes.c */
bool same_shape(const struct record_shape *a, const struct record_shape *b);
bool result_changed(const struct comparison *cmp, const struct line *line);
bool shape_is_consequence(const struct comparison *cmp, const struct line *line);
char *shape_change(const struct comparison *cmp, const struct line *line);

#endif
