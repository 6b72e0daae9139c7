/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A range of commits, up to thousands: which of them moved which row. Counts of the exact
 * tier repeat to the digit, so where one changes is where it is another than in the record
 * before; nothing is estimated. Of a record no more is kept than its counts.
 */
#ifndef RANGE_H
#define RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "compare/compare.h"
#include "render/render.h"

/* The metric of the row that says what became of an operation: its values are words. */
#define RANGE_OUTCOME "outcome"

/* Why a commit has no counts. */
enum range_state {
	RANGE_MEASURED,
	RANGE_BUILD_FAILED,
	RANGE_BOOT_FAILED,
	RANGE_FAILED, /* whatever measured it broke: it says nothing of the commit */
	RANGE_NO_RECORD,
	RANGE_OTHER,   /* the record is of another commit */
	RANGE_REFUSED, /* the record is none */
	RANGE_UNLIKE,  /* it was measured in another way than those before */
};

/**
 * struct range_commit - a line of the file stages
 * @name: s02_store_twice
 * @id: of the commit, "" where the line has none
 * @subject: of it, "" likewise
 * @state: whether there are counts, else why not
 * @why: the same in words; "" where there are
 * @code: of its kernel, as a number that is equal where the code is; 0: not said
 * @suite: of the program that measured it, likewise
 * @notes: place of the first of its notes in those of the range
 * @nr_notes: how many it has
 * @nr_steps: that are its own or of one of those before it that have no counts
 */
struct range_commit {
	char *name;
	char *id;
	char *subject;
	enum range_state state;
	char *why;
	size_t code;
	size_t suite;
	size_t notes;
	size_t nr_notes;
	size_t nr_steps;
};

/* What a record has of a row; of a commit without one it is %COUNT_ABSENT. */
enum range_count {
	COUNT_ABSENT,
	COUNT_SKIPPED,
	COUNT_FAILED,
	COUNT_THERE,
	COUNT_APART, /* there, and not to be compared with those before it */
};

/**
 * struct range_row - a count over all commits
 * @key: scenario, operation, metric and what else has to be the same, of the last record
 *	that has it; %RANGE_OUTCOME has no unit
 * @is_word: values are places in the words of the range
 * @differs: key that is not what it was where it is %COUNT_APART
 * @counts: of enum range_count, by commit
 * @values: likewise, where it is there
 * @nr_steps: of %STEP_MOVED
 * @nr_other: of all others
 */
struct range_row {
	struct record_row key;
	bool is_word;
	const char *differs;
	uint8_t *counts;
	double *values;
	size_t nr_steps;
	size_t nr_other;
};

enum range_step_kind {
	STEP_MOVED,
	STEP_FAILED,   /* it has failed, and had not in the record before */
	STEP_APPEARED, /* no record before it has the row */
	STEP_VANISHED,
	STEP_SKIPPED,
	STEP_BACK,  /* as it was before it was gone */
	STEP_APART, /* it cannot be compared with those before */
};

/**
 * struct range_step - a row that is not what it was in the record before
 * @row: which
 * @commit: the first record with it
 * @since: the last one without it: what comes after that, up to @commit, may have done it
 * @kind: what happened
 * @from: value before, of %STEP_MOVED
 * @to: value now
 * @tally: better, worse, of another shape, or neither
 */
struct range_step {
	size_t row;
	size_t commit;
	size_t since;
	enum range_step_kind kind;
	double from;
	double to;
	enum tally tally;
};

/**
 * struct range_note - why an operation of a commit has no counts
 * @commit: which
 * @failed: it has failed; else it was skipped
 * @scenario: name
 * @op: operation, or NULL for all of the scenario
 * @reason: in words
 */
struct range_note {
	size_t commit;
	bool failed;
	const char *scenario;
	const char *op;
	const char *reason;
};

/**
 * struct range_setting - how records were measured, where it is only recorded
 * @key: what
 * @value: how
 * @first: commit that has it first
 * @nr: how many have it
 */
struct range_setting {
	const char *key;
	const char *value;
	size_t first;
	size_t nr;
};

/**
 * struct range - what is known of all commits
 * @session: name of its folder
 * @commits: in the order of the range
 * @nr_commits: length of @commits
 * @nr_measured: of these have counts
 * @rows: by scenario, operation and metric
 * @nr_rows: length of @rows
 * @steps: by commit, what is most telling of each first
 * @nr_steps: length of @steps
 * @notes: by commit
 * @nr_notes: length of @notes
 * @settings: of each key those that there are; what all have alike is not there
 * @nr_settings: length of @settings
 * @allowed: what differs and was allowed to
 * @nr_allowed: length of @allowed
 * @nr_undeclared: records in which an operation does not do what it declares
 * @nr_inexact: rows that are left out, as they are no counts
 * @base: the first record that was taken, whole; the others are compared with it
 * @words: texts, each once; what rows of words have for values are places in it
 * @nr_words: length of @words
 */
struct range {
	char *session;
	struct range_commit *commits;
	size_t nr_commits;
	size_t nr_measured;
	struct range_row *rows;
	size_t nr_rows;
	struct range_step *steps;
	size_t nr_steps;
	struct range_note *notes;
	size_t nr_notes;
	struct range_setting *settings;
	size_t nr_settings;
	char **allowed;
	size_t nr_allowed;
	size_t nr_undeclared;
	size_t nr_inexact;
	struct record *base;
	const char **words;
	size_t nr_words;

	/* private: */
	struct index word_places;
	struct index row_places;
};

/* read.c */
enum status range_read(struct range *r, const char *dir,
		       const struct comparison *allowing);
void range_free(struct range *r);
size_t range_word(struct range *r, const char *text);
struct range_row *range_add_row(struct range *r, const struct record_row *key);

/* steps.c */
void range_find_steps(struct range *r);
size_t range_find_contradictions(const struct range *r, size_t *first);
enum status range_status(const struct range *r);
const char *range_state_name(enum range_state state);

/* order.c: what is told first */
void range_sort_steps(struct range *r);
const struct range_row **range_moved_rows(const struct range *r,
					  const char *metric, size_t *nr);
double range_first(const struct range *r, const struct range_row *row);
double range_last(const struct range *r, const struct range_row *row);

/* text.c */
/**
 * struct range_view - how much is printed
 * @metric: rows of this one alone; NULL for all
 * @all: of each commit all rows, and all rows in the end
 */
struct range_view {
	const char *metric;
	bool all;
};

void range_print(const struct range *r, const struct range_view *view,
		 const struct output *out);

/* letter.c, json.c, write.c */
void range_print_letter(const struct range *r, const struct range_view *view,
			FILE *f);
int range_print_json(const struct range *r, const struct range_view *view,
		     FILE *f);
enum status range_write(const struct range *r, const struct range_view *view,
			const char *dir);

#endif
