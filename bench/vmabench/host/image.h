/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel image that is booted, and what boots it. */
#ifndef IMAGE_H
#define IMAGE_H

#include <argp.h>

/**
 * struct image - as the command line says it
 * @stage: name in the record
 * @dir: folder with vmlinux
 * @module: hook module of it, or NULL
 * @commit: what it was built of, or NULL
 * @qemu: program
 */
struct image {
	const char *stage, *dir, *module, *commit, *qemu;
};

extern const struct argp image_argp; /* of struct image */

#endif
