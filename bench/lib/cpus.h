/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of CPUs, on machines with any number of them. */
#ifndef CPUS_H
#define CPUS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct cpus - a set; the C library's own stops at CPU 1023
 * @set: its bits, or NULL
 * @bytes: how many
 */
struct cpus {
	cpu_set_t *set;
	size_t bytes;
};

int cpus_allowed(struct cpus *cpus);
int cpus_apply(const struct cpus *cpus);
bool cpus_have(const struct cpus *cpus, int cpu);
void cpus_remove(struct cpus *cpus, int cpu);
int cpus_end(const struct cpus *cpus);
int cpus_last(const struct cpus *cpus);
unsigned int cpus_count(const struct cpus *cpus);
void cpus_free(struct cpus *cpus);

bool cpu_in_list(const char *list, int cpu);

int pin_task(pid_t task, int cpu);
int pin_trial(int cpu);
int unpin(void);
void explain_pin(int cpu, int err, char *reason, size_t size);

#endif
