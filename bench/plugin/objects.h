/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which object of the kernel an address belongs to, while the object is alive.
 *
 * An address in the direct map leads to the struct page of it, that to the head of its
 * slab, that to its kmem_cache, and that to a name. No offset of a member is known here,
 * as they differ between versions: a word of struct page is the one which points to
 * something that has a name, followed by a node of a list; all nodes of that list have
 * names, and one of them is "kmem_cache". Two such offsets are found once, and each
 * cache is checked for its name and its place in the list.
 */
#ifndef VMABENCH_PLUGIN_OBJECTS_H
#define VMABENCH_PLUGIN_OBJECTS_H

#include <stdlib.h>

#include "guest_memory.h"

/* A stack's size, and what it is aligned to. */
#define STACK_BYTES (16 * 1024ull)
#define STRUCT_PAGE_BYTES 64ull
/* What each CPU enters the kernel by: its first stack, segments. */
#define CPU_ENTRY_AREA 0xfffffe0000000000ull
#define CPU_ENTRY_AREA_BYTES (1ull << 39)
#define USER_END (1ull << 63)
/* Where the kernel's image and its modules end. */
#define KERNEL_DATA_END 0xffffffffff000000ull

#define CACHE_NAME_MAX 64
#define CACHE_BYTES_MAX 512 /* of a kmem_cache, up to its name */
#define CACHES_MAX 1024
#define OBJECTS_MAX (CACHES_MAX + NR_OBJECT_KINDS)

enum object_kind {
	OBJECT_UNKNOWN,
	OBJECT_STACK,
	OBJECT_PERCPU,
	OBJECT_PAGE_TABLES,
	OBJECT_STRUCT_PAGE,
	OBJECT_KERNEL_DATA,
	OBJECT_USER,
	OBJECT_OTHER_PAGES,
	NR_OBJECT_KINDS /* and from here on, slab caches */
};

static const char *const object_kinds[NR_OBJECT_KINDS] = {
	[OBJECT_UNKNOWN] = "[unknown]",
	[OBJECT_STACK] = "[stack]",
	[OBJECT_PERCPU] = "[percpu]",
	[OBJECT_PAGE_TABLES] = "[page tables]",
	[OBJECT_STRUCT_PAGE] = "[struct page]",
	[OBJECT_KERNEL_DATA] = "[kernel data]",
	[OBJECT_USER] = "[user]",
	[OBJECT_OTHER_PAGES] = "[other pages]",
};

/**
 * struct cache - a slab cache
 * @at: its kmem_cache
 * @name_at: the name of it
 * @name: the same here
 */
struct cache {
	uint64_t at, name_at;
	char name[CACHE_NAME_MAX];
};

/**
 * struct objects - what is known of the guest's memory
 * @memory: see there
 * @stack: where the task has pushed something last, 0 if that is not known
 * @percpu: first and last address that was accessed by %gs in the direct map
 * @percpu_pages: what was so elsewhere, by page; 0 for none
 * @pgd: physical address of the uppermost table of a process, or 0
 * @word: which 8 bytes of struct page point to the cache, 0 if that is not known
 * @name: where in a kmem_cache the name is
 * @caches: those that were met
 * @nr_caches: number of them
 */
struct objects {
	struct guest_memory memory;
	uint64_t stack;
	struct {
		uint64_t first, last;
	} percpu;
	uint64_t percpu_pages[64];
	uint64_t pgd;
	unsigned int word, name;
	struct cache caches[CACHES_MAX];
	size_t nr_caches;
};

/** object_name - of what objects_of() returns */
static inline const char *object_name(const struct objects *o, unsigned int object)
{
	return object < NR_OBJECT_KINDS
		       ? object_kinds[object]
		       : o->caches[object - NR_OBJECT_KINDS].name;
}

/** nr_objects - all that objects_of() has returned are below it */
static inline unsigned int nr_objects(const struct objects *o)
{
	return NR_OBJECT_KINDS + (unsigned int)o->nr_caches;
}

