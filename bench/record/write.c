// SPDX-License-Identifier: GPL-2.0-or-later
/* A record, written whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "record/write.h"

/**
 * emit - write a line and forget it
 * @out: where to
 * @line: takes the reference; NULL is -ENOMEM
 *
 * Return: 0 or -errno.
 */
int emit(FILE *out, json_t *line)
{
	int err = 0;

	if (!line)
		return -ENOMEM;
	if (json_dumpf(line, out, JSON_COMPACT) || fputc('\n', out) == EOF)
		err = errno ? -errno : -EIO;
	json_decref(line);
	return err;
}

/**
 * print_record - print a record
 * @out: where to
 * @head: header line, taken over
 * @lines: what comes between header and trailer
 *
 * Return: 0 or -errno.
 */
int print_record(FILE *out, json_t *head, const json_t *lines)
{
	int err = emit(out, head);
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		if (!err)
			err = emit(out, json_incref(line));
	}
	if (!err)
		err = emit(out, json_pack("{s:s, s:i}", "type", "trailer", "lines",
					  (int)json_array_size(lines) + 1));
	return err;
}

/**
 * open_record - open the file of a record, before all that makes it is done
 * @file: to be given to save_record() or new_file_drop()
 * @path: file, which is not there yet; folders that are not there are made
 *
 * Return: whether it could be opened; if not, the reason is on stderr.
 */
bool open_record(struct new_file *file, const char *path)
{
	int err = new_file_open(file, path);

	if (err)
		complain("vmabench: nothing is measured: the record cannot be written to %s: %s\n",
			 path, why_not_written(err));
	return !err;
}

/* All of a record, in memory; to be freed in any case. 0 or -errno. */
static int compose(json_t *head, const json_t *lines, char **text, size_t *len)
{
	FILE *f = open_memstream(text, len);
	int err;

	if (!f)
		return -errno;
	err = print_record(f, head, lines);
	if (fclose(f) && !err)
		err = -errno;
	return err;
}

/* Into @file, which is closed. 0 or -errno. */
static int keep_record(struct new_file *file, json_t *head, const json_t *lines)
{
	char *text = NULL;
	size_t len = 0;
	int err = compose(head, lines, &text, &len);

	if (err)
		new_file_drop(file);
	else
		err = new_file_keep(file, text, len, MODE_RECORD);
	free(text);
	return err;
}

/**
 * write_record - write a record, whole or not at all
 * @path: file, in a folder that is there; one that is there is not replaced
 * @head: as print_record() has it
 * @lines: as print_record() has it
 *
 * Return: 0 or -errno, for which why_not_written() has a text.
 */
int write_record(const char *path, json_t *head, const json_t *lines)
{
	char *text = NULL;
	size_t len = 0;
	int err = compose(head, lines, &text, &len);

	if (!err)
		err = write_file_atomic(path, text, len, MODE_RECORD);
	free(text);
	return err;
}

/* Where it is then; to be freed, or NULL with errno. */
static char *write_elsewhere(json_t *head, const json_t *lines)
{
	const char *tmp = getenv("TMPDIR");
	char *stem = xasprintf("%s/vmabench-%d", tmp && *tmp ? tmp : "/tmp",
			       getpid());
	char *path = NULL;
	int err;

	/* There may be one of an earlier process. */
	do {
		free(path);
		path = xasprintf("%s.jsonl", stem);
		err = write_record(path, json_incref(head), lines);
		join_text(&stem, "", "+");
	} while (err == -EEXIST);
	free(stem);
	if (!err)
		return path;
	complain("vmabench: nor can it be written to %s: %s\n", path,
		 why_not_written(err));
	free(path);
	return NULL;
}

/**
 * save_record - write what was measured, elsewhere if it cannot be written to its place
 * @file: as open_record() has opened it; closed in any case
 * @head: as print_record() has it, but not taken over
 * @lines: as print_record() has it
 *
 * Return: exit status; where it is not 0, stderr says why, and where the record is.
 */
int save_record(struct new_file *file, json_t *head, const json_t *lines)
{
	char *path = xasprintf("%s", file->path);
	int err = keep_record(file, json_incref(head), lines);
	char *elsewhere;

	if (err) {
		complain("vmabench: writing the record %s: %s\n", path,
			 why_not_written(err));
		elsewhere = write_elsewhere(head, lines);
		if (elsewhere)
			complain("vmabench: it is in %s\n", elsewhere);
		free(elsewhere);
	}
	free(path);
	return err ? 1 : 0;
}
