// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	vmabench metal-run "storm_threads_2 ..."	a whole process of it
 *
 * So many batches, not so much time: the work is the same in every run. 50 ms
 * of it calibrate the clock.
 */
#include "scenario.h"

/* scenario, pass, CPU, batches, time, retry, folder: see metal_run() */
static const char *const program[] = { "/proc/self/exe", "metal-run",
				       "storm_threads_2 time 0 20 0 0 /", NULL };

SCENARIO(macro_storm) = {
	SCENARIO_ID(macro_storm),
	.claim = "a run of storm_threads_2 as a whole",
	.program = program,
};
