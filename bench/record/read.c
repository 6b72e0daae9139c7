// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reader of records. A record comes from another machine, so nothing in it is
 * trusted: one line at a time, bounded, and the first thing that is wrong
 * refuses the file by name and line.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "parse.h"

/* A row takes half of it; lines of files that are large are parsed each time. */
#define KNOWN_BYTES_MAX 8192

static int read_trailer(struct parser *p, json_t *line)
{
	int64_t lines;
	int err = get_integer(p, line, "lines", 0, COUNT_MAX, &lines);

	if (err)
		return err;
	if ((size_t)lines != p->line - 1)
		return refuse(p,
			      "trailer counts %lld lines, the file has %zu before it",
			      (long long)lines, p->line - 1);
	p->trailer = p->line;
	return 0;
}

static int read_object(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	const char *type;
	int err;

	if ((!p->is_known && (err = check_strings(p, line))) ||
	    (err = get_name(p, line, "type", &type)))
		return err;

	if (p->trailer)
		return refuse(p, "\"%s\" after the trailer", type);
	if (!strcmp(type, "header") != (p->line == 1))
		return refuse(p,
			      p->line == 1 ? "no header: the first line is a \"%s\""
					   : "a second \"%s\"",
			      type);

	if (!strcmp(type, "header"))
		return read_header(p, line);
	if (!strcmp(type, "row"))
		return read_row(p, line);
	if (!strcmp(type, "shape"))
		return read_shape(p, line);
	if (!strcmp(type, "skip"))
		return read_note(p, line, &rec->skips, &rec->nr_skips);
	if (!strcmp(type, "failure"))
		return read_note(p, line, &rec->failures, &rec->nr_failures);
	if (!strcmp(type, "finding"))
		return read_finding(p, line);
	if (!strcmp(type, "warning"))
		return read_warning(p, line);
	if (!strcmp(type, "disturbances"))
		return read_disturbances(p, line);
	if (!strcmp(type, "functions"))
		return read_functions(p, line);
	if (!strcmp(type, "objects"))
		return read_objects(p, line);
	if (!strcmp(type, "symbols"))
		return read_symbols(p, line);
	if (!strcmp(type, "code"))
		return read_code(p, line);
	if (!strcmp(type, "stacks"))
		return read_stacks(p, line);
	if (!strcmp(type, "layout"))
		return read_tree(p, line);
	if (!strcmp(type, "layouts"))
		return read_tree_count(p, line);
	if (!strcmp(type, "trailer"))
		return read_trailer(p, line);
	if (p->minor > RECORD_MINOR)
		return 0; /* what a later minor added */
	return refuse(p, "unknown type \"%s\"", type);
}

/**
 * record_memory_of() - memory that a text takes as JSON values, rounded up
 * @s: text
 * @len: its bytes
 *
 * An empty object of two bytes takes a hundred times as much.
 */
size_t record_memory_of(const char *s, size_t len)
{
	size_t members = 0, arrays = 0, objects = 0;

	for (size_t i = 0; i < len; i++) {
		members += s[i] == ',' || s[i] == ':';
		arrays += s[i] == '[';
		objects += s[i] == '{';
	}
	return len + 64 * members + 128 * arrays + 256 * objects;
}

static int check_memory(struct parser *p, size_t bytes)
{
	if (bytes > RECORD_LINE_BYTES_MAX)
		return refuse(p, "line would take more than %d MiB of memory",
			      RECORD_LINE_BYTES_MAX >> 20);
	if (p->scan.has_hist)
		bytes += p->scan.nr_hist * sizeof(*p->scan.hist);
	p->kept_bytes += bytes;
	if (p->kept_bytes > RECORD_BYTES_MAX)
		return refuse(p, "record would take more than %d MiB of memory",
			      RECORD_BYTES_MAX >> 20);
	return 0;
}

/*
 * Of lines that every operation has, which are nearly all, nothing is needed any more
 * that was not taken from them: a line takes ten times the room of what is known of it.
 */
static bool is_kept(const json_t *line)
{
	static const char *const types[] = { "header",	"functions", "objects",
					     "symbols", "code",	     "stacks" };
	const char *type = json_string_value(json_object_get(line, "type"));

	for (size_t i = 0; type && i < ARRAY_SIZE(types); i++)
		if (!strcmp(type, types[i]))
			return true;
	return false;
}

/* The present line, which is one of those that are known, or parsed. */
static json_t *take_line(struct parser *p)
{
	const struct scan *scan = &p->scan;
	const struct known_line *known =
		p->known ? known_find(p->known, scan->rest, scan->rest_len)
			 : NULL;
	json_error_t jerr;
	json_t *line;

	p->is_known = known;
	if (known) {
		p->row = known->row;
		return json_incref(known->json);
	}
	line = json_loadb(scan->rest, scan->rest_len, JSON_REJECT_DUPLICATES,
			  &jerr);
	if (!line)
		refuse(p, "not JSON: %s (byte %zu)", jerr.text,
		       scan_position(scan, (size_t)jerr.position));
	return line;
}

