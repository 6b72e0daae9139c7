/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several commands have. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <argp.h>
#include <stddef.h>
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

/**
 * struct field - an option that does no more than set a member of a command's input
 * @key: of the option
 * @at: offset of the member
 * @bytes: of the member: a flag is a bool, a text a pointer
 * @number: name of an option that is a number, else NULL
 * @min: its least value
 * @max: and greatest
 */
struct field {
	int key;
	size_t at, bytes;
	const char *number;
	uint64_t min, max;
};

#define FIELD(key_, struct_, member_)                    \
	.key = (key_), .at = offsetof(struct_, member_), \
	.bytes = sizeof(((struct_ *)NULL)->member_)

#define NUMBER(key_, struct_, member_, option_, min_, max_)                \
	FIELD(key_, struct_, member_), .number = (option_), .min = (min_), \
				       .max = (max_)

void parse_command(const struct argp *argp, int argc, char **argv, void *input);
void refuse_scenario(const char *option, const char *name,
		     const struct argp_state *state);
error_t set_field(const struct field *fields, int key, char *arg,
		  const struct argp_state *state);

#endif
