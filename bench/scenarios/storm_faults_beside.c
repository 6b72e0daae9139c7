// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|0|1|2|...|n-1|touched|	one thread: a write to each page, 1 VMA
 *	|0| |1| ... |n-1|	and another that maps and unmaps elsewhere
 */
#include "common/touch.h"

static const struct storm storm = { .neighbour = &neighbour_storm };

SCENARIO(storm_faults_beside) = {
	SCENARIO_ID(storm_faults_beside),
	.claim = "page faults of a thread while another one maps: per-VMA locks",
	TOUCH(&storm),
};
