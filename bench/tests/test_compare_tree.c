// SPDX-License-Identifier: GPL-2.0-or-later
/* Two kernels at equal layouts of the maple tree. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

#define ENTRIES 16
#define DEPTHS 2

/* What the layouts of a record cost, and the row beside them. */
struct tree_of {
	double row;
	double (*cost)(const struct tree_layout *at);
	const char *more; /* lines */
};

static char *layout_line(const struct tree_layout *at, double insns, int splits)
{
	return xasprintf(", {\"type\": \"layout\", \"layout\": {\"depth\": %d, \"slot\": %d, \"entries\": %d, \"behind\": %s}, \"totals\": {\"insns\": %.0f, \"maple_stores\": 8, \"node_splits\": %d}}",
			 (int)at->depth, (int)at->slot, (int)at->entries,
			 at->behind ? "true" : "false", 8 * insns, splits);
}

/* Fills 9 to 16, the window at three places, in two depths, with a gap and without. */
static void add_trees(struct comparison *cmp, const char *column,
		      const struct tree_of *of)
{
	char *text = xasprintf("[{\"batches\": [%g]}%s", of->row,
			       of->more ? of->more : ""),
	     *line;

	for (int n = 0; n < DEPTHS * 8 * 3 * 2; n++) {
		struct tree_layout at = {
			.depth = 2 + n % DEPTHS,
			.entries = 9 + n / DEPTHS % 8,
			.behind = n / (DEPTHS * 8) % 2,
		};

		at.slot = n / (DEPTHS * 8 * 2) * (at.entries - 1) / 2;
		line = layout_line(&at, of->cost(&at), at.entries == ENTRIES);
		join_text(&text, "", "%s", line);
		free(line);
	}
	join_text(&text, "", "]");
	add_record(cmp, column, text);
	free(text);
}

static void compare(struct comparison *cmp, const struct tree_of *base,
		    const struct tree_of *new)
{
	*cmp = (struct comparison){ 0 };
	add_trees(cmp, "base", base);
	add_trees(cmp, "new", new);
	comparison_build(cmp);
}

static double by_fill(const struct tree_layout *at)
{
	return 4000 + 10 * (double)at->entries + 5 * (double)at->slot;
}

static double less_if_room(const struct tree_layout *at)
{
	return by_fill(at) * (at->entries == ENTRIES ? 0.83 : 0.57);
}

/* Directly behind another VMA in a full leaf is a third group. */
static double less_at_a_corner(const struct tree_layout *at)
{
	return by_fill(at) * (at->entries < ENTRIES ? 0.57
			      : at->behind	    ? 0.29
						    : 0.83);
}

/* What is appended in the last slot spans two leaves. */
static double less_before_the_end(const struct tree_layout *at)
{
	if (at->slot == at->entries - 1)
		return by_fill(at) * 0.85;
	return by_fill(at) * (at->entries == ENTRIES ? 0.3 : 0.57);
}

static double less_where_deep(const struct tree_layout *at)
{
	return by_fill(at) * (at->depth == 3 ? 0.7 : 0.9);
}

/* As often one as the other, and nothing that is known of a layout tells which. */
static double less_by_chance(const struct tree_layout *at)
{
	int hash = (int)(at->entries * 7 + at->slot * 3 + at->depth * 5 +
			 at->behind) %
		   11;

	return by_fill(at) * (0.5 + 0.04 * hash);
}

static double more_mostly(const struct tree_layout *at)
{
	return by_fill(at) + (at->entries < 12 ? -40 : 25);
}

static double more_everywhere(const struct tree_layout *at)
{
	return by_fill(at) + 18;
}

static const struct tree_change *change_of(const struct comparison *cmp)
{
	const struct tree_op *op = find_tree(cmp, 1, "s", "mmap");

	assert_non_null(op);
	assert_int_equal(op->nr_pairs, 96);
	return find_tree_change(op, METRIC_INSNS);
}

