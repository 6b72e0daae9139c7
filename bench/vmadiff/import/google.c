// SPDX-License-Identifier: GPL-2.0-or-later
/* Google Benchmark, --benchmark_format=json: each repetition of each benchmark. */
#include <err.h>
#include <string.h>

#include "readers.h"

/* clang-format off */
static const struct import_metric wall = IMPORT_METRIC("latency", "ns/op", PASS_TIME, BETTER_LOWER);
static const struct import_metric cpu = IMPORT_METRIC("cpu_time", "ns/op", PASS_TIME, BETTER_LOWER);

static const struct {
	const char *name;
	double ns;
} time_units[] = {
	{ "ns", 1 },
	{ "us", 1e3 },
	{ "ms", 1e6 },
	{ "s",	1e9 },
};

/* Numbers of a benchmark that are not counters of its own. */
static const char *const not_counters[] = {
	"family_index", "per_family_instance_index", "repetitions",
	"repetition_index", "threads", "iterations", "real_time", "cpu_time",
	"cv", "rms", "big_o",
};

/* Counters that the library itself has. */
static const struct import_metric known_counters[] = {
	IMPORT_METRIC("items_per_second", "items/s", PASS_TIME, BETTER_HIGHER),
	IMPORT_METRIC("bytes_per_second", "bytes/s", PASS_TIME, BETTER_HIGHER),
	IMPORT_METRIC("allocs_per_iter", "allocs/op", PASS_COUNTS, BETTER_LOWER),
	IMPORT_METRIC("max_bytes_used", "bytes", PASS_COUNTS, BETTER_LOWER),
};
/* clang-format on */

static const char *text_of(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

static bool is_counter(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_counters); i++)
		if (!strcmp(not_counters[i], name))
			return false;
	return true;
}

static struct import_metric counter_metric(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_counters); i++)
		if (!strcmp(known_counters[i].name, name))
			return known_counters[i];
	return (struct import_metric)IMPORT_METRIC(name, "count", PASS_COUNTS,
						   BETTER_NEITHER);
}

/* Nanoseconds of one unit, 0 for an unknown unit. */
static double unit_ns(const char *unit)
{
	for (size_t i = 0; unit && i < ARRAY_SIZE(time_units); i++)
		if (!strcmp(time_units[i].name, unit))
			return time_units[i].ns;
	return 0;
}

static enum status add_counters(struct imported *imp, const char *name, json_t *b)
{
	const char *key;
	json_t *v;

	json_object_foreach(b, key, v) {
		struct import_metric metric;
		enum status status;

		if (!json_is_number(v) || !is_counter(key))
			continue;
		metric = counter_metric(key);
		if (json_number_value(v) < 0) {
			warnx("%s: counter %s of %s is negative: left out",
			      imp->file->path, metric.name, name);
			continue;
		}
		status = import_value(imp, 0, name, &metric,
				      json_number_value(v));
		if (status)
			return status;
	}
	return STATUS_OK;
}

static enum status add_repetition(struct imported *imp, size_t at,
				  const char *name, json_t *b)
{
	const json_t *real = json_object_get(b, "real_time");
	const json_t *used = json_object_get(b, "cpu_time");
	double ns = unit_ns(text_of(b, "time_unit"));
	enum status status;

	if (ns == 0)
		return refuse_element(imp, at,
				      "\"time_unit\" is not ns, us, ms or s");
	if (!json_is_number(real) || !json_is_number(used))
		return refuse_element(imp, at,
				      "\"real_time\" or \"cpu_time\" is missing or not a number");
	status = import_value(imp, 0, name, &wall, json_number_value(real) * ns);
	if (!status)
		status = import_value(imp, 0, name, &cpu,
				      json_number_value(used) * ns);
	return status ? status : add_counters(imp, name, b);
}

/* Mean, median and standard deviation are made here, by boots. */
static enum status add_benchmark(struct imported *imp, size_t at, json_t *b)
{
	const char *name = text_of(b, "run_name");
	const char *type = text_of(b, "run_type");
	const char *error = text_of(b, "error_message");

	if (!name)
		name = text_of(b, "name");
	if (!name)
		return refuse_element(imp, at,
				      "\"name\" is missing or not a string");
	if (type && !strcmp(type, "aggregate"))
		return STATUS_OK;
	if (json_is_true(json_object_get(b, "error_occurred"))) {
		import_note(imp, "failure", name, error ? error : "");
		return STATUS_OK;
	}
	return add_repetition(imp, at, name, b);
}

/* What of the machine matters and names nobody. */
static void add_context(struct imported *imp, const json_t *context)
{
	static const char *const keys[] = { "num_cpus", "mhz_per_cpu" };
	const char *build = text_of(context, "library_build_type");
	const char *date = text_of(context, "date");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const json_t *v = json_object_get(context, keys[i]);

		if (json_is_integer(v))
			import_info(imp, keys[i], "%lld",
				    (long long)json_integer_value(v));
	}
	if (date)
		import_info(imp, "time", "%s", date);
	if (build)
		import_info(imp, "library_build_type", "%s", build);
}

/**
 * import_google() - a batch is one repetition, the time of an iteration
 * @imp: file, and where to
 */
enum status import_google(struct imported *imp)
{
	enum status status;
	json_t *root, *list;

	status = import_json(imp, "benchmarks", &root, &list);
	for (size_t i = 0; !status && i < json_array_size(list); i++)
		status = add_benchmark(imp, i, json_array_get(list, i));
	if (!status)
		add_context(imp, json_object_get(root, "context"));
	if (!status && !imp->nr_rows && !json_array_size(imp->notes))
		status = refuse_line(imp->file->path, 0,
				     "only aggregates: run without --benchmark_report_aggregates_only");
	json_decref(root);
	return status;
}
