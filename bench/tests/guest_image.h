/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a guest that is made up: page tables, struct pages and slab caches of
 * kernels that differ in levels, and in where members are.
 */
#ifndef GUEST_IMAGE_H
#define GUEST_IMAGE_H

#include <sys/mman.h>

#include "plugin/objects.h"

#define MIB (1ull << 20)
#define RAM_BYTES (32 * MIB)
/* Physical addresses. */
#define TEXT (16 * MIB)
#define ROOT (TEXT + 0x80000)
#define TABLES (18 * MIB) /* those below */
#define MEMMAP (20 * MIB) /* struct pages */
#define CACHES (21 * MIB)
#define NAMES (21 * MIB + 0x80000)
#define SLAB (22 * MIB) /* of 4 pages */
#define PLAIN (22 * MIB + 0x10000)
#define PERCPU (22 * MIB + 0x20000)
#define TASK_STACK (22 * MIB + 0x40000)
#define PGD (23 * MIB)

#define VMALLOC_OF(paging) \
	((paging)->levels == 4 ? 0xffffc90000000000ull : 0xffa0000000000000ull)

/* How a version of the kernel lays things out. */
struct version {
	const struct paging *paging;
	unsigned int word, name;
	bool has_mask;
};

static const struct version old_kernel = { &pagings[0], 24, 0x68, false };
static const struct version new_kernel = { &pagings[1], 8, 0x80, true };

static unsigned char *ram;
static uint64_t next_table;

static void put(uint64_t phys, uint64_t value)
{
	assert_true(phys + 8 <= RAM_BYTES);
	memcpy(ram + phys, &value, sizeof(value));
}

static uint64_t get(uint64_t phys)
{
	uint64_t value;

	memcpy(&value, ram + phys, sizeof(value));
	return value;
}

/* Map a page in the tables below @root, of 4 KiB or of 2 MiB. */
static void map(const struct version *v, uint64_t root, uint64_t vaddr,
		uint64_t phys, bool huge)
{
	uint64_t table = root;

	for (unsigned int level = v->paging->levels;; level--) {
		uint64_t at = table + 8 * (vaddr >> (3 + 9 * level) & 511);

		if (level == (huge ? 2 : 1)) {
			put(at, phys | ENTRY_PRESENT | (huge ? ENTRY_HUGE : 0));
			return;
		}
		if (!get(at)) {
			put(at, next_table | ENTRY_PRESENT);
			next_table += PAGE_BYTES;
		}
		table = get(at) & ENTRY_ADDRESS;
	}
}

static uint64_t page_of(uint64_t phys)
{
	return MEMMAP + (phys >> PAGE_SHIFT) * STRUCT_PAGE_BYTES;
}

static uint64_t direct(const struct version *v, uint64_t phys)
{
	return v->paging->direct + phys;
}

/* A cache, with a node in a list behind its name; the head has no name. */
static void make_caches(const struct version *v, const char *const *names)
{
	uint64_t head = CACHES, last = head;

	for (unsigned int i = 1; *names; names++, i++) {
		uint64_t node = CACHES + i * 0x400 + v->name + 8;
		uint64_t name = NAMES + i * 64;

		strcpy((char *)ram + name, *names);
		put(node - 8, direct(v, name));
		put(last, direct(v, node));
		put(node + 8, direct(v, last));
		last = node;
	}
	put(last, direct(v, head));
	put(head + 8, direct(v, last));
}

static uint64_t cache_at(const struct version *v, unsigned int i)
{
	return direct(v, CACHES + i * 0x400);
}

/* A slab of 4 pages, of the cache with number @i. */
static void make_slab(const struct version *v, unsigned int i)
{
	put(page_of(SLAB) + v->word, cache_at(v, i));
	for (unsigned int tail = 1; tail < 4; tail++)
		put(page_of(SLAB + tail * PAGE_BYTES) + 8,
		    v->has_mask
			    ? ~(4 * STRUCT_PAGE_BYTES - 1) | 1
			    : v->paging->vmemmap +
				      (SLAB >> PAGE_SHIFT) * STRUCT_PAGE_BYTES +
				      1);
}

static void make_guest(const struct version *v)
{
	static const char *const names[] = { "kmem_cache", "vm_area_struct",
					     "maple_node", NULL };

	ram = mmap(NULL, RAM_BYTES, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(ram != MAP_FAILED);
	next_table = TABLES;
	for (uint64_t at = 0; at < RAM_BYTES; at += 2 * MIB) {
		map(v, ROOT, v->paging->direct + at, at, true);
		map(v, ROOT, KERNEL_IMAGE + at, at, true);
	}
	for (uint64_t at = 0; at < page_of(RAM_BYTES) - MEMMAP; at += PAGE_BYTES)
		map(v, ROOT, v->paging->vmemmap + at, MEMMAP + at, false);
	map(v, ROOT, VMALLOC_OF(v->paging), PLAIN, false);
	/* A process: the upper half is the kernel's. */
	memcpy(ram + PGD + PAGE_BYTES / 2, ram + ROOT + PAGE_BYTES / 2,
	       PAGE_BYTES / 2);
	map(v, PGD, 0x400000, PLAIN, false);
	make_caches(v, names);
	make_slab(v, 2);
}

#endif
