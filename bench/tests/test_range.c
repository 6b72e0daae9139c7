// SPDX-License-Identifier: GPL-2.0-or-later
/* Which commit of a range moved a row, and what the file stages says of commits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "range/parts.h"

#define COMMITS_MAX 16
#define STEPS_MAX 8

/* A step as it is expected: kind, commit, since, and the values of one that moved. */
struct want {
	enum range_step_kind kind;
	size_t commit;
	size_t since;
	double from;
	double to;
};

/* clang-format off */
/**
 * struct step_case - a row over some commits
 * @name: what is different
 * @row: a word for each commit: a value, "!": a value that cannot be compared with those
 *	before, "x": no record, "f": it failed, "s": it was skipped, "-": it is not there
 * @steps: what is found, up to the first of commit 0
 */
static const struct step_case {
	const char *name;
	const char *row;
	struct want steps[STEPS_MAX];
} step_cases[] = {
	{ "nothing moves", "5 5 5 5", { { 0 } } },
	{ "one record", "5", { { 0 } } },
	{ "no record", "x x x", { { 0 } } },
	{ "the last one moves it", "5 5 6", { { STEP_MOVED, 2, 1, 5, 6 } } },
	{ "the first one after the base", "5 4 4", { { STEP_MOVED, 1, 0, 5, 4 } } },
	{ "there and back", "5 6 5",
	  { { STEP_MOVED, 1, 0, 5, 6 }, { STEP_MOVED, 2, 1, 6, 5 } } },
	{ "each of them", "1 2 3 4",
	  { { STEP_MOVED, 1, 0, 1, 2 }, { STEP_MOVED, 2, 1, 2, 3 },
	    { STEP_MOVED, 3, 2, 3, 4 } } },
	{ "from nothing", "0 1", { { STEP_MOVED, 1, 0, 0, 1 } } },
	{ "a hole that hides nothing", "5 x 5", { { 0 } } },
	{ "a step in a hole", "5 x x 6", { { STEP_MOVED, 3, 0, 5, 6 } } },
	{ "a step before a hole", "5 6 x 6", { { STEP_MOVED, 1, 0, 5, 6 } } },
	{ "a step behind a hole and the record after it", "5 x 5 6",
	  { { STEP_MOVED, 3, 2, 5, 6 } } },
	{ "holes at both ends", "x 5 6 x", { { STEP_MOVED, 2, 1, 5, 6 } } },
	{ "it comes", "- - 5 5", { { STEP_APPEARED, 2, 1, 0, 0 } } },
	{ "it comes behind a hole", "- x 5", { { STEP_APPEARED, 2, 0, 0, 0 } } },
	{ "it goes", "5 5 - -", { { STEP_VANISHED, 2, 1, 0, 0 } } },
	{ "it is skipped", "5 s s", { { STEP_SKIPPED, 1, 0, 0, 0 } } },
	{ "it fails once", "5 f 5",
	  { { STEP_FAILED, 1, 0, 0, 0 }, { STEP_BACK, 2, 1, 0, 0 } } },
	{ "it fails for long", "5 f f f", { { STEP_FAILED, 1, 0, 0, 0 } } },
	{ "it moved while it failed", "5 f f 6",
	  { { STEP_FAILED, 1, 0, 0, 0 }, { STEP_MOVED, 3, 0, 5, 6 } } },
	{ "it fails behind a hole, and moved", "5 x f x 6",
	  { { STEP_FAILED, 2, 0, 0, 0 }, { STEP_MOVED, 4, 0, 5, 6 } } },
	{ "it failed from the start", "f f 5", { { STEP_APPEARED, 2, 1, 0, 0 } } },
	{ "it always fails", "f f f", { { 0 } } },
	{ "it was not there, and fails", "- f", { { STEP_FAILED, 1, 0, 0, 0 } } },
	{ "it is gone, and another one when it is back", "5 - 7",
	  { { STEP_VANISHED, 1, 0, 0, 0 }, { STEP_MOVED, 2, 0, 5, 7 } } },
	{ "another row of the same name", "5 !9 9 8",
	  { { STEP_APART, 1, 0, 0, 0 }, { STEP_MOVED, 3, 2, 9, 8 } } },
	{ "equal, and another row all the same", "5 !5 5", { { STEP_APART, 1, 0, 0, 0 } } },
};
/* clang-format on */

