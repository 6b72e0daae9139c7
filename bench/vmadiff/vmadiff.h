/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of vmadiff share. It links the record reader and nothing else. */
#ifndef VMADIFF_H
#define VMADIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "bill.h"
#include "record.h"

/* What the series that ships with the project is about. */
#define SERIES_SCENARIO "secretmem_append"
#define SERIES_OP "mmap"

/* Exit status, the same for every subcommand. 1 is kept for the gate. */
/* clang-format off */
enum status {
	STATUS_OK	= 0,
	STATUS_REGRESSED = 1,
	STATUS_USAGE	= 2,
	STATUS_UNSURE	= 3,	/* nondeterministic, or a scenario failed */
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

enum verdict {
	EXACT_SAME,
	EXACT_CHANGED,
	SHAPE_CHANGED,
	INCONCLUSIVE,
	MISSING,
	NONDETERMINISTIC,
	NOT_COMPARABLE,
};

/* Where a verdict is counted in the summary, in the order it is printed. */
enum finding {
	FOUND_SHAPE,
	FOUND_WORSE,
	FOUND_BETTER,
	FOUND_OTHER, /* changed, and neither direction is better */
	FOUND_SAME,
	FOUND_UNKNOWN,
	NR_FINDINGS,
};

/**
 * struct column - one stage, or one side of a comparison
 * @name: heading
 * @recs: its records; all but the first are repeats that must be identical
 * @nr_recs: length of @recs
 */
struct column {
	const char *name;
	struct record **recs;
	size_t nr_recs;
};

/**
 * struct line - one scenario x operation x metric over all columns
 * @key: any row of it
 * @rows: its row in each column, NULL where there is none
 * @diff: last value less the first, NAN if either is missing
 * @ratio: last value by the first, NAN if that says nothing
 * @verdict: what may be said about last against first
 */
struct line {
	const struct record_row *key;
	const struct record_row **rows;
	double diff;
	double ratio;
	enum verdict verdict;
};

/**
 * struct refused - a record that could not be read
 * @name: column it was meant for
 * @why: what record_read() says, with the path as it was given
 * @reason: the same from the file name on: reports name no folders
 */
struct refused {
	const char *name;
	char *why;
	const char *reason;
};

/**
 * struct comparison - columns side by side
 * @cols: in the order given; the first is the base
 * @nr_cols: length of @cols
 * @lines: by metric, scenario, op
 * @nr_lines: length of @lines
 * @differ: provenance keys that had to match and do not, as text
 * @nr_differ: length of @differ
 * @refused: records that could not be read
 * @nr_refused: length of @refused
 * @bill_base: column that bills start from: "deferred", which is what the series
 *	was written against, else the first
 */
struct comparison {
	struct column *cols;
	size_t nr_cols;
	struct line *lines;
	size_t nr_lines;
	char **differ;
	size_t nr_differ;
	struct refused *refused;
	size_t nr_refused;
	size_t bill_base;
};

/* compare.c */
int comparison_add(struct comparison *cmp, const char *name, const char *stage,
		   const char *path);
void comparison_build(struct comparison *cmp);
void comparison_free(struct comparison *cmp);
enum status comparison_status(const struct comparison *cmp);
const char *verdict_name(enum verdict v);
double row_value(const struct record_row *row);
enum finding line_finding(const struct line *line);
const struct record_note *find_note(const struct record_note *notes, size_t nr,
				    const char *scenario, const char *op);
bool same_operation(const struct line *a, const struct line *b);
bool line_starts_op(const struct comparison *cmp, size_t i);
const struct line *biggest_change(const struct comparison *cmp,
				  const char *metric);

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
};

struct grid *grid_new(void);
void grid_column(struct grid *g, const char *head, bool left, int drop);
void grid_cell(struct grid *g, enum tint tint, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void grid_print(const struct grid *g, const struct output *out);
void grid_free(struct grid *g);
const char *tint_on(const struct output *out, enum tint tint);
const char *tint_off(const struct output *out, enum tint tint);

/* format.c: numbers for people; the buffer is one of a few static ones */
const char *fmt_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *fmt_value(double v);
const char *fmt_diff(double v);
const char *fmt_percent(double ratio);
const char *base_name(const char *path);
const char *kernel_id(const struct record *rec);

/* text.c */
void print_summary(const struct comparison *cmp, const struct output *out);
size_t print_tables(const struct comparison *cmp, const struct output *out,
		    bool (*want)(const struct line *line, const void *arg),
		    const void *arg);

/* notes.c */
size_t print_column_notes(const struct column *cols, size_t nr_cols,
			  const struct output *out);
size_t print_notes(const struct comparison *cmp, const struct output *out);

/**
 * struct operation - what a bill is of
 * @scenario: name
 * @op: operation within the scenario
 * @region: "op" or "drain"
 * @class: "task", "irq", "rcu" or "user"
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

/* report.c */
int write_session(const struct comparison *cmp, const char *dir);

/* data.c */
int print_insns_data(const struct comparison *cmp, FILE *f);
int print_counts_data(const struct comparison *cmp, FILE *f);
int print_latency_data(const struct record *rec, FILE *f);

/* show.c */
void show_record(struct record *rec, const struct output *out);

#endif
