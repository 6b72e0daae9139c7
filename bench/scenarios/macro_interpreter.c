// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	perl -MModule ... -e 0	fork, exec, a library for each module, exit
 *
 * perl, since a Debian without it there is not: perl-base is essential, and all
 * of these modules are of it. Each has a library of its own, which perl opens
 * itself, so they are mapped one by one among what it has allocated: 70 mmap()
 * calls, against 27 of python3, whose modules are built in.
 */
#include <stdio.h>
#include <unistd.h>

#include "scenario.h"

#define PERL "/usr/bin/perl"

static int find_perl(struct scenario_run *run)
{
	if (access(PERL, X_OK) == 0)
		return 0;
	snprintf(run->reason, sizeof(run->reason),
		 "no " PERL " (Debian: perl-base)");
	return BACKING_IMPOSSIBLE;
}

/* clang-format off */
static const char *const program[] = {
	PERL, "-MPOSIX", "-MSocket", "-MFcntl", "-MList::Util", "-MFile::Glob",
	"-MIO::Handle", "-MHash::Util", "-Mattributes", "-Mre", "-MCwd",
	"-e", "0", NULL
};
/* clang-format on */

SCENARIO(macro_interpreter) = {
	SCENARIO_ID(macro_interpreter),
	.claim = "start of an interpreter with modules: must not change",
	.setup = find_perl,
	.program = program,
};
