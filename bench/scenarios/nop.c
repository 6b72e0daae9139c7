// SPDX-License-Identifier: GPL-2.0-or-later
/* (nothing is mapped)  what the harness itself costs */
#include "layout.h"

static long nop(const struct scenario_run *run, unsigned int i)
{
	(void)run;
	(void)i;
	return 0;
}

SCENARIO(nop) = {
	SCENARIO_ID(nop),
	.claim = "what the harness itself costs",
	.backing = &backing_none,
	.ops = { OP("nop", nop, OUTCOME("none", 0, 0)), },
};
