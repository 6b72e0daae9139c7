// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages of a range that are in the page tables: those that were touched, and no others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "run/run.h"

#define NR 1300 /* more entries than are read at a time, and not a multiple */
#define WINDOW ((char *)0x1000000000ul)

static void counts_what_was_touched(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	long touched = 0;

	(void)state;
	/* Nothing at all, not even a page table. */
	assert_int_equal(count_pages(WINDOW, NR * page), 0);
	assert_ptr_not_equal(mmap(WINDOW, NR * page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
				  -1, 0),
			     MAP_FAILED);
	madvise(WINDOW, NR * page, MADV_NOHUGEPAGE);
	assert_int_equal(count_pages(WINDOW, NR * page), 0);
	for (size_t i = 0; i < NR; i += 7, touched++)
		WINDOW[i * page] = 1;
	assert_int_equal(count_pages(WINDOW, NR * page), touched);
	assert_int_equal(count_pages(WINDOW + page, 6 * page), 0);
	assert_int_equal(count_pages(WINDOW + page, 7 * page), 1);
	assert_int_equal(count_pages(WINDOW + (NR - 2) * page, 2 * page),
			 (NR - 1) % 7 == 0 || (NR - 2) % 7 == 0);

	/* A hole in between has none. */
	munmap(WINDOW + 7 * page, page);
	assert_int_equal(count_pages(WINDOW, NR * page), touched - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_was_touched),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where the range is. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#else
	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
