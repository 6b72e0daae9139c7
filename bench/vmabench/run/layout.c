// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How to have the window of a scenario where it is wanted in the maple tree.
 *
 * What a store costs depends on how full the leaf is, on where the window is in
 * it, and on whether its siblings have room. The tree says so, and is changed by
 * VMAs that are made around the window, one unit long each, until it says what is
 * wanted. Nothing here knows how a kernel splits nodes or joins them.
 */
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "layout.h"

/* As many entries as a leaf has on both sides of the window's: room for some more. */
#define SIBLING_ENTRIES 12

/* More do not go into a leaf and one sibling of it. */
#define FULL_ENTRIES 15

/* Stripes of one VMA each, that far apart: what lies between can be filled. */
#define STRIPE_UNITS 4

/* And so many next to the window are left free for what makes up its leaf. */
#define ROOM_UNITS 48

/* In all but the first, some are left out, for nodes to be split elsewhere. */
#define VARIANTS 4

/* Far enough for what is beside the window to be in other leaves. */
#define FAR_BYTES (1ul << 30)

/* VMAs below and above, each, that make a tree of three levels out of one of two. */
#define FAR_VMAS 80

/* Each step adds an entry or takes one away. */
#define MAX_STEPS 200

/* Of eight VMAs in a slab one begins with a cache line, or more. */
#define MAX_RENEWALS 256

/* Each object that is held makes the allocator take the next one: four turns of eight. */
#define HELD_VMAS 32

/* Farther from the window than all others. */
#define HELD_BYTES (3ul << 30)

static unsigned long address(const struct neighbours *n, enum side side, int i)
{
	return side == BELOW
		       ? n->edge[BELOW] - (unsigned long)(i + 1) * n->unit_bytes
		       : n->edge[ABOVE] + (unsigned long)i * n->unit_bytes;
}

/* The window's own VMA touches what is below it; above it, there is room in it. */
static bool is_mapped(const struct neighbours *n, enum side side, int i)
{
	if (i < 0)
		return side == BELOW;
	return i < NEIGHBOUR_UNITS && n->mapped[side][i];
}

static int map_unit_at(struct neighbours *n, enum side side, int i)
{
	int err = n->map(n->context, address(n, side, i), n->unit_bytes, i % 2);

	if (!err)
		n->mapped[side][i] = true;
	return err;
}

static int unmap_unit_at(struct neighbours *n, enum side side, int i)
{
	int err = n->unmap(n->context, address(n, side, i), n->unit_bytes);

	if (!err)
		n->mapped[side][i] = false;
	return err;
}

/* Is unit @i below that node, and @with units around it, too? */
static bool is_below(const struct neighbours *n, enum side side, int i,
		     unsigned long with, const struct vmabench_tree_level *node)
{
	unsigned long at = address(n, side, i);

	return at - with * n->unit_bytes >= node->min &&
	       at + (with + 1) * n->unit_bytes - 1 <= node->max;
}

/* A VMA at the edge of a gap that stays: an entry more. */
static bool add_entry(struct neighbours *n, enum side side,
		      const struct vmabench_tree_level *leaf)
{
	for (int i = NEIGHBOUR_UNITS - 1; i > 0; i--)
		if (!is_mapped(n, side, i) && is_below(n, side, i, 0, leaf) &&
		    is_mapped(n, side, i - 1) != is_mapped(n, side, i + 1))
			return !map_unit_at(n, side, i);
	return false;
}

/* One that has a gap on one side is an entry; one that has a gap on both is two. */
static bool remove_entry(struct neighbours *n, enum side side,
			 const struct vmabench_tree_level *leaf)
{
	int two = 0;

	for (int i = 1; i < NEIGHBOUR_UNITS; i++) {
		bool inner = is_mapped(n, side, i - 1);
		bool outer = is_mapped(n, side, i + 1);

		if (!is_mapped(n, side, i) || !is_below(n, side, i, 1, leaf) ||
		    (inner && outer))
			continue;
		if (inner != outer)
			return !unmap_unit_at(n, side, i);
		two = two ? two : i;
	}
	return two && !unmap_unit_at(n, side, two);
}

static int look(struct neighbours *n, unsigned long at, struct vmabench_tree *tree)
{
	return n->ask(n->context, at, tree);
}

/**
 * find_layout - ask where the window lies
 * @n: its neighbours
 * @is: gets it
 *
 * Return: 0 or -errno.
 */
int find_layout(struct neighbours *n, struct layout *is)
{
	struct vmabench_tree tree, front;
	int err = look(n, n->window, &tree);

	if (!err)
		err = look(n, n->window - 1, &front);
	if (err)
		return err;
	if (!tree.mapped || tree.start != n->window)
		return -ENOENT;
	*is = (struct layout){
		.depth = tree.depth,
		.slot = tree.level[0].slot,
		.entries = tree.level[0].entries,
		.behind = front.mapped,
	};
	return 0;
}

