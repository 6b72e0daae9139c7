// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	process 0
 *	|0| |1| ... |n-1|	process 1: an address space and a file each
 * A single process has nobody to wait for: the others are compared with it.
 */
#include "layout.h"

#define PROCESSES(nr_)                                                               \
	SCENARIO(storm_processes_##nr_) = {                                          \
		SCENARIO_ID(storm_processes_##nr_),                                  \
		.claim = "mmap and munmap with no lock in common, processes: " #nr_, \
		.backing = &backing_memfd,                                           \
		.nr_ops = STORM_OPS,                                                 \
		.storm = &(const struct storm){ .processes = (nr_) },                \
		APART,                                                               \
	}

SCENARIO_SWEEP(PROCESSES, 1, 2, 4, 8);
