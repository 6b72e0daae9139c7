// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses, serial numbers and links, by what they look like. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define HEX "0123456789abcdefABCDEF"
#define DIGITS "0123456789"

static size_t hex_digits(const char *s)
{
	return strspn(s, HEX);
}

/** is_hex() - is a text so many hexadecimal digits, and nothing else? */
bool is_hex(const char *s, size_t least, size_t most)
{
	size_t n = strspn(s, "0123456789abcdef");

	return !s[n] && n >= least && n <= most;
}

static size_t name_length(const char *s)
{
	size_t len = 0;

	while (isalnum((unsigned char)s[len]) ||
	       (s[len] && strchr("._-+", s[len])) || !isascii(s[len]))
		len++;
	return len;
}

/* NAME@NAME, from where the first name starts. */
static size_t match_user(const char *s)
{
	size_t user = name_length(s), host;

	if (!user || s[user] != '@')
		return 0;
	host = name_length(s + user + 1);
	return host ? user + 1 + host : 0;
}

static size_t match_ipv4(const char *s)
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		size_t n = strspn(s + at, DIGITS);

		if (!n || n > 3 || atoi(s + at) > 255)
			return 0;
		at += n;
		if (part < 3 && s[at++] != '.')
			return 0;
	}
	return isalnum((unsigned char)s[at]) ||
			       (s[at] == '.' && isdigit((unsigned char)s[at + 1]))
		       ? 0
		       : at;
}

/* Groups of so many digits, with the same mark between any two. */
static size_t match_groups(const char *s, size_t nr, size_t digits)
{
	char mark = s[0] && hex_digits(s) == digits ? s[digits] : 0;
	size_t len = nr * (digits + 1) - 1;

	if (!mark || !strchr(":-.", mark))
		return 0;
	for (size_t i = 0; i < nr; i++)
		if (hex_digits(s + i * (digits + 1)) != digits ||
		    (i < nr - 1 && s[i * (digits + 1) + digits] != mark))
			return 0;
	return isalnum((unsigned char)s[len]) || s[len] == mark ? 0 : len;
}

/* 52:54:00:ab:cd:ef, and as Cisco writes it: 5254.00ab.cdef */
static size_t match_mac(const char *s)
{
	size_t len = match_groups(s, 6, 2);

	return len ? len : match_groups(s, 3, 4);
}

/* Groups of up to four digits, eight of them or a gap of two colons. */
static size_t match_ipv6(const char *s)
{
	size_t at = 0, groups = 0, colons = 0;
	bool gap = false;

	while (hex_digits(s + at) || s[at] == ':') {
		size_t n = hex_digits(s + at);

		if (n > 4)
			return 0;
		groups += !!n;
		at += n;
		if (s[at] != ':')
			break;
		gap |= s[at + 1] == ':';
		colons++;
		at++;
	}
	if (groups > 8 || colons < 2 || isalnum((unsigned char)s[at]))
		return 0;
	return groups == 8 || (gap && groups) ? at : 0;
}

/** uuid_length() - how long is the UUID that begins here? 0 where none does */
size_t uuid_length(const char *s)
{
	static const size_t parts[] = { 8, 4, 4, 4, 12 };
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (hex_digits(s + at) != parts[i])
			return 0;
		at += parts[i];
		if (i + 1 < ARRAY_SIZE(parts) && s[at++] != '-')
			return 0;
	}
	return at;
}

static size_t match_pointer(const char *s)
{
	size_t skip = !strncmp(s, "0x", 2) ? 2 : 0;

	return hex_digits(s + skip) == 16 && !strncmp(s + skip, "ffff", 4)
		       ? skip + 16
		       : 0;
}

/* Names that disks have in a network of storage, and serial numbers with them. */
static size_t match_storage(const char *s)
{
	static const char *const starts[] = { "iqn.", "nqn.", "eui.",
					      "naa.", "wwn-", "t10." };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(s, starts[i], strlen(starts[i])))
			return strcspn(s, " \t\"'(),;");
	return 0;
}

/* clang-format off */
static const struct {
	enum taken kind;
	size_t (*match)(const char *s);
} patterns[] = {
	{ TAKEN_STORAGE,	match_storage },
	{ TAKEN_POINTER,	match_pointer },
	{ TAKEN_SERIAL,		uuid_length },
	/* An address of hardware looks like one of a network. */
	{ TAKEN_MAC,		match_mac },
	{ TAKEN_IPV6,		match_ipv6 },
	{ TAKEN_IPV4,		match_ipv4 },
	{ TAKEN_USER,		match_user },
};
/* clang-format on */

/**
 * match_address() - does an address or a serial number begin here?
 * @s: text, from where a word begins
 * @kind: what it is
 *
 * Return: how long it is, 0 where none does.
 */
size_t match_address(const char *s, enum taken *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		size_t len = patterns[i].match(s);

		*kind = patterns[i].kind;
		if (len)
			return len;
	}
	return 0;
}

/**
 * is_public_link() - does a link go where everybody can read it?
 * @s: link
 * @len: bytes of it
 */
bool is_public_link(const char *s, size_t len)
{
	static const char *const hosts[] = {
		"lore.kernel.org/",	"patch.msgid.link/", "git.kernel.org/",
		"docs.kernel.org/",	"www.kernel.org/",   "kernel.org/",
		"bugzilla.kernel.org/", "lwn.net/",
	};
	static const char https[] = "https://";
	size_t skip = sizeof(https) - 1;

	if (strncmp(s, https, skip) ||
	    strspn(s,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-_@+=~%#") <
		    len)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++)
		if (!strncmp(s + skip, hosts[i], strlen(hosts[i])))
			return true;
	return false;
}
