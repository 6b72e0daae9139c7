// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A folder that somebody names may have a report.md of his own in it, or one of ours that
 * he has written something into. So a folder says itself, in FOLDER_SUMS, what was written
 * there; all that is to be written is looked at before any of it is. scripts/ours.sh has
 * the same.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

#define SUMS_MAX (1 << 20)
#define HEX (2 * SHA256_SIZE)

/**
 * folder_add() - one more file
 * @folder: where it is going to be
 * @name: of it, without a slash
 * @text: content, allocated; it is freed with the folder
 * @len: bytes of @text
 * @mode: 0 for %MODE_DERIVED
 */
void folder_add(struct folder *folder, const char *name, char *text, size_t len,
		mode_t mode)
{
	*xappend(folder->files, folder->nr) = (struct folder_file){
		.name = xasprintf("%s", name),
		.text = text,
		.len = len,
		.mode = mode ? mode : MODE_DERIVED,
	};
}

/**
 * folders_free() - let go of what folder_add() has been given
 * @folders: folders, which the caller has
 * @nr: how many
 */
void folders_free(struct folder *folders, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		for (size_t n = 0; n < folders[i].nr; n++) {
			free(folders[i].files[n].name);
			free(folders[i].files[n].text);
		}
		free(folders[i].files);
		free(folders[i].path);
	}
}

/**
 * struct sums - what a folder says about files that were written there
 * @path: of FOLDER_SUMS
 * @file: what is in it, of which the lines are
 * @lines: "SUM  NAME" of what was written earlier
 * @nr: length of @lines
 * @next: the lines that are going to be there
 * @there: of each file that is to be written, is there one already?
 */
struct sums {
	char *path;
	struct text_file file;
	char **lines;
	size_t nr;
	char *next;
	bool *there;
};

static const char *name_of(const char *line)
{
	return strlen(line) > HEX + 2 ? line + HEX + 2 : "";
}

static bool says(const struct sums *sums, const char *hex, const char *name)
{
	for (size_t i = 0; i < sums->nr; i++)
		if (!strncmp(sums->lines[i], hex, HEX) &&
		    !strcmp(name_of(sums->lines[i]), name))
			return true;
	return false;
}

static bool is_added(const struct folder *folder, const char *name)
{
	for (size_t i = 0; i < folder->nr; i++)
		if (!strcmp(folder->files[i].name, name))
			return true;
	return false;
}

/* What is said of files that are none of these stays. */
static enum status read_sums(const struct folder *folder, struct sums *sums)
{
	enum status status = STATUS_OK;
	struct stat st;
	char *line;

	sums->path = xasprintf("%s/" FOLDER_SUMS, folder->path);
	if (!lstat(sums->path, &st) &&
	    read_text_file(sums->path, SUMS_MAX, &sums->file))
		status = STATUS_USAGE;
	while (!status && (line = next_text_line(&sums->file))) {
		*xappend(sums->lines, sums->nr) = line;
		if (!is_added(folder, name_of(line)))
			join_text(&sums->next, "", "%s\n", line);
	}
	return status;
}

static void free_sums(struct sums *sums)
{
	free_text_file(&sums->file);
	free(sums->path);
	free(sums->lines);
	free(sums->next);
	free(sums->there);
}

/* Of a file that is there; false where it cannot be read. */
static bool sum_of(const char *path, char hex[HEX + 1])
{
	size_t len;
	char *text = read_stream(fopen_input(path), &len);

	if (!text)
		return false;
	sha256_hex(text, len, hex);
	free(text);
	return true;
}

/* Both what is there and what is going to be are ours, whenever we are killed. */
static enum status check_file(const struct folder *folder, size_t i,
			      struct sums *sums)
{
	const struct folder_file *file = &folder->files[i];
	char *path = xasprintf("%s/%s", folder->path, file->name);
	char new[HEX + 1], old[HEX + 1];
	enum status status = STATUS_OK;
	struct stat st;

