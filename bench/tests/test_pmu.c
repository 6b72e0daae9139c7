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
#include <perfmon/pfmlib_perf_event.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "instruments/pmu.h"
#include "system/system.h"

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

static void names_of_metrics(void **state)
{
	char name[16], other[16];

	(void)state;
	assert_int_equal(pmu_metric_name("L1-dcache:u", name, sizeof(name)), 0);
	assert_string_equal(name, "l1_dcache_u");
	assert_int_equal(pmu_metric_name("a::B--c:", name, sizeof(name)), 0);
	assert_string_equal(name, "a_b_c");
	assert_int_equal(pmu_metric_name("::", name, sizeof(name)), -EINVAL);
	assert_int_equal(pmu_metric_name("abcdefghijklmno::", name, sizeof(name)),
			 0);
	assert_string_equal(name, "abcdefghijklmno");
	/* What is too long keeps its beginning, and is no other event's. */
	assert_int_equal(pmu_metric_name("abcdefghijklmnop", name, sizeof(name)),
			 0);
	assert_memory_equal(name, "abcdefgh_", 9);
	assert_int_equal(strlen(name), sizeof(name) - 1);
	strcpy(other, name);
	assert_int_equal(pmu_metric_name("abcdefghijklmnoq", name, sizeof(name)),
			 0);
	assert_memory_equal(name, "abcdefgh_", 9);
	assert_string_not_equal(name, other);
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

/* A folder that is a machine's PMUs: a line each, "NAME TYPE [CPUS]". */
static char root[64];

static void write_text(const char *pmu, const char *file, const char *text)
{
	char path[256], *p;
	FILE *f;

	snprintf(path, sizeof(path), "%s/sys/bus/event_source/devices/%s/%s",
		 root, pmu, file);
	for (p = path + strlen(root) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0755);
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	fclose(f);
}

static void make_machine(const char *const pmus[][3])
{
	strcpy(root, "/tmp/vmabench-pmu-XXXXXX");
	assert_non_null(mkdtemp(root));
	for (; pmus[0][0]; pmus++) {
		write_text(pmus[0][0], "type", pmus[0][1]);
		if (pmus[0][2])
			write_text(pmus[0][0], "cpus", pmus[0][2]);
	}
	core_pmus_read(root);
}

/* One kind of core again, as most machines have. */
static int remove_machine(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	assert_int_equal(system(command), 0);
	core_pmus_read("/nowhere");
	pmu_set_cpu(-1);
	return 0;
}

static const char *const alder_lake[][3] = {
	{ "cpu_atom", "10", "8-15" }, { "uncore_imc", "12", NULL },
	{ "cpu_core", "4", "0-7" },   { "msr", "9", NULL },
	{ NULL, NULL, NULL },
};

static int resolve(const char *name, struct pmu_event *event, const char *why)
{
	char reason[256] = "";
	int err = pmu_resolve(name, event, reason, sizeof(reason));

	if (why && !strstr(reason, why))
		fail_msg("%s: '%s' is not in '%s'", name, why, reason);
	if (err)
		assert_null(event->full);
	return err;
}

static void an_event_is_of_a_kind_of_core(void **state)
{
	struct pmu_event e;

	(void)state;
	make_machine(alder_lake);
	assert_string_equal(core_pmu_of(9)->name, "cpu_atom");
	assert_null(core_pmu_of(16));
	pmu_set_cpu(9);
	assert_int_equal(resolve("cycles", &e, NULL), 0);
	assert_int_equal(e.attr.type, PERF_TYPE_HARDWARE);
	assert_int_equal(e.attr.config, 10ull << 32 | PERF_COUNT_HW_CPU_CYCLES);
	assert_string_equal(e.metric, "cpu_atom_cycles");
	assert_string_equal(e.unit, "cycles/op");
	assert_int_equal(e.better, BETTER_LOWER);
	assert_memory_equal(e.full, "cpu_atom/perf::", 15);
	free(e.full);
	pmu_set_cpu(3);
	assert_int_equal(resolve("cpu_core/L1-dcache-load-misses:u/", &e, NULL),
			 0);
	assert_int_equal(e.attr.type, PERF_TYPE_HW_CACHE);
	assert_int_equal(e.attr.config >> 32, 4);
	assert_string_equal(e.metric, "cpu_core_l1_dcache_load_misses_u");
	assert_int_equal(e.better, BETTER_LOWER);
	assert_true(e.attr.exclude_kernel);
	free(e.full);
	/* The kernel's own events are of no PMU. */
	assert_int_equal(resolve("page-faults", &e, NULL), 0);
	assert_string_equal(e.metric, "page_faults");
	free(e.full);
	/* cpu_core has the type of raw events. */
	assert_int_equal(resolve("perf_raw::r3c", &e, NULL), 0);
	assert_int_equal(e.attr.type, PERF_TYPE_RAW);
	assert_string_equal(e.metric, "cpu_core_perf_raw_r3c");
	free(e.full);
	/* Any CPU: what "vmabench events" lists. */
	pmu_set_cpu(-1);
	assert_int_equal(resolve("cpu_atom/instructions/", &e, NULL), 0);
	assert_int_equal(e.attr.config, 10ull << 32 | PERF_COUNT_HW_INSTRUCTIONS);
	free(e.full);
}

static void another_kind_is_refused(void **state)
{
	struct pmu_event e;

	(void)state;
	make_machine(alder_lake);
	pmu_set_cpu(9);
	assert_int_equal(resolve("cpu_core/cycles/", &e,
				 "is of cpu_core, CPUs 0-7, and CPU 9 is of cpu_atom"),
			 -EINVAL);
	assert_int_equal(resolve("perf_raw::r3c", &e, "is of cpu_core"), -EINVAL);
	assert_int_equal(resolve("cpu_atom/page-faults/", &e,
				 "is not one of a core"),
			 -EINVAL);
	assert_int_equal(resolve("uncore_imc/cycles/", &e, "no kind of core"),
			 -ENOENT);
	assert_int_equal(resolve("cpu_atom/cycles", &e, "PMU/EVENT/"), -EINVAL);
	assert_int_equal(resolve("cpu_atom//", &e, "PMU/EVENT/"), -EINVAL);
	assert_int_equal(resolve("cpu_atom/nonsense/", &e, "no event 'nonsense'"),
			 -ENOENT);
	pmu_set_cpu(16);
	assert_int_equal(resolve("cpu_atom/cycles/", &e, "CPU 16 is of neither"),
			 -EINVAL);
}

static void arm_has_raw_events_of_both(void **state)
{
	static const char *const big_little[][3] = {
		{ "armv8_cortex_a53", "8", "0-3" },
		{ "armv8_cortex_a72", "9", "4-5" },
		{ "arm_spe_0", "10", NULL },
		{ NULL, NULL, NULL },
	};
	struct pmu_event e;

	(void)state;
	make_machine(big_little);
	pmu_set_cpu(5);
	assert_int_equal(resolve("perf_raw::r11", &e, NULL), 0);
	assert_int_equal(e.attr.type, 9);
	assert_int_equal(e.attr.config, 0x11);
	assert_string_equal(e.metric, "armv8_cortex_a72_perf_raw_r11");
	free(e.full);
	pmu_set_cpu(0);
	assert_int_equal(resolve("perf_raw::r11", &e, NULL), 0);
	assert_int_equal(e.attr.type, 8);
	free(e.full);
}

static void one_kind_has_no_name(void **state)
{
	static const char *const server[][3] = {
		{ "armv8_pmuv3_0", "8", "0-127" },
		{ NULL, NULL, NULL },
	};
	struct pmu_event e;
	unsigned int nr;

	(void)state;
	make_machine(server);
	core_pmus(&nr);
	assert_int_equal(nr, 0);
	pmu_set_cpu(5);
	assert_int_equal(resolve("cycles", &e, NULL), 0);
	assert_int_equal(e.attr.config, PERF_COUNT_HW_CPU_CYCLES);
	assert_string_equal(e.metric, "cycles");
	free(e.full);
}

static bool is_metric_name(const char *name)
{
	return *name &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

/* Names of @pmu's events that make a row; asserts that the rows are good. */
static unsigned int check_table(const pfm_pmu_info_t *pmu)
{
	pfm_event_info_t event = { .size = sizeof(event) };
	pfm_event_attr_info_t attr = { .size = sizeof(attr) };
	unsigned int nr = 0;
	char full[400], name_only[200], reason[256];
	struct pmu_event e;

	for (int i = pmu->first_event; i != -1; i = pfm_get_event_next(i)) {
		assert_int_equal(pfm_get_event_info(i, PFM_OS_PERF_EVENT_EXT,
						    &event),
				 PFM_SUCCESS);
		snprintf(name_only, sizeof(name_only), "%s::%s", pmu->name,
			 event.name);
		for (int a = -1; a < event.nattrs; a++) {
			const char *name = a < 0 ? name_only : full;

			if (a >= 0 &&
			    (pfm_get_event_attr_info(i, a, PFM_OS_PERF_EVENT_EXT,
						     &attr) != PFM_SUCCESS ||
			     attr.type != PFM_ATTR_UMASK))
				continue;
			if (a >= 0)
				snprintf(full, sizeof(full), "%s:%s", name_only,
					 attr.name);
			if (pmu_resolve(name, &e, reason, sizeof(reason)))
				continue;
			if (!is_metric_name(e.metric))
				fail_msg("%s is '%s'", name, e.metric);
			/* Nobody but its vendor knows whether less is better. */
			assert_int_equal(e.better, BETTER_NEITHER);
			assert_string_equal(e.unit, "events/op");
			assert_true(e.attr.exclude_user);
			assert_false(e.attr.exclude_kernel);
			free(e.full);
			nr++;
		}
	}
	return nr;
}

/*
 * Machines that are not this one, from the tables of libpfm4, which has those of one
 * architecture, and of Alder Lake in its newer versions.
 */
static void names_of_other_machines(void **state)
{
	static const char *const pmus[] = {
		"amd64_fam17h_zen1",
		"amd64_fam17h_zen2",
		"amd64_fam19h_zen3",
		"amd64_fam19h_zen4",
		"amd64_fam1ah_zen5",
		"skl",
		"icl",
		"spr",
		"adl_glc",
		"adl_grt",
		"arm_n1",
		"arm_n2",
		"arm_v1",
		"arm_v2",
	};
	pfm_pmu_info_t info = { .size = sizeof(info) };
	unsigned int known = 0, nr;

	(void)state;
	for (size_t i = 0; i < sizeof(pmus) / sizeof(*pmus); i++) {
		pfm_terminate();
		setenv("LIBPFM_FORCE_PMU", pmus[i], 1);
		if (pfm_initialize() != PFM_SUCCESS)
			continue;
		for (int p = 0; p < PFM_PMU_MAX; p++) {
			if (pfm_get_pmu_info((pfm_pmu_t)p, &info) != PFM_SUCCESS ||
			    !info.is_present || strcmp(info.name, pmus[i]))
				continue;
			nr = check_table(&info);
			print_message("%s: %u names of %d events\n", info.name,
				      nr, info.nevents);
			assert_true(nr * 2 > (unsigned int)info.nevents);
			known++;
		}
	}
	unsetenv("LIBPFM_FORCE_PMU");
	pfm_terminate();
	assert_int_equal(pfm_initialize(), PFM_SUCCESS);
	assert_true(known > 0);
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
	void *h = calloc(1, pmu->handle_bytes);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t faults, minor;
	char reason[256], *p;

	(void)state;
	assert_int_equal(pmu_select("page-faults,minor-faults", reason,
				    sizeof(reason)),
			 0);
	if (pmu->open(h, 0, 0, reason, sizeof(reason))) {
		print_message("no page faults: %s\n", reason);
		pmu->close(h);
		skip();
	}
	assert_int_equal(pmu->open(h, 1, 0, reason, sizeof(reason)), 0);
	p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	madvise(p, PAGES * page, MADV_NOHUGEPAGE);
	pmu->start(h);
	pmu->stop(h); /* this code is there, now */
	assert_int_equal(pmu->start(h), 0);
	touch_pages(p, PAGES, page);
	assert_int_equal(pmu->stop(h), 0);
	assert_int_equal(pmu->read(h, 0, &faults), PMU_COUNTED);
	assert_int_equal(pmu->read(h, 1, &minor), PMU_COUNTED);
	assert_int_equal(faults, PAGES);
	assert_int_equal(minor, PAGES);
	munmap(p, PAGES * page);
	pmu->close(h);
	free(h);
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
		cmocka_unit_test(names_of_metrics),
		cmocka_unit_test(event_names),
		cmocka_unit_test_teardown(an_event_is_of_a_kind_of_core,
					  remove_machine),
		cmocka_unit_test_teardown(another_kind_is_refused, remove_machine),
		cmocka_unit_test_teardown(arm_has_raw_events_of_both,
					  remove_machine),
		cmocka_unit_test_teardown(one_kind_has_no_name, remove_machine),
		cmocka_unit_test(names_of_other_machines),
		cmocka_unit_test(faults_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
