/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes on a command line, as the plugin reads them as well. By hand: a sscanf() or
 * strtoull() of a new glibc is a symbol that the glibc of an older machine's QEMU lacks.
 */
#ifndef VMABENCH_NUMBER_H
#define VMABENCH_NUMBER_H

#include <stdint.h>

/* No cache or memory has more; a number of more digits is cut short. */
#define SIZE_NUMBER_MAX (1u << 24)

/**
 * read_size - read a number with K or M behind it, or neither
 * @text: where it begins; moved to what follows
 *
 * Return: the number, 0 if there is none.
 */
static inline uint64_t read_size(const char **text)
{
	uint64_t n = 0;

	for (; **text >= '0' && **text <= '9' && n < SIZE_NUMBER_MAX; (*text)++)
		n = 10 * n + (uint64_t)(**text - '0');
	if (**text == 'K' || **text == 'M')
		n <<= *(*text)++ == 'K' ? 10 : 20;
	return n;
}

#endif
