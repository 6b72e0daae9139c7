// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of JSON that are no records: what make luck, make aa and others have written. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/base.h"
#include "record/record.h"

/**
 * read_json_file() - read a file that is one value of JSON
 * @path: file
 * @why: filled on an error, to be given to free()
 *
 * Return: the value, to be given to json_decref(); NULL with @why where the file is not
 * read, is larger than %JSON_FILE_MAX, or is not JSON.
 */
json_t *read_json_file(const char *path, char **why)
{
	FILE *f = fopen_input(path);
	json_t *v = NULL;
	json_error_t jerr;
	struct stat st;

	*why = NULL;
	if (!f || fstat(fileno(f), &st)) {
		*why = xasprintf("%s", input_error(errno));
	} else if (st.st_size > JSON_FILE_MAX) {
		*why = xasprintf("it is longer than %d MiB", JSON_FILE_MAX >> 20);
	} else {
		v = json_loadf(f, JSON_REJECT_DUPLICATES, &jerr);
		/* The library quotes what it does not understand. */
		if (!v)
			*why = plain_text(jerr.text);
	}
	if (f)
		fclose(f);
	return v;
}
