// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/**
 * text_next() - one character of UTF-8
 * @s: text, not at its end
 * @c: filled with the character, -1 where there is none
 *
 * Return: its bytes; 1 where @c is -1.
 */
size_t text_next(const char *s, int32_t *c)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len = *u < 0x80	 ? 1
		     : *u < 0xc0 ? 0
		     : *u < 0xe0 ? 2
		     : *u < 0xf0 ? 3
		     : *u < 0xf8 ? 4
				 : 0;
	int32_t v;

	*c = -1;
	if (!len)
		return 1;
	v = len == 1 ? *u : *u & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (u[i] & 0x3f);
	}
	if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
		return 1;
	*c = v;
	return len;
}

/**
 * text_is_hidden() - does a character do something instead of being seen?
 * @c: character
 *
 * Those that end lines, move a cursor, turn the direction of what follows, or
 * have no width: what a reader sees is not what is there.
 */
bool text_is_hidden(int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
	       c == 0x061c ||		       /* Arabic letter mark */
	       (c >= 0x200b && c <= 0x200f) || /* zero width, direction marks */
	       (c >= 0x2028 && c <= 0x202e) || /* line ends, overrides */
	       (c >= 0x2060 && c <= 0x206f) || /* joiners, isolates */
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe007f);
}

/**
 * text_hidden_kind() - what does a text have that is not to be seen?
 * @s: text
 *
 * A terminal may act on control characters; what has no width, or turns the
 * direction of what follows, shows a reader something that is not there.
 *
 * Return: "control", "hidden", or NULL where all is to be seen.
 */
const char *text_hidden_kind(const char *s)
{
	size_t len;
	int32_t c;

	for (; *s; s += len) {
		len = text_next(s, &c);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			return "control";
		if (text_is_hidden(c))
			return "hidden";
	}
	return NULL;
}

/* All before @end, where there is a NUL; characters of @kept stay as they are. */
static char *make_plain(const char *s, const char *end, const char *kept)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return xasprintf("%s", "");
	while (s < end) {
		int32_t c;
		size_t len = text_next(s, &c);

		if (c < 0)
			fprintf(f, "<0x%02X>", (unsigned char)*s);
		else if (text_is_hidden(c) &&
			 !(c > 0 && c < 0x80 && strchr(kept, c)))
			fprintf(f, "<U+%04X>", (unsigned int)c);
		else
			fwrite(s, 1, len, f);
		s += len;
	}
	fclose(f);
	return text;
}

/**
 * plain_text() - a text in which everything is to be seen
 * @s: any bytes
 *
 * Characters that end lines, move a cursor or turn the direction of what follows
 * become <U+001B>, bytes that are no UTF-8 <0xFF>.
 *
 * Return: the text, to be given to free().
 */
char *plain_text(const char *s)
{
	return make_plain(s, s + strlen(s), "");
}

/**
 * one_line() - plain_text() with blanks for tabs and line ends, as compilers print them
 * @text: any text
 *
 * Return: text, to be given to free().
 */
char *one_line(const char *text)
{
	char *line = xasprintf("%s", text), *plain;

	for (char *c = line; *c; c++)
		if (*c == '\t' || *c == '\n' || *c == '\r')
			*c = ' ';
	plain = plain_text(line);
	free(line);
	return plain;
}

/**
 * plain_lines() - the same of a text of many lines, whose ends and tabs are kept
 * @s: any bytes, with a NUL behind them
 * @len: how many
 *
 * Return: the text, to be given to free().
 */
char *plain_lines(const char *s, size_t len)
{
	return make_plain(s, s + len, "\n\t");
}

/**
 * plain_format() - vprintf() to a text in which everything is to be seen
 * @fmt: printf() format
 * @ap: what it prints, which may be anything
 *
 * Return: the text, to be given to free().
 */
char *plain_format(const char *fmt, va_list ap)
{
	char *raw = NULL, *plain;

	if (vasprintf(&raw, fmt, ap) < 0)
		raw = NULL;
	plain = plain_text(raw ? raw : "");
	free(raw);
	return plain;
}

/* The last component: a report names files, never a machine's paths. */
const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
