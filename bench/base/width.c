// SPDX-License-Identifier: GPL-2.0-or-later
/* How much room a text takes on a terminal, and where it can be cut. */
#include <string.h>

#include "base/base.h"

struct span {
	int32_t first, last;
};

/* Marks that stand above or below the character before them. */
static const struct span without_width[] = {
	{ 0x0300, 0x036f },   { 0x0483, 0x0489 }, { 0x0591, 0x05bd },
	{ 0x064b, 0x065f },   { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e },
	{ 0x1ab0, 0x1aff },   { 0x1dc0, 0x1dff }, { 0x20d0, 0x20ff },
	{ 0x3099, 0x309a },   { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
	{ 0xe0100, 0xe01ef },
};

/* Those that take two columns: of East Asia, full width, and pictures. */
static const struct span wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x23e9, 0x23ec },
	{ 0x2614, 0x2615 },   { 0x2648, 0x2653 },   { 0x26aa, 0x26ab },
	{ 0x26bd, 0x26be },   { 0x26c4, 0x26c5 },   { 0x26f2, 0x26f3 },
	{ 0x270a, 0x270b },   { 0x2753, 0x2755 },   { 0x2795, 0x2797 },
	{ 0x2b1b, 0x2b1c },   { 0x2e80, 0x303e },   { 0x3041, 0x4dbf },
	{ 0x4e00, 0xa4cf },   { 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },   { 0xfe10, 0xfe19 },   { 0xfe30, 0xfe6f },
	{ 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x16fe0, 0x18d08 },
	{ 0x1aff0, 0x1b2fb }, { 0x1f191, 0x1f19a }, { 0x1f200, 0x1f64f },
	{ 0x1f680, 0x1f6ff }, { 0x1f7e0, 0x1f7eb }, { 0x1f900, 0x1f9ff },
	{ 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool is_in(const struct span *spans, size_t nr, int32_t c)
{
	for (size_t i = 0; i < nr && c >= spans[i].first; i++)
		if (c <= spans[i].last)
			return true;
	return false;
}

/* Columns of a character; of a byte that is none, one. */
static int width_of(int32_t c)
{
	if (is_in(without_width, ARRAY_SIZE(without_width), c))
		return 0;
	return is_in(wide, ARRAY_SIZE(wide), c) ? 2 : 1;
}

/**
 * text_width() - columns that a text takes
 * @s: any bytes
 * @len: how many of them; a NUL ends them, too
 */
int text_width(const char *s, size_t len)
{
	const char *end = s + len;
	int columns = 0;
	int32_t c;

	while (s < end && *s) {
		s += text_next(s, &c);
		columns += width_of(c);
	}
	return columns;
}

/**
 * text_fit() - how much of a text there is room for
 * @s: any bytes up to a NUL, or NULL
 * @columns: the room
 *
 * Return: bytes of the characters that fit, for CUT().
 */
int text_fit(const char *s, int columns)
{
	const char *at = s;
	int32_t c;

	if (!s)
		return 0;
	while (*at) {
		size_t len = text_next(at, &c);

		columns -= width_of(c);
		if (columns < 0)
			break;
		at += len;
	}
	return (int)(at - s);
}

/**
 * text_whole() - the characters of a text that may end in the middle of one
 * @s: what snprintf() has cut off, say
 * @len: its bytes
 *
 * Return: its bytes without the beginning of a character at their end.
 */
size_t text_whole(const char *s, size_t len)
{
	size_t at = len;
	int32_t c;

	/* Back to the last byte that begins one; of four bytes, three may be there. */
	while (at && len - at < 3 && ((unsigned char)s[at - 1] & 0xc0) == 0x80)
		at--;
	if (!at || (unsigned char)s[at - 1] < 0xc0)
		return len;
	return text_next(s + at - 1, &c) == len - at + 1 && c >= 0 ? len : at - 1;
}
