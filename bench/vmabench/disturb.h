/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may have disturbed a measurement from outside. */
#ifndef VMABENCH_DISTURB_H
#define VMABENCH_DISTURB_H

#include <jansson.h>
#include <stdint.h>

#include "cgroup.h"

/** enum sensor - what is looked at: the CPU that measures, and the cgroup's quota */
enum sensor {
	SENSOR_STEAL,
	SENSOR_THROTTLES,
	SENSOR_FREQUENCY,
	SENSOR_QUOTA,
	NR_SENSORS
};

/**
 * struct disturb - what was seen so far
 * @fds: a file each, or -1
 * @quota: of the cgroup; without one, nothing is ever seen of it
 * @last: its value when it was last looked at
 * @moved: sum of what counters moved by, 0 for the frequency
 * @seen: [batch, what] of the batches after which something had changed
 * @reason: why it is not available, where @fds is -1 and something is to be seen
 * @buf: what is read of a file
 * @size: its room in bytes
 * @cpu: whose
 * @next_ns: not before then is it worth while to look again
 */
struct disturb {
	int fds[NR_SENSORS];
	struct cgroup_quota quota;
	uint64_t last[NR_SENSORS];
	uint64_t moved[NR_SENSORS];
	json_t *seen[NR_SENSORS];
	char reason[NR_SENSORS][160];
	char *buf;
	size_t size;
	int cpu;
	uint64_t next_ns;
};

int disturb_open(struct disturb *d, const char *root, int cpu);
void disturb_look(struct disturb *d, unsigned int batch);
void disturb_look_now(struct disturb *d, unsigned int batch);
void disturb_add(const struct disturb *d, json_t *line);
void disturb_close(struct disturb *d);

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