static struct range_row *new_row(struct range *r, const char *scenario,
				 const char *metric)
{
	const struct record_row key = {
		.scenario = scenario,
		.op = "op",
		.metric = metric,
		.metric_id = metric_by_name(metric),
		.pass = "insns",
		.version = "1",
		.unit = "insns/op",
		.better = strcmp(metric, "vmas") ? BETTER_LOWER : BETTER_NEITHER,
		.exact = true,
		.set = SET_PRIMARY,
	};
	struct range_row *row = xappend(r->rows, r->nr_rows);

	row->key = key;
	row->counts = xcalloc(COMMITS_MAX, sizeof(*row->counts));
	row->values = xcalloc(COMMITS_MAX, sizeof(*row->values));
	return row;
}

static void add_commits(struct range *r, size_t nr)
{
	while (r->nr_commits < nr) {
		struct range_commit *c = xappend(r->commits, r->nr_commits);

		c->state = RANGE_MEASURED;
		r->nr_measured++;
	}
}

static void put_count(struct range *r, struct range_row *row, size_t commit,
		      const char *word)
{
	bool apart = *word == '!';

	assert_true(commit < COMMITS_MAX);
	add_commits(r, commit + 1);
	switch (*word) {
	case 'x':
		if (r->commits[commit].state == RANGE_MEASURED)
			r->nr_measured--;
		r->commits[commit].state = RANGE_BUILD_FAILED;
		break;
	case 'f':
		row->counts[commit] = COUNT_FAILED;
		break;
	case 's':
		row->counts[commit] = COUNT_SKIPPED;
		break;
	case '-':
		row->counts[commit] = COUNT_ABSENT;
		break;
	default:
		row->counts[commit] = apart ? COUNT_APART : COUNT_THERE;
		row->values[commit] = atof(word + apart);
	}
}

static void add_row(struct range *r, const char *scenario, const char *metric,
		    const char *words)
{
	struct range_row *row = new_row(r, scenario, metric);
	char *copy = xasprintf("%s", words), *rest = copy, *word;

	for (size_t c = 0; (word = strsep(&rest, " ")); c++)
		put_count(r, row, c, word);
	free(copy);
}

/* What range_free() frees besides is of a session. */
static void drop(struct range *r)
{
	for (size_t i = 0; i < r->nr_rows; i++) {
		free(r->rows[i].counts);
		free(r->rows[i].values);
	}
	free(r->rows);
	free(r->commits);
	free(r->steps);
	free(r->notes);
}

static void check_steps(const struct step_case *c, const struct range *r)
{
	size_t nr = 0;

	while (nr < STEPS_MAX && c->steps[nr].commit)
		nr++;
	if (r->nr_steps != nr)
		fail_msg("%s: %zu steps instead of %zu", c->name, r->nr_steps,
			 nr);
	for (size_t i = 0; i < nr; i++) {
		const struct range_step *step = &r->steps[i];
		const struct want *want = &c->steps[i];

		if (step->kind != want->kind || step->commit != want->commit ||
		    step->since != want->since || step->from != want->from ||
		    step->to != want->to)
			fail_msg("%s: step %zu is of kind %d, %zu to %zu, %g to %g",
				 c->name, i, step->kind, step->since,
				 step->commit, step->from, step->to);
	}
}

static void steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(step_cases); i++) {
		struct range r = { 0 };

		add_row(&r, "s", "insns", step_cases[i].row);
		range_find_steps(&r);
		check_steps(&step_cases[i], &r);
		drop(&r);
	}
}

static const char *name_of(const struct range *r, size_t step)
{
	return r->rows[r->steps[step].row].key.metric;
}

