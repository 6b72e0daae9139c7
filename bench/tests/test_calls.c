// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scenarios as lists of calls: what the recorder notes down is what they do, and none
 * of it is done; and what a driver answers is in the same lines as that of the runner.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "layout.h"
#include "run/calls.h"
#include "run/run.h"

#define PAGE 4096ul

SCENARIO(append) = {
	SCENARIO_ID(append),
	.claim = "for this test",
	.backing = &backing_memfd,
	APPEND_200(APPEND_OPS),
};

SCENARIO(fill) = {
	SCENARIO_ID(fill),
	.claim = "for this test",
	.backing = &backing_anon,
	.nr_ops = 5,
	.population = 100,
	.units = SHAPE(1, 2),
	.prepare = fill_prepare,
	.before = SHAPE(1, 1),
	.ops = {
		OP("mmap", fill_mmap, OUTCOME("merged", 1, 0)),
		OP("munmap", fill_munmap, OUTCOME("split", 1, 1)),
	},
};

/* What the operations of a scenario that cannot be recorded do. */
static long (*act)(const struct scenario_run *run, unsigned int i);

static long do_act(const struct scenario_run *run, unsigned int i)
{
	return act(run, i);
}

SCENARIO(odd) = {
	SCENARIO_ID(odd),
	.claim = "for this test",
	.backing = &backing_anon,
	.nr_ops = 3,
	.ops = { OP("act", do_act, OUTCOME("none", 0, 0)), },
};

static long act_elsewhere(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(run->window - PAGE, PAGE);
}

static long act_twice(const struct scenario_run *run, unsigned int i)
{
	raw_munmap(run->window, PAGE);
	return raw_munmap(run->window, PAGE);
}

static long act_not_at_all(const struct scenario_run *run, unsigned int i)
{
	return 0;
}

static long act_otherwise(const struct scenario_run *run, unsigned int i)
{
	return syscall(SYS_madvise, run->window, PAGE, 0);
}

static long act_on_memory(const struct scenario_run *run, unsigned int i)
{
	*(volatile char *)run->window = 1;
	return 0;
}

static long act_on_another_file(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED,
			7, 0);
}

static long act_where_the_kernel_likes(const struct scenario_run *run,
				       unsigned int i)
{
	return raw_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
}

static void calls_of_a_file(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.file, NATIVE_MEMFD);
	assert_int_equal(rec.head.file_bytes, 200 * PAGE);
	assert_int_equal(rec.head.nr_ops, 199);
	assert_int_equal(rec.head.nr_prepare, 1);
	assert_int_equal(rec.head.nr_kinds, 2);
	assert_int_equal(rec.nr, 1 + 2 * 199);
	for (unsigned int i = 0; i < 200; i++) {
		const struct native_call *map = &rec.calls[i];

		assert_int_equal(map->nr, NATIVE_MMAP);
		assert_int_equal(map->has_file, 1);
		assert_int_equal(map->at, i * PAGE);
		assert_int_equal(map->offset, i * PAGE);
		assert_int_equal(map->len, PAGE);
		assert_int_equal(map->prot, PROT_READ | PROT_WRITE);
		assert_int_equal(map->flags, MAP_SHARED | MAP_FIXED_NOREPLACE);
	}
	for (unsigned int i = 0; i < 199; i++) {
		const struct native_call *unmap = &rec.calls[200 + i];

		assert_int_equal(unmap->nr, NATIVE_MUNMAP);
		assert_int_equal(unmap->at, (199 - i) * PAGE);
	}
	free(rec.calls);
}

static void calls_that_prepare(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_fill, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.file, NATIVE_NO_FILE);
	assert_int_equal(rec.head.nr_others, 100);
	assert_int_equal(rec.head.nr_prepare, 6);
	assert_int_equal(rec.head.nr_kind_prepare[0], 0);
	assert_int_equal(rec.head.nr_ops, 5);
	assert_int_equal(rec.nr, 6 + 5 + 5);
	assert_int_equal(rec.calls[5].at, 10 * PAGE);
	assert_int_equal(rec.calls[6].at, PAGE);
	assert_int_equal(rec.calls[6].has_file, 0);
	free(rec.calls);
}

static void calls_that_are_refused(void **state)
{
	static const struct {
		long (*act)(const struct scenario_run *run, unsigned int i);
		const char *why;
	} odd[] = {
		{ act_elsewhere, "not about its window" },
		{ act_twice, "is not one call" },
		{ act_not_at_all, "is not one call" },
		{ act_otherwise, "system call 28" },
		{ act_on_memory, "signal 11" },
		{ act_on_another_file, "a file of its own" },
		{ act_where_the_kernel_likes, "to the kernel" },
	};
	struct recorded rec;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		act = odd[i].act;
		assert_int_equal(record_calls(&scenario_odd, &rec), 0);
		if (!strstr(rec.reason, odd[i].why))
			fail_msg("'%s' instead of '%s'", rec.reason, odd[i].why);
		free(rec.calls);
	}
}

static void nothing_is_done(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	free(rec.calls);
	/* Nor is anything of it left in this process: it can map, and write. */
	assert_int_equal(count_vmas((char *)0x1000000000ul, 1024 * PAGE), 0);
}

