/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tracepoint as a perf counter. */
#ifndef TRACEPOINT_H
#define TRACEPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACEPOINT_GROUP_MAX 32

int open_tracepoint(int id, const char *filter, bool cpu_wide, int cpu,
		    int leader, char *reason, size_t size);
int read_tracepoints(int leader, uint64_t *values, unsigned int nr);

#endif