static int read_line(struct parser *p, const char *text, size_t len)
{
	size_t bytes;
	json_t *line;
	int err;

	scan_line(&p->scan, text, len);
	bytes = record_memory_of(p->scan.rest, p->scan.rest_len);
	err = check_memory(p, bytes);
	if (err)
		return err;
	line = take_line(p);
	if (!line)
		return -EINVAL;
	err = json_is_object(line) ? read_object(p, line)
				   : refuse(p, "not an object");
	if (err || p->is_known)
		;
	else if (is_kept(line))
		err = json_array_append(p->rec->lines, line) ? -ENOMEM : 0;
	else if (p->known && bytes <= KNOWN_BYTES_MAX)
		known_add(p->known, p->scan.rest, p->scan.rest_len, line,
			  &p->row);
	json_decref(line);
	return err;
}

/* Appending leaves up to as much room as is used. */
static void *trim(void *array, size_t nr, size_t size)
{
	return nr ? xreallocarray(array, nr, size) : array;
}

static void trim_arrays(struct record *rec)
{
	rec->rows = trim(rec->rows, rec->nr_rows, sizeof(*rec->rows));
	rec->shapes = trim(rec->shapes, rec->nr_shapes, sizeof(*rec->shapes));
}

static int read_lines(struct parser *p, struct lines *lines)
{
	const char *text;
	size_t len;
	int ret, err;

	for (;;) {
		p->line++;
		ret = lines_next(lines, &text, &len);
		if (ret <= 0)
			break;
		err = read_line(p, text, len);
		if (err)
			return err;
	}
	if (ret == -EMSGSIZE)
		return refuse(p, "line is longer than %d MiB",
			      RECORD_LINE_MAX >> 20);
	if (ret)
		return ret;

	if (p->line == 1)
		return refuse(p, "no header: the file is empty");
	if (!p->trailer) {
		p->line--;
		return refuse(p,
			      "no trailer after this line: the record was cut short");
	}
	return 0;
}

static int read_all(struct parser *p, int fd)
{
	struct lines lines = { .fd = fd };
	int err = scan_init(&p->scan);

	if (!err)
		err = read_lines(p, &lines);
	if (!err)
		err = sort_rows(p);
	if (!err)
		err = check_functions(p);
	if (!err)
		err = check_objects(p);
	if (!err)
		err = check_trees(p);
	if (!err)
		trim_arrays(p->rec);
	lines_free(&lines);
	scan_free(&p->scan);
	batches_free(&p->batches);
	return err;
}

/**
 * record_read_fd() - record_read() of a file that is open
 * @fd: file, at its start
 * @path: what it is called in messages
 * @known: lines of files before, or NULL
 * @out: as record_read() has it
 * @err: as record_read() has it
 * @errsz: room in @err, not 0
 *
 * Return: 0; -EINVAL when the content is refused; what read says.
 */
int record_read_fd(int fd, const char *path, struct known_lines *known,
		   struct record **out, char *err, size_t errsz)
{
	struct parser p = { .known = known, .err = err, .errsz = errsz };
	int ret;

	*err = '\0';
	names_hold();
	p.rec = xcalloc(1, sizeof(*p.rec));
	p.rec->path = xasprintf("%s", path);
	p.rec->lines = json_array();
	ret = read_all(&p, fd);
	if (ret) {
		if (!*err)
			snprintf(err, errsz, "%s: %s", path, strerror(-ret));
		record_free(p.rec);
		p.rec = NULL;
	}
	*out = p.rec;
	return ret;
}

/**
 * record_read_known() - record_read() of one of many files
 * @path: file
 * @known: lines of those before
 * @out: as record_read() has it
 * @err: as record_read() has it
 * @errsz: room in @err, not 0
 *
 * Return: as record_read() has it.
 */
int record_read_known(const char *path, struct known_lines *known,
		      struct record **out, char *err, size_t errsz)
{
	int fd = open_input(path), ret;

	*out = NULL;
	if (fd < 0) {
		snprintf(err, errsz, "%s: %s", path, input_error(fd));
		return fd;
	}
	ret = record_read_fd(fd, path, known, out, err, errsz);
	close(fd);
	return ret;
}

/**
 * record_read() - read and validate one record
 * @path: file
 * @out: the record, to be given to record_free(); NULL on an error
 * @err: filled on an error: "FILE:LINE: what is wrong"
 * @errsz: room in @err, not 0
 *
 * Return: 0; -EINVAL when the content is refused; what open and read say.
 */
int record_read(const char *path, struct record **out, char *err, size_t errsz)
{
	return record_read_known(path, NULL, out, err, errsz);
}

/**
 * record_free() - give back what record_read() returned
 * @rec: a record or NULL
 */
void record_free(struct record *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->nr_rows; i++)
		free(rec->rows[i].hist);
	free_functions(rec);
	free_objects(rec);
	free(rec->trees);
	free(rec->tree_counts);
	free(rec->rows);
	free(rec->shapes);
	free(rec->skips);
	free(rec->failures);
	free(rec->undeclared);
	free(rec->findings);
	free(rec->warnings);
	for (size_t i = 0; i < rec->nr_disturbances; i++)
		free(rec->disturbances[i].shared);
	free(rec->disturbances);
	free(rec->series.headlines);
	free(rec->series.stages);
	free(rec->series.scenarios);
	json_decref(rec->lines);
	free(rec->path);
	free(rec);
	names_release();
}
