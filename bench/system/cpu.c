// SPDX-License-Identifier: GPL-2.0-or-later
/* Which CPU to run on. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "system/system.h"

/**
 * choose_cpu - the last CPU that we may use: the first ones get most interrupts
 * @who: for messages
 *
 * Return: its number, or -1 where it cannot be had, which has been said.
 */
int choose_cpu(const char *who)
{
	char reason[256];
	struct cpus cpus;
	int err = cpus_allowed(&cpus), cpu = err ? -1 : cpus_last(&cpus);

	cpus_free(&cpus);
	if (err) {
		complain("%s: sched_getaffinity: %s: name the CPU to run on with --cpu\n",
			 who, strerror(-err));
		return -1;
	}
	err = pin_trial(cpu);
	if (!err)
		return cpu;
	why_not_pinned(cpu, -err, reason, sizeof(reason));
	complain("%s: %s\n", who, reason);
	return -1;
}

/** parse_cpu - the number of a CPU that we may use; ends the program if it is not */
int parse_cpu(const char *arg, const struct argp_state *state)
{
	char reason[256], *end;
	long cpu = strtol(arg, &end, 10);
	int err;

	if (*end || end == arg || cpu < 0 || cpu > INT_MAX)
		usage_error(state, "--cpu: '%s' is not a number", arg);
	err = pin_trial((int)cpu);
	if (err) {
		why_not_pinned((int)cpu, -err, reason, sizeof(reason));
		usage_error(state, "--cpu: %s", reason);
	}
	return (int)cpu;
}
