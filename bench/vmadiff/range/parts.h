/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share; range.h is for everybody else. */
#ifndef RANGE_PARTS_H
#define RANGE_PARTS_H

#include "range.h"

/* Rows of a commit that are printed, unless all are asked for. */
#define ROWS_OF_COMMIT 8
/* Rows of the table in the end, likewise. */
#define ROWS_OF_TABLE 40
/* Rows that there are pictures of. */
#define PICTURES_MAX 12

/* stages.c: the file of that name */
/**
 * struct stage_line - a line of the file stages
 * @name: of the stage
 * @failed: length of the word that says why there is no record; 0 where there is one
 * @word: that word
 * @commit: the commit as its record names it, may be ""
 * @why: what is known of the failure, may be ""
 */
struct stage_line {
	char *name;
	size_t failed;
	char *word;
	char *commit;
	char *why;
};

const char *stage_line_parse(const char *text, struct stage_line *line);
void stage_line_free(struct stage_line *line);
void commit_split(const char *text, char **id, char **subject);
bool commit_is(const char *wanted, const char *said);

/* slim.c: records without what no count is in */
void slim_read(struct record_file *files, size_t nr);

/* words.c: texts for people */
/**
 * struct row_counts - what became of rows
 * @all: how many there are
 * @moved: of which a value is not that of the record before
 * @equal: to the digit, in all records
 * @partly: likewise, but not in all records
 */
struct row_counts {
	size_t all;
	size_t moved;
	size_t equal;
	size_t partly;
};

char *row_text(const struct range_row *row);
const char *row_value_text(const struct range *r, const struct range_row *row,
			   double v);
const char *row_change_text(const struct range_row *row, double from, double to);
char *commit_text(const struct range_commit *c);
size_t nearest_record(const struct range *r, size_t commit);
char *span_text(const struct range *r, size_t commit);
char *gap_text(const struct range *r, const struct range_step *step);
size_t steps_end(const struct range *r, size_t from);
bool is_of_metric(const struct range_row *row, const char *metric);
size_t count_moving(const struct range *r, const char *metric);
struct row_counts count_range_rows(const struct range *r, const char *metric);
char *summary_text(const struct range *r, const char *metric);
char *direction_text(const struct range *r, size_t from, size_t end,
		     const char *metric);

/* events.c: what came and went, many rows in one line */
/**
 * struct range_event - rows of an operation that the same happened to
 * @steps: of each of them
 * @nr: length of @steps
 */
struct range_event {
	const struct range_step **steps;
	size_t nr;
};

struct range_event *collect_events(const struct range *r, size_t from,
				   size_t end, const char *metric, size_t *nr);
void free_row_events(struct range_event *list, size_t nr);
char *event_text(const struct range *r, const struct range_event *event);

/* picture.c: a row over the commits */
char *steps_name(const struct range_row *row);
void print_steps_data(const struct range *r, const struct range_row *row,
		      FILE *f);
const struct range_row **drawn_rows(const struct range *r, const char *metric,
				    size_t *nr, size_t *left_out);

#endif
