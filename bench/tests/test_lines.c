// SPDX-License-Identifier: GPL-2.0-or-later
/* Shapes as several passes have seen them, and how many are not declared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "record/write.h"

static json_t *shape(const char *op, int after, const char *outcome)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:i}", "type",
			 "shape", "scenario", "s", "version", "v", "op", op,
			 "vmas_before", 1, "vmas_after", after, "outcome",
			 outcome, "ops", 199);
}

static const char *text(const json_t *lines, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(lines, i), key));
}

static void passes_that_agree_are_one(void **state)
{
	json_t *lines = json_array(), *counts = shape("mmap", 1, "merged");

	(void)state;
	json_array_append_new(lines, shape("mmap", 1, "merged"));
	json_array_append_new(lines, shape("munmap", 1, "shrunk"));
	json_array_append_new(lines, json_pack("{s:s}", "type", "row"));
	json_object_set_new(counts, "merge_inferred", json_string("retry"));
	json_array_append_new(lines, counts);
	json_array_append_new(lines, shape("munmap", 1, "shrunk"));
	join_shapes(lines);
	assert_int_equal(json_array_size(lines), 3);
	assert_string_equal(text(lines, 0, "op"), "mmap");
	assert_string_equal(text(lines, 0, "merge_inferred"), "retry");
	assert_string_equal(text(lines, 1, "op"), "munmap");
	assert_int_equal(count_failures(lines), 0);
	json_decref(lines);
}

static void passes_that_do_not_agree_are_a_failure(void **state)
{
	json_t *lines = json_array(),
	       *mixed = shape("munmap", 1, "mixed-results");
	json_t *other = json_deep_copy(mixed);

	(void)state;
	json_array_append_new(lines, shape("mmap", 1, "merged"));
	json_array_append_new(lines, shape("mmap", 200, "unexpected"));
	json_object_set_new(mixed, "results",
			    json_pack("{s:i, s:i}", "success", 198, "EINVAL", 1));
	json_object_set_new(other, "results",
			    json_pack("{s:i, s:i}", "success", 197, "EINVAL", 2));
	json_array_append_new(lines, mixed);
	json_array_append_new(lines, other);
	join_shapes(lines);
	assert_int_equal(json_array_size(lines), 4);
	assert_int_equal(count_failures(lines), 2);
	assert_string_equal(text(lines, 1, "type"), "failure");
	assert_string_equal(text(lines, 1, "op"), "mmap");
	assert_string_equal(text(lines, 1, "reason"),
			    "passes do not see the same: 1 to 1 VMAs, merged, and 1 to 200, unexpected");
	assert_string_equal(text(lines, 3, "type"), "failure");
	json_decref(lines);
}

static void undeclared_shapes_are_counted(void **state)
{
	json_t *lines = json_array(), *odd = shape("mmap", 200, "unexpected");

	(void)state;
	json_object_set_new(odd, "expected", json_object());
	json_array_append_new(lines, odd);
	json_array_append_new(lines, shape("munmap", 1, "shrunk"));
	assert_int_equal(count_undeclared(lines, NULL), 1);
	/* Nobody declares what a commit of a user's tree does. */
	assert_int_equal(count_undeclared(lines, "abc"), 0);
	assert_int_equal(count_failures(lines), 0);
	json_decref(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_that_agree_are_one),
		cmocka_unit_test(passes_that_do_not_agree_are_a_failure),
		cmocka_unit_test(undeclared_shapes_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
