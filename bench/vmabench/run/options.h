/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several commands have. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <argp.h>
#include <stdint.h>

#include "run/run.h"

/**
 * struct what - what to measure, and of which kernel
 * @chosen: scenarios
 * @retry: how it retries a merge
 * @about: what its series is about, or NULL
 */
struct what {
	struct choice chosen;
	enum retry retry;
	json_t *about;
};

/**
 * struct boot_plan - one boot of a plan, and how long it is measured
 * @output: record to write, or NULL
 * @seconds: about
 * @cpu: to run on, -1 for the last one
 * @seed: of the order of scenarios
 * @index: number of this boot of the kernel
 * @block: of the plan
 * @order: place in the plan
 */
struct boot_plan {
	const char *output;
	unsigned int seconds;
	int cpu;
	uint64_t seed;
	int index, block, order;
};

extern const struct argp what_argp; /* of struct what */
extern const struct argp boot_argp; /* of struct boot_plan */

uint64_t parse_number(const char *option, const char *arg, uint64_t min,
		      uint64_t max, const struct argp_state *state);

#endif
