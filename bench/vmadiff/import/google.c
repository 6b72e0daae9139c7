// SPDX-License-Identifier: GPL-2.0-or-later
/* Google Benchmark, --benchmark_format=json: each repetition of each benchmark. */
#include <stdlib.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

/* clang-format off */
static const struct import_metric wall =
	IMPORT_METRIC("latency", "ns/op", PASS_TIME, BETTER_LOWER);
static const struct import_metric cpu =
	IMPORT_METRIC("cpu_time", "ns/op", PASS_TIME, BETTER_LOWER);

static const struct {
	const char *name;
	double ns;
} time_units[] = {
	{ "ns", 1 },
	{ "us", 1e3 },
	{ "ms", 1e6 },
	{ "s",	1e9 },
};

/* Members of a benchmark that are not counters of its own. */
static const char *const not_counters[] = {
	"family_index", "per_family_instance_index", "repetitions",
	"repetition_index", "threads", "iterations", "real_time", "cpu_time",
};

/* Counters that the library itself has. */
static const struct import_metric known_counters[] = {
	IMPORT_METRIC("items_per_second", "items/s", PASS_TIME, BETTER_HIGHER),
	IMPORT_METRIC("bytes_per_second", "bytes/s", PASS_TIME, BETTER_HIGHER),
	IMPORT_METRIC("allocs_per_iter", "allocs/op", PASS_COUNTS, BETTER_LOWER),
	IMPORT_METRIC("max_bytes_used", "bytes", PASS_COUNTS, BETTER_LOWER),
	IMPORT_METRIC("total_allocated_bytes", "bytes", PASS_COUNTS, BETTER_LOWER),
};

/* Statistics of repetitions that the library always prints, as NAME_mean and so on. */
static const char *const aggregates[] = { "mean", "median", "stddev" };

/* What it prints for a number that is none, which JSON has no word for. */
static const char *const not_finite[] = { "NaN", "Infinity", "nan", "inf" };
/* clang-format on */

/* Length of a number that is none, 0 where there is something else. */
static size_t not_finite_len(const char *s)
{
	size_t sign = *s == '-';

	for (size_t i = 0; i < ARRAY_SIZE(not_finite); i++)
		if (!strncmp(s + sign, not_finite[i], strlen(not_finite[i])))
			return sign + strlen(not_finite[i]);
	return 0;
}

/*
 * Make the text JSON: a number that is none becomes "[]", which no benchmark has,
 * and is as long or shorter. One counter that is NaN need not lose the file.
 */
static void mark_not_finite(char *s)
{
	bool quoted = false;

	for (; *s; s++) {
		size_t len = quoted ? 0 : not_finite_len(s);

		if (len) {
			memset(s, ' ', len);
			memcpy(s, "[]", 2);
			s += len - 1;
		} else if (quoted && *s == '\\' && s[1]) {
			s++;
		} else if (*s == '"') {
			quoted = !quoted;
		}
	}
}

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

		if ((!json_is_number(v) && !json_is_array(v)) || !is_counter(key))
			continue;
		metric = counter_metric(key);
		if (json_is_array(v) || json_number_value(v) < 0) {
			import_say(imp, "left_out",
				   "counter %s of %s, which is %s", metric.name,
				   name,
				   json_is_array(v) ? "not a finite number"
						    : "negative");
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

	if (json_number_value(json_object_get(b, "iterations")) < 1)
		return refuse_element(imp, at,
				      "\"iterations\" is missing or less than 1: nothing was measured");
	if (ns == 0)
		return refuse_element(imp, at,
				      "\"time_unit\" is not ns, us, ms or s");
	if (!json_is_number(real) || !json_is_number(used))
		return refuse_element(imp, at,
				      "\"real_time\" or \"cpu_time\" is missing or not a number");
	if (json_number_value(real) == 0) {
		import_note(imp, "skip", name,
			    "its time is 0: nothing was measured");
		return STATUS_OK;
	}
	status = import_value(imp, 0, name, &wall, json_number_value(real) * ns);
	if (!status)
		status = import_value(imp, 0, name, &cpu,
				      json_number_value(used) * ns);
	return status ? status : add_counters(imp, name, b);
}

/* How many elements of the list have this name? */
static json_int_t count_of(const json_t *names, const char *name)
{
	return json_integer_value(json_object_get(names, name));
}

/* Are there the mean and the deviation of what is called @stem? */
static bool has_aggregates(const json_t *names, const char *stem, size_t len)
{
	char *mean = xasprintf("%.*s_mean", (int)len, stem);
	char *stddev = xasprintf("%.*s_stddev", (int)len, stem);
	bool has = count_of(names, mean) == 1 && count_of(names, stddev) == 1;

	free(mean);
	free(stddev);
	return has;
}

static bool is_aggregate(const char *suffix)
{
	for (size_t i = 0; i < ARRAY_SIZE(aggregates); i++)
		if (!strcmp(aggregates[i], suffix))
			return true;
	return false;
}

enum kind {
	KIND_REPETITION,
	KIND_AGGREGATE,
	KIND_UNKNOWN
};

