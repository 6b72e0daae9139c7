// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rest of the address space, levelled: layouts begin from a tree that has as many
 * entries, whatever else is mapped in the process.
 */
#include <errno.h>

#include "layout.h"

/* Entries on either side of the window, without those that are made for a layout. */
#define OUTER_ENTRIES 24

/* Farther than the others: what is made for a layout is between them and the window. */
#define OUTER_BYTES (2ul << 30)

/* Of the leaves on that side, and of the window's own. -errno if it cannot be told. */
static int count_entries(struct neighbours *n, enum side side)
{
	unsigned long at = side == BELOW ? 0 : n->window;
	struct vmabench_tree tree;
	int nr = 0;

	for (;;) {
		const struct vmabench_tree_level *leaf = &tree.level[0];
		int err = n->ask(n->context, at, &tree);

		if (err)
			return err;
		if (leaf->min > n->window || leaf->max < n->window)
			nr += (int)leaf->entries;
		else if (n->ask(n->context, n->window, &tree))
			return -EIO;
		else
			nr += (int)(side == BELOW
					    ? leaf->slot
					    : leaf->entries - 1 - leaf->slot);
		if (side == BELOW ? leaf->max >= n->window : leaf->max == ~0ul)
			return nr;
		at = leaf->max + 1;
	}
}

/**
 * level_sides - have as many entries on either side of the window, whoever runs it
 * @n: its neighbours, of which there is none yet
 *
 * What a kernel maps in a process, besides, moves all nodes of its tree: one VMA more,
 * and an operation that is the same code finds another node above its leaf. So VMAs far
 * from the window make up for it, where there are not too many.
 *
 * Return: 0 or -errno.
 */
int level_sides(struct neighbours *n)
{
	for (enum side side = BELOW; side <= ABOVE; side++) {
		unsigned long at = side == BELOW ? n->window - OUTER_BYTES
						 : n->window + OUTER_BYTES;
		int nr = count_entries(n, side), err = 0;

		for (int i = 0;
		     i < OUTER_ENTRIES && nr >= 0 && nr < OUTER_ENTRIES && !err;
		     i++) {
			err = n->map(n->context,
				     at + (unsigned long)i * n->unit_bytes,
				     n->unit_bytes, i % 2);
			nr = count_entries(n, side);
		}
		if (nr < 0 || err)
			return nr < 0 ? nr : err;
	}
	return 0;
}
