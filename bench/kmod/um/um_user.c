// SPDX-License-Identifier: GPL-2.0-only
/* Of the driver, what is a program of the host: built with the C library's headers. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "um.h"

/** um_usage() - what the host has done to the process that is the kernel, in all */
void um_usage(unsigned int *faults, unsigned int *switches)
{
	struct rusage usage = { 0 };

	/* The kernel has a function of that name, which would be linked instead. */
	syscall(SYS_getrusage, RUSAGE_SELF, &usage);
	*faults = usage.ru_minflt + usage.ru_majflt;
	*switches = usage.ru_nivcsw;
}
