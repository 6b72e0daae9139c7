// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0| |1| ... |n-1|	one thread
 *	|buffers|		io_uring reads into a mapping of the same file
 */
#include "layout.h"

static const struct storm storm = { .neighbour = &neighbour_reads };

SCENARIO(storm_reads_beside) = {
	SCENARIO_ID(storm_reads_beside),
	.claim = "storm_threads_1 beside io_uring reads into mappings of its file",
	.backing = &backing_memfd,
	.nr_ops = STORM_OPS,
	.storm = &storm,
	APART,
};
