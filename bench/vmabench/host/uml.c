// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running a kernel that was built with ARCH=um: a process and, of its own, a few more,
 * which are all in one group. None is there any more when this returns, nor when this
 * program is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "native.h"
#include "native_plan.h"
#include "qemu.h"
#include "system/system.h"
#include "uml.h"

/*
 * No file that the kernel writes is larger than its memory is: not a console on which the
 * same is said for ever, nor a core.
 */
static void limit_files(unsigned int mib)
{
	struct rlimit file, core = { 0 };
	rlim_t most = (rlim_t)mib << 20;

	if (!getrlimit(RLIMIT_FSIZE, &file) && file.rlim_cur > most) {
		file.rlim_cur = most;
		setrlimit(RLIMIT_FSIZE, &file);
	}
	setrlimit(RLIMIT_CORE, &core);
}

/* Becomes the kernel; @plan and @answer are descriptors above those it is to have. */
static void __attribute__((noreturn))
become(const struct uml *u, pid_t parent, int plan, int answer)
{
	char *memory = xasprintf("mem=%uM", u->memory_mib);
	char *argv[] = { (char *)u->vmlinux, memory,
			 /* It has room for a path of 512 bytes, and says nothing. */
			 (char *)"uml_dir=./", (char *)"con=null",
			 (char *)"con0=fd:0,fd:1", (char *)"panic=-1",
			 (char *)"secretmem.enable=1", (char *)"vmabench", NULL };
	int null = open("/dev/null", O_RDONLY);
	/* Without one, the kernel itself would have something else there. */
	int disk = open(u->disk ? u->disk : "/dev/null", O_RDONLY);
	int console = open(u->console, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char *vmlinux = absolute_path(u->vmlinux);
	char *memory_dir = absolute_path(u->memory_dir);
	unsigned int gap_mib;
	int err;

	if (!vmlinux || !memory_dir || chdir(u->dir))
		_exit(1);
	setenv("TMPDIR", memory_dir, 1);
	/* Or its memory begins up to a GiB behind its code, and has pages for the gap. */
	gap_mib = personality(ADDR_NO_RANDOMIZE) < 0 ? UML_GAP_MIB : 0;
	limit_files(u->memory_mib + gap_mib);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* A terminal's Ctrl-C is for us to handle. */
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	dup2(null, STDIN_FILENO);
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	/* None is where another is to be, nor goes with exec(). */
	plan = fcntl(plan, F_DUPFD, NATIVE_FD_DISK + 1);
	answer = fcntl(answer, F_DUPFD, NATIVE_FD_DISK + 1);
	disk = fcntl(disk, F_DUPFD, NATIVE_FD_DISK + 1);
	dup2(plan, NATIVE_FD_PLAN);
	dup2(answer, NATIVE_FD_ANSWER);
	dup2(disk, NATIVE_FD_DISK);
	for (int fd = NATIVE_FD_DISK + 1; fd < 64; fd++)
		close(fd);
	err = native_open_events(u->events);
	if (err)
		dprintf(STDERR_FILENO, "counting events of it: %s\n",
			strerror(-err));
	err = pin_task(0, u->cpu);
	if (err)
		dprintf(STDERR_FILENO, "pinning it to CPU %d: %s\n", u->cpu,
			strerror(-err));
	else
		execv(vmlinux, argv);
	dprintf(STDERR_FILENO, "%s: %s\n", u->vmlinux, strerror(errno));
	_exit(127);
}

/* What the driver writes, until all that have the other end are gone. 0 or -errno. */
static int gather(struct uml *u, int from, uint64_t deadline_ns)
{
	FILE *all = open_memstream(&u->answer, &u->size);
	int err = all ? 0 : -ENOMEM;
	char buf[8192];
	ssize_t n = 1;

	while (!err && n > 0) {
		struct pollfd p = { .fd = from, .events = POLLIN };

		if (interrupted)
			err = -EINTR;
		else if (monotonic_ns() > deadline_ns)
			err = -ETIMEDOUT;
		else if (poll(&p, 1, 100) > 0 &&
			 (n = read(from, buf, sizeof(buf))) > 0)
			fwrite(buf, 1, (size_t)n, all);
		/* All that there is to say is known: this is something else. */
		if (all && !err && ftello(all) > (off_t)u->most)
			err = -EFBIG;
	}
	if (all && fclose(all) && !err)
		err = -ENOMEM;
	return err;
}

/* A file of @size bytes that has no name; -errno. */
static int file_of(const char *dir, const void *data, size_t size)
{
	char *path = xasprintf("%s/plan-XXXXXX", dir);
	int fd = mkostemp(path, O_CLOEXEC), err = -errno;

	if (fd >= 0)
		unlink(path);
	free(path);
	if (fd < 0)
		return err;
	if (write(fd, data, size) != (ssize_t)size) {
		/* It is written in one piece, unless there is no room for it. */
		close(fd);
		return -ENOSPC;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Numbers of our children; NULL where there are none. To be freed. */
static char *list_children(void)
{
	char *path = xasprintf("/proc/self/task/%d/children", getpid());
	char *list = read_line(path);

	free(path);
	if (list && *list)
		return list;
	free(list);
	return NULL;
}

static void kill_children(void)
{
	char *list = list_children(), *end = list;

	for (char *at = list; at; at = *end ? end : NULL) {
		pid_t pid = (pid_t)strtol(at, &end, 10);

		if (end == at)
			break;
		kill(pid, SIGKILL);
	}
	free(list);
}

/* Has it ended by itself, in time? Leaves it to be waited for. 0 or -errno. */
static int await_end(const struct uml *u, uint64_t deadline_ns)
{
	siginfo_t info = { 0 };

	while (!waitid(P_PID, (id_t)u->pid, &info, WEXITED | WNOWAIT | WNOHANG) &&
	       !info.si_pid) {
		if (interrupted)
			return -EINTR;
		if (monotonic_ns() > deadline_ns)
			return -ETIMEDOUT;
		poll(NULL, 0, 1);
	}
	return 0;
}

/*
 * Ends the group of the kernel, and where that were all our children, @alone, also what
 * has left it. Orphans come to this process, and are not left to one that may keep them
 * as zombies.
 */
static void end_all(struct uml *u, bool alone)
{
	qemu_kill_group(u->pid);
	waitpid(u->pid, &u->status, 0);
	for (int tries = 0; tries < 100; tries++) {
		pid_t pid;

		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 || !alone)
			return;
		kill_children();
		poll(NULL, 0, 1);
	}
}

/**
 * uml_run - boot a kernel, have its driver do what a plan says, and see it end
 * @u: what to boot; gets the answer
 * @plan: of @size bytes
 * @size: of @plan
 *
 * Return: 0 where it has ended by itself, -ETIMEDOUT where it hung, or another -errno.
 */
int uml_run(struct uml *u, const void *plan, size_t size)
{
	int fds[2], fd = file_of(u->dir, plan, size), err = 0;
	pid_t parent = getpid();
	uint64_t deadline_ns = monotonic_ns() + u->timeout_s * 1000000000ull;
	char *others;
	long kills = cgroup_oom_kills("");

	if (fd < 0)
		return fd;
	if (pipe2(fds, O_CLOEXEC)) {
		err = -errno;
		close(fd);
		return err;
	}
	others = list_children();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fflush(NULL);
	u->pid = fork();
	if (u->pid == 0)
		become(u, parent, fd, fds[1]);
	if (u->pid < 0)
		err = -errno;
	close(fd);
	close(fds[1]);
	if (!err)
		err = gather(u, fds[0], deadline_ns);
	close(fds[0]);
	if (u->pid > 0) {
		/* Those that it has left are stopped, and would stay. */
		if (!err)
			err = await_end(u, deadline_ns);
		end_all(u, !others);
	}
	free(others);
	u->oom_kills = cgroup_oom_kills("") - kills;
	return err;
}
