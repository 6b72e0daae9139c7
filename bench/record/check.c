// SPDX-License-Identifier: GPL-2.0-or-later
/* Whoever writes lines that came from elsewhere asks the reader first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "parse.h"
#include "record/write.h"

/* A file that is gone once it is closed. */
static FILE *open_nowhere(void)
{
	int fd = memfd_create("record", MFD_CLOEXEC);
	FILE *f = fd < 0 ? tmpfile() : fdopen(fd, "w+");

	if (fd >= 0 && !f)
		close(fd);
	return f;
}

/**
 * record_refuses() - would a record of these lines be refused?
 * @head: header line
 * @lines: what comes between header and trailer
 * @why: filled where it would: what is wrong, without a file and a line
 * @size: of @why, not 0
 */
bool record_refuses(json_t *head, const json_t *lines, char *why, size_t size)
{
	FILE *f = open_nowhere();
	struct record *rec = NULL;
	char msg[256] = "";
	int err = f ? print_record(f, json_incref(head), lines) : -errno;

	if (!err && (fflush(f) || lseek(fileno(f), 0, SEEK_SET)))
		err = -errno;
	if (!err)
		err = record_read_fd(fileno(f), "", NULL, &rec, msg, sizeof(msg));
	record_free(rec);
	if (f)
		fclose(f);
	if (!err)
		return false;
	/* ":LINE: what is wrong" */
	if (*msg == ':' && strstr(msg, ": "))
		snprintf(why, size, "%s", strstr(msg, ": ") + 2);
	else
		snprintf(why, size, "%s", strerror(-err));
	return true;
}
