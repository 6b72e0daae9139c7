// SPDX-License-Identifier: GPL-2.0-or-later
/* Changes that are no larger than luck, and lie in functions that are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

/* The function a of both kernels, and the function b. */
#define FUNCTION_A(insns, calls, lines) \
	"[\"a\", " insns ", " calls ", 0, 0, 0, 0, " lines ", 0]"
#define FUNCTION_B(insns, lines) \
	"[\"b\", " insns ", 1, 0, 0, 0, 0, " lines ", 0]"
#define CODE(a, b)                                          \
	"{\"type\": \"code\", \"functions\": [[\"a\", \"" a \
	"\"], [\"b\", \"" b "\"]]}"
#define KERNEL(insns, lines, functions, code)                                                                                                                                                                   \
	"[{\"batches\": [" insns                                                                                                                                                                                \
	"]}, " LINES_ROW("lines_code", lines) ", " LINES_ROW("lines_read", "0") ", " LINES_ROW(                                                                                                                 \
		"lines_written",                                                                                                                                                                                \
		"0") ", " LINES_ROW("pages",                                                                                                                                                                    \
				    "0") ", "                                                                                                                                                                   \
					 "{\"type\": \"functions\", \"scenario\": \"s\", \"version\": \"1\", \"op\": \"mmap\", \"region\": \"op\", \"class\": \"task\", \"ops\": 1, \"functions\": [" functions \
					 "]}, " code "]"
#define LINES_ROW(metric, lines) \
	"{\"metric\": \"" metric \
	"\", \"unit\": \"x/op\", \"batches\": [" lines "]}"
#define BASE                                                          \
	KERNEL("100", "10",                                           \
	       FUNCTION_A("60", "1", "6") ", " FUNCTION_B("40", "4"), \
	       CODE("0a", "0b"))
#define LUCK_ROW(metric, low, high)                                                         \
	"{\"scenario\": \"s\", \"version\": \"1\", \"op\": \"mmap\", \"metric\": \"" metric \
	"\", \"low\": " low ", \"high\": " high "}"
/* Of a row that variants called functions more or less often for. */
#define LUCK_CALLS(metric, low, high)                                                       \
	"{\"scenario\": \"s\", \"version\": \"1\", \"op\": \"mmap\", \"metric\": \"" metric \
	"\", \"low\": " low ", \"high\": " high ", \"calls\": true}"
#define LUCK_HEAD \
	"\"schema\": {\"name\": \"vmabench-luck\", \"major\": 1, \"minor\": 0}, \"kernel\": {\"release\": \"6.12\"}, \"env\": {\"cpu\": \"max\"}, \"variants\": [\"x\", \"y\"]"
#define LUCK_FILE(rows) "{" LUCK_HEAD ", \"rows\": [" rows "]}"

/* What comparison_use_luck() says of a file. */
static char *use_luck(struct comparison *cmp, const char *text)
{
	int fd = memfd_create("luck", MFD_CLOEXEC);
	char path[32], *why;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	why = comparison_use_luck(cmp, path);
	close(fd);
	return why;
}

static void compare(struct comparison *cmp, const char *new, const char *luck)
{
	char *why;

	*cmp = (struct comparison){ 0 };
	add_record(cmp, "base", BASE);
	add_record(cmp, "new", new);
	why = luck ? use_luck(cmp, luck) : NULL;
	if (why)
		fail_msg("%s", why);
	comparison_build(cmp);
}

static void assert_is(const char *new, const char *luck, enum metric_id metric,
		      enum verdict verdict, enum tally tally)
{
	struct comparison cmp;

	compare(&cmp, new, luck);
	assert_verdict(find_line(&cmp, "s", "mmap", metric), new, verdict, tally);
	comparison_free(&cmp);
}

/* One instruction more in @fn, whose code is @code there. */
#define MORE_IN_A(code)                                               \
	KERNEL("101", "10",                                           \
	       FUNCTION_A("61", "1", "6") ", " FUNCTION_B("40", "4"), \
	       CODE(code, "0b"))

static void marks_what_is_within_luck(void **state)
{
	(void)state;
	assert_is(MORE_IN_A("0a"), LUCK_FILE(LUCK_ROW("insns", "0", "1")),
		  METRIC_INSNS, LUCK, TALLY_OTHER);
	/* Two kernels are as far apart as the least and the most. */
	assert_is(MORE_IN_A("0a"), LUCK_FILE(LUCK_ROW("insns", "-0.5", "0.5")),
		  METRIC_INSNS, LUCK, TALLY_OTHER);
	assert_is(MORE_IN_A("0a"), LUCK_FILE(LUCK_ROW("insns", "-0.5", "0.4")),
		  METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
	assert_is(MORE_IN_A("0a"), LUCK_FILE(LUCK_ROW("insns", "0", "0")),
		  METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
}

static void marks_nothing_where_luck_is_not_known(void **state)
{
	static const char *const other[] = {
		NULL,
		LUCK_FILE(""),
		LUCK_FILE(LUCK_ROW("lines_code", "-9", "9")),
		/* Of another version of the scenario. */
		"{" LUCK_HEAD
		", \"rows\": [{\"scenario\": \"s\", \"version\": \"2\", \"op\": \"mmap\", \"metric\": \"insns\", \"low\": 0, \"high\": 9}]}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(other); i++)
		assert_is(MORE_IN_A("0a"), other[i], METRIC_INSNS,
			  EXACT_CHANGED, TALLY_WORSE);
}

static void keeps_what_lies_in_touched_functions(void **state)
{
	static const char luck[] = LUCK_FILE(LUCK_ROW("insns", "-9", "9"));

	(void)state;
	/* Another code; a code that is not known; none that is. */
	assert_is(MORE_IN_A("0c"), luck, METRIC_INSNS, EXACT_CHANGED,
		  TALLY_WORSE);
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("61", "1", "6") ", " FUNCTION_B("40", "4"),
			 "{\"type\": \"code\", \"functions\": [[\"b\", \"0b\"]]}"),
		  luck, METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
	/* A function that was touched, and does not differ in it, is none of it. */
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("61", "1", "6") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0d")),
		  luck, METRIC_INSNS, LUCK, TALLY_OTHER);
	/* Called once more: its caller did that. */
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("61", "2", "6") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0b")),
		  luck, METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
	/* One that the other kernel did not execute. */
	assert_is(KERNEL("100.0", "10",
			 FUNCTION_A("60", "1",
				    "6") ", " FUNCTION_B("39",
							 "4") ", [\"c\", 1, 1, 0, 0, 0, 0, 0, 0]",
			 CODE("0a", "0b")),
		  luck, METRIC_INSNS, EXACT_SAME, TALLY_SAME);
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("60", "1",
				    "6") ", " FUNCTION_B("40",
							 "4") ", [\"c\", 1, 1, 0, 0, 0, 0, 0, 0]",
			 CODE("0a", "0b")),
		  luck, METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
}

