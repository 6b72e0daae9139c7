// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one table of metrics. A metric that is not listed is compared all the same,
 * after these, under its own name; unit, direction and exactness come from the
 * record.
 */
#include <string.h>

#include "base/base.h"
#include "record/format.h"

const struct tier_info tiers[NR_TIERS] = {
	[TIER_EXACT] = { "exact", false },  [TIER_METAL] = { "metal", true },
	[TIER_KVM] = { "kvm", true },	    [TIER_TCG] = { "tcg", true },
	[TIER_NATIVE] = { "native", true },
};

const char *const pass_names[NR_PASSES] = {
	[PASS_INSNS] = "insns", [PASS_COUNTS] = "counts",
	[PASS_TIME] = "time",	[PASS_PMU] = "pmu",
	[PASS_BODY] = "body",	[PASS_SHAPE] = "shape",
};

const char *const better_names[NR_BETTERS] = {
	[BETTER_LOWER] = "lower",
	[BETTER_HIGHER] = "higher",
	[BETTER_NEITHER] = "neither",
};

const char *const set_names[NR_SETS] = {
	[SET_EXTENDED] = "extended",
	[SET_PRIMARY] = "primary",
	[SET_MM] = "mm",
};

const char *const class_names[NR_CLASSES] = {
	[CLASS_TASK] = "task",	   [CLASS_IRQ] = "irq",	  [CLASS_RCU] = "rcu",
	[CLASS_REFILL] = "refill", [CLASS_USER] = "user",
};

const char *const region_names[NR_REGIONS] = {
	[REGION_OP] = "op",
	[REGION_DRAIN] = "drain",
};