static void groups_are_named(void **state)
{
	static const struct {
		double (*cost)(const struct tree_layout *at);
		const char *names[3];
	} cases[] = {
		{ less_if_room, { "leaf with room", "leaf full" } },
		{ less_at_a_corner,
		  { "leaf full behind another VMA", "leaf with room",
		    "leaf full after a gap" } },
		{ less_before_the_end,
		  { "leaf full before the last slot",
		    "leaf with room before the last slot", "in the last slot" } },
		{ less_where_deep, { "depth 3", "depth 2" } },
		{ less_by_chance, { NULL } },
		{ more_everywhere, { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct tree_of base = { 5000, by_fill, NULL };
		const struct tree_of new = { 4000, cases[i].cost, NULL };
		const struct tree_change *change;
		struct comparison cmp;
		size_t nr = 0;

		compare(&cmp, &base, &new);
		change = change_of(&cmp);
		while (nr < 3 && cases[i].names[nr])
			nr++;
		assert_int_equal(change->nr_groups, nr);
		for (size_t g = 0; g < nr; g++) {
			assert_string_equal(change->groups[g].name,
					    cases[i].names[g]);
			if (g)
				assert_true(change->groups[g].ratio.low >
					    change->groups[g - 1].ratio.high);
		}
		comparison_free(&cmp);
	}
}

static void numbers_of_layouts(void **state)
{
	const struct tree_of base = { 5000, by_fill, NULL };
	const struct tree_of new = { 5018, more_everywhere, NULL };
	const struct tree_change *change;
	struct comparison cmp;

	(void)state;
	compare(&cmp, &base, &new);
	change = change_of(&cmp);
	assert_int_equal(change->nr, 96);
	assert_int_equal(change->more, 96);
	assert_int_equal(change->less, 0);
	assert_int_equal(tree_worse(change), 96);
	assert_int_equal(tree_better(change), 0);
	assert_true(change->diff.low == 18 && change->diff.high == 18 &&
		    change->diff.median == 18);
	assert_true(change->base.low == 4090 && change->base.high == 4235);
	assert_true(change->ratio.high == 4108. / 4090);
	/* Stores are the same, and lines were not counted. */
	change = find_tree_change(find_tree(&cmp, 1, "s", "mmap"),
				  METRIC_MAPLE_STORES);
	assert_int_equal(change->equal, 96);
	assert_null(find_tree_change(find_tree(&cmp, 1, "s", "mmap"),
				     METRIC_LATENCY));
	assert_null(find_tree(&cmp, 1, "s", "munmap"));
	assert_verdict(&cmp.lines[0], "the row", EXACT_CHANGED, TALLY_WORSE);
	assert_ptr_equal(cmp.lines[0].tree, change_of(&cmp));
	comparison_free(&cmp);
}

/* The function that all of a row is in, and its code, where that is known. */
static char *function_lines(const char *more, double insns, int loads,
			    const char *code)
{
	char *text =
		xasprintf("%s, {\"type\": \"functions\", \"scenario\": \"s\", \"version\": \"1\", \"op\": \"mmap\", \"region\": \"op\", \"class\": \"task\", \"ops\": 1, \"functions\": [[\"mas_walk\", %.0f, 1, %d, 0]]}",
			  more, insns, loads);

	if (code)
		join_text(&text, "",
			  ", {\"type\": \"code\", \"functions\": [[\"mas_walk\", \"%s\"]]}",
			  code);
	return text;
}

/* What a row is called, by its own change and that of the layouts. */
static void layouts_and_a_row(void **state)
{
	static const struct {
		const char *of;
		double (*cost)(const struct tree_layout *at);
		double row;
		enum verdict verdict;
		enum tally tally;
		const char *code;
	} cases[] = {
		{ "moved, and no layout", by_fill, 5030, LAYOUT, TALLY_OTHER,
		  "0a" },
		/* What comes with the number of operations is at no layout. */
		{ "moved by code, and no layout", by_fill, 5030, EXACT_CHANGED,
		  TALLY_WORSE, "0b" },
		{ "moved, and it is not known by what", by_fill, 5030,
		  EXACT_CHANGED, TALLY_WORSE, NULL },
		{ "nothing moved", by_fill, 5000, EXACT_SAME, TALLY_SAME, NULL },
		{ "less, as all layouts", less_if_room, 3000, EXACT_CHANGED,
		  TALLY_BETTER, NULL },
		{ "less, and more at most layouts", more_mostly, 4990,
		  LAYOUT_DEPENDENT, TALLY_WORSE, NULL },
		{ "more, and at most layouts", more_mostly, 5010, EXACT_CHANGED,
		  TALLY_WORSE, NULL },
		{ "more, and less at all layouts", less_if_room, 5010,
		  LAYOUT_DEPENDENT, TALLY_UNKNOWN, NULL },
		{ "equal, and more at all layouts", more_everywhere, 5000,
		  LAYOUT_DEPENDENT, TALLY_WORSE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *from = function_lines("", 5000, 0, "0a");
		char *to = function_lines("", cases[i].row, 0, cases[i].code);
		const struct tree_of base = { 5000, by_fill, from };
		const struct tree_of new = { cases[i].row, cases[i].cost, to };
		struct comparison cmp;

		compare(&cmp, &base, &new);
		free(from);
		free(to);
		assert_verdict(&cmp.lines[0], cases[i].of, cases[i].verdict,
			       cases[i].tally);
		comparison_free(&cmp);
	}
}

#define LOADS(n)                                                         \
	", {\"metric\": \"mem_loads\", \"unit\": \"loads/op\", "         \
	"\"batches\": [" #n "]}, {\"metric\": \"left_vmas\", \"unit\": " \
	"\"VMAs/op\", \"batches\": [" #n "]}"

/* Loads are not counted at layouts: they go by the instructions. A leak does not. */
static void other_rows(void **state)
{
	static const struct {
		double insns;
		enum verdict loads;
	} cases[] = { { 5030, LAYOUT }, { 5000, EXACT_CHANGED } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *from = function_lines(LOADS(1), 5000, 1, "0a");
		char *to = function_lines(LOADS(2), cases[i].insns, 2, "0a");
		const struct tree_of base = { 5000, by_fill, from };
		const struct tree_of new = { cases[i].insns, by_fill, to };
		struct comparison cmp;

		compare(&cmp, &base, &new);
		free(from);
		free(to);
		assert_verdict(find_line(&cmp, "s", "mmap", METRIC_MEM_LOADS),
			       "loads", cases[i].loads,
			       i ? TALLY_WORSE : TALLY_OTHER);
		assert_verdict(find_line(&cmp, "s", "mmap", METRIC_LEFT_VMAS),
			       "a leak", EXACT_CHANGED, TALLY_WORSE);
		comparison_free(&cmp);
	}
}

#define ONE(depth, ops, totals)                                               \
	", {\"type\": \"layout\", \"ops\": " #ops                             \
	", \"layout\": {\"depth\": " #depth ", \"slot\": 1, \"entries\": 9, " \
	"\"behind\": false}, \"totals\": {" totals "}}"
#define RECORD(layouts) "[{\"batches\": [5000]}" layouts "]"

/* Those that one kernel alone was measured at are counted, and compare nothing. */
static void without_a_pair(void **state)
{
	struct comparison cmp = { 0 };
	const struct tree_op *op;

	(void)state;
	add_record(&cmp, "base",
		   RECORD(ONE(1, 8, "\"insns\": 800") ONE(2, 8, "\"insns\": 880")
				  ONE(3, 8, "\"maple_stores\": 8")));
	add_record(&cmp, "new",
		   RECORD(ONE(2, 4, "\"insns\": 440") ONE(3, 8, "\"insns\": 4")
				  ONE(4, 8, "\"insns\": 8")
					  ONE(5, 8, "\"insns\": 8")));
	comparison_build(&cmp);
	op = find_tree(&cmp, 1, "s", "mmap");
	assert_non_null(op);
	assert_int_equal(op->nr_pairs, 2);
	assert_int_equal(op->only_base, 1);
	assert_int_equal(op->only_new, 2);
	/* Of one pair only both have instructions, and per operation they are equal. */
	assert_int_equal(op->nr_changes, 1);
	assert_int_equal(op->changes[0].nr, 1);
	assert_int_equal(op->changes[0].equal, 1);
	assert_int_equal(op->changes[0].nr_groups, 0);
	comparison_free(&cmp);
}

/* At the only layout that both have it costs the same: of the others, nothing is known. */
static void most_without_a_pair(void **state)
{
	struct comparison cmp = { 0 };

	(void)state;
	add_record(&cmp, "base",
		   "[{\"batches\": [5000]}" ONE(1, 8, "\"insns\": 800")
			   ONE(2, 8, "\"insns\": 880") "]");
	add_record(&cmp, "new",
		   "[{\"batches\": [5030]}" ONE(2, 8, "\"insns\": 880")
			   ONE(3, 8, "\"insns\": 8000") "]");
	comparison_build(&cmp);
	assert_int_equal(find_tree(&cmp, 1, "s", "mmap")->nr_pairs, 1);
	assert_verdict(&cmp.lines[0], "the row", EXACT_CHANGED, TALLY_WORSE);
	comparison_free(&cmp);
}

/* A repeat that is not the same at a layout is as bad as one of a row. */
static void repeats_differ(void **state)
{
	struct comparison cmp = { 0 };

	(void)state;
	add_record(&cmp, "base", RECORD(ONE(2, 8, "\"insns\": 800")));
	add_record(&cmp, "base", RECORD(ONE(2, 8, "\"insns\": 801")));
	add_record(&cmp, "new", RECORD(ONE(2, 8, "\"insns\": 800")));
	comparison_build(&cmp);
	assert_verdict(&cmp.lines[0], "a row", NONDETERMINISTIC, TALLY_UNKNOWN);
	comparison_free(&cmp);
}

static void words_for_layouts(void **state)
{
	const struct tree_layout at = { .depth = 2, .entries = 12, .slot = 5 },
				 behind = { .depth = 3,
					    .entries = 16,
					    .behind = true };
	char *text[] = {
		tree_layout_text(&at),
		tree_layout_text(&behind),
		tree_layout_short(&at),
		tree_layout_short(&behind),
	};
	static const char *const expected[] = {
		"depth 2, slot 5 of 12",
		"depth 3, slot 0 of 16, behind another VMA",
		"d2-s5-e12",
		"d3-s0-e16-b",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		assert_string_equal(text[i], expected[i]);
		free(text[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_named),
		cmocka_unit_test(numbers_of_layouts),
		cmocka_unit_test(layouts_and_a_row),
		cmocka_unit_test(other_rows),
		cmocka_unit_test(without_a_pair),
		cmocka_unit_test(most_without_a_pair),
		cmocka_unit_test(repeats_differ),
		cmocka_unit_test(words_for_layouts),
	};

	return cmocka_run_group_tests_name("compare_tree", tests, NULL, NULL);
}
