/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of vmadiff share. It links the record reader and nothing else. */
#ifndef VMADIFF_H
#define VMADIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "bill.h"
#include "record.h"
#include "stats_boots.h"

/* What the series that ships with the project is about. */
#define SERIES_SCENARIO "secretmem_append"
#define SERIES_OP "mmap"

/* Exit status, the same for every subcommand. 1 is kept for the gate. */
/* clang-format off */
enum status {
	STATUS_OK	= 0,
	STATUS_REGRESSED = 1,
	STATUS_USAGE	= 2,
	STATUS_UNSURE	= 3,	/* nondeterministic, failed, of no declared shape */
	STATUS_DATA	= 4,	/* input refused or not comparable, disk full */
};
/* clang-format on */

/**
 * struct metric - what is known about a metric before any record is read
 * @name: as in the record
 * @head: heading of a narrow column
 * @title: heading of a table or a picture
 * @headline: shown without being asked for
 * @picture: drawn in "counts"
 */
struct metric {
	const char *name;
	const char *head;
	const char *title;
	bool headline;
	bool picture;
};

extern const struct metric metrics[];
extern const size_t nr_metrics;

/* Effects below it never matter, whatever an A/A run says. */
#define DELTA_MIN 0.01

/* Points of a distribution that are shown, in this order. */
struct quantile {
	const char *name;
	double q;
};

extern const struct quantile quantiles[];
extern const size_t nr_quantiles;

size_t metric_rank(const char *name);
const char *metric_head(const char *name);
const char *metric_title(const char *name);
bool metric_is_headline(const char *name);

struct output;

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
	NR_TALLIES,
};

/**
 * struct boot - one boot of a kernel, the unit of a measurement with noise
 * @recs: its records; more than one only if it was measured several times
 * @nr_recs: length of @recs
 * @number: the header's boot.block
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
	BLOCKS_BY_NUMBER,   /* other sessions, but blocks of the same numbers */
	BLOCKS_NONE,	    /* neither: all boots are one block */
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
 */
