// SPDX-License-Identifier: GPL-2.0-or-later
/* (free)  ->  a file with both hooks is refused  ->  (free) */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP | VMABENCH_HOOK_MMAP_PREPARE, 0,
	     VMABENCH_HOOK_SET_VM_OPS);

static long refused(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 2 * i, 0);
}

SCENARIO(hook_both) = {
	SCENARIO_ID(hook_both),
	.claim = "a file with both ->mmap() and .mmap_prepare() is refused, and warned of",
	.backing = &backing_hook,
	.units = SHAPE(1, 0),
	.warns = true,
	.ops = { OP_REFUSED(refused, ENODEV), },
};