bool same_layout(const struct layout *a, const struct layout *b)
{
	return a->depth == b->depth && a->slot == b->slot &&
	       a->entries == b->entries && a->behind == b->behind;
}

/* One step towards it; false if there is none. */
static bool step(struct neighbours *n, const struct layout *want,
		 const struct vmabench_tree_level *leaf)
{
	unsigned int above = leaf->entries - 1 - leaf->slot;
	unsigned int want_above = want->entries - 1 - want->slot;

	if (leaf->entries < LEAF_SLOTS && leaf->slot < want->slot)
		return add_entry(n, BELOW, leaf);
	if (leaf->entries < LEAF_SLOTS && above < want_above)
		return add_entry(n, ABOVE, leaf);
	if (leaf->slot > want->slot)
		return remove_entry(n, BELOW, leaf);
	return remove_entry(n, ABOVE, leaf);
}

static bool fit_leaf(struct neighbours *n, const struct layout *want)
{
	struct vmabench_tree tree;

	for (int i = 0; i < MAX_STEPS; i++) {
		if (look(n, n->window, &tree) || tree.depth != want->depth)
			return false;
		if (tree.level[0].slot == want->slot &&
		    tree.level[0].entries == want->entries)
			return true;
		if (!step(n, want, &tree.level[0]))
			return false;
	}
	return false;
}

/* The leaf that has @at, on that side, has as many entries as siblings are to have. */
static bool fit_sibling(struct neighbours *n, enum side side, unsigned long at,
			unsigned int entries)
{
	struct vmabench_tree tree;

	for (int i = 0; i < MAX_STEPS; i++) {
		if (look(n, at, &tree))
			return false;
		if (tree.level[0].entries == entries)
			return true;
		if (!(tree.level[0].entries < entries
			      ? add_entry(n, side, &tree.level[0])
			      : remove_entry(n, side, &tree.level[0])))
			return false;
	}
	return false;
}

static bool fit_siblings(struct neighbours *n, unsigned int entries)
{
	struct vmabench_tree tree;

	if (look(n, n->window, &tree))
		return false;
	return fit_sibling(n, BELOW, tree.level[0].min - 1, entries) &&
	       fit_sibling(n, ABOVE, tree.level[0].max + 1, entries);
}

/* From what there is always: then it depends on nothing that was there before. */
static bool begin_anew(struct neighbours *n, int variant)
{
	size_t bytes = NEIGHBOUR_UNITS * n->unit_bytes;

	if (n->unmap(n->context, n->edge[BELOW] - bytes, bytes) ||
	    n->unmap(n->context, n->edge[ABOVE], bytes))
		return false;
	memset(n->mapped, 0, sizeof(n->mapped));
	for (int i = NEIGHBOUR_UNITS - 1; i >= ROOM_UNITS; i -= STRIPE_UNITS)
		if ((!(variant && i / STRIPE_UNITS % VARIANTS == variant) &&
		     map_unit_at(n, BELOW, i)) ||
		    map_unit_at(n, ABOVE, i))
			return false;
	return true;
}

/*
 * A node that is full has nine entries of seventeen when it was split: so the window's
 * is the last one of its leaf, or the one in front of it is, if the siblings are too full
 * to take some of them.
 */
static bool split_at_window(struct neighbours *n, const struct layout *want)
{
	struct layout full = *want;
	struct vmabench_tree tree;

	full.slot = LEAF_SLOTS / 2 + !want->slot;
	full.entries = LEAF_SLOTS;
	return fit_leaf(n, &full) && fit_siblings(n, FULL_ENTRIES) &&
	       !look(n, n->window, &tree) && add_entry(n, ABOVE, &tree.level[0]);
}

/*
 * Further VMAs are far from the window, two units apart, and come nearer with their
 * number: they make leaves that have the same parent.
 */
static unsigned long far_address(const struct neighbours *n, enum side side,
				 unsigned int i)
{
	unsigned long units = 2ul * i * n->unit_bytes;

	return side == BELOW ? n->window - FAR_BYTES + units
			     : n->window + FAR_BYTES - units;
}

static bool add_far(struct neighbours *n, enum side side)
{
	if (n->map(n->context, far_address(n, side, n->far[side]),
		   n->unit_bytes, false))
		return false;
	n->far[side]++;
	return true;
}

/* All but the first @nr of them go. */
static bool remove_far(struct neighbours *n, enum side side, unsigned int nr)
{
	unsigned long first, last;

	if (n->far[side] <= nr)
		return true;
	first = far_address(n, side, nr);
	last = far_address(n, side, n->far[side] - 1);
	n->far[side] = nr;
	return !n->unmap(n->context, first < last ? first : last,
			 (first < last ? last - first : first - last) +
				 n->unit_bytes);
}

