// SPDX-License-Identifier: GPL-2.0-or-later
/* |0| |1| |2| ... |n-1|  a gap after each mapping: n VMAs */
#include "layout.h"

SCENARIO(memfd_apart) = {
	SCENARIO_ID(memfd_apart),
	.claim = "new VMA with an unconverted ->mmap(): must not change",
	.backing = &backing_memfd,
	APART,
};
