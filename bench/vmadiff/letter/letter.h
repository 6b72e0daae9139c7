/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result in words, and the cover letter. */
#ifndef LETTER_H
#define LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare/compare.h"
#include "render/render.h"
#include "tables/tables.h"

#define LETTER_WIDTH 72 /* of prose */
#define LETTER_LINES 25 /* of one that is short */

/**
 * struct letter_options - what a letter is like
 * @style: one that letter_style_is_known(), NULL for the first
 * @url: where the suite is to be had, or NULL
 * @all: all rows and all sentences, however long it is
 * @per_patch: a paragraph for each stage against the one before it
 */
struct letter_options {
	const char *style;
	const char *url;
	bool all;
	bool per_patch;
};

/* story.c, worse.c, command.c: the result in words */
char *story_result(const struct comparison *cmp);
char *story_result_brief(const struct comparison *cmp);
char *story_worse(const struct comparison *cmp);
char *worse_clauses(const struct comparison *cmp, size_t names,
		    size_t metrics_named);
bool is_dearer(const struct line *line);
bool is_other_worse(const struct comparison *cmp, const struct line *line);
bool merged_alike(const struct comparison *cmp, const struct line **lost,
		  size_t nr);
char *dearer_by(const struct line *line);
char *worse_tails(const struct comparison *cmp);
const char *name_of_small(const struct comparison *cmp);
const struct line **story_lost_merges(const struct comparison *cmp, size_t *nr);
const struct line **story_dearer(const struct comparison *cmp,
				 const char *metric, size_t *nr);
const struct line **story_other_ends(const struct comparison *cmp, size_t *nr);
const char *story_last_name(const struct comparison *cmp);
char *story_command(const struct comparison *cmp);
char *set_argument(const struct comparison *cmp);
const char *story_interval(const struct line *line);
char *story_range(const struct line *line);
char *stores_text(const struct line *line);
char *insns_text(const struct comparison *cmp, const struct line *line,
		 enum tree_detail detail, bool row);

/* lines.c: cache lines */
bool is_of_lines(const struct line *line);
char *lines_read_text(const struct line *line);
char *more_lines(const struct comparison *cmp, size_t names);

/* rows.c: what the table shows and the sentences count */
bool is_cost_row(const struct comparison *cmp, const struct line *line);
const struct line **letter_rows(const struct comparison *cmp, size_t *nr);

/**
 * struct letter_ops - operations, as a short letter counts them
 * @list: the costs of those that changed, the most important one first
 * @nr: length of @list
 * @equal: others that are equal, or do not differ by what matters
 * @untold: others of which that cannot be told
 * @all: @nr + @equal + @untold
 * @stores: the table that was printed has a column of them
 * @vmas: likewise
 */
struct letter_ops {
	const struct line **list;
	size_t nr;
	size_t equal;
	size_t untold;
	size_t all;
	bool stores;
	bool vmas;
};

/* ops.c: the table of a short letter */
struct letter_ops collect_letter_ops(const struct comparison *cmp);
void print_letter_ops(const struct comparison *cmp, struct letter_ops *ops,
		      size_t rows, FILE *f);
char *ops_legend(const struct comparison *cmp, const struct letter_ops *ops,
		 size_t rows, bool columns);

/* who.c: what is compared */
char *stage_subject(const struct comparison *cmp, size_t c);
void print_letter_title(const struct comparison *cmp, size_t max, FILE *f);
void print_compared(const struct comparison *cmp, size_t patches, FILE *f);
char *explained(const struct comparison *cmp, const char *scenario);

/* perf.c: a patch alone */
char *perf_paragraph(const struct comparison *cmp);
char *faults_of_pair(const struct comparison *cmp);
void print_patches(const struct comparison *cmp, FILE *f);

/* check.c: a patch on standard input, as b4 asks for it */
enum status check_patch(const struct comparison *cmp, const char *format,
			FILE *in, FILE *f);

/* brief.c */
char *machine_text(const struct comparison *cmp);
char *styled_letter(const struct comparison *cmp,
		    const struct letter_options *opt);
char *brief_letter(const struct comparison *cmp,
		   const struct letter_options *opt);

/* times.c: what was timed beside it */
char *story_time(const struct comparison *cmp);
char *story_time_brief(const struct comparison *cmp, bool others);
void print_letter_times(const struct comparison *cmp, const char *style, FILE *f);

/* answer.c: the same on one screen */
struct output;
void print_answer(const struct comparison *cmp, const struct output *out);

/* absent.c */
size_t count_one_sided(const struct comparison *cmp);
char **absent_texts(const struct comparison *cmp,
		    const struct comparison *counts, size_t *nr);

/* letter.c, styles.c, lint.c */
struct names letter_styles(void);
bool letter_style_is_known(const char *style);
bool style_is_own(const char *style);
bool style_has_head(const char *style);
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f);
void print_letter_grid(struct grid *g, int width, FILE *f);
void print_letter_line(const char *text, size_t max, FILE *f);
char *plain_words(const char *s);
void letter_item(char *text, FILE *f);
size_t lint_letter(const char *name, const char *text, size_t len, FILE *say);
int print_letter(const struct comparison *cmp, const struct letter_options *opt,
		 FILE *f);
enum status lint_files(char *const *paths, size_t nr);

#endif