/* Two kinds, two batches each, all operations went well. */
static struct replayed an_answer(unsigned int after)
{
	static const struct native_batch batches[] = {
		{ .ticks = 1990, .reference = 1000 },
		{ .ticks = 3980, .reference = 1500, .switches = 2 },
	};
	static uint32_t singles[199];
	struct replayed re = { .report = { .nr_batches = 2, .nr_singles = 1 } };

	for (size_t i = 0; i < 199; i++)
		singles[i] = 20;
	for (int k = 0; k < 2; k++) {
		re.kinds[k].before = 1;
		re.kinds[k].after = k ? 1 : after;
		re.batches[k] = batches;
		re.singles[k] = singles;
	}
	return re;
}

static json_t *replay(const struct replayed *re)
{
	json_t *lines = json_array();
	struct recorded rec;

	bench_clock.ns_per_tick = 0.5;
	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_int_equal(add_replayed(&rec, re, 1000, RETRY_NONE, lines), 0);
	free(rec.calls);
	return lines;
}

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

/* The @n-th line of a type. */
static json_t *nth(const json_t *lines, const char *type, size_t n)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		if (!strcmp(text_of(line, "type"), type) && !n--)
			return line;
	fail_msg("no %s line", type);
	return NULL;
}

static void an_answer_has_rows(void **state)
{
	struct replayed re = an_answer(1);
	json_t *lines = replay(&re);
	json_t *row = nth(lines, "row", 0), *batches, *hist;

	assert_string_equal(text_of(nth(lines, "shape", 0), "outcome"), "merged");
	assert_null(json_object_get(nth(lines, "shape", 0), "expected"));
	assert_string_equal(text_of(row, "metric"), "latency");
	batches = json_object_get(row, "batches");
	assert_int_equal(json_integer_value(json_array_get(batches, 0)), 995);
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 1990);
	hist = json_array_get(json_object_get(row, "hist"), 0);
	assert_int_equal(json_integer_value(json_array_get(hist, 0)), 10);
	assert_int_equal(json_integer_value(json_array_get(hist, 1)), 199);
	row = nth(lines, "row", 1);
	assert_string_equal(text_of(row, "metric"), "faults");
	batches = json_object_get(row, "batches");
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 0);
	row = nth(lines, "disturbances", 0);
	batches = json_array_get(json_object_get(row, "shared"), 0);
	assert_int_equal(json_integer_value(json_array_get(batches, 0)), 1);
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 50);
	json_decref(lines);
}

/* What the host did in between is in none of the numbers, or there are none. */
static void an_answer_with_faults(void **state)
{
	static const struct native_batch batches[] = {
		{ .ticks = 1990, .reference = 1000 },
		{ .ticks = 3980, .reference = 1000, .faults = 3 },
	};
	struct replayed re = an_answer(1);
	json_t *lines;

	re.batches[1] = batches;
	lines = replay(&re);
	assert_int_equal(json_array_size(lines), 1);
	assert_non_null(strstr(text_of(nth(lines, "failure", 0), "reason"),
			       "find pages in 1 of 4 batches"));
	json_decref(lines);
}

/* A reader takes the value of a row from the batches that were not. */
static void shared_batches_come_first(void **state)
{
	struct replayed re = an_answer(1);
	json_t *lines = replay(&re), *line;
	bool said = false;
	size_t i;

	json_array_foreach(lines, i, line) {
		if (!strcmp(text_of(line, "type"), "disturbances"))
			said = true;
		if (!strcmp(text_of(line, "type"), "row"))
			assert_true(said);
	}
	assert_true(said);
	json_decref(lines);
}

/* Of two batches one was shared: too few are left. 10 % are not called that. */
static void too_few_were_alone(void **state)
{
	static const struct native_batch alone[] = { { .reference = 1000 },
						     { .reference = 1100 } };
	struct replayed re = an_answer(1);
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_false(was_alone(&rec, &re, 1000));
	re.batches[0] = re.batches[1] = alone;
	assert_true(was_alone(&rec, &re, 1000));
	free(rec.calls);
}

static void an_answer_of_another_shape(void **state)
{
	struct replayed re = an_answer(200);
	json_t *lines = replay(&re), *shape = nth(lines, "shape", 0);

	assert_string_equal(text_of(shape, "outcome"), "unexpected");
	assert_string_equal(text_of(json_object_get(shape, "expected"), "outcome"),
			    "merged");
	assert_string_equal(text_of(nth(lines, "row", 0), "metric"), "latency");
	json_decref(lines);
}

static void an_answer_that_failed(void **state)
{
	struct replayed re = { .report = { .err = ENOMEM,
					   .reason = "making its file" } };
	json_t *lines = replay(&re);

	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(text_of(nth(lines, "failure", 0), "reason"),
			    "the driver: making its file: ENOMEM");
	json_decref(lines);
	re.report.err = EOPNOTSUPP;
	lines = replay(&re);
	assert_non_null(strstr(text_of(nth(lines, "skip", 0), "reason"),
			       "does not have what its file is of"));
	json_decref(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_a_file),
		cmocka_unit_test(calls_that_prepare),
		cmocka_unit_test(calls_that_are_refused),
		cmocka_unit_test(nothing_is_done),
		cmocka_unit_test(an_answer_has_rows),
		cmocka_unit_test(an_answer_with_faults),
		cmocka_unit_test(shared_batches_come_first),
		cmocka_unit_test(too_few_were_alone),
		cmocka_unit_test(an_answer_of_another_shape),
		cmocka_unit_test(an_answer_that_failed),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