/** objects_percpu - learn that an address was accessed by %gs */
static inline void objects_percpu(struct objects *o, uint64_t vaddr)
{
	const struct guest_memory *m = &o->memory;
	size_t i = vaddr >> PAGE_SHIFT & 63;

	if (!m->paging || vaddr < USER_END)
		return;
	if (vaddr - m->paging->direct >= m->bytes) {
		o->percpu_pages[i] = vaddr >> PAGE_SHIFT;
		return;
	}
	if (!o->percpu.first || vaddr < o->percpu.first)
		o->percpu.first = vaddr;
	if (vaddr > o->percpu.last)
		o->percpu.last = vaddr;
}

static inline bool is_percpu(const struct objects *o, uint64_t vaddr)
{
	uint64_t page = vaddr >> PAGE_SHIFT;

	return (vaddr >= (o->percpu.first & ~63ull) &&
		vaddr <= (o->percpu.last | 63)) ||
	       o->percpu_pages[page & 63] == page ||
	       vaddr - CPU_ENTRY_AREA < CPU_ENTRY_AREA_BYTES;
}

/* A node of a list, whose neighbours point back to it. */
static inline bool is_list_node(const struct guest_memory *m, uint64_t node,
				uint64_t *next)
{
	uint64_t prev, back, forth;

	return guest_read(m, node, next) && guest_read(m, node + 8, &prev) &&
	       guest_read(m, *next + 8, &back) && back == node &&
	       guest_read(m, prev, &forth) && forth == node;
}

/* Is there a name at @at, and a node of a list behind it? */
static inline bool is_named_node(const struct guest_memory *m, uint64_t at,
				 struct cache *cache, uint64_t *next)
{
	return guest_read(m, at, &cache->name_at) && cache->name_at >= USER_END &&
	       guest_string(m, cache->name_at, cache->name, CACHE_NAME_MAX) &&
	       is_list_node(m, at + 8, next);
}

/* Do all of the list have names, but for its head, and is "kmem_cache" among them? */
static inline bool is_list_of_caches(const struct guest_memory *m, uint64_t start)
{
	struct cache cache;
	uint64_t node = start, next;
	size_t unnamed = 0;
	bool found = false;

	for (size_t i = 0; i < CACHES_MAX; i++) {
		if (is_named_node(m, node - 8, &cache, &next))
			found |= !strcmp(cache.name, "kmem_cache");
		else if (unnamed++ || !is_list_node(m, node, &next))
			return false;
		node = next;
		if (node == start)
			return found;
	}
	return false;
}

/* Learn from a struct page, at a physical address, where things are. */
static inline void learn_offsets(struct objects *o, uint64_t page)
{
	const struct guest_memory *m = &o->memory;
	struct cache cache;
	uint64_t at, next;

	for (unsigned int word = 8; word < STRUCT_PAGE_BYTES; word += 8) {
		if (!guest_u64(m, page + word, &at) || at < USER_END || at & 7)
			continue;
		for (unsigned int name = 0; name < CACHE_BYTES_MAX; name += 8)
			if (is_named_node(m, at + name, &cache, &next) &&
			    is_list_of_caches(m, at + name + 8)) {
				o->word = word;
				o->name = name;
				return;
			}
	}
}

/* The cache, or %OBJECT_UNKNOWN if there is none at this address. */
static inline unsigned int find_cache(struct objects *o, uint64_t at)
{
	struct cache cache = { .at = at };
	uint64_t name_at, next;
	size_t i;

	if (at < USER_END || !guest_read(&o->memory, at + o->name, &name_at))
		return OBJECT_UNKNOWN;
	for (i = 0; i < o->nr_caches; i++)
		if (o->caches[i].at == at && o->caches[i].name_at == name_at)
			return (unsigned int)i + NR_OBJECT_KINDS;
	if (i == CACHES_MAX ||
	    !is_named_node(&o->memory, at + o->name, &cache, &next))
		return OBJECT_UNKNOWN;
	o->caches[o->nr_caches++] = cache;
	return (unsigned int)i + NR_OBJECT_KINDS;
}

