// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What records have, and what their values may be. A field that is not here is not
 * published, whatever it holds; nor is a value that its field cannot have. Names that
 * the reader has checked, of scenarios, operations and functions, are what was measured.
 */
#include <string.h>

#include "base/base.h"
#include "fields.h"
#include "parts.h"

/* clang-format off */
#define F(key, kind) { key, kind, NULL }
#define LAST { NULL, NUMBERS, NULL }

static const struct field schema[] = {
	F("name", BY_US), F("major", NUMBERS), F("minor", NUMBERS), LAST,
};
static const struct field operation[] = {
	F("scenario", NAME), F("op", NAME), LAST,
};
static const struct field stage_text[] = {
	F("stage", NAME), F("text", BY_USER), F("patch", BY_USER), LAST,
};
static const struct field scenario_text[] = {
	F("scenario", NAME), F("text", BY_USER), LAST,
};
static const struct field series[] = {
	F("title", BY_USER), F("link", LINK), F("base", NAME),
	{ "headline", LIST, operation }, F("retry", WORDS),
	{ "stages", LIST, stage_text }, { "scenarios", LIST, scenario_text },
	LAST,
};
static const struct field kernel[] = {
	F("release", RELEASE), F("version", MATCH), F("machine", BY_US),
	F("build_id", HASH), F("cmdline", CMDLINE), F("config_sha256", HASH),
	F("code", HASH), LAST,
};
static const struct field suite[] = {
	F("version", VERSION), F("revision", VERSION), F("compiler", BY_US),
	LAST,
};
static const struct field boot[] = {
	F("index", NUMBERS), F("block", NUMBERS), F("order", NUMBERS),
	F("seed", NUMBERS), F("boot_id", UUID), F("layout", NUMBERS),
	F("layout_set", HASH), LAST,
};
static const struct field header[] = {
	F("type", NAME), { "schema", OBJECT, schema }, F("tier", NAME),
	F("stage", NAME), { "series", OBJECT, series },
	{ "kernel", OBJECT, kernel }, F("env", ENV), F("info", INFO),
	{ "suite", OBJECT, suite }, { "boot", OBJECT, boot },
	F("clock_step_ns", NUMBERS), LAST,
};

#define OF_OPERATION \
	F("type", NAME), F("scenario", NAME), F("version", VERSION), \
	F("op", NAME)

static const struct field row[] = {
	OF_OPERATION, F("metric", NAME), F("unit", BY_US), F("pass", NAME),
	F("better", NAME), F("set", NAME), F("params", COUNTS),
	F("exact", NUMBERS), F("ops", NUMBERS), F("batches", NUMBERS),
	F("per_op", NUMBERS), F("hist", NUMBERS), F("event", BY_US),
	F("overhead", NUMBERS), F("multiplexed", NUMBERS), LAST,
};
static const struct field expected[] = {
	F("outcome", LABEL), F("result", LABEL), F("vmas_before", NUMBERS),
	F("vmas_after", NUMBERS), LAST,
};
static const struct field shape[] = {
	OF_OPERATION, F("vmas_before", NUMBERS), F("vmas_after", NUMBERS),
	F("outcome", LABEL), F("ops", NUMBERS), F("params", COUNTS),
	F("merge_inferred", BY_US), F("adjacent", NUMBERS),
	{ "expected", OBJECT, expected }, F("results", COUNTS), F("set", NAME), LAST,
};
static const struct field note[] = {
	OF_OPERATION, F("name", LABEL), F("reason", BY_US),
	F("text", BY_US), F("set", NAME), LAST,
};
static const struct field disturbances[] = {
	OF_OPERATION, F("of", NUMBERS), F("switches", NUMBERS),
	F("steal", NUMBERS), F("throttles", NUMBERS), F("quota", NUMBERS),
	F("frequency", NUMBERS), F("shared", NUMBERS),
	F("host_faults", NUMBERS), F("unavailable", REASONS), LAST,
};
static const struct field functions[] = {
	OF_OPERATION, F("region", NAME), F("class", NAME), F("ops", NUMBERS),
	F("functions", NAMED), F("objects", NAMED), F("reason", BY_US),
	LAST,
};
static const struct field symbols[] = {
	F("type", NAME), F("names", SYMBOLS), LAST,
};
static const struct field code[] = {
	F("type", NAME), F("functions", NAMED), LAST,
};
static const struct field stacks[] = {
	OF_OPERATION, F("ops", NUMBERS), F("folded", NAMED), LAST,
};
static const struct field tree[] = {
	F("depth", NUMBERS), F("slot", NUMBERS), F("entries", NUMBERS),
	F("behind", NUMBERS), F("above", NUMBERS), LAST,
};
static const struct field layout[] = {
	OF_OPERATION, { "layout", OBJECT, tree }, F("ops", NUMBERS),
	F("totals", COUNTS), LAST,
};
static const struct field layouts[] = {
	OF_OPERATION, F("measured", NUMBERS), { "left_out", LIST, tree },
	LAST,
};
static const struct field trailer[] = {
	F("type", NAME), F("lines", NUMBERS), LAST,
};

