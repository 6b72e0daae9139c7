// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records for strangers: without names of hosts and users, serial numbers and
 * addresses. What vmadiff makes of the copies has none either. Only the header
 * and the reasons can hold some; numbers are copied as they are.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "page/page.h"
#include "render/render.h"

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define HEX "0123456789abcdefABCDEF"
#define DIGITS "0123456789"

enum kind {
	USER_AT_HOST,
	HOME,
	IPV4,
	IPV6,
	MAC,
	UUID,
	POINTER,
	NAMED_KEY,
	NR_KINDS,
};

static size_t hex_digits(const char *s)
{
	return strspn(s, HEX);
}

/* NAME@NAME, from where the first name starts. */
static size_t match_user(const char *s)
{
	size_t user = strspn(s, WORD), host;

	if (!user || s[user] != '@')
		return 0;
	host = strspn(s + user + 1, WORD);
	return host ? user + 1 + host : 0;
}

static size_t match_home(const char *s)
{
	static const char *const roots[] = { "/home/", "/Users/" };
	size_t len;

	if (!strncmp(s, "/root", 5) && (!s[5] || !strchr(WORD, s[5])))
		return 5;
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		len = strlen(roots[i]);
		if (!strncmp(s, roots[i], len) && strspn(s + len, WORD))
			return len + strspn(s + len, WORD);
	}
	return 0;
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

