// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record. */
#include <errno.h>

#include "vmabench.h"

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
	return json_pack("{s:s, s:s, s:s, s:s?}", "type", type, "scenario",
			 s->name, "version", s->version, "op", op);
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
