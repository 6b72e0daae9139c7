// SPDX-License-Identifier: GPL-2.0-or-later
/* |0|1|2|...|n-1|touched|  one thread: a write to each page, 1 VMA */
#include "common/touch.h"

static const struct storm storm = { .threads = 0 };

SCENARIO(storm_faults_alone) = {
	SCENARIO_ID(storm_faults_alone),
	.claim = "page faults of a thread when nobody maps: to compare storm_faults_beside with",
	TOUCH(&storm),
};
