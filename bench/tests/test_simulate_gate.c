// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is a gate right as often as it says? Records of kernels that do not exist, from the
 * reader of records on; simulate_verdicts.c has the long form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "simulate_gate.h"

static const struct sim_records usual = {
	.plan = { .blocks = 4, .boots = 3, .boot_sd = 0.005, .sample_sd = 0.01 },
	.rows = 9,
};

static struct sim_rates rates_of(const char *what, uint64_t seed,
				 const struct sim_records *m, double limit,
				 const char *allow, long runs)
{
	struct sim_rates r = sim_gates(seed, m, limit, allow, runs);

	print_message("%s: without an effect %.0f %% pass, %.0f %% fail, of %.0f %% nothing passes; %.0f %% beyond the limit fail; %.1f %% of rows marked\n",
		      what, r.passed, r.failed, r.undecided, r.caught, r.marked);
	assert_true(fabs(r.passed + r.failed + r.undecided - 100) < 1e-6);
	return r;
}

/*
 * With a limit that noise does not reach, and one that half of it does. What is printed
 * to be caught is, in 95 % at least; of 100, one in four may be below that.
 */
static void steady(void **state)
{
	struct sim_rates r = rates_of("2 %", 1, &usual, 2, NULL, 100);

	(void)state;
	assert_true(r.passed >= 95 && r.failed <= 5 && r.caught >= 94);
	assert_true(r.marked < 2);
	r = rates_of("0 %", 2, &usual, 0, NULL, 100);
	assert_true(r.failed <= 9 && r.caught >= 94);
}

/* Two of five boots shift half way through: a mark, and no reason to pass. */
static void steps(void **state)
{
	struct sim_records m = usual;
	struct sim_rates r;

	(void)state;
	m.steps = 0.4;
	m.step = 0.02;
	r = rates_of("steps of 2 %", 3, &m, 2, NULL, 100);
	assert_true(r.passed >= 95 && r.failed <= 5 && r.caught >= 94);
	assert_true(r.marked > 90);
}

/* All boots of NEW get slower on their way: which part is believed does matter. */
static void warm_up(void **state)
{
	const struct rule_of {
		double step;
		bool unstable;
	} cases[] = { { 0.1, true }, { 0.002, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sim_records m = usual;
		struct sim_rng r = { 4 };
		struct policy policy = sim_policy("[a]\nrows = s0/mmap/latency\n"
						  "max_increase_percent = 2\n"
						  "unstable = fail\n");
		struct comparison cmp = { 0 };

		m.warm_up = cases[i].step;
		m.plan.effect = cases[i].unstable ? 0 : 0.1;
		m.plan.boot_sd = m.plan.sample_sd = 0.001;
		sim_compare(&r, &m, &cmp);
		assert_int_equal(cmp.lines[0].verdict,
				 cases[i].unstable ? UNSTABLE : REGRESSED);
		assert_int_equal(sim_gate(&cmp, &policy, NULL), STATUS_REGRESSED);
		comparison_free(&cmp);
		policy_free(&policy);
	}
}

/* Of too few boots nothing is known, and that is not a pass. */
static void too_few(void **state)
{
	struct sim_records m = usual;
	struct sim_rates r;

	(void)state;
	m.plan.blocks = 1;
	m.plan.boots = 2;
	r = rates_of("2 + 2 boots", 5, &m, 2, NULL, 20);
	assert_true(r.undecided > 99.9 && r.caught == 0);
	/* Not significant among twenty rows, however large. */
	m.plan.blocks = 2;
	m.plan.boots = 3;
	m.rows = 20;
	r = rates_of("2 x (3 + 3) boots, 20 rows", 6, &m, 2, NULL, 20);
	assert_true(r.undecided > 99.9 && r.caught == 0);
}

/* Whatever the plan, the limit and how many rows: 5 % at most, where nothing differs. */
static void no_effect(void **state)
{
	static const size_t plans[][2] = { { 1, 3 }, { 1, 4 }, { 2, 3 }, { 4, 3 } };
	static const size_t rows[] = { 1, 9, 20 };
	const long runs = 60;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plans) * ARRAY_SIZE(rows); i++) {
		struct sim_records m = usual;
		double failed;

		m.plan.blocks = plans[i / ARRAY_SIZE(rows)][0];
		m.plan.boots = plans[i / ARRAY_SIZE(rows)][1];
		m.rows = rows[i % ARRAY_SIZE(rows)];
		failed = sim_fails(20 + i, &m, 0, runs);
		print_message("%zux(%zu+%zu), %zu rows, limit 0: %.1f %% fail\n",
			      m.plan.blocks, m.plan.boots, m.plan.boots, m.rows,
			      failed);
		/* Of 60, one in a thousand is above it where 5 % do. */
		assert_true(failed <= 15);
		/* Where no p is small enough, none. */
		if (m.plan.blocks == 1 && (m.plan.boots == 3 || m.rows > 1))
			assert_true(failed == 0);
	}
}

/* One kernel after the other, under a drift: nothing is called a change. */
static void one_after_the_other(void **state)
{
	static const struct sim_model plans[] = {
		{ .blocks = 1, .boots = 12, .drift = 0.02, .base_first = true },
		{ .blocks = 4, .boots = 3, .drift = 0.08, .base_first = true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		struct sim_records m = usual;
		struct sim_rates r;

		m.plan = plans[i];
		m.plan.boot_sd = 0.005;
		m.plan.sample_sd = 0.01;
		r = rates_of("confounded", 7 + i, &m, 0.5, NULL, 30);
		assert_true(r.undecided > 99.9 && r.called == 0 && r.caught == 0);
		/* The test has teeth: this is what the boots would say. */
		r = rates_of("allowed", 7 + i, &m, 0.5, "order", 30);
		assert_true(r.failed > 50 && r.called > 50);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady),
		cmocka_unit_test(steps),
		cmocka_unit_test(warm_up),
		cmocka_unit_test(too_few),
		cmocka_unit_test(no_effect),
		cmocka_unit_test(one_after_the_other),
	};

	return cmocka_run_group_tests_name("simulate_gate", tests, NULL, NULL);
}
