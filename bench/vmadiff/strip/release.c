// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernels are called: people give them names of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define MARKS ".-+_~"
/* A day is a version to some. */
#define DIGITS_MAX 8

/* Is each part of it of a version, or known? */
static bool is_of_versions(const char *s)
{
	size_t n;

	for (; *s; s += n + !!s[n]) {
		n = strcspn(s, MARKS);
		if (n && !(is_number_word(s, n) && n <= DIGITS_MAX) &&
		    !is_known_word(s, n))
			return false;
	}
	return true;
}

/* "6.12.117", as much as begins like it. */
static size_t number_length(const char *s)
{
	size_t len = 0, n;

	for (int part = 0; part < 4; part++) {
		n = strspn(s + len, "0123456789");
		if (!n || n > 3)
			break;
		len += n;
		if (s[len] != '.')
			return len;
		len++;
	}
	return 0;
}

/**
 * strip_release() - a release of a kernel without the name that somebody gave it
 * @st: counts
 * @release: as uname(2) has it, or the name of a folder or file
 *
 * Return: the same; or its number and "localN", another N for each; to be given to
 * free().
 */
char *strip_release(struct strip *st, const char *release)
{
	size_t number = number_length(release);
	char *local, *text;

	if (is_of_versions(release))
		return xasprintf("%s", release);
	take_out(st, TAKEN_VALUE, release, strlen(release));
	local = alias_of(st, "local", release);
	if (number && release[number])
		text = xasprintf("%.*s-%s", (int)number, release, local);
	else
		text = xasprintf("%s", local);
	free(local);
	return text;
}
