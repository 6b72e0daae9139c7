/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A comparison on a terminal and in Markdown. */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bill/bill.h"
#include "render/render.h"

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

#define ROWS_NAMED 50 /* of those that must not differ */

/* summary.c */
void print_summary(const struct comparison *cmp, const struct output *out);
void print_kernels(const struct comparison *cmp, const char *new,
		   const struct output *out);
void print_differences(const struct comparison *cmp, const struct output *out);
void print_lacking(const struct comparison *cmp, int indent,
		   const struct output *out);
void print_counts(const struct comparison *cmp, size_t from,
		  const struct output *out);
const char *tally_name(enum tally which);
enum tint tally_tint(enum tally which);

/* tables.c */
void print_section(const struct output *out, const char *title);
void add_columns(struct grid *g, const struct comparison *cmp, size_t from);
size_t print_tables(const struct comparison *cmp, const struct output *out,
		    const struct selection *sel, bool across);
void print_tails(const struct comparison *cmp, const struct output *out,
		 const struct selection *sel);
void add_line_name(struct grid *g, const struct line *line, bool grouped,
		   const struct line **last);
enum tint absence_tint(enum absence why);
const char *line_value_text(const struct comparison *cmp,
			    const struct line *line, size_t c);
void add_line_value(struct grid *g, const struct comparison *cmp,
		    const struct line *line, size_t c);

/* estimates.c: lines with intervals */
void print_estimates(const struct comparison *cmp, const struct line **lines,
		     size_t nr, const struct output *out, bool all);
void print_estimate_legend(const struct comparison *cmp,
			   const struct output *out);

/* beside.c: what was timed beside what was counted */
const char *ns_text(const struct line *line, double shift);
const char *ns_interval_text(const struct line *line);
char *sample_text(const struct comparison *times, const struct line *line);
char *samples_text(const struct comparison *times);
char *beside_legend(const struct comparison *cmp);
struct grid *beside_table(const struct comparison *cmp);
void print_beside(const struct comparison *cmp, const struct output *out,
		  bool all);

/* across.c: stages side by side */
void print_stage_summary(const struct comparison *cmp, const struct output *out);
void print_stages_of(const struct comparison *cmp, const size_t *lines,
		     size_t nr, const struct output *out);
void print_stage_legend(const struct comparison *cmp, const struct output *out);

/* caveats.c */
void print_caveats(const struct comparison *cmp, const struct output *out);

/* disturbed.c */
void say_disturbed(const struct comparison *cmp, const struct output *out);
void show_warnings(const struct record *rec, const struct output *out);

/* env.c: what is only recorded */
void print_env_notes(const struct comparison *cmp, const struct output *out,
		     bool all);

/* moved.c: commits of many, in words */
const char *value_text(double value, enum absence why);
char *moved_text(const struct comparison *cmp, size_t c);
const char *unmoved_text(const struct comparison *cmp);
char *contradiction_text(const struct comparison *cmp, size_t c, size_t max);

/* notes.c */
size_t print_column_notes(const struct column *cols, size_t nr_cols,
			  const struct output *out);
size_t print_notes(const struct comparison *cmp, const struct output *out);
size_t print_findings(const struct comparison *cmp, const struct output *out);

/* seeds.c */
void print_seeds(const struct comparison *cmp, const struct output *out);

/* tree.c: what changes at equal layouts of the maple tree */
/**
 * struct tree_selection - which metrics a table of layouts has
 * @metric: this one alone; NULL for instructions, and all that changed
 * @all: all metrics
 */
struct tree_selection {
	const char *metric;
	bool all;
};

/* Heading of a column of tree_points_text(). */
#define TREE_HEAD "equal layouts"

/* How much is said of groups of layouts. */
enum tree_detail {
	TREE_SHORT, /* how many there are */
	TREE_NAMES,
	TREE_RANGES, /* and how each of them changes */
};

const char *tree_diff_text(const struct tree_span *span);
const char *tree_ratio_text(const struct tree_span *span);
const char *tree_points_text(const struct line *line);
char *tree_shares_text(const struct tree_change *change);
char *tree_groups_text(const struct tree_change *change, bool ranges);
const struct tree_op **rank_tree_ops(const struct comparison *cmp, size_t *nr);
struct grid *tree_table(const struct comparison *cmp, const struct tree_op *op,
			const struct tree_selection *sel);
char *tree_text(const struct tree_change *change, enum tree_detail detail);
char *tree_brief_text(const struct tree_change *change);
void print_trees(const struct comparison *cmp, const struct tree_selection *sel,
		 const struct output *out);
void print_tree_layouts(const struct comparison *cmp, const struct tree_op *op,
			enum metric_id metric, const struct output *out);

/* shapes.c */
size_t print_shape_changes(const struct comparison *cmp,
			   const struct output *out);

/* luck.c */
void print_luck_note(const struct comparison *cmp, const struct output *out);

/* adjacent.c: how many VMAs adjacent mappings take */
/**
 * struct adjacent - one scenario that maps page beside page
 * @scenario: name
 * @op: operation
 * @mappings: how many it maps
 * @differs: not as many VMAs in all columns
 */
struct adjacent {
	const char *scenario;
	const char *op;
	int64_t mappings;
	bool differs;
};

struct adjacent *collect_adjacent(const struct comparison *cmp, size_t *nr);
const struct record_shape *adjacent_shape(const struct comparison *cmp,
					  size_t col, const struct adjacent *a);
enum absence adjacent_absence(const struct comparison *cmp, size_t col,
			      const struct adjacent *a);
int64_t common_mappings(const struct adjacent *list, size_t nr);
const char *mappings_text(int64_t mappings);
size_t print_adjacent(const struct comparison *cmp, const struct output *out);

/* bars.c */
struct effect {
	double low;
	double high;
};

double percent(double ratio);
struct effect effect_ends(const struct line *line);
const char *spread_text(const struct line *line);
int effect_cmp(const void *a, const void *b);
bool has_effect(const struct comparison *cmp, const struct line *line);
bool locale_is_utf8(void);
char *spark_text(const struct record_row *row, double low, double high,
		 const struct output *out);
void show_effects(const struct comparison *cmp, const struct output *out);

/**
 * struct bill_view - which functions of a bill are named
 * @max: so many at most, 0 for all of them; the rest is folded
 * @all: those that are equal as well
 * @brief: without calls, and all others in one row
 * @unnamed: notes do not name kernels, for which there is no room
 */
struct bill_view {
	size_t max;
	bool all;
	bool brief;
	bool unnamed;
};

/* bill.c */
struct grid *bill_grid(const struct bill *bill, const char *base, const char *new,
		       const struct bill_view *view, unsigned int *marks);
enum status print_bill(const struct comparison *cmp, const struct operation *o,
		       const struct output *out, const struct bill_view *view);
enum status print_stages(const struct comparison *cmp, const struct operation *o,
			 const struct output *out, bool all);

/* objects.c: cache lines by object */
struct grid *objects_grid(const struct comparison *cmp, const char *scenario,
			  const char *op, bool all);
char *objects_legend(const struct comparison *cmp, const char *scenario,
		     const char *op);
enum status print_objects(const struct comparison *cmp, const struct operation *o,
			  const struct output *out, bool all);

/* show.c */
void show_record(const struct comparison *cmp, const struct output *out);

#endif
