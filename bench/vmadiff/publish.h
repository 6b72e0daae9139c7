/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What leaves the house: the report, the page, the cover letter. */
#ifndef PUBLISH_H
#define PUBLISH_H

#include "vmadiff.h"

/**
 * struct publish_options - what is published, and how
 * @style: of the cover letter, NULL for its own
 * @pictures: folder of NAME.svg, and NAME.txt with title and text; or NULL
 * @claims: what "vmabench list" prints, or NULL
 */
struct publish_options {
	const char *style;
	const char *pictures;
	const char *claims;
};

/* story.c: the result in words */
const struct line *story_headline(const struct comparison *cmp);
char *story_result(const struct comparison *cmp);
char *story_worse(const struct comparison *cmp);
const struct line **story_lost_merges(const struct comparison *cmp, size_t *nr);
const struct line **story_dearer(const struct comparison *cmp,
				 const char *metric, size_t *nr);
const struct line **story_failing(const struct comparison *cmp, size_t *nr);
const struct line **story_other_ends(const struct comparison *cmp, size_t *nr);
const char *story_last_name(const struct comparison *cmp);
const struct line *find_line(const struct comparison *cmp, const char *scenario,
			     const char *op, const char *metric);
char *story_command(const struct comparison *cmp);
void story_range(const struct line *line, char range[64]);

/* absent.c */
char **absent_texts(const struct comparison *cmp, size_t *nr);

/* letter.c, letter_styles.c, letter_lint.c */
bool letter_style_is_known(const char *style);
int print_letter(const struct comparison *cmp, const char *style, FILE *f);
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f);
size_t lint_letter(const char *name, const char *text, size_t len, FILE *say);
enum status lint_files(char *const *paths, size_t nr);

/* html*.c */
char *read_missing_pictures(const struct publish_options *opt);
int print_html(const struct comparison *cmp, const struct publish_options *opt,
	       FILE *f);

/* publish.c */
int write_report(const struct comparison *cmp, const char *dir,
		 const struct publish_options *opt);
int print_reproduce(const struct comparison *cmp, FILE *f);

/* strip.c */
enum status strip_records(char *const *paths, size_t nr, const char *dir);

#endif
