// SPDX-License-Identifier: GPL-2.0-or-later
/* What another program prints. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exact.h"

extern char **environ;

/* Starts @argv; what it prints can be read from the descriptor. */
static int start(const char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = posix_spawn_file_actions_init(&actions);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, ends[1],
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawn(pid, argv[0], &actions, NULL,
				  (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!err)
		return ends[0];
	close(ends[0]);
	return -err;
}

/**
 * output_of - run a program to its end
 * @argv: path of it, and its arguments
 * @text: what it printed; to be freed
 *
 * What it says on stderr is seen by the user.
 *
 * Return: its exit status, 128 if a signal ended it, or -errno if it did not start
 * or its output could not be read.
 */
int output_of(const char *const argv[], char **text)
{
	int status, fd;
	size_t len;
	pid_t pid;

	*text = NULL;
	fd = start(argv, &pid);
	if (fd < 0)
		return fd;
	*text = read_stream(fdopen(fd, "r"), &len);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!*text)
		return -ENOMEM;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
