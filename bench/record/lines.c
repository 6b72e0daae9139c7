// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "scan.h"
#include "record/record.h"

/* What is read at once: what is copied is still in the cache when it is parsed. */
#define CHUNK ((size_t)128 * 1024)

/* Room for another chunk behind what was read, the start of a line in front. */
static void make_room(struct lines *l)
{
	size_t kept = l->end - l->start;

	if (l->start)
		memmove(l->buf, l->buf + l->start, kept);
	l->start = 0;
	l->end = kept;
	if (l->room - l->end >= CHUNK)
		return;
	l->room = 2 * l->room > l->end + CHUNK ? 2 * l->room : l->end + CHUNK;
	l->buf = xreallocarray(l->buf, l->room + NUMBER_SLACK, 1);
}

static int read_chunk(struct lines *l)
{
	ssize_t n;

	make_room(l);
	do {
		n = read(l->fd, l->buf + l->end, CHUNK);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->end += (size_t)n;
	l->at_end = !n;
	memset(l->buf + l->end, 0, NUMBER_SLACK);
	return 0;
}

/**
 * lines_next() - the next line of a file
 * @l: file; zeroed but for its @fd before the first call
 * @line: filled; there is a newline behind it and %NUMBER_SLACK readable bytes,
 *	until the next call
 * @len: filled with its length, the newline not counted
 *
 * Return: 1, 0 at the end of the file, -EMSGSIZE when the line is longer than
 * %RECORD_LINE_MAX, or what read(2) says.
 */
int lines_next(struct lines *l, const char **line, size_t *len)
{
	size_t seen = 0;
	char *newline;
	int err;

	for (;;) {
		size_t have = l->end - l->start;

		newline = have > seen ? memchr(l->buf + l->start + seen, '\n',
					       have - seen)
				      : NULL;
		*len = newline ? (size_t)(newline - l->buf) - l->start : have;
		if (*len > RECORD_LINE_MAX)
			return -EMSGSIZE;
		if (newline || l->at_end)
			break;
		seen = have;
		err = read_chunk(l);
		if (err)
			return err;
	}
	if (!newline && !*len)
		return 0;
	*line = l->buf + l->start;
	l->start += *len;
	if (newline)
		l->start++;
	else
		l->buf[l->end] = '\n';
	return 1;
}

/**
 * lines_free() - give back what lines_next() needed
 * @l: file; stays open
 */
void lines_free(struct lines *l)
{
	free(l->buf);
}
