// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xgrow_keeps_what_is_there),
	};

	return cmocka_run_group_tests_name("util", tests, NULL, NULL);
}
