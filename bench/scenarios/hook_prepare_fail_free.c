// SPDX-License-Identifier: GPL-2.0-or-later
/* (free)  ->  the hook fails  ->  (free) */
#include "common/hook.h"

SCENARIO(hook_prepare_fail_free) = {
	SCENARIO_ID(hook_prepare_fail_free),
	.claim = "what a failing .mmap_prepare() costs, by error: no VMA is made",
	.backing = &backing_hook_fails_prepare,
	.ops = FAIL_FREE_OPS,
};
