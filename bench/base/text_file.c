// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* Doubles, up to @max and one byte that says that there is more. */
static int read_all(FILE *f, size_t max, char **text, size_t *len)
{
	size_t room = 0;

	*text = NULL;
	*len = 0;
	do {
		char *more;

		room = room ? room * 2 : 4096;
		if (room > max + 1)
			room = max + 1;
		more = realloc(*text, room + 1);
		if (!more)
			return -ENOMEM;
		*text = more;
		*len += fread(*text + *len, 1, room - *len, f);
		if (ferror(f))
			return errno ? -errno : -EIO;
	} while (*len == room && room <= max);
	(*text)[*len] = '\0';
	return *len > max ? -EFBIG : 0;
}

/**
 * read_text_file() - read a file whole
 * @path: file
 * @max: bytes beyond which it is refused
 * @file: filled; to be given to free_text_file() in any case
 *
 * Return: %STATUS_OK, or %STATUS_DATA after saying what is wrong.
 */
enum status read_text_file(const char *path, size_t max, struct text_file *file)
{
	FILE *f = fopen_input(path);
	const char *nul;
	int err;

	*file = (struct text_file){ .path = path };
	if (!f) {
		warnx("%s: %s", path, input_error(errno));
		return STATUS_DATA;
	}
	err = read_all(f, max, &file->text, &file->len);
	fclose(f);
	if (err == -EFBIG)
		warnx("%s: is longer than %zu KiB", path, max >> 10);
	else if (err)
		warnx("%s: %s", path, strerror(-err));
	if (err)
		return STATUS_DATA;

	nul = memchr(file->text, '\0', file->len);
	if (nul) {
		warnx("%s: no text: a NUL at byte %td", path, nul - file->text);
		return STATUS_DATA;
	}
	return STATUS_OK;
}

/**
 * next_text_line() - lines of a file, one after the other
 * @file: file; the newline is overwritten
 *
 * Return: the line without its newline, NULL at the end.
 */
char *next_text_line(struct text_file *file)
{
	char *start = file->text + file->at, *end;

	if (file->at >= file->len)
		return NULL;
	file->line++;
	end = strchr(start, '\n');
	if (!end) {
		file->at = file->len;
		return start;
	}
	file->at = end + 1 - file->text;
	*end = '\0';
	if (end > start && end[-1] == '\r')
		end[-1] = '\0';
	return start;
}

void free_text_file(struct text_file *file)
{
	free(file->text);
}

/**
 * refuse_line() - say what is wrong, and where
 * @path: file
 * @line: line, 0 for all of it
 * @fmt: printf() format; what it quotes may be anything
 *
 * Return: %STATUS_DATA.
 */
enum status refuse_line(const char *path, size_t line, const char *fmt, ...)
{
	char *plain;
	va_list ap;

	va_start(ap, fmt);
	plain = plain_format(fmt, ap);
	va_end(ap);
	if (line)
		warnx("%s:%zu: %s", path, line, plain);
	else
		warnx("%s: %s", path, plain);
	free(plain);
	return STATUS_DATA;
}
