/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of JSON, without a library between the text and the array. */
#ifndef NUMBER_H
#define NUMBER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes behind a text that may be looked at, though not for what they hold. */
#define NUMBER_SLACK 16

enum elements_found {
	ELEMENTS_MORE,
	ELEMENTS_END,
	ELEMENTS_BAD,
};

/**
 * struct elements - an array of numbers that is being read
 * @at: the next element; there is a newline somewhere behind it, and behind that
 *	%NUMBER_SLACK readable bytes
 * @c_locale: locale in which a decimal point is a point
 * @lowest: of those read so far; 0 if none is below
 */
struct elements {
	const char *at;
	locale_t c_locale;
	double lowest;
};

/* Blanks within a line. */
static inline const char *skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t' || *s == '\r')
		s++;
	return s;
}

const char *number_read(const char *s, locale_t c_locale, double *v,
			bool *integer);
enum elements_found elements_read(struct elements *e, double *to, size_t room,
				  size_t *nr);

#endif
