// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a kernel retries a merge decides which of the outcomes that a scenario
 * declares is the right one. It is not found out by trying: that would be the
 * measurement asserting itself.
 */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "run/run.h"

const char *const retry_names[NR_RETRIES] = {
	[RETRY_UNKNOWN] = "unknown",
	[RETRY_EARLY] = "early",
	[RETRY_LATE] = "late",
	[RETRY_NONE] = "none",
};

/** retry_by_name - NR_RETRIES if there is none of that name */
enum retry retry_by_name(const char *name)
{
	int r = RETRY_UNKNOWN;

	while (r < NR_RETRIES && strcmp(name, retry_names[r]))
		r++;
	return (enum retry)r;
}

/**
 * retry_of_this_kernel - what the release of the running kernel says
 *
 * True of mainline, and of stable kernels. A kernel with the series backported
 * has to be told, by --retry.
 */
enum retry retry_of_this_kernel(void)
{
	struct utsname u;
	int major, minor;

	if (uname(&u) || sscanf(u.release, "%d.%d", &major, &minor) != 2)
		return RETRY_UNKNOWN;
	if (major > 6 || (major == 6 && minor >= 16))
		return RETRY_NONE;
	return major == 6 && minor >= 13 ? RETRY_LATE : RETRY_EARLY;
}
