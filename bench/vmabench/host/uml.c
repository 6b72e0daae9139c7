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
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "native_plan.h"
#include "qemu.h"
#include "system/system.h"
#include "uml.h"

/* What one scenario takes is some 200 KiB; the rest is the kernel's own. */
#define UML_MEMORY "mem=64M"

/* Can a file in @dir be memory with code in it? */
static bool holds_code(const char *dir)
{
	char *path = xasprintf("%s/vmabench-XXXXXX", dir);
	void *page = MAP_FAILED;
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd >= 0) {
		unlink(path);
		if (!ftruncate(fd, 1))
			page = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_SHARED,
				    fd, 0);
		close(fd);
	}
	free(path);
	return page != MAP_FAILED && !munmap(page, 1);
}

/*
 * The memory of the kernel is a file, best in memory. Where it can be nowhere, the
 * kernel says that best.
 */
static void choose_memory(const char *scratch)
{
	const char *const dirs[] = { getenv("TMPDIR"), "/dev/shm", "/tmp",
				     scratch };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		if (!dirs[i] || !*dirs[i] || !holds_code(dirs[i]))
			continue;
		setenv("TMPDIR", dirs[i], 1);
		return;
	}
}

/* Becomes the kernel; @plan and @answer are descriptors above those it is to have. */
static void __attribute__((noreturn))
become(const struct uml *u, pid_t parent, int plan, int answer)
{
	char *uml_dir = xasprintf("uml_dir=%s/", u->dir);
	char *argv[] = { (char *)u->vmlinux,
			 (char *)UML_MEMORY,
			 uml_dir,
			 (char *)"con=null",
			 (char *)"con0=fd:0,fd:1",
			 (char *)"panic=-1",
			 (char *)"secretmem.enable=1",
			 (char *)"vmabench",
			 NULL };
	int null = open("/dev/null", O_RDONLY);
	/* Without one, the kernel itself would have something else there. */
	int disk = open(u->disk ? u->disk : "/dev/null", O_RDONLY);
	int console = open(u->console, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int err;

	choose_memory(u->dir);
	/* Or its memory would begin up to a GiB behind its code, and have that as well. */
	personality(ADDR_NO_RANDOMIZE);
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
	err = pin_task(0, u->cpu);
	if (err)
		dprintf(STDERR_FILENO, "pinning it to CPU %d: %s\n", u->cpu,
			strerror(-err));
	else
		execv(u->vmlinux, argv);
	dprintf(STDERR_FILENO, "%s: %s\n", u->vmlinux, strerror(errno));
	_exit(127);
}

/* What the driver writes, until all that have the other end are gone. 0 or -errno. */
static int gather(struct uml *u, int from)
{
	uint64_t deadline_ns = monotonic_ns() + u->timeout_s * 1000000000ull;
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
	}
	if (all && fclose(all) && !err)
		err = -ENOMEM;
	return err;
}

/* A file of @size bytes that is in memory alone; -errno. */
static int file_of(const void *data, size_t size)
{
	int fd = memfd_create("vmabench-plan", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, data, size) != (ssize_t)size) {
		close(fd);
		return -EIO;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
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
	int fds[2], fd = file_of(plan, size), err = 0;
	pid_t parent = getpid();

	if (fd < 0)
		return fd;
	if (pipe2(fds, O_CLOEXEC)) {
		err = -errno;
		close(fd);
		return err;
	}
	fflush(NULL);
	u->pid = fork();
	if (u->pid == 0)
		become(u, parent, fd, fds[1]);
	if (u->pid < 0)
		err = -errno;
	close(fd);
	close(fds[1]);
	if (!err)
		err = gather(u, fds[0]);
	close(fds[0]);
	if (u->pid > 0) {
		/* Those that it has left are stopped, and would stay. */
		siginfo_t info;

		if (!err)
			waitid(P_PID, (id_t)u->pid, &info, WEXITED | WNOWAIT);
		qemu_kill_group(u->pid);
		waitpid(u->pid, &u->status, 0);
	}
	return err;
}
