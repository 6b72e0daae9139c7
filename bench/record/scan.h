/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file, line by line, in memory that a line of any length does not exceed; and the
 * arrays of numbers of a line, read without a box for each number.
 */
#ifndef SCAN_H
#define SCAN_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

#include "stats/stats.h"

/* lines.c */
/**
 * struct lines - a file that is being read
 * @fd: file
 */
struct lines {
	int fd;

	/* private: */
	char *buf;
	size_t room;
	size_t start;
	size_t end;
	bool at_end;
};

int lines_next(struct lines *l, const char **line, size_t *len);
void lines_free(struct lines *l);

/* number.c */
/* Bytes behind a text that may be looked at, though not for what they hold. */
#define NUMBER_SLACK 16

enum elements_found {
	ELEMENTS_MORE,
	ELEMENTS_END,
	ELEMENTS_BAD,
};

/**
 * struct elements - an array of numbers that is being read
 * @at: the next element; there is a newline somewhere behind it, and behind that
 *	%NUMBER_SLACK readable bytes
 * @c_locale: locale in which a decimal point is a point
 * @lowest: of those read so far; 0 if none is below
 */
struct elements {
	const char *at;
	locale_t c_locale;
	double lowest;
};

/* Blanks within a line. */
static inline const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	return s;
}

const char *number_read(const char *s, locale_t c_locale, double *v,
			bool *integer);
enum elements_found elements_read(struct elements *e, double *to, size_t room,
				  size_t *nr);

/* scan.c */
/* Arrays that are read: "batches", "per_op", "hist". */
#define SCAN_ARRAYS 3

/**
 * struct cut - what is not in the rest of a line
 * @at: where it was, in the rest
 * @bytes: how long it was
 */
struct cut {
	size_t at;
	size_t bytes;
};

/**
 * struct scan - a line, taken apart
 * @rest: the line, with each array that was read empty; not terminated
 * @rest_len: bytes in @rest
 * @has_batches: "batches" was read
 * @has_per_op: "per_op" was read
 * @has_hist: "hist" was read
 * @batches: its numbers
 * @nr_batches: how many
 * @batches_min: the lowest of them, 0 if none is below
 * @nr_per_op: how many numbers "per_op" holds
 * @per_op_min: the lowest of them, 0 if none is below
 * @hist: its bins
 * @nr_hist: how many
 */
struct scan {
	const char *rest;
	size_t rest_len;
	bool has_batches;
	bool has_per_op;
	bool has_hist;
	double *batches;
	size_t nr_batches;
	double batches_min;
	size_t nr_per_op;
	double per_op_min;
	struct hist_bin *hist;
	size_t nr_hist;

	/* private: */
	char *kept;
	size_t kept_room;
	struct cut cuts[SCAN_ARRAYS];
	size_t nr_cuts;
	size_t batches_room;
	size_t hist_room;
	locale_t c_locale;
};

int scan_init(struct scan *scan);
void scan_line(struct scan *scan, const char *line, size_t len);
size_t scan_position(const struct scan *scan, size_t position);
void scan_reserve(struct scan *scan, size_t nr);
void scan_free(struct scan *scan);

#endif
