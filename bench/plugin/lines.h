/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which cache lines and pages an operation has touched: sets of keys that are emptied
 * all at once, at the price of nothing, by the number of the operation.
 *
 * A line of data is known by its physical address, as memory that is mapped twice is one
 * line. To ask QEMU for that at each access would cost more than all else, so the line
 * is looked for by its virtual address first, in a small table. An entry there is good for
 * one operation: the kernel does not map its own addresses anew as long (vmalloc() waits
 * with what was freed). Those of user space change under a system call that maps, and
 * are not kept.
 */
#ifndef VMABENCH_PLUGIN_LINES_H
#define VMABENCH_PLUGIN_LINES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LINE_BYTES 64

/**
 * struct touched - a line or a page
 * @key: which
 * @operation: that has touched it last
 * @value: of the user's; 0 at first
 */
struct touched {
	uint64_t key;
	uint32_t operation;
	uint32_t value;
};

/**
 * struct touched_set - those of one operation
 * @v: hashed by key, those of earlier operations are free
 * @room: length of @v, a power of two
 * @nr: how many there are
 * @operation: now
 */
struct touched_set {
	struct touched *v;
	size_t room;
	size_t nr;
	uint32_t operation;
};

/** touched_clear - begin an operation: nothing is touched */
static inline void touched_clear(struct touched_set *set)
{
	set->nr = 0;
	set->operation++;
}

/** is_touched - is it one of the operation that @set is of? */
static inline bool is_touched(const struct touched_set *set,
			      const struct touched *t)
{
	return t->operation == set->operation;
}

static inline struct touched *touched_at(const struct touched_set *set,
					 uint64_t key)
{
	/* Fibonacci: the upper half is mixed best. */
	size_t at = (size_t)(key * 0x9e3779b97f4a7c15ull >> 32);

	while (is_touched(set, &set->v[at & (set->room - 1)]) &&
	       set->v[at & (set->room - 1)].key != key)
		at++;
	return &set->v[at & (set->room - 1)];
}

static inline bool touched_grow(struct touched_set *set)
{
	struct touched_set larger = { .room = set->room ? 2 * set->room : 1024,
				      .nr = set->nr,
				      .operation = set->operation };

	larger.v = calloc(larger.room, sizeof(*larger.v));
	if (!larger.v)
		return false;
	for (size_t i = 0; i < set->room; i++)
		if (is_touched(set, &set->v[i]))
			*touched_at(&larger, set->v[i].key) = set->v[i];
	free(set->v);
	*set = larger;
	return true;
}

/**
 * touch - find a line or a page, which is in the set from then on
 * @set: of the operation; touched_clear() has been called
 * @key: which
 *
 * Return: what is kept of it, good until the next call; NULL without memory.
 */
static inline struct touched *touch(struct touched_set *set, uint64_t key)
{
	struct touched *t;

	/* Half of it is free, so that the one looked for is near. */
	if (2 * set->nr >= set->room && !touched_grow(set))
		return NULL;
	t = touched_at(set, key);
	if (!is_touched(set, t)) {
		*t = (struct touched){ .key = key, .operation = set->operation };
		set->nr++;
	}
	return t;
}

/* Found fast: what was looked for last in each place. */
#define RECENT_LINES 1024

/**
 * struct recent_lines - lines of data by their virtual address
 * @v: those of earlier operations are none
 */
struct recent_lines {
	struct touched v[RECENT_LINES];
};

/** recent_line - where what is known of @line is kept, or is to be */
static inline struct touched *recent_line(struct recent_lines *recent,
					  uint64_t line)
{
	return &recent->v[line % RECENT_LINES];
}

#endif
