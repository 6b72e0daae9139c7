// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers of JSON, without a library between the text and the array. */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "scan.h"

#if FLT_EVAL_METHOD != 0
#error "a division of two exact doubles has to be rounded once"
#endif

#define BYTES(b) ((b)*0x0101010101010101ULL)

/* Powers of ten that a double holds to the digit. */
static const double powers_of_ten[] = {
	1e0,  1e1,  1e2,  1e3,	1e4,  1e5,  1e6,  1e7,	1e8,  1e9,  1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number being read: (-1)^@negative x @digits x 10^@exponent. */
struct decimal {
	bool negative;
	bool integer;
	uint64_t digits;
	unsigned int nr_digits; /* more than 19 do not fit in @digits */
	int exponent;
};

static const char *read_digits(const char *s, struct decimal *d)
{
	for (; is_digit(*s); s++) {
		d->digits = d->digits * 10 + (uint64_t)(*s - '0');
		if (d->nr_digits < 20)
			d->nr_digits++;
	}
	return s;
}

static const char *read_exponent(const char *s, struct decimal *d)
{
	bool negative = *s == '-';
	int e = 0;

	if (*s == '-' || *s == '+')
		s++;
	if (!is_digit(*s))
		return NULL;
	for (; is_digit(*s); s++)
		if (e < 10000)
			e = e * 10 + (*s - '0');
	d->exponent += negative ? -e : e;
	return s;
}

/* JSON's grammar. Return: what follows the number, or NULL. */
static const char *read_decimal(const char *s, struct decimal *d)
{
	const char *start;

	*d = (struct decimal){ .integer = true, .negative = *s == '-' };
	s += d->negative;
	if (!is_digit(*s))
		return NULL;
	s = *s == '0' ? s + 1 : read_digits(s, d);

	if (*s == '.') {
		start = s + 1;
		s = read_digits(start, d);
		if (s == start)
			return NULL;
		/* Past -10000, what it is makes no difference any more. */
		d->exponent = start - s < -10000 ? -10000 : (int)(start - s);
		d->integer = false;
	}
	if (*s == 'e' || *s == 'E') {
		s = read_exponent(s + 1, d);
		d->integer = false;
	}
	return s;
}

/*
 * Rounded as the C library does, which is asked where one multiplication or
 * division of doubles that hold what they should is not all there is to it.
 */
static bool decimal_value(const char *s, locale_t c_locale,
			  const struct decimal *d, double *out)
{
	if (d->integer) {
		int64_t v = d->nr_digits <= 18 ? (int64_t)d->digits : 0;

		*out = (double)(d->negative ? -v : v);
		return d->nr_digits <= 18;
	}
	if (d->nr_digits <= 19 && d->digits <= 1ULL << DBL_MANT_DIG &&
	    abs(d->exponent) < (int)ARRAY_SIZE(powers_of_ten)) {
		double v = (double)d->digits;

		if (d->exponent < 0)
			v /= powers_of_ten[-d->exponent];
		else
			v *= powers_of_ten[d->exponent];
		*out = d->negative ? -v : v;
		return true;
	}
	*out = strtod_l(s, NULL, c_locale);
	return isfinite(*out);
}

/**
 * number_read() - read a number as JSON spells them
 * @s: text, with something behind the number that is not part of one
 * @c_locale: locale in which a decimal point is a point
 * @v: filled
 * @integer: filled: neither a fraction nor an exponent
 *
 * Return: what follows the number; NULL if it is none, out of the range of a
 * double, or an integer of more than 18 digits.
 */
const char *number_read(const char *s, locale_t c_locale, double *v, bool *integer)
{
	struct decimal d;
	const char *end = read_decimal(s, &d);

	*integer = d.integer;
	return end && decimal_value(s, c_locale, &d, v) ? end : NULL;
}

/* Eight bytes, the first one lowest. */
static uint64_t load_bytes(const char *s)
{
	uint64_t w;

	memcpy(&w, s, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* Value of eight digits, the first one lowest, as numbers and not characters. */
static uint32_t join_digits(uint64_t x)
{
	x = x * 10 + (x >> 8);
	return (uint32_t)(((x & 0x000000ff000000ffULL) * 0x000f424000000064ULL +
			   (x >> 16 & 0x000000ff000000ffULL) *
				   0x0000271000000001ULL) >>
			  32);
}

/*
 * Elements of the plainest kind, up to seven digits and a comma, as long as
 * there are any. The next number starts where the last one ended, and computing
 * where that is takes longer than all the rest; so it is guessed to be as long
 * as the one before, which a processor can run ahead with.
 */
static size_t read_plain(const char **from, double *to, size_t room)
{
	const char *s = *from;
	unsigned int top = 7; /* eight for each digit, and 7 */
	size_t width = 0, n;

	for (n = 0; n < room; n++) {
		uint64_t x = load_bytes(s) ^ BYTES('0');
		uint64_t other = ((x + BYTES(0x76)) | x) & BYTES(0x80);
		unsigned int found =
			other ? (unsigned int)__builtin_ctzll(other) : 7;

		if (found != top) {
			top = found;
			width = top / 8;
			/* Not to be computed again from each number. */
			__asm__("" : "+r"(width));
		}
		if (!width || s[width] != ',' || (*s == '0' && width > 1))
			break;
		to[n] = join_digits(x << (71 - top));
		s += width + 1;
	}
	*from = s;
	return n;
}

/**
 * elements_read() - read elements of an array of numbers
 * @e: where they are; moved behind what was read
 * @to: filled
 * @room: how many to read at most
 * @nr: filled with how many were read
 *
 * Return: %ELEMENTS_MORE when there are more than @room, %ELEMENTS_END when the
 * array ends, %ELEMENTS_BAD where something is not what number_read() reads.
 */
enum elements_found elements_read(struct elements *e, double *to, size_t room,
				  size_t *nr)
{
	const char *s = e->at;
	bool unused;

	for (*nr = 0; *nr < room; (*nr)++, s++) {
		*nr += read_plain(&s, to + *nr, room - *nr);
		if (*nr == room)
			break;
		s = number_read(skip_blanks(s), e->c_locale, &to[*nr], &unused);
		if (!s)
			return ELEMENTS_BAD;
		if (to[*nr] < e->lowest)
			e->lowest = to[*nr];
		s = skip_blanks(s);
		if (*s == ']') {
			(*nr)++;
			e->at = s + 1;
			return ELEMENTS_END;
		}
		if (*s != ',')
			return ELEMENTS_BAD;
	}
	e->at = s;
	return ELEMENTS_MORE;
}
