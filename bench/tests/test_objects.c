// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of objects, in the memory of a guest that is made up: tables, struct pages and
 * slab caches of kernels that differ in levels, and in where members are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "plugin/objects.h"

#define MIB (1ull << 20)
#define RAM_BYTES (8 * MIB)
/* Physical addresses. */
#define TEXT MIB
#define ROOT (MIB + 0x80000)
#define TABLES (2 * MIB) /* those below */
#define MEMMAP (4 * MIB) /* struct pages */
#define CACHES (5 * MIB)
#define NAMES (5 * MIB + 0x80000)
#define SLAB (6 * MIB) /* of 4 pages */
#define PLAIN (6 * MIB + 0x10000)
#define PERCPU (6 * MIB + 0x20000)
#define STACK (6 * MIB + 0x40000)
#define PGD (7 * MIB)

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
static struct objects o;

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
	strcpy((char *)ram + TEXT, "code");
	make_caches(v, names);
	make_slab(v, 2);
	o = (struct objects){ .memory.bytes = RAM_BYTES };
}

static const char *find(void)
{
	return guest_find(&o.memory, KERNEL_IMAGE + TEXT, ram + TEXT, "code", 4);
}

static int make_old(void **state)
{
	make_guest(&old_kernel);
	*state = (void *)(uintptr_t)&old_kernel;
	return find() ? 1 : 0;
}

static int make_new(void **state)
{
	make_guest(&new_kernel);
	*state = (void *)(uintptr_t)&new_kernel;
	return find() ? 1 : 0;
}

static int unmake(void **state)
{
	(void)state;
	return munmap(ram, RAM_BYTES);
}

#define assert_object(vaddr, name) \
	assert_string_equal(object_name(&o, objects_of(&o, vaddr)), name)

static void finds_memory_and_tables(void **state)
{
	const struct version *v = *state;
	uint64_t phys;

	assert_ptr_equal(o.memory.ram, ram);
	assert_ptr_equal(o.memory.paging, v->paging);
	assert_int_equal(o.memory.root, ROOT);
	assert_true(guest_phys(&o.memory, direct(v, PLAIN + 5), &phys));
	assert_int_equal(phys, PLAIN + 5);
	assert_true(guest_phys(&o.memory, VMALLOC_OF(v->paging) + 8, &phys));
	assert_int_equal(phys, PLAIN + 8);
	assert_false(guest_phys(&o.memory, VMALLOC_OF(v->paging) + PAGE_BYTES,
				&phys));
	assert_false(guest_phys(&o.memory, direct(v, RAM_BYTES), &phys));
	assert_false(guest_phys(&o.memory, 1ull << 60, &phys));
}

static void names_slab_objects(void **state)
{
	const struct version *v = *state;

	for (uint64_t at = SLAB; at < SLAB + 4 * PAGE_BYTES; at += 0xff8)
		assert_object(direct(v, at), "vm_area_struct");
	assert_int_equal(o.word, v->word);
	assert_int_equal(o.name, v->name);
	/* The pages may be of another cache by the next operation. */
	make_slab(v, 3);
	assert_object(direct(v, SLAB), "maple_node");
	put(page_of(SLAB) + v->word, 0xdead000000000100ull);
	assert_object(direct(v, SLAB), "[other pages]");
}

/* What has a name, but is none in the list of all caches, is no cache. */
static void is_not_deceived(void **state)
{
	const struct version *v = *state;
	uint64_t at = PLAIN + 0x800;

	put(page_of(PLAIN) + v->word, direct(v, at));
	strcpy((char *)ram + PLAIN + 0xf00, "i_pages");
	put(at + 0x20, direct(v, PLAIN + 0xf00));
	assert_object(direct(v, PLAIN), "[other pages]");
	put(at + 0x28, direct(v, at + 0x28)); /* a list of its own */
	put(at + 0x30, direct(v, at + 0x28));
	assert_object(direct(v, PLAIN), "[other pages]");
	assert_int_equal(o.word, 0);
	assert_object(direct(v, SLAB), "vm_area_struct");
	assert_object(direct(v, PLAIN), "[other pages]");
	ram[NAMES + 3 * 64] = '\n'; /* no name */
	make_slab(v, 3);
	assert_object(direct(v, SLAB), "[other pages]");
}

