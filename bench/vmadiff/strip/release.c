// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernels, folders and sessions are called: people give them names of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define MARKS ".-+_~"

/* Is each part of it of a version, or known? */
static bool is_of_versions(const char *s)
{
	size_t n;

	for (; *s; s += n + !!s[n]) {
		n = strcspn(s, MARKS);
		if (n && !is_number_word(s, n) && !is_known_word(s, n))
			return false;
	}
	return true;
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
	size_t number = strspn(release, "0123456789.");
	char *local, *text;

	if (is_of_versions(release))
		return xasprintf("%s", release);
	take_out(st, TAKEN_VALUE, release, strlen(release));
	local = alias_of(st, "local", release);
	if (number && number < 16 && release[number])
		text = xasprintf("%.*s-%s", (int)number, release, local);
	else
		text = xasprintf("%s", local);
	free(local);
	return text;
}

/**
 * strip_name() - what a copy of a file or folder is called
 * @st: counts
 * @name: what the original is called
 *
 * Stages are what was measured, and called by small letters, digits and underscores.
 *
 * Return: text, to be given to free().
 */
char *strip_name(struct strip *st, const char *name)
{
	static const char suffix[] = ".jsonl";
	size_t stem = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
	size_t len = strlen(name);
	char *copy, *safe;

	if (stem && (!name[stem] || !strcmp(name + stem, suffix)))
		return xasprintf("%s", name);
	stem = len > strlen(suffix) ? len - strlen(suffix) : 0;
	if (!stem || strcmp(name + stem, suffix) != 0)
		return strip_release(st, name);
	copy = xasprintf("%.*s", (int)stem, name);
	safe = strip_release(st, copy);
	join_text(&safe, "", "%s", suffix);
	free(copy);
	return safe;
}
