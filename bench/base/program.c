// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What another program prints. It is given its arguments one by one, and no shell reads
 * them: a path has any characters.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

/* No console, no output of the plugin and no program is as large. */
#define STREAM_MAX (512ul << 20)

/**
 * read_stream() - what is left in a stream, which is closed
 * @f: stream, or NULL
 * @len: gets its bytes
 *
 * Return: a string, to be freed; NULL if there is none, or more than %STREAM_MAX.
 */
char *read_stream(FILE *f, size_t *len)
{
	char *text = NULL, buf[8192];
	size_t n;
	FILE *out;

	*len = 0;
	if (!f)
		return NULL;
	out = open_memstream(&text, len);
	while (out && *len <= STREAM_MAX && (n = fread(buf, 1, sizeof(buf), f))) {
		fwrite(buf, 1, n, out);
		fflush(out);
	}
	fclose(f);
	if (out && !fclose(out) && *len <= STREAM_MAX)
		return text;
	free(text);
	*len = 0;
	return NULL;
}

/* Starts @argv; what it prints can be read from the descriptor. */
static int start(const char *const argv[], bool quiet, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = posix_spawn_file_actions_init(&actions);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, ends[1],
						       STDOUT_FILENO);
	if (!err && quiet)
		err = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
						       "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(pid, argv[0], &actions, NULL,
				   (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!err)
		return ends[0];
	close(ends[0]);
	return -err;
}

/**
 * output_of() - run a program to its end
 * @argv: its name or path, and its arguments
 * @quiet: what it says on stderr is for nobody; or else the user sees it
 * @text: what it printed; to be freed
 * @len: bytes of that
 *
 * Return: its exit status, 128 if a signal ended it, or -errno if it did not start
 * or its output could not be read.
 */
int output_of(const char *const argv[], bool quiet, char **text, size_t *len)
{
	int status, fd;
	pid_t pid;

	*text = NULL;
	*len = 0;
	fd = start(argv, quiet, &pid);
	if (fd < 0)
		return fd;
	*text = read_stream(fdopen(fd, "r"), len);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!*text)
		return -ENOMEM;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
