/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of the exact tier's host side. */
#ifndef VMABENCH_EXACT_H
#define VMABENCH_EXACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* guest_image.c */
int write_initrd(const char *path, const char *init);
int write_disk(const char *path);

/* regions.c: what the plugin wrote */

/** struct region - one measured region, instructions by class */
struct region {
	int id;
	uint64_t irqs, switches;
	uint64_t task, irq, rcu, user;
};

struct regions {
	struct region *v;
	size_t nr;
};

int read_regions(const char *path, struct regions *r);
int insns_rows(const json_t *line, const struct regions *r, json_t *rows,
	       char *reason, size_t size);

#endif
