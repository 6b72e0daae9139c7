// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	 |0| |1| ... |n-1|	one address space
 *	    thread 0		     thread 1		a file each
 */
#include "layout.h"

static const struct storm storm = { .threads = 2 };

SCENARIO(storm_threads_2) = {
	SCENARIO_ID(storm_threads_2),
	.claim = "mmap and munmap of two threads at a time, with one mmap_lock",
	.backing = &backing_memfd,
	.units = APART_UNITS,
	.nr_ops = STORM_OPS,
	.storm = &storm,
	.ops = APART_OPS,
};
