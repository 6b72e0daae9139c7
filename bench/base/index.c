// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* FNV-1a of 64 bits: short names, and whoever chooses them gains nothing but time. */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3ULL;
	return hash ^ hash >> 32;
}

/* Where a key is, or would be. */
static struct index_entry **find_slot(const struct index *x, const char *key)
{
	size_t mask = x->room - 1;

	for (size_t i = hash_of(key) & mask;; i = (i + 1) & mask)
		if (!x->slots[i] || !strcmp(x->slots[i]->key, key))
			return &x->slots[i];
}

/* A third of the slots stays free. */
static void make_room(struct index *x)
{
	struct index old = *x;

	if (3 * (x->nr + 1) <= 2 * x->room)
		return;
	x->room = old.room ? 2 * old.room : 64;
	x->slots = xcalloc(x->room, sizeof(*x->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i])
			*find_slot(x, old.slots[i]->key) = old.slots[i];
	free(old.slots);
}

/**
 * index_add() - the number of a name
 * @x: index; zeroed before the first call, to be given to index_free()
 * @key: name
 * @value: number of it, unless it has one
 *
 * Return: its entry, which stays where it is, with the number that it has.
 */
struct index_entry *index_add(struct index *x, const char *key, size_t value)
{
	size_t len = strlen(key) + 1;
	struct index_entry **slot, *entry;

	make_room(x);
	slot = find_slot(x, key);
	entry = *slot;
	if (entry)
		return entry;
	entry = xcalloc(1, sizeof(*entry) + len);
	entry->value = value;
	memcpy(entry->key, key, len);
	x->nr++;
	return *slot = entry;
}

/**
 * index_find() - the number of a name, where it has one
 * @x: index
 * @key: name
 *
 * Return: its entry, or NULL.
 */
struct index_entry *index_find(const struct index *x, const char *key)
{
	return x->nr ? *find_slot(x, key) : NULL;
}

/**
 * index_free() - give back what index_add() needed
 * @x: index, which is empty then
 */
void index_free(struct index *x)
{
	for (size_t i = 0; i < x->room; i++)
		free(x->slots[i]);
	free(x->slots);
	*x = (struct index){ 0 };
}
