// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "vmabench.h"

/* What a family of scenarios sweeps. */
static void add_param(json_t *line, const char *name, unsigned int value)
{
	json_t *params = json_object_get(line, "params");

	if (!value)
		return;
	if (!params) {
		params = json_object();
		json_object_set_new(line, "params", params);
	}
	json_object_set_new(params, name, json_integer(value));
}

/**
 * scenario_line - start a line about a scenario
 * @type: "row", "shape", "skip", "failure", ...
 * @s: scenario
 * @op: operation, or NULL
 *
 * Return: a new object, NULL without memory.
 */
json_t *scenario_line(const char *type, const struct scenario *s, const char *op)
{
	json_t *line = json_pack("{s:s, s:s, s:s, s:s?}", "type", type,
				 "scenario", s->name, "version", s->version,
				 "op", op);

	if (strcmp(type, "row") && strcmp(type, "shape"))
		return line;
	json_object_set_new(line, "set",
			    json_string(s->primary ? "primary" : "extended"));
	add_param(line, "population", s->population);
	if (s->storm) {
		add_param(line, "threads", s->storm->threads);
		add_param(line, "processes", s->storm->processes);
	}
	return line;
}

/**
 * emit - write a line and forget it
 * @out: where to
 * @line: takes the reference; NULL is -ENOMEM
 *
 * Return: 0 or -errno.
 */
int emit(FILE *out, json_t *line)
{
	int err = 0;

	if (!line)
		return -ENOMEM;
	if (json_dumpf(line, out, JSON_COMPACT) || fputc('\n', out) == EOF)
		err = errno ? -errno : -EIO;
	json_decref(line);
	return err;
}

/** add_failure - append a line that says what went wrong with a scenario */
void add_failure(json_t *lines, const struct scenario *s, const char *op,
		 const char *reason)
{
	json_t *line = scenario_line("failure", s, op);

	json_object_set_new(line, "reason", json_string(reason));
	json_array_append_new(lines, line);
}

/** count_failures - how many of the lines are failures */
size_t count_failures(const json_t *lines)
{
	size_t nr = 0, i;
	json_t *line;

	json_array_foreach(lines, i, line) {
		const char *type =
			json_string_value(json_object_get(line, "type"));

		nr += type && !strcmp(type, "failure");
	}
	return nr;
}

/**
 * write_record - write a record, whole or not at all
 * @path: file; one that is there is replaced
 * @head: header line, taken over
 * @lines: what comes between header and trailer
 *
 * Return: 0 or -errno.
 */
int write_record(const char *path, json_t *head, const json_t *lines)
{
	char *text = NULL;
	size_t len = 0, i;
	FILE *f = open_memstream(&text, &len);
	json_t *line;
	int err;

	if (!f)
		return -errno;
	err = emit(f, head);
	json_array_foreach(lines, i, line) {
		if (!err)
			err = emit(f, json_incref(line));
	}
	if (!err)
		err = emit(f, json_pack("{s:s, s:i}", "type", "trailer", "lines",
					(int)json_array_size(lines) + 1));
	if (fclose(f) && !err)
		err = -errno;
	if (!err)
		err = write_file_atomic(path, text, len, MODE_RECORD);
	free(text);
	return err;
}
