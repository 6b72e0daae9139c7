/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vmlinux says about itself. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

/* In a line "ADDRESS t NAME", whose address has 16 digits. */
#define SYMBOL_NAME_AT 19

/**
 * struct symbols - what vmabench-symbols prints of an image
 * @text: all of it, to be freed
 * @table: in it, the lines "ADDRESS t NAME" of its functions
 * @build_id: of the image, in hex
 * @code: hash of its code and of where it lies, in hex
 */
struct symbols {
	char *text;
	const char *table;
	char build_id[129];
	char code[65];
};

int symbols_read(const char *vmlinux, struct symbols *s);

#endif
