/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records: what vmabench writes and vmadiff reads. The format and the meaning
 * of every field are in results/README.md.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>

#include "base/base.h"
#include "record/format.h"
#include "stats/stats.h"

#define RECORD_PARAMS_MAX 8
#define RECORD_FUNCTION_MAX 255
#define RECORD_DEPTH_MAX 256
/* Key of info: digest of the file that another tool has written. */
#define RECORD_IMPORTED_KEY "imported_sha256"
#define RECORD_LINE_MAX (16 * 1024 * 1024)
/* Memory that a line may take once it is read, and all lines of a record. */
#define RECORD_LINE_BYTES_MAX (64 * 1024 * 1024)
#define RECORD_BYTES_MAX (256 * 1024 * 1024)
#define RECORD_BATCHES_MAX BATCHES_MAX
/* Counts, and what they add up to, are below it: a double holds them whole. */
#define RECORD_COUNT_LIMIT (1LL << 53)
/* A change among the batches of a row that is not looked at, as a part of them. */
#define RECORD_STEADY_TOLERANCE 0.002

/**
 * struct record_row - one scenario x operation x metric
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation within the scenario
 * @metric: what was measured
 * @metric_id: the same, %NR_METRICS for one that is not in metrics[]
 * @unit: unit of @value
 * @pass: run of the scenario that it came from
 * @pass_id: the same, %NR_PASSES for one that has no name in pass_names[]
 * @better: direction
 * @exact: a count that repeats to the digit, not a measurement with noise
 * @set: of its scenario
 * @params: names to integers, what a sweep was at; NULL if it is of none
 * @ops: operations per batch
 * @nr_batches: its batches, at least 1; they are not kept. @value is of those that
 *	were not disturbed by %CAUSE_SHARED
 * @shared: fewer than %RECORD_ALONE_MIN were not: @value is of all of them, and stands
 *	for nothing
 * @digest: of the batches, in order: equal ones have equal digests, others differ
 *	but for one pair in 2^64
 * @total: sum of the batches of an exact row, if @whole
 * @whole: @exact, and the batches are integers whose sums a double holds
 * @hist: distribution of single operations, values ascending
 * @nr_hist: length of @hist, 0 when the row has none
 * @value: of one operation, as results/README.md defines it
 * @low: lower end of the 95 % interval of @value, by its batches, of a row that is a
 *	difference, of which all were measured in pairs; NAN of any other one
 * @high: upper end, likewise
 * @unsteady: why @value does not stand for all batches, for a reader; NULL where it
 *	does: so it does in exact rows, and where there are too few batches to tell
 * @step: by how much they differ where it does not, as a part of it; else 0
 * @before: what @value is of those before the likeliest change, where they are not
 *	steady; else @value
 * @after: and of those after it
 * @line: line in the file
 * @place: which one of the rows of its record it is
 */
struct record_row {
	const char *scenario;
	const char *version;
	const char *op;
	const char *metric;
	enum metric_id metric_id;
	const char *unit;
	const char *pass;
	enum pass_id pass_id;
	enum better better;
	bool exact;
	enum scenario_set set;
	json_t *params;
	double ops;
	size_t nr_batches;
	bool shared;
	uint64_t digest;
	int64_t total;
	bool whole;
	struct hist_bin *hist;
	size_t nr_hist;
	double value;
	double low, high;
	const char *unsteady;
	double step;
	double before;
	double after;
	size_t line;
	size_t place;
};

/**
 * struct record_shape - what the address space looked like
 * @scenario: name
 * @op: operation within the scenario
 * @outcome: "merged", "not-merged", "failed:EINVAL", ...
 * @params: as in struct record_row
 * @vmas_before: VMAs in the window before the first operation of a batch
 * @vmas_after: and after the last one
 * @ops: operations per batch
 * @adjacent: adjacent mappings that @vmas_after is the VMAs of, 0 if it is not
 */
struct record_shape {
	const char *scenario;
	const char *op;
	const char *outcome;
	json_t *params;
	int64_t vmas_before;
	int64_t vmas_after;
	int64_t ops;
	int64_t adjacent;
};

/**
 * struct record_note - what a record says besides numbers
 * @scenario: name; NULL of a warning, which is about the machine
 * @op: operation, or NULL for the whole scenario
 * @name: [a-z0-9_-]+, of a finding or a warning the same wherever there is one
 * @reason: why there are no numbers, or what was seen, for a reader
 *
 * A skip, a failure, a shape that is not declared; a finding, which is something
 * wrong with the kernel and not with the run; or a warning, which is why the
 * numbers may be worse than they look.
 */
struct record_note {
	const char *scenario;
	const char *op;
	const char *name;
	const char *reason;
};

