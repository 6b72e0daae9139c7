/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a reader of the record has to know of the machine. */
#ifndef WARNINGS_H
#define WARNINGS_H

#include "run/run.h"

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
