// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nearly all of a record is numbers in three arrays of its rows. A JSON library
 * boxes each of them, at fifty times the cost of reading it. Here they are read
 * straight into an array, and the library gets the line without them.
 *
 * Whether a line is right is decided in one place still: an array that is not
 * plainly right is left where it is, for the library to read or to refuse. As
 * an array that is right is replaced by an empty one, the rest of the line is
 * right if and only if all of it was.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "scan.h"

/* Numbers of "per_op" are looked at and not kept. */
#define PER_OP_CHUNK 256

static void *grow(void *array, size_t *room, size_t size)
{
	*room = *room ? *room * 2 : 4096;
	return xreallocarray(array, *room, size);
}

/*
 * Each of these reads an array from behind its bracket. Return: what follows it,
 * or NULL to leave it to the library.
 */
static const char *scan_batches(struct scan *scan, const char *s)
{
	struct elements e = { .at = s, .c_locale = scan->c_locale };
	enum elements_found found;
	size_t nr;

	if (scan->has_batches)
		return NULL;
	scan->nr_batches = 0;
	do {
		if (scan->nr_batches == scan->batches_room)
			scan->batches = grow(scan->batches, &scan->batches_room,
					     sizeof(*scan->batches));
		found = elements_read(&e, scan->batches + scan->nr_batches,
				      scan->batches_room - scan->nr_batches, &nr);
		scan->nr_batches += nr;
	} while (found == ELEMENTS_MORE);
	scan->batches_min = e.lowest;
	scan->has_batches = found == ELEMENTS_END;
	return scan->has_batches ? e.at : NULL;
}

static const char *scan_per_op(struct scan *scan, const char *s)
{
	struct elements e = { .at = s, .c_locale = scan->c_locale };
	double chunk[PER_OP_CHUNK];
	enum elements_found found;
	size_t nr;

	if (scan->has_per_op)
		return NULL;
	scan->nr_per_op = 0;
	do {
		found = elements_read(&e, chunk, PER_OP_CHUNK, &nr);
		scan->nr_per_op += nr;
	} while (found == ELEMENTS_MORE);
	scan->per_op_min = e.lowest;
	scan->has_per_op = found == ELEMENTS_END;
	return scan->has_per_op ? e.at : NULL;
}

/* [value, count], from its bracket. */
static const char *read_bin(const struct scan *scan, const char *s,
			    struct hist_bin *bin)
{
	bool integer;

	if (*s != '[')
		return NULL;
	s = number_read(skip_blanks(s + 1), scan->c_locale, &bin->value,
			&integer);
	s = s ? skip_blanks(s) : NULL;
	if (!s || *s != ',')
		return NULL;
	s = number_read(skip_blanks(s + 1), scan->c_locale, &bin->count,
			&integer);
	s = s && integer ? skip_blanks(s) : NULL;
	return s && *s == ']' ? s + 1 : NULL;
}

static const char *scan_hist(struct scan *scan, const char *s)
{
	if (scan->has_hist)
		return NULL;
	for (scan->nr_hist = 0;; s++) {
		if (scan->nr_hist == scan->hist_room)
			scan->hist = grow(scan->hist, &scan->hist_room,
					  sizeof(*scan->hist));
		s = read_bin(scan, skip_blanks(s), &scan->hist[scan->nr_hist]);
		s = s ? skip_blanks(s) : NULL;
		if (!s || (*s != ',' && *s != ']'))
			return NULL;
		scan->nr_hist++;
		if (*s == ']')
			break;
	}
	scan->has_hist = true;
	return s + 1;
}

static const struct array {
	const char *key;
	const char *(*scan)(struct scan *scan, const char *s);
} arrays[SCAN_ARRAYS] = {
	{ "\"batches\"", scan_batches },
	{ "\"per_op\"", scan_per_op },
	{ "\"hist\"", scan_hist },
};

/*
 * The array of a key that starts at @s, with its quote. A key that is spelled
 * with escapes is none that is known here: the library reads its value.
 */
static const char *scan_array(struct scan *scan, const char *s, size_t len,
			      const char **start)
{
	for (size_t i = 0; i < ARRAY_SIZE(arrays); i++) {
		if (len != strlen(arrays[i].key) || memcmp(s, arrays[i].key, len))
			continue;
		s = skip_blanks(s + len);
		if (*s != ':')
			return NULL;
		s = skip_blanks(s + 1);
		if (*s != '[')
			return NULL;
		*start = s + 1;
		return arrays[i].scan(scan, s + 1);
	}
	return NULL;
}

