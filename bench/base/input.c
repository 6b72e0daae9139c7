// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that somebody has named, or that lie in a folder of somebody's: a FIFO in the
 * place of one would have us wait for ever, a device does something when it is opened,
 * and either of them never ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

/* A pipe that whoever has started us gave us, and named: "import perf /dev/stdin". */
static bool is_own_pipe(const char *path, const struct stat *st)
{
	return S_ISFIFO(st->st_mode) &&
	       (!strcmp(path, "/dev/stdin") || !strncmp(path, "/dev/fd/", 8));
}

/* 0, or why it is not read. */
static int check_kind(const char *path, const struct stat *st)
{
	if (S_ISREG(st->st_mode) || is_own_pipe(path, st))
		return 0;
	return S_ISDIR(st->st_mode) ? -EISDIR : -ENOTSUP;
}

/**
 * open_input() - open a file to read it
 * @path: file
 *
 * What is no regular file is not opened at all, but for a pipe that is given as
 * /dev/stdin or /dev/fd/N; what takes the file's place meanwhile is not waited for.
 *
 * Return: the file, or a negative errno, for input_error(): -EISDIR where there is a
 * folder, -ENOTSUP where there is a FIFO, a device or a socket.
 */
int open_input(const char *path)
{
	struct stat st;
	int fd, err;

	if (stat(path, &st))
		return -errno;
	err = check_kind(path, &st);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) ? -errno : check_kind(path, &st);
	if (!err && fcntl(fd, F_SETFL, 0))
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/**
 * fopen_input() - open_input() as a stream
 * @path: file
 *
 * Return: the stream, or NULL with errno, for input_error().
 */
FILE *fopen_input(const char *path)
{
	int fd = open_input(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd < 0)
		errno = -fd;
	else if (!f)
		close(fd);
	return f;
}

/**
 * input_error() - why a file is not read, in words
 * @err: errno, positive or negative
 */
const char *input_error(int err)
{
	switch (abs(err)) {
	case EISDIR:
		return "it is a folder, and a file is wanted";
	case ENOTSUP:
		return "it is a FIFO, a device or a socket, and a file is wanted";
	default:
		return strerror(abs(err));
	}
}
