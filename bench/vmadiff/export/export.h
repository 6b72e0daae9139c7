/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparisons and records for other programs. One table of columns says what
 * there is to know of a row; each format is a way to print it.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare/compare.h"

enum cell_type {
	CELL_NONE, /* not there, or it says nothing */
	CELL_TEXT,
	CELL_NUMBER,
	CELL_FLAG,
	CELL_PARAMS, /* names to integers */
};

struct cell {
	enum cell_type type;
	const char *text;
	double number;
	bool flag;
	json_t *params;
};

/* The unit of a column may be that of each row. */
#define UNIT_OF_ROW "row"

enum column_use {
	USE_KEY = 1 << 0,    /* together they name a row */
	USE_PAIR = 1 << 1,   /* of two columns, BASE and NEW */
	USE_SINGLE = 1 << 2, /* of one record or session */
	USE_BRIEF = 1 << 3,  /* for people, too */
};

/**
 * struct export_column - one thing that is known of a row
 * @name: [a-z0-9_]+, in every format
 * @type: of its cells, where they are there
 * @unit: %UNIT_OF_ROW, the unit, or NULL for a pure number and for text
 * @use: of enum column_use
 * @get: value of a line; @arg tells columns apart that share it
 * @arg: for @get
 */
struct export_column {
	const char *name;
	enum cell_type type;
	const char *unit;
	unsigned int use;
	struct cell (*get)(const struct comparison *cmp,
			   const struct line *line, size_t arg);
	size_t arg;
};

/* columns.c */
extern const struct export_column export_columns[];
extern const size_t nr_export_columns;
bool column_applies(const struct export_column *col,
		    const struct comparison *cmp);
struct cell column_cell(const struct export_column *col,
			const struct comparison *cmp, const struct line *line);
bool column_is_in_row_unit(const struct export_column *col);
const struct line **collect_export_lines(const struct comparison *cmp,
					 size_t *nr);
char *line_path(const struct line *line);
const char *line_reason(const struct comparison *cmp, const struct line *line);

enum note_kind {
	NOTE_SKIP,
	NOTE_FAILURE,
	NOTE_UNDECLARED, /* a shape that its scenario does not declare */
	NOTE_FINDING,
	NR_NOTE_KINDS,
};

/**
 * struct export_note - what a record says besides numbers
 * @kind: which of these
 * @column: whose record it is
 * @scenario: name
 * @op: operation, NULL for the whole scenario
 * @name: of a finding, else NULL
 * @text: what was seen, or why there are no numbers
 */
struct export_note {
	enum note_kind kind;
	const char *column;
	const char *scenario;
	const char *op;
	const char *name;
	const char *text;
};

struct export_note *collect_export_notes(const struct comparison *cmp,
					 size_t *nr);
const char *note_kind_name(enum note_kind kind);

enum check_state {
	CHECK_PASS,
	CHECK_FAIL,
	CHECK_SKIP,  /* cannot be told, or not there */
	CHECK_ERROR, /* the data is not what it has to be */
	NR_CHECK_STATES,
};

/**
 * struct check - one row as a test
 * @suite: group of tests that follow each other
 * @class: what is tested
 * @name: and of it, which
 * @state: outcome
 * @why: one line; NULL where it passed
 * @detail: any number of lines, or NULL
 */
struct check {
	const char *suite;
	char *class;
	char *name;
	enum check_state state;
	char *why;
	char *detail;
};

struct checks {
	struct check *list;
	size_t nr;
};

/* checks.c */
struct check *checks_add(struct checks *checks, const char *suite,
			 const struct line *line);
const char *interval_ends(const struct stats_estimate *est,
			  const struct stats_interval *ci);
char *line_summary(const struct comparison *cmp, const struct line *line);
char *line_detail(const struct comparison *cmp, const struct line *line);
void checks_free(struct checks *checks);
int print_junit(const struct comparison *cmp, const struct checks *checks,
		FILE *f);
int print_ktap(const struct comparison *cmp, const struct checks *checks,
	       FILE *f);

/* export.c */
struct names export_formats(void);
bool export_format_is_known(const char *format);
enum status print_export(const struct comparison *cmp, const char *format,
			 FILE *f);
int export_json(const struct comparison *cmp, FILE *f);

#endif
