// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of objects, in the memory of a guest that is made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "guest_image.h"

static struct objects o;

static void start_guest(const struct version *v)
{
	make_guest(v);
	strcpy((char *)ram + TEXT, "code");
	o = (struct objects){ .memory.bytes = RAM_BYTES };
}

static const char *find(void)
{
	return guest_find(&o.memory, KERNEL_IMAGE + TEXT, ram + TEXT, "code", 4);
}

static int make_old(void **state)
{
	start_guest(&old_kernel);
	*state = (void *)(uintptr_t)&old_kernel;
	return find() ? 1 : 0;
}

static int make_new(void **state)
{
	start_guest(&new_kernel);
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
	o.stack = direct(v, TASK_STACK + 0x10);
	assert_object(direct(v, TASK_STACK + 0x3fff), "[stack]");
	assert_object(direct(v, TASK_STACK + 0x4000), "[other pages]");
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

	start_guest(&old_kernel);
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
	o.stack = TASK_STACK | 1ull << 63;
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
