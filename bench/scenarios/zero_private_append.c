// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "layout.h"

SCENARIO(zero_private_append) = {
	SCENARIO_ID(zero_private_append),
	.claim = "becomes anonymous in ->mmap(), merged at the first attempt: must not change",
	.backing = &backing_zero_private,
	APPEND_200(APPEND_OPS),
};
