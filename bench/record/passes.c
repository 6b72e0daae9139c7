// SPDX-License-Identifier: GPL-2.0-or-later
/* What the passes of a scenario say together, before it is a record. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "record/write.h"

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

/** count_failures - how many of the lines are failures */
size_t count_failures(const json_t *lines)
{
	size_t nr = 0, i;
	json_t *line;

	json_array_foreach(lines, i, line)
		nr += !strcmp(text_of(line, "type"), "failure");
	return nr;
}

/**
 * count_undeclared - how many shapes are not what their scenario declares
 * @lines: of a record
 * @commit: that the kernel is of, in a tree of the user's own: no scenario declares
 *	what such a kernel does, its base does; NULL for any other kernel
 */
size_t count_undeclared(const json_t *lines, const char *commit)
{
	size_t nr = 0, i;
	json_t *line;

	json_array_foreach(lines, i, line)
		nr += !commit && !strcmp(text_of(line, "type"), "shape") &&
		      json_object_get(line, "expected");
	return nr;
}

/* The first line before @end that is a shape of the same operation. */
static json_t *find_shape(const json_t *lines, size_t end, const json_t *like)
{
	for (size_t i = 0; i < end; i++) {
		json_t *line = json_array_get(lines, i);

		if (!strcmp(text_of(line, "type"), "shape") &&
		    !strcmp(text_of(line, "scenario"), text_of(like, "scenario")) &&
		    !strcmp(text_of(line, "op"), text_of(like, "op")))
			return line;
	}
	return NULL;
}

static bool same_shape(const json_t *a, const json_t *b)
{
	static const char *const keys[] = { "vmas_before", "vmas_after",
					    "outcome", "results" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const json_t *x = json_object_get(a, keys[i]);
		const json_t *y = json_object_get(b, keys[i]);

		if (x != y && !json_equal(x, y))
			return false;
	}
	return true;
}

static json_t *passes_disagree(const json_t *a, const json_t *b)
{
	json_t *line = json_pack("{s:s, s:O, s:O, s:O}", "type", "failure",
				 "scenario", json_object_get(a, "scenario"),
				 "version", json_object_get(a, "version"), "op",
				 json_object_get(a, "op"));
	char reason[256];

	snprintf(reason, sizeof(reason),
		 "passes do not see the same: %d to %d VMAs, %s, and %d to %d, %s",
		 (int)json_integer_value(json_object_get(a, "vmas_before")),
		 (int)json_integer_value(json_object_get(a, "vmas_after")),
		 text_of(a, "outcome"),
		 (int)json_integer_value(json_object_get(b, "vmas_before")),
		 (int)json_integer_value(json_object_get(b, "vmas_after")),
		 text_of(b, "outcome"));
	json_object_set_new(line, "reason", json_string(reason));
	return line;
}

/**
 * join_shapes - make one of the shapes that the passes of a scenario have seen
 * @lines: of a record
 *
 * Where they are not the same there is a failure in their place: the numbers of
 * one pass are then of something else than those of the other.
 */
void join_shapes(json_t *lines)
{
	size_t i = 0;

	while (i < json_array_size(lines)) {
		json_t *line = json_array_get(lines, i), *first = NULL;

		if (!strcmp(text_of(line, "type"), "shape"))
			first = find_shape(lines, i, line);
		if (first && same_shape(first, line)) {
			json_object_update(first, line);
			json_array_remove(lines, i);
			continue;
		}
		if (first)
			json_array_set_new(lines, i,
					   passes_disagree(first, line));
		i++;
	}
}
