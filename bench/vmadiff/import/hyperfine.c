// SPDX-License-Identifier: GPL-2.0-or-later
/* hyperfine --export-json: each run of each command. */
#include <math.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

static const struct import_metric wall =
	IMPORT_METRIC("latency", "ns/op", PASS_TIME, BETTER_LOWER);
static const struct import_metric memory =
	IMPORT_METRIC("peak_memory", "bytes/op", PASS_COUNTS, BETTER_LOWER);

/* How many runs ended with something else than 0; a signal is null. */
static size_t count_failed(const json_t *result)
{
	const json_t *codes = json_object_get(result, "exit_codes");
	size_t failed = 0;

	for (size_t i = 0; i < json_array_size(codes); i++)
		if (!json_is_integer(json_array_get(codes, i)) ||
		    json_integer_value(json_array_get(codes, i)))
			failed++;
	return failed;
}

static enum status add_numbers(struct imported *imp, size_t at,
			       const json_t *result, const char *key,
			       const struct import_metric *metric, double scale)
{
	const json_t *list = json_object_get(result, key), *v;
	const char *command =
		json_string_value(json_object_get(result, "command"));
	enum status status = STATUS_OK;
	size_t i;

	json_array_foreach(list, i, v) {
		if (!json_is_number(v))
			return refuse_element(imp, at,
					      fmt_text("\"%s\" holds something that is not a number",
						       key));
		status = import_value(imp, 0, command, metric,
				      rint(json_number_value(v) * scale));
		if (status)
			break;
	}
	return status;
}

static enum status add_result(struct imported *imp, size_t at,
			      const json_t *result)
{
	const char *command =
		json_string_value(json_object_get(result, "command"));
	const json_t *times = json_object_get(result, "times");
	size_t failed = count_failed(result);
	enum status status;

	if (!command)
		return refuse_element(imp, at,
				      "\"command\" is missing or not a string");
	if (!json_array_size(times))
		return refuse_element(imp, at,
				      "\"times\" is missing, empty, or not an array: there are no runs");
	if (failed) {
		import_note(imp, "failure", command,
			    fmt_text("%zu of %zu runs did not exit with 0",
				     failed, json_array_size(times)));
		return STATUS_OK;
	}
	/* It has a clock of whole nanoseconds, and prints seconds. */
	status = add_numbers(imp, at, result, "times", &wall, 1e9);
	/* Versions before 1.19 do not have it. */
	if (!status)
		status = add_numbers(imp, at, result, "memory_usage_byte",
				     &memory, 1);
	return status;
}

/**
 * import_hyperfine() - a batch is one run of a command
 * @imp: file, and where to
 */
enum status import_hyperfine(struct imported *imp)
{
	enum status status;
	json_t *root, *results;

	status = import_json(imp, "results", &root, &results);
	for (size_t i = 0; !status && i < json_array_size(results); i++)
		status = add_result(imp, i, json_array_get(results, i));
	json_decref(root);
	return status;
}