/* What disturbs a batch. */
enum cause {
	CAUSE_SWITCH, /* another task ran in it, and no quota had stopped it */
	CAUSE_STEAL,  /* the hypervisor had taken the CPU away */
	CAUSE_QUOTA,  /* the cgroup had been stopped */
	CAUSE_THROTTLE,	 /* the CPU had been slowed down by heat */
	CAUSE_FREQUENCY, /* its clock had another frequency */
	CAUSE_SHARED,	 /* work that is the same always took longer */
	CAUSE_HOST,	 /* the host had to find a page of the kernel */
	NR_CAUSES
};

/**
 * struct record_disturbances - batches of one operation that were disturbed
 * @scenario: name
 * @op: operation within the scenario
 * @nr_batches: of the time pass
 * @disturbed: how many of them something happened in
 * @by: by enum cause: how many of them that happened in, -1 if it is not known
 * @shared: of each batch, whether %CAUSE_SHARED or %CAUSE_HOST did; NULL where neither is
 *	known
 */
struct record_disturbances {
	const char *scenario;
	const char *op;
	int64_t nr_batches;
	int64_t disturbed;
	int64_t by[NR_CAUSES];
	bool *shared;
};

/* A sum that nothing is known of yet. */
#define RECORD_UNDISTURBED \
	((struct record_disturbances){ .by = { -1, -1, -1, -1, -1, -1 } })

/**
 * struct record_function - what one function of the kernel executed
 * @name: symbol, or "[user]", "[unknown]"; first, as they are sorted by it
 * @insns: instructions of its own, callees left out
 * @calls: times it was entered
 * @loads: loads of its own
 * @stores: stores of its own
 * @lines_read: cache lines that it was the first of an operation to read
 * @lines_written: to write
 * @lines_code: to execute
 * @pages: pages of data that it was the first of an operation to touch
 */
struct record_function {
	char *name;
	int64_t insns;
	int64_t calls;
	int64_t loads;
	int64_t stores;
	int64_t lines_read;
	int64_t lines_written;
	int64_t lines_code;
	int64_t pages;
};

/**
 * struct record_functions - instructions of one operation by function
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation within the scenario
 * @region: between its markers, or what it left to RCU
 * @class: what they were executed for
 * @ops: operations that it is the sum of, all batches together
 * @has_lines: cache lines were counted; else those of @functions and @sum are 0
 * @sum: over @functions, without a name
 * @functions: sorted by name, names unique
 * @nr_functions: length of @functions, may be 0
 * @line: line in the file
 */
struct record_functions {
	const char *scenario;
	const char *version;
	const char *op;
	enum region_kind region;
	enum insn_class class;
	int64_t ops;
	bool has_lines;
	struct record_function sum;
	struct record_function *functions;
	size_t nr_functions;
	size_t line;
};

/**
 * struct record_object - cache lines in objects of one kind
 * @name: slab cache, or "[stack]", "[kernel data]", ...; first, as they are sorted by it
 * @lines_read: lines of them that were read
 * @lines_written: lines of them that were written
 */
struct record_object {
	char *name;
	int64_t lines_read;
	int64_t lines_written;
};

/**
 * struct record_objects - cache lines of one operation by object
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation within the scenario
 * @region: between its markers, or what it left to RCU
 * @class: what they were touched for
 * @ops: operations that it is the sum of
 * @reason: why there are none, NULL if there are
 * @sum: over @objects, without a name
 * @objects: sorted by name, names unique
 * @nr_objects: length of @objects
 * @line: line in the file
 */
struct record_objects {
	const char *scenario;
	const char *version;
	const char *op;
	enum region_kind region;
	enum insn_class class;
	int64_t ops;
	const char *reason;
	struct record_object sum;
	struct record_object *objects;
	size_t nr_objects;
	size_t line;
};

/** RECORD_OBJECT_UNKNOWN - name of what could not be told */
#define RECORD_OBJECT_UNKNOWN "[unknown]"

/**
 * struct record_code - what one function of the kernel does
 * @name: as in struct record_function; first, as is @name there
 * @hash: of its instructions and of what they refer to by name; the same wherever both
 *	were linked
 */
struct record_code {
	char *name;
	const char *hash;
};

/**
 * struct record_stack - one chain of callers
 * @frames: outermost first, separated by semicolons; first, as is @name
 * @insns: instructions executed in the innermost one
 */
struct record_stack {
	char *frames;
	int64_t insns;
};

/**
 * struct record_stacks - instructions of one operation by call chain
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation within the scenario
 * @ops: operations that it is the sum of
 * @stacks: sorted by frames, unique
 * @nr_stacks: length of @stacks, may be 0
 * @line: line in the file
 */
struct record_stacks {
	const char *scenario;
	const char *version;
	const char *op;
	int64_t ops;
	struct record_stack *stacks;
	size_t nr_stacks;
	size_t line;
};

/* Of the kernel: MAPLE_HEIGHT_MAX. */
#define TREE_DEPTH_MAX 31

