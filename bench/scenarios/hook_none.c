// SPDX-License-Identifier: GPL-2.0-or-later
/* (free)  ->  a file without a hook cannot be mapped  ->  (free) */
#include "common/hook.h"

HOOK_BACKING(0, 0, 0);

static long refused(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 2 * i, 0);
}

SCENARIO(hook_none) = {
	SCENARIO_ID(hook_none),
	.claim = "a file without a hook is refused before anything is done",
	.backing = &backing_hook,
	.units = SHAPE(1, 0),
	.ops = { OP_REFUSED(refused, ENODEV), },
};
