// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are written whole or not at all, and what is there already: a record is
 * written once and replaces nothing, what is derived of records replaces what it was.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

/* What a disk must have left for a file that is only opened; most have no more. */
#define RESERVED_BYTES (64 << 10)

/* Folders that others remove meanwhile, as empty, are made again so often. */
#define TRIES 8

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

/* The folder that a file is in; to be freed. */
static char *folder_of(const char *path)
{
	char *copy = xasprintf("%s", path);
	char *dir = xasprintf("%s", dirname(copy));

	free(copy);
	return dir;
}

/* A name is on disk only once its directory is. */
static int sync_parent(const char *path)
{
	char *dir = folder_of(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	free(dir);
	if (fd < 0)
		return -errno;
	/* Not every file system can sync a directory: EINVAL is no loss. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

/* Where another user may change names, root would write what that user wants. */
static int check_place(const char *path)
{
	char *dir = folder_of(path);
	char *foreign = foreign_part(dir, true);
	int err = foreign ? -EPERM : 0;

	if (foreign)
		warnx("%s: %s, and root writes only where no other user can change what it finds: name another folder",
		      path, foreign);
	free(foreign);
	free(dir);
	return err;
}

/* All of a file, with its mode, to the disk. */
static int fill(int fd, const void *buf, size_t len, mode_t mode)
{
	int err = write_all(fd, buf, len);

	/* It may be longer by what was reserved. */
	if (!err && (ftruncate(fd, (off_t)len) || fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	return err;
}

/**
 * why_not_written() - a text for what the functions of this file return
 * @err: negative errno
 */
const char *why_not_written(int err)
{
	switch (err) {
	case -EEXIST:
		return "it is there already, and is not replaced: remove it, or name another file";
	case -ENOTSUP:
		return "it is there, and is no file";
	default:
		return strerror(-err);
	}
}

/* That it is there already is no error. */
static int make_dir(const char *path)
{
	struct stat st;
	int err = mkdir(path, 0777) ? -errno : 0;

	/* Some filesystems refuse to make what is there for another reason. */
	if (err && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return err == -EEXIST ? -ENOTDIR : err;
}

/**
 * make_dirs() - make the folders that a file is to be in, as far as they are not there
 * @path: of the file
 * @had: gets how many bytes of @path are the folder that was there before, or NULL
 *
 * Return: 0 or a negative errno, that of the first folder which could not be made.
 */
int make_dirs(const char *path, size_t *had)
{
	char *copy = xasprintf("%s", path);
	size_t there = 0;
	struct stat st;
	int err = 0;

	for (char *p = copy + 1; !err && *copy && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (!stat(copy, &st) && S_ISDIR(st.st_mode))
			there = (size_t)(p - copy);
		else
			err = make_dir(copy);
		*p = '/';
	}
	free(copy);
	if (had)
		*had = there;
	return err;
}

/* Empty folders below the first @had bytes of @path. */
static void remove_dirs(const char *path, size_t had)
{
	char *copy = xasprintf("%s", path), *slash;

	while ((slash = strrchr(copy, '/')) && (size_t)(slash - copy) > had) {
		*slash = '\0';
		if (rmdir(copy))
			break;
	}
	free(copy);
}

/**
 * make_own_dir() - make a folder that nobody else has
 * @path: of it, allocated; becomes longer where it is taken, by a "+" for each time
 *
 * The folders that it is in are made as far as they are not there. Those who begin in
 * the same second, or after the clock was set back, have one each.
 *
 * Return: 0 or a negative errno: -EPERM, and why on stderr, where another user than root
 * could have it made somewhere else.
 */
int make_own_dir(char **path)
{
	int err = check_place(*path) ? -EPERM : -ENOENT;

	for (int tries = 0; err == -EEXIST || (err == -ENOENT && tries < TRIES);
	     tries++) {
		if (err == -EEXIST)
			join_text(path, "", "+");
		err = make_dirs(*path, NULL);
		if (!err && mkdir(*path, 0777))
			err = -errno;
	}
	return err;
}

/* What is there, of any kind, is not replaced. */
static int check_absent(const char *path)
{
	struct stat st;
	int err;

	if (!*base_name(path))
		return -EISDIR;
	err = check_place(path);
	if (err)
		return err;
	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	if (S_ISREG(st.st_mode))
		return -EEXIST;
	return S_ISDIR(st.st_mode) ? -EISDIR : -ENOTSUP;
}

/*
 * A file that has no name yet, so that nothing is left of it by whoever is killed. Not
 * every filesystem has that, and without /proc it could not be given one.
 */
static int open_nameless(const char *path)
{
	char *dir = folder_of(path);
	int fd = access("/proc/self/fd", X_OK)
			 ? -1
			 : open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	free(dir);
	return fd;
}

static int open_either(struct new_file *file)
{
	int err = check_absent(file->path);

	if (err)
		return err;
	file->fd = open_nameless(file->path);
	if (file->fd >= 0)
		return 0;
	file->tmp = xasprintf("%s.XXXXXX", file->path);
	file->fd = mkostemp(file->tmp, O_CLOEXEC);
	if (file->fd >= 0)
		return 0;
	free(file->tmp);
	file->tmp = NULL;
	return -errno;
}

/* Not every filesystem can: then a full disk is known when there is something to write. */
static int reserve(int fd)
{
	int err = posix_fallocate(fd, 0, RESERVED_BYTES);

	return err == EOPNOTSUPP || err == EINVAL ? 0 : -err;
}

/**
 * new_file_open() - open a file that is written later, and is not there yet
 * @file: to be given to new_file_keep() or new_file_drop() if this succeeds
 * @path: file; the folders that it is in are made
 *
 * It is for those who work for long before they have anything to write: that a folder
 * cannot be written, or that the disk is full, is known before. Nothing is under @path
 * before new_file_keep().
 *
 * Return: 0 or a negative errno: -EEXIST or -ENOTSUP if something is there, -ENOSPC,
 * -EROFS, -EPERM, and why on stderr, where another user than root could have it write
 * somewhere else, ...
 */
int new_file_open(struct new_file *file, const char *path)
{
	int err = check_place(path) ? -EPERM : -ENOENT;

	*file = (struct new_file){ .path = xasprintf("%s", path),
				   .fd = -1,
				   .had = strlen(path) };
	for (int tries = 0; err == -ENOENT && tries < TRIES; tries++) {
		size_t had;

		err = make_dirs(path, &had);
		if (!tries || had < file->had)
			file->had = had;
		if (!err)
			err = open_either(file);
	}
	if (!err)
		err = reserve(file->fd);
	if (err)
		new_file_drop(file);
	return err;
}

/* Gives it its name, where nothing else has that. */
static int name_file(const struct new_file *file)
{
	char *from = file->tmp ? xasprintf("%s", file->tmp)
			       : xasprintf("/proc/self/fd/%d", file->fd);
	int err = 0;

	if (linkat(AT_FDCWD, from, AT_FDCWD, file->path,
		   file->tmp ? 0 : AT_SYMLINK_FOLLOW))
		err = -errno;
	/* vfat and others have no links; they can rename to what is not there. */
	if (file->tmp && (err == -EPERM || err == -ENOTSUP || err == -ENOSYS))
		err = renameat2(AT_FDCWD, from, AT_FDCWD, file->path,
				RENAME_NOREPLACE)
			      ? -errno
			      : 0;
	free(from);
	return err ? err : sync_parent(file->path);
}

/**
 * new_file_keep() - write a file that was opened
 * @file: as new_file_open() has opened it; it is closed in any case
 * @buf: content
 * @len: bytes in @buf
 * @mode: %MODE_RECORD or %MODE_DERIVED, umask not applied
 *
 * Return: 0, or a negative errno, and then there is nothing of it: -EEXIST where
 * another file is there by now.
 */
int new_file_keep(struct new_file *file, const void *buf, size_t len, mode_t mode)
{
	int err = fill(file->fd, buf, len, mode);

	if (!err)
		err = name_file(file);
	new_file_drop(file);
	return err;
}

/**
 * new_file_drop() - close a file that was opened, and leave nothing of it
 * @file: see above; nothing happens if it is not open
 *
 * The folders that were made for it go as well, if there is nothing else in them.
 */
void new_file_drop(struct new_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	if (file->tmp)
		unlink(file->tmp);
	if (file->path)
		remove_dirs(file->path, file->had);
	free(file->tmp);
	free(file->path);
	file->tmp = file->path = NULL;
}

/*
 * A rename would put a file in the place of a device, a pipe or a link; one that may not
 * be written is a record, or was protected by someone.
 */
static int check_replaceable(const char *path)
{
	struct stat st;
	int err = check_place(path);

	if (err)
		return err;
	if (lstat(path, &st))
		return 0;
	if (S_ISREG(st.st_mode))
		return st.st_mode & 0222 ? 0 : -EEXIST;
	return S_ISDIR(st.st_mode) ? -EISDIR : -ENOTSUP;
}

/* As write_file_atomic(), for what is derived. */
static int replace_file(const char *path, const void *buf, size_t len, mode_t mode)
{
	char *tmp;
	int fd, err = check_replaceable(path);

	if (err)
		return err;
	tmp = xasprintf("%s.XXXXXX", path);
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out_free;
	}
	err = fill(fd, buf, len, mode);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	else
		err = sync_parent(path);
out_free:
	free(tmp);
	return err;
}

/**
 * write_file_atomic() - write a file whole, or leave what is there alone
 * @path: file to write; its directory must exist
 * @buf: content
 * @len: bytes in @buf
 * @mode: %MODE_RECORD for what is written once and replaces nothing; %MODE_DERIVED, or
 *	another one that its owner may write, for what replaces the one before. The
 *	umask is not applied.
 *
 * On an error nothing new is there and what was under @path is intact. What is there
 * and is no regular file is left alone: /dev/null is everybody's. So is a file that
 * may not be written, as a record is.
 *
 * Return: 0 or a negative errno (-ENOSPC when the disk is full, -EEXIST where there is a
 * file that is not replaced, -ENOTSUP where there is a device, a pipe or a symbolic
 * link, -EPERM, and why on stderr, where another user than root could have it write
 * somewhere else).
 */
int write_file_atomic(const char *path, const void *buf, size_t len, mode_t mode)
{
	struct new_file file = { .fd = -1, .had = strlen(path) };
	int err;

	if (mode & 0222)
		return replace_file(path, buf, len, mode);
	file.path = xasprintf("%s", path);
	err = open_either(&file);
	if (!err)
		return new_file_keep(&file, buf, len, mode);
	new_file_drop(&file);
	return err;
}

static int lost_status;

static void close_stdout(void)
{
	bool lost = ferror(stdout);

	if (fflush(stdout)) {
		warnx("cannot write to standard output: %s", strerror(errno));
		_exit(lost_status);
	}
	if (lost) {
		warnx("cannot write all of it to standard output");
		_exit(lost_status);
	}
}

/**
 * require_stdout() - make it an error if what is printed cannot be written
 * @status: what the program exits with then, however it ends
 *
 * A full disk is noticed when a buffer is flushed, and the last one is at the end.
 */
void require_stdout(int status)
{
	lost_status = status;
	atexit(close_stdout);
}
