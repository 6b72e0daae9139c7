// SPDX-License-Identifier: GPL-2.0-only
/* Of the driver, what is a program of the host: built with the C library's headers. */
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "native_plan.h"
#include "um.h"

/* Since 5.14; the headers may be older. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

/* Where the linker put the image. */
extern char __executable_start[], _end[];

/**
 * um_populate() - have all pages of the image now, and not with their first use
 *
 * By page, since what may be written is among what may only be read, with gaps. An older
 * host does neither: it has faults then, which are counted.
 */
void um_populate(void)
{
	unsigned long size = sysconf(_SC_PAGESIZE);
	char *page = __executable_start;

	for (page -= (unsigned long)page % size; page < _end; page += size)
		if (madvise(page, size, MADV_POPULATE_WRITE))
			madvise(page, size, MADV_POPULATE_READ);
}

/** um_usage() - what the host has done to the process that is the kernel, in all */
void um_usage(unsigned int *faults, unsigned int *switches)
{
	struct rusage usage = { 0 };

	/* The kernel has a function of that name, which would be linked instead. */
	syscall(SYS_getrusage, RUSAGE_SELF, &usage);
	*faults = usage.ru_minflt + usage.ru_majflt;
	*switches = usage.ru_nivcsw;
}

/** um_count() - read the counters of the host, @size bytes; zeroes where there are none */
void um_count(void *counts, unsigned long size)
{
	if (syscall(SYS_read, NATIVE_FD_COUNTS, counts, size) <= 0)
		memset(counts, 0, size);
}
