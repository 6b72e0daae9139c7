// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols, build id and hash of the code of a kernel image. A program of its own
 * reads them, by libelf: what it takes to link that statically is no part of most
 * distributions, and a guest has no use for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exact.h"

#define READER "vmabench-symbols"

extern char **environ;

/* Starts @program with @arg; what it prints can be read from the descriptor. */
static int start(const char *program, const char *arg, pid_t *pid)
{
	char *const argv[] = { (char *)program, (char *)arg, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = posix_spawn_file_actions_init(&actions);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, ends[1],
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawn(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (!err)
		return ends[0];
	close(ends[0]);
	return -err;
}

/* Head and table of @s->text, if they are what they should be. */
static bool take_apart(struct symbols *s)
{
	int head = 0;

	sscanf(s->text, "build_id %128[0-9a-f]\ncode %64[0-9a-f]\n%n",
	       s->build_id, s->code, &head);
	s->table = s->text + head;
	return head && *s->table;
}

/**
 * symbols_read - read what an image says about itself
 * @vmlinux: file
 * @s: filled in; @s->text is to be freed, also after an error
 *
 * Return: 0, or -1 with the reason on stderr.
 */
int symbols_read(const char *vmlinux, struct symbols *s)
{
	char *program = beside(READER);
	int fd, status = -1, err = 0;
	size_t len;
	pid_t pid;

	memset(s, 0, sizeof(*s));
	fd = start(program, vmlinux, &pid);
	if (fd < 0) {
		fprintf(stderr,
			"vmabench: cannot run %s, which reads the symbols of a kernel: %s; make builds it, and it belongs beside vmabench\n",
			program, strerror(-fd));
		free(program);
		return -1;
	}
	s->text = read_stream(fdopen(fd, "r"), &len);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!s->text || !WIFEXITED(status) || WEXITSTATUS(status)) {
		/* It has said why, if it could be loaded and was not killed. */
		fprintf(stderr,
			"vmabench: %s could not read the symbols of %s%s\n",
			program, vmlinux,
			WIFEXITED(status) && WEXITSTATUS(status) == 127
				? ": is libelf installed? (Debian: libelf1)"
				: "");
		err = -1;
	} else if (!take_apart(s)) {
		fprintf(stderr,
			"vmabench: %s is of another version: it did not print build id, code and symbols of %s\n",
			program, vmlinux);
		err = -1;
	}
	free(program);
	return err;
}
