/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pass: one run of a scenario, for one sort of numbers. What is measured in one
 * is not disturbed by another.
 */
#ifndef PASS_H
#define PASS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/format.h"

struct arena;
struct run_config;
struct session;
struct task;

/**
 * struct pass - see the head of this file
 * @id: its name is in records and on command lines
 * @first: of its tier: it says why a scenario is not possible
 * @untimed: also of scenarios that are counted only
 * @quiesce: before operations, RCU is to do what was left to it
 * @plugin: the numbers come from QEMU's plugin, by regions
 * @not_of_many: why not of storms and programs; NULL if it is
 * @metal_batches: on metal; 0: as many as fit in the time
 * @metal_warmup: batches before them
 * @storm_batches: of a storm, up to so many
 * @storm_ns: and for so long; 0: as other scenarios
 * @enter: on metal, once in the process that measures; 0, or -errno with @reason
 * @place: takes what a task keeps samples in
 * @open: in the task, before all batches; with @say, what is not available is said
 * @begin: after the batches that warm up, of a task that is alone
 * @run: the operations of kind @k of a batch; what they yield is number t->batch
 * @keep: after a batch that is recorded
 * @between: after each batch, of a task that is alone, when its window is empty again
 * @end: after all batches, of a task that is alone
 * @emit: rows
 * @note: something to add to the shape after operations of kind @k
 * @close: undoes @open
 *
 * All but @id, @run and @emit may be NULL. @open, @begin, @run, @between and @end
 * return 0, -errno, or 1 with run.reason set. From the first batch to the last one
 * nothing is allocated, and nothing written but samples.
 */
struct pass {
	enum pass_id id;
	bool first;
	bool untimed;
	bool quiesce;
	bool plugin;
	const char *not_of_many;
	unsigned int metal_batches, metal_warmup;
	unsigned int storm_batches;
	uint64_t storm_ns;
	int (*enter)(struct run_config *config, char *reason, size_t size);
	void (*place)(struct task *t, struct arena *arena);
	int (*open)(struct task *t, bool say);
	int (*begin)(struct task *t);
	int (*run)(struct task *t, unsigned int k);
	void (*keep)(struct task *t);
	int (*between)(struct task *t);
	int (*end)(struct task *t);
	int (*emit)(struct session *s);
	void (*note)(const struct session *s, unsigned int k, json_t *shape);
	void (*close)(struct task *t);
};

extern const struct pass pass_insns, pass_counts, pass_time, pass_pmu, pass_body;

const struct pass *find_pass(const char *name);

#endif
