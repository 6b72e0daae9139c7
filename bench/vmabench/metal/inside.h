/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the metal tier share. */
#ifndef METAL_INSIDE_H
#define METAL_INSIDE_H

#include <sys/resource.h>

#include "instruments/pmu.h"
#include "run/run.h"

/* events.c */

/**
 * struct event_plan - which events a run counts, in how many repetitions
 * @asked: events that were asked for, or NULL for the default set
 * @multiplex: take estimates, too
 * @groups: their events, separated by commas
 * @nr_groups: how many
 * @reasons: what is not counted, and why; an array of strings
 */
struct event_plan {
	const char *asked;
	bool multiplex;
	char *groups[PMU_EVENTS_MAX];
	unsigned int nr_groups;
	json_t *reasons;
};

int plan_events(struct event_plan *plan, int cpu);
void note_events(const struct event_plan *plan, json_t *info);
void free_events(struct event_plan *plan);

/* bench.c */
rlim_t raise_limit(int which);

/* guard.c */

/**
 * struct guard - a process that waits for the end of this one
 * @pid: its own, or 0
 * @to: pipe, at whose other end it waits
 */
struct guard {
	pid_t pid;
	int to;
};

void begin_guard(struct guard *g);
void end_guard(struct guard *g, bool left);

/* warnings.c */

/**
 * struct warnings - what a reader of the record has to know of the machine
 * @lines: lines of the record
 * @cpu: that measures
 * @during: of the scenario that is running
 * @scenarios: that were run
 * @disturbed: how many of them had any, by sensor
 * @moved: what came together, by sensor
 * @quota: percent of a CPU that the cgroup may use, 0 for no limit
 */
struct warnings {
	json_t *lines;
	int cpu;
	struct disturb during;
	unsigned int scenarios;
	unsigned int disturbed[NR_SENSORS];
	uint64_t moved[NR_SENSORS];
	unsigned int quota;
};

void warn_of_machine(struct warnings *w, json_t *lines, int cpu);
void warn_begin_scenario(struct warnings *w);
void warn_end_scenario(struct warnings *w);
void warn_of_disturbances(struct warnings *w);

#endif
