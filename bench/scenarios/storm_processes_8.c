// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	process 0
 *	|0| |1| ... |n-1|	process 1: an address space and a file each
 */
#include "layout.h"

static const struct storm storm = { .processes = 8 };

SCENARIO(storm_processes_8) = {
	SCENARIO_ID(storm_processes_8),
	.claim = "mmap and munmap of eight processes at a time, no lock in common",
	.backing = &backing_memfd,
	.units = APART_UNITS,
	.nr_ops = STORM_OPS,
	.storm = &storm,
	.ops = APART_OPS,
};
