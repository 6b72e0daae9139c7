// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What records have, and what their values may be. A field that is not here is not
 * published, whatever it holds; nor is a value that its field cannot have. What the suite
 * has in a table of its own, as scenarios and metrics, is a name of that table.
 */
#include <string.h>

#include "base/base.h"
#include "fields.h"
#include "parts.h"

/* clang-format off */
#define F(key, kind) { key, kind, NULL, NULL }
#define F_OF(key, kind, of) { key, kind, of, NULL }
#define W(key, kind, words) { key, kind, NULL, words }
#define LAST { NULL, NUMBERS, NULL, NULL }

#define PASSES "insns counts time pmu body shape"
#define SETS "primary extended mm"
#define RETRIES "early late none unknown"

static const struct field schema[] = {
	F("name", BY_US), F("major", NUMBERS), F("minor", NUMBERS), LAST,
};
static const struct field operation[] = {
	F("scenario", SCENARIO), F("op", OPERATION), LAST,
};
static const struct field stage_text[] = {
	F("stage", STAGE), F("text", BY_USER), F("patch", BY_USER), LAST,
};
static const struct field scenario_text[] = {
	F("scenario", SCENARIO), F("text", BY_USER), LAST,
};
static const struct field series[] = {
	F("title", BY_USER), F("link", LINK), F("base", STAGE),
	F_OF("headline", LIST, operation), F("retry", STAGES_WHEN),
	F_OF("stages", LIST, stage_text), F_OF("scenarios", LIST, scenario_text),
	LAST,
};
static const struct field kernel[] = {
	F("release", RELEASE), F("version", MATCH), F("machine", STATE),
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
	F("type", BY_US), F_OF("schema", OBJECT, schema), W("tier", ONE_OF, "exact metal kvm tcg native"),
	F("stage", STAGE), F_OF("series", OBJECT, series),
	F_OF("kernel", OBJECT, kernel), F("env", ENV), F("info", INFO),
	F_OF("suite", OBJECT, suite), F_OF("boot", OBJECT, boot),
	F("clock_step_ns", NUMBERS), LAST,
};

#define OF_OPERATION \
	F("type", BY_US), F("scenario", SCENARIO), F("version", ROW_VERSION), \
	F("op", OPERATION)

static const struct field row[] = {
	OF_OPERATION, F("metric", METRIC), F("unit", STATE), W("pass", ONE_OF, PASSES),
	W("better", ONE_OF, "lower higher neither"), W("set", ONE_OF, SETS), F("params", PARAMS),
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
	F("outcome", LABEL), F("ops", NUMBERS), F("params", PARAMS),
	F("merge_inferred", STATE), F("adjacent", NUMBERS),
	F_OF("expected", OBJECT, expected), F("results", RESULTS), W("set", ONE_OF, SETS), LAST,
};
static const struct field note[] = {
	OF_OPERATION, F("name", LABEL), F("reason", BY_US),
	F("text", BY_US), W("set", ONE_OF, SETS), LAST,
};
static const struct field disturbances[] = {
	OF_OPERATION, F("of", NUMBERS), F("switches", NUMBERS),
	F("steal", NUMBERS), F("throttles", NUMBERS), F("quota", NUMBERS),
	F("frequency", NUMBERS), F("shared", NUMBERS),
	F("host_faults", NUMBERS), F("unavailable", REASONS), LAST,
};
static const struct field functions[] = {
	OF_OPERATION, W("region", ONE_OF, "op drain"), W("class", ONE_OF, "task irq rcu refill user"), F("ops", NUMBERS),
	F("functions", FUNCTIONS), F("objects", SLABS), F("reason", BY_US),
	LAST,
};
static const struct field symbols[] = {
	F("type", BY_US), F("names", SYMBOLS), LAST,
};
static const struct field code[] = {
	F("type", BY_US), F("functions", CODE), LAST,
};
static const struct field stacks[] = {
	OF_OPERATION, F("ops", NUMBERS), F("folded", CHAINS), LAST,
};
static const struct field tree[] = {
	F("depth", NUMBERS), F("slot", NUMBERS), F("entries", NUMBERS),
	F("behind", NUMBERS), F("above", NUMBERS), LAST,
};
static const struct field layout[] = {
	OF_OPERATION, F_OF("layout", OBJECT, tree), F("ops", NUMBERS),
	F("totals", TOTALS), LAST,
};
static const struct field layouts[] = {
	OF_OPERATION, F("measured", NUMBERS), F_OF("left_out", LIST, tree),
	LAST,
};
static const struct field trailer[] = {
	F("type", BY_US), F("lines", NUMBERS), LAST,
};

static const struct field lines[] = {
	F_OF("header", OBJECT, header), F_OF("row", OBJECT, row),
	F_OF("shape", OBJECT, shape), F_OF("skip", OBJECT, note),
	F_OF("failure", OBJECT, note), F_OF("finding", OBJECT, note),
	F_OF("warning", OBJECT, note), F_OF("disturbances", OBJECT, disturbances),
	F_OF("functions", OBJECT, functions), F_OF("objects", OBJECT, functions),
	F_OF("symbols", OBJECT, symbols), F_OF("code", OBJECT, code),
	F_OF("stacks", OBJECT, stacks), F_OF("layout", OBJECT, layout),
	F_OF("layouts", OBJECT, layouts), F_OF("trailer", OBJECT, trailer),
	LAST,
};

