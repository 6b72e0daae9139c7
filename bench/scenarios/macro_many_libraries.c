// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	gnuplot --version	fork, exec, 80 libraries or so, exit
 *
 * gnuplot, since this suite needs it anyway, and nothing that it needs has
 * more of them: 359 mmap() calls, 319 of files, in Debian 12. It prints its
 * version before it looks at anything else, so that most of it is the loader.
 */
#include <stdio.h>
#include <unistd.h>

#include "scenario.h"

#define GNUPLOT "/usr/bin/gnuplot"

static int find_gnuplot(struct scenario_run *run)
{
	if (access(GNUPLOT, X_OK) == 0)
		return 0;
	snprintf(run->reason, sizeof(run->reason),
		 "no " GNUPLOT " (Debian: gnuplot-nox)");
	return BACKING_IMPOSSIBLE;
}

static const char *const program[] = { GNUPLOT, "--version", NULL };

SCENARIO(macro_many_libraries) = {
	SCENARIO_ID(macro_many_libraries),
	.claim = "start of a program with many libraries: must not change",
	.setup = find_gnuplot,
	.program = program,
};
