// SPDX-License-Identifier: GPL-2.0-or-later
/* A series: what it is about, and which of its commits moved a row. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

/* Columns a, b, c ... of these records, up to NULL. */
static void build(struct comparison *cmp, const char *const *records)
{
	static const char *const names[] = { "a", "b", "c", "d", "e",
					     "f", "g", "h", "i" };

	*cmp = (struct comparison){ 0 };
	for (size_t c = 0; records[c]; c++) {
		assert_true(c < ARRAY_SIZE(names));
		add_record(cmp, names[c], records[c]);
	}
	comparison_build(cmp);
}

/* clang-format off */
/**
 * struct about_case - what the last column says of its series
 * @name: what is different
 * @records: of the columns
 * @headline: scenario and operation that is named first, "" for none
 * @base: column that bills start from
 * @operations: those that the comparison is about
 */
static const struct about_case {
	const char *name;
	const char *records[4];
	const char *headline;
	size_t base;
	const char *operations;
} about_cases[] = {
	{ "nothing is said, and one row has changed",
	  { LINES({}, {"op": "munmap"}), LINES({}, {"op": "munmap", "batches": [101]}) },
	  "s munmap", 0, "munmap()" },
	{ "what changed most, by its ratio, in either direction",
	  { LINES({}, {"op": "munmap"}, {"op": "mremap"}),
	    LINES({"batches": [150]}, {"op": "munmap", "batches": [50]}, {"op": "mremap"}) },
	  "s munmap", 0, "mmap() and munmap()" },
	{ "nothing has changed",
	  { LINES({}, {"op": "munmap"}), LINES({}, {"op": "munmap"}) },
	  "", 0, "mmap() and munmap()" },
	{ "what is not measured in the end is not the largest change",
	  { LINES({}, {"op": "munmap"}), LINES({"batches": [101]}) },
	  "s mmap", 0, "mmap()" },
	{ "nor is what there was nothing of",
	  { LINES({"batches": [0]}, {"op": "munmap"}),
	    LINES({"batches": [9]}, {"op": "munmap", "batches": [101]}) },
	  "s munmap", 0, "mmap() and munmap()" },
	{ "another metric is no cost",
	  { LINES({"metric": "mem_loads"}), LINES({"metric": "mem_loads", "batches": [9]}) },
	  "", 0, "mmap()" },
	{ "the extended set is not what it is about",
	  { LINES({}, {"op": "mremap", "set": "extended"}),
	    LINES({"batches": [101]}, {"op": "mremap", "set": "extended", "batches": [900]}) },
	  "s mmap", 0, "mmap()" },
	{ "the set mm is, as the primary one is",
	  { LINES({}, {"op": "mremap", "set": "mm"}),
	    LINES({"batches": [101]}, {"op": "mremap", "set": "mm", "batches": [900]}) },
	  "s mremap", 0, "mmap() and mremap()" },
	{ "unless there is no other",
	  { LINES({"set": "extended"}), LINES({"set": "extended", "batches": [900]}) },
	  "s mmap", 0, "mmap()" },
	{ "many operations",
	  { LINES({}, {"op": "b"}, {"op": "c"}, {"op": "d"}),
	    LINES({"batches": [1]}, {"op": "b", "batches": [2]}, {"op": "c", "batches": [3]},
		  {"op": "d", "batches": [4]}) },
	  "s mmap", 0, "b(), c() and 2 more operations" },
	{ "three are named",
	  { LINES({"op": "a"}, {"op": "b"}, {"op": "c"}),
	    LINES({"op": "a"}, {"op": "b"}, {"op": "c"}) },
	  "", 0, "a(), b() and c()" },
	{ "the headline, though another row has changed more",
	  { LINES({}, {"op": "munmap"}),
	    LINES({"type": "header", "series": {"headline": [{"scenario": "s", "op": "mmap"}]}},
		  {}, {"op": "munmap", "batches": [900]}) },
	  "s mmap", 0, "munmap()" },
	{ "the second headline, where the first was not measured",
	  { LINES({}, {"op": "munmap"}),
	    LINES({"type": "header", "series": {"headline": [
			{"scenario": "t", "op": "mmap"}, {"scenario": "s", "op": "mmap"},
			{"scenario": "s", "op": "munmap"}]}},
		  {"op": "munmap", "batches": [900]}) },
	  "s munmap", 0, "munmap()" },
	{ "a headline that the first column lacks",
	  { LINES({"op": "munmap"}),
	    LINES({"type": "header", "series": {"headline": [{"scenario": "s", "op": "mmap"}]}},
		  {}, {"op": "munmap", "batches": [101]}) },
	  "s munmap", 0, "munmap()" },
	{ "the stage that it was written against",
	  { LINES({}), LINES({}),
	    LINES({"type": "header", "series": {"title": "x", "base": "b"}}, {}) },
	  "", 1, "mmap()" },
	{ "a base that is no column",
	  { LINES({}), LINES({}),
	    LINES({"type": "header", "series": {"title": "x", "base": "z"}}, {}) },
	  "", 0, "mmap()" },
	{ "the last column is no base",
	  { LINES({}), LINES({}),
	    LINES({"type": "header", "series": {"title": "x", "base": "c"}}, {}) },
	  "", 0, "mmap()" },
	{ "of two that say so, the last one counts",
	  { LINES({}), LINES({"type": "header", "series": {"title": "x", "base": "a"}}, {}),
	    LINES({"type": "header", "series": {"title": "y", "base": "b"}}, {}) },
	  "", 1, "mmap()" },
};
/* clang-format on */

