// SPDX-License-Identifier: GPL-2.0-or-later
/* Values that are no sentences: settings, options of a configuration, versions. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define DIGITS "0123456789"
#define HEX DIGITS "abcdef"

/* What stands between the words of a setting. */
#define BETWEEN " ,:;()[]/%+-.="

/* Of bytes and of times there are large ones. */
#define DIGITS_MAX 12

static bool is_number(const char *s, size_t len, size_t most)
{
	if (len > 2 && !strncmp(s, "0x", 2))
		return len <= 2 + most && strspn(s + 2, HEX) >= len - 2;
	return len && len <= most && strspn(s, DIGITS) >= len;
}

/**
 * is_listed_word() - is it one of a few words?
 * @words: with blanks between them
 * @s: word, which need not end
 * @len: bytes of it
 */
bool is_listed_word(const char *words, const char *s, size_t len)
{
	for (size_t n; *words; words += n + !!words[n]) {
		n = strcspn(words, " ");
		if (n == len && !strncmp(words, s, n))
			return true;
	}
	return false;
}

/* How many digits a number may have: 8 with "#8" in a list, none without a "#". */
static size_t digits_of(const char *words)
{
	const char *mark = strchr(words, '#');

	if (!mark)
		return 0;
	return strchr(DIGITS, mark[1]) && mark[1] ? strtoul(mark + 1, NULL, 10)
						  : DIGITS_MAX;
}

/* Without a list, any word of the suite; with a "#" in it, numbers as well. */
static bool is_part(const char *words, const char *s, size_t len)
{
	if (!words)
		return is_known_word(s, len);
	return is_listed_word(words, s, len) ||
	       is_number(s, len, digits_of(words));
}

/*
 * A word or a number, or more of them with hyphens and dots between. Two numbers make a
 * range or a fraction, but more an address, or what people are called by.
 */
static bool is_of_state(const char *words, const char *s, size_t len)
{
	size_t numbers = 0;

	if (is_part(words, s, len))
		return true;
	for (size_t at = 0, n; at <= len; at += n + 1) {
		for (n = 0; at + n < len && !strchr("-.", s[at + n]);)
			n++;
		if (!is_part(words, s + at, n))
			return false;
		numbers += is_number(s + at, n, DIGITS_MAX);
	}
	return numbers <= 2;
}

/* 2026-11-30T12:00:00Z, or with a time zone in numbers. */
static bool is_time(const char *s)
{
	static const char form[] = "0000-00-00T00:00:00";
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)s[i])
				   : s[i] != form[i])
			return false;
	s += i;
	return !strcmp(s, "Z") || (*s && strchr("+-", *s) && strlen(s) <= 6 &&
				   !s[1 + strspn(s + 1, DIGITS ":")]);
}

/**
 * strip_state() - a setting of a machine
 * @st: counts
 * @s: what it is
 * @words: what it can be made of, with a "#" for numbers, "#8" for those of as many digits
 *	at most; NULL: words of the suite
 *
 * Return: the same, or "(value N)", another N for each, to be given to free().
 */
char *strip_state(struct strip *st, const char *s, const char *words)
{
	char *alias, *text;
	enum taken kind;
	bool known = true;

	for (size_t at = 0, n; s[at] && known; at += n) {
		n = compound_length(s + at);
		known = n ? !match_address(s + at, &kind) &&
					is_of_state(words, s + at, n)
			  : strchr(BETWEEN, s[at]) != NULL;
		n += !n;
	}
	/* The latter is what copies once had. */
	if (known || is_time(s) || !strcmp(s, "not there") ||
	    !strcmp(s, "(stripped)"))
		return xasprintf("%s", s);
	alias = alias_of(st, "(value ", s);
	text = xasprintf("%s)", alias);
	free(alias);
	if (strcmp(text, s) != 0)
		take_out(st, TAKEN_VALUE, s, strlen(s));
	return text;
}

/**
 * is_config_value() - is it what an option of a configuration can be, but for a text?
 * @s: value, which need not end
 * @len: bytes of it
 */
