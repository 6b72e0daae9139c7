// SPDX-License-Identifier: GPL-2.0-or-later
/* Small files of /proc and /sys. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "system/system.h"

/** open_rooted() - open @path below @root, to be read; NULL with errno */
FILE *open_rooted(const char *root, const char *path)
{
	char *full = xasprintf("%s%s", root, path);
	FILE *f = fopen(full, "re");

	free(full);
	return f;
}

/**
 * read_rooted() - first line of a file, without its end
 * @root: what to put before @path: "", or for tests another place than /
 * @path: file
 * @text: to be filled
 * @size: of @text
 *
 * Return: false if there is no such line.
 */
bool read_rooted(const char *root, const char *path, char *text, int size)
{
	FILE *f = open_rooted(root, path);
	bool ok = f && fgets(text, size, f);

	if (f)
		fclose(f);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok;
}

/**
 * read_line() - first line of a file, without its end
 * @path: file
 *
 * Return: a string to free, as plain_text() has it, for a kernel may be told to say
 * anything (its command line, names of devices and machines); or NULL.
 */
char *read_line(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *plain;
	size_t size = 0;
	ssize_t n;

	if (!f)
		return NULL;
	n = getline(&line, &size, f);
	fclose(f);
	if (n < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	plain = plain_text(line);
	free(line);
	return plain;
}

/**
 * read_value() - what the first line "key: value" of a file says
 * @path: file, as /proc/cpuinfo and /proc/self/status are
 * @key: without the blanks that may come before the colon
 *
 * Return: a string to free, as of read_line(), or NULL.
 */
char *read_value(const char *path, const char *key)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *value = NULL;
	size_t size = 0, len = strlen(key);

	while (f && !value && getline(&line, &size, f) > 0) {
		char *colon = line + len;

		if (strncmp(line, key, len))
			continue;
		colon += strspn(colon, " \t");
		if (*colon != ':')
			continue;
		colon[strcspn(colon, "\n")] = '\0';
		value = plain_text(colon + 1 + strspn(colon + 1, " \t"));
	}
	free(line);
	if (f)
		fclose(f);
	return value;
}

/** put_file() - write a text into a file that is there; 0 or -errno */
int put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}
