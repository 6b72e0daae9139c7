/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the window of a scenario lies in the maple tree, and how to have it there. */
#ifndef VMABENCH_RUN_LAYOUT_H
#define VMABENCH_RUN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "tree/vmabench_tree.h"

#define LINE_BYTES 64

/* Slots of a leaf; and how few it has at least, but for a root. */
#define LEAF_SLOTS 16
#define LEAF_MIN 7

/**
 * struct layout - where the window's VMA lies
 * @depth: levels of the tree
 * @slot: the slot of its leaf that it is in
 * @entries: slots of the leaf that are used, gaps too
 * @behind: it touches the VMA in front of it
 */
struct layout {
	unsigned int depth, slot, entries;
	bool behind;
};

/* Room for VMAs on either side of the window, in units. */
#define NEIGHBOUR_UNITS 96

enum side {
	BELOW,
	ABOVE
};

/**
 * struct neighbours - VMAs of one unit each on both sides of a window
 * @window: its first address
 * @edge: the first address that is no neighbour's, below it, and above it the first one
 *	that may be
 * @unit_bytes: size of a VMA
 * @far: how many more there are far below and far above
 * @mapped: which are there, those next to the window first
 * @ask: where an address lies; 0 or -errno
 * @map: makes a VMA, of an even kind or an odd one, which do not merge; 0 or -errno
 * @renew: makes a VMA again that is there, in its range and of its kind; 0 or -errno
 * @unmap: the range
 * @context: of these
 *
 * A test has a tree of its own behind them.
 */
struct neighbours {
	unsigned long window, edge[2];
	size_t unit_bytes;
	unsigned int far[2];
	bool mapped[2][NEIGHBOUR_UNITS];
	int (*ask)(void *context, unsigned long at, struct vmabench_tree *tree);
	int (*map)(void *context, unsigned long at, size_t bytes, bool odd);
	int (*renew)(void *context, unsigned long at, size_t bytes, bool odd);
	int (*unmap)(void *context, unsigned long at, size_t bytes);
	void *context;
};

/* neighbours.c */
int ask_tree(void *context, unsigned long at, struct vmabench_tree *tree);
int map_neighbour(void *context, unsigned long at, size_t bytes, bool odd);
int renew_neighbour(void *context, unsigned long at, size_t bytes, bool odd);
int unmap_neighbours(void *context, unsigned long at, size_t bytes);

/* sides.c */
int level_sides(struct neighbours *n);

/* layout.c */
int find_layout(struct neighbours *n, struct layout *is);
bool make_layout(struct neighbours *n, const struct layout *want);
bool same_layout(const struct layout *a, const struct layout *b);
unsigned int layout_targets(const struct layout **targets);

#endif
