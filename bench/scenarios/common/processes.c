// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes of operations: see processes.h. */
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "processes.h"

static int set_policy(int policy, int priority)
{
	const struct sched_param param = { .sched_priority = priority };

	return sched_setscheduler(0, policy, &param) ? -errno : 0;
}

/*
 * What the guest's kernel puts off is done by threads of its own. Behind a task that spins
 * and has a priority they would come to nothing, and no grace period would end.
 */
static void prefer_kernel_threads(void)
{
	const struct sched_param param = { .sched_priority = 2 };
	char path[32], name[32];

	for (int pid = 2; pid < 100; pid++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		f = fopen(path, "re");
		if (f && fgets(name, sizeof(name), f) &&
		    (!strncmp(name, "rcu_", 4) || !strncmp(name, "ksoftirqd", 9)))
			sched_setscheduler(pid, SCHED_FIFO, &param);
		if (f)
			fclose(f);
	}
}

/*
 * Children have the policy of their parent. By SCHED_BATCH, none preempts another when it
 * wakes up, but at the end of a slice one may. By SCHED_FIFO, with equal priorities, none
 * ever does; nor does any task without a priority, which is no way to treat a machine that
 * has something else to do.
 */
int processes_setup(struct scenario_run *run)
{
	if (!run->guest)
		return set_policy(SCHED_BATCH, 0);
	prefer_kernel_threads();
	return set_policy(SCHED_FIFO, 1);
}

void processes_teardown(struct scenario_run *run)
{
	(void)run;
	set_policy(SCHED_OTHER, 0);
}