static void about(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(about_cases); i++) {
		const struct about_case *c = &about_cases[i];
		const struct line *line;
		struct comparison cmp;
		char *headline, *operations;

		build(&cmp, c->records);
		line = headline_line(&cmp);
		headline = line ? xasprintf("%s %s", line->key->scenario,
					    line->key->op)
				: xasprintf("%s", "");
		operations = operations_text(&cmp);
		if (strcmp(headline, c->headline) ||
		    strcmp(operations, c->operations) || cmp.bill_base != c->base)
			fail_msg("%s: \"%s\", \"%s\", base %zu", c->name,
				 headline, operations, cmp.bill_base);
		assert_int_equal(series_base(&cmp), c->base);
		free(headline);
		free(operations);
		comparison_free(&cmp);
	}
}

/* clang-format off */
/* As many columns are not readable side by side; d and h move something. */
static const char *const commits[] = {
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}},
	      {}, {"op": "munmap"}, {"metric": "mem_loads"}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}},
	      {}, {"op": "munmap"}, {"metric": "mem_loads"}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "2"}},
	      {}, {"op": "munmap"}, {"metric": "mem_loads"}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "3"}},
	      {"batches": [101]}, {"op": "munmap", "batches": [120]},
	      {"metric": "mem_loads", "batches": [900]}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "4"}},
	      {"batches": [101]}, {"op": "munmap", "batches": [120]},
	      {"metric": "mem_loads", "batches": [900]}),
	LINES({"type": "header", "kernel": {"release": "6.12"}},
	      {"batches": [101]}, {"op": "munmap", "batches": [120]},
	      {"metric": "mem_loads", "batches": [900]}),
	LINES({"type": "header", "kernel": {"release": "6.12"}},
	      {"batches": [101]}, {"op": "munmap", "batches": [120]},
	      {"metric": "mem_loads", "batches": [900]}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "5"}},
	      {"batches": [101]}, {"type": "failure", "op": "munmap"},
	      {"metric": "mem_loads", "batches": [900]}),
	LINES({"type": "header", "kernel": {"release": "6.12", "code": "5"}},
	      {"batches": [101]}, {"type": "failure", "op": "munmap"},
	      {"metric": "mem_loads", "batches": [900]}),
	NULL,
};
/* clang-format on */

static void moved(void **state)
{
	static const char *const shown[] = { "a", "d", "h", "i" };
	struct comparison cmp;
	size_t identical;

	(void)state;
	build(&cmp, commits);
	assert_non_null(cmp.moved);
	assert_int_equal(cmp.shown->nr_cols, ARRAY_SIZE(shown));
	for (size_t c = 0; c < ARRAY_SIZE(shown); c++)
		assert_string_equal(cmp.shown->cols[c].name, shown[c]);
	assert_ptr_equal(cmp.shown->whole, &cmp);

	/* Of the three rows, one that is shown, and of those the largest change. */
	assert_int_equal(cmp.moved[3].nr, 3);
	assert_string_equal(cmp.moved[3].most->op, "munmap");
	assert_int_equal(cmp.moved[3].most->metric_id, METRIC_INSNS);
	assert_true(cmp.moved[3].from == 100);
	assert_true(cmp.moved[3].to == 120);

	assert_int_equal(cmp.moved[7].nr, 1);
	assert_true(cmp.moved[7].from == 120);
	assert_true(isnan(cmp.moved[7].to));
	assert_int_equal(cmp.moved[7].to_absent, ABSENT_FAILED);
	assert_int_equal(cmp.moved[7].from_absent, ABSENT_UNTOLD);

	assert_int_equal(cmp.moved[4].nr, 0);
	assert_int_equal(count_unmoved(&cmp, &identical), 6);
	assert_int_equal(identical, 2);
	assert_int_equal(count_unmoved(cmp.shown, &identical), 6);

	/* Who says nothing of his code has that of nobody. */
	assert_string_equal(code_twin(&cmp, 1), "a");
	assert_null(code_twin(&cmp, 0));
	assert_null(code_twin(&cmp, 2));
	assert_null(code_twin(&cmp, 6));
	assert_string_equal(code_twin(cmp.shown, 3), "h");
	assert_null(code_twin(cmp.shown, 2));
	comparison_free(&cmp);
}

