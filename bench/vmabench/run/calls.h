/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a scenario does, as a list of calls, for a driver that runs them elsewhere. */
#ifndef CALLS_H
#define CALLS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "native_plan.h"
#include "scenario.h"

/**
 * struct recorded - the calls of a scenario
 * @scenario: it
 * @head: what the driver is told before them
 * @calls: all of them, in the order of a plan; to be freed
 * @nr: how many
 * @reason: why it cannot be run by a driver; empty if it can
 */
struct recorded {
	const struct scenario *scenario;
	struct native_scenario head;
	struct native_call *calls;
	size_t nr;
	char reason[256];
};

/**
 * struct replayed - what a driver has answered
 * @report: what became of the scenario
 * @kinds: what its operations did
 * @batches: of each kind
 * @counts: by kind, two of the host a batch that is counted; as they lie there
 * @singles: likewise: ticks of single operations
 */
struct replayed {
	struct native_report report;
	struct native_kind kinds[NATIVE_KINDS];
	const struct native_batch *batches[NATIVE_KINDS];
	const char *counts[NATIVE_KINDS];
	const uint32_t *singles[NATIVE_KINDS];
};

/**
 * struct answer - what is left of an answer
 * @at: next byte
 * @left: bytes
 */
struct answer {
	char *at;
	size_t left;
};

/* obstacles.c */
const char *find_obstacle(const struct scenario *s, struct native_file *files,
			  uint32_t *nr_files);

/* calls.c */
int record_calls(const struct scenario *s, struct recorded *rec);
int record_open_calls(const struct scenario_run *given, struct recorded *rec);

/* plan.c */
char *write_plan(const struct native_plan *head,
		 const struct recorded *recorded, size_t *size);
size_t answer_bytes(const struct recorded *recorded, size_t nr);
bool read_answer(struct answer *a, const struct recorded *recorded, size_t nr,
		 struct replayed *re, struct native_hello *hello);
uint32_t least_reference(const struct recorded *rec, const struct replayed *re,
			 uint32_t least);

/* counted.c */
struct pmu_event;
void add_counted(const struct recorded *rec, const struct replayed *re,
		 const struct pmu_event *events, unsigned int nr, json_t *lines);

/* driver.c */
int open_driver(char *reason, size_t size);

/* replay.c */
bool was_alone(const struct recorded *rec, const struct replayed *re,
	       uint32_t least_reference);
int add_replayed(const struct recorded *rec, const struct replayed *re,
		 uint32_t least_reference, enum retry retry, json_t *lines);

#endif
