// SPDX-License-Identifier: GPL-2.0-or-later
/* Boots of one layout of the code count as one, and layouts are compared in pairs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

/* @set: a digit, of the kernels that the layout was drawn for; none if it is not known */
static void add_boot_of(struct comparison *cmp, const char *column, int order,
			int layout, char set, double ns)
{
	char *of = set ? xasprintf("\"layout_set\": \"%015d%c\", ", 0, set)
		       : xasprintf("%s", "");
	char *lines =
		xasprintf("[{\"type\": \"header\", \"tier\": \"native\", "
			  "\"boot\": {\"index\": %d, \"block\": %d, "
			  "\"order\": %d, \"seed\": 1, \"layout\": %d, %s"
			  "\"boot_id\": \"%s-%d\"}}, "
			  "{\"metric\": \"latency\", \"unit\": \"ns/op\", "
			  "\"pass\": \"time\", \"exact\": false, "
			  "\"batches\": [%g]}]",
			  order, layout, order, layout, of, column, order, ns);

	add_record(cmp, column, lines);
	free(lines);
	free(of);
}

static void add_boot(struct comparison *cmp, const char *column, int order,
		     int layout, double ns)
{
	add_boot_of(cmp, column, order, layout, 'a', ns);
}

/* Two boots of each layout, the second of which is slower by 4. */
static void add_layouts(struct comparison *cmp, const char *column, int first,
			const double *ns)
{
	for (int repeat = 0; repeat < 2; repeat++)
		for (int i = 0; ns[i]; i++)
			add_boot(cmp, column, first++, 1 + i, ns[i] + 4 * repeat);
}

static void repeats_count_once(void **state)
{
	static const double base[] = { 98, 298, 198, 0 },
			    new[] = { 108, 328, 218, 0 };
	struct comparison cmp = { 0 };
	const struct line *line;

	add_layouts(&cmp, "base", 0, base);
	add_layouts(&cmp, "new", 100, new);
	comparison_build(&cmp);
	assert_int_equal(cmp.nr_lines, 1);
	line = &cmp.lines[0];
	assert_int_equal(cmp.cols[0].nr_recs, 6);
	assert_int_equal(cmp.cols[0].nr_boots, 3);
	assert_int_equal(line->boots[STATS_BASE], 3);
	assert_int_equal(line->boots[STATS_NEW], 3);
	/* The boots of a layout are between those of the others. */
	assert_true(line->values[0] == 200);
	assert_true(line->values[1] == 220);
	assert_int_equal(line->est.blocks, 3);
	assert_int_equal(line->est.pairs, 3);
	assert_true(line->est.ratio > 1.0999 && line->est.ratio < 1.1001);
	comparison_free(&cmp);
}

/* However many boots there are of it, and however far they are apart. */
static void one_layout_says_nothing(void **state)
{
	struct comparison cmp = { 0 };
	int order = 0;

	for (int i = 0; i < 20; i++) {
		add_boot(&cmp, "base", order++, 1, 100 + i);
		add_boot(&cmp, "new", order++, 1, 200 + i);
	}
	comparison_build(&cmp);
	assert_verdict(&cmp.lines[0], "one layout", INCONCLUSIVE, TALLY_UNKNOWN);
	comparison_free(&cmp);
}

/* Layouts first, first + 1, ... of as many boots. */
static void add_range(struct comparison *cmp, const char *column, int order,
		      int first, int nr, double ns)
{
	for (int i = 0; i < nr; i++)
		add_boot(cmp, column, order + 2 * i, first + i, ns + i);
}

/* Which pairs there are, of six layouts of base and those of new from @first on. */
static void assert_pairs(int first, int nr, size_t blocks, size_t pairs,
			 size_t unused)
{
	struct comparison cmp = { 0 };
	const struct stats_estimate *est;

	add_range(&cmp, "base", 0, 1, 6, 100);
	add_range(&cmp, "new", 1, first, nr, 200);
	comparison_build(&cmp);
	assert_int_equal(cmp.nr_lines, 1);
	est = &cmp.lines[0].est;
	assert_int_equal(est->blocks, blocks);
	assert_int_equal(est->pairs, pairs);
	assert_int_equal(est->unused, unused);
	comparison_free(&cmp);
}

/* Pairs where most layouts are of both kernels; else all are compared with all. */
static void pairs_of_layouts(void **state)
{
	assert_pairs(1, 6, 6, 6, 0);
	assert_pairs(1, 4, 4, 4, 2);
	assert_pairs(4, 6, 3, 3, 6);
	assert_pairs(5, 6, 1, 36, 0);
	assert_pairs(101, 6, 1, 36, 0);
	assert_pairs(101, 3, 1, 18, 0);
}

#define PAIRS "the median over pairs of layouts"
#define ALL \
	"the median over all layouts of one with all of the other (Hodges-Lehmann)"
