// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A message quotes files, guests and kernels, and goes to a terminal: what is said
 * about them is made plain in one place, whoever says it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

static ssize_t write_plain(void *unused, const char *buf, size_t len)
{
	char *copy = xcalloc(len + 1, 1), *plain;
	size_t left, at = 0;

	memcpy(copy, buf, len);
	plain = plain_lines(copy, len);
	free(copy);
	left = strlen(plain);
	while (left) {
		ssize_t n = write(STDERR_FILENO, plain + at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		at += (size_t)n;
		left -= (size_t)n;
	}
	free(plain);
	return left ? 0 : (ssize_t)len;
}

/**
 * speak_plainly() - have nothing on standard error that a terminal acts upon
 *
 * From here on, what is printed to stderr has <U+001B> where something had an escape,
 * as plain_text() has it. For erase_line() there is no other way than that.
 */
void speak_plainly(void)
{
	FILE *f = fopencookie(NULL, "w",
			      (cookie_io_functions_t){ .write = write_plain });

	if (!f)
		return;
	/* What is said is there at once, and in one piece, as that of the real one. */
	setvbuf(f, NULL, _IONBF, 0);
	stderr = f;
}

/** erase_line() - of progress, which stands where the cursor of a terminal is */
void erase_line(void)
{
	static const char erase[] = "\r\033[K";

	if (isatty(STDERR_FILENO) &&
	    write(STDERR_FILENO, erase, sizeof(erase) - 1) < 0)
		return; /* the terminal is gone: nobody is told */
}
