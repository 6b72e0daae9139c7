// SPDX-License-Identifier: GPL-2.0-or-later
/* |old| |old| ...  each: MAP_FIXED over old, the hook fails  ->  all lost */
#include "common/hook.h"

SCENARIO(hook_mmap_fail_over) = {
	SCENARIO_ID(hook_mmap_fail_over),
	.claim = "a failing ->mmap() over an existing mapping, which is lost",
	.backing = &backing_hook_fails_mmap,
	.ops = FAIL_OVER_OPS,
};