/* Of one commit: merging, then headlines by how far they went, then all others. */
static void order(void **state)
{
	struct range r = { 0 };
	const struct range_row **rows;
	size_t nr;

	(void)state;
	add_row(&r, "a", "mem_loads", "1 9");
	add_row(&r, "a", "insns", "100 101");
	add_row(&r, "a", "node_allocs", "1 2");
	add_row(&r, "b", "vmas", "1 2");
	add_row(&r, "c", "insns", "100 -");
	add_row(&r, "d", "maple_stores", "0 1");
	range_find_steps(&r);
	assert_int_equal(r.nr_steps, 6);
	assert_string_equal(name_of(&r, 0), "vmas");
	assert_string_equal(name_of(&r, 1), "maple_stores");
	assert_string_equal(name_of(&r, 2), "node_allocs");
	assert_string_equal(name_of(&r, 3), "insns");
	assert_string_equal(name_of(&r, 4), "mem_loads");
	assert_int_equal(r.steps[5].kind, STEP_VANISHED);
	assert_int_equal(r.commits[1].nr_steps, 6);

	rows = range_moved_rows(&r, NULL, &nr);
	assert_int_equal(nr, 6);
	assert_string_equal(rows[0]->key.metric, "vmas");
	assert_true(isnan(range_last(&r, rows[4])));
	assert_true(range_first(&r, rows[4]) == 100);
	free(rows);
	rows = range_moved_rows(&r, "insns", &nr);
	assert_int_equal(nr, 2);
	assert_string_equal(rows[0]->key.scenario, "a");
	free(rows);
	drop(&r);
}

/* Losing a merge is no gain, whatever the rest of the operation costs. */
static void directions(void **state)
{
	struct range r = { 0 };

	(void)state;
	add_row(&r, "a", "insns", "100 90 95 95");
	add_row(&r, "a", "vmas", "1 2 2 2");
	add_row(&r, "b", "insns", "100 90 95 95");
	range_find_steps(&r);
	assert_int_equal(r.nr_steps, 5);
	assert_string_equal(name_of(&r, 0), "vmas");
	assert_int_equal(r.steps[0].tally, TALLY_SHAPE);
	/* Of the same operation, and of another one. */
	for (size_t i = 1; i < 3; i++) {
		const char *scenario = r.rows[r.steps[i].row].key.scenario;

		assert_int_equal(r.steps[i].tally,
				 *scenario == 'a' ? TALLY_SHAPE : TALLY_BETTER);
	}
	/* Where the VMAs stay, it is one again. */
	assert_int_equal(r.steps[3].tally, TALLY_WORSE);
	assert_int_equal(r.steps[4].tally, TALLY_WORSE);
	drop(&r);
}

/* Wherever among the rows of the operation its VMAs are. */
static void directions_of_all(void **state)
{
	struct range r = { 0 };

	(void)state;
	add_row(&r, "a", "insns", "100 90");
	add_row(&r, "a", "vmas", "1 2");
	add_row(&r, "a", "zzz", "100 90");
	range_find_steps(&r);
	assert_int_equal(r.nr_steps, 3);
	for (size_t i = 0; i < r.nr_steps; i++)
		assert_int_equal(r.steps[i].tally, TALLY_SHAPE);
	drop(&r);
}

/* The same code at the same addresses may not count otherwise. */
static void same_code(void **state)
{
	struct range r = { 0 };
	size_t first = SIZE_MAX;

	(void)state;
	add_row(&r, "a", "insns", "1 2 3 4");
	r.commits[0].code = r.commits[1].code = 7;
	r.commits[2].code = r.commits[3].code = 8;
	r.commits[3].suite = 1;
	range_find_steps(&r);
	assert_int_equal(range_find_contradictions(&r, &first), 1);
	assert_int_equal(first, 0);
	assert_int_equal(range_status(&r), STATUS_UNSURE);
	/* Who says nothing of his code has that of nobody. */
	r.commits[0].code = r.commits[1].code = 0;
	assert_int_equal(range_find_contradictions(&r, &first), 0);
	assert_int_equal(range_status(&r), STATUS_OK);
	drop(&r);
}

static void statuses(void **state)
{
	static const struct {
		enum range_state state;
		enum status status;
	} cases[] = {
		{ RANGE_MEASURED, STATUS_OK },
		{ RANGE_BUILD_FAILED, STATUS_UNSURE },
		{ RANGE_BOOT_FAILED, STATUS_UNSURE },
		{ RANGE_FAILED, STATUS_UNSURE },
		{ RANGE_NO_RECORD, STATUS_UNSURE },
		{ RANGE_OTHER, STATUS_DATA },
		{ RANGE_REFUSED, STATUS_DATA },
		{ RANGE_UNLIKE, STATUS_DATA },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct range r = { 0 };

		add_row(&r, "a", "insns", "1 2 3");
		r.commits[1].state = cases[i].state;
		range_find_steps(&r);
		assert_int_equal(range_status(&r), cases[i].status);
		drop(&r);
	}
	{
		struct range r = { 0 };

		add_row(&r, "a", "insns", "1 !2");
		range_find_steps(&r);
		assert_int_equal(range_status(&r), STATUS_DATA);
		drop(&r);
	}
}

