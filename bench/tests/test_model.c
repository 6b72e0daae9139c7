// SPDX-License-Identifier: GPL-2.0-or-later
/* The model of caches: known patterns of accesses, and what is no geometry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model.h"

static struct model m;

static int make(void **state)
{
	(void)state;
	m = (struct model){ 0 };
	return !model_parse(&m, "l1i:1K:2/l1d:2K:4/l2:8K:8/dtlb:4:4") ||
	       !model_new(&m);
}

static int unmake(void **state)
{
	(void)state;
	for (int i = 0; i < NR_MODEL_CACHES; i++)
		free(m.v[i].tags);
	return 0;
}

#define assert_misses(l1i, l1d, l2, dtlb)                       \
	do {                                                    \
		assert_int_equal(m.v[MODEL_L1I].misses, l1i);   \
		assert_int_equal(m.v[MODEL_L1D].misses, l1d);   \
		assert_int_equal(m.v[MODEL_L2].misses, l2);     \
		assert_int_equal(m.v[MODEL_DTLB].misses, dtlb); \
	} while (0)

static void has_the_geometry_asked_for(void **state)
{
	(void)state;
	assert_int_equal(m.v[MODEL_L1I].sets, 8);
	assert_int_equal(m.v[MODEL_L1I].ways, 2);
	assert_int_equal(m.v[MODEL_L1D].sets, 8);
	assert_int_equal(m.v[MODEL_L2].sets, 16);
	assert_int_equal(m.v[MODEL_DTLB].sets, 1);
}

static void a_walk_that_fits_misses_once(void **state)
{
	(void)state;
	for (int times = 0; times < 3; times++)
		for (uint64_t at = 0; at < 2048; at += 8)
			model_data(&m, at, at);
	assert_misses(0, 32, 32, 1);
}

static void a_walk_of_one_line_more_misses_in_its_set(void **state)
{
	(void)state;
	/* Five lines of one set of four: in turn, each is gone when it is back. */
	for (int times = 0; times < 3; times++)
		for (uint64_t line = 0; line < 5; line++)
			model_data(&m, 0, line * 8 * 64);
	assert_misses(0, 15, 5, 1);
}

static void the_least_recently_used_one_goes(void **state)
{
	static const uint64_t lines[] = { 0, 1, 2, 3, 0, 4, 0, 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		model_data(&m, 0, lines[i] * 8 * 64);
	/* 4 displaced 1, not 0. */
	assert_misses(0, 6, 5, 1);
}

static void code_is_executed_by_the_line(void **state)
{
	(void)state;
	model_code(&m, 0x1000 + 60, 4);
	assert_misses(1, 0, 1, 0);
	model_code(&m, 0x1000 + 60, 5);
	assert_misses(2, 0, 2, 0);
	model_code(&m, 0x1000, 128);
	assert_misses(2, 0, 2, 0);
	/* L2 is for both. */
	model_data(&m, 0x1000, 0x1000);
	assert_misses(2, 1, 2, 1);
}

static void pages_are_virtual(void **state)
{
	(void)state;
	for (int times = 0; times < 2; times++)
		for (uint64_t page = 0; page < 4; page++)
			model_data(&m, page * 4096, 0);
	assert_misses(0, 1, 1, 4);
	model_data(&m, 4 * 4096, 0);
	model_data(&m, 0, 0);
	assert_misses(0, 1, 1, 6);
}

static void refuses_what_is_no_geometry(void **state)
{
	static const char *const bad[] = {
		"",
		"l1i:1K:2/l1d:2K:4/l2:8K:8",
		"l1i:1K:2/l1d:2K:4/l2:8K:8/dtlb:4:4/",
		"l1i:1K:2/l1d:2K:4/l2:8K:8/dtlb:4:4 ",
		"l1i:1K:2/l1i:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:1K:2/l1d:2K:4/l2:8K:8/l3:4:4",
		"l1i:1K:2/l1d:2K:4/l2:8K:0/dtlb:4:4",
		"l1i:0:2/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:1K/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:100:1/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:1K:3/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:3K:2/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:-1K:2/l1d:2K:4/l2:8K:8/dtlb:4:4",
		"l1i:99999999999999999999:2/l1d:2K:4/l2:8K:8/dtlb:4:4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct model other = { 0 };

		if (model_parse(&other, bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(has_the_geometry_asked_for),
		TEST(a_walk_that_fits_misses_once),
		TEST(a_walk_of_one_line_more_misses_in_its_set),
		TEST(the_least_recently_used_one_goes),
		TEST(code_is_executed_by_the_line),
		TEST(pages_are_virtual),
		cmocka_unit_test(refuses_what_is_no_geometry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
