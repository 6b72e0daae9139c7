// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Events in groups, against a PMU that is made up, and the instrument itself on
 * page faults, which every kernel counts and this test knows the number of.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "pmu.h"

/**
 * struct fake - a PMU
 * @counters: that any event can have
 * @fixed: the event that has one to itself, or -1
 * @missing: the event that it does not have, or -1
 */
struct fake {
	unsigned int counters;
	int fixed, missing;
};

static int try_fake(void *data, const unsigned int *events, unsigned int nr)
{
	const struct fake *pmu = data;
	unsigned int used = 0;

	for (unsigned int i = 0; i < nr; i++) {
		if ((int)events[i] == pmu->missing)
			return -ENOENT;
		used += (int)events[i] != pmu->fixed;
	}
	return used > pmu->counters ? PMU_MULTIPLEXED : PMU_COUNTED;
}

static unsigned int group(struct fake pmu, unsigned int nr, bool multiplex,
			  struct pmu_group *groups, int *alone)
{
	const struct pmu_trial trial = { try_fake, &pmu };

	return pmu_make_groups(&trial, nr, multiplex, groups, alone);
}

static void all_fit(void **state)
{
	struct pmu_group groups[7];
	int alone[7];

	(void)state;
	assert_int_equal(group((struct fake){ 8, -1, -1 }, 7, false, groups,
			       alone),
			 1);
	assert_int_equal(groups[0].nr, 7);
	for (unsigned int i = 0; i < 7; i++)
		assert_int_equal(groups[0].events[i], i);
}

static void too_many_make_more_groups(void **state)
{
	struct pmu_group groups[7];
	int alone[7];

	(void)state;
	assert_int_equal(group((struct fake){ 3, -1, -1 }, 7, false, groups,
			       alone),
			 3);
	assert_int_equal(groups[0].nr, 3);
	assert_int_equal(groups[1].nr, 3);
	assert_int_equal(groups[2].nr, 1);
	assert_int_equal(groups[2].events[0], 6);
}

/* The first group that it fits in, not the last. */
static void a_fixed_counter_is_used(void **state)
{
	struct pmu_group groups[5];
	int alone[5];

	(void)state;
	assert_int_equal(group((struct fake){ 2, 4, -1 }, 5, false, groups, alone),
			 2);
	assert_int_equal(groups[0].nr, 3);
	assert_int_equal(groups[0].events[2], 4);
	assert_int_equal(groups[1].nr, 2);
}

static void a_missing_event_is_left_out(void **state)
{
	struct pmu_group groups[4];
	int alone[4];

	(void)state;
	assert_int_equal(group((struct fake){ 4, -1, 1 }, 4, true, groups, alone),
			 1);
	assert_int_equal(groups[0].nr, 3);
	assert_int_equal(groups[0].events[1], 2);
	assert_int_equal(alone[1], -ENOENT);
}

static void multiplexed_only_if_asked(void **state)
{
	struct pmu_group groups[3];
	int alone[3];

	(void)state;
	assert_int_equal(group((struct fake){ 0, 1, -1 }, 3, false, groups, alone),
			 1);
	assert_int_equal(groups[0].nr, 1);
	assert_int_equal(groups[0].events[0], 1);
	/* Each of them alone: beside a whole count it would spoil that. */
	assert_int_equal(group((struct fake){ 0, 1, -1 }, 3, true, groups, alone),
			 3);
	for (unsigned int g = 0; g < 3; g++)
		assert_int_equal(groups[g].nr, 1);
}

static void no_group_is_too_long(void **state)
{
	enum {
		NR = INSTRUMENT_MAX_METRICS + 1
	};
	struct pmu_group groups[NR];
	int alone[NR];

	(void)state;
	assert_int_equal(group((struct fake){ 99, -1, -1 }, NR, false, groups,
			       alone),
			 2);
	assert_int_equal(groups[0].nr, INSTRUMENT_MAX_METRICS);
}

static void readings(void **state)
{
	const struct pmu_reading first = { 2, 1000, 500, { 10, 20 } };
	struct pmu_reading last = { 2, 1400, 900, { 15, 120 } };
	uint64_t value;

	(void)state;
	assert_int_equal(pmu_between(&first, &last, 1, &value), PMU_COUNTED);
	assert_int_equal(value, 100);
	last.running_ns = 600;
	assert_int_equal(pmu_between(&first, &last, 1, &value), PMU_MULTIPLEXED);
	assert_int_equal(value, 400);
	last.running_ns = 899;
	assert_int_equal(pmu_between(&first, &last, 0, &value), PMU_MULTIPLEXED);
	last.running_ns = 500;
	assert_int_equal(pmu_between(&first, &last, 0, &value), -ENODATA);
}