static const struct field aa[] = {
	F_OF("schema", OBJECT, schema), F("floor", NUMBERS), F("rows", NUMBERS),
	F("p_below_5_percent", NUMBERS), F("called_different", NUMBERS),
	F("runs", NUMBERS), F("boots", NUMBERS), F("mde_median", NUMBERS),
	F("kernel", RELEASE), LAST,
};
static const struct field luck_row[] = {
	OF_OPERATION, F("metric", METRIC), F("base", NUMBERS), F("low", NUMBERS),
	F("high", NUMBERS), F("calls", NUMBERS), LAST,
};
static const struct field luck[] = {
	F_OF("schema", OBJECT, schema), F("stage", STAGE),
	F_OF("kernel", OBJECT, kernel), F("env", ENV), F("variants", VARIANTS),
	F_OF("rows", LIST, luck_row), LAST,
};

static const struct field documents[] = {
	F_OF("aa.json", OBJECT, aa), F_OF("luck.json", OBJECT, luck), LAST,
};

/* What has to match. */
static const struct field env[] = {
	F("host", HOST), F("cpu", MODEL), F("microcode", MATCH),
	F("clock", MATCH), F("core", MATCH), F("memory", MATCH),
	F("accel", MATCH), F("qemu", MATCH), F("qemu_args", MATCH),
	F("kernel_args", MATCH), F("firmware", MATCH), F("model", MATCH),
	F("linking", MATCH),
	W("tool", ONE_OF, "hyperfine will-it-scale perf-stat google-benchmark"), LAST,
};

/* Numbers alone, of so many digits at most, or what is said where there are none. */
#define N(key, digits) W(key, STATE, "#" #digits " null")
#define MOUNTS "always madvise never within_size advise deny force inherit"

/* What is recorded only; of the host of a guest with "host_" before it. */
static const struct field info[] = {
	W("governor", STATE,
	  "conservative ondemand performance powersave schedutil userspace"),
	W("cpufreq_driver", STATE,
	  "intel_pstate intel_cpufreq acpi-cpufreq amd-pstate amd-pstate-epp "
	  "cppc_cpufreq cpufreq-dt pcc-cpufreq powernow-k8 scmi"),
	N("min_khz", 8), N("max_khz", 8), N("no_turbo", 1), N("boost", 1),
	W("smt", STATE, "on off forceoff notsupported notimplemented"),
	N("cpus_online", 4), N("cpus_isolated", 4), N("nohz_full", 4),
	W("clocksource", STATE,
	  "tsc tsc-early hpet acpi_pm kvm-clock xen jiffies refined-jiffies "
	  "hyperv_clocksource_tsc_page hyperv_clocksource_msr arch_sys_counter"),
	W("preempt", STATE, "none voluntary full lazy"), N("numa_balancing", 1),
	W("mempolicy", STATE, "# default preferred bind interleave local"),
	N("mems_allowed", 4),
	W("scheduler", STATE,
	  "# other fifo rr batch iso idle deadline ext priority nice"),
	W("cpu_quota", STATE, "# none of a CPU"), N("aslr", 1),
	N("legacy_va_layout", 1), W("stack_limit", STATE, "# unlimited KiB"),
	N("personality", 8), W("mmap_layout", STATE, "top down bottom up"),
	N("max_map_count", 10), W("memlock_limit", STATE, "# unlimited KiB"),
	N("overcommit_memory", 1), N("overcommit_ratio", 10),
	N("overcommit_kbytes", 12), W("memcg", STATE, "not the root"),
	W("thp", STATE, MOUNTS), N("thp_of_process", 1),
	W("thp_shmem", STATE, MOUNTS), N("ksm", 1), N("slab_sanity_checks", 1),
	N("slab_poison", 1), N("slab_red_zone", 1), N("slab_store_user", 1),
	W("lsm", STATE,
	  "capability landlock lockdown yama apparmor selinux smack tomoyo bpf "
	  "safesetid loadpin integrity ima evm ipe"),
	W("lsm_label", STATE,
	  "unconfined unconfined_u unconfined_r unconfined_t enforce complain "
	  "kernel system_u system_r kernel_t init_t s0 c0 c1023 docker-default"),
	W("lockdown", STATE, "none integrity confidentiality"),
	N("selinux_enforce", 1), N("seccomp", 1), N("seccomp_filters", 4), N("audit", 1),
	N("ftrace_enabled", 1),
	W("tracer", STATE,
	  "nop function function_graph blk osnoise timerlat hwlat wakeup "
	  "wakeup_rt wakeup_dl irqsoff preemptoff preemptirqsoff mmiotrace"),
	N("trace_events", 1), N("kprobe_events", 4), N("uprobe_events", 4),
	W("perf_users", STATE, "# unknown without root"),
	N("perf_event_paranoid", 2), N("nmi_watchdog", 1),
	F("boot_options", CMDLINE), W("config_options", CONFIG, "known"),
	N("loadavg", 7),
	/* Of the measurement. */
	N("time", 2), N("pinned_cpu", 4), F("events", BY_US),
	F("events_unavailable", BY_US), F("body", BY_US), F("held", BY_US),
	W("retry", ONE_OF, RETRIES), N("repeats", 6),
	W("warmup_batches", STATE, "# up to"), N("not_steady_after_warmup", 6),
	N("batches_again", 7), N("scenarios_shared", 6), N("reference_ticks", 10),
	W("memory_in", STATE, "tmpfs a disk"), F("config_differences", CONFIG),
	F("commit", COMMIT),
	/* Of another tool. */
	F(RECORD_IMPORTED_KEY, HASH), F("batches_are", BY_US),
	F("left_out", BY_US), F("scaled_by_perf", BY_US), N("cgroup", 4),
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
	static const struct field vulnerability = F("vulnerability", BY_US);
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

/** is_disturbance() - is it a field of what disturbs batches? */
bool is_disturbance(const char *key)
{
	return field_of(disturbances, key);
}
