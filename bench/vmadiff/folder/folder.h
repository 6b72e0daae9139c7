/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are put into a folder which the user names, and of what is there already only
 * those are replaced that an earlier run wrote and nobody has changed since.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>
#include <sys/types.h>

#include "base/base.h"

/* Says which files of a folder were written by the suite, as sha256sum prints it. */
#define FOLDER_SUMS ".vmabench.sums"

/**
 * struct folder_file - what is going to be in one file
 * @name: in the folder
 * @text: content
 * @len: bytes of @text
 * @mode: %MODE_DERIVED, or another one that its owner may write
 */
struct folder_file {
	char *name;
	char *text;
	size_t len;
	mode_t mode;
};

/**
 * struct folder - a folder and what is going to be in it
 * @path: of it, to be freed
 * @files: what is put there
 * @nr: length of @files
 */
struct folder {
	char *path;
	struct folder_file *files;
	size_t nr;
};

void folder_add(struct folder *folder, const char *name, char *text, size_t len,
		mode_t mode);
int write_new_file(const char *path, const void *buf, size_t len, mode_t mode);
enum status folders_write(const struct folder *folders, size_t nr);
void folders_free(struct folder *folders, size_t nr);

#endif
