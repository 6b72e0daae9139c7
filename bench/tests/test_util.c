// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"

static void xgrow_keeps_what_is_there(void **state)
{
	int *a = NULL;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		a = xgrow(a, n, sizeof(*a));
		assert_int_equal(a[n], 0);
		a[n] = n + 1;
	}
	for (int n = 0; n < 1000; n++)
		assert_int_equal(a[n], n + 1);
	free(a);
}

/* No shell reads an argument, and a name of any length is all of it. */
static void arguments_are_words(void **state)
{
	static char word[20000] = "it's $(touch x), a \"`y`\"\\\n; ";
	const char *const print[] = { "printf", "%s", word, NULL };
	const char *const missing[] = { "/nonexistent/vmabench", NULL };
	const char *const fails[] = { "sh", "-c", "echo no >&2; exit 3", NULL };
	char *text;
	size_t len;

	(void)state;
	memset(word + strlen(word), 'x', sizeof(word) - strlen(word) - 1);
	assert_int_equal(output_of(print, false, &text, &len), 0);
	assert_int_equal(len, sizeof(word) - 1);
	assert_string_equal(text, word);
	free(text);
	assert_int_equal(output_of(missing, true, &text, &len), -ENOENT);
	assert_null(text);
	assert_int_equal(output_of(fails, true, &text, &len), 3);
	assert_int_equal(len, 0);
	free(text);
}

static void paths_are_made_absolute(void **state)
{
	char *here = getcwd(NULL, 0), *wanted = xasprintf("%s/a,b'c", here);
	char *path = absolute_path("a,b'c");

	(void)state;
	assert_string_equal(path, wanted);
	free(path);
	path = absolute_path("/a/../b");
	assert_string_equal(path, "/a/../b");
	free(path);
	free(wanted);
	free(here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xgrow_keeps_what_is_there),
		cmocka_unit_test(arguments_are_words),
		cmocka_unit_test(paths_are_made_absolute),
	};

	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
