/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of formats fill. */
#ifndef READERS_H
#define READERS_H

#include <jansson.h>

#include "import.h"
#include "record/format.h"

/**
 * struct import_metric - what a row is of
 * @name: [a-z0-9_]+
 * @unit: of one value
 * @pass: %PASS_TIME or %PASS_COUNTS
 * @better: direction; %BETTER_NEITHER where it is not known
 * @param: what the benchmark is a sweep of, NULL for none
 * @at: and where in it the row is
 */
struct import_metric {
	const char *name;
	const char *unit;
	enum pass_id pass;
	enum better better;
	const char *param;
	long at;
};

/* One that is of no sweep. */
#define IMPORT_METRIC(n, u, p, b)                                     \
	{                                                             \
		.name = (n), .unit = (u), .pass = (p), .better = (b), \
	}

/**
 * struct import_row - one benchmark x metric
 * @scenario: name, sanitized
 * @original: as the tool has it
 * @metric: name
 * @metric_original: as the tool has it
 * @unit: of one value
 * @pass: %PASS_TIME or %PASS_COUNTS
 * @better: direction
 * @param: what the benchmark is a sweep of, NULL for none
 * @at: and where in it the row is
 * @values: one a run or an interval
 * @nr_values: length of @values
 */
struct import_row {
	char *scenario;
	char *original;
	char *metric;
	char *metric_original;
	char *unit;
	enum pass_id pass;
	enum better better;
	const char *param;
	long at;
	double *values;
	size_t nr_values;
};

/**
 * struct imported - one file of a tool
 * @tool: name, which has to match
 * @list: the array of a file of JSON that holds what was measured
 * @file: what it is read from
 * @opt: options
 * @several: it is one file of several
 * @unnamed: the file does not say what ran: import_name() is in what the reader
 *	calls a benchmark
 * @rows: rows
 * @nr_rows: length of @rows
 * @notes: lines of skips and failures
 * @info: keys that are recorded only
 * @seen: what import_is_first() was asked for
 */
struct imported {
	const char *tool;
	const char *list;
	struct text_file *file;
	const struct import_options *opt;
	bool several;
	bool unnamed;
	struct import_row *rows;
	size_t nr_rows;
	json_t *notes;
	json_t *info;
	json_t *seen;
};

/* import.c: what the readers of formats fill */
enum status import_value(struct imported *imp, size_t line, const char *benchmark,
			 const struct import_metric *metric, double value);
char *import_name(struct imported *imp);
bool import_is_first(struct imported *imp, const char *key);

void import_note(struct imported *imp, const char *type, const char *benchmark,
		 const char *reason);
void import_info(struct imported *imp, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void import_say(struct imported *imp, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
enum status import_json(struct imported *imp, const char *list, json_t **root,
			json_t **array);
enum status refuse_element(const struct imported *imp, size_t i,
			   const char *what);

/* One file each: hyperfine.c and so on */
enum status import_hyperfine(struct imported *imp);
enum status import_google(struct imported *imp);
enum status import_perf(struct imported *imp);
enum status import_will_it_scale(struct imported *imp);

/* will_it_scale_csv.c: what runtest.py prints, of the same project */
bool is_will_it_scale_csv(const char *line);
enum status import_will_it_scale_csv(struct imported *imp);

#endif
