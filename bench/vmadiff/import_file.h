/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of other programs and of people: read whole, bounded, refused by line. */
#ifndef IMPORT_FILE_H
#define IMPORT_FILE_H

#include <stddef.h>

#include "vmadiff.h"

/**
 * struct text_file - a file in memory
 * @path: as it was given
 * @text: content, with a NUL after it and none in it
 * @len: bytes of @text
 * @at: next byte that next_text_line() returns
 * @line: line that it returned last, from 1
 */
struct text_file {
	const char *path;
	char *text;
	size_t len;
	size_t at;
	size_t line;
};

enum status read_text_file(const char *path, size_t max, struct text_file *file);
char *next_text_line(struct text_file *file);
void free_text_file(struct text_file *file);

enum status refuse_line(const char *path, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
