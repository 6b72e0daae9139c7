// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kprobes are the kernel's, and outlive the process that made them. One that is killed
 * cannot remove them: another process does, which waits at a pipe for the end of it, in a
 * session that the death of its terminal or group does not reach.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "inside.h"
#include "instruments/instrument.h"
#include "run/pass.h"

/* Whoever had them open ends as well, in a moment. */
#define TRIES 50
#define TRY_NS 20000000

static void remove_all(void)
{
	struct timespec pause = { .tv_nsec = TRY_NS };
	struct run_config config = { 0 };
	char reason[256];

	/* Where tracefs is not mounted, that is of its own as well. */
	if (pass_counts.enter)
		pass_counts.enter(&config, reason, sizeof(reason));
	for (int i = 0; i < TRIES; i++) {
		unsigned int left = 0;

		for_each_instrument(in) if (in->recover) left += in->recover();
		if (!left)
			return;
		nanosleep(&pause, NULL);
	}
}

static void __attribute__((noreturn)) guard(int from)
{
	static const int deaf[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
	char c;
	ssize_t n;

	setsid();
	for (size_t i = 0; i < ARRAY_SIZE(deaf); i++)
		signal(deaf[i], SIG_IGN);
	do
		n = read(from, &c, 1);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		remove_all();
	_exit(0);
}

/**
 * begin_guard() - have what outlives a process taken back, however this one ends
 * @g: gets the guard; without one, which is no error, what is left is taken back by the
 *	next process that counts
 *
 * Processes that this one starts do not have the pipe, once they have called exec().
 */
void begin_guard(struct guard *g)
{
	int fds[2];

	*g = (struct guard){ .to = -1 };
	if (pipe2(fds, O_CLOEXEC))
		return;
	g->pid = fork();
	if (g->pid == 0) {
		close(fds[1]);
		guard(fds[0]);
	}
	close(fds[0]);
	if (g->pid > 0)
		g->to = fds[1];
	else
		close(fds[1]);
}

/**
 * end_guard() - and wait for it
 * @g: as begin_guard() has left it
 * @left: is there something to be taken back?
 */
void end_guard(struct guard *g, bool left)
{
	if (g->pid <= 0)
		return;
	while (!left && write(g->to, "", 1) < 0 && errno == EINTR)
		;
	close(g->to);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	g->pid = 0;
}
