// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sets of CPUs. The kernel refuses to copy its set into one that is too small for
 * the CPUs that it may have, with EINVAL: it is asked again with room for more.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

/* No kernel can be built for more than 8192 so far. */
#define CPUS_FIRST 1024
#define CPUS_MAX (1 << 20)

static int allocate(struct cpus *cpus, size_t nr)
{
	cpus->bytes = CPU_ALLOC_SIZE(nr);
	cpus->set = CPU_ALLOC(nr);
	if (!cpus->set)
		return -ENOMEM;
	CPU_ZERO_S(cpus->bytes, cpus->set);
	return 0;
}

/**
 * cpus_allowed() - those that this thread may run on
 * @cpus: filled; to be freed, whatever is returned
 *
 * Return: 0 or -errno.
 */
int cpus_allowed(struct cpus *cpus)
{
	int err = -EINVAL;

	*cpus = (struct cpus){ 0 };
	for (size_t nr = CPUS_FIRST; nr <= CPUS_MAX && err == -EINVAL; nr *= 2) {
		cpus_free(cpus);
		err = allocate(cpus, nr);
		if (!err && sched_getaffinity(0, cpus->bytes, cpus->set))
			err = -errno;
	}
	return err;
}

/** cpus_apply() - have this thread run on these alone; 0 or -errno */
int cpus_apply(const struct cpus *cpus)
{
	return sched_setaffinity(0, cpus->bytes, cpus->set) ? -errno : 0;
}

/** cpus_end() - a number that is higher than that of any CPU in the set */
int cpus_end(const struct cpus *cpus)
{
	return (int)(cpus->bytes * 8);
}

bool cpus_have(const struct cpus *cpus, int cpu)
{
	return cpu >= 0 && cpu < cpus_end(cpus) &&
	       CPU_ISSET_S((size_t)cpu, cpus->bytes, cpus->set);
}

void cpus_remove(struct cpus *cpus, int cpu)
{
	if (cpus_have(cpus, cpu))
		CPU_CLR_S((size_t)cpu, cpus->bytes, cpus->set);
}

/** cpus_last() - the highest number in the set, or -1 */
int cpus_last(const struct cpus *cpus)
{
	int cpu = cpus_end(cpus) - 1;

	while (cpu >= 0 && !cpus_have(cpus, cpu))
		cpu--;
	return cpu;
}

unsigned int cpus_count(const struct cpus *cpus)
{
	return (unsigned int)CPU_COUNT_S(cpus->bytes, cpus->set);
}

void cpus_free(struct cpus *cpus)
{
	if (cpus->set)
		CPU_FREE(cpus->set);
	*cpus = (struct cpus){ 0 };
}

/** cpu_in_list() - is a CPU in a list such as "0-3,8", as sysfs has them? */
bool cpu_in_list(const char *list, int cpu)
{
	char *end;

	for (; *list >= '0' && *list <= '9'; list = end + (*end == ',')) {
		long from = strtol(list, &end, 10), to = from;

		if (*end == '-')
			to = strtol(end + 1, &end, 10);
		if (cpu >= from && cpu <= to)
			return true;
	}
	return false;
}

/**
 * pin_task() - keep a thread on one CPU
 * @task: its id, or 0 for the caller
 * @cpu: number
 *
 * Return: 0 or -errno; see why_not_pinned().
 */
int pin_task(pid_t task, int cpu)
{
	struct cpus one = { 0 };
	int err;

	if (cpu < 0 || cpu >= CPUS_MAX)
		return -EINVAL;
	err = allocate(&one, (size_t)cpu + 1);
	if (!err) {
		CPU_SET_S((size_t)cpu, one.bytes, one.set);
		if (sched_setaffinity(task, one.bytes, one.set))
			err = -errno;
	}
	cpus_free(&one);
	return err;
}

/**
 * pin_trial() - could this process be kept on one CPU?
 * @cpu: number
 *
 * A child tries: where the process itself may run stays as it is.
 *
 * Return: 0 or -errno; see why_not_pinned().
 */
int pin_trial(int cpu)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(-pin_task(0, cpu));
	if (child < 0)
		return -errno;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

/** unpin() - let this thread run on any CPU that the cpuset has; 0 or -errno */
int unpin(void)
{
	struct cpus all;
	int err = cpus_allowed(&all);

	/* As long as the kernel's own: what is beyond it is cut off. */
	if (!err) {
		memset(all.set, 0xff, all.bytes);
		err = cpus_apply(&all);
	}
	cpus_free(&all);
	return err;
}
