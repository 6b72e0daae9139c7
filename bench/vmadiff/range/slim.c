// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of a record nine parts of ten are functions, symbols and layouts of the tree, in which
 * there is no count that a range is about. To parse them of thousands of records takes
 * minutes: they are left out before the reader sees them, of files in memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "parts.h"

/* A larger file is left to the reader, which says what is too much. */
#define SLIM_MAX (256 << 20)
#define TRAILER "{\"type\":\"trailer\",\"lines\":"

/* How vmabench begins lines that are left out; what begins otherwise is read. */
static const char *const left_out[] = {
	"{\"type\":\"functions\",", "{\"type\":\"objects\",",
	"{\"type\":\"symbols\",",   "{\"type\":\"code\",",
	"{\"type\":\"stacks\",",    "{\"type\":\"layout\",",
	"{\"type\":\"layouts\",",
};

static bool starts(const char *line, size_t len, const char *with)
{
	return len >= strlen(with) && !memcmp(line, with, strlen(with));
}

static bool is_left_out(const char *line, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (starts(line, len, left_out[i]))
			return true;
	return false;
}

/* The lines that are read; of the trailer, which counts all, with as many less. */
static void put_lines(const char *text, size_t size, FILE *out)
{
	size_t dropped = 0;
	bool trailer = false;

	for (size_t at = 0, len; at < size; at += len) {
		const char *line = text + at;
		const char *end = memchr(line, '\n', size - at);

		len = end ? (size_t)(end - line) + 1 : size - at;
		/* What has no end was cut short, whatever it is. */
		if (end && at && !trailer && is_left_out(line, len)) {
			dropped++;
			continue;
		}
		trailer |= starts(line, len, TRAILER);
		if (end && dropped && starts(line, len, TRAILER))
			fprintf(out, TRAILER "%lld}\n",
				atoll(line + strlen(TRAILER)) -
					(long long)dropped);
		else
			fwrite(line, 1, len, out);
	}
}

static char *read_whole(const char *path, size_t *size)
{
	FILE *f = fopen_input(path);
	char *text = NULL;
	struct stat st;

	if (f && !fstat(fileno(f), &st) && S_ISREG(st.st_mode) &&
	    st.st_size < SLIM_MAX) {
		text = xcalloc(1, (size_t)st.st_size + 1);
		*size = fread(text, 1, (size_t)st.st_size, f);
		if (ferror(f) || *size != (size_t)st.st_size) {
			free(text);
			text = NULL;
		}
	}
	if (f)
		fclose(f);
	return text;
}

/* Return: a file in memory, or a negative number. */
static int slim_file(const char *path)
{
	size_t size = 0;
	char *text = read_whole(path, &size);
	int fd = text ? memfd_create("record", MFD_CLOEXEC) : -1;
	FILE *out = fd < 0 ? NULL : fdopen(dup(fd), "we");

	if (out)
		put_lines(text, size, out);
	if (fd >= 0 && (!out || ferror(out) | fclose(out))) {
		close(fd);
		fd = -1;
	}
	free(text);
	return fd;
}

/* In full: what is wrong with it, by its own name and lines. */
static void read_again(struct record_file *file, const char *path)
{
	record_free(file->rec);
	file->path = path;
	file->err = record_read(path, &file->rec, file->msg, sizeof(file->msg));
}

/**
 * slim_read() - read the counts of records, several at a time
 * @files: as records_read() has them; of what is read, lines are left out that no count
 *	is in, and paths are of files in memory
 * @nr: how many, as many as files may be open
 */
void slim_read(struct record_file *files, size_t nr)
{
	const char **paths = xcalloc(nr, sizeof(*paths));
	int *fds = xcalloc(nr, sizeof(*fds));

	for (size_t i = 0; i < nr; i++) {
		paths[i] = files[i].path;
		fds[i] = slim_file(paths[i]);
		if (fds[i] >= 0)
			files[i].path = xasprintf("/dev/fd/%d", fds[i]);
	}
	records_read(files, nr);
	for (size_t i = 0; i < nr; i++) {
		if (fds[i] < 0)
			continue;
		close(fds[i]);
		free((char *)files[i].path);
		files[i].path = paths[i];
		if (files[i].err)
			read_again(&files[i], paths[i]);
	}
	free(fds);
	free(paths);
}