static bool make_deep(struct neighbours *n, unsigned int depth)
{
	unsigned int nr = depth > 2 ? FAR_VMAS : 0;

	while (n->far[BELOW] < nr)
		if (!add_far(n, BELOW) || !add_far(n, ABOVE))
			return false;
	return remove_far(n, BELOW, nr) && remove_far(n, ABOVE, nr);
}

/* Start and end of such a VMA are in one line, those of another one may be in two. */
static bool begins_with_line(struct neighbours *n, unsigned long at)
{
	struct vmabench_tree tree;

	return !look(n, at, &tree) && tree.mapped &&
	       tree.vma.offset % LINE_BYTES == 0;
}

/*
 * Where a VMA that is gone is not freed through RCU, the next one is where that was: two
 * places take turns for ever. A VMA that goes in between has one of them until the end.
 */
static bool hold_object(struct neighbours *n, unsigned int nr)
{
	return !n->map(n->context,
		       n->window - HELD_BYTES + 2ul * nr * n->unit_bytes,
		       n->unit_bytes, false);
}

static bool release_objects(struct neighbours *n)
{
	return !n->unmap(n->context, n->window - HELD_BYTES,
			 2ul * HELD_VMAS * n->unit_bytes);
}

/* Unit @i until it begins with a line: first as it comes, then with those before it held. */
static bool renew_unit(struct neighbours *n, enum side side, int i)
{
	unsigned long at = address(n, side, i);
	unsigned int held = 0;
	bool renewed = true;

	for (int tries = 0; !begins_with_line(n, at) && renewed; tries++) {
		if (tries >= MAX_RENEWALS)
			renewed = held < HELD_VMAS && hold_object(n, held++);
		renewed = renewed &&
			  !n->renew(n->context, at, n->unit_bytes, i % 2);
	}
	return (!held || release_objects(n)) && renewed;
}

/*
 * The VMAs in front of the window's and behind it, which operations look at, lie where
 * the allocator had a place when they were made. They are made again, each in the range
 * that it has in the tree, until that is the start of a cache line.
 */
static bool renew_nearest(struct neighbours *n)
{
	for (enum side side = BELOW; side <= ABOVE; side++) {
		int i = 0;

		while (i < NEIGHBOUR_UNITS && !n->mapped[side][i])
			i++;
		if (i == NEIGHBOUR_UNITS || !renew_unit(n, side, i))
			return false;
	}
	return true;
}

static bool try_layout(struct neighbours *n, const struct layout *want,
		       int variant)
{
	bool at_edge = !want->slot || want->slot == want->entries - 1;
	struct layout is;

	if (!make_deep(n, want->depth) || !begin_anew(n, variant))
		return false;
	if (want->behind && map_unit_at(n, BELOW, 0))
		return false;
	if (at_edge && !split_at_window(n, want))
		return false;
	return fit_leaf(n, want) && fit_siblings(n, SIBLING_ENTRIES) &&
	       renew_nearest(n) && !find_layout(n, &is) &&
	       same_layout(&is, want);
}

/**
 * make_layout - make VMAs around the window until it lies where it is wanted
 * @n: its neighbours; the window has a VMA at its start
 * @want: where
 *
 * Return: true, or false where the tree does not allow it.
 */
bool make_layout(struct neighbours *n, const struct layout *want)
{
	for (int variant = 0; variant < VARIANTS; variant++)
		if (try_layout(n, want, variant))
			return true;
	return false;
}

#define MAX_TARGETS 512

static unsigned int add_targets(struct layout *to, unsigned int depth,
				unsigned int entries)
{
	const struct layout at[] = {
		/* A leaf never ends with a gap: its first VMA is behind another one. */
		{ depth, 0, entries, true },
		{ depth, entries / 2, entries, false },
		{ depth, entries - 1, entries, false },
		{ depth, 1, entries, false },
		{ depth, entries / 2, entries, true },
		{ depth, entries - 1, entries, true },
	};
	unsigned int nr = entries == LEAF_SLOTS ? ARRAY_SIZE(at) : 3;

	memcpy(to, at, nr * sizeof(*at));
	return nr;
}

/**
 * layout_targets - all that are tried
 * @targets: gets them
 *
 * Each fill of a leaf, in trees of two levels and of three; the window at the start,
 * in the middle and at the end of the leaf; and where a leaf is full, with a gap
 * in front of it and behind another VMA. More of them cost time, and fell into the same
 * groups.
 *
 * Return: how many.
 */
unsigned int layout_targets(const struct layout **targets)
{
	static struct layout all[MAX_TARGETS];
	unsigned int nr = 0;

	for (unsigned int depth = 2; depth <= 3; depth++)
		for (unsigned int e = LEAF_MIN; e <= LEAF_SLOTS; e++)
			nr += add_targets(&all[nr], depth, e);
	*targets = all;
	return nr;
}