static void names_page_tables(void **state)
{
	const struct version *v = *state;
	uint64_t last = next_table - PAGE_BYTES; /* of user space */

	assert_object(direct(v, last), "[other pages]"); /* whose is it? */
	assert_object(direct(v, PGD + 8), "[page tables]");
	assert_object(direct(v, last), "[page tables]");
	assert_object(direct(v, TABLES), "[page tables]"); /* of the kernel */
	assert_object(KERNEL_IMAGE + ROOT + 8, "[page tables]");
	assert_object(direct(v, PLAIN), "[other pages]"); /* a leaf */
}

static void names_what_is_no_slab(void **state)
{
	const struct version *v = *state;
	uint64_t vmalloc = VMALLOC_OF(v->paging);

	assert_object(0x400000, "[user]");
	assert_object(KERNEL_IMAGE + 2 * MIB, "[kernel data]");
	assert_object(v->paging->vmemmap + 640, "[struct page]");
	assert_object(v->paging->vmemmap + (RAM_BYTES >> PAGE_SHIFT) * 64,
		      "[unknown]");
	assert_object(vmalloc, "[other pages]");
	assert_object(vmalloc + PAGE_BYTES, "[unknown]");
	o.stack = vmalloc + 0x3ff8;
	assert_object(vmalloc, "[stack]");
	assert_object(vmalloc + 0x4000, "[unknown]");
	o.stack = direct(v, STACK + 0x10);
	assert_object(direct(v, STACK + 0x3fff), "[stack]");
	assert_object(direct(v, STACK + 0x4000), "[other pages]");
	assert_object(CPU_ENTRY_AREA + 0x2ff8, "[percpu]");
}

static void learns_what_is_per_cpu(void **state)
{
	const struct version *v = *state;
	uint64_t vmalloc = VMALLOC_OF(v->paging);

	assert_object(direct(v, PERCPU + 0x200), "[other pages]");
	objects_percpu(&o, direct(v, PERCPU + 0x1010));
	objects_percpu(&o, direct(v, PERCPU + 0x10));
	assert_object(direct(v, PERCPU + 0x200), "[percpu]");
	assert_object(direct(v, PERCPU), "[percpu]");
	assert_object(direct(v, PERCPU + 0x1038), "[percpu]");
	assert_object(direct(v, PERCPU + 0x1040), "[other pages]");
	assert_object(vmalloc, "[other pages]");
	objects_percpu(&o, vmalloc + 8);
	assert_object(vmalloc + 0x800, "[percpu]");
	assert_object(direct(v, PERCPU + 0x1040), "[other pages]");
}

static void says_why_there_is_nothing(void **state)
{
	struct guest_memory *m = &o.memory;

	make_guest(&old_kernel);
	(void)state;
	assert_string_equal(guest_find(m, KERNEL_IMAGE + TEXT, NULL, "code", 4),
			    "QEMU does not say where the guest's memory is");
	assert_string_equal(guest_find(m, KERNEL_IMAGE + RAM_BYTES, ram, "code",
				       4),
			    "the kernel's text is not where it was linked to");
	assert_string_equal(guest_find(m, KERNEL_IMAGE + TEXT, ram + TEXT,
				       "Code", 4),
			    "the guest's memory is not in one piece in QEMU");
	assert_string_equal(guest_find(m, KERNEL_IMAGE + TEXT, ram + TEXT + 8,
				       "code", 4),
			    "the guest's memory is not in one piece in QEMU");
	m->bytes = 1ull << 40; /* more than there is */
	assert_string_equal(find(),
			    "the guest's memory is not in one piece in QEMU");
	m->bytes = RAM_BYTES;
	put(ROOT + 8 * 511, 0);
	put(PGD + 8 * 511, 0);
	assert_string_equal(find(), "the kernel's page tables were not found");
	assert_null(m->ram);
	o.stack = STACK | 1ull << 63;
	assert_object(o.stack, "[stack]");
	assert_object(old_kernel.paging->direct + SLAB, "[unknown]");
	unmake(state);
}

#define TEST_OF(version, test) \
	cmocka_unit_test_setup_teardown(test, make_##version, unmake)
#define TEST(test) TEST_OF(old, test), TEST_OF(new, test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_memory_and_tables),
		TEST(names_slab_objects),
		TEST(is_not_deceived),
		TEST(names_page_tables),
		TEST(names_what_is_no_slab),
		TEST(learns_what_is_per_cpu),
		cmocka_unit_test(says_why_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
