/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A tracepoint as a perf counter. */
#ifndef TRACEPOINT_H
#define TRACEPOINT_H

#include <stdbool.h>
#include <stddef.h>

int open_tracepoint(int id, const char *filter, bool cpu_wide, int cpu,
		    char *reason, size_t size);

#endif