struct column {
	const char *name;
	struct record **recs;
	size_t nr_recs;
	struct boot *boots;
	size_t nr_boots;
	enum blocking blocking;
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
 * @unsteady: boots whose batches are not steady, of both
 * @why_unsteady: what is wrong with the first of them, for a reader
 * @has_est: @est and what follows it are set: a row that is not exact, or varies,
 *	with boots on both sides
 * @est: @col against the first, over boots
 * @p: @est.p, adjusted for the rows tested with it
 * @exploratory: adjusted by Benjamini-Hochberg, not by Holm: not of the primary set
 * @delta: effect below which a difference does not matter, as a ratio less 1
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
	size_t unsteady;
	const char *why_unsteady;
	bool has_est;
	struct stats_estimate est;
	double p;
	bool exploratory;
	double delta;
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
 * @most: the one that changed most, in words; NULL where @nr is 0
 * @twin: name of the column before, where that has the same code; else NULL
 */
struct moved {
	size_t nr;
	char *most;
	const char *twin;
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
 * @nr_holm: rows that were tested as the primary family
 * @nr_bh: exploratory rows
 * @nr_tails: quantiles that were tested
 * @delta: effect below which a difference does not matter, as a ratio less 1
 * @delta_from: the file that says so, NULL for the least that is ever used
 * @allow: keys whose difference is allowed
 * @nr_allow: length of @allow
 * @allowed: differences that had to be allowed, as text
 * @nr_allowed: length of @allowed
 * @differ: provenance keys that had to match and do not, as text
 * @nr_differ: length of @differ
 * @refused: records that could not be read
 * @nr_refused: length of @refused
 * @bill_base: column that bills start from: "deferred", which is what the series
 *	was written against, else the first
 * @has_primary: there are lines of the primary set
 * @has_extended: there are lines of the extended set
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
	size_t nr_holm;
	size_t nr_bh;
	size_t nr_tails;
	double delta;
	char *delta_from;
	const char **allow;
	size_t nr_allow;
	char **allowed;
	size_t nr_allowed;
	char **differ;
	size_t nr_differ;
	struct refused *refused;
	size_t nr_refused;
	size_t bill_base;
	bool has_primary;
	bool has_extended;
	struct moved *moved;
	const struct comparison *whole;
	struct comparison *shown;
};

/* add.c: which records are compared */
int comparison_add(struct comparison *cmp, const char *name, const char *stage,
		   const char *path);
int comparison_add_boots(struct comparison *cmp, const char *name,
			 const char *stage, const char *path);
bool comparison_add_failed(struct comparison *cmp, const char *name,
			   const char *text);
void comparison_allow(struct comparison *cmp, const char *key);
int comparison_use_aa(struct comparison *cmp, const char *path);

/* compare.c */
void comparison_build(struct comparison *cmp);
void comparison_free(struct comparison *cmp);
enum status comparison_status(const struct comparison *cmp);
bool comparison_is_stable(const struct comparison *cmp);
const char *verdict_name(enum verdict v);
double row_value(const struct record_row *row);
enum tally line_tally(const struct line *line);
const struct record_note *find_note(const struct record_note *notes, size_t nr,
				    const char *scenario, const char *op);
size_t note_metric(const struct record_note *note);
const struct record_note *find_skip(const struct record *rec,
				    const struct record_row *key);
const struct record_note *find_failure(const struct column *col,
				       const struct record_row *key);
bool count_got_worse(const struct line *line);
bool same_operation(const struct line *a, const struct line *b);
bool line_is_drawn(const struct comparison *cmp, const struct line *line);
bool line_starts_op(const struct comparison *cmp, size_t i);
const struct line *biggest_change(const struct comparison *cmp,
				  const char *metric);

/* range.c: a series of many commits */
#define ROWS_NAMED 50 /* of those that must not differ */

void pick_moved(struct comparison *cmp);
size_t count_unmoved(const struct comparison *cmp, size_t *identical);
char *moved_text(const struct comparison *cmp, size_t c);
const char *code_twin(const struct comparison *cmp, size_t c);
const struct line **contradictions(const struct comparison *cmp, size_t c,
				   size_t *nr);
char *contradiction_text(const struct comparison *cmp, size_t c, size_t max);

/* boots.c: what is measured with noise */
void find_boots(struct comparison *cmp);
double column_value(const struct column *col, const struct record_row *key,
		    const struct quantile *quantile, bool *varies);
void estimate_line(const struct comparison *cmp, struct line *line);
void build_tails(struct comparison *cmp);
void adjust_lines(struct comparison *cmp);
enum verdict estimate_verdict(const struct line *line);
bool line_has_mde(const struct comparison *cmp, const struct line *line);

/* env.c: what has to be equal, and what is only recorded */
void compare_env(struct comparison *cmp);
bool key_is_allowed(const struct comparison *cmp, const char *key);
bool key_is_known(const struct comparison *cmp, const char *key);
const char *row_difference(const struct record_row *a,
			   const struct record_row *b);
void print_env_notes(const struct comparison *cmp, const struct output *out,
		     bool all);

/* grid.c: a table, laid out only when it is printed */
enum tint {
	TINT_NONE,
	TINT_BAD,
	TINT_GOOD,
	TINT_DOUBT,
	TINT_HEAD,
};

struct grid;

struct output {
	FILE *f;
	int width; /* columns of text */
	bool colour;
	bool markdown;
	bool utf8;
	bool split; /* a table that is too wide becomes several */
};

struct grid *grid_new(void);
void grid_column(struct grid *g, const char *head, bool left, int drop);
void grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool grid_fits(const struct grid *g, const struct output *out);
void grid_print(const struct grid *g, const struct output *out);
void grid_span(struct grid *g, const char *text);
void grid_free(struct grid *g);
const char *tint_on(const struct output *out, enum tint tint);
const char *tint_off(const struct output *out, enum tint tint);

/* format.c: numbers for people; the buffer is one of a few static ones */
const char *fmt_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *fmt_value(double v);
const char *fmt_diff(double v);
const char *fmt_percent(double ratio);
const char *fmt_points(double ratio);
const char *fmt_size(double ratio);
const char *fmt_p(double p);
const char *base_name(const char *path);
const char *kernel_id(const struct record *rec);

int text_width(const char *s, size_t len);
void print_wrapped(FILE *f, int width, int indent, const char *text);
void print_hanging(FILE *f, int width, int indent, const char *head,
		   const char *text);

/* cost.c: what one operation costs, and why that is not known */
bool is_metal(const struct record *rec);
double operation_cost(const struct record *rec, const char *scenario,
		      const char *op);
const char *cost_metric(const struct record *rec);
const char *cost_unit(const struct record *rec);
const char *absence(const struct record *rec, const struct record_row *key,
		    enum tint *tint);
double column_cost(const struct column *col, const char *scenario,
		   const char *op);
const char *column_absence(const struct column *col,
			   const struct record_row *key, enum tint *tint);

/**
 * struct selection - which lines the tables show
 * @metric: this one alone, with all of its lines; NULL for no such limit
 * @all: all lines of all metrics
 * @headlines: headline metrics alone
 * @full: the primary set in full, not only where the metric is a headline
 * @tails: all quantiles, not only those that changed
 * @hint: how to see what is left out
 *
 * A line that changed, or that something is wrong with, is shown in any case.
 */
struct selection {
	const char *metric;
	bool all;
	bool headlines;
	bool full;
	bool tails;
	const char *hint;
};

/* text.c */
void print_summary(const struct comparison *cmp, const struct output *out);
void print_kernels(const struct comparison *cmp, const char *new,
		   const struct output *out);
void print_differences(const struct comparison *cmp, const struct output *out);
void print_counts(const struct comparison *cmp, size_t from,
		  const struct output *out);
const char *tally_name(enum tally which);
enum tint tally_tint(enum tally which);

/* tables.c */
size_t print_tables(const struct comparison *cmp, const struct output *out,
		    const struct selection *sel);
void print_tails(const struct comparison *cmp, const struct output *out,
		 const struct selection *sel);
size_t print_stage_tables(const struct comparison *cmp,
			  const struct output *out, const struct selection *sel);
void add_line_name(struct grid *g, const struct line *line, bool grouped,
		   const struct line **last);
void add_line_value(struct grid *g, const struct comparison *cmp,
		    const struct line *line, size_t c);

/* estimates.c: lines with intervals */
void print_estimates(const struct comparison *cmp, const struct line **lines,
		     size_t nr, const struct output *out, bool all);
void print_estimate_legend(const struct comparison *cmp,
			   const struct output *out);

/* across.c: stages side by side */
void print_stage_summary(const struct comparison *cmp, const struct output *out);
void print_stages_of(const struct comparison *cmp, const size_t *lines,
		     size_t nr, const struct output *out);
void print_stage_legend(const struct comparison *cmp, const struct output *out);

/* caveats.c */
void print_caveats(const struct comparison *cmp, const struct output *out);
void say_disturbed(const struct comparison *cmp, const struct output *out);
void show_warnings(const struct record *rec, const struct output *out);

/* notes.c */
size_t print_column_notes(const struct column *cols, size_t nr_cols,
			  const struct output *out);
size_t print_notes(const struct comparison *cmp, const struct output *out);
size_t print_findings(const struct comparison *cmp, const struct output *out);

/* shapes.c */
bool same_shape(const struct record_shape *a, const struct record_shape *b);
bool result_changed(const struct comparison *cmp, const struct line *line);
char *shape_change(const struct comparison *cmp, const struct line *line);
size_t print_shape_changes(const struct comparison *cmp,
			   const struct output *out);

/* adjacent.c */
size_t print_adjacent(const struct comparison *cmp, const struct output *out);
int print_vmas_data(const struct comparison *cmp, FILE *f);

/* bars.c */
bool locale_is_utf8(void);
char *spark_text(const struct record_row *row, double low, double high,
		 const struct output *out);
void show_effects(const struct comparison *cmp, const struct output *out);

/* pictures.c */
void print_data_sample(const struct comparison *cmp, FILE *f);
int print_effects_data(const struct comparison *cmp, FILE *f);
int print_ecdf_data(const struct comparison *cmp, FILE *f);
int print_shift_data(const struct comparison *cmp, FILE *f);
int print_boots_data(const struct comparison *cmp, FILE *f);
int print_patches_data(const struct comparison *cmp, FILE *f);

/* scaling.c */
int print_population_data(const struct comparison *cmp, FILE *f);
int print_threads_data(const struct comparison *cmp, FILE *f);

/**
 * struct operation - what a bill is of
 * @scenario: name
 * @op: operation within the scenario
 * @region: "op" or "drain"
 * @class: "task", "irq", "rcu", "refill" or "user"
 */
struct operation {
	const char *scenario;
	const char *op;
	const char *region;
	const char *class;
};

/* functions.c */
enum status find_operation(const struct comparison *cmp, const char *scenario,
			   const char *op, const char *class,
			   struct operation *found);
int make_bill(const struct comparison *cmp, size_t base, size_t new,
	      const struct operation *o, struct bill *bill);
const char *bill_note(const struct bill_line *line, const char *base,
		      const char *new);
enum status print_bill(const struct comparison *cmp, const struct operation *o,
		       const struct output *out, size_t max_rows, bool all);
enum status print_stages(const struct comparison *cmp, const struct operation *o,
			 const struct output *out, bool all);

/* waterfall.c */
int print_waterfall_data(const struct comparison *cmp,
			 const struct operation *o, FILE *f);
struct operation *choose_waterfalls(const struct comparison *cmp, size_t *nr);

/* folded.c */
enum status print_folded(const struct comparison *cmp, const char *scenario,
			 const char *op, FILE *f);

/* aa.c */
enum status print_aa_report(const struct comparison *cmp, const char *dir);

/* between.c */
int between(char *const *paths, const char *row);

/* report.c */
int print_json(const struct comparison *cmp, FILE *f);
int print_report(const struct comparison *cmp, FILE *f);
int print_all_stages(const struct comparison *cmp, FILE *f);

/* session.c */
int write_session(const struct comparison *cmp, const char *dir);
int write_pictures(const struct comparison *cmp, const char *dir);
int make_dir(const char *path);

/**
 * struct picture - a picture that is of whole records
 * @name: of its data file and of its script
 * @title: what it shows, for those who do not see it
 * @print: writes the data; -ENODATA when there is nothing to draw
 * @needs: what there has to be, where there was nothing to draw; may be NULL
 * @of_stages: of the stages of a series
 * @of_record: of one record
 */
struct picture {
	const char *name;
	const char *title;
	int (*print)(const struct comparison *cmp, FILE *f);
	const char *needs;
	bool of_stages;
	bool of_record;
};

/* data.c */
extern const struct picture pictures[];
extern const size_t nr_pictures;
bool picture_fits(const struct picture *picture, const struct comparison *cmp);
bool picture_has_data(const struct picture *picture,
		      const struct comparison *cmp);
void print_data_columns(const struct comparison *cmp, FILE *f);
void print_data_value(double v, FILE *f);

/* show.c */
void show_record(const struct comparison *cmp, const struct output *out);

#endif