/* clang-format off */
static const struct stage_case {
	const char *text;
	bool wrong;
	const char *name;
	bool failed;
	const char *word;
	const char *id;
	const char *subject;
	const char *why;
} stage_cases[] = {
	{ "stock stock.jsonl ", false, "stock", false, "stock.jsonl", "", "", "" },
	{ "stock stock.jsonl", false, "stock", false, "stock.jsonl", "", "", "" },
	{ "stock", false, "stock", false, "", "", "", "" },
	{ "s01_a s01_a.jsonl c0ffee1 (\"mm: a (\"b\")\")", false, "s01_a", false,
	  "s01_a.jsonl", "c0ffee1", "mm: a (\"b\")", "" },
	{ "s01_a BUILD-FAILED c0ffee1 (\"mm: do: it\"): x.c:3: error: no", false, "s01_a",
	  true, "BUILD-FAILED", "c0ffee1", "mm: do: it", "x.c:3: error: no" },
	{ "s01_a BOOT-FAILED patch 3/7 (\"mm: a\"): it hung", false, "s01_a", true,
	  "BOOT-FAILED", "patch 3/7", "mm: a", "it hung" },
	{ "s01_a FAILED c0ffee1: the node went away", false, "s01_a", true, "FAILED",
	  "c0ffee1", "", "the node went away" },
	{ "s01_a FAILED", false, "s01_a", true, "FAILED", "", "", "" },
	{ "s01_a FAILEDx y", false, "s01_a", false, "FAILEDx", "y", "", "" },
	{ "../a a.jsonl", true, "../a", false, "a.jsonl", "", "", "" },
	{ " a.jsonl", true, "", false, "a.jsonl", "", "", "" },
	{ "A a.jsonl", true, "A", false, "a.jsonl", "", "", "" },
};
/* clang-format on */

static void stages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(stage_cases); i++) {
		const struct stage_case *c = &stage_cases[i];
		struct stage_line line;
		const char *wrong = stage_line_parse(c->text, &line);
		char *id, *subject;

		if (!!wrong != c->wrong)
			fail_msg("%s: %s", c->text, wrong ? wrong : "is taken");
		commit_split(line.commit, &id, &subject);
		assert_string_equal(line.name, c->name);
		assert_string_equal(line.word, c->word);
		assert_int_equal(!!line.failed, c->failed);
		assert_string_equal(id, c->id);
		assert_string_equal(subject, c->subject);
		assert_string_equal(line.why, c->why);
		free(id);
		free(subject);
		stage_line_free(&line);
	}
}

static void commits(void **state)
{
	(void)state;
	assert_true(commit_is("c0ffee1 (\"a\")", "c0ffee1 (\"a\")"));
	assert_true(commit_is("c0ffee1 (\"a\")", "c0ffee12345 (\"a\")"));
	assert_true(commit_is("c0ffee12345", "c0ffee1 (\"renamed\")"));
	assert_true(commit_is("patch 1/2 (\"a\")", "patch 1/2 (\"a\")"));
	assert_true(commit_is("", ""));
	assert_false(commit_is("c0ffee1 (\"a\")", "c0ffee2 (\"a\")"));
	assert_false(commit_is("c0ffee1 (\"a\")", ""));
	assert_false(commit_is("", "c0ffee1 (\"a\")"));
	assert_false(commit_is("c0ffee (\"a\")", "c0ffee1 (\"a\")"));
	assert_false(commit_is("patch 1/2 (\"a\")", "patch 2/2 (\"a\")"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(order),
		cmocka_unit_test(directions),
		cmocka_unit_test(directions_of_all),
		cmocka_unit_test(same_code),
		cmocka_unit_test(statuses),
		cmocka_unit_test(stages),
		cmocka_unit_test(commits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
