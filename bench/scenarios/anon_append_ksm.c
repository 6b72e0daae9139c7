// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|			1 VMA
 *	|seed|0|1|2|...		1 VMA where the kernel knows early that KSM may merge
 *				pages of it; n + 1 where VM_MERGEABLE comes too late
 */
#include <sys/prctl.h>

#include "common/backing.h"
#include "layout.h"

/* From Linux 6.4 on; the header of a distribution may be older. */
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

static int merge_pages(struct scenario_run *run)
{
	return prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0)
		       ? impossible(run, "PR_SET_MEMORY_MERGE (CONFIG_KSM)", errno)
		       : 0;
}

static void leave_pages(struct scenario_run *run)
{
	(void)run;
	prctl(PR_SET_MEMORY_MERGE, 0, 0, 0, 0);
}

SCENARIO(anon_append_ksm) = {
	SCENARIO_ID(anon_append_ksm),
	.claim = "mappings of a process whose pages KSM may merge",
	.set = SET_MM,
	.backing = &backing_anon,
	.setup = merge_pages,
	.teardown = leave_pages,
	.prepare = append_prepare,
	.before = SHAPE(1, 0),
	.ops = {
		OP("mmap", append_mmap, OUTCOME("fragmented", 1, 1),
		   .with = { [RETRY_NONE] = OUTCOME("merged", 1, 0) },
		   .by_hook = true),
		OP("munmap", append_munmap, OUTCOME("removed", 1, 0),
		   .with = { [RETRY_NONE] = OUTCOME("shrunk", 1, 0) },
		   .by_hook = true),
	},
};
