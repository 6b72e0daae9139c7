// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be said about counts of two kernels: verdict, tally and exit status. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

/**
 * struct verdict_case - two records, and what follows
 * @name: what is different
 * @base: lines of the first column
 * @new: lines of the second
 * @verdict: of the first row
 * @tally: where that is counted
 * @status: exit status of the comparison
 * @repeat: lines of a second record of @new, or NULL
 * @differs: key that had to match, or NULL
 * @allow: key that may differ, or NULL
 * @absence: why @new has no number
 */
struct verdict_case {
	const char *name;
	const char *base;
	const char *new;
	enum verdict verdict;
	enum tally tally;
	enum status status;
	const char *repeat;
	const char *differs;
	const char *allow;
	enum absence absence;
};

/* clang-format off */
static const struct verdict_case cases[] = {
	{ .name = "the same count",
	  LINES({}), LINES({}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "one more, and fewer are better",
	  LINES({}), LINES({"batches": [101]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK },
	{ .name = "one less, and fewer are better",
	  LINES({}), LINES({"batches": [99]}),
	  EXACT_CHANGED, TALLY_BETTER, STATUS_OK },
	{ .name = "one more, and more are better",
	  LINES({"better": "higher"}), LINES({"better": "higher", "batches": [101]}),
	  EXACT_CHANGED, TALLY_BETTER, STATUS_OK },
	{ .name = "one less, and more are better",
	  LINES({"better": "higher"}), LINES({"better": "higher", "batches": [99]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK },
	{ .name = "one more, and neither is better",
	  LINES({"better": "neither"}), LINES({"better": "neither", "batches": [101]}),
	  EXACT_CHANGED, TALLY_OTHER, STATUS_OK },
	{ .name = "something where there was nothing",
	  LINES({"batches": [0]}), LINES({"batches": [1]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK },
	{ .name = "nothing in both",
	  LINES({"batches": [0]}), LINES({"batches": [0]}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "the same mean of other batches",
	  LINES({"batches": [100, 100]}), LINES({"batches": [99, 101]}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "one instruction in 2^52",
	  LINES({"batches": [4503599627370495]}), LINES({"batches": [4503599627370496]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK },

	{ .name = "another outcome, and the same count",
	  LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "outcome": "fragmented"}),
	  SHAPE_CHANGED, TALLY_SHAPE, STATUS_OK },
	{ .name = "VMAs that are left",
	  LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "vmas_after": 9}),
	  SHAPE_CHANGED, TALLY_SHAPE, STATUS_OK },
	{ .name = "VMAs that it began with",
	  LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "vmas_before": 9}),
	  SHAPE_CHANGED, TALLY_SHAPE, STATUS_OK },
	{ .name = "the VMAs of another number of operations say nothing",
	  LINES({}, {"type": "shape", "vmas_after": 9}),
	  LINES({}, {"type": "shape", "vmas_after": 5, "ops": 4}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "a shape that only one record has says nothing",
	  LINES({}, {"type": "shape"}), LINES({}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "the shape of another operation says nothing",
	  LINES({}, {"type": "shape", "op": "munmap"}),
	  LINES({}, {"type": "shape", "op": "munmap", "vmas_after": 9}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "rows that count VMAs",
	  LINES({"metric": "vmas", "unit": "VMAs", "pass": "shape"}),
	  LINES({"metric": "vmas", "unit": "VMAs", "pass": "shape", "batches": [9]}),
	  SHAPE_CHANGED, TALLY_SHAPE, STATUS_OK },
	{ .name = "a shape that no scenario declares",
	  LINES({}),
	  LINES({}, {"type": "shape", "outcome": "fragmented",
		     "expected": {"outcome": "merged", "result": "success",
				  "vmas_before": 1, "vmas_after": 1}}),
	  EXACT_SAME, TALLY_SAME, STATUS_UNSURE },

	{ .name = "the row is gone, and nobody says why",
	  LINES({}), LINES(),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "the row is new",
	  LINES(), LINES({}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "the scenario was skipped",
	  LINES({}), LINES({"type": "skip"}),
	  MISSING, TALLY_MISSING, STATUS_OK, .absence = ABSENT_SKIPPED },
	{ .name = "the metric was skipped",
	  LINES({}), LINES({"type": "skip", "reason": "insns unavailable: no plugin"}),
	  MISSING, TALLY_MISSING, STATUS_OK, .absence = ABSENT_SKIPPED },
	{ .name = "another metric was skipped",
	  LINES({}), LINES({"type": "skip", "reason": "latency unavailable: no clock"}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "a metric was skipped whose name it begins with",
	  LINES({"metric": "insns_irq"}),
	  LINES({"type": "skip", "reason": "insns unavailable: no plugin"}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "a metric was skipped whose name begins like it",
	  LINES({}), LINES({"type": "skip", "reason": "insns_irq unavailable: no plugin"}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "another scenario was skipped",
	  LINES({}), LINES({"type": "skip", "scenario": "t"}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "the operation failed",
	  LINES({}), LINES({"type": "failure"}),
	  NOW_FAILS, TALLY_WORSE, STATUS_UNSURE, .absence = ABSENT_FAILED },
	{ .name = "the scenario failed",
	  LINES({}), LINES({"type": "failure", "op": null}),
	  NOW_FAILS, TALLY_WORSE, STATUS_UNSURE, .absence = ABSENT_FAILED },
	{ .name = "another operation failed",
	  LINES({}), LINES({"type": "failure", "op": "munmap"}),
	  MISSING, TALLY_MISSING, STATUS_UNSURE },
	{ .name = "it failed in the first column only",
	  LINES({"type": "failure"}), LINES({}),
	  MISSING, TALLY_MISSING, STATUS_UNSURE },
	{ .name = "it failed, and was skipped",
	  LINES({}), LINES({"type": "skip"}, {"type": "failure"}),
	  NOW_FAILS, TALLY_WORSE, STATUS_UNSURE, .absence = ABSENT_FAILED },

	{ .name = "it failed, and there is a number all the same",
	  LINES({}), LINES({}, {"type": "failure"}),
	  EXACT_SAME, TALLY_SAME, STATUS_UNSURE, .absence = ABSENT_FAILED },
	{ .name = "it was skipped, and failed in a repeat",
	  LINES({}), LINES({"type": "skip"}),
	  NOW_FAILS, TALLY_WORSE, STATUS_UNSURE, .repeat = LINES({"type": "failure"}),
	  .absence = ABSENT_FAILED },

	{ .name = "a repeat is the same",
	  LINES({}), LINES({"batches": [101]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK, .repeat = LINES({"batches": [101]}) },
	{ .name = "a repeat has another count",
	  LINES({}), LINES({}),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .repeat = LINES({"batches": [101]}) },
	{ .name = "a repeat has the same mean of other batches",
	  LINES({"batches": [100, 100]}), LINES({"batches": [100, 100]}),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .repeat = LINES({"batches": [99, 101]}) },
	{ .name = "a repeat has its batches in another order",
	  LINES({"batches": [99, 101]}), LINES({"batches": [99, 101]}),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .repeat = LINES({"batches": [101, 99]}) },
	{ .name = "a repeat lacks the row",
	  LINES({}), LINES({}),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .repeat = LINES() },
	{ .name = "only a repeat has the row",
	  LINES({}), LINES(),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .repeat = LINES({}) },
	{ .name = "no repeat has the row",
	  LINES({}), LINES(),
	  MISSING, TALLY_MISSING, STATUS_OK, .repeat = LINES() },
	{ .name = "it failed in each repeat",
	  LINES({}), LINES({"type": "failure"}),
	  NOW_FAILS, TALLY_WORSE, STATUS_UNSURE, .repeat = LINES({"type": "failure"}),
	  .absence = ABSENT_FAILED },
	{ .name = "the runner has seen two runs that differ",
	  LINES({}), LINES({"type": "failure", "reason": "NONDETERMINISTIC: two runs"}),
	  NONDETERMINISTIC, TALLY_UNKNOWN, STATUS_UNSURE, .absence = ABSENT_FAILED },

	{ .name = "another version",
	  LINES({}), LINES({"version": "2"}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "version" },
	{ .name = "another version, which is allowed",
	  LINES({}), LINES({"version": "2"}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK, .allow = "version" },
	{ .name = "another pass",
	  LINES({}), LINES({"pass": "counts"}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "pass" },
	{ .name = "one of two passes is gone",
	  LINES({}, {"pass": "counts"}), LINES({}),
	  MISSING, TALLY_MISSING, STATUS_OK },
	{ .name = "another unit",
	  LINES({}), LINES({"unit": "insns"}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "unit" },
	{ .name = "another direction",
	  LINES({}), LINES({"better": "higher"}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "better" },
	{ .name = "a count, and a measurement",
	  LINES({}), LINES({"exact": false}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "exact" },
	{ .name = "other parameters",
	  LINES({"params": {"population": 100}}), LINES({"params": {"population": 101}}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "params" },
	{ .name = "parameters in one of them",
	  LINES({}), LINES({"params": {"population": 100}}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .differs = "params" },
	{ .name = "the same parameters",
	  LINES({"params": {"a": 1, "b": 2}}), LINES({"params": {"b": 2, "a": 1}}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "another set is no difference",
	  LINES({}), LINES({"set": "extended"}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "another number of operations is none",
	  LINES({"ops": 1, "batches": [100]}), LINES({"ops": 2, "batches": [200]}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },

	{ .name = "another CPU",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "host"}}, {}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA },
	{ .name = "another CPU, which is allowed",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "host"}}, {"batches": [101]}),
	  EXACT_CHANGED, TALLY_WORSE, STATUS_OK, .allow = "cpu" },
	{ .name = "another CPU, and something else is allowed",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "host"}}, {}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA, .allow = "version" },
	{ .name = "another CPU, and no row",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "host"}}),
	  MISSING, TALLY_MISSING, STATUS_DATA },
	{ .name = "a key that only the first has",
	  LINES({"type": "header", "env": {"cpu": "max", "qemu": "8.2"}}, {}), LINES({}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA },
	{ .name = "a key that only the second has",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "max", "qemu": "8.2"}}, {}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA },
	{ .name = "who does not say how it was linked was linked statically",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "max", "linking": "static"}}, {}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "a program that was linked otherwise",
	  LINES({}), LINES({"type": "header", "env": {"cpu": "max", "linking": "shared"}}, {}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA },
	{ .name = "another kernel in another column",
	  LINES({"type": "header", "kernel": {"release": "6.12", "build_id": "aa"}}, {}),
	  LINES({"type": "header", "kernel": {"release": "6.13", "build_id": "bb"}}, {}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK },
	{ .name = "another kernel in the same column",
	  LINES({}), LINES({}),
	  NOT_COMPARABLE, TALLY_UNKNOWN, STATUS_DATA,
	  .repeat = LINES({"type": "header", "kernel": {"release": "6.12", "version": "2"}}, {}) },
	{ .name = "another kernel in the same column, which is allowed",
	  LINES({}), LINES({}),
	  EXACT_SAME, TALLY_SAME, STATUS_OK, .allow = "build_id",
	  .repeat = LINES({"type": "header", "kernel": {"release": "6.12", "version": "2"}}, {}) },
};
/* clang-format on */

static void build(struct comparison *cmp, const struct verdict_case *c)
{
	*cmp = (struct comparison){ 0 };
	if (c->allow)
		comparison_allow(cmp, c->allow);
	add_record(cmp, "base", c->base);
	add_record(cmp, "new", c->new);
	if (c->repeat)
		add_record(cmp, "new", c->repeat);
	comparison_build(cmp);
}

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct verdict_case *c = &cases[i];
		const struct line *line;
		struct comparison cmp;

		build(&cmp, c);
		line = &cmp.lines[0];
		assert_verdict(line, c->name, c->verdict, c->tally);
		if (comparison_status(&cmp) != c->status)
			fail_msg("%s: exit status %d instead of %d", c->name,
				 comparison_status(&cmp), c->status);
		if (strcmp(line->differs ? line->differs : "",
			   c->differs ? c->differs : ""))
			fail_msg("%s: \"%s\" differs", c->name, line->differs);
		if (column_absence(&cmp.cols[1], line->key) != c->absence)
			fail_msg("%s: absence is \"%s\"", c->name,
				 absence_name(column_absence(&cmp.cols[1],
							     line->key)));
		assert_true(comparison_is_stable(&cmp));
		comparison_free(&cmp);
	}
}

/* clang-format off */
static const struct verdict_case changed = {
	.base = LINES({"batches": [80]}), .new = LINES({"batches": [100]}),
};
static const struct verdict_case from_nothing = {
	.base = LINES({"batches": [0]}), .new = LINES({"batches": [100]}),
};
static const struct verdict_case other_version = {
	.base = LINES({}), .new = LINES({"version": "2"}),
};
static const struct verdict_case gone = {
	.base = LINES({}), .new = LINES(),
};
static const struct verdict_case other_machine = {
	.base = LINES({"type": "header", "env": {"cpu": "max", "qemu": "8.2"}}, {}),
	.new = LINES({"type": "header", "env": {"cpu": "host", "ram": "1"}}, {}),
	.repeat = LINES({"type": "header", "tier": "kvm", "env": {"cpu": "host", "ram": "1"},
			 "kernel": {"release": "6.12", "build_id": "ff"}}, {}),
	.allow = "ram",
};
/* clang-format on */

/* What is not compared has no difference that could be shown. */
static void numbers(void **state)
{
	struct comparison cmp;

	(void)state;
	build(&cmp, &changed);
	assert_true(cmp.lines[0].diff == 20);
	assert_true(cmp.lines[0].ratio == 1.25);
	assert_true(count_got_worse(&cmp.lines[0]));
	comparison_free(&cmp);

	build(&cmp, &from_nothing);
	assert_true(cmp.lines[0].diff == 100);
	assert_true(isnan(cmp.lines[0].ratio));
	comparison_free(&cmp);

	build(&cmp, &other_version);
	assert_true(isnan(cmp.lines[0].diff));
	assert_true(isnan(cmp.lines[0].ratio));
	comparison_free(&cmp);

	build(&cmp, &gone);
	assert_true(cmp.lines[0].values[0] == 100);
	assert_true(isnan(cmp.lines[0].values[1]));
	assert_true(isnan(cmp.lines[0].diff));
	assert_false(count_got_worse(&cmp.lines[0]));
	comparison_free(&cmp);
}

static void assert_texts(char *const *texts, size_t nr,
			 const char *const *wanted, size_t nr_wanted)
{
	for (size_t i = 0; i < nr && i < nr_wanted; i++)
		assert_string_equal(texts[i], wanted[i]);
	assert_int_equal(nr, nr_wanted);
}

/* Each difference is said once, however many records have it. */
static void what_differs_in_env(void **state)
{
	static const char *const differ[] = {
		"cpu: \"max\" in base, \"host\" in new",
		"qemu: \"8.2\" in base, \"(none)\" in new",
		"tier: \"exact\" in base, \"kvm\" in new",
		"build_id: \"(none)\" and \"ff\" in new",
	};
	static const char *const allowed[] = {
		"ram: \"(none)\" in base, \"1\" in new",
	};
	struct comparison cmp;

	(void)state;
	build(&cmp, &other_machine);
	assert_texts(cmp.differ, cmp.nr_differ, differ, ARRAY_SIZE(differ));
	assert_texts(cmp.allowed, cmp.nr_allowed, allowed, ARRAY_SIZE(allowed));
	assert_true(key_is_known(&cmp, "ram"));
	assert_true(key_is_known(&cmp, "version"));
	assert_false(key_is_known(&cmp, "release"));
	comparison_free(&cmp);
}

/* The verdict on a column is not that on another one; one of them may be enough. */
static void three_columns(void **state)
{
	struct comparison cmp = { 0 };

	(void)state;
	add_record(&cmp, "base", LINES({}, { "op" : "munmap" }));
	add_record(&cmp, "patch1",
		   LINES({}, { "op" : "munmap", "version" : "2" }));
	add_record(&cmp, "patch2",
		   LINES({ "batches" : [7] }, { "op" : "munmap" }));
	comparison_build(&cmp);
	assert_int_equal(cmp.nr_lines, 2);
	assert_int_equal(cmp.against[1][0].verdict, EXACT_SAME);
	assert_int_equal(cmp.against[1][1].verdict, NOT_COMPARABLE);
	assert_int_equal(cmp.lines[0].verdict, EXACT_CHANGED);
	assert_int_equal(cmp.lines[1].verdict, EXACT_SAME);
	assert_ptr_equal(cmp.against[2], cmp.lines);
	assert_int_equal(comparison_status(&cmp), STATUS_DATA);
	comparison_free(&cmp);
}

/* By metric, in the order of every output, then by scenario and operation. */
static void order_of_lines(void **state)
{
	static const char *const wanted[] = {
		"s mmap insns",	    "s munmap insns",	"t mmap insns",
		"s mmap mem_loads", "s mmap a_new_one",
	};
	struct comparison cmp = { 0 };
	char text[80];

	(void)state;
	add_record(&cmp, "base",
		   LINES({ "metric" : "a_new_one" }, { "op" : "munmap" }, {}));
	add_record(&cmp, "new",
		   LINES({ "metric" : "mem_loads" }, { "scenario" : "t" }, {}));
	comparison_build(&cmp);
	assert_int_equal(cmp.nr_lines, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < cmp.nr_lines; i++) {
		const struct record_row *key = cmp.lines[i].key;

		snprintf(text, sizeof(text), "%s %s %s", key->scenario, key->op,
			 key->metric);
		assert_string_equal(text, wanted[i]);
	}
	assert_non_null(find_line(&cmp, "t", "mmap", METRIC_INSNS));
	assert_null(find_line(&cmp, "t", "munmap", METRIC_INSNS));
	assert_true(line_starts_op(&cmp, 0));
	assert_false(line_starts_op(&cmp, 3));
	comparison_free(&cmp);
}

/* A kernel that does not build is no broken input; a record that is none is. */
static void refused(void **state)
{
	struct comparison cmp = { 0 };

	(void)state;
	add_record(&cmp, "base", LINES({}));
	add_record(&cmp, "new", LINES({}));
	comparison_build(&cmp);
	assert_false(comparison_add_failed(&cmp, "x", "BUILD-FAILED.jsonl"));
	assert_int_equal(comparison_status(&cmp), STATUS_OK);
	assert_true(comparison_add_failed(&cmp, "x", "BUILD-FAILED: mm/vma.c:1"));
	assert_true(cmp.refused[0].stage_failed);
	assert_string_equal(cmp.refused[0].reason, "BUILD-FAILED: mm/vma.c:1");
	assert_int_equal(cmp.refused[0].place, 2);
	assert_int_equal(comparison_status(&cmp), STATUS_UNSURE);
	assert_int_not_equal(comparison_add(&cmp, "y", NULL, "/no/such.jsonl"),
			     0);
	assert_string_equal(cmp.refused[1].reason,
			    "such.jsonl: No such file or directory");
	assert_int_equal(comparison_status(&cmp), STATUS_DATA);
	comparison_free(&cmp);
}

/**
 * struct shape_case - two shapes, and how a reader is told
 * @base: of the first column
 * @new: of the second
 * @text: how they differ, or NULL
 * @result: results of operations differ
 * @consequence: it only finds what another operation has left
 */
struct shape_case {
	const char *base;
	const char *new;
	const char *text;
	bool result;
	bool consequence;
};

/* clang-format off */
static const struct shape_case shape_cases[] = {
	{ .base = LINES({}, {"type": "shape"}), LINES({}, {"type": "shape"}) },
	{ .base = LINES({}, {"type": "shape"}), LINES({}) },
	{ .base = LINES({}), LINES({}, {"type": "shape"}) },
	{ .base = LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "vmas_after": 200, "outcome": "fragmented"}),
	  .text = "1 VMA (merged) in base, 200 VMAs (fragmented) in new" },
	{ .base = LINES({}, {"type": "shape", "vmas_before": 8, "outcome": "removed"}),
	  LINES({}, {"type": "shape", "outcome": "removed"}),
	  .text = "8 to 1 VMA (removed) in base, 1 to 1 VMA (removed) in new",
	  .consequence = true },
	{ .base = LINES({}, {"type": "shape", "vmas_before": 8}),
	  LINES({}, {"type": "shape", "vmas_after": 2}),
	  .text = "8 to 1 VMA (merged) in base, 1 to 2 VMAs (merged) in new" },
	{ .base = LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "outcome": "failed:EINVAL"}),
	  .text = "1 VMA (merged) in base, 1 VMA (failed:EINVAL) in new", .result = true },
	{ .base = LINES({}, {"type": "shape"}),
	  LINES({}, {"type": "shape", "outcome": "succeeded"}),
	  .text = "1 VMA (merged) in base, 1 VMA (succeeded) in new", .result = true },
	{ .base = LINES({}, {"type": "shape", "outcome": "failed:ENOMEM"}),
	  LINES({}, {"type": "shape", "outcome": "failed:EINVAL"}),
	  .text = "1 VMA (failed:ENOMEM) in base, 1 VMA (failed:EINVAL) in new", .result = true },
	{ .base = LINES({}, {"type": "shape", "outcome": "failed:EINVAL", "vmas_before": 2}),
	  LINES({}, {"type": "shape", "outcome": "succeeded"}),
	  .text = "2 to 1 VMA (failed:EINVAL) in base, 1 to 1 VMA (succeeded) in new",
	  .result = true },
	{ .base = LINES({}, {"type": "shape", "outcome": "failed:EINVAL"}),
	  LINES({}, {"type": "shape", "outcome": "failed:EINVAL", "vmas_after": 2}),
	  .text = "1 VMA (failed:EINVAL) in base, 2 VMAs (failed:EINVAL) in new" },
};
/* clang-format on */

static void shapes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shape_cases); i++) {
		const struct shape_case *c = &shape_cases[i];
		struct comparison cmp = { 0 };
		const struct line *line;
		char *text;

		add_record(&cmp, "base", c->base);
		add_record(&cmp, "new", c->new);
		comparison_build(&cmp);
		line = &cmp.lines[0];
		text = shape_change(&cmp, line);
		assert_string_equal(text ? text : "", c->text ? c->text : "");
		assert_int_equal(!!text, line->verdict == SHAPE_CHANGED);
		assert_int_equal(result_changed(&cmp, line), c->result);
		assert_int_equal(shape_is_consequence(&cmp, line),
				 c->consequence);
		free(text);
		comparison_free(&cmp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(numbers),
		cmocka_unit_test(what_differs_in_env),
		cmocka_unit_test(three_columns),
		cmocka_unit_test(order_of_lines),
		cmocka_unit_test(refused),
		cmocka_unit_test(shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