/*
 * Before 1.5 nothing but its name tells an aggregate: NAME_mean beside NAME_stddev.
 * NAME_other beside them, once, is a statistic of somebody's own or a benchmark.
 */
static enum kind kind_by_name(const json_t *names, const char *name,
			      const json_t *b)
{
	if (json_object_get(b, "big_o") || json_object_get(b, "rms"))
		return KIND_AGGREGATE;
	for (const char *c = strchr(name, '_'); c; c = strchr(c + 1, '_')) {
		if (!has_aggregates(names, name, c - name))
			continue;
		if (is_aggregate(c + 1))
			return KIND_AGGREGATE;
		if (!has_aggregates(names, name, strlen(name)))
			return KIND_UNKNOWN;
	}
	return KIND_REPETITION;
}

/* Is it the first of this index, or before 1.5 one of those with an aggregate? */
static enum status check_repetition(struct imported *imp, size_t at,
				    const json_t *names, const char *name,
				    const json_t *b)
{
	const json_t *index = json_object_get(b, "repetition_index");
	char *key;
	bool first;

	if (index && !json_is_integer(index))
		return refuse_element(imp, at,
				      "\"repetition_index\" is not an integer");
	key = xasprintf("repetition %s %lld", name,
			(long long)json_integer_value(index));
	first = import_is_first(imp, key);
	free(key);
	if (first || (!json_object_get(b, "run_type") &&
		      has_aggregates(names, name, strlen(name))))
		return STATUS_OK;
	return refuse_element(imp, at,
			      fmt_text("a second \"%.*s\" of one repetition: two benchmarks have this name",
				       CUT(name, 80)));
}

/* What it is marked as; false where there is something else than true or false. */
static bool read_mark(const json_t *b, const char *key, bool *mark)
{
	const json_t *v = json_object_get(b, key);

	*mark = json_is_true(v);
	return !v || json_is_boolean(v);
}

static enum status add_iteration(struct imported *imp, size_t at,
				 const json_t *names, const char *name, json_t *b)
{
	const char *error = text_of(b, "error_message");
	const char *skip = text_of(b, "skip_message");
	bool failed, skipped;
	enum status status = check_repetition(imp, at, names, name, b);

	if (status)
		return status;
	if (!read_mark(b, "error_occurred", &failed) ||
	    !read_mark(b, "skipped", &skipped))
		return refuse_element(imp, at,
				      "\"error_occurred\" or \"skipped\" is not true or false");
	/* Such a one has times of 0. */
	if (failed || skipped) {
		import_note(imp, failed ? "failure" : "skip", name,
			    failed && error   ? error
			    : !failed && skip ? skip
					      : "");
		return STATUS_OK;
	}
	return add_repetition(imp, at, name, b);
}

/* Mean, median and standard deviation are made here, by boots. */
static enum status add_benchmark(struct imported *imp, size_t at,
				 const json_t *names, json_t *b)
{
	const char *name = text_of(b, "run_name");
	const char *type = text_of(b, "run_type");
	enum kind kind;

	if (!name)
		name = text_of(b, "name");
	if (!name)
		return refuse_element(imp, at,
				      "\"name\" is missing or not a string");
	if (!json_object_get(b, "run_type"))
		kind = kind_by_name(names, name, b);
	else if (type && !strcmp(type, "iteration"))
		kind = KIND_REPETITION;
	else if (type && !strcmp(type, "aggregate"))
		kind = KIND_AGGREGATE;
	else
		return refuse_element(imp, at,
				      "\"run_type\" is not iteration or aggregate");
	if (kind == KIND_UNKNOWN)
		return refuse_element(imp, at,
				      fmt_text("\"%.*s\" may be an aggregate or a benchmark: rename it, or use Google Benchmark 1.5 or later, which says so",
					       CUT(name, 80)));
	return kind == KIND_AGGREGATE ? STATUS_OK
				      : add_iteration(imp, at, names, name, b);
}

/* Names to how many elements of the list have them; to be given to json_decref(). */
static json_t *count_names(const json_t *list)
{
	json_t *names = json_object(), *b;
	size_t i;

	json_array_foreach(list, i, b) {
		const char *name = text_of(b, "name");

		if (name)
			json_object_set_new(names, name,
					    json_integer(count_of(names, name) +
							 1));
	}
	return names;
}

static enum status add_list(struct imported *imp, const json_t *list)
{
	json_t *names = count_names(list);
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < json_array_size(list); i++)
		status = add_benchmark(imp, i, names, json_array_get(list, i));
	json_decref(names);
	return status;
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

	mark_not_finite(imp->file->text);
	status = import_json(imp, "benchmarks", &root, &list);
	if (!status)
		status = add_list(imp, list);
	if (!status)
		add_context(imp, json_object_get(root, "context"));
	if (!status && !imp->nr_rows && !json_array_size(imp->notes))
		status = refuse_line(imp->file->path, 0,
				     "only aggregates: run without --benchmark_report_aggregates_only");
	json_decref(root);
	return status;
}
