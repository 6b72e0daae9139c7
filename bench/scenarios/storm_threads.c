// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	 |0| |1| ... |n-1|	one address space
 *	    thread 0		     thread 1		a file each
 * A single thread has nobody to wait for: the others are compared with it.
 */
#include "layout.h"

#define THREADS(nr_)                                                           \
	SCENARIO(storm_threads_##nr_) = {                                      \
		SCENARIO_ID(storm_threads_##nr_),                              \
		.claim = "mmap and munmap with one mmap_lock, threads: " #nr_, \
		.backing = &backing_memfd,                                     \
		.nr_ops = STORM_OPS,                                           \
		.storm = &(const struct storm){ .threads = (nr_) },            \
		APART,                                                         \
	}

SCENARIO_SWEEP(THREADS, 1, 2, 4, 8);
