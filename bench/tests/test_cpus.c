// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of CPUs: lists of sysfs, more than 1024 of them, and keeping a task on one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

/* A kernel for so many CPUs, where it is not this one's. */
static size_t kernel_bytes;
static int last_allowed;

int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set)
{
	long n;

	if (!kernel_bytes) {
		n = syscall(SYS_sched_getaffinity, pid, bytes, set);
		return n < 0 ? -1 : 0;
	}
	if (bytes < kernel_bytes) {
		errno = EINVAL;
		return -1;
	}
	CPU_SET_S(2, bytes, set);
	CPU_SET_S((size_t)last_allowed, bytes, set);
	return 0;
}

static void lists(void **state)
{
	(void)state;
	assert_true(cpu_in_list("0-3,8,10-11", 0));
	assert_true(cpu_in_list("0-3,8,10-11", 3));
	assert_false(cpu_in_list("0-3,8,10-11", 4));
	assert_true(cpu_in_list("0-3,8,10-11", 8));
	assert_false(cpu_in_list("0-3,8,10-11", 9));
	assert_true(cpu_in_list("0-3,8,10-11", 11));
	assert_true(cpu_in_list("1500-2047", 2047));
	assert_false(cpu_in_list("", 0));
	assert_false(cpu_in_list("(null)", 0));
}

static void four_thousand_cpus(void **state)
{
	struct cpus cpus;

	(void)state;
	kernel_bytes = 4096 / 8;
	last_allowed = 4000;
	assert_int_equal(cpus_allowed(&cpus), 0);
	assert_int_equal(cpus_last(&cpus), 4000);
	assert_int_equal(cpus_count(&cpus), 2);
	assert_true(cpus_end(&cpus) >= 4096);
	assert_true(cpus_have(&cpus, 4000));
	assert_false(cpus_have(&cpus, 3999));
	assert_false(cpus_have(&cpus, -1));
	assert_false(cpus_have(&cpus, 1 << 21));
	cpus_remove(&cpus, 4000);
	assert_int_equal(cpus_last(&cpus), 2);
	cpus_remove(&cpus, 2);
	assert_int_equal(cpus_last(&cpus), -1);
	cpus_free(&cpus);
	kernel_bytes = 0;
}

static void a_refusal_is_no_set(void **state)
{
	struct cpus cpus;

	(void)state;
	kernel_bytes = SIZE_MAX;
	assert_int_equal(cpus_allowed(&cpus), -EINVAL);
	cpus_free(&cpus);
	kernel_bytes = 0;
}

static void pinned_and_released(void **state)
{
	struct cpus was, now;
	int cpu;

	(void)state;
	assert_int_equal(cpus_allowed(&was), 0);
	cpu = cpus_last(&was);
	assert_int_equal(pin_trial(cpu), 0);
	assert_int_equal(cpus_allowed(&now), 0);
	assert_int_equal(cpus_count(&now), cpus_count(&was));
	cpus_free(&now);
	assert_int_equal(pin_task(0, cpu), 0);
	assert_int_equal(sched_getcpu(), cpu);
	assert_int_equal(cpus_allowed(&now), 0);
	assert_int_equal(cpus_count(&now), 1);
	cpus_free(&now);
	assert_int_equal(cpus_apply(&was), 0);
	assert_int_equal(pin_task(0, cpu), 0);
	assert_int_equal(unpin(), 0);
	assert_int_equal(cpus_allowed(&now), 0);
	assert_true(cpus_count(&now) >= cpus_count(&was));
	cpus_free(&now);
	cpus_apply(&was);
	cpus_free(&was);
}

static void what_there_is_not_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(pin_trial(12345), -EINVAL);
	assert_int_equal(pin_task(0, -1), -EINVAL);
	assert_int_equal(pin_task(0, 1 << 30), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(four_thousand_cpus),
		cmocka_unit_test(a_refusal_is_no_set),
		cmocka_unit_test(pinned_and_released),
		cmocka_unit_test(what_there_is_not_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