/* clang-format off */
#define LOWER	BETTER_LOWER
#define HIGHER	BETTER_HIGHER
#define NEITHER	BETTER_NEITHER
const struct metric_info metrics[NR_METRICS] = {
	[METRIC_INSNS] = { "insns", "insns/op", LOWER,
		"insns", "instructions", .headline = true },
	[METRIC_INSNS_DEFERRED] = { "insns_deferred", "insns/op", LOWER,
		"deferred", "instructions left to RCU", .headline = true },
	[METRIC_LINES_READ] = { "lines_read", "lines/op", LOWER,
		"lines-r", "different cache lines of data read", .headline = true },
	[METRIC_LINES_WRITTEN] = { "lines_written", "lines/op", LOWER,
		"lines-w", "different cache lines of data written", .headline = true },
	[METRIC_LINES_CODE] = { "lines_code", "lines/op", LOWER,
		"lines-x", "different cache lines of code executed", .headline = true },
	[METRIC_LATENCY] = { "latency", "ns/op", LOWER,
		"latency", "time of one operation", .headline = true },
	[METRIC_THROUGHPUT] = { "throughput", "ops/s", HIGHER,
		"ops/s", "operations of all callers", .headline = true },
	[METRIC_MAPLE_STORES] = { "maple_stores", "stores/op", LOWER,
		"stores", "maple-tree stores", .headline = true, .picture = true },
	[METRIC_VMA_ALLOCS] = { "vma_allocs", "allocs/op", LOWER,
		"vma+", "VMA allocations", .headline = true, .picture = true },
	[METRIC_NODE_ALLOCS] = { "node_allocs", "allocs/op", LOWER,
		"node+", "maple-node allocations", .headline = true, .picture = true },
	[METRIC_VMAS] = { "vmas", "VMAs", LOWER,
		"vmas", "VMAs afterwards", .headline = true },
	[METRIC_LEFT_VMAS] = { "left_vmas", "VMAs/op", LOWER,
		"left-vmas", "VMAs left behind", .leftover = true },
	[METRIC_LEFT_COMMITTED] = { "left_committed", "KiB/op", LOWER,
		"left-comm", "memory left in Committed_AS", .leftover = true },
	[METRIC_LEFT_LOCKED] = { "left_locked", "KiB/op", LOWER,
		"left-lock", "memory left locked", .leftover = true },
	[METRIC_LEFT_FILES] = { "left_files", "files/op", LOWER,
		"left-files", "file references left behind", .leftover = true },
	[METRIC_CALL] = { "latency_call", "ns/op", LOWER,
		"call", "system call, of batches timed as a whole" },
	[METRIC_BODY] = { "latency_body", "ns/op", LOWER,
		"body", "the same inside of the kernel" },
	[METRIC_ENTRY] = { "entry_exit", "ns/op", LOWER,
		"entry", "entry and exit: what the call takes more", .difference = true },
	[METRIC_CYCLES] = { "cycles", "cycles/op", LOWER,
		"cycles", "cycles in the kernel" },
	[METRIC_INSTRUCTIONS] = { "instructions", "insns/op", LOWER,
		"instr", "instructions in the kernel, of the PMU" },
	[METRIC_BRANCHES] = { "branches", "events/op", NEITHER,
		"branches", "branches in the kernel" },
	[METRIC_BRANCH_MISSES] = { "branch_misses", "events/op", LOWER,
		"br-miss", "branches mispredicted" },
	[METRIC_L1_DCACHE_LOAD_MISSES] = { "l1_dcache_load_misses", "events/op", LOWER,
		"l1d-miss", "loads that miss the L1 data cache" },
	[METRIC_LLC_LOAD_MISSES] = { "llc_load_misses", "events/op", LOWER,
		"llc-miss", "loads that miss the last cache" },
	[METRIC_DTLB_LOAD_MISSES] = { "dtlb_load_misses", "events/op", LOWER,
		"dtlb-miss", "loads that miss the data TLB" },
	[METRIC_INSNS_IRQ] = { "insns_irq", "insns/op", LOWER,
		"irq", "instructions in interrupts" },
	[METRIC_INSNS_USER] = { "insns_user", "insns/op", LOWER,
		"user", "instructions in user space" },
	[METRIC_MAPLE_NULL_STORES] = { "maple_null_stores", "stores/op", LOWER,
		"null", "NULL stores (unmap, abort)" },
	[METRIC_MAPLE_DETACH_STORES] = { "maple_detach_stores", "stores/op", LOWER,
		"detach", "stores into detach trees" },
	[METRIC_NODE_SPLITS] = { "node_splits", "splits/op", LOWER,
		"splits", "splits and rebalances of maple nodes" },
	[METRIC_SLAB_ALLOCS] = { "slab_allocs", "allocs/op", LOWER,
		"slab+", "slab allocations of all kinds" },
	[METRIC_MMAP_LOCKS] = { "mmap_locks", "acquisitions/op", LOWER,
		"locks", "mmap_lock acquisitions" },
	[METRIC_LOCK_WAITS] = { "lock_waits", "waits/op", LOWER,
		"waits", "waits for an mmap_lock" },
	[METRIC_MEM_LOADS] = { "mem_loads", "loads/op", LOWER,
		"loads", "loads from memory" },
	[METRIC_MEM_STORES] = { "mem_stores", "stores/op", LOWER,
		"mstores", "stores to memory" },
	[METRIC_PAGES] = { "pages", "pages/op", LOWER,
		"pages", "different pages of data" },
	[METRIC_MODEL_L1I] = { "model_l1i_misses", "misses/op", NEITHER,
		"model-l1i", "misses in a model of an L1 instruction cache" },
	[METRIC_MODEL_L1D] = { "model_l1d_misses", "misses/op", NEITHER,
		"model-l1d", "misses in a model of an L1 data cache" },
	[METRIC_MODEL_L2] = { "model_l2_misses", "misses/op", NEITHER,
		"model-l2", "misses in a model of an L2 cache" },
	[METRIC_MODEL_DTLB] = { "model_dtlb_misses", "misses/op", NEITHER,
		"model-dtlb", "misses in a model of a data TLB" },
	[METRIC_FAULTS] = { "faults", "faults/op", LOWER,
		"faults", "page faults while timed" },
	[METRIC_VMA_FREES] = { "vma_frees", "frees/op", NEITHER,
		"vma-", "VMA frees" },
	[METRIC_NODE_FREES] = { "node_frees", "frees/op", NEITHER,
		"node-", "maple-node frees" },
	[METRIC_HELD_OBJECTS] = { "held_objects", "objects/op", LOWER,
		"held", "objects freed and not yet given back" },
	[METRIC_HELD_BYTES] = { "held_bytes", "bytes/op", LOWER,
		"held-B", "memory freed and not yet given back" },
	[METRIC_HELD_AFTER_BYTES] = { "held_after_bytes", "bytes/op", LOWER,
		"held-after", "memory held after the drain" },
};
/* clang-format on */

