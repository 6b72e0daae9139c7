/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file, line by line, in memory that a line of any length does not exceed. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct lines - a file that is being read
 * @fd: file
 */
struct lines {
	int fd;

	/* private: */
	char *buf;
	size_t room;
	size_t start;
	size_t end;
	bool at_end;
};

int lines_next(struct lines *l, const char **line, size_t *len);
void lines_free(struct lines *l);

#endif
