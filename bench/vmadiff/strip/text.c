// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts, word by word. What the suite writes has no words but its own, so that any other
 * is taken out. What a person writes for readers may have any word that is one of a
 * language: what has dots, many digits or letters outside of ASCII is a name or a number.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"
#include "render/render.h"

/* What ends a path, as messages have it. */
#define PATH_END " \t\"'`,;()<>|"

static const char *const instead[NR_TAKEN] = {
	[TAKEN_USER] = "(user)",       [TAKEN_HOME] = "(home)",
	[TAKEN_PATH] = "(path)",       [TAKEN_HOST] = "(host)",
	[TAKEN_LINK] = "(link)",       [TAKEN_IPV4] = "(address)",
	[TAKEN_IPV6] = "(address)",    [TAKEN_MAC] = "(address)",
	[TAKEN_STORAGE] = "(serial)",  [TAKEN_SERIAL] = "(serial)",
	[TAKEN_POINTER] = "(address)", [TAKEN_WORD] = "(word)",
};

/* Of a device or a setting of the kernel, if all of its names are known. */
static bool is_kernel_path(const struct strip *st, const char *s, size_t len)
{
	static const char *const roots[] = { "/sys/", "/proc/", "/dev/",
					     "/init", "/boot/" };
	size_t i = 0, n;

	while (i < ARRAY_SIZE(roots) &&
	       strncmp(s, roots[i], strlen(roots[i])) != 0)
		i++;
	if (i == ARRAY_SIZE(roots))
		return false;
	for (size_t at = 0; at < len; at += n ? n : 1) {
		n = compound_length(s + at);
		if (n > len - at)
			n = len - at;
		if (n && !is_known_compound(st, s + at, n, BY_SUITE))
			return false;
	}
	return true;
}

static bool is_home(const char *s, size_t len)
{
	static const char *const homes[] = { "/home/", "/Users/", "\\Users\\",
					     "/root", "/homes/" };
	char *path = xasprintf("%.*s", (int)len, s);
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(homes); i++)
		found |= strstr(path, homes[i]) != NULL;
	free(path);
	return found;
}

/*
 * A path from a root: of Unix, Windows or a share. Only the name of a source file is
 * left of it, which says where in a kernel something went wrong.
 */
static size_t put_path(struct strip *st, const char *s, FILE *f)
{
	size_t len = 0, last, name;
	enum taken kind;

	if (*s == '/')
		len = strcspn(s, PATH_END ":");
	else if ((isalpha((unsigned char)*s) && s[1] == ':' &&
		  (s[2] == '\\' || (s[2] == '/' && s[3] != '/'))) ||
		 !strncmp(s, "\\\\", 2) || !strncmp(s, "~/", 2))
		len = 2 + strcspn(s + 2, PATH_END ":");
	if (len < 2)
		return 0;
	if (is_kernel_path(st, s, len)) {
		fprintf(f, "%.*s", (int)len, s);
		return len;
	}
	kind = is_home(s, len) ? TAKEN_HOME : TAKEN_PATH;
	for (last = len; last && s[last - 1] != '/';)
		last--;
	name = compound_length(s + last);
	fputs(instead[kind], f);
	if (last && last + name == len && is_source_file(s + last, name) &&
	    is_known_compound(st, s + last, name, BY_SUITE))
		fprintf(f, "/%.*s", (int)name, s + last);
	take_out(st, kind, s, len);
	return len;
}

/* "%2F" and the like, as links write what they could not have. */
static bool is_encoded(const char *s, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if (s[i] == '%' && isxdigit((unsigned char)s[i + 1]) &&
		    isxdigit((unsigned char)s[i + 2]))
			return true;
	return false;
}

/* SCHEME://..., or what is encoded as a part of one. */
static size_t put_link(struct strip *st, const char *s, FILE *f)
{
	size_t scheme = strspn(s, "abcdefghijklmnopqrstuvwxyz+");
	size_t len = strcspn(s, PATH_END);

	if ((!scheme || strncmp(s + scheme, "://", 3) != 0) && !is_encoded(s, len))
		return 0;
	if (is_public_link(s, len)) {
		fprintf(f, "%.*s", (int)len, s);
		return len;
	}
	fputs(instead[TAKEN_LINK], f);
	take_out(st, TAKEN_LINK, s, len);
	return len;
}

/* What a person may write: NR_TAKEN, or what it looks like. */
static enum taken kind_of_word(const char *s, size_t len)
{
	bool letters = false, dots = false;
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		if (!isascii(s[i]))
			return TAKEN_WORD;
		letters |= isalpha((unsigned char)s[i]) != 0;
		digits += isdigit((unsigned char)s[i]) != 0;
		dots |= s[i] == '.';
	}
	if (!letters && digits <= 10)
		return NR_TAKEN;
	if (digits > 4)
		return TAKEN_SERIAL;
	return dots && !is_source_file(s, len) ? TAKEN_HOST : NR_TAKEN;
}

/* A commit is quoted with its subject. */
static bool is_commit(const char *s, size_t len)
{
	return len >= 7 && len <= 40 && strspn(s, "0123456789abcdef") == len &&
	       !strncmp(s + len, " (\"", 3);
}

static size_t put_word(struct strip *st, const char *s, enum author author,
		       FILE *f)
{
	size_t len = compound_length(s);
	enum taken kind = NR_TAKEN;

	if (!len)
		return 0;
	if (!is_known_compound(st, s, len, author))
		kind = author == BY_PERSON ? kind_of_word(s, len) : TAKEN_WORD;
	if (kind != NR_TAKEN && author == BY_PERSON && is_commit(s, len))
		kind = NR_TAKEN;
	if (kind == NR_TAKEN) {
		fprintf(f, "%.*s", (int)len, s);
	} else {
		fputs(instead[kind], f);
		take_out(st, kind, s, len);
	}
	return len;
}

static size_t put_address(struct strip *st, const char *s, FILE *f)
{
	enum taken kind;
	size_t len = match_address(s, &kind);

	if (!len)
		return 0;
	fputs(instead[kind], f);
	take_out(st, kind, s, len);
	return len;
}

/**
 * strip_text() - a text without what tells who, where or which machine
 * @st: counts
 * @s: text
 * @author: who wrote it
 *
 * Return: text, to be given to free().
 */
char *strip_text(struct strip *st, const char *s, enum author author)
{
	char *text;
	size_t size, len;
	FILE *f = open_text(&text, &size);

	for (size_t i = 0; s[i]; i += len) {
		bool inside = i && isalnum((unsigned char)s[i - 1]);
		/* A slash of a relative path, or of what is left of another. */
		bool relative = i && s[i] == '/' && strchr("_.)", s[i - 1]);

		len = inside ? 0 : put_link(st, s + i, f);
		if (!len && !inside)
			len = put_address(st, s + i, f);
		if (!len && !inside && !relative)
			len = put_path(st, s + i, f);
		if (!len)
			len = put_word(st, s + i, author, f);
		if (!len) {
			len = 1;
			fputc(s[i], f);
		}
	}
	fclose(f);
	return text;
}