/* The element of a table that begins with this name, or @nr. */
static size_t find_name(const void *table, size_t nr, size_t size,
			const char *name)
{
	size_t i = 0;

	while (i < nr &&
	       strcmp(*(const char *const *)((const char *)table + i * size),
		      name))
		i++;
	return i;
}

#define FIND_NAME(table, name) \
	find_name(table, ARRAY_SIZE(table), sizeof(*(table)), name)

enum tier tier_by_name(const char *name)
{
	return (enum tier)FIND_NAME(tiers, name);
}

enum pass_id pass_by_name(const char *name)
{
	return (enum pass_id)FIND_NAME(pass_names, name);
}

enum better better_by_name(const char *name)
{
	return (enum better)FIND_NAME(better_names, name);
}

enum scenario_set set_by_name(const char *name)
{
	return (enum scenario_set)FIND_NAME(set_names, name);
}

enum insn_class class_by_name(const char *name)
{
	return (enum insn_class)FIND_NAME(class_names, name);
}

enum region_kind region_by_name(const char *name)
{
	return (enum region_kind)FIND_NAME(region_names, name);
}

/** metric_names() - those that are known before any record is read */
struct names metric_names(void)
{
	return NAMES_OF(metrics);
}

enum metric_id metric_by_name(const char *name)
{
	return (enum metric_id)FIND_NAME(metrics, name);
}

const char *metric_head(const char *name)
{
	enum metric_id id = metric_by_name(name);

	return id < NR_METRICS ? metrics[id].head : name;
}

const char *metric_title(const char *name)
{
	enum metric_id id = metric_by_name(name);

	return id < NR_METRICS ? metrics[id].title : name;
}

bool metric_is_headline(enum metric_id id)
{
	return id < NR_METRICS && metrics[id].headline;
}

bool metric_is_leftover(enum metric_id id)
{
	return id < NR_METRICS && metrics[id].leftover;
}

/* The other metrics are of what there is, or is not. */
bool metric_can_be_negative(enum metric_id id)
{
	return metric_is_leftover(id) ||
	       (id < NR_METRICS && metrics[id].difference);
}

/**
 * is_layout_set() - can it name the kernels that a layout was linked for?
 * @text: boot.layout_set of a header
 */
bool is_layout_set(const char *text)
{
	return strlen(text) == RECORD_LAYOUT_SET_DIGITS &&
	       strspn(text, "0123456789abcdef") == RECORD_LAYOUT_SET_DIGITS;
}

/**
 * record_head() - start the header of a record
 * @tier: of the record
 * @stage: of a series, or NULL
 *
 * Return: a new object with schema, tier and stage, NULL without memory.
 */
json_t *record_head(enum tier tier, const char *stage)
{
	return json_pack("{s:s, s:{s:s, s:i, s:i}, s:s, s:s?}", "type",
			 "header", "schema", "name", RECORD_SCHEMA, "major",
			 RECORD_MAJOR, "minor", RECORD_MINOR, "tier",
			 tiers[tier].name, "stage", stage);
}