static const struct field lines[] = {
	{ "header", OBJECT, header }, { "row", OBJECT, row },
	{ "shape", OBJECT, shape }, { "skip", OBJECT, note },
	{ "failure", OBJECT, note }, { "finding", OBJECT, note },
	{ "warning", OBJECT, note }, { "disturbances", OBJECT, disturbances },
	{ "functions", OBJECT, functions }, { "objects", OBJECT, functions },
	{ "symbols", OBJECT, symbols }, { "code", OBJECT, code },
	{ "stacks", OBJECT, stacks }, { "layout", OBJECT, layout },
	{ "layouts", OBJECT, layouts }, { "trailer", OBJECT, trailer },
	LAST,
};

static const struct field aa[] = {
	{ "schema", OBJECT, schema }, F("floor", NUMBERS), F("rows", NUMBERS),
	F("p_below_5_percent", NUMBERS), F("called_different", NUMBERS),
	F("runs", NUMBERS), F("boots", NUMBERS), F("mde_median", NUMBERS),
	F("kernel", RELEASE), LAST,
};
static const struct field luck_row[] = {
	OF_OPERATION, F("metric", NAME), F("base", NUMBERS), F("low", NUMBERS),
	F("high", NUMBERS), F("calls", NUMBERS), LAST,
};
static const struct field luck[] = {
	{ "schema", OBJECT, schema }, F("stage", NAME),
	{ "kernel", OBJECT, kernel }, F("env", ENV), F("variants", NAMES),
	{ "rows", LIST, luck_row }, LAST,
};

static const struct field documents[] = {
	{ "aa.json", OBJECT, aa }, { "luck.json", OBJECT, luck }, LAST,
};

/* What has to match. */
static const struct field env[] = {
	F("host", HASH), F("cpu", MATCH), F("microcode", MATCH),
	F("clock", MATCH), F("core", MATCH), F("memory", MATCH),
	F("accel", MATCH), F("qemu", MATCH), F("qemu_args", MATCH),
	F("kernel_args", MATCH), F("firmware", MATCH), F("model", MATCH),
	F("linking", MATCH), F("tool", MATCH), LAST,
};