static size_t match_mac(const char *s)
{
	for (size_t i = 0; i < 6; i++)
		if (hex_digits(s + 3 * i) != 2 ||
		    (i < 5 && s[3 * i + 2] != ':' && s[3 * i + 2] != '-'))
			return 0;
	return isalnum((unsigned char)s[17]) || s[17] == ':' ? 0 : 17;
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

static size_t match_uuid(const char *s)
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

/* clang-format off */
static const struct {
	const char *what;
	const char *instead;
	size_t (*match)(const char *s);
} kinds[] = {
	[USER_AT_HOST]	= { "user@host",		"(user@host)",	match_user },
	[HOME]		= { "home folder",		"/home/(user)",	match_home },
	[IPV4]		= { "IPv4 address",		"(address)",	match_ipv4 },
	[IPV6]		= { "IPv6 address",		"(address)",	match_ipv6 },
	[MAC]		= { "hardware address",		"(address)",	match_mac },
	[UUID]		= { "UUID or serial number",	"(serial)",	match_uuid },
	[POINTER]	= { "kernel address",		"(address)",	match_pointer },
	[NAMED_KEY]	= { "value of a telling key",	"(stripped)",	NULL },
};
/* clang-format on */

/* Does a thing start here, and not in the middle of a word? */
static size_t match(const char *text, size_t at, enum kind *kind)
{
	char before = at ? text[at - 1] : ' ';

	if (isalnum((unsigned char)before) || before == '_' || before == '.')
		return 0;
	/* An address of hardware looks like one of a network. */
	for (int k = NAMED_KEY - 1; k >= 0; k--) {
		size_t len = kinds[k].match(text + at);

		if (k == IPV6 && match_mac(text + at))
			continue;
		if (len) {
			*kind = k;
			return len;
		}
	}
	return 0;
}

static char *strip_text(const char *s, size_t counts[NR_KINDS])
{
	char *text;
	size_t size, len;
	FILE *f = open_text(&text, &size);
	enum kind kind;

	for (size_t i = 0; s[i]; i += len) {
		len = match(s, i, &kind);
		if (len) {
			fputs(kinds[kind].instead, f);
			counts[kind]++;
		} else {
			len = 1;
			fputc(s[i], f);
		}
	}
	fclose(f);
	return text;
}

/* Keys whose value tells who or where, whatever it looks like. */
static bool key_is_telling(const char *key)
{
	static const char *const parts[] = {
		"hostname", "nodename", "serial",    "user",
		"uuid",	    "asset",	"owner",     "email",
		"mac_addr", "ip_addr",	"domainname"
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (strcasestr(key, parts[i]))
			return true;
	return false;
}

/*
 * The boot is random, and says which records are of one; it names nobody. The link of a
 * series is where everybody can read it, under the address of a mail.
 */
static bool key_is_kept(const char *key)
{
	return !strcmp(key, "boot_id") || !strcmp(key, "build_id") ||
	       !strcmp(key, "link");
}

static void strip_value(json_t *v, size_t counts[NR_KINDS])
{
	const char *key;
	json_t *child;
	void *next;
	size_t i;

	json_object_foreach_safe(v, next, key, child)
	{
		char *text;

		if (!json_is_string(child)) {
			strip_value(child, counts);
			continue;
		}
		if (key_is_kept(key))
			continue;
		if (key_is_telling(key)) {
			text = xasprintf("%s", kinds[NAMED_KEY].instead);
			counts[NAMED_KEY]++;
		} else {
			text = strip_text(json_string_value(child), counts);
		}
		json_object_set_new(v, key, json_string(text));
		free(text);
	}
	json_array_foreach(v, i, child)
		strip_value(child, counts);
}

/* Rows, functions, code, stacks, symbols: names that the reader has checked. */
static bool is_of_numbers(const char *line)
{
	static const char *const types[] = { "row",	"functions", "stacks",
					     "symbols", "shape",     "code",
					     "trailer" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		size_t len = strlen(types[i]);

		if (!strncmp(line, "{\"type\":\"", 9) &&
		    !strncmp(line + 9, types[i], len) && line[9 + len] == '"')
			return true;
	}
	return false;
}

static int strip_line(const char *line, size_t counts[NR_KINDS], FILE *out)
{
	json_t *v;

	if (is_of_numbers(line)) {
		fputs(line, out);
		return 0;
	}
	v = json_loads(line, 0, NULL);
	if (!v)
		return -EINVAL;
	strip_value(v, counts);
	json_dumpf(v, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(v);
	return 0;
}

static int strip_record(const char *path, const char *dir,
			size_t counts[NR_KINDS])
{
	char *name = xasprintf("%s/%s", dir, base_name(path)), *buf = NULL;
	char *line = NULL;
	size_t size = 0, room = 0;
	FILE *in = fopen(path, "re"), *out = open_text(&buf, &size);
	int err = in ? 0 : -errno;

	while (!err && getline(&line, &room, in) >= 0)
		err = strip_line(line, counts, out);
	fclose(out);
	if (!err)
		err = write_file_atomic(name, buf, size, MODE_RECORD);
	if (err)
		warnx("cannot strip %s into %s: %s", path, name, strerror(-err));
	if (in)
		fclose(in);
	free(line);
	free(buf);
	free(name);
	return err;
}

/* Only what is a record, so that nothing else passes for stripped. */
static int check_record(const char *path)
{
	struct record *rec = read_or_say(path);

	if (!rec)
		return -EINVAL;
	record_free(rec);
	return 0;
}

/**
 * strip_records() - copies of records that name nobody
 * @paths: records
 * @nr: how many
 * @dir: folder of the copies, which is there
 *
 * Prints what was taken out, by kind, and how often; never what it was.
 *
 * Return: %STATUS_OK; %STATUS_DATA when one could not be read or written.
 */
enum status strip_records(char *const *paths, size_t nr, const char *dir)
{
	size_t counts[NR_KINDS] = { 0 };
	bool any = false;

	for (size_t i = 0; i < nr; i++)
		if (check_record(paths[i]) || strip_record(paths[i], dir, counts))
			return STATUS_DATA;
	for (size_t k = 0; k < NR_KINDS; k++) {
		if (counts[k])
			printf("stripped: %s, %zu time%s\n", kinds[k].what,
			       counts[k], counts[k] == 1 ? "" : "s");
		any |= counts[k];
	}
	if (!any)
		puts("stripped: nothing, there was nothing of the kind");
	return STATUS_OK;
}