	sha256_hex(file->text, file->len, new);
	join_text(&sums->next, "", "%s  %s\n", new, file->name);
	if (lstat(path, &st))
		goto out;
	sums->there[i] = true;
	if (!S_ISREG(st.st_mode)) {
		warnx("cannot write %s: %s", path, why_not_written(-ENOTSUP));
		status = STATUS_USAGE;
	} else if (!(st.st_mode & 0222) || !sum_of(path, old) ||
		   (strcmp(old, new) && !says(sums, old, file->name))) {
		warnx("cannot write %s: it is there, and nothing says that an earlier run wrote it as it is: move it, or name another folder",
		      path);
		status = STATUS_USAGE;
	} else if (strcmp(old, new) != 0) {
		join_text(&sums->next, "", "%s  %s\n", old, file->name);
	}
out:
	free(path);
	return status;
}

static enum status check_folder(const struct folder *folder, struct sums *sums)
{
	enum status status = read_sums(folder, sums);

	sums->there = xcalloc(folder->nr + 1, sizeof(*sums->there));
	for (size_t i = 0; !status && i < folder->nr; i++)
		status = check_file(folder, i, sums);
	return status;
}

/* One at a time looks at what is there, and writes; a folder that is not there is nobody's. */
static int lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

static enum status make_folder(const char *path)
{
	int err = mkdir(path, 0755) ? errno : 0;

	if (!err || err == EEXIST)
		return STATUS_OK;
	warnx("cannot make the directory %s: %s", path, strerror(err));
	return STATUS_DATA;
}

/**
 * write_new_file() - write a file whole where there is none, whatever its mode
 * @path: file; the folders that it is in are made
 * @buf: content
 * @len: bytes in @buf
 * @mode: as write_file_atomic() has it
 *
 * Return: 0 or a negative errno: -EEXIST or -ENOTSUP where something is there.
 */
int write_new_file(const char *path, const void *buf, size_t len, mode_t mode)
{
	struct new_file file;
	int err = new_file_open(&file, path);

	return err ? err : new_file_keep(&file, buf, len, mode);
}

/* What was not there when it was looked at is not replaced if it is by now. */
static int put_file(const char *path, const struct folder_file *file, bool there)
{
	return there ? write_file_atomic(path, file->text, file->len, file->mode)
		     : write_new_file(path, file->text, file->len, file->mode);
}

static enum status put(const char *path, int err)
{
	if (!err)
		return STATUS_OK;
	warnx("cannot write %s: %s%s", path, why_not_written(err),
	      err == -ENOSPC
		      ? "; the records are intact, free some space and run again"
		      : "");
	return err == -EEXIST ? STATUS_USAGE : STATUS_DATA;
}

static enum status write_folder(const struct folder *folder,
				const struct sums *sums)
{
	enum status status = STATUS_OK;

	if (folder->nr)
		status = put(sums->path,
			     write_file_atomic(sums->path, sums->next,
					       strlen(sums->next), MODE_DERIVED));
	for (size_t i = 0; !status && i < folder->nr; i++) {
		char *path =
			xasprintf("%s/%s", folder->path, folder->files[i].name);

		status = put(path,
			     put_file(path, &folder->files[i], sums->there[i]));
		free(path);
	}
	return status;
}

/**
 * folders_write() - write all files of folders, or none where one may not be replaced
 * @folders: folders, which are made if what they are in is there, or is one of them
 * @nr: how many
 *
 * What is there is replaced only if it is what an earlier run wrote. Each file is written
 * whole or not at all.
 *
 * Return: %STATUS_OK; %STATUS_USAGE where something is there that is not replaced, and
 * nothing was written; %STATUS_DATA where the first of them could not be written; it is
 * said why.
 */
enum status folders_write(const struct folder *folders, size_t nr)
{
	struct sums *sums = xcalloc(nr, sizeof(*sums));
	int *locks = xcalloc(nr, sizeof(*locks));
	enum status status = STATUS_OK;

	for (size_t i = 0; i < nr; i++)
		locks[i] = lock_folder(folders[i].path);
	for (size_t i = 0; !status && i < nr; i++)
		status = check_folder(&folders[i], &sums[i]);
	for (size_t i = 0; !status && i < nr; i++)
		status = make_folder(folders[i].path);
	for (size_t i = 0; !status && i < nr; i++)
		status = write_folder(&folders[i], &sums[i]);
	for (size_t i = 0; i < nr; i++) {
		free_sums(&sums[i]);
		if (locks[i] >= 0)
			close(locks[i]);
	}
	free(locks);
	free(sums);
	return status;
}
