// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starting QEMU and talking QMP to it over its standard streams. Every wait has
 * a deadline: a guest that hangs is a result, not a reason to hang.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "guest/guest.h"
#include "qemu.h"
#include "system/system.h"

/*
 * A console and a report are as long as the guest wants them to be, on a disk of the host's.
 * No file of QEMU's has reason to be larger than the guest's memory, which is one. What is
 * beyond that is lost, and QEMU goes on.
 */
static void limit_files(void)
{
	struct rlimit size;
	rlim_t most = (rlim_t)guest_memory_mib() << 20;

	signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &size) || size.rlim_cur <= most)
		return;
	size.rlim_cur = most;
	setrlimit(RLIMIT_FSIZE, &size);
}

/**
 * qemu_fork - run QEMU in a process
 * @argv: its arguments; a program of no folder is looked for on the PATH
 * @dir: where it works. Its options give commas and quotes a meaning of their own, and
 *	folders of users have such names: what it opens is named from here
 * @in: its standard input
 * @out: its standard output
 * @err: and its standard error; -1 for ours
 *
 * The process dies with its parent, however that ends.
 *
 * Return: its id, or -errno.
 */
pid_t qemu_fork(char *const argv[], const char *dir, int in, int out, int err)
{
	pid_t parent = getpid(), pid = fork();
	const char *program = argv[0];

	if (pid)
		return pid < 0 ? -errno : pid;
	if (strchr(program, '/'))
		program = absolute_path(program);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* A terminal's Ctrl-C is for us to handle. */
	setpgid(0, 0);
	limit_files();
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (err >= 0)
		dup2(err, STDERR_FILENO);
	if (program && !chdir(dir))
		execvp(program, argv);
	dprintf(STDERR_FILENO, "%s, in %s: %s\n", argv[0], dir, strerror(errno));
	_exit(127);
}

