// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of scripts/test-kernel.sh: the guest's first process, which runs the kernel's own tests
 * that lie in /tests, one after the other, as /tests/list names them. What they say goes
 * to the first serial port, and what the kernel says to the second one: neither breaks
 * into a line of the other. Around that stands
 *
 *	== NAME
 *	== NAME exit 0		or "signal 11", or "hung"
 *	== done
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PORT "/dev/ttyS0"

static void mount_at(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		printf("== init: mounting %s: %s\n", where, strerror(errno));
}

static void run(const char *name)
{
	char path[128];
	int null = open("/dev/null", O_RDONLY);

	snprintf(path, sizeof(path), "/tests/%s", name);
	dup2(null, STDIN_FILENO);
	setpgid(0, 0);
	execl(path, path, (char *)NULL);
	printf("== init: %s: %s\n", path, strerror(errno));
	_exit(127);
}

/* Waits for @pid, for @seconds; returns whether it has ended. */
static int ended(pid_t pid, unsigned int seconds, int *status)
{
	struct timespec pause = { .tv_nsec = 20000000 }, now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	while (waitpid(pid, status, WNOHANG) != pid) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end.tv_sec)
			return 0;
		nanosleep(&pause, NULL);
	}
	return 1;
}

static void test(const char *name, unsigned int seconds)
{
	pid_t pid;
	int status;

	printf("== %s\n", name);
	pid = fork();
	if (pid == 0)
		run(name);
	if (pid < 0 || !ended(pid, seconds, &status))
		printf("\n== %s hung\n", name);
	else if (WIFEXITED(status))
		printf("\n== %s exit %d\n", name, WEXITSTATUS(status));
	else
		printf("\n== %s signal %d\n", name, WTERMSIG(status));
	/* It, and what it has started. */
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

int main(void)
{
	const char *patience = getenv("TEST_SECONDS");
	unsigned int seconds = patience ? (unsigned int)atoi(patience) : 600;
	char name[64];
	FILE *list;

	mount_at("devtmpfs", "/dev");
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("tmpfs", "/tmp");
	if (chdir("/tmp") || !freopen(PORT, "w", stdout) ||
	    dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		return 1;
	setvbuf(stdout, NULL, _IONBF, 0);
	list = fopen("/tests/list", "re");
	while (list && fscanf(list, "%63s", name) == 1)
		test(name, seconds);
	printf("== done\n");
	tcdrain(STDOUT_FILENO);
	reboot(RB_AUTOBOOT);
	return 1;
}
