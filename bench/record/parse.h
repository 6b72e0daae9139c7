/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the reader share; record.h is for everybody else.
 *
 *	read.c		a file, line by line
 *	lines.c		bytes to lines
 *	scan.c		the arrays of numbers of a line, without boxes
 *	known.c		lines that were the same in the file before
 *	number.c		a number, and many of them
 *	field.c		what a field may hold
 *	row.c		a row, and what its batches come to
 *	header.c	header, and what it says of the series
 *	notes.c		shapes, skips, failures, findings, warnings
 *	disturb.c	disturbed batches
 *	hist.c		distributions, which vmabench fills
 *	functions.c	functions, symbols, call chains
 *	tree.c		what operations cost at layouts of the tree
 *	objects.c	cache lines by object
 *	names.c		names that records have in common
 *	same.c		which records are of one boot
 *	find.c		looking up what was read
 *	files.c		many files at a time
 *	json_file.c	a file that is no record
 *	check.c		lines that somebody is about to write
 */
#ifndef PARSE_H
#define PARSE_H

#include "record/record.h"
#include "scan.h"

/**
 * struct parser - one file that is being read
 * @rec: what was read so far
 * @line: number of the present line
 * @trailer: line of the trailer, 0 before it
 * @minor: of the file's schema
 * @scan: arrays of the present line
 * @batches: those of the present line, judged
 * @row: what the present line says of a row before its arrays
 * @known: lines of files before, or NULL; while one of them is read, @row is its
 * @is_known: the present line is one of them
 * @params: of the row or shape before this one that has any
 * @kept_bytes: memory that the lines so far may take
 * @err: message, filled by refuse()
 * @errsz: room in @err
 */
struct parser {
	struct record *rec;
	size_t line;
	size_t trailer;
	int64_t minor;
	struct scan scan;
	struct batches batches;
	struct record_row row;
	struct known_lines *known;
	bool is_known;
	json_t *params;
	size_t kept_bytes;
	char *err;
	size_t errsz;
};

/**
 * struct word - what a short string may be made of
 * @what: what it is called in a message
 * @chars: its characters
 * @pattern: the same for a reader
 */
struct word {
	const char *what;
	const char *chars;
	const char *pattern;
};

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

#define COUNT_MAX (RECORD_COUNT_LIMIT - 1)
#define OPS_MAX INT32_MAX

extern const struct word name_word, finding_word, outcome_word;

int refuse(struct parser *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Each refuses what it is not, and returns 0 or -EINVAL. */
int check_strings(struct parser *p, json_t *v);
int check_word(struct parser *p, const char *key, const char *s,
	       const struct word *word);
int get_string(struct parser *p, json_t *obj, const char *key, const char **out);
int get_label(struct parser *p, json_t *obj, const char *key, const char **out);
int get_word(struct parser *p, json_t *obj, const char *key,
	     const struct word *word, const char **out);
int get_name(struct parser *p, json_t *obj, const char *key, const char **out);
int get_name_or_null(struct parser *p, json_t *obj, const char *key,
		     const char **out);
int get_integer(struct parser *p, json_t *obj, const char *key, int64_t min,
		int64_t max, int64_t *out);
int read_count(struct parser *p, const char *where, json_t *v, int64_t *out);
int get_params(struct parser *p, json_t *line, json_t **out);
int get_strings(struct parser *p, json_t *obj, const char *key, json_t **out);

/* One kind of line each. @line is the record's, whatever is wrong with it. */
int read_header(struct parser *p, json_t *line);
int read_row(struct parser *p, json_t *line);
int read_shape(struct parser *p, json_t *line);
int read_note(struct parser *p, json_t *line, struct record_note **notes,
	      size_t *nr);
int read_finding(struct parser *p, json_t *line);
int read_warning(struct parser *p, json_t *line);
int read_disturbances(struct parser *p, json_t *line);
int read_functions(struct parser *p, json_t *line);
int read_objects(struct parser *p, json_t *line);
int read_symbols(struct parser *p, json_t *line);
int read_code(struct parser *p, json_t *line);
int read_stacks(struct parser *p, json_t *line);
int read_tree(struct parser *p, json_t *line);
int read_tree_count(struct parser *p, json_t *line);

/* Once all lines are there. */
void *sort_unique(void *array, size_t nr, size_t size,
		  int (*cmp)(const void *a, const void *b));
int sort_rows(struct parser *p);
int check_functions(struct parser *p);
int check_objects(struct parser *p);
int check_trees(struct parser *p);

/**
 * struct split - a line that splits up rows
 * @what: what into, "functions"
 * @scenario: of the line, as is all below
 * @version: hash of the scenario's source
 * @op: operation
 * @ops: that it is the sum of
 * @line: its number in the file
 */
struct split {
	const char *what, *scenario, *version, *op;
	int64_t ops;
	size_t line;
};

int get_kind(struct parser *p, json_t *line, enum region_kind *region,
	     enum insn_class *class);
int add_count(struct parser *p, const char *where, int64_t *sum, int64_t count);
int check_split(struct parser *p, const struct split *s, enum metric_id metric,
		int64_t sum, const char *unit);

/**
 * struct known_line - a line that was right in another file
 * @json: it, without the arrays that scan_line() reads
 * @row: what it says of a row, without @params
 * @len: bytes in @text
 * @text: what @json was parsed from
 */
struct known_line {
	json_t *json;
	struct record_row row;
	size_t len;
	char text[];
};

struct known_lines *known_lines_new(void);
void known_lines_free(struct known_lines *lines);
const struct known_line *known_find(struct known_lines *lines, const char *text,
				    size_t len);
void known_add(struct known_lines *lines, const char *text, size_t len,
	       json_t *json, const struct record_row *row);

void names_hold(void);
const char *names_keep(const char *name);
void names_release(void);

void free_functions(struct record *rec);
void free_objects(struct record *rec);
int functions_cmp(const void *a, const void *b);
int objects_cmp(const void *a, const void *b);
int stacks_cmp(const void *a, const void *b);

int record_read_fd(int fd, const char *path, struct known_lines *known,
		   struct record **out, char *err, size_t errsz);
int record_read_known(const char *path, struct known_lines *known,
		      struct record **out, char *err, size_t errsz);

#endif
