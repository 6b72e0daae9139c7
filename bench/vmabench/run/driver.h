/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver as a module of this kernel: native_plan.h. */
#ifndef RUN_DRIVER_H
#define RUN_DRIVER_H

#include "run/calls.h"

/**
 * struct driver - the module, and what it is asked, again and again
 * @fd: of its device, -1 for none
 * @rec: what the scenario does in a batch
 * @plan: with that in it, and one batch to be recorded
 * @plan_size: bytes
 * @answer: room for what it answers
 * @answer_size: bytes
 * @window: of the scenario
 */
struct driver {
	int fd;
	struct recorded rec;
	char *plan;
	size_t plan_size;
	char *answer;
	size_t answer_size;
	const char *window;
};

int driver_open(struct driver *d, const struct scenario_run *run, char *reason,
		size_t size);
int driver_run(struct driver *d, struct replayed *re);
void driver_close(struct driver *d);

#endif