#define NO_RATIO ", not the ratio of the columns"
#define LEFT_OUT \
	", which are also of what is left out: the two may differ in sign"

/**
 * struct sets_case - kernels that layouts of one number were drawn for
 * @sets: of boots of base and of new, in layouts 1, 2, 3, 4, 1, 2, ...: digits, or '-'
 *	for not known
 * @boots: layouts that there are of each
 * @blocks: that the estimate is of
 * @pairs: and pairs
 * @unused: layouts that are left out
 * @change: what that is
 */
static const struct sets_case {
	const char *sets[2];
	size_t boots[2];
	size_t blocks, pairs, unused;
	const char *change;
} sets_cases[] = {
	{ { "aaaa", "aaaa" }, { 4, 4 }, 4, 4, 0, PAIRS NO_RATIO },
	{ { "aaaa", "bbbb" }, { 4, 4 }, 1, 16, 0, ALL NO_RATIO },
	{ { "aabb", "aacc" }, { 4, 4 }, 2, 2, 4, PAIRS NO_RATIO LEFT_OUT },
	{ { "abbb", "aaaa" }, { 4, 4 }, 1, 16, 0, ALL NO_RATIO },
	{ { "aaaa", "----" }, { 4, 4 }, 1, 16, 0, ALL NO_RATIO },
	{ { "----", "----" }, { 4, 4 }, 1, 16, 0, ALL NO_RATIO },
	{ { "aaa-", "aaa-" }, { 4, 4 }, 3, 3, 2, PAIRS NO_RATIO LEFT_OUT },
	{ { "aaaaaa", "aaaabb" }, { 4, 6 }, 4, 4, 2, PAIRS NO_RATIO LEFT_OUT },
	{ { "------", "aaaaaa" }, { 4, 4 }, 1, 16, 0, ALL NO_RATIO },
};

static void layouts_are_of_sets(void **state)
{
	static const char *const names[] = { "base", "new" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sets_cases); i++) {
		const struct sets_case *c = &sets_cases[i];
		struct comparison cmp = { 0 };
		const struct stats_estimate *est;

		for (int side = 0; side < 2; side++)
			for (int k = 0; c->sets[side][k]; k++)
				add_boot_of(&cmp, names[side], 2 * k + side,
					    1 + k % 4,
					    c->sets[side][k] == '-'
						    ? '\0'
						    : c->sets[side][k],
					    100 + 10 * k + side);
		comparison_build(&cmp);
		est = &cmp.lines[0].est;
		if (cmp.cols[0].nr_boots != c->boots[0] ||
		    cmp.cols[1].nr_boots != c->boots[1] ||
		    est->blocks != c->blocks || est->pairs != c->pairs ||
		    est->unused != c->unused)
			fail_msg("%s, %s: %zu and %zu layouts, %zu blocks, %zu pairs, %zu unused",
				 c->sets[0], c->sets[1], cmp.cols[0].nr_boots,
				 cmp.cols[1].nr_boots, est->blocks, est->pairs,
				 est->unused);
		assert_string_equal(name_of_change(&cmp), c->change);
		comparison_free(&cmp);
	}
}

/* Kernels that were timed apart, one in pairs with the first and one not. */
static void one_of_two_in_pairs(void **state)
{
	struct comparison cmp = { 0 };

	(void)state;
	for (int k = 0; k < 4; k++) {
		add_boot_of(&cmp, "base", 3 * k, k, 'a', 100 + k);
		add_boot_of(&cmp, "pair", 3 * k + 1, k, 'a', 110 + k);
		add_boot_of(&cmp, "apart", 3 * k + 2, k, 'b', 120 + k);
	}
	comparison_build(&cmp);
	assert_true(are_pairs(&cmp, &cmp.cols[1]));
	assert_false(are_pairs(&cmp, &cmp.cols[2]));
	assert_int_equal(cmp.against[1][0].est.pairs, 4);
	assert_int_equal(cmp.against[2][0].est.pairs, 16);
	assert_string_equal(name_of_test(&cmp),
			    "a sign test of pairs, or a rank-sum test of layouts");
	comparison_free(&cmp);
}

/*
 * Of pairs the estimate is the median of their differences, and p that of a sign test,
 * here 2 x (1 + 5) / 2^5: with any other pairs it would not be.
 */
static void pairs_are_of_the_sign_test(void **state)
{
	static const double ns[] = { 100, 200, 400, 800, 1600 },
			    by[] = { 1.5, 1.1, 1.2, 0.7, 1.3 };
	struct comparison cmp = { 0 };
	const struct stats_estimate *est;

	(void)state;
	for (int k = 0; k < 5; k++) {
		add_boot(&cmp, "base", 2 * k, k, ns[k]);
		add_boot(&cmp, "new", 2 * k + 1, k, ns[k] * by[k]);
	}
	comparison_build(&cmp);
	est = &cmp.lines[0].est;
	assert_true(fabs(est->ratio - 1.2) < 1e-9);
	assert_true(fabs(est->p - 2 * 6 / 32.) < 1e-12);
	assert_true(est->exact);
	comparison_free(&cmp);
}