/* A change of the shape comes first, though it moves no instruction. */
static void what_is_told(void **state)
{
	/* clang-format off */
	const char *const before = LINES({}, {"op": "munmap", "set": "extended"},
		{"metric": "vmas", "unit": "VMAs", "pass": "shape", "better": "neither",
		 "batches": [1]}, {"type": "shape"});
	const char *const after = LINES({}, {"op": "munmap", "set": "extended", "batches": [9]},
		{"metric": "vmas", "unit": "VMAs", "pass": "shape", "better": "neither",
		 "batches": [9]}, {"type": "shape", "vmas_after": 9});
	const char *const last = LINES({"batches": [99]},
		{"op": "munmap", "set": "extended", "batches": [1]},
		{"metric": "vmas", "unit": "VMAs", "pass": "shape", "better": "neither",
		 "batches": [9]}, {"type": "shape", "vmas_after": 9});
	/* clang-format on */
	const char *const records[] = { before, before, before, before,
					before, after,	last,	NULL };
	struct comparison cmp;

	(void)state;
	build(&cmp, records);
	assert_int_equal(cmp.moved[5].nr, 2);
	assert_int_equal(cmp.moved[5].most->metric_id, METRIC_VMAS);
	/* The primary set before the extended one, which has changed more. */
	assert_int_equal(cmp.moved[6].nr, 2);
	assert_string_equal(cmp.moved[6].most->op, "mmap");
	comparison_free(&cmp);
}

static void few_commits(void **state)
{
	const char *const records[] = { commits[0], commits[1], commits[2],
					commits[3], commits[4], commits[5],
					NULL };
	struct comparison cmp;
	size_t identical;

	(void)state;
	build(&cmp, records);
	assert_null(cmp.moved);
	assert_ptr_equal(cmp.shown, &cmp);
	assert_int_equal(count_unmoved(&cmp, &identical), 0);
	comparison_free(&cmp);
}

/* clang-format off */
/**
 * struct twin_case - a kernel, and one that is said to have the same code
 * @name: what is different
 * @base: record of the first
 * @new: and of the second
 * @nr: rows that contradict it
 */
static const struct twin_case {
	const char *name;
	const char *base;
	const char *new;
	size_t nr;
} twin_cases[] = {
	{ "the same code, the same counts",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}), 0 },
	{ "the same code, another count",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}},
		{"batches": [101]}), 1 },
	{ "other code, another count",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "2"}},
		{"batches": [101]}), 0 },
	{ "the same code, measured by another program",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"},
		 "suite": {"revision": "2"}}, {"batches": [101]}), 0 },
	{ "the same code, measured with another seed",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"},
		 "boot": {"seed": 2}}, {"batches": [101]}), 0 },
	{ "the same code, a measurement with noise",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}},
		{"exact": false}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}},
		{"exact": false, "batches": [101]}), 0 },
	{ "the same code, a row that is gone",
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.12", "code": "1"}}), 0 },
};
/* clang-format on */

static void twins(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(twin_cases); i++) {
		const struct twin_case *c = &twin_cases[i];
		struct comparison cmp = { 0 };
		size_t nr;

		add_record(&cmp, "base", c->base);
		add_record(&cmp, "new", c->new);
		comparison_build(&cmp);
		free(contradictions(&cmp, 1, &nr));
		if (nr != c->nr)
			fail_msg("%s: %zu rows", c->name, nr);
		assert_int_equal(comparison_status(&cmp),
				 nr ? STATUS_UNSURE : STATUS_OK);
		free(contradictions(&cmp, 0, &nr));
		assert_int_equal(nr, 0);
		comparison_free(&cmp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(about),	cmocka_unit_test(moved),
		cmocka_unit_test(what_is_told), cmocka_unit_test(few_commits),
		cmocka_unit_test(twins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
