// SPDX-License-Identifier: GPL-2.0-or-later
/* The bill: it adds up to the instruction or says that it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"
#include "bill/bill.h"

#define FN(n, i, c)                                             \
	{                                                       \
		.name = (char *)(n), .insns = (i), .calls = (c) \
	}
#define INPUT(f, s, t, o)                                                  \
	{                                                                  \
		.functions = (f), .nr_functions = ARRAY_SIZE(f),           \
		.symbols = (s), .nr_symbols = ARRAY_SIZE(s), .total = (t), \
		.ops = (o)                                                 \
	}

static const char *const no_symbols[] = { "z" };

static const struct bill_line *find(const struct bill *bill, const char *name)
{
	static const struct bill_line none;

	for (size_t i = 0; i < bill->nr_lines; i++)
		if (!strcmp(bill->lines[i].name, name))
			return &bill->lines[i];
	fail_msg("no line of %s", name);
	return &none;
}

static void adds_up(void **state)
{
	const struct record_function b[] = { FN("a", 100, 10), FN("b", 50, 10),
					     FN("c", 7, 1) };
	const struct record_function n[] = { FN("a", 40, 10), FN("c", 7, 1),
					     FN("d", 5, 10) };
	const struct bill_input base = INPUT(b, no_symbols, 157, 10);
	const struct bill_input new = INPUT(n, no_symbols, 52, 10);
	struct bill bill;

	(void)state;
	bill_build(&bill, &base, &new);
	assert_int_equal(bill.nr_lines, 4);
	assert_string_equal(bill.lines[0].name, "a");
	assert_string_equal(bill.lines[1].name, "b");
	assert_string_equal(bill.lines[2].name, "d");
	assert_true(bill.lines[0].diff == -600);
	assert_true(bill_per_op(&bill, bill.lines[0].diff) == -6);
	assert_true(bill_line_equal(&bill, &bill.lines[3]));
	assert_true(bill.diff == -1050);
	assert_true(bill_adds_up(&bill));
	bill_free(&bill);
}

/* One instruction in 2^52 is seen; a double or a tolerance would lose it. */
static void sees_one_instruction(void **state)
{
	const int64_t large = (1LL << 52) - 1;
	const struct record_function b[] = { FN("a", large, 1) };
	const struct record_function n[] = { FN("a", large, 1), FN("b", 1, 1) };
	const struct bill_input base = INPUT(b, no_symbols, large, INT32_MAX);
	struct bill_input new = INPUT(n, no_symbols, large + 1, INT32_MAX);
	struct bill bill;

	(void)state;
	bill_build(&bill, &base, &new);
	assert_true(bill_adds_up(&bill));
	bill_free(&bill);

	new.total--;
	bill_build(&bill, &base, &new);
	assert_false(bill_adds_up(&bill));
	bill_free(&bill);
}

/* 10 in 3 operations and 20 in 6 are the same, which no decimal says. */
static void operations_may_differ(void **state)
{
	const struct record_function b[] = { FN("a", 10, 1), FN("b", 1, 3) };
	const struct record_function n[] = { FN("a", 20, 2), FN("b", 3, 6) };
	const struct bill_input base = INPUT(b, no_symbols, 11, 3);
	const struct bill_input new = INPUT(n, no_symbols, 23, 6);
	struct bill bill;

	(void)state;
	bill_build(&bill, &base, &new);
	assert_true(bill_line_equal(&bill, find(&bill, "a")));
	assert_true(find(&bill, "b")->diff == 3); /* 3/6 - 1/3 = 3/18 */
	assert_true(bill.diff == 3);
	assert_true(bill_adds_up(&bill));
	bill_free(&bill);
}

static void says_why_one_lacks_it(void **state)
{
	static const char *const bsym[] = { "call", "idle", "renamed.isra.0" };
	static const char *const nsym[] = { "idle",	   "idle_not",
					    "inlines",	   "part_of",
					    "renamed",	   "twice.constprop.0",
					    "twice.part.0" };
	const struct record_function b[] = {
		FN("[user]", 1, 0),	    FN("idle", 9, 1),
		FN("inline", 8, 1),	    FN("part_of.part.0", 7, 1),
		FN("renamed.isra.0", 6, 1), FN("twice", 5, 1),
	};
	const struct record_function n[] = { FN("call", 4, 1), FN("new", 3, 1),
					     FN("renamed", 2, 1),
					     FN("twice.part.0", 1, 1) };
	const struct bill_input base = INPUT(b, bsym, 36, 1);
	const struct bill_input new = INPUT(n, nsym, 10, 1);
	struct bill bill;

	(void)state;
	bill_build(&bill, &base, &new);
	assert_true(bill_adds_up(&bill));
	assert_int_equal(find(&bill, "[user]")->mark, BILL_UNTOLD);
	assert_int_equal(find(&bill, "idle")->mark, BILL_IDLE);
	assert_int_equal(find(&bill, "idle")->missing, BILL_NEW);
	assert_int_equal(find(&bill, "call")->mark, BILL_IDLE);
	assert_int_equal(find(&bill, "call")->missing, BILL_BASE);
	/* "inlines" is another function. */
	assert_int_equal(find(&bill, "inline")->mark, BILL_ABSENT);
	assert_int_equal(find(&bill, "new")->mark, BILL_ABSENT);
	assert_int_equal(find(&bill, "new")->missing, BILL_BASE);
	assert_int_equal(find(&bill, "part_of.part.0")->mark, BILL_VARIANT);
	assert_string_equal(find(&bill, "part_of.part.0")->variant, "part_of");
	assert_string_equal(find(&bill, "renamed.isra.0")->variant, "renamed");
	assert_string_equal(find(&bill, "renamed")->variant, "renamed.isra.0");
	/* Of two, the one that is executed. */
	assert_string_equal(find(&bill, "twice")->variant, "twice.part.0");
	bill_free(&bill);
}

