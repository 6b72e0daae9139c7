// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Process 1 of a pid namespace, as the command of a container is. The kernel drops
 * signals for it that it has no handler for, Ctrl-C among them, and gives it every
 * process whose parent has ended. The program is written for neither: it runs as a
 * child, and what is left as process 1 does nothing but this.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/guest.h"

/* Waits for all that have ended. Ends as @child did, if it is among them. */
static void reap(pid_t child)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != child)
			continue;
		/* All that is left in the namespace is killed with this. */
		_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					  : WEXITSTATUS(status));
	}
}

/**
 * serve_as_init - do what process 1 has to, and run the program as its child
 *
 * Return: in the child; also where no process can be made, which then does without.
 */
void serve_as_init(void)
{
	sigset_t all, before;
	siginfo_t info;
	pid_t child;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	child = fork();
	if (child <= 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return;
	}
	for (;;) {
		int sig = sigwaitinfo(&all, &info);

		if (sig == SIGCHLD)
			reap(child);
		/* The terminal sends its own to the whole process group. */
		else if (sig > 0 && info.si_code != SI_KERNEL)
			kill(child, sig);
	}
}
