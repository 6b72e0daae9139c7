// SPDX-License-Identifier: GPL-2.0-or-later
/* |0| |1| |2| ... |n-1|  a gap after each mapping: n VMAs */
#include "layout.h"

SCENARIO(secretmem_apart) = {
	SCENARIO_ID(secretmem_apart),
	.set = SET_PRIMARY,
	.claim = "nothing to merge with: the hook alone must not cost",
	.backing = &backing_secretmem,
	APART,
};