static int start(struct qemu *q, char *const argv[], const char *dir,
		 const char *stderr_path)
{
	int to[2], from[2], err;
	pid_t pid;

	if (pipe2(to, O_CLOEXEC))
		return -errno;
	if (pipe2(from, O_CLOEXEC)) {
		close(to[0]);
		close(to[1]);
		return -errno;
	}
	/* To write to a QEMU that has died is an error, which says so. */
	signal(SIGPIPE, SIG_IGN);
	err = open(stderr_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pid = qemu_fork(argv, dir, to[0], from[1], err);
	if (err >= 0)
		close(err);
	close(to[0]);
	close(from[1]);
	q->to = to[1];
	q->from = from[0];
	q->pid = pid > 0 ? pid : 0;
	return pid < 0 ? pid : 0;
}

/* Next line from QEMU; NULL with errno ETIMEDOUT, EPIPE (it is gone), ... */
static json_t *next_message(struct qemu *q)
{
	for (;;) {
		char *nl = memchr(q->buf, '\n', q->have);
		uint64_t now = monotonic_ns();
		struct pollfd p = { .fd = q->from, .events = POLLIN };
		ssize_t n;

		if (nl) {
			size_t len = (size_t)(nl - q->buf);
			json_t *m = json_loadb(q->buf, len, 0, NULL);

			q->have -= len + 1;
			memmove(q->buf, nl + 1, q->have);
			if (m)
				return m;
			continue;
		}
		if (now >= q->deadline_ns || q->have == sizeof(q->buf)) {
			errno = ETIMEDOUT;
			return NULL;
		}
		if (poll(&p, 1, (int)((q->deadline_ns - now) / 1000000 + 1)) < 0)
			return NULL;
		if (!p.revents)
			continue;
		n = read(q->from, q->buf + q->have, sizeof(q->buf) - q->have);
		if (n <= 0) {
			errno = n ? errno : EPIPE;
			return NULL;
		}
		q->have += (size_t)n;
	}
}

/**
 * qemu_command - send a command and wait for the answer
 * @q: QEMU
 * @json: the command, one line; NULL sends nothing
 *
 * Events that come in between are dropped: wait for events before, not after, a
 * command that causes them.
 *
 * Return: the answer's "return", to be released, or NULL with errno set.
 */
json_t *qemu_command(struct qemu *q, const char *json)
{
	json_t *m, *ret;

	if (dprintf(q->to, "%s\n", json) < 0)
		return NULL;
	while ((m = next_message(q))) {
		if (json_object_get(m, "error")) {
			json_decref(m);
			errno = EPROTO;
			return NULL;
		}
		ret = json_incref(json_object_get(m, "return"));
		json_decref(m);
		if (ret)
			return ret;
	}
	return NULL;
}

/** qemu_do - the same, where an answer says nothing but that it came; 0 or -errno */
int qemu_do(struct qemu *q, const char *json)
{
	json_t *r = qemu_command(q, json);

	json_decref(r);
	return r ? 0 : -errno;
}

/**
 * qemu_launch - start QEMU and open the protocol
 * @q: to be filled in; to be given to qemu_kill() in any case
 * @argv: its arguments, those of guest_arguments() among them
 * @base: path of the files of this run, without suffix; QEMU works in their folder
 * @timeout_s: time it has for everything
 *
 * Return: 0 or -errno.
 */
int qemu_launch(struct qemu *q, char *const argv[], const char *base,
		unsigned int timeout_s)
{
	char *err_path = xasprintf("%s.stderr", base);
	char *dir = xasprintf("%.*s", (int)(base_name(base) - base), base);
	int err;

	*q = (struct qemu){ .to = -1, .from = -1 };
	q->deadline_ns = monotonic_ns() + timeout_s * 1000000000ull;
	err = start(q, argv, dir, err_path);
	free(dir);
	free(err_path);
	return err ? err : qemu_do(q, "{\"execute\":\"qmp_capabilities\"}");
}

/** qemu_wait_event - wait for an event by name; returns 0 or -errno */
int qemu_wait_event(struct qemu *q, const char *event)
{
	bool found = false;
	json_t *m;

	while (!found && (m = next_message(q))) {
		const char *name = json_string_value(json_object_get(m, "event"));

		found = name && !strcmp(name, event);
		json_decref(m);
	}
	return found ? 0 : -errno;
}

/** qemu_wait_status - wait until the run state is something else */
int qemu_wait_status(struct qemu *q, const char *not_status)
{
	for (;;) {
		struct timespec pause = { .tv_nsec = 5000000 };
		json_t *r = qemu_command(q, "{\"execute\":\"query-status\"}");
		const char *status;
		bool done;

		if (!r)
			return -errno;
		status = json_string_value(json_object_get(r, "status"));
		done = status && strcmp(status, not_status);
		json_decref(r);
		if (done)
			return 0;
		nanosleep(&pause, NULL);
	}
}

/**
 * qemu_wait_exit - wait until QEMU has ended by itself
 * @q: QEMU
 * @status: gets its wait status
 *
 * Return: 0, or -errno: -ETIMEDOUT, -EINTR; it is then still running.
 */
int qemu_wait_exit(struct qemu *q, int *status)
{
	json_t *m;

	while ((m = next_message(q)))
		json_decref(m);
	/* It has closed its end: then it ends. */
	if (errno != EPIPE)
		return -errno;
	if (waitpid(q->pid, status, 0) < 0)
		return -errno;
	q->pid = 0;
	return 0;
}

/** qemu_finish - let the machine run, and do the same */
int qemu_finish(struct qemu *q, int *status)
{
	int err = qemu_do(q, "{\"execute\":\"cont\"}");

	return err ? err : qemu_wait_exit(q, status);
}

/** qemu_kill_group - end @pid, and QEMU if that is a script which waits for it */
void qemu_kill_group(pid_t pid)
{
	/* Right after fork() it does not lead a group yet. */
	if (kill(-pid, SIGKILL))
		kill(pid, SIGKILL);
}

/** qemu_kill - end QEMU, if it runs, and forget it */
void qemu_kill(struct qemu *q)
{
	if (q->pid > 0) {
		qemu_kill_group(q->pid);
		waitpid(q->pid, NULL, 0);
	}
	q->pid = 0;
	if (q->to >= 0)
		close(q->to);
	if (q->from >= 0)
		close(q->from);
}
