// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where in its slab the task_struct of the process lies that is measured.
 *
 * One is longer than a page, and what system calls read of it is in one page or in two.
 * Which one a fork takes is up to the tasks that have ended until then, workers of the
 * kernel among them: a longer command line is enough to move it. So tasks that stay are
 * made until one has begun a new slab, and the next one is the second one of that.
 */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "inside.h"
#include "system/system.h"

#define SLABS "/sys/kernel/slab/task_struct/slabs"

/* More than are free in slabs that others have used. */
#define MAX_TASKS 128

#define STACK_BYTES 16384

/* -1 where the kernel does not say it. */
static long count_slabs(void)
{
	char *line = read_line(SLABS);
	long nr = line ? strtol(line, NULL, 10) : -1;

	free(line);
	return nr;
}

static int stay(void *unused)
{
	for (;;)
		pause();
	return 0;
}

/* Of the memory of this process: a task takes none of its own, but for a stack. */
static bool add_task(void)
{
	char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return stack != MAP_FAILED &&
	       clone(stay, stack + STACK_BYTES, CLONE_VM | SIGCHLD, NULL) > 0;
}

/**
 * begin_task_slab - have the next task of this process be the second one of a new slab
 *
 * Where the kernel does not count slabs, it is where the boot has left it.
 */
void begin_task_slab(void)
{
	long before = count_slabs();

	for (int i = 0; i < MAX_TASKS && before >= 0 && add_task(); i++)
		if (count_slabs() != before)
			return;
}