/**
 * struct tree_layout - where a window lies in the maple tree of its process
 * @depth: levels of the tree, the root and the leaves included
 * @entries: slots of the window's leaf that are used, gaps included
 * @slot: number of the window's among these, from 0 on
 * @behind: the VMA in front of the window's touches it
 * @above: of the nodes above the leaf, its parent first, the slot that leads to the
 *	window and how many are used; zeroes where the record does not say
 *
 * Two layouts are equal only if the nodes above are, too: to find a slot takes longer the
 * more are in front of it, and a node that splits copies what its parent has.
 *
 * Called a layout of the tree wherever a layout of the code, which is the order that
 * functions were linked in, could be meant.
 */
struct tree_layout {
	int64_t depth;
	int64_t entries;
	int64_t slot;
	bool behind;
	struct {
		int8_t slot, entries;
	} above[TREE_DEPTH_MAX - 1];
};

/**
 * struct record_tree - what an operation cost at one layout of the tree
 * @scenario: name
 * @version: hash of the scenario's source
 * @op: operation within the scenario
 * @at: layout before the first operation
 * @ops: operations that @totals are sums over
 * @totals: by enum metric_id: the sum, -1 of what was not counted
 * @line: line in the file
 */
struct record_tree {
	const char *scenario;
	const char *version;
	const char *op;
	struct tree_layout at;
	int64_t ops;
	int64_t totals[NR_METRICS];
	size_t line;
};

/**
 * struct record_tree_count - at how many layouts of the tree an operation was measured
 * @scenario: name
 * @op: operation within the scenario
 * @measured: so many
 * @left_out: others that were tried, and that no tree was found for
 * @line: line in the file
 */
struct record_tree_count {
	const char *scenario;
	const char *op;
	int64_t measured;
	size_t left_out;
	size_t line;
};

/** struct record_operation - a scenario, and an operation of it */
struct record_operation {
	const char *scenario;
	const char *op;
};

/**
 * struct record_stage - what is said of a stage
 * @stage: its name
 * @text: what its kernel is, or NULL
 * @patch: subject of the patch that it is named after, or NULL
 */
struct record_stage {
	const char *stage;
	const char *text;
	const char *patch;
};

/**
 * struct record_explained - what is said of a scenario
 * @scenario: its name
 * @text: what it does, or NULL
 */
struct record_explained {
	const char *scenario;
	const char *text;
};

/**
 * struct record_series - what the patches are about that a kernel is a stage of
 * @title: of the series, or NULL
 * @link: to where it was posted, or NULL
 * @base: stage that it was written against, or NULL
 * @headlines: rows that it is judged by, the most important one first
 * @nr_headlines: length of @headlines
 * @stages: what is said of stages, measured or not, in the order of the patches
 * @nr_stages: length of @stages
 * @scenarios: what is said of scenarios
 * @nr_scenarios: length of @scenarios
 *
 * What a user says of it: any text, but in one line.
 */
struct record_series {
	const char *title;
	const char *link;
	const char *base;
	struct record_operation *headlines;
	size_t nr_headlines;
	struct record_stage *stages;
	size_t nr_stages;
	struct record_explained *scenarios;
	size_t nr_scenarios;
};

/**
 * struct record - one file
 * @path: where it was read from
 * @tier: where it comes from
 * @stage: stage of the series, NULL on metal
 * @series: that @stage is of; empty where the record does not say
 * @release: kernel release
 * @clock_step_ns: in which the clock of latencies advances; 0: the record does not say
 * @layout: seed that the order of functions was drawn from, -1 where none was
 * @layout_set: name of the kernels that it was drawn for together: what these have is at
 *	the same addresses in @layout; NULL where the record does not say
 * @kernel: the header's object of that name
 * @env: keys that must match, as strings
 * @info: keys that are recorded only, as strings
 * @rows: sorted by scenario, op, metric, pass, which together are unique
 * @nr_rows: length of @rows
 * @shapes: in file order
 * @nr_shapes: length of @shapes
 * @skips: in file order
 * @nr_skips: length of @skips
 * @failures: in file order
 * @nr_failures: length of @failures
 * @undeclared: shapes that are not what their scenario declares; none where the
 *	kernel is of a commit of a user's tree, which nobody declares anything for
 * @nr_undeclared: length of @undeclared
 * @findings: in file order
 * @nr_findings: length of @findings
 * @warnings: in file order
 * @nr_warnings: length of @warnings
 * @disturbances: in file order
 * @nr_disturbances: length of @disturbances
 * @functions: sorted by scenario, op, region, class, together unique
 * @nr_functions: length of @functions
 * @objects: sorted by scenario, op, region, class, together unique
 * @nr_objects: length of @objects
 * @stacks: sorted by scenario, op, together unique
 * @nr_stacks: length of @stacks
 * @trees: sorted by scenario, op, layout of the tree, together unique
 * @nr_trees: length of @trees
 * @tree_counts: sorted by scenario, op, together unique: how many of @trees these have
 * @nr_tree_counts: length of @tree_counts
 * @code: functions that were executed, sorted by name; NULL if not recorded
 * @nr_code: length of @code
 * @symbols: text symbols of the kernel's image, sorted; NULL if not recorded
 * @nr_symbols: length of @symbols
 * @symbols_text: what @symbols point into
 * @header: its first line
 * @lines: what objects point into, and strings that are not of names_keep()
 */
