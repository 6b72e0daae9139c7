// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A message quotes files, guests and kernels, and goes to a terminal: what is said
 * about them is made plain in one place, whoever says it.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
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

/* What is quoted may have ends of lines: they are shown, and end none. */
static void say_line(const char *name, const char *fmt, va_list ap, int err)
{
	char *text = plain_format(fmt ? fmt : "", ap);

	fprintf(stderr, "%s%s%s%s%s\n", name, *name ? ": " : "", text,
		err && *text ? ": " : "", err ? strerror(err) : "");
	free(text);
}

/**
 * complain() - say something on stderr, in one line
 * @fmt: printf() format, which ends with the end of the line and has no other one
 */
void complain(const char *fmt, ...)
{
	char *line = xasprintf("%.*s", (int)strcspn(fmt, "\n"), fmt);
	va_list ap;

	va_start(ap, fmt);
	say_line("", line, ap, 0);
	va_end(ap);
	free(line);
}

/**
 * usage_error() - argp_error() in one line, and where help is in another
 * @state: of the parser
 * @fmt: printf() format
 */
void usage_error(const struct argp_state *state, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_line(state->name, fmt, ap, 0);
	va_end(ap);
	argp_state_help(state, stderr, ARGP_HELP_STD_ERR);
}

/* Those of err.h, which the C library has, would print such ends as they are. */

void vwarn(const char *fmt, va_list ap)
{
	say_line(program_invocation_short_name, fmt, ap, errno);
}

void vwarnx(const char *fmt, va_list ap)
{
	say_line(program_invocation_short_name, fmt, ap, 0);
}

void verr(int status, const char *fmt, va_list ap)
{
	vwarn(fmt, ap);
	exit(status);
}

void verrx(int status, const char *fmt, va_list ap)
{
	vwarnx(fmt, ap);
	exit(status);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
}

void warnx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarnx(fmt, ap);
	va_end(ap);
}

void err(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verr(status, fmt, ap);
	va_end(ap);
}

void errx(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verrx(status, fmt, ap);
	va_end(ap);
}

/** erase_line() - of progress, which stands where the cursor of a terminal is */
void erase_line(void)
{
	static const char erase[] = "\r\033[K";

	if (isatty(STDERR_FILENO) &&
	    write(STDERR_FILENO, erase, sizeof(erase) - 1) < 0)
		return; /* the terminal is gone: nobody is told */
}