#define CODE(n, h)                                \
	{                                         \
		.name = (char *)(n), .hash = (h), \
	}

/* What has the same code, and a name that the other image has not, is one function. */
static void pairs_what_was_renamed(void **state)
{
	static const char *const bsym[] = { "alike", "call", "old", "same" };
	static const char *const nsym[] = { "call", "fresh",  "new",
					    "same", "twin_1", "twin_2" };
	struct record_code bcode[] = { CODE("alike", "3333333333333333"),
				       CODE("call", "1111111111111111"),
				       CODE("old", "2222222222222222"),
				       CODE("same", "4444444444444444") };
	struct record_code ncode[] = { CODE("call", "9999999999999999"),
				       CODE("fresh", "4444444444444444"),
				       CODE("new", "2222222222222222"),
				       CODE("same", "4444444444444444"),
				       CODE("twin_1", "3333333333333333"),
				       CODE("twin_2", "3333333333333333") };
	const struct record brec = { .code = bcode, .nr_code = 4 };
	const struct record nrec = { .code = ncode, .nr_code = 6 };
	const struct record_function b[] = { FN("alike", 5, 1),
					     FN("call", 9, 1), FN("old", 100, 2),
					     FN("same", 1, 1) };
	const struct record_function n[] = {
		FN("call", 9, 1), FN("fresh", 3, 1),  FN("new", 107, 2),
		FN("same", 1, 1), FN("twin_1", 5, 1), FN("twin_2", 5, 1)
	};
	struct bill_input base = INPUT(b, bsym, 115, 1);
	struct bill_input new = INPUT(n, nsym, 130, 1);
	struct bill bill;

	(void)state;
	base.rec = &brec;
	new.rec = &nrec;
	bill_build(&bill, &base, &new);
	assert_true(bill_adds_up(&bill));
	assert_int_equal(bill.nr_lines, 7);
	assert_int_equal(find(&bill, "new")->mark, BILL_RENAMED);
	assert_string_equal(find(&bill, "new")->variant, "old");
	assert_true(find(&bill, "new")->diff == 7);
	/* Which of two it is cannot be told; and "same" is still there. */
	assert_int_equal(find(&bill, "alike")->mark, BILL_ABSENT);
	assert_int_equal(find(&bill, "twin_1")->mark, BILL_ABSENT);
	assert_int_equal(find(&bill, "fresh")->mark, BILL_ABSENT);
	bill_free(&bill);
}

static void without_symbols_nothing_is_claimed(void **state)
{
	const struct record_function b[] = { FN("a", 1, 1) };
	const struct bill_input base = INPUT(b, no_symbols, 1, 1);
	const struct bill_input new = { .ops = 1 };
	struct bill bill;

	(void)state;
	bill_build(&bill, &base, &new);
	assert_int_equal(bill.lines[0].mark, BILL_UNTOLD);
	bill_free(&bill);
}

static void strips_what_the_compiler_adds(void **state)
{
	(void)state;
	assert_int_equal(plain_length("f"), 1);
	assert_int_equal(plain_length("f.cold"), 1);
	assert_int_equal(plain_length("f.isra.0"), 1);
	assert_int_equal(plain_length("f.constprop.12.isra.3"), 1);
	assert_int_equal(plain_length("f.part.0.cold"), 1);
	assert_int_equal(plain_length("f.other.0"), 9);
	assert_int_equal(plain_length("f.0"), 3);
	assert_int_equal(plain_length("isra.0"), 6);
	assert_int_equal(plain_length(".cold"), 5);
	assert_int_equal(plain_length("7"), 1);
}

static void prints_128_bits(void **state)
{
	char buf[48];

	(void)state;
	assert_string_equal(fmt_int128(0, buf, sizeof(buf)), "0");
	assert_string_equal(fmt_int128(-105, buf, sizeof(buf)), "-105");
	assert_string_equal(fmt_int128((int128)INT64_MAX * 100, buf, sizeof(buf)),
			    "922337203685477580700");
	assert_string_equal(fmt_int128((int128)INT64_MIN * INT64_MAX, buf,
				       sizeof(buf)),
			    "-85070591730234615856620279821087277056");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up),
		cmocka_unit_test(sees_one_instruction),
		cmocka_unit_test(operations_may_differ),
		cmocka_unit_test(says_why_one_lacks_it),
		cmocka_unit_test(pairs_what_was_renamed),
		cmocka_unit_test(without_symbols_nothing_is_claimed),
		cmocka_unit_test(strips_what_the_compiler_adds),
		cmocka_unit_test(prints_128_bits),
	};

	return cmocka_run_group_tests_name("bill", tests, NULL, NULL);
}