/* From its quote. Return: what follows it, or @end if it does not end. */
static const char *skip_string(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s < end ? s + 1 : end;
}

static void keep(struct scan *scan, const char *from, const char *to)
{
	size_t len = (size_t)(to - from);

	while (scan->kept_room - scan->rest_len < len)
		scan->kept = grow(scan->kept, &scan->kept_room, 1);
	memcpy(scan->kept + scan->rest_len, from, len);
	scan->rest_len += len;
	scan->rest = scan->kept;
}

/* All up to @start is kept, and what is from there to @end is not. */
static void cut_out(struct scan *scan, const char *kept, const char *start,
		    const char *end)
{
	keep(scan, kept, start);
	scan->cuts[scan->nr_cuts++] =
		(struct cut){ scan->rest_len, (size_t)(end - start) };
}

/*
 * A key of the line, from its quote to @next. If it is of an array that was read,
 * what is @kept starts behind that. Return: where to go on.
 */
static const char *scan_key(struct scan *scan, const char *s, const char *next,
			    const char **kept)
{
	const char *start;
	const char *end = scan_array(scan, s, (size_t)(next - s), &start);

	if (!end)
		return next;
	cut_out(scan, *kept, start, end - 1);
	*kept = end - 1;
	return end;
}

/* Look for the keys of the object that the line is. Return: the last of the rest. */
static const char *scan_object(struct scan *scan, const char *s, const char *end)
{
	const char *kept = s, *next;
	unsigned int depth = 0;
	bool at_key = false;

	for (; s < end; s = next) {
		next = s + 1;
		switch (*s) {
		case '{':
			at_key = !depth++;
			break;
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			depth--;
			break;
		case ',':
			at_key = depth == 1;
			break;
		case '"':
			next = skip_string(s, end);
			if (at_key && next < end)
				next = scan_key(scan, s, next, &kept);
			at_key = false;
			break;
		}
	}
	return kept;
}

/**
 * scan_line() - read the arrays of numbers of a line
 * @scan: what scan_init() made; holds what was found until the next line
 * @line: text, with a newline behind it and %NUMBER_SLACK readable bytes
 * @len: bytes in @line
 *
 * Reads "batches", "per_op" and "hist" of the object that the line is, as far as
 * they are arrays of numbers (of pairs of them, the second one an integer), not
 * empty, and within the range of a double. All else stays in @scan->rest.
 * What the numbers mean is not looked at.
 */
void scan_line(struct scan *scan, const char *line, size_t len)
{
	const char *kept;

	scan->has_batches = scan->has_per_op = scan->has_hist = false;
	scan->rest_len = 0;
	scan->nr_cuts = 0;
	kept = scan_object(scan, line, line + len);
	if (scan->nr_cuts) {
		keep(scan, kept, line + len);
	} else {
		scan->rest = line;
		scan->rest_len = len;
	}
}

/**
 * scan_position() - where something of the rest was in the line
 * @scan: what scan_line() found
 * @position: in the rest
 */
size_t scan_position(const struct scan *scan, size_t position)
{
	size_t bytes = 0;

	for (size_t i = 0; i < scan->nr_cuts; i++)
		if (position > scan->cuts[i].at)
			bytes += scan->cuts[i].bytes;
	return position + bytes;
}

/**
 * scan_reserve() - make room in @batches for what is not from scan_line()
 * @scan: what scan_init() made
 * @nr: numbers
 */
void scan_reserve(struct scan *scan, size_t nr)
{
	if (nr <= scan->batches_room)
		return;
	scan->batches = xreallocarray(scan->batches, nr, sizeof(*scan->batches));
	scan->batches_room = nr;
}

/**
 * scan_init() - get ready for the first line
 * @scan: to be given to scan_free()
 *
 * Return: 0 or a negative errno.
 */
int scan_init(struct scan *scan)
{
	*scan = (struct scan){
		/* A decimal point is a point, whatever the user's is. */
		.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0),
	};
	return scan->c_locale ? 0 : -errno;
}

/**
 * scan_free() - give back what scan_line() needed
 * @scan: what scan_init() made
 */
void scan_free(struct scan *scan)
{
	if (scan->c_locale)
		freelocale(scan->c_locale);
	free(scan->batches);
	free(scan->hist);
	free(scan->kept);
}
