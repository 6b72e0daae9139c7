/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that a test has in its source. Each object in LINES() is a line of a record;
 * what it does not say is as in default_lines. One of type "header" says what is
 * different in the header. To be included after cmocka.h.
 */
#ifndef COMPARISON_H
#define COMPARISON_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "compare/compare.h"

/* clang-format off */
#define LINES(...) "[" #__VA_ARGS__ "]"

static const char default_lines[] = LINES(
	{"type": "header", "schema": {"name": "vmabench-record", "major": 1, "minor": 6},
	 "tier": "exact", "stage": null, "env": {"cpu": "max"},
	 "kernel": {"release": "6.12", "version": "1", "cmdline": ""},
	 "suite": {"revision": "1"}, "boot": {"seed": 1}},
	{"type": "row", "scenario": "s", "version": "1", "op": "mmap",
	 "metric": "insns", "unit": "insns/op", "pass": "insns", "better": "lower",
	 "exact": true, "ops": 1, "batches": [100]},
	{"type": "shape", "scenario": "s", "op": "mmap", "vmas_before": 1,
	 "vmas_after": 1, "outcome": "merged", "ops": 8},
	{"type": "layout", "scenario": "s", "version": "1", "op": "mmap", "ops": 8},
	{"type": "skip", "scenario": "s", "op": null, "reason": "no DAX device"},
	{"type": "failure", "scenario": "s", "op": "mmap", "reason": "it was killed"});

/* clang-format on */

/* Give @line what it does not say. A line without a type is a row. */
static inline void complete(json_t *line, const json_t *defaults)
{
	const json_t *type = json_object_get(line, "type");
	json_t *d;
	size_t i;

	if (!type)
		json_object_set_new(line, "type", json_string("row"));
	type = json_object_get(line, "type");
	json_array_foreach(defaults, i, d)
		if (json_equal(json_object_get(d, "type"), type))
			json_object_update_missing(line, d);
}

/* The record that LINES() are short for. */
static inline json_t *whole_record(const char *lines)
{
	json_t *defaults = json_loads(default_lines, 0, NULL), *line;
	json_error_t err;
	json_t *record = json_loads(lines, 0, &err);
	size_t i;

	if (!record)
		fail_msg("%s: %s", lines, err.text);
	line = json_array_get(record, 0);
	if (!json_object_get(line, "type") ||
	    strcmp(json_string_value(json_object_get(line, "type")), "header"))
		json_array_insert_new(record, 0,
				      json_pack("{s:s}", "type", "header"));
	json_array_foreach(record, i, line)
		complete(line, defaults);
	json_array_append_new(record, json_pack("{s:s, s:I}", "type", "trailer",
						"lines", (json_int_t)i));
	json_decref(defaults);
	return record;
}

/* A record more for a column, as if it had been read. */
static inline void add_record(struct comparison *cmp, const char *column,
			      const char *lines)
{
	json_t *record = whole_record(lines), *line;
	int fd = memfd_create("record", MFD_CLOEXEC);
	char path[32];
	size_t i;

	assert_true(fd >= 0);
	json_array_foreach(record, i, line) {
		assert_int_equal(json_dumpfd(line, fd, JSON_COMPACT), 0);
		assert_int_equal(write(fd, "\n", 1), 1);
	}
	json_decref(record);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (comparison_add(cmp, column, NULL, path))
		fail_msg("%s: %s", lines, cmp->refused[cmp->nr_refused - 1].why);
	close(fd);
}

static inline void assert_verdict(const struct line *line, const char *of,
				  enum verdict verdict, enum tally tally)
{
	if (line->verdict != verdict)
		fail_msg("%s: %s instead of %s", of,
			 verdict_name(line->verdict), verdict_name(verdict));
	if (line_tally(line) != tally)
		fail_msg("%s: tally %d instead of %d", of, line_tally(line),
			 tally);
}

#endif