bool is_config_value(const char *s, size_t len)
{
	bool minus = len > 1 && *s == '-';

	return (len == 1 && strchr("ymn", *s)) ||
	       is_number(s + minus, len - minus, DIGITS_MAX);
}

/* "SMP", with a sign or not; "SMP=y"; "4->2". Sets @keep to what may stay of it. */
static bool is_option(const char *s, size_t len, const char *known, size_t *keep)
{
	size_t sign = *s == '+' || *s == '-';
	size_t name = strspn(s + sign, "ABCDEFGHIJKLMNOPQRSTUVWXYZ" DIGITS "_");
	const char *arrow = memmem(s, len, "->", 2);

	*keep = len;
	if (name && isupper((unsigned char)s[sign])) {
		*keep = sign + name;
		if (known && !is_known_word(s + sign, name))
			*keep = 0;
		if (!known && s[*keep] == '=' &&
		    is_config_value(s + *keep + 1, len - *keep - 1))
			*keep = len;
		return *keep == len;
	}
	if (!known && arrow && is_config_value(s, (size_t)(arrow - s)) &&
	    is_config_value(arrow + 2, len - (size_t)(arrow - s) - 2))
		return true;
	*keep = 0;
	return false;
}

/**
 * strip_config() - options of a kernel's configuration, without texts
 * @st: counts
 * @options: "SMP -NUMA +TINY_RCU NR_CPUS 4->1"
 * @known: not NULL: those alone that the suite has a list of
 *
 * Return: text, to be given to free().
 */
char *strip_config(struct strip *st, const char *options, const char *known)
{
	char *text = NULL;
	bool quoted = false;

	if (!strcmp(options, "not there"))
		return xasprintf("%s", options);
	for (size_t len, keep; *options; options += len + !!options[len]) {
		size_t quotes = 0;
		bool inside = quoted;

		len = strcspn(options, " ");
		for (size_t i = 0; i < len; i++)
			quotes += options[i] == '"';
		quoted ^= quotes & 1;
		if (!len || !strncmp(options, "...", len))
			continue;
		if (inside || !is_option(options, len, known, &keep)) {
			take_out(st, TAKEN_VALUE, options, len);
			keep = inside ? 0 : keep;
		}
		if (keep)
			join_text(&text, " ", "%.*s", (int)keep, options);
	}
	return text ? text : xasprintf("%s", "");
}

/**
 * strip_match() - a text that has to match, with an alias for what differs, so that it
 *	still does
 * @st: counts
 * @s: text
 * @author: who wrote it
 *
 * Return: text, to be given to free().
 */
char *strip_match(struct strip *st, const char *s, enum author author)
{
	char *text = strip_text(st, s, author), *alias, *both;

	if (!strcmp(text, s))
		return text;
	alias = alias_of(st, "value ", s);
	both = xasprintf("%s (%s)", text, alias);
	free(alias);
	free(text);
	return both;
}

/**
 * strip_row_version() - the version of a scenario
 * @st: counts; knows what else is published
 * @version: a hash of its code, or what made it and a hash of a name
 *
 * A short name is found by trying all of them. What stands for such a hash is another one,
 * of the file that the record was made of: in no other archive it is the same, where
 * "imported1" may be something else.
 *
 * Return: text, to be given to free().
 */
char *strip_row_version(struct strip *st, const char *version)
{
	static const char tools[] =
		"hyperfine will-it-scale perf-stat google-benchmark";
	const char *dash = strrchr(version, '-');
	char hex[2 * SHA256_SIZE + 1], *alias, *seed, *text;
	size_t tool = dash ? (size_t)(dash - version) : 0;

	if (is_hex(version, 12, 12))
		return xasprintf("%s", version);
	alias = alias_of(st, "version ", version);
	seed = xasprintf("%s %s", st->imported, alias);
	sha256_hex(seed, strlen(seed), hex);
	if (!is_listed_word(tools, version, tool))
		tool = 0;
	text = xasprintf("%.*s%s%.12s", (int)tool, version, tool ? "-" : "", hex);
	if (strcmp(text, version) != 0)
		take_out(st, TAKEN_NAME, version, strlen(version));
	free(seed);
	free(alias);
	return text;
}
