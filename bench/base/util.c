// SPDX-License-Identifier: GPL-2.0-or-later
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

/* What a program exits with when the machine, not its input, gave out. */
#define EXIT_HOST 4

/**
 * xasprintf() - asprintf() that ends the program when memory is out
 * @fmt: printf() format
 *
 * Return: the string, to be given to free().
 */
char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		errx(EXIT_HOST, "out of memory");
	return s;
}

/**
 * join_text() - put one more text behind another
 * @text: what it grows, to be given to free(); NULL is no text yet
 * @sep: what is between them, where there is one before
 * @fmt: printf() format
 */
void join_text(char **text, const char *sep, const char *fmt, ...)
{
	char *before = *text, *more;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&more, fmt, ap) < 0)
		errx(EXIT_HOST, "out of memory");
	va_end(ap);
	*text = xasprintf("%s%s%s", before ? before : "",
			  before && *before ? sep : "", more);
	free(before);
	free(more);
}

/**
 * xcalloc() - calloc() that ends the program when memory is out
 * @nmemb: elements
 * @size: size of one
 */
void *xcalloc(size_t nmemb, size_t size)
{
	void *p = calloc(nmemb, size);

	if (!p)
		errx(EXIT_HOST, "out of memory");
	return p;
}

/**
 * xreallocarray() - reallocarray() that ends the program when memory is out
 * @array: what an earlier call returned, or NULL
 * @nmemb: elements
 * @size: size of one
 */
void *xreallocarray(void *array, size_t nmemb, size_t size)
{
	array = reallocarray(array, nmemb, size);
	if (!array)
		errx(EXIT_HOST, "out of memory");
	return array;
}

/**
 * xgrow() - make room for one more element
 * @array: what an earlier call returned, or NULL
 * @nmemb: elements in use
 * @size: size of one
 *
 * Room doubles at powers of two, so that the caller keeps one counter and
 * appending stays linear. Ends the program when memory is out.
 *
 * Return: the array, perhaps moved, with a zeroed element @nmemb.
 */
void *xgrow(void *array, size_t nmemb, size_t size)
{
	if (!(nmemb & (nmemb - 1)))
		array = xreallocarray(array, nmemb ? nmemb * 2 : 1, size);
	memset((char *)array + nmemb * size, 0, size);
	return array;
}

static int write_all(int fd, const char *buf, size_t len)
{
	while (len) {
		ssize_t n = write(fd, buf, len);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		buf += n;
		len -= n;
	}
	return 0;
}

/* A rename is on disk only once its directory is. */
static int sync_parent(const char *path)
{
	char *copy = strdup(path);
	int fd, err = 0;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (fd < 0)
		return -errno;
	/* Not every file system can sync a directory: EINVAL is no loss. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

/* A rename would put a file in the place of a device, a pipe or a link. */
static int check_replaceable(const char *path)
{
	struct stat st;

	if (lstat(path, &st) || S_ISREG(st.st_mode))
		return 0;
	return S_ISDIR(st.st_mode) ? -EISDIR : -ENOTSUP;
}

/**
 * write_file_atomic() - replace a file by new content, or leave it alone
 * @path: file to write; its directory must exist
 * @buf: content
 * @len: bytes in @buf
 * @mode: %MODE_RECORD or %MODE_DERIVED, umask not applied
 *
 * Writes a temporary name in the same directory, syncs, renames. On an error
 * the temporary file is gone and what was under @path is intact. What is there and is
 * no regular file is left alone: /dev/null is everybody's.
 *
 * Return: 0 or a negative errno (-ENOSPC when the disk is full, -ENOTSUP where there
 * is a device, a pipe or a symbolic link).
 */
int write_file_atomic(const char *path, const void *buf, size_t len, mode_t mode)
{
	char *tmp;
	int fd, err = check_replaceable(path);

	if (err)
		return err;
	if (asprintf(&tmp, "%s.XXXXXX", path) < 0)
		return -ENOMEM;

	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out_free;
	}

	err = write_all(fd, buf, len);
	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (err)
		goto out_unlink;

	if (rename(tmp, path)) {
		err = -errno;
		goto out_unlink;
	}
	err = sync_parent(path);
	goto out_free;

out_unlink:
	unlink(tmp);
out_free:
	free(tmp);
	return err;
}

/* In a folder as /tmp is, only its owner and that of the file may replace it. */
static bool may_replace(const char *dir, const struct stat *file)
{
	uid_t me = geteuid();
	struct stat st;

	return !me || me == file->st_uid || stat(dir, &st) ||
	       !(st.st_mode & S_ISVTX) || me == st.st_uid;
}

/**
 * may_write_file() - could write_file_atomic() write it, once its directory is made?
 * @path: file
 *
 * Tries, in the nearest directory that is there, and leaves nothing behind. It is for
 * those who work for long before they have anything to write.
 *
 * Return: 0 or a negative errno, as write_file_atomic() has them.
 */
int may_write_file(const char *path)
{
	char *copy = xasprintf("%s", path), *dir = copy, *tmp;
	struct stat st;
	int fd, err = *base_name(path) ? check_replaceable(path) : -EISDIR;

	do
		dir = dirname(dir);
	while (access(dir, F_OK) && errno == ENOENT);

	tmp = xasprintf("%s/%s.XXXXXX", dir, base_name(path));
	if (!err && !lstat(path, &st) && !may_replace(dir, &st))
		err = -EPERM;
	fd = err ? -1 : mkostemp(tmp, O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		unlink(tmp);
	} else if (!err) {
		err = -errno;
	}
	free(tmp);
	free(copy);
	return err;
}
