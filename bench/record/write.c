// SPDX-License-Identifier: GPL-2.0-or-later
/* A record, written whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
 * can_write_record - could a record be written, before all that makes it is done?
 * @path: as write_record() has it
 *
 * Return: whether; if not, the reason is on stderr.
 */
bool can_write_record(const char *path)
{
	int err = may_write_file(path);

	if (err)
		fprintf(stderr,
			"vmabench: nothing is measured: the record cannot be written to %s: %s\n",
			path,
			err == -ENOTSUP ? "it is there, and is no file"
					: strerror(-err));
	return !err;
}

/**
 * write_record - write a record, whole or not at all
 * @path: file; one that is there is replaced
 * @head: as print_record() has it
 * @lines: as print_record() has it
 *
 * Return: 0 or -errno.
 */
int write_record(const char *path, json_t *head, const json_t *lines)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int err;

	if (!f)
		return -errno;
	err = print_record(f, head, lines);
	if (fclose(f) && !err)
		err = -errno;
	if (!err)
		err = write_file_atomic(path, text, len, MODE_RECORD);
	free(text);
	return err;
}

/* The folders that a file is in, as far as they are not there. */
static void make_dirs(const char *path)
{
	char *copy = xasprintf("%s", path);

	for (char *p = copy + 1; *copy && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, 0777);
		*p = '/';
	}
	free(copy);
}

/**
 * save_record - write what was measured, elsewhere if it cannot be written to its place
 * @path: file; folders that are not there are made
 * @head: as print_record() has it, but not taken over
 * @lines: as print_record() has it
 *
 * Return: exit status; where it is not 0, stderr says why, and where the record is.
 */
int save_record(const char *path, json_t *head, const json_t *lines)
{
	const char *tmp = getenv("TMPDIR");
	char *elsewhere;
	int err;

	make_dirs(path);
	err = write_record(path, json_incref(head), lines);
	if (err) {
		fprintf(stderr, "vmabench: writing the record %s: %s\n", path,
			strerror(-err));
		elsewhere = xasprintf("%s/vmabench-%d.jsonl",
				      tmp && *tmp ? tmp : "/tmp", getpid());
		if (write_record(elsewhere, json_incref(head), lines))
			fprintf(stderr, "vmabench: nor can %s be written\n",
				elsewhere);
		else
			fprintf(stderr, "vmabench: it is in %s\n", elsewhere);
		free(elsewhere);
	}
	return err ? 1 : 0;
}
