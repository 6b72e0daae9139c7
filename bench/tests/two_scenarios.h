/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two scenarios that do nothing, for what guests say of them. */
#ifndef TWO_SCENARIOS_H
#define TWO_SCENARIOS_H

#define SCENARIO_VERSION "test"

#include "nothing.h"

SCENARIO(fake) = {
	SCENARIO_ID(fake),
	.claim = "nothing",
	.backing = &backing_none,
	.ops = { { .name = "mmap", .run = nothing },
		 { .name = "munmap", .run = nothing } },
};

SCENARIO(other) = {
	SCENARIO_ID(other),
	.claim = "nothing",
	.backing = &backing_none,
	.ops = { { .name = "mmap", .run = nothing } },
};

#endif
