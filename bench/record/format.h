/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The record format: what vmabench writes and vmadiff reads, and all that both
 * know of it. A record has names; in memory a name of these is an id, which is
 * looked up once, when the record is read. results/README.md has what they mean.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario_set.h"
#include "stats/stats.h"

#define RECORD_SCHEMA "vmabench-record"
#define RECORD_MAJOR 1
#define RECORD_MINOR 12
/* So many batches of a row have to have a core of their own, or it is left out. */
#define RECORD_ALONE_MIN 10
/* Hexadecimal digits that name the kernels that a layout was linked for. */
#define RECORD_LAYOUT_SET_DIGITS 16
/* Bytes of a text of a header. */
#define RECORD_NAME_MAX 64
#define RECORD_LABEL_MAX 255

enum tier {
	TIER_EXACT,
	TIER_METAL,
	TIER_KVM,
	TIER_TCG, /* the rehearsal of kvm */
	TIER_NATIVE,
	NR_TIERS
};

/**
 * struct tier_info - where records come from
 * @name: as in the record
 * @timed: boots of it are timed, and differ from each other
 */
struct tier_info {
	const char *name;
	bool timed;
};

/* Which run of a scenario: what is measured in one is not disturbed by another. */
enum pass_id {
	PASS_INSNS,
	PASS_COUNTS,
	PASS_TIME,
	PASS_PMU,
	PASS_BODY,  /* system calls and the same in the kernel, in turn */
	PASS_SHAPE, /* no run of its own: seen in all of them */
	NR_PASSES   /* and any that is none of these */
};

/* What an instruction was executed for. */
enum insn_class {
	CLASS_TASK,
	CLASS_IRQ,
	CLASS_RCU,
	CLASS_REFILL,
	CLASS_USER,
	NR_CLASSES
};

/* Between the markers of an operation, or what it left to RCU. */
enum region_kind {
	REGION_OP,
	REGION_DRAIN,
	NR_REGIONS
};

/* In the order of every output. */
enum metric_id {
	METRIC_INSNS,
	METRIC_INSNS_DEFERRED,
	METRIC_LINES_READ,
	METRIC_LINES_WRITTEN,
	METRIC_LINES_CODE,
	METRIC_LATENCY,
	METRIC_THROUGHPUT,
	METRIC_MAPLE_STORES,
	METRIC_VMA_ALLOCS,
	METRIC_NODE_ALLOCS,
	METRIC_VMAS,
	METRIC_LEFT_VMAS,
	METRIC_LEFT_COMMITTED,
	METRIC_LEFT_LOCKED,
	METRIC_LEFT_FILES,
	METRIC_CALL,
	METRIC_BODY,
	METRIC_ENTRY,
	METRIC_CYCLES,
	METRIC_INSTRUCTIONS,
	METRIC_BRANCHES,
	METRIC_BRANCH_MISSES,
	METRIC_L1_DCACHE_LOAD_MISSES,
	METRIC_LLC_LOAD_MISSES,
	METRIC_DTLB_LOAD_MISSES,
	METRIC_INSNS_IRQ,
	METRIC_INSNS_USER,
	METRIC_MAPLE_NULL_STORES,
	METRIC_MAPLE_DETACH_STORES,
	METRIC_NODE_SPLITS,
	METRIC_SLAB_ALLOCS,
	METRIC_MMAP_LOCKS,
	METRIC_LOCK_WAITS,
	METRIC_MEM_LOADS,
	METRIC_MEM_STORES,
	METRIC_PAGES,
	METRIC_MODEL_L1I,
	METRIC_MODEL_L1D,
	METRIC_MODEL_L2,
	METRIC_MODEL_DTLB,
	METRIC_FAULTS,
	METRIC_VMA_FREES,
	METRIC_NODE_FREES,
	METRIC_HELD_OBJECTS,
	METRIC_HELD_BYTES,
	METRIC_HELD_AFTER_BYTES,
	NR_METRICS /* and any that is none of these, under its own name */
};

/**
 * struct metric_info - what is known of a metric before any record is read
 * @name: as in the record
 * @unit: of one value
 * @better: direction
 * @head: heading of a narrow column
 * @title: heading of a table or a picture
 * @headline: shown without being asked for
 * @picture: drawn in "counts"
 * @leftover: what operations leave behind for good; may be negative
 * @difference: of two others, batch by batch; may be negative
 *
 * Of a record, @unit and @better are what the record says.
 */
struct metric_info {
	const char *name;
	const char *unit;
	enum better better;
	const char *head;
	const char *title;
	bool headline;
	bool picture;
	bool leftover;
	bool difference;
};

extern const struct tier_info tiers[NR_TIERS];
extern const char *const pass_names[NR_PASSES];
extern const char *const better_names[NR_BETTERS];
extern const char *const set_names[NR_SETS];
extern const char *const class_names[NR_CLASSES];
extern const char *const region_names[NR_REGIONS];
extern const struct metric_info metrics[NR_METRICS];

/* Each returns the number of the names where there is no such name. */
enum tier tier_by_name(const char *name);
enum pass_id pass_by_name(const char *name);
enum better better_by_name(const char *name);
enum scenario_set set_by_name(const char *name);
enum insn_class class_by_name(const char *name);
enum region_kind region_by_name(const char *name);
struct names metric_names(void);
enum metric_id metric_by_name(const char *name);

const char *metric_head(const char *name);
const char *metric_title(const char *name);
bool metric_is_headline(enum metric_id id);
bool metric_is_leftover(enum metric_id id);
bool metric_can_be_negative(enum metric_id id);

bool is_layout_set(const char *text);

json_t *record_head(enum tier tier, const char *stage);

/* hist.c */
#define HIST_SUB_BITS 8
#define HIST_BUCKETS ((64 - HIST_SUB_BITS + 1) << HIST_SUB_BITS)

/**
 * struct hist - how long operations took
 * @count: by bucket: how many
 * @over: by bucket: what they exceed its lowest value by, together
 */
struct hist {
	uint32_t count[HIST_BUCKETS];
	uint64_t over[HIST_BUCKETS];
};

void hist_add(struct hist *h, uint64_t ns);
double hist_mean(const struct hist *h, unsigned int bucket);
double hist_spread(double value, double step_ns);

#endif
