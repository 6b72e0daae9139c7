// SPDX-License-Identifier: GPL-2.0-or-later
/* hyperfine --export-json: each run of each command. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

static const struct import_metric wall =
	IMPORT_METRIC("latency", "ns/op", PASS_TIME, BETTER_LOWER);
static const struct import_metric memory =
	IMPORT_METRIC("peak_memory", "bytes/op", PASS_COUNTS, BETTER_LOWER);

/**
 * struct result - an element of "results"
 * @imp: file, and where to
 * @at: which element
 * @json: the element
 * @name: command and parameters
 * @runs: length of "times"
 */
struct result {
	struct imported *imp;
	size_t at;
	const json_t *json;
	char *name;
	size_t runs;
};

static enum status refuse(const struct result *result, const char *what)
{
	return refuse_element(result->imp, result->at, what);
}

/*
 * The command is what somebody called it; with --parameter-list all of them may be
 * called the same. NULL after saying what is wrong.
 */
static char *result_name(const struct result *result)
{
	const char *command =
		json_string_value(json_object_get(result->json, "command"));
	json_t *params = json_object_get(result->json, "parameters"), *v;
	const char *key;
	char *name = NULL;

	if (!command) {
		refuse(result, "\"command\" is missing or not a string");
		return NULL;
	}
	if (params && !json_is_object(params)) {
		refuse(result, "\"parameters\" is not an object");
		return NULL;
	}
	join_text(&name, "", "%s", command);
	json_object_foreach(params, key, v) {
		if (!json_is_string(v)) {
			refuse(result, "a parameter is not a string");
			free(name);
			return NULL;
		}
		join_text(&name, " ", "%s=%s", key, json_string_value(v));
	}
	return name;
}

/* Is this list there, and does it have an element for each run? */
static enum status check_list(const struct result *result, const char *key,
			      bool *there)
{
	const json_t *list = json_object_get(result->json, key);

	*there = list;
	if (list && json_array_size(list) != result->runs)
		return refuse(result,
			      fmt_text("\"%s\" is not an array of as many elements as \"times\"",
				       key));
	return STATUS_OK;
}

/* How many runs ended with something else than 0; a signal is null. */
static enum status count_failed(const struct result *result, size_t *failed)
{
	const json_t *codes = json_object_get(result->json, "exit_codes");
	bool there;
	enum status status = check_list(result, "exit_codes", &there);

	for (size_t i = 0; !status && there && i < result->runs; i++) {
		const json_t *code = json_array_get(codes, i);

		if (!json_is_integer(code) && !json_is_null(code))
			return refuse(result,
				      "\"exit_codes\" holds something that is no exit code");
		*failed += !json_is_integer(code) || json_integer_value(code);
	}
	return status;
}

static enum status add_numbers(const struct result *result, const char *key,
			       const struct import_metric *metric, double scale)
{
	const json_t *list = json_object_get(result->json, key);
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < result->runs; i++) {
		const json_t *v = json_array_get(list, i);

		if (!json_is_number(v))
			return refuse(result,
				      fmt_text("\"%s\" holds something that is not a number",
					       key));
		status = import_value(result->imp, 0, result->name, metric,
				      rint(json_number_value(v) * scale));
	}
	return status;
}

/* Where it cannot measure memory it writes 0. */
static bool has_memory(const struct result *result)
{
	const json_t *list = json_object_get(result->json, "memory_usage_byte");
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (!json_is_number(v) || json_number_value(v) != 0)
			return true;
	return false;
}

/*
 * It takes the time of its shell off, and writes 0 where less than nothing is left:
 * such a run was too short to be told from the shell, not infinitely fast.
 */
static size_t count_cut_off(const struct result *result)
{
	const json_t *v;
	size_t i, nr = 0;

	json_array_foreach(json_object_get(result->json, "times"), i, v)
		nr += json_is_number(v) && json_number_value(v) == 0;
	return nr;
}

static enum status add_runs(const struct result *result)
{
	size_t cut_off = count_cut_off(result);
	size_t failed = 0;
	bool there;
	enum status status = count_failed(result, &failed);

	if (!status)
		status = check_list(result, "memory_usage_byte", &there);
	if (status)
		return status;
	if (failed) {
		import_note(result->imp, "failure", result->name,
			    fmt_text("%zu of %zu runs did not exit with 0",
				     failed, result->runs));
		return STATUS_OK;
	}
	if (cut_off) {
		import_note(result->imp, "skip", result->name,
			    fmt_text("%zu of %zu runs took no longer than the shell: run hyperfine with -N",
				     cut_off, result->runs));
		return STATUS_OK;
	}
	/* It has a clock of whole nanoseconds, and prints seconds. */
	status = add_numbers(result, "times", &wall, 1e9);
	/* Versions before 1.19 do not have it. */
	if (!status && has_memory(result))
		status = add_numbers(result, "memory_usage_byte", &memory, 1);
	return status;
}

static enum status add_result(struct imported *imp, size_t at, const json_t *json)
{
	struct result result = { .imp = imp, .at = at, .json = json };
	enum status status;

	result.runs = json_array_size(json_object_get(result.json, "times"));
	result.name = result_name(&result);
	if (!result.name)
		return STATUS_DATA;
	if (!result.runs)
		status = refuse(&result,
				"\"times\" is missing, empty, or not an array: there are no runs");
	else if (!import_is_first(imp, result.name))
		/* Those are two commands, not more runs of one. */
		status = refuse(&result,
				fmt_text("a second result of \"%.*s\": give each a --command-name of its own",
					 CUT(result.name, 80)));
	else
		status = add_runs(&result);
	free(result.name);
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
