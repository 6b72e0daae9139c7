// SPDX-License-Identifier: GPL-2.0-or-later
/* (free)  ->  the hook fails  ->  (free) */
#include "common/hook.h"

SCENARIO(hook_mmap_fail_free) = {
	SCENARIO_ID(hook_mmap_fail_free),
	.claim = "what a failing ->mmap() costs, by error: a VMA made and freed",
	.backing = &backing_hook_fails_mmap,
	.ops = FAIL_FREE_OPS,
};
