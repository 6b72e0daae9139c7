// SPDX-License-Identifier: GPL-2.0-or-later
/* What counts as a boot, and which of its numbers are compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

/* clang-format off */
#define TIMES \
	"{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", " \
	"\"exact\": false, \"batches\": [%g], " \
	"\"hist\": [[%g, 8900], [%g, 1100]]}"
/* clang-format on */

/* A record with @header, of which the time is @ns. */
static void add_boot(struct comparison *cmp, const char *column,
		     const char *header, double ns)
{
	char *text =
		xasprintf("[{\"type\": \"header\", \"tier\": \"metal\"%s}, " TIMES
			  "]",
			  header, ns, ns, 4 * ns);

	add_record(cmp, column, text);
	free(text);
}

/* The lower end of a bucket on one side, and interpolated on the other. */
static void quantiles_of_two_kinds(void **state)
{
	static const char *const headers[] = { "", ", \"clock_step_ns\": 10" };

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct comparison cmp = { 0 };
		bool differ = (i ^ (i >> 1)) & 1, allowed = i == 4;

		for (int boot = 0; boot < 4; boot++) {
			add_boot(&cmp, "base", headers[i & 1], 1000 + boot);
			add_boot(&cmp, "new", headers[allowed || (i & 2)],
				 1000.5 + boot);
		}
		if (allowed)
			comparison_allow(&cmp, CLOCK_STEP_KEY);
		comparison_build(&cmp);
		assert_int_equal(cmp.tails[1].nr, 3);
		for (size_t q = 0; q < cmp.tails[1].nr; q++) {
			const struct line *tail = &cmp.tails[1].list[q];

			assert_int_equal(tail->verdict == NOT_COMPARABLE, differ);
			assert_int_equal(tail->has_est, !differ);
			if (differ)
				assert_string_equal(tail->differs,
						    CLOCK_STEP_KEY);
		}
		/* Batches are what they were. */
		assert_true(cmp.lines[0].has_est);
		assert_int_equal(comparison_status(&cmp), STATUS_OK);
		comparison_free(&cmp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_of_two_kinds),
	};

	return cmocka_run_group_tests_name("compare_counted", tests, NULL, NULL);
}
