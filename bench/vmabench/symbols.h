/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vmlinux says about itself. */
#ifndef VMABENCH_SYMBOLS_H
#define VMABENCH_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct symbol - a function, or a label in assembler code
 * @size: in bytes; 0 of a label
 */
struct symbol {
	uint64_t addr, size;
	const char *name;
};

/**
 * struct symbols - text symbols of an image, sorted by address, one an address,
 *	without the labels inside of functions
 * @build_id: of the image, in hex
 * @code: hash of its code and of where it lies, in hex: of two images that have
 *	it in common, nothing but data differs
 */
struct symbols {
	struct symbol *v;
	size_t nr;
	char *names;
	char build_id[129];
	char code[65];
};

int symbols_read(const char *vmlinux, struct symbols *s, char *err, size_t size);
void symbols_free(struct symbols *s);

#endif