/* Where variants called them more or less often, it may be luck that the kernel did. */
static void calls_are_luck_where_they_were(void **state)
{
	static const char luck[] = LUCK_FILE(LUCK_CALLS("insns", "0", "9"));

	(void)state;
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("61", "2", "6") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0b")),
		  luck, METRIC_INSNS, LUCK, TALLY_OTHER);
	/* But not of another code, nor by more. */
	assert_is(KERNEL("101", "10",
			 FUNCTION_A("61", "2", "6") ", " FUNCTION_B("40", "4"),
			 CODE("0c", "0b")),
		  luck, METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
	assert_is(KERNEL("110", "10",
			 FUNCTION_A("70", "2", "6") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0b")),
		  luck, METRIC_INSNS, EXACT_CHANGED, TALLY_WORSE);
}

/* A function that executes something else touches other lines for that reason. */
static void lines_are_luck_of_the_same_instructions(void **state)
{
	static const char luck[] =
		LUCK_FILE(LUCK_ROW("lines_code", "-1",
				   "1") ", " LUCK_ROW("insns", "0", "0"));

	(void)state;
	assert_is(KERNEL("100", "9",
			 FUNCTION_A("60", "1", "5") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0b")),
		  luck, METRIC_LINES_CODE, LUCK, TALLY_OTHER);
	assert_is(KERNEL("99", "9",
			 FUNCTION_A("59", "1", "5") ", " FUNCTION_B("40", "4"),
			 CODE("0a", "0b")),
		  luck, METRIC_LINES_CODE, EXACT_CHANGED, TALLY_BETTER);
}

/* What was picked from a comparison knows it as well. */
static void pairs_share_it(void **state)
{
	const struct comparison *pair;
	struct comparison cmp;

	(void)state;
	compare(&cmp, MORE_IN_A("0a"), LUCK_FILE(LUCK_ROW("insns", "0", "1")));
	pair = pick_pair(&cmp, 0, 1);
	assert_verdict(find_line(pair, "s", "mmap", METRIC_INSNS), "pair", LUCK,
		       TALLY_OTHER);
	free_pair((struct comparison *)pair);
	comparison_free(&cmp);
}

static void refuses_what_is_no_luck_of_it(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "'[' or '{' expected" },
		{ "[]", "it is no file of make luck" },
		{ "{\"schema\": {\"name\": \"vmabench-aa\", \"major\": 1}}",
		  "it is no file of make luck" },
		{ "{\"schema\": {\"name\": \"vmabench-luck\", \"major\": 2}}",
		  "its schema major is unknown" },
		{ "{" LUCK_HEAD "}", "\"rows\" is missing" },
		{ LUCK_FILE("{}"), "a row has no" },
		{ LUCK_FILE(LUCK_ROW("insns", "1", "1")), "\"low\" of a row" },
		{ LUCK_FILE(LUCK_ROW("insns", "0", "-1")), "\"low\" of a row" },
		{ LUCK_FILE(LUCK_ROW("insns", "0", "\"1\"")), "\"low\" of a row" },
		{ "{\"schema\": {\"name\": \"vmabench-luck\", \"major\": 1}, \"kernel\": {\"release\": \"6.13\"}, \"env\": {\"cpu\": \"max\"}, \"rows\": []}",
		  "whose release is not that of base" },
		{ "{\"schema\": {\"name\": \"vmabench-luck\", \"major\": 1}, \"kernel\": {\"release\": \"6.12\"}, \"env\": {\"cpu\": \"min\"}, \"rows\": []}",
		  "on another machine than base" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct comparison cmp = { 0 };
		char *why;

		add_record(&cmp, "base", BASE);
		why = use_luck(&cmp, cases[i].text);
		if (!why || !strstr(why, cases[i].why))
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].text,
				 why ? why : "", cases[i].why);
		assert_null(cmp.luck);
		free(why);
		comparison_free(&cmp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_what_is_within_luck),
		cmocka_unit_test(marks_nothing_where_luck_is_not_known),
		cmocka_unit_test(keeps_what_lies_in_touched_functions),
		cmocka_unit_test(calls_are_luck_where_they_were),
		cmocka_unit_test(lines_are_luck_of_the_same_instructions),
		cmocka_unit_test(pairs_share_it),
		cmocka_unit_test(refuses_what_is_no_luck_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
