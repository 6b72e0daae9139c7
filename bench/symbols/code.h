/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the functions of an image do, wherever they lie. */
#ifndef CODE_H
#define CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

/**
 * struct symbol - a function, a label in assembler code, or a variable
 * @addr: where it begins
 * @size: in bytes; 0 of a label
 * @name: in the file
 */
struct symbol {
	uint64_t addr, size;
	const char *name;
};

/**
 * struct span - what is loaded of an image
 * @addr: where it begins
 * @size: in bytes
 * @bytes: of code; NULL of what is none
 */
struct span {
	uint64_t addr, size;
	const uint8_t *bytes;
};

/**
 * struct places - what addresses of an image are
 * @symbols: functions and variables, sorted by address
 * @nr: length of @symbols
 * @spans: what is loaded
 * @nr_spans: length of @spans
 */
struct places {
	const struct symbol *symbols;
	size_t nr;
	const struct span *spans;
	size_t nr_spans;
};

void code_hash(const struct places *places, const struct symbol *function,
	       const uint8_t *bytes, uint8_t digest[SHA256_SIZE]);

#endif