struct record {
	char *path;
	enum tier tier;
	const char *stage;
	struct record_series series;
	const char *release;
	double clock_step_ns;
	int64_t layout;
	const char *layout_set;
	json_t *kernel;
	json_t *env;
	json_t *info;
	struct record_row *rows;
	size_t nr_rows;
	struct record_shape *shapes;
	size_t nr_shapes;
	struct record_note *skips;
	size_t nr_skips;
	struct record_note *failures;
	size_t nr_failures;
	struct record_note *undeclared;
	size_t nr_undeclared;
	struct record_note *findings;
	size_t nr_findings;
	struct record_note *warnings;
	size_t nr_warnings;
	struct record_disturbances *disturbances;
	size_t nr_disturbances;
	struct record_functions *functions;
	size_t nr_functions;
	struct record_objects *objects;
	size_t nr_objects;
	struct record_stacks *stacks;
	size_t nr_stacks;
	struct record_tree *trees;
	size_t nr_trees;
	struct record_tree_count *tree_counts;
	size_t nr_tree_counts;
	struct record_code *code;
	size_t nr_code;
	const char **symbols;
	size_t nr_symbols;
	char *symbols_text;
	json_t *header;
	json_t *lines;
};

/**
 * struct record_file - one of the files that records_read() is to read
 * @path: its name
 * @rec: the record, to be given to record_free(); NULL if it was refused
 * @err: what record_read() returns
 * @msg: "FILE:LINE: what is wrong", empty if nothing is
 */
struct record_file {
	const char *path;
	struct record *rec;
	int err;
	char msg[512];
};

int record_read(const char *path, struct record **out, char *err, size_t errsz);
void records_read(struct record_file *files, size_t nr);
void record_free(struct record *rec);

/* same.c */
#define BOOT_NOT_SEEN SIZE_MAX

/**
 * struct boots_seen - of which boots there are records
 * @by_times: runs of one boot stand for boots: of two that have a boot_id their times tell
 */
struct boots_seen {
	bool by_times;

	/* private: */
	struct index index;
};

/* The first record that measured something, and the first one of another boot. */
struct copies {
	const struct record *first;
	const struct record *other;
};

/** struct copies_seen - what was measured so far */
struct copies_seen {
	/* private: */
	struct index index;
	struct copies *list;
	size_t nr;
};

void boots_seen_add(struct boots_seen *seen, const struct record *rec,
		    size_t number);
size_t boots_seen_find(const struct boots_seen *seen, const struct record *rec);
void boots_seen_free(struct boots_seen *seen);
const struct record *copies_seen_add(struct copies_seen *seen,
				     const struct record *rec);
void copies_seen_free(struct copies_seen *seen);

size_t record_memory_of(const char *text, size_t len);

/* json_file.c: a file that is no record */
#define JSON_FILE_MAX (64 * 1024 * 1024)
json_t *read_json_file(const char *path, char **why);

int record_row_cmp(const void *a, const void *b);
const struct record_row *record_find_row(const struct record *rec,
					 const struct record_row *key);
const struct record_shape *record_find_shape(const struct record *rec,
					     const char *scenario,
					     const char *op);
const struct record_functions *record_find_functions(const struct record *rec,
						     const char *scenario,
						     const char *op,
						     enum region_kind region,
						     enum insn_class class);
const struct record_objects *record_find_objects(const struct record *rec,
						 const char *scenario,
						 const char *op);
const char *record_find_code(const struct record *rec, const char *function);
const struct record_stacks *record_find_stacks(const struct record *rec,
					       const char *scenario,
					       const char *op);
int tree_layout_cmp(const struct tree_layout *a, const struct tree_layout *b);
int record_tree_cmp(const void *a, const void *b);
void record_add_disturbances(struct record_disturbances *sum,
			     const struct record *rec);
const char *record_first_op(const struct record *rec, const char *scenario,
			    const char *metric);
int64_t record_param(const struct record_row *row, const char *name);
bool record_same_row(const struct record_row *a, const struct record_row *b);
bool record_is_copy(const struct record *a, const struct record *b);
bool record_same_boot(const struct record *a, const struct record *b);
char *record_times_name(const struct record *rec);
char *record_boot_name(const struct record *rec);

#endif
