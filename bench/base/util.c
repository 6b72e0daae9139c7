// SPDX-License-Identifier: GPL-2.0-or-later
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* What a program exits with when the machine, not its input, gave out. */
#define EXIT_HOST 4

/**
 * xasprintf() - asprintf() that ends the program when memory is out
 * @fmt: printf() format
 *
 * Return: the string, to be given to free().
 */
char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		errx(EXIT_HOST, "out of memory");
	return s;
}

/**
 * absolute_path() - a path that is the same in any folder
 * @path: of the current one, if it does not begin with a slash
 *
 * Return: the path, to be given to free(), with links as they are; NULL with errno
 * where the current folder has no name.
 */
char *absolute_path(const char *path)
{
	char *here, *whole;

	if (*path == '/')
		return xasprintf("%s", path);
	here = getcwd(NULL, 0);
	if (!here)
		return NULL;
	whole = xasprintf("%s/%s", here, path);
	free(here);
	return whole;
}

/**
 * join_text() - put one more text behind another
 * @text: what it grows, to be given to free(); NULL is no text yet
 * @sep: what is between them, where there is one before
 * @fmt: printf() format
 */
void join_text(char **text, const char *sep, const char *fmt, ...)
{
	char *before = *text, *more;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&more, fmt, ap) < 0)
		errx(EXIT_HOST, "out of memory");
	va_end(ap);
	*text = xasprintf("%s%s%s", before ? before : "",
			  before && *before ? sep : "", more);
	free(before);
	free(more);
}

/**
 * xcalloc() - calloc() that ends the program when memory is out
 * @nmemb: elements
 * @size: size of one
 */
void *xcalloc(size_t nmemb, size_t size)
{
	void *p = calloc(nmemb, size);

	if (!p)
		errx(EXIT_HOST, "out of memory");
	return p;
}

/**
 * xreallocarray() - reallocarray() that ends the program when memory is out
 * @array: what an earlier call returned, or NULL
 * @nmemb: elements
 * @size: size of one
 */
void *xreallocarray(void *array, size_t nmemb, size_t size)
{
	array = reallocarray(array, nmemb, size);
	if (!array)
		errx(EXIT_HOST, "out of memory");
	return array;
}

/**
 * xgrow() - make room for one more element
 * @array: what an earlier call returned, or NULL
 * @nmemb: elements in use
 * @size: size of one
 *
 * Room doubles at powers of two, so that the caller keeps one counter and
 * appending stays linear. Ends the program when memory is out.
 *
 * Return: the array, perhaps moved, with a zeroed element @nmemb.
 */
void *xgrow(void *array, size_t nmemb, size_t size)
{
	if (!(nmemb & (nmemb - 1)))
		array = xreallocarray(array, nmemb ? nmemb * 2 : 1, size);
	memset((char *)array + nmemb * size, 0, size);
	return array;
}
