// SPDX-License-Identifier: GPL-2.0-or-later
/* |old| |old| ...  each: MAP_FIXED over old, the hook fails  ->  all lost */
#include "common/hook.h"

SCENARIO(hook_prepare_fail_over) = {
	SCENARIO_ID(hook_prepare_fail_over),
	.claim = "a failing .mmap_prepare() over an existing mapping, which is lost",
	.backing = &backing_hook_fails_prepare,
	.ops = FAIL_OVER_OPS,
};
