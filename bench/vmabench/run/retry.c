// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a kernel retries a merge decides which of the outcomes that a scenario
 * declares is the right one. It is not found out by trying: that would be the
 * measurement asserting itself.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "run/run.h"
#include "scenario.h"

const char *const retry_names[NR_RETRIES] = {
	[RETRY_UNKNOWN] = "unknown",
	[RETRY_EARLY] = "early",
	[RETRY_LATE] = "late",
	[RETRY_NONE] = "none",
};

/** parse_retry - the argument of --retry */
enum retry parse_retry(const char *name, struct argp_state *state)
{
	int r = RETRY_UNKNOWN;

	while (r < NR_RETRIES && strcmp(name, retry_names[r]))
		r++;
	if (r == NR_RETRIES)
		argp_error(state,
			   "--retry: '%s' is not early, late, none or unknown",
			   name);
	return (enum retry)r;
}

/**
 * retry_by_release - what a kernel's release says
 * @release: as uname -r
 *
 * True of mainline, and of stable kernels. A kernel with the series backported
 * has to be told, by --retry.
 */
enum retry retry_by_release(const char *release)
{
	int major, minor;

	if (sscanf(release, "%d.%d", &major, &minor) != 2)
		return RETRY_UNKNOWN;
	if (major > 6 || (major == 6 && minor >= 16))
		return RETRY_NONE;
	return major == 6 && minor >= 13 ? RETRY_LATE : RETRY_EARLY;
}