static void metric_names(void **state)
{
	char name[16];

	(void)state;
	assert_int_equal(pmu_metric_name("L1-dcache:u", name, sizeof(name)), 0);
	assert_string_equal(name, "l1_dcache_u");
	assert_int_equal(pmu_metric_name("a::B--c:", name, sizeof(name)), 0);
	assert_string_equal(name, "a_b_c");
	assert_int_equal(pmu_metric_name("::", name, sizeof(name)), -EINVAL);
	assert_int_equal(pmu_metric_name("abcdefghijklmnop", name, sizeof(name)),
			 -ENAMETOOLONG);
}

static void event_names(void **state)
{
	struct pmu_event event;
	char reason[256];

	(void)state;
	assert_int_equal(pmu_resolve("page-faults", &event, reason,
				     sizeof(reason)),
			 0);
	assert_string_equal(event.metric, "page_faults");
	assert_false(event.attr.exclude_user);
	free(event.full);
	assert_int_equal(pmu_resolve("cycles", &event, reason, sizeof(reason)),
			 0);
	assert_true(event.attr.exclude_user);
	assert_string_equal(event.unit, "cycles/op");
	free(event.full);
	assert_int_equal(pmu_resolve("cycles:u", &event, reason, sizeof(reason)),
			 0);
	assert_true(event.attr.exclude_kernel);
	assert_string_equal(event.metric, "cycles_u");
	free(event.full);
	assert_int_equal(pmu_resolve("nonsense", &event, reason, sizeof(reason)),
			 -ENOENT);
	assert_int_equal(pmu_resolve("cycles:nonsense", &event, reason,
				     sizeof(reason)),
			 -EINVAL);
	assert_int_equal(pmu_resolve("cycles:period=7", &event, reason,
				     sizeof(reason)),
			 -EINVAL);
	/* Of another architecture. */
	assert_int_equal(pmu_resolve("arm_1176::CPU_CYCLES", &event, reason,
				     sizeof(reason)),
			 -ENOENT);
}

/* Not instrumented: the sanitizer's shadow memory would fault, too. */
__attribute__((noinline, no_sanitize("address", "undefined"))) static void
touch_pages(volatile char *p, size_t nr, size_t page)
{
	for (size_t i = 0; i < nr; i++)
		p[i * page] = 1;
}

static void faults_are_counted(void **state)
{
	enum {
		PAGES = 57
	};
	const struct instrument *pmu = *__start_instruments;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t faults, minor;
	char reason[256], *p;

	(void)state;
	assert_int_equal(pmu_select("page-faults,minor-faults", reason,
				    sizeof(reason)),
			 0);
	if (pmu->open(0, 0, reason, sizeof(reason))) {
		print_message("no page faults: %s\n", reason);
		pmu->close();
		skip();
	}
	assert_int_equal(pmu->open(1, 0, reason, sizeof(reason)), 0);
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	madvise(p, PAGES * page, MADV_NOHUGEPAGE);
	pmu->start();
	pmu->stop(); /* this code is there, now */
	assert_int_equal(pmu->start(), 0);
	touch_pages(p, PAGES, page);
	assert_int_equal(pmu->stop(), 0);
	assert_int_equal(pmu->read(0, &faults), PMU_COUNTED);
	assert_int_equal(pmu->read(1, &minor), PMU_COUNTED);
	assert_int_equal(faults, PAGES);
	assert_int_equal(minor, PAGES);
	munmap(p, PAGES * page);
	pmu->close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fit),
		cmocka_unit_test(too_many_make_more_groups),
		cmocka_unit_test(a_fixed_counter_is_used),
		cmocka_unit_test(a_missing_event_is_left_out),
		cmocka_unit_test(multiplexed_only_if_asked),
		cmocka_unit_test(no_group_is_too_long),
		cmocka_unit_test(readings),
		cmocka_unit_test(metric_names),
		cmocka_unit_test(event_names),
		cmocka_unit_test(faults_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
