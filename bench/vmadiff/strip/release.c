// SPDX-License-Identifier: GPL-2.0-or-later
/* What kernels are called: people give them names of their own. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define MARKS ".-+_~"
#define DIGITS "0123456789"
/* A day is a version to some. */
#define DIGITS_MAX 8
/* Behind a word: "arch1", "amzn2023". */
#define WORD_DIGITS_MAX 4
/* One with a fourth number, and dots between, is an address. */
#define NUMBERS_MAX 3

/* "gdeadbeefcafe", as git describe says a commit. */
static bool is_commit(const char *s, size_t len)
{
	return len >= 8 && len <= 15 && *s == 'g' &&
	       strspn(s + 1, DIGITS "abcdef") >= len - 1;
}

/* A word of the suite or one that kernels are called after, and a number behind it. */
static bool is_flavour(const char *s, size_t len)
{
	size_t word = len;

	if (is_known_word(s, len) || suite_knows("release", s, len))
		return true;
	while (word && strchr(DIGITS, s[word - 1]))
		word--;
	return word && len - word <= WORD_DIGITS_MAX &&
	       suite_knows("release", s, word);
}

static bool ends_here(const char *s)
{
	return !*s || strchr(MARKS, *s);
}

/* "el9uek" */
static bool is_of_oracle(const char *s)
{
	size_t n = !strncmp(s, "el", 2) ? strspn(s + 2, DIGITS) : 0;

	return n && n <= 2 && !strncmp(s + 2 + n, "uek", 3) &&
	       ends_here(s + 2 + n + 3);
}

/* Do four numbers stand before it, with dots between, that are no address? */
static bool is_after_four(const char *s)
{
	static const char wsl[] = "microsoft";

	return is_of_oracle(s) || (!strncmp(s, wsl, sizeof(wsl) - 1) &&
				   ends_here(s + sizeof(wsl) - 1));
}

/* Is each part of it of a version, or known? */
static bool is_of_versions(const char *s)
{
	size_t n, numbers = 0;

	for (; *s; s += n + !!s[n]) {
		n = strcspn(s, MARKS);
		numbers = n && strspn(s, DIGITS) >= n ? numbers + 1 : 0;
		if (n && n <= DIGITS_MAX && is_number_word(s, n))
			;
		else if (n && !is_commit(s, n) && !is_flavour(s, n) &&
			 !is_of_oracle(s))
			return false;
		if (numbers > NUMBERS_MAX && !is_after_four(s + n + !!s[n]))
			return false;
		if (s[n] != '.')
			numbers = 0;
	}
	return true;
}

/* "6.12.117", as much as begins like it. */
static size_t number_length(const char *s)
{
	size_t len = 0, n;

	for (int part = 0; part < 4; part++) {
		n = strspn(s + len, DIGITS);
		if (!n || n > 3)
			break;
		len += n;
		if (s[len] != '.')
			return len;
		len++;
	}
	return 0;
}

/* " (build 48dc540c8b76)", with which what has no record says the kernel's; or its end. */
static size_t find_build(const char *s)
{
	static const char start[] = " (build ";
	const char *build = strstr(s, start);
	size_t skip = sizeof(start) - 1, hex;

	if (!build)
		return strlen(s);
	hex = strspn(build + skip, DIGITS "abcdef");
	return hex >= 7 && hex <= 40 && !strcmp(build + skip + hex, ")")
		       ? (size_t)(build - s)
		       : strlen(s);
}

/* Without a build: as strip_release(). */
static char *strip_name(struct strip *st, const char *release)
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

/**
 * strip_release() - a release of a kernel without the name that somebody gave it
 * @st: counts
 * @release: as uname(2) has it, or the name of a folder or file; with a build or without
 *
 * Return: the same; or its number and "localN", another N for each, and its build; to be
 * given to free().
 */
char *strip_release(struct strip *st, const char *release)
{
	size_t build = find_build(release);
	char *name = xasprintf("%.*s", (int)build, release);
	char *text = strip_name(st, name);

	join_text(&text, "", "%s", release + build);
	free(name);
	return text;
}
