// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the step of a clock found, whatever the clock? */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"
#include "simulate.h"
#include "system/system.h"

#define READINGS 4096

static uint64_t moved[READINGS];

/**
 * struct clock_case - a clock, and the times between its readings
 * @step: in ticks
 * @from: least time between two readings, in ticks
 * @to: longest one
 * @found: step in ticks, within 3 %
 */
static const struct clock_case {
	double step, from, to, found;
} cases[] = {
	{ 1, 18, 300, 1 },	      /* Intel's TSC */
	{ 2, 18, 300, 2 },	      /* one that is always even */
	{ 26, 20, 130, 26 },	      /* AMD's, at 2.6 GHz, 10 ns */
	{ 36, 40, 41, 36 },	      /* nothing but the reading in between */
	{ 26.67, 20, 500, 26.67 },    /* scaled by a hypervisor */
	{ 279.37, 700, 900, 279.37 }, /* acpi_pm, in ns */
	{ 4e6, 40, 4e6, 4e6 },	      /* jiffies */
};

static void steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct clock_case *c = &cases[i];
		struct sim_rng r = { 1 + i };
		double step;

		for (size_t k = 0; k < READINGS; k++) {
			double at = 1e9 * sim_uniform(&r);
			double wait =
				c->from + (c->to - c->from) * sim_uniform(&r);

			moved[k] = (uint64_t)(floor((at + wait) / c->step) *
					      c->step) -
				   (uint64_t)(floor(at / c->step) * c->step);
		}
		step = clock_step(moved, READINGS);
		if (fabs(step - c->found) > 0.03 * c->found)
			fail_msg("%g instead of %g", step, c->found);
	}
}

static void a_clock_that_stands(void **state)
{
	uint64_t none[] = { 0, 0, 0 };

	(void)state;
	assert_true(clock_step(none, ARRAY_SIZE(none)) == 0);
	assert_true(clock_step(none, 0) == 0);
}

/* No reading of this machine's clock is between two steps. */
static void this_clock(void **state)
{
	uint64_t start;

	(void)state;
	clock_init();
	assert_true(bench_clock.step_ns > 0 && bench_clock.step_ns < 1e8);
	start = clock_start();
	for (int i = 0; i < 1000; i++) {
		double ns = (double)(clock_stop() - start) *
			    bench_clock.ns_per_tick;
		double off = remainder(ns, bench_clock.step_ns);

		if (bench_clock.step_ns > 5 && ns < 10 * bench_clock.step_ns)
			assert_true(fabs(off) < 0.2 * bench_clock.step_ns);
	}
}

#if defined(__x86_64__)
/* In a process that would die of any clock. */
static void a_forbidden_tsc(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		const char *why;

		prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
		why = clock_why_no_tsc();
		_exit(!why || !strstr(why, "PR_SET_TSC"));
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps),
		cmocka_unit_test(a_clock_that_stands),
		cmocka_unit_test(this_clock),
#if defined(__x86_64__)
		cmocka_unit_test(a_forbidden_tsc),
#endif
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
