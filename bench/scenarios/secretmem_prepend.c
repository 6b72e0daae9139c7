// SPDX-License-Identifier: GPL-2.0-or-later
/* |n-1|...|2|1|0|seed|  mmap in front, munmap from the front: always 1 VMA */
#include "layout.h"

SCENARIO(secretmem_prepend) = {
	SCENARIO_ID(secretmem_prepend),
	.claim = "the same with the neighbour on the right",
	.backing = &backing_secretmem,
	PREPEND,
};
