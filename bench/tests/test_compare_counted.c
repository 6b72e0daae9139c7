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

/* p99 of NEW is a step longer, which a clock may have made, or 27 steps. */
static void a_clock_in_an_interval(void **state)
{
	static const struct {
		double tail; /* of NEW */
		enum verdict verdict;
	} cases[] = { { 1041, INCONCLUSIVE }, { 1300, REGRESSED } };

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		struct comparison cmp = { 0 };
		bool known = i % 2;
		const struct line *p50, *p99;

		for (int boot = 0; boot < 12; boot++) {
			double tail = boot % 2 ? cases[i / 2].tail : 1030;
			/* clang-format off */
			char *text = xasprintf(
				"[{\"type\": \"header\", \"tier\": \"metal\"%s}, "
				"{\"metric\": \"latency\", \"unit\": \"ns/op\", "
				"\"pass\": \"time\", \"exact\": false, \"batches\": [%g], "
				"\"hist\": [[1000, 9000], [%g, 1000]]}]",
				known ? ", \"clock_step_ns\": 10" : "",
				1000 + 0.01 * boot,
				tail + 0.01 * boot);
			/* clang-format on */

			add_record(&cmp, boot % 2 ? "new" : "base", text);
			free(text);
		}
		comparison_build(&cmp);
		/* p90 is not told apart from p50. */
		assert_int_equal(cmp.tails[1].nr, known ? 2 : 3);
		p50 = &cmp.tails[1].list[0];
		p99 = &cmp.tails[1].list[cmp.tails[1].nr - 1];
		assert_string_equal(p99->quantile->name, "p99");
		assert_int_equal(p50->verdict, EQUIVALENT);
		assert_true(p99->has_est);
		assert_true(p99->widened_by_ns == (known ? 10 : 0));
		/* Each boot of NEW is above all of BASE. */
		assert_int_equal(p99->verdict,
				 known ? cases[i / 2].verdict : REGRESSED);
		assert_true((p99->est.ci95.lower > 0) ==
			    (p99->verdict == REGRESSED));
		/* Batches are what they were. */
		assert_true(cmp.lines[0].est.doubt == 0);
		comparison_free(&cmp);
	}
}

#define BOOT(id) ", \"boot\": {\"index\": 0, \"boot_id\": " id "}"
#define IMPORTED(digest) \
	BOOT("null") ", \"info\": {\"imported_sha256\": \"" digest "\"}"

/* Five records and how many boots they are. */
static void copies(void **state)
{
	static const struct {
		const char *name;
		const char *header[2]; /* of the first one, and of the others */
		bool copied;	       /* to the digit */
		size_t boots, boots_if_allowed;
	} cases[] = {
		{ "one boot", { BOOT("\"a\""), BOOT("\"a\"") }, false, 1, 5 },
		{ "a boot, and several records of another",
		  { BOOT("\"a\""), BOOT("\"b\"") },
		  true,
		  2,
		  1 },
		{ "copies without a boot_id",
		  { BOOT("null"), BOOT("null") },
		  true,
		  1,
		  1 },
		{ "boots without a boot_id",
		  { BOOT("null"), BOOT("null") },
		  false,
		  5,
		  5 },
		{ "copies that have lost it",
		  { BOOT("\"a\""), BOOT("null") },
		  true,
		  1,
		  1 },
		{ "a file that was imported again",
		  { IMPORTED("f00"), IMPORTED("f00") },
		  false,
		  1,
		  1 },
		{ "files of which all others are one",
		  { IMPORTED("f00"), IMPORTED("f01") },
		  true,
		  2,
		  2 },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		struct comparison cmp = { 0 };
		bool allowed = i % 2;
		size_t boots = allowed ? cases[i / 2].boots_if_allowed
				       : cases[i / 2].boots;

		for (int rec = 0; rec < 5; rec++) {
			double ns = cases[i / 2].copied ? 1000 : 1000 + rec;

			add_boot(&cmp, "base", cases[i / 2].header[rec > 0], ns);
		}
		add_boot(&cmp, "new", BOOT("\"n\""), 1234);
		if (allowed)
			comparison_allow(&cmp, "boot_id");
		comparison_build(&cmp);
		if (cmp.cols[0].nr_boots != boots)
			fail_msg("%s: %zu instead of %zu boots",
				 cases[i / 2].name, cmp.cols[0].nr_boots, boots);
		assert_int_equal(cmp.lines[0].boots[STATS_BASE], boots);
		comparison_free(&cmp);
	}
}

/* Counts are the same in each boot, and make no copy of it. */
static void equal_counts_are_no_copies(void **state)
{
	static const char rows[] = LINES({
		"type" : "header",
		"tier" : "metal",
		"boot" : { "index" : 0, "boot_id" : null }
	},
					 {
						 "metric" : "vma_allocs",
						 "unit" : "allocs/op",
						 "pass" : "counts"
					 });
	struct comparison cmp = { 0 };

	(void)state;
	for (int rec = 0; rec < 3; rec++)
		add_record(&cmp, "base", rows);
	comparison_build(&cmp);
	assert_int_equal(cmp.cols[0].nr_boots, 3);
	comparison_free(&cmp);
}

/* One of the two records is not of the kernel that it says. */
static void a_boot_of_two_kernels(void **state)
{
#define OF(id, build)                            \
	BOOT("\"" id "\"")                       \
	", \"kernel\": {\"release\": \"6.12\", " \
	"\"build_id\": \"" build "\"}"
	static const struct {
		const char *new;
		bool allowed, differ;
	} cases[] = {
		{ OF("x", "bb"), false, false },
		{ OF("x", "aa"), false, false },
		{ OF("a", "aa"), false, false },
		{ OF("a", "bb"), false, true },
		{ OF("a", "bb"), true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct comparison cmp = { 0 };

		add_boot(&cmp, "base", OF("a", "aa"), 1000);
		add_boot(&cmp, "base", OF("b", "aa"), 1001);
		add_boot(&cmp, "new", cases[i].new, 1002);
		add_boot(&cmp, "new", cases[i].new, 1003);
		if (cases[i].allowed)
			comparison_allow(&cmp, "boot_id");
		comparison_build(&cmp);
		assert_int_equal(cmp.nr_differ, cases[i].differ);
		assert_int_equal(cmp.nr_allowed, cases[i].allowed);
		assert_int_equal(comparison_status(&cmp),
				 cases[i].differ ? STATUS_DATA : STATUS_OK);
		if (cases[i].differ)
			assert_string_equal(cmp.differ[0],
					    "boot_id: \"a\" is of two kernels, \"aa\" and \"bb\"");
		comparison_free(&cmp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(equal_counts_are_no_copies),
		cmocka_unit_test(a_boot_of_two_kernels),
		cmocka_unit_test(quantiles_of_two_kinds),
		cmocka_unit_test(a_clock_in_an_interval),
	};

	return cmocka_run_group_tests_name("compare_counted", tests, NULL, NULL);
}
