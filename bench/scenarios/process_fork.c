// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(nr / 2 VMAs)   (nr / 2 VMAs)	one process
 *					fork: n more, which have the same
 *					SIGKILL and wait4: all of them are gone
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "common/processes.h"

#define CHILDREN 4

static struct {
	long pids[CHILDREN];
	int awake[2]; /* each child writes a byte when it has nothing more to do */
} children = { .awake = { -1, -1 } };

static pid_t parent;

static int open_pipe(struct scenario_run *run)
{
	parent = getpid();
	return pipe(children.awake) ? -errno : processes_setup(run);
}

static void close_pipe(struct scenario_run *run)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		if (children.pids[i] <= 0)
			continue;
		kill((pid_t)children.pids[i], SIGKILL);
		waitpid((pid_t)children.pids[i], NULL, 0);
	}
	close(children.awake[0]);
	close(children.awake[1]);
	processes_teardown(run);
}

static void __attribute__((noreturn)) wait_for_the_end(void)
{
	const struct timespec day = { .tv_sec = 86400 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Nobody tells of a parent that was gone before. */
	if (getppid() == parent && write(children.awake[1], "", 1) == 1)
		nanosleep(&day, NULL);
	_exit(1);
}

static long make(const struct scenario_run *run, unsigned int i)
{
	long pid = raw_call(SYS_clone, SIGCHLD, 0, 0, 0);

	(void)run;
	if (pid == 0)
		wait_for_the_end();
	children.pids[i] = pid;
	return pid < 0 ? pid : 0;
}

static int wait_for_all(const struct scenario_run *run)
{
	char byte;

	for (unsigned int i = 0; i < run->nr_ops; i++)
		if (read(children.awake[0], &byte, 1) != 1)
			return -EIO;
	return 0;
}

static long end(const struct scenario_run *run, unsigned int i)
{
	long pid = children.pids[i], ret;

	(void)run;
	ret = raw_call(SYS_kill, pid, SIGKILL, 0, 0);
	if (!ret)
		ret = raw_call(SYS_wait4, pid, 0, 0, 0);
	children.pids[i] = 0;
	return ret == pid ? 0 : ret;
}

#define FORK(nr_) \
	SCENARIO(process_fork_p##nr_) = {                                    \
		SCENARIO_ID(process_fork_p##nr_),                            \
		.claim = "fork and end of a process with " #nr_ " other VMAs", \
		.set = SET_MM,                                               \
		.backing = &backing_none,                                    \
		.population = (nr_),                                         \
		.nr_ops = CHILDREN,                                          \
		.setup = open_pipe,                                          \
		.teardown = close_pipe,                                      \
		.ops = { OP("fork", make, OUTCOME("none", 0, 0)),            \
			 OP("exit", end, OUTCOME("none", 0, 0),              \
			    .prepare = wait_for_all,                         \
			    .switches = THERE_AND_BACK), },                  \
	}

FORK(10);
FORK(100);
FORK(1000);
