// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that are known. Boots of one kernel differ in the numbers of their arrays, which
 * scan_line() takes out: what is left of a line is nearly always what it was in the boot
 * before. It is parsed and checked once, and looked up from then on.
 *
 * A line has one place that it can be in, of a fixed number, so that no file can have
 * more memory than that taken, or more time than a comparison.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* A session has about two thousand lines that differ. */
#define PLACES 4096

/**
 * struct known_lines - lines of files that one thread reads
 * @places: each with a line, or with none
 */
struct known_lines {
	struct known_line *places[PLACES];
};

/**
 * known_lines_new() - no lines yet
 *
 * Return: to be given to known_lines_free().
 */
struct known_lines *known_lines_new(void)
{
	/* Rows that are known have names. */
	names_hold();
	return xcalloc(1, sizeof(struct known_lines));
}

static void forget(struct known_line *known)
{
	if (known)
		json_decref(known->json);
	free(known);
}

void known_lines_free(struct known_lines *lines)
{
	for (size_t i = 0; i < PLACES; i++)
		forget(lines->places[i]);
	free(lines);
	names_release();
}

static struct known_line **place_of(struct known_lines *lines, const char *text,
				    size_t len)
{
	uint64_t hash = len, bits = 0;

	for (; len >= sizeof(bits); text += sizeof(bits), len -= sizeof(bits)) {
		memcpy(&bits, text, sizeof(bits));
		hash = (hash ^ bits) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 32;
	}
	bits = 0;
	memcpy(&bits, text, len);
	hash = (hash ^ bits) * 0x9e3779b97f4a7c15ULL;
	return &lines->places[(hash >> 32) % PLACES];
}

/**
 * known_find() - a line that was right before
 * @lines: where to look
 * @text: what scan_line() has left of it
 * @len: bytes in @text
 *
 * Return: the line, until the next call of known_add(); NULL if it is not known.
 */
const struct known_line *known_find(struct known_lines *lines, const char *text,
				    size_t len)
{
	const struct known_line *known = *place_of(lines, text, len);

	return known && known->len == len && !memcmp(known->text, text, len)
		       ? known
		       : NULL;
}

/**
 * known_add() - a line that is right has been read
 * @lines: where it is kept, in the place of another one
 * @text: as known_find() has it
 * @len: bytes in @text
 * @json: the same, parsed, of which there is one more reference from now on
 * @row: what it says of a row before its arrays, if it is of one
 */
void known_add(struct known_lines *lines, const char *text, size_t len,
	       json_t *json, const struct record_row *row)
{
	struct known_line **place = place_of(lines, text, len);
	struct known_line *known = xcalloc(1, sizeof(*known) + len);

	known->json = json_incref(json);
	known->row = *row;
	known->len = len;
	memcpy(known->text, text, len);
	forget(*place);
	*place = known;
}