/* How far its others would be from it is not known, however many the other side has. */
static void one_layout_against_many(void **state)
{
	struct comparison cmp = { 0 };

	add_range(&cmp, "base", 0, 1, 60, 100);
	add_boot(&cmp, "new", 61, 101, 300);
	comparison_build(&cmp);
	assert_true(cmp.lines[0].est.p < 0.05);
	assert_verdict(&cmp.lines[0], "one against many", INCONCLUSIVE,
		       TALLY_UNKNOWN);
	assert_int_equal(cmp.lines[0].mde.is, STATS_MDE_UNATTAINABLE);
	comparison_free(&cmp);
}

/* Two boots of one layout, of which one had the core to itself for long enough. */
static void boots_of_a_shared_core(void **state)
{
	static const char lines[] =
		"[{\"type\": \"header\", \"tier\": \"native\", \"boot\": "
		"{\"index\": %d, \"block\": 1, \"layout\": 1, \"boot_id\": \"%d\"}}, "
		"{\"type\": \"disturbances\", \"scenario\": \"s\", \"op\": \"mmap\", "
		"\"of\": 11, \"shared\": [%s]}, "
		"{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", "
		"\"exact\": false, \"batches\": [%s,%s,7]}]";
	static const char *const shared[] = { "[0, 20]", "[0, 20], [1, 20]", "" };
	static const char *const five[] = { "9,9,9,9,9", "5,5,5,5,5",
					    "6,6,6,6,6" };
	struct comparison cmp = { 0 };

	for (int i = 0; i < 3; i++) {
		char *text = xasprintf(lines, i, i, shared[i], five[i], five[i]);

		add_record(&cmp, i == 2 ? "new" : "base", text);
		free(text);
	}
	comparison_build(&cmp);
	assert_string_equal(counted_as(&cmp), "layout");
	assert_false(cmp.cols[0].recs[0]->rows[0].shared);
	assert_true(cmp.cols[0].recs[1]->rows[0].shared);
	assert_true(cmp.lines[0].values[0] == 9);
	assert_true(cmp.lines[0].values[1] == 6);
	assert_int_equal(cmp.lines[0].boots[STATS_BASE], 1);
	comparison_free(&cmp);
}

/* Nobody knows how long it would have taken, and nothing is said of it. */
static void no_boot_is_left(void **state)
{
	struct comparison cmp = { 0 };
	static const char lines[] =
		"[{\"type\": \"header\", \"tier\": \"native\", \"boot\": "
		"{\"index\": %d, \"block\": 1, \"layout\": 1, \"boot_id\": \"%d\"}}, "
		"{\"type\": \"disturbances\", \"scenario\": \"s\", \"op\": \"mmap\", "
		"\"of\": 1, \"shared\": [%s]}, "
		"{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", "
		"\"exact\": false, \"batches\": [%d]}]";

	for (int i = 0; i < 2; i++) {
		char *text = xasprintf(lines, i, i, i ? "" : "[0, 20]", 5 + i);

		add_record(&cmp, i ? "new" : "base", text);
		free(text);
	}
	comparison_build(&cmp);
	assert_verdict(&cmp.lines[0], "no boot is left", INCONCLUSIVE,
		       TALLY_UNKNOWN);
	assert_true(isnan(cmp.lines[0].values[0]));
	assert_true(cmp.lines[0].values[1] == 6);
	comparison_free(&cmp);
}

/* Without a layout, as on metal, each boot counts. */
static void boots_without_layouts(void **state)
{
	struct comparison cmp = { 0 };

	for (int i = 0; i < 3; i++)
		add_record(&cmp, i ? "new" : "base",
			   i == 2 ? "[{\"type\": \"header\", \"tier\": \"metal\", "
				    "\"boot\": {\"index\": 2, \"boot_id\": \"c\"}}, {}]"
				  : "[{\"type\": \"header\", \"tier\": \"metal\", "
				    "\"boot\": {\"index\": 1, \"boot_id\": \"b\"}}, {}]");
	comparison_build(&cmp);
	assert_int_equal(cmp.cols[1].nr_boots, 2);
	comparison_free(&cmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_count_once),
		cmocka_unit_test(pairs_of_layouts),
		cmocka_unit_test(layouts_are_of_sets),
		cmocka_unit_test(one_of_two_in_pairs),
		cmocka_unit_test(pairs_are_of_the_sign_test),
		cmocka_unit_test(one_layout_says_nothing),
		cmocka_unit_test(one_layout_against_many),
		cmocka_unit_test(boots_of_a_shared_core),
		cmocka_unit_test(no_boot_is_left),
		cmocka_unit_test(boots_without_layouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
