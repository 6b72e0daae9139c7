/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The result in words, and the cover letter. */
#ifndef LETTER_H
#define LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare/compare.h"

#define LETTER_WIDTH 72 /* of prose */

/* story.c, worse.c, command.c: the result in words */
char *story_result(const struct comparison *cmp);
char *story_worse(const struct comparison *cmp);
bool is_dearer(const struct line *line);
const struct line **story_lost_merges(const struct comparison *cmp, size_t *nr);
const struct line **story_dearer(const struct comparison *cmp,
				 const char *metric, size_t *nr);
const struct line **story_other_ends(const struct comparison *cmp, size_t *nr);
const char *story_last_name(const struct comparison *cmp);
char *story_command(const struct comparison *cmp);
const char *story_interval(const struct line *line);
void story_range(const struct line *line, char range[64]);

/* rows.c: what the table shows and the sentences count */
bool is_cost_row(const struct comparison *cmp, const struct line *line);
const struct line **letter_rows(const struct comparison *cmp, size_t *nr);

/* times.c: what was timed beside it */
char *story_time(const struct comparison *cmp);
void print_letter_times(const struct comparison *cmp, const char *style, FILE *f);

/* answer.c: the same on one screen */
struct output;
void print_answer(const struct comparison *cmp, const struct output *out);

/* absent.c */
char **absent_texts(const struct comparison *cmp,
		    const struct comparison *counts, size_t *nr);

/* letter.c, styles.c, lint.c */
bool letter_style_is_known(const char *style);
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f);
char *plain_words(const char *s);
void letter_item(char *text, FILE *f);
size_t lint_letter(const char *name, const char *text, size_t len, FILE *say);
int print_letter(const struct comparison *cmp, const char *style, FILE *f);
enum status lint_files(char *const *paths, size_t nr);

#endif