/* What is recorded only; of the host of a guest with "host_" before it. */
static const struct field info[] = {
	F("governor", BY_US), F("cpufreq_driver", BY_US), F("min_khz", BY_US),
	F("max_khz", BY_US), F("no_turbo", BY_US), F("boost", BY_US),
	F("smt", BY_US), F("cpus_online", BY_US), F("cpus_isolated", BY_US),
	F("nohz_full", BY_US), F("clocksource", BY_US), F("preempt", BY_US),
	F("numa_balancing", BY_US), F("mempolicy", BY_US),
	F("mems_allowed", BY_US), F("scheduler", BY_US), F("cpu_quota", BY_US),
	F("aslr", BY_US), F("legacy_va_layout", BY_US),
	F("stack_limit", BY_US), F("personality", BY_US),
	F("mmap_layout", BY_US), F("max_map_count", BY_US),
	F("memlock_limit", BY_US), F("overcommit_memory", BY_US),
	F("overcommit_ratio", BY_US), F("overcommit_kbytes", BY_US),
	F("memcg", BY_US), F("thp", BY_US), F("thp_of_process", BY_US),
	F("thp_shmem", BY_US), F("ksm", BY_US),
	F("slab_sanity_checks", BY_US), F("slab_poison", BY_US),
	F("slab_red_zone", BY_US), F("slab_store_user", BY_US),
	F("lsm", BY_US), F("lsm_label", BY_US), F("lockdown", BY_US),
	F("selinux_enforce", BY_US), F("seccomp", BY_US),
	F("seccomp_filters", BY_US), F("audit", BY_US),
	F("ftrace_enabled", BY_US), F("tracer", BY_US),
	F("trace_events", BY_US), F("kprobe_events", BY_US),
	F("uprobe_events", BY_US), F("perf_users", BY_US),
	F("perf_event_paranoid", BY_US), F("nmi_watchdog", BY_US),
	F("boot_options", CMDLINE), F("config_options", CONFIG),
	F("loadavg", BY_US),
	/* Of the measurement. */
	F("time", BY_US), F("pinned_cpu", BY_US), F("events", BY_US),
	F("events_unavailable", BY_US), F("body", BY_US), F("held", BY_US),
	F("retry", NAME), F("repeats", BY_US), F("warmup_batches", BY_US),
	F("not_steady_after_warmup", BY_US), F("batches_again", BY_US),
	F("scenarios_shared", BY_US), F("reference_ticks", BY_US),
	F("memory_in", BY_US), F("config_differences", CONFIG),
	F("commit", COMMIT),
	/* Of another tool. */
	F(RECORD_IMPORTED_KEY, HASH), F("batches_are", BY_US),
	F("left_out", BY_US), F("scaled_by_perf", BY_US), F("cgroup", BY_US),
	LAST,
};

/* /sys/devices/system/cpu/vulnerabilities, with "vulnerability_" before it. */
static const char *const vulnerabilities[] = {
	"gather_data_sampling", "ghostwrite", "indirect_target_selection",
	"itlb_multihit", "l1tf", "mds", "meltdown", "mmio_stale_data",
	"old_microcode", "reg_file_data_sampling", "retbleed",
	"spec_rstack_overflow", "spec_store_bypass", "spectre_v1", "spectre_v2",
	"srbds", "tsa", "tsx_async_abort", "vmscape",
};
/* clang-format on */

/**
 * field_of() - what a field may hold
 * @fields: those that may be published
 * @key: name
 *
 * Return: NULL for one that may not.
 */
const struct field *field_of(const struct field *fields, const char *key)
{
	for (; fields->key; fields++)
		if (!strcmp(fields->key, key))
			return fields;
	return NULL;
}

/** fields_of_line() - what a line of a record may have, by its type */
const struct field *fields_of_line(const char *type)
{
	return field_of(lines, type);
}

/** fields_of_document() - what a file of JSON may have, by its name */
const struct field *fields_of_document(const char *name)
{
	return field_of(documents, name);
}

/** field_of_env() - what a key of "env" may hold */
const struct field *field_of_env(const char *key)
{
	return field_of(env, key);
}

/** field_of_info() - what a key of "info" may hold */
const struct field *field_of_info(const char *key)
{
	static const struct field vulnerability = { "vulnerability", BY_US, NULL };
	static const char start[] = "vulnerability_";
	size_t skip = strncmp(key, "host_", 5) ? 0 : 5;
	size_t len = sizeof(start) - 1;

	if (strncmp(key + skip, start, len) != 0)
		return field_of(info, key + skip);
	for (size_t i = 0; i < ARRAY_SIZE(vulnerabilities); i++)
		if (!strcmp(vulnerabilities[i], key + skip + len))
			return &vulnerability;
	return NULL;
}
