// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"

static const struct {
	int number;
	const char *name;
} things[] = { { 1, "deferred" }, { 2, "noretry" }, { 3, "stock" } };

static const char *nearest(const char *name)
{
	struct names names = NAMES_OF(things);
	const char *found = nearest_name(name, &names);

	free(names.v);
	return found;
}

static void finds_what_was_meant(void **state)
{
	(void)state;
	assert_string_equal(nearest("deferred"), "deferred");
	assert_string_equal(nearest("defered"), "deferred");   /* left out */
	assert_string_equal(nearest("deferrred"), "deferred"); /* added */
	assert_string_equal(nearest("norefry"), "noretry");    /* replaced */
	assert_string_equal(nearest("sotck"), "stock");	       /* swapped */
	assert_string_equal(nearest("def"), "deferred");       /* begun */
}

static void invents_nothing(void **state)
{
	static char longest[100001];

	(void)state;
	assert_null(nearest(""));
	assert_null(nearest("xyzzy"));
	assert_null(nearest("stroke"));
	assert_null(nearest("no"));
	memset(longest, 'a', sizeof(longest) - 1);
	assert_null(nearest(longest));
}

static void says_it(void **state)
{
	char *text = no_such("stage", "sotck", NAMES_OF(things), NULL);

	(void)state;
	assert_string_equal(text,
			    "there is no stage 'sotck'; did you mean 'stock'?");
	free(text);
	text = no_such("stage", "xyzzy", NAMES_OF(things), NULL);
	assert_string_equal(text,
			    "there is no stage 'xyzzy'; choose one of deferred noretry stock");
	free(text);
	text = no_such("stage", "xy\033zzy", NAMES_OF(things), "look");
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "; look"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_meant),
		cmocka_unit_test(invents_nothing),
		cmocka_unit_test(says_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