/* Physical address of the struct page of what a physical address is part of. */
static inline bool find_head(const struct objects *o, uint64_t phys,
			     uint64_t *head)
{
	const struct guest_memory *m = &o->memory;
	uint64_t page =
		m->paging->vmemmap + (phys >> PAGE_SHIFT) * STRUCT_PAGE_BYTES;
	uint64_t word;

	if (!guest_read(m, page + 8, &word))
		return false;
	/* A tail has where its head is, or a mask that makes the head of it. */
	if (word & 1)
		page = word >> 32 == UINT32_MAX ? page & word : word - 1;
	return guest_phys(m, page, head);
}

/* Is a table below another one, that has entries of this level? */
static inline bool has_table(const struct guest_memory *m, uint64_t table,
			     unsigned int level, uint64_t page)
{
	uint64_t entry = 0, before, below;

	for (unsigned int i = 0; level > 1 && i < TABLE_ENTRIES; i++) {
		before = entry;
		/* Tables that stand for much more than they are have one entry often. */
		if (!guest_u64(m, table + 8 * i, &entry) || entry == before ||
		    !(entry & ENTRY_PRESENT) || (level < 4 && entry & ENTRY_HUGE))
			continue;
		below = entry & ENTRY_ADDRESS;
		if (below == page || has_table(m, below, level - 1, page))
			return true;
	}
	return false;
}

/* The upper half of each process's uppermost table is that of the kernel's. */
static inline bool is_pgd(const struct guest_memory *m, uint64_t page)
{
	return page == m->root ||
	       !memcmp(m->ram + page + PAGE_BYTES / 2,
		       m->ram + m->root + PAGE_BYTES / 2, PAGE_BYTES / 2);
}

/* Who walks the tables of a process begins with the uppermost one. */
static inline bool is_page_table(struct objects *o, uint64_t phys)
{
	const struct guest_memory *m = &o->memory;
	uint64_t page = phys & ~(PAGE_BYTES - 1);

	if (is_pgd(m, page)) {
		if (page != m->root)
			o->pgd = page;
		return true;
	}
	return has_table(m, o->pgd ? o->pgd : m->root, m->paging->levels, page);
}

static inline unsigned int object_of_page(struct objects *o, uint64_t phys)
{
	unsigned int found = OBJECT_UNKNOWN;
	uint64_t head, at;

	if (find_head(o, phys, &head)) {
		if (!o->word)
			learn_offsets(o, head);
		if (o->word && guest_u64(&o->memory, head + o->word, &at))
			found = find_cache(o, at);
	}
	if (found != OBJECT_UNKNOWN)
		return found;
	return is_page_table(o, phys) ? OBJECT_PAGE_TABLES : OBJECT_OTHER_PAGES;
}

/**
 * is_struct_page - is an address in the array of them?
 * @o: what is known
 * @vaddr: address of an access
 *
 * Return: true if it is known to be.
 */
static inline bool is_struct_page(const struct objects *o, uint64_t vaddr)
{
	const struct guest_memory *m = &o->memory;

	return m->paging && vaddr - m->paging->vmemmap <
				    (m->bytes >> PAGE_SHIFT) * STRUCT_PAGE_BYTES;
}

/**
 * objects_of - which object the kernel accesses
 * @o: what is known
 * @vaddr: address of the access
 *
 * Return: a number for object_name().
 */
static inline unsigned int objects_of(struct objects *o, uint64_t vaddr)
{
	const struct guest_memory *m = &o->memory;
	uint64_t phys;

	if (vaddr < USER_END)
		return OBJECT_USER;
	if (o->stack && !((vaddr ^ o->stack) & ~(STACK_BYTES - 1)))
		return OBJECT_STACK;
	if (!m->paging)
		return OBJECT_UNKNOWN;
	if (is_percpu(o, vaddr))
		return OBJECT_PERCPU;
	if (is_struct_page(o, vaddr))
		return OBJECT_STRUCT_PAGE;
	if (vaddr >= KERNEL_IMAGE && vaddr < KERNEL_DATA_END)
		return vaddr - KERNEL_IMAGE - m->root < PAGE_BYTES
			       ? OBJECT_PAGE_TABLES
			       : OBJECT_KERNEL_DATA;
	if (!guest_phys(m, vaddr, &phys))
		return OBJECT_UNKNOWN;
	return object_of_page(o, phys);
}

#endif
