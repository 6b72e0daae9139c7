/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver inside of the kernel, and what its surroundings do for it. */
#ifndef DRIVER_H
#define DRIVER_H

#include <linux/types.h>

#include "native_plan.h"

struct file;

/**
 * struct native_usage - what has disturbed the process, in all
 * @faults: page faults
 * @switches: involuntary context switches
 */
struct native_usage {
	unsigned int faults;
	unsigned int switches;
};

/* plan.c */
int native_run(const void *plan, size_t size, unsigned long window);

/* The surroundings: of ARCH=um, or of a module */
void native_usage(struct native_usage *usage);
void native_count(struct native_counts *counts);
void native_answer(const void *data, size_t size);
struct file *native_open(const struct native_file *wanted);
long native_other_call(const struct native_call *c, unsigned long window);
int native_settle(void);

#endif
